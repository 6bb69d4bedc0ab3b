/**
 * What changes a replay. Every change of an item's state goes through `moveItems`: it follows the table of `queries/model/replay.ts`,
 * and writes the exceptions' history, the whole replay's state and the audit record in the same transaction.
 */
import { sql, type Kysely, type Transaction } from 'kysely'
import { nextReplayState, statesBefore, wholeState, type ReplayEvent, type ReplayState } from '../model/replay.ts'
import { recordActs, type Actor } from './audit.ts'
import { addHistory } from './exceptions.ts'
import { parts, type ReplayItemRow, type ReplayRow } from './replays.ts'
import type { Database, ReplayItemTable, ReplayTable } from './schema.ts'
import type { Insertable, Updateable } from 'kysely'

/** What an exception's history says when its item moves. */
const ACT_OF_EVENT: Readonly<Record<ReplayEvent, string>> = {
  preflight: 'replay_requested', ask: 'replay_awaiting_approval', approve: 'replay_approved', reject: 'replay_rejected', dispatch: 'replay_dispatched',
  not_sent: 'replay_not_sent', accept: 'replay_accepted', refuse: 'replay_refused', complete: 'replay_completed', fail: 'replay_failed',
  lose: 'replay_unknown', verify: 'replay_verified', cancel: 'replay_cancelled', expire: 'replay_expired',
}

/** Raised when another request put one of the same exceptions on its way a moment before. */
export class AlreadyOnItsWay extends Error {
  readonly code = 'conflict'
}

export interface Move {
  replayId: string
  /** absent: every item of the replay that the event applies to */
  exceptionIds?: readonly string[]
  event: ReplayEvent
  /** only items in these states; absent: all that the event applies to */
  from?: readonly ReplayState[]
  actor: Actor
  /** in words, for the history */
  why?: string
  /** other columns to set on the moved items */
  set?: Omit<Updateable<ReplayItemTable>, 'state' | 'replay_id' | 'exception_id'>
}
export interface Moved { exceptionId: string; from: ReplayState; to: ReplayState; facility: string | null; entity: string | null }

/**
 * Moves the items to which the event applies and answers which did; the others (a repeated answer, a state that has passed) stay as they are.
 * Locks the replay first, so that two movers of one replay follow each other.
 */
export async function moveItems(tx: Transaction<Database>, move: Move): Promise<Moved[]> {
  await lockReplay(tx, move.replayId)
  const moved: Moved[] = []
  const states = statesBefore(move.event).filter(state => move.from?.includes(state) ?? true)
  if (states.length === 0) return []
  for (const ids of move.exceptionIds === undefined ? [null] : parts(move.exceptionIds)) {
    const rows = await tx.selectFrom('replay_item').select(['exception_id', 'state', 'facility', 'entity'])
      .where('replay_id', '=', move.replayId).where('included', '=', true).where('state', 'in', states)
      .$if(ids !== null, query => query.where('exception_id', 'in', (ids ?? []).map(Number))).execute()
    for (const row of rows) {
      const from = row.state as ReplayState
      const to = nextReplayState(from, move.event)
      if (to) moved.push({ exceptionId: String(row.exception_id), from, to, facility: row.facility, entity: row.entity })
    }
  }
  if (moved.length === 0) return []
  for (const part of parts(moved)) {
    // One event leads every state it applies to into one and the same state.
    await tx.updateTable('replay_item').set({ ...move.set, state: part[0]!.to })
      .where('replay_id', '=', move.replayId).where('exception_id', 'in', part.map(item => Number(item.exceptionId))).execute()
  }
  await writeHistory(tx, moved.map(item => item.exceptionId), ACT_OF_EVENT[move.event], move.actor, { replayId: move.replayId, ...(move.why === undefined ? {} : { why: move.why }) })
  const left = await tx.selectFrom('replay_item').select('state').distinct().where('replay_id', '=', move.replayId).where('included', '=', true).execute()
  await tx.updateTable('replay').set({ state: wholeState(left.map(row => row.state as ReplayState)), version: sql<number>`version + 1` }).where('id', '=', move.replayId).execute()
  // One record per place, so that whoever may see the place sees the act.
  await recordActs(tx, move.actor, [...Map.groupBy(moved, item => JSON.stringify([item.facility, item.entity])).values()].map(group => ({
    action: `replay.${move.event}`, subject: { kind: 'replay', id: move.replayId }, facility: group[0]!.facility, entity: group[0]!.entity,
    before: { states: [...new Set(group.map(item => item.from))] }, after: { state: group[0]!.to, exceptions: group.map(item => item.exceptionId) }, reason: move.why ?? null,
  })))
  return moved
}

