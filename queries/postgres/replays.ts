/** Reading replays and what they are about. Who may see what is a parameter; a replay is visible through the items in the reader's scope. */
import { sql, type Kysely, type Selectable } from 'kysely'
import { z } from 'zod'
import type { ObjectRef } from '../model/event.ts'
import { fromMinor } from '../model/money.ts'
import { REPLAY_CLOCK_SKEW, replayItemView, type ReplayItemView, type ReplayState, type ReplayView } from '../model/replay.ts'
import type { Scope } from '../model/scope.ts'
import { scopeCondition } from './scope.ts'
import type { Database, ReplayItemTable, ReplayTable } from './schema.ts'

/** How many ids go into one statement: far below PostgreSQL's 65,535 bound values. */
export const IDS_PER_STATEMENT = 5000

/** An exception as a replay needs it. Amounts in minor units as text. */
export interface ReplayCandidate {
  id: string
  kind: string
  status: string
  resolutionBy: string | null
  process: string | null
  step: string | null
  integration: string | null
  object: ObjectRef | null
  amountMinor: string | null
  currency: string | null
  amountKey: string | null
  facility: string | null
  entity: string | null
  environment: string
}

/** An item of another replay about the same exception. */
export interface EarlierItem { exceptionId: string; replayId: string; idempotencyKey: string; state: ReplayState }

export type ReplayRow = Selectable<ReplayTable>
export type ReplayItemRow = Selectable<ReplayItemTable>

/** The exceptions of these ids that the scope shows; what is outside is absent, as if it did not exist. */
export async function replayCandidates(db: Kysely<Database>, ids: readonly string[], scope: Scope): Promise<ReplayCandidate[]> {
  const found: ReplayCandidate[] = []
  for (const part of parts(ids)) {
    const rows = await db.selectFrom('exception')
      .select(['id', 'kind', 'status', 'resolution_by', 'process', 'step', 'integration', 'namespace', 'object_type', 'object_id', 'amount_minor', 'currency', 'amount_key', 'facility', 'entity', 'environment'])
      .where('id', 'in', part.map(Number))
      .where(scopeCondition(scope))
      .orderBy('id').execute()
    for (const row of rows) {
      found.push({
        id: String(row.id), kind: row.kind, status: row.status, resolutionBy: row.resolution_by, process: row.process, step: row.step, integration: row.integration,
        object: refOf(row), amountMinor: row.amount_minor === null ? null : String(row.amount_minor), currency: row.currency, amountKey: row.amount_key,
        facility: row.facility, entity: row.entity, environment: row.environment,
      })
    }
  }
  return found
}

/** Items that were to be sent for these exceptions in any replay but `exceptReplay`, newest first. */
export async function earlierItems(db: Kysely<Database>, exceptionIds: readonly string[], exceptReplay: string | null): Promise<EarlierItem[]> {
  const found: EarlierItem[] = []
  for (const part of parts(exceptionIds)) {
    const rows = await db.selectFrom('replay_item').innerJoin('replay', 'replay.id', 'replay_item.replay_id')
      .select(['replay_item.exception_id', 'replay_item.replay_id', 'replay_item.idempotency_key', 'replay_item.state'])
      .where('exception_id', 'in', part.map(Number)).where('included', '=', true)
      .$if(exceptReplay !== null, query => query.where('replay_id', '!=', exceptReplay ?? ''))
      .orderBy('replay.requested_at', 'desc').execute()
    for (const row of rows) found.push({ exceptionId: String(row.exception_id), replayId: row.replay_id, idempotencyKey: row.idempotency_key, state: row.state as ReplayState })
  }
  return found
}

/**
 * Of these exceptions, those whose present trouble was sent for replay and neither refused nor reported failed: the instant from which
 * a milestone counts as the replay's effect. What closes such an exception from then on is *verified*, everything else *recovered*.
 * A replay of an earlier trouble (before the newest evidence) does not count.
 */
