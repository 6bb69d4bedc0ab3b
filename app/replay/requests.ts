/** Asking for a replay and deciding on it: preview, request, approve, reject, cancel. Sending is the dispatcher's. */
import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { listExceptions } from '#queries/clickhouse/exceptions/list.ts'
import type { ExceptionFilter } from '#queries/model/filter.ts'
import { fromMinor } from '#queries/model/money.ts'
import { REPLAY_VERDICTS, replayCorrection, type ReplayPreview, type ReplayVerdict, type ReplayView } from '#queries/model/replay.ts'
import type { Scope } from '#queries/model/scope.ts'
import type { Actor } from '#queries/postgres/audit.ts'
import { insertReplay, lockReplay, moveItems, setApproval } from '#queries/postgres/replay-moves.ts'
import { itemsOutsideScope, replayById, replayCandidates, type ReplayCandidate } from '#queries/postgres/replays.ts'
import { contentHash, selectionHash } from './hashes.ts'
import type { PreflightResult } from './preflight.ts'
import { judgeSelection, type ReplayContext } from './selection.ts'

/** Exceptions in one replay at most. */
export const MAX_SELECTION = 5000
/** What is not approved this long after the request, or not sent this long after the request or its approval, is not sent any more. ms */
export const EXPIRES_AFTER = 2 * 60 * 60_000
/** The channel that is woken when a replay changes. */
export const REPLAY_CHANNEL = 'replays'

/** Who acts. `scope` is where this person or key may do this very act. */
export interface ReplayActor extends Actor {
  kind: 'person' | 'key'
  scope: Scope
}

/** Body of `POST /api/v1/replays`, with the selection already resolved to ids. */
export const replayRequest = z.strictObject({
  exceptionIds: z.array(z.string().regex(/^\d{1,15}$/)).min(1).max(MAX_SELECTION),
  reason: z.string().trim().min(3).max(2000),
  corrections: z.array(replayCorrection).max(1000).default([]),
  /** exceptions whose outcome is unknown and that are to be sent all the same: ticked one by one */
  includeUnknown: z.array(z.string()).max(MAX_SELECTION).default([]),
  selectionHash: z.string().optional(),
})
export type ReplayRequest = z.infer<typeof replayRequest>
/** Body of `approve`. */
export const replayApproval = z.strictObject({ contentHash: z.string().max(200) })
/** Body of `reject` and `cancel`; may be empty. */
export const replayRefusal = z.strictObject({ reason: z.string().trim().max(2000).default('') })
/** What a preview needs of it. */
export type PreviewRequest = Pick<ReplayRequest, 'exceptionIds' | 'corrections'>

/** Why a request about replays is not carried out; `code` is stable. */
export class ReplayError extends Error {
  readonly code: 'not_found' | 'forbidden' | 'conflict' | 'not_allowed_now' | 'invalid_act'
  constructor(code: ReplayError['code'], message: string) {
    super(message)
    this.code = code
  }
}

/**
 * The exceptions that the worklist shows for a filter, for a request that names a filter and not ids. Throws `invalid_act` if they are
 * more than one replay may hold.
 */
export async function selectExceptions({ stores }: ReplayContext, filter: ExceptionFilter, scope: Scope): Promise<string[]> {
  const page = await listExceptions(stores.clickhouse, filter, { limit: MAX_SELECTION }, scope)
  if (page.nextCursor !== null) throw new ReplayError('invalid_act', `More than ${MAX_SELECTION} exceptions: narrow the selection`)
  return page.items.map(item => item.id)
}

/** The dry run: what would be sent, what not and why, how much, and who must approve. Changes nothing. Throws `not_found` for exceptions outside the scope. */
export async function previewReplay(context: ReplayContext, by: ReplayActor, request: PreviewRequest): Promise<ReplayPreview> {
  const judged = await judgeSelection(context, await candidatesOf(context, by, request), request.corrections, null)
  const safe = judged.filter(item => item.verdict === 'safe')
  const approval = safe.filter(item => item.approvalReasons.length > 0)
  const byVerdict = Object.fromEntries(REPLAY_VERDICTS.map(verdict => [verdict, judged.filter(item => item.verdict === verdict).length])) as Record<ReplayVerdict, number>
  return {
    selectionHash: selectionHash(judged),
    items: judged.map(item => ({
      exceptionId: item.candidate.id, verdict: item.verdict, why: item.why, amount: amountOf(item.candidate), postsMoney: item.postsMoney, needsApproval: item.approvalReasons.length > 0,
    })),
    totals: {
      items: judged.length, safe: safe.length, byVerdict, money: moneyOf(safe), postingMoney: moneyOf(safe.filter(item => item.postsMoney)),
      facilities: [...new Set(safe.flatMap(item => item.candidate.facility ?? []))].toSorted(),
    },
    approval: { needed: approval.length > 0, items: approval.length, why: [...new Set(approval.flatMap(item => item.approvalReasons))], permission: 'approve_replay' },
  }
}

