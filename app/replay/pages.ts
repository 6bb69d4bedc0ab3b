/** Replays as their list and their page show them. */
import type { Catalogue } from '#queries/catalogue/catalogue.ts'
import { fromMinor, toMinor, type Money } from '#queries/model/money.ts'
import { ACTIVE_STATES, REPLAY_STATES, type ReplayItemView, type ReplayState, type ReplayView } from '#queries/model/replay.ts'
import type { Scope } from '#queries/model/scope.ts'
import { itemsOutsideScope, listReplayItems, listReplays, replayById } from '#queries/postgres/replays.ts'
import type { Stores } from '#queries/stores.ts'
import { facilityName, integrationName, stepName } from '../exceptions/labels.ts'

/** Ready-made views of the list. */
export const REPLAY_VIEWS: readonly { key: string; label: string; states: readonly ReplayState[] }[] = [
  { key: 'all', label: 'All', states: [] },
  { key: 'approval', label: 'Wait for approval', states: ['awaiting_approval'] },
  { key: 'running', label: 'On their way', states: ['requested', 'preflighted', 'dispatched', 'accepted'] },
  { key: 'unverified', label: 'Completed, not verified', states: ['completed'] },
  { key: 'trouble', label: 'Refused, failed or unknown', states: ['refused', 'failed', 'unknown'] },
  { key: 'verified', label: 'Verified', states: ['verified'] },
]

export interface ReplayRow { id: string; state: ReplayState; reason: string; requestedBy: string; requestedAt: string; approvedBy: string | null; total: number; leftOut: number; byState: { state: ReplayState; count: number }[] }

/** A page of replays, newest first. */
export async function readReplays(stores: Pick<Stores, 'postgres'>, scope: Scope, states: readonly ReplayState[], cursor: string | undefined, names: ReadonlyMap<string, string>): Promise<{ rows: ReplayRow[]; nextCursor: string | null }> {
  const { items, nextCursor } = await listReplays(stores.postgres, { scope, states, cursor, limit: 50 })
  return { rows: items.map(replay => rowOf(replay, names)), nextCursor }
}

function rowOf(replay: ReplayView, names: ReadonlyMap<string, string>): ReplayRow {
  return {
    id: replay.id, state: replay.state, reason: replay.reason, requestedBy: names.get(replay.requestedBy) ?? replay.requestedBy, requestedAt: replay.requestedAt,
    approvedBy: replay.approvedBy === null ? null : (names.get(replay.approvedBy) ?? replay.approvedBy), total: replay.items.total, leftOut: replay.items.leftOut, byState: statesOf(replay),
  }
}

function statesOf(replay: ReplayView): { state: ReplayState; count: number }[] {
  return REPLAY_STATES.flatMap(state => {
    const count = replay.items.byState[state] ?? 0
    return count > 0 ? [{ state, count }] : []
  })
}

export interface ReplayPageItem extends Pick<ReplayItemView, 'exceptionId' | 'state' | 'included' | 'why' | 'amount' | 'object' | 'postsMoney' | 'dispatchedAt' | 'answeredAt' | 'verifiedAt' | 'answer'> { integration: string | null; step: string | null; facility: string }

export interface ReplayPage {
  replay: ReplayView
  requestedBy: string
  approvedBy: string | null
  byState: { state: ReplayState; count: number }[]
  items: ReplayPageItem[]
  nextCursor: string | null
  /** of the listed items that are sent, per currency; what they say, each item by itself */
  money: Money[]
  /** what the person who looks may do now; `approveBlocked` says why not, where approval is asked for */
  canCancel: boolean
  canApprove: boolean
  approveBlocked: string | null
}

/** A replay with a page of its items; undefined outside the scope. */
export async function readReplayPage(
  stores: Pick<Stores, 'postgres'>, catalogue: Catalogue, id: string, cursor: string | undefined, names: ReadonlyMap<string, string>,
  who: { id: string; read: Scope; approve: Scope | null; request: Scope | null }, now = new Date(),
): Promise<ReplayPage | undefined> {
  const replay = await replayById(stores.postgres, id, who.read)
  if (!replay) return undefined
  const [{ items, nextCursor }, outside] = await Promise.all([
    listReplayItems(stores.postgres, id, { scope: who.read, cursor, limit: 100 }),
    itemsOutsideScope(stores.postgres, id, who.approve ?? who.read),
  ])
  const waits = replay.state === 'awaiting_approval' && replay.expiresAt > now.toISOString()
  const approveBlocked = who.approve === null ? 'Your role does not approve replays' : replay.requestedBy === who.id ? 'You asked for it, so somebody else must approve' : outside > 0 ? 'Parts of it lie outside your facilities' : null
  const unsent = (['requested', 'preflighted', 'awaiting_approval'] as const).some(state => (replay.items.byState[state] ?? 0) > 0)
  return {
    replay, requestedBy: names.get(replay.requestedBy) ?? replay.requestedBy, approvedBy: replay.approvedBy === null ? null : (names.get(replay.approvedBy) ?? replay.approvedBy),
    byState: statesOf(replay), nextCursor, money: moneyOf(items.filter(item => item.included)),
    items: items.map(item => ({
      exceptionId: item.exceptionId, state: item.state, included: item.included, why: item.why, amount: item.amount, object: item.object, postsMoney: item.postsMoney,
      dispatchedAt: item.dispatchedAt, answeredAt: item.answeredAt, verifiedAt: item.verifiedAt, answer: item.answer,
      integration: integrationName(catalogue, item.integration), step: stepName(catalogue, item.step), facility: facilityName(catalogue, item.facility),
    })),
    canCancel: who.request !== null && unsent, canApprove: waits && approveBlocked === null, approveBlocked: waits ? approveBlocked : null,
  }
}

function moneyOf(items: readonly ReplayItemView[]): Money[] {
  const sums = new Map<string, bigint>()
  for (const { amount } of items) if (amount) sums.set(amount.currency, (sums.get(amount.currency) ?? 0n) + toMinor(amount))
  return [...sums].sort(([a], [b]) => (a < b ? -1 : 1)).map(([currency, minor]) => fromMinor(minor, currency))
}

/** True while something may still happen to it, so that its page should be read again. */
export function isMoving(replay: Pick<ReplayView, 'items'>): boolean {
  return ([...ACTIVE_STATES, 'completed'] as const).some(state => (replay.items.byState[state] ?? 0) > 0)
}