/** The replay's row, locked to the end of the transaction; undefined if there is none. */
export async function lockReplay(tx: Transaction<Database>, id: string): Promise<ReplayRow | undefined> {
  return await tx.selectFrom('replay').selectAll().where('id', '=', id).forUpdate().executeTakeFirst()
}

/** Writes a new replay with its items, all `preflighted` or `awaiting_approval`. Throws {@link AlreadyOnItsWay} if one of the exceptions is already being sent. */
export async function insertReplay(tx: Transaction<Database>, replay: Insertable<ReplayTable>, items: readonly Insertable<ReplayItemTable>[], actor: Actor): Promise<void> {
  await tx.insertInto('replay').values(replay).execute()
  try {
    // ~30 columns a row: 1,000 rows stay below the bound values a statement may have.
    for (let start = 0; start < items.length; start += 1000) await tx.insertInto('replay_item').values(items.slice(start, start + 1000)).execute()
  } catch (error) {
    if (isUniqueViolation(error)) throw new AlreadyOnItsWay('One of these exceptions is already being replayed', { cause: error })
    throw error
  }
  const sent = items.filter(item => item.included).map(item => String(item.exception_id))
  await writeHistory(tx, sent, 'replay_requested', actor, { replayId: replay.id, reason: replay.reason })
  if (replay.needs_approval) await writeHistory(tx, sent, 'replay_awaiting_approval', actor, { replayId: replay.id })
  await recordActs(tx, actor, [...Map.groupBy(items, item => JSON.stringify([item.facility, item.entity])).values()].map(group => ({
    action: 'replay.request', subject: { kind: 'replay', id: replay.id }, facility: group[0]!.facility ?? null, entity: group[0]!.entity ?? null, reason: replay.reason,
    after: {
      state: replay.state, contentHash: replay.content_hash, exceptions: group.filter(item => item.included).map(item => String(item.exception_id)),
      leftOut: group.filter(item => !item.included).map(item => String(item.exception_id)), corrected: group.filter(item => item.corrections !== '[]').map(item => String(item.exception_id)),
    },
  })))
}

/** Writes who approved, and until when it may now be sent. The items are moved apart. */
export async function setApproval(tx: Transaction<Database>, id: string, approval: { person: string; at: Date; expiresAt: Date }): Promise<void> {
  await tx.updateTable('replay').set({ approved_by: approval.person, approved_at: approval.at, expires_at: approval.expiresAt }).where('id', '=', id).execute()
}

/** Notes that the target took a command; the state waits for the answer that comes as an event. */
export async function setDelivered(db: Kysely<Database>, replayId: string, exceptionIds: readonly string[], at: Date, answerDueAt: Date): Promise<void> {
  await db.updateTable('replay_item').set({ delivered_at: at, answer_due_at: answerDueAt })
    .where('replay_id', '=', replayId).where('exception_id', 'in', exceptionIds.map(Number)).execute()
}

export interface SendableItem extends ReplayItemRow { reason: string; requested_by: string; approved_by: string | null }

/**
 * Items that may be sent now, at most one per object, oldest request first. An item waits while an earlier one of the same object is on
 * its way, of unknown outcome, or not yet sent in the same replay: order per object is kept. Its own exception's earlier unknown
 * replay does not hold it, for a person saw and ticked that.
 */