/**
 * Makes the replay: judges again, and sends only what is safe, and of unknown outcome what was ticked. With a `selectionHash` the
 * preview must still hold, else `conflict`; ticking needs one, for only a preview shows what is ticked. `not_allowed_now` if nothing is left to send.
 */
export async function createReplay(context: ReplayContext, by: ReplayActor, request: ReplayRequest): Promise<ReplayView> {
  const { stores } = context
  const judged = await judgeSelection(context, await candidatesOf(context, by, request), request.corrections, null)
  if (request.selectionHash !== undefined && request.selectionHash !== selectionHash(judged)) throw new ReplayError('conflict', 'What was shown has changed since. Look at the preview again')
  if (request.includeUnknown.length > 0 && request.selectionHash === undefined) throw new ReplayError('invalid_act', 'Sending what may already have been done needs the selectionHash of a preview')
  const ticked = new Set(request.includeUnknown)
  const isSent = (item: PreflightResult) => item.verdict === 'safe' || (item.verdict === 'outcome_unknown' && ticked.has(item.candidate.id))
  const sent = judged.filter(isSent)
  if (sent.length === 0) throw new ReplayError('not_allowed_now', 'None of these exceptions can be replayed now; the preview says why')
  const id = `rpl_${randomUUID().replaceAll('-', '')}`
  const now = clock(context)
  const needsApproval = sent.some(item => item.approvalReasons.length > 0)
  const state = needsApproval ? 'awaiting_approval' as const : 'preflighted' as const
  await stores.postgres.transaction().execute(async tx => {
    await insertReplay(tx, {
      id, state, reason: request.reason, requested_by: by.id, requested_by_kind: by.kind, requested_at: now, approved_by: null, approved_at: null,
      selection_hash: selectionHash(judged), content_hash: contentHash(by.id, request.reason, sent), item_count: sent.length,
      expires_at: new Date(now.getTime() + EXPIRES_AFTER), needs_approval: needsApproval,
    }, [...sent, ...judged.filter(item => !isSent(item))].map((item, position) => rowOf(id, item, position, isSent(item), state)), actorOf(by))
  })
  await stores.coordination.wake(REPLAY_CHANNEL)
  return await seen(context, id, by.scope)
}

/**
 * A second person agrees to exactly what they saw. `forbidden` for keys and for the one who asked; `not_found` unless every item lies in
 * their scope; `conflict` if `contentHash` is not what this replay would send; `not_allowed_now` if it does not wait for approval or is too old.
 */
export async function approveReplay(context: ReplayContext, by: ReplayActor, id: string, request: z.infer<typeof replayApproval>): Promise<ReplayView> {
  await decide(context, by, id, async (tx, replay) => {
    if (replay.requested_by === by.id) throw new ReplayError('forbidden', 'Whoever asks for a replay cannot approve it')
    if (replay.content_hash !== request.contentHash) throw new ReplayError('conflict', 'This is not what the replay would send. Look at it again')
    const at = clock(context)
    await setApproval(tx, id, { person: by.id, at, expiresAt: new Date(at.getTime() + EXPIRES_AFTER) })
    return await moveItems(tx, { replayId: id, event: 'approve', actor: actorOf(by) })
  })
  return await seen(context, id, by.scope)
}

/** A second person declines; nothing is sent. Same refusals as approving, but the one who asked is told to cancel instead. */
export async function rejectReplay(context: ReplayContext, by: ReplayActor, id: string, request: z.input<typeof replayRefusal>): Promise<ReplayView> {
  await decide(context, by, id, async (tx, replay) => {
    if (replay.requested_by === by.id) throw new ReplayError('forbidden', 'Whoever asks for a replay cancels it')
    return await moveItems(tx, { replayId: id, event: 'reject', actor: actorOf(by), ...because(request) })
  })
  return await seen(context, id, by.scope)
}

/** Stops what has not been sent yet. What left already goes on; it can no longer be called back. `not_allowed_now` if all has been sent. */
export async function cancelReplay(context: ReplayContext, by: ReplayActor, id: string, request: z.input<typeof replayRefusal>): Promise<ReplayView> {
  await mustSee(context, id, by.scope)
  const moved = await context.stores.postgres.transaction().execute(async tx => {
    if (await itemsOutsideScope(tx, id, by.scope) > 0) throw new ReplayError('forbidden', 'Parts of this replay lie outside your facilities')
    return await moveItems(tx, { replayId: id, event: 'cancel', actor: actorOf(by), ...because(request) })
  })
  if (moved.length === 0) throw new ReplayError('not_allowed_now', 'Nothing of this replay is still to be sent')
  await context.stores.coordination.wake(REPLAY_CHANNEL)
  return await seen(context, id, by.scope)
}

