/** Runs of the reconciliation, requests for them, and what people decided. */
import { sql } from 'kysely'
import type { Kysely, Selectable, Transaction } from 'kysely'
import { z } from 'zod'
import { reconTotal } from '../model/reconciliation.ts'
import type { ReconTotal, RUN_STATUSES } from '../model/reconciliation.ts'
import { jsonb } from './jsonb.ts'
import type { Database, ReconciliationRunTable } from './schema.ts'

export interface RunView { id: string; set: string; kind: 'full' | 'incremental'; status: (typeof RUN_STATUSES)[number]; startedAt: string; finishedAt: string | null; items: number | null; ruleVersion: number; requestedBy: string | null; totals: ReconTotal[]; error: string | null }

/** Begins a run. `number` is also the version of everything it writes. */
export async function beginRun(db: Kysely<Database>, run: { id: string; number: number; set: string; kind: 'full' | 'incremental'; ruleVersion: number; requestedBy: string | null }): Promise<void> {
  await db.insertInto('reconciliation_run').values({ id: run.id, number: run.number, set_id: run.set, kind: run.kind, status: 'running', rule_version: run.ruleVersion, requested_by: run.requestedBy, totals: '[]' })
    .onConflict(conflict => conflict.column('id').doUpdateSet({ number: run.number, status: 'running' })).execute()
}

/** Ends a run; `error` says what did not add up. */
export async function endRun(db: Kysely<Database>, id: string, end: { status: 'succeeded' | 'failed'; items: number | null; totals: readonly ReconTotal[]; error: string | null }): Promise<void> {
  await db.updateTable('reconciliation_run').set({ status: end.status, finished_at: sql`now()`, items: end.items, totals: jsonb(end.totals), error: end.error }).where('id', '=', id).execute()
}

/** A run that was under way when its process died is failed. */
export async function endBrokenRuns(db: Kysely<Database>): Promise<void> {
  await db.updateTable('reconciliation_run').set({ status: 'failed', finished_at: sql`now()`, error: 'the process ended before the run did' }).where('status', '=', 'running').where('number', '>', 0).execute()
}

/** The newest run of each set, ended or not. */
export async function lastRuns(db: Kysely<Database>): Promise<Map<string, RunView>> {
  const rows = await db.selectFrom('reconciliation_run').distinctOn('set_id').selectAll().where('number', '>', 0).orderBy('set_id').orderBy('number', 'desc').execute()
  return new Map(rows.map(row => [row.set_id, toRun(row)]))
}

/** The number of the newest succeeded run of each set, and of any run. */
export async function runNumbers(db: Kysely<Database>): Promise<{ newest: number; succeeded: Map<string, { number: number; ruleVersion: number }> }> {
  const rows = await db.selectFrom('reconciliation_run').distinctOn('set_id').select(['set_id', 'number', 'rule_version']).where('status', '=', 'succeeded').orderBy('set_id').orderBy('number', 'desc').execute()
  const newest = await db.selectFrom('reconciliation_run').select(eb => eb.fn.max('number').as('number')).executeTakeFirst()
  return { newest: Number(newest?.number ?? 0), succeeded: new Map(rows.map(row => [row.set_id, { number: Number(row.number), ruleVersion: row.rule_version }])) }
}

/** One run of a set; undefined if there is none. */
export async function runById(db: Kysely<Database>, set: string, id: string): Promise<RunView | undefined> {
  const row = await db.selectFrom('reconciliation_run').selectAll().where('set_id', '=', set).where('id', '=', id).executeTakeFirst()
  return row && toRun(row)
}

function toRun(row: Selectable<ReconciliationRunTable>): RunView {
  return {
    id: row.id, set: row.set_id, kind: row.kind as RunView['kind'], status: row.status as RunView['status'], startedAt: row.started_at.toISOString(), finishedAt: row.finished_at?.toISOString() ?? null,
    items: row.items === null ? null : Number(row.items), ruleVersion: row.rule_version, requestedBy: row.requested_by, totals: z.array(reconTotal).parse(row.totals), error: row.error,
  }
}

export interface RunRequest { id: string; set: string; requestedBy: string; covers: Map<string, number> }