export async function replayEffectsFrom(db: Kysely<Database>, exceptionIds: readonly number[]): Promise<Map<number, Date>> {
  const from = new Map<number, Date>()
  for (const part of parts(exceptionIds)) {
    const rows = await db.selectFrom('replay_item').innerJoin('exception', 'exception.id', 'replay_item.exception_id')
      .select(['replay_item.exception_id', eb => eb.fn.min('replay_item.dispatched_at').as('at')])
      .where('replay_item.exception_id', 'in', part).whereRef('replay_item.dispatched_at', '>=', 'exception.evidence_at')
      .where('replay_item.state', 'in', ['dispatched', 'accepted', 'completed', 'verified', 'unknown'])
      .groupBy('replay_item.exception_id').execute()
    for (const { exception_id, at } of rows) if (at) from.set(Number(exception_id), new Date(new Date(at).getTime() - REPLAY_CLOCK_SKEW))
  }
  return from
}

/** A replay with its item counts, or null if none of its items lies in the scope. Counts cover the items in scope. */
export async function replayById(db: Kysely<Database>, id: string, scope: Scope): Promise<ReplayView | null> {
  const replay = await db.selectFrom('replay').selectAll().where('id', '=', id).executeTakeFirst()
  if (!replay) return null
  const [view] = await withCounts(db, [replay], scope)
  return view ?? null
}

/** Newest first. `states` empty: all. `cursor` as answered before; throws `invalid_cursor`. */
export async function listReplays(db: Kysely<Database>, request: { scope: Scope; states: readonly ReplayState[]; cursor?: string | undefined; limit: number }): Promise<{ items: ReplayView[]; nextCursor: string | null }> {
  const { scope, states, limit } = request
  const after = request.cursor === undefined ? null : readCursor(request.cursor)
  const rows = await db.selectFrom('replay').selectAll()
    .$if(states.length > 0, query => query.where('state', 'in', [...states]))
    .$if(after !== null, query => query.where(eb => eb(eb.refTuple('requested_at', 'id'), '<', sql<[Date, string]>`(${after?.at}::timestamptz, ${after?.id})`)))
    .where(eb => eb.exists(eb.selectFrom('replay_item').select('replay_item.replay_id').whereRef('replay_item.replay_id', '=', 'replay.id')
      .where(scopeCondition(scope))))
    .orderBy('requested_at', 'desc').orderBy('id', 'desc').limit(limit + 1).execute()
  const page = rows.slice(0, limit)
  const last = page.at(-1)
  return { items: await withCounts(db, page, scope), nextCursor: rows.length > limit && last ? writeCursor({ at: last.requested_at.toISOString(), id: last.id }) : null }
}

/** The items of a replay in scope, in the order they are sent, those left out last. Empty for a replay outside the scope. */
export async function listReplayItems(db: Kysely<Database>, id: string, request: { scope: Scope; cursor?: string | undefined; limit: number }): Promise<{ items: ReplayItemView[]; nextCursor: string | null }> {
  const after = request.cursor === undefined ? -1 : Number(readCursor(request.cursor).id)
  const rows = await db.selectFrom('replay_item').selectAll().where('replay_id', '=', id).where('position', '>', after)
    .where(scopeCondition(request.scope))
    .orderBy('position').limit(request.limit + 1).execute()
  const page = rows.slice(0, request.limit)
  const last = page.at(-1)
  return { items: page.map(viewOfItem), nextCursor: rows.length > request.limit && last ? writeCursor({ at: '', id: String(last.position) }) : null }
}

/** The replays that concern an exception, newest first; for the exception's page. */
export async function replaysOfException(db: Kysely<Database>, exceptionId: string, scope: Scope): Promise<ReplayItemView[]> {
  const rows = await db.selectFrom('replay_item').innerJoin('replay', 'replay.id', 'replay_item.replay_id').selectAll('replay_item')
    .where('exception_id', '=', Number(exceptionId)).where(scopeCondition(scope))
    .orderBy('replay.requested_at', 'desc').limit(100).execute()
  return rows.map(viewOfItem)
}