type Locked = Parameters<typeof lockReplay>[0]
type LockedReplay = NonNullable<Awaited<ReturnType<typeof lockReplay>>>

async function decide(context: ReplayContext, by: ReplayActor, id: string, act: (tx: Locked, replay: LockedReplay) => Promise<readonly unknown[]>): Promise<void> {
  if (by.kind !== 'person') throw new ReplayError('forbidden', 'Only a person can decide on a replay')
  await mustSee(context, id, by.scope)
  const moved = await context.stores.postgres.transaction().execute(async tx => {
    const replay = await lockReplay(tx, id)
    if (!replay) throw new ReplayError('not_found', 'There is no such replay')
    if (await itemsOutsideScope(tx, id, by.scope) > 0) throw new ReplayError('forbidden', 'Parts of this replay lie outside your facilities')
    if (replay.expires_at <= clock(context)) throw new ReplayError('not_allowed_now', 'This request has expired. Ask for a new replay')
    if (replay.state !== 'awaiting_approval') throw new ReplayError('not_allowed_now', 'This replay does not wait for approval')
    return await act(tx, replay)
  })
  if (moved.length > 0) await context.stores.coordination.wake(REPLAY_CHANNEL)
}

async function mustSee(context: ReplayContext, id: string, scope: Scope): Promise<void> {
  if (!(await replayById(context.stores.postgres, id, scope))) throw new ReplayError('not_found', 'There is no such replay')
}

async function seen(context: ReplayContext, id: string, scope: Scope): Promise<ReplayView> {
  const replay = await replayById(context.stores.postgres, id, scope)
  if (!replay) throw new ReplayError('not_found', 'There is no such replay')
  return replay
}

async function candidatesOf({ stores }: ReplayContext, by: ReplayActor, request: PreviewRequest): Promise<ReplayCandidate[]> {
  const ids = [...new Set(request.exceptionIds)]
  const candidates = await replayCandidates(stores.postgres, ids, by.scope)
  if (candidates.length < ids.length) throw new ReplayError('not_found', 'Some of these exceptions do not exist')
  const foreign = request.corrections.find(correction => !ids.includes(correction.exceptionId))
  if (foreign) throw new ReplayError('invalid_act', 'A correction names an exception that is not selected')
  return candidates
}

function rowOf(replayId: string, item: PreflightResult, position: number, included: boolean, state: 'preflighted' | 'awaiting_approval') {
  const { candidate, original } = item
  return {
    replay_id: replayId, exception_id: Number(candidate.id), position, included, state: included ? state : 'preflighted', verdict: item.verdict, why: item.why,
    idempotency_key: item.idempotencyKey, integration: candidate.integration, step: candidate.step,
    namespace: candidate.object?.namespace ?? null, object_type: candidate.object?.type ?? null, object_id: candidate.object?.id ?? null,
    amount_minor: candidate.amountMinor, currency: candidate.currency, amount_key: candidate.amountKey, facility: candidate.facility, entity: candidate.entity,
    correlation_id: original?.correlationId || null, original_source: original?.source ?? null, original_id: original?.eventId ?? null, original_at: original ? `${original.time}Z` : null,
    posts_money: item.postsMoney, needs_approval: item.approvalReasons.length > 0, target: item.target, corrections: JSON.stringify(item.corrections),
  }
}

function amountOf({ amountMinor, currency }: ReplayCandidate) {
  return amountMinor === null || currency === null ? null : fromMinor(amountMinor, currency)
}

/** Sums per currency; a business amount that several exceptions share counts once. */
function moneyOf(items: readonly PreflightResult[]) {
  const sums = new Map<string, bigint>()
  const counted = new Set<string>()
  for (const { candidate: { id, amountMinor, currency, amountKey } } of items) {
    const key = JSON.stringify([currency, amountKey ?? id])
    if (amountMinor === null || currency === null || counted.has(key)) continue
    counted.add(key)
    sums.set(currency, (sums.get(currency) ?? 0n) + BigInt(amountMinor))
  }
  return [...sums].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([currency, minor]) => fromMinor(minor, currency))
}

const because = ({ reason }: z.input<typeof replayRefusal>) => (reason ? { why: reason } : {})
const clock = ({ now }: ReplayContext): Date => now?.() ?? new Date()
const actorOf = ({ kind, id, origin }: ReplayActor): Actor => ({ kind, id, origin })