/** Asks for a full run that covers the events up to these sequences. The id is the run's. The run is to be seen at once, as running. */
export async function requestRun(tx: Transaction<Database>, request: RunRequest, ruleVersion: number): Promise<void> {
  await tx.insertInto('reconciliation_request').values({ id: request.id, set_id: request.set, requested_by: request.requestedBy, covers: jsonb(Object.fromEntries(request.covers)) }).execute()
  // its number comes when it begins; until then it is below every other and unlike any
  await tx.insertInto('reconciliation_run').values({ id: request.id, number: sql<number>`least(0, (select coalesce(min(number), 0) from reconciliation_run)) - 1`, set_id: request.set, kind: 'full', status: 'running', rule_version: ruleVersion, requested_by: request.requestedBy, totals: '[]' }).execute()
}

/** Requests that nobody has begun, the oldest first. */
export async function openRequests(db: Kysely<Database>): Promise<RunRequest[]> {
  const rows = await db.selectFrom('reconciliation_request').selectAll().where('taken', '=', false).orderBy('at').orderBy('id').execute()
  return rows.map(row => ({ id: row.id, set: row.set_id, requestedBy: row.requested_by, covers: new Map(Object.entries(z.record(z.string(), z.number()).parse(row.covers))) }))
}

/** Notes that a request is carried out. */
export async function takeRequest(db: Kysely<Database>, id: string): Promise<void> {
  await db.updateTable('reconciliation_request').set({ taken: true }).where('id', '=', id).execute()
}

export interface Decision { id: string; sequence: number; set: string; action: 'accept' | 'decline' | 'split' | 'write_off'; items: string[]; allocations: { a: string; b: string; amount: string }[]; reason: string; by: string; at: string }

/** What stands of what people decided on a set, the oldest first. */
export async function standingDecisions(db: Kysely<Database>, set: string): Promise<Decision[]> {
  const rows = await db.selectFrom('reconciliation_decision').selectAll().where('set_id', '=', set).where('undone_at', 'is', null).orderBy('sequence').execute()
  return rows.map(row => ({
    id: row.id, sequence: Number(row.sequence), set: row.set_id, action: row.action as Decision['action'], items: row.items, allocations: z.array(z.object({ a: z.string(), b: z.string(), amount: z.string() })).parse(row.allocations),
    reason: row.reason, by: row.decided_by, at: row.decided_at.toISOString(),
  }))
}

/** Decisions that were made or undone on these items and their sets after an instant: what a run must look at again. */
export async function changedDecisions(db: Kysely<Database>, after: Date): Promise<{ set: string; items: string[] }[]> {
  const rows = await db.selectFrom('reconciliation_decision').select(['set_id', 'items']).where(eb => eb.or([eb('decided_at', '>=', after), eb('undone_at', '>=', after)])).execute()
  return rows.map(row => ({ set: row.set_id, items: row.items }))
}

/** Keeps a decision. */
export async function addDecision(tx: Transaction<Database>, decision: Omit<Decision, 'sequence' | 'at'>): Promise<void> {
  await tx.insertInto('reconciliation_decision').values({ id: decision.id, set_id: decision.set, action: decision.action, items: decision.items, allocations: jsonb(decision.allocations), reason: decision.reason, decided_by: decision.by }).execute()
}

/** Undoes the standing decisions that speak of exactly these items (or of any of them, `any`); resolves to what was undone. */
export async function undoDecisions(tx: Transaction<Database>, set: string, items: readonly string[], by: string): Promise<{ id: string; action: string; items: string[] }[]> {
  return await tx.updateTable('reconciliation_decision').set({ undone_by: by, undone_at: sql`now()` }).where('set_id', '=', set).where('undone_at', 'is', null).where(sql<boolean>`items && ${[...items]}::text[]`)
    .returning(['id', 'action', 'items']).execute()
}

/** The standing decisions that speak of any of these items, locked together with the set: two decisions on one item come one after the other. */
export async function lockDecisions(tx: Transaction<Database>, set: string, items: readonly string[]): Promise<{ id: string; action: string }[]> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`reconciliation ${set}`}, 0))`.execute(tx)
  return await tx.selectFrom('reconciliation_decision').select(['id', 'action']).where('set_id', '=', set).where('undone_at', 'is', null).where(sql<boolean>`items && ${[...items]}::text[]`).execute()
}