/** How many items of a replay that are to be sent lie outside the scope; a person approves only what they may see in full. */
export async function itemsOutsideScope(db: Kysely<Database>, id: string, scope: Scope): Promise<number> {
  const { count } = await db.selectFrom('replay_item').select(eb => eb.fn.countAll<string>().as('count')).where('replay_id', '=', id).where('included', '=', true)
    .where(eb => eb.not(scopeCondition(scope))).executeTakeFirstOrThrow()
  return Number(count)
}

async function withCounts(db: Kysely<Database>, replays: readonly ReplayRow[], scope: Scope): Promise<ReplayView[]> {
  if (replays.length === 0) return []
  const counts = await db.selectFrom('replay_item').select(['replay_id', 'state', 'included']).select(eb => eb.fn.countAll<string>().as('count'))
    .where('replay_id', 'in', replays.map(replay => replay.id)).where(scopeCondition(scope))
    .groupBy(['replay_id', 'state', 'included']).execute()
  return replays.flatMap(replay => {
    const own = counts.filter(count => count.replay_id === replay.id)
    if (own.length === 0) return []
    const byState: Partial<Record<ReplayState, number>> = {}
    for (const { state, count, included } of own) if (included) byState[state as ReplayState] = Number(count)
    const total = own.reduce((sum, { count }) => sum + Number(count), 0)
    const leftOut = own.reduce((sum, { count, included }) => sum + (included ? 0 : Number(count)), 0)
    return [{
      id: replay.id, state: replay.state as ReplayState, reason: replay.reason, requestedBy: replay.requested_by, requestedAt: replay.requested_at.toISOString(),
      approvedBy: replay.approved_by, approvedAt: replay.approved_at?.toISOString() ?? null, needsApproval: replay.needs_approval,
      selectionHash: replay.selection_hash, contentHash: replay.content_hash, expiresAt: replay.expires_at.toISOString(),
      items: { total, leftOut, byState }, version: replay.version,
    }]
  })
}

/** A stored item as the interfaces answer it. */
export function viewOfItem(row: ReplayItemRow): ReplayItemView {
  return replayItemView.parse({
    replayId: row.replay_id, exceptionId: String(row.exception_id), position: row.position, state: row.state, included: row.included,
    verdict: row.verdict, why: row.why, idempotencyKey: row.idempotency_key, integration: row.integration, step: row.step,
    object: refOf(row), amount: row.amount_minor === null || row.currency === null ? null : fromMinor(String(row.amount_minor), row.currency),
    facility: row.facility, postsMoney: row.posts_money, needsApproval: row.needs_approval, corrections: row.corrections,
    dispatchedAt: row.dispatched_at?.toISOString() ?? null, answeredAt: row.answered_at?.toISOString() ?? null, verifiedAt: row.verified_at?.toISOString() ?? null,
    answer: row.answer,
  })
}

/** The object of a row that names one. */
export function refOf(row: { namespace: string | null; object_type: string | null; object_id: string | null }): ObjectRef | null {
  return row.namespace !== null && row.object_type !== null && row.object_id !== null ? { namespace: row.namespace, type: row.object_type, id: row.object_id } : null
}

/** Cuts a list into pieces that fit one statement. */
export function parts<T>(list: readonly T[]): T[][] {
  return Array.from({ length: Math.ceil(list.length / IDS_PER_STATEMENT) }, (_, index) => list.slice(index * IDS_PER_STATEMENT, (index + 1) * IDS_PER_STATEMENT))
}

const cursorShape = z.tuple([z.literal(1), z.string(), z.string()])

/** Thrown for a cursor that did not come from here. */
export class CursorError extends Error {
  readonly code = 'invalid_cursor'
}

function writeCursor({ at, id }: { at: string; id: string }): string {
  return Buffer.from(JSON.stringify([1, at, id])).toString('base64url')
}

function readCursor(text: string): { at: string; id: string } {
  try {
    const [, at, id] = cursorShape.parse(JSON.parse(Buffer.from(text, 'base64url').toString('utf8')))
    if (at !== '' && Number.isNaN(Date.parse(at))) throw new Error('time')
    return { at, id }
  } catch {
    throw new CursorError('The cursor is not one that this list gave')
  }
}