export async function sendableItems(db: Kysely<Database>, { now, limit, exceptTargets }: { now: Date; limit: number; exceptTargets: readonly string[] }): Promise<SendableItem[]> {
  const rows = await db.selectFrom('replay_item').innerJoin('replay', 'replay.id', 'replay_item.replay_id')
    .selectAll('replay_item').select(['replay.reason', 'replay.requested_by', 'replay.approved_by'])
    .where('replay_item.included', '=', true).where('replay_item.state', '=', 'preflighted').where('replay.expires_at', '>', now)
    .$if(exceptTargets.length > 0, query => query.where(eb => eb.or([eb('replay_item.target', 'is', null), eb('replay_item.target', 'not in', [...exceptTargets])])))
    .where(eb => eb.or([eb('replay_item.not_before', 'is', null), eb('replay_item.not_before', '<=', now)]))
    .where(eb => eb.or([eb('replay_item.needs_approval', '=', false), eb('replay.approved_at', 'is not', null)]))
    .where(eb => eb.not(eb.exists(eb.selectFrom('replay_item as other').select('other.replay_id')
      .whereRef('other.object_type', '=', 'replay_item.object_type').whereRef('other.object_id', '=', 'replay_item.object_id').whereRef('other.namespace', '=', 'replay_item.namespace')
      .where('other.included', '=', true)
      .where(other => other.or([
        other('other.state', 'in', ['dispatched', 'accepted']),
        other.and([other('other.state', '=', 'unknown'), other('other.exception_id', '!=', other.ref('replay_item.exception_id'))]),
        other.and([other('other.replay_id', '=', other.ref('replay_item.replay_id')), other('other.state', '=', 'preflighted'), other('other.position', '<', other.ref('replay_item.position'))]),
      ])))))
    .orderBy('replay.requested_at').orderBy('replay_item.replay_id').orderBy('replay_item.position').limit(limit).execute()
  const seen = new Set<string>()
  return rows.filter(row => {
    const key = JSON.stringify([row.namespace, row.object_type, row.object_id])
    return !seen.has(key) && seen.add(key)
  })
}

/** Items whose end is still open: an answer or the milestone may come. */
export async function openItems(db: Kysely<Database>): Promise<ReplayItemRow[]> {
  return await db.selectFrom('replay_item').selectAll().where('state', 'in', ['dispatched', 'accepted', 'completed', 'unknown']).where('dispatched_at', 'is not', null).execute()
}

/** Items that were marked as dispatched and whose delivery nobody has noted: after a restart nobody knows. */
export async function undeliveredItems(db: Kysely<Database>): Promise<ReplayItemRow[]> {
  return await db.selectFrom('replay_item').selectAll().where('state', '=', 'dispatched').where('delivered_at', 'is', null).execute()
}

/** Items without a final answer in the target's time. */
export async function unansweredItems(db: Kysely<Database>, now: Date): Promise<ReplayItemRow[]> {
  return await db.selectFrom('replay_item').selectAll().where('state', 'in', ['dispatched', 'accepted']).where('answer_due_at', '<=', now).execute()
}

/** Replays with items that were neither sent nor approved in time. */
export async function expiredReplays(db: Kysely<Database>, now: Date): Promise<string[]> {
  const rows = await db.selectFrom('replay').select('id').where('expires_at', '<=', now)
    .where(eb => eb.exists(eb.selectFrom('replay_item').select('replay_item.replay_id').whereRef('replay_item.replay_id', '=', 'replay.id')
      .where('replay_item.included', '=', true).where('replay_item.state', 'in', statesBefore('expire')))).execute()
  return rows.map(row => row.id)
}

/** When after `now` there is something to do by time alone: a retry, an answer's deadline, an expiry. Null: nothing is waiting. */
export async function nextReplayDeadline(db: Kysely<Database>, now: Date): Promise<Date | null> {
  const { rows } = await sql<{ at: Date | null }>`
    select min(at) as at from (
      select not_before as at from replay_item where included and state = 'preflighted'
      union all select answer_due_at from replay_item where state in ('dispatched', 'accepted')
      union all select r.expires_at from replay r where exists (select 1 from replay_item i where i.replay_id = r.id and i.included and i.state in ('requested', 'preflighted', 'awaiting_approval'))
    ) as waiting where at > ${now}`.execute(db)
  return rows[0]?.at ?? null
}

async function writeHistory(tx: Transaction<Database>, exceptionIds: readonly string[], act: string, actor: Actor, detail: Record<string, unknown>): Promise<void> {
  await addHistory(tx, actor, exceptionIds.map(id => ({ exceptionId: Number(id), act, detail })))
}

function isUniqueViolation(error: unknown): boolean {
  for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) if ('code' in cause && cause.code === '23505') return true
  return false
}
