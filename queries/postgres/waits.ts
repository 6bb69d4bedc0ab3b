/** Waits for third parties: written with the act that begins or ends one, read by evaluation. Instants in epoch ms. */
import { sql } from 'kysely'
import type { Kysely, Transaction } from 'kysely'
import type { ObjectRef } from '../model/event.ts'
import type { ExceptionRow } from './exceptions.ts'
import type { Database } from './schema.ts'
import { jsonb } from './jsonb.ts'

/** One wait on one exception's (process, milestone). An exception without an object belongs to its integration: type and namespace ''. */
export interface StoredWait { id: number; revision: number; object: ObjectRef; process: string; milestone: string; from: number; until: number; endedAt: number | null; party: string }

/**
 * Records what changes of exceptions mean for their waits, in the transaction of the change: a status `waiting` begins one, any other
 * status ends it, at its planned end at the latest. `row` is the exception before. Resolves to how many began or ended.
 */
export async function recordWaits(tx: Transaction<Database>, changes: readonly { row: Pick<ExceptionRow, 'id' | 'status'>; columns: Record<string, unknown> }[], now: Date): Promise<number> {
  const ended = changes.filter(({ row, columns }) => row.status === 'waiting' && columns['status'] !== undefined)
  const begun = changes.filter(({ columns }) => columns['status'] === 'waiting')
  if (ended.length > 0) {
    await sql`update exception_wait set ended_at = greatest(since, least(until_at, ${now.toISOString()}::timestamptz)), pending = true, revision = revision + 1
      where ended_at is null and exception_id = any(${ended.map(({ row }) => Number(row.id))}::bigint[])`.execute(tx)
  }
  if (begun.length > 0) {
    const rows = begun.map(({ row, columns }) => ({ exception_id: Number(row.id), until_at: columns['wait_until'], party: columns['wait_party'] }))
    await sql`insert into exception_wait (exception_id, since, until_at, party)
      select exception_id, ${now.toISOString()}::timestamptz, until_at, party from jsonb_to_recordset(${jsonb(rows)}::jsonb) as wait(exception_id bigint, until_at timestamptz, party text)`.execute(tx)
  }
  return ended.length + begun.length
}

/** Every wait there ever was on an exception with a step, for a finder that starts. */
export async function allWaits(db: Kysely<Database>): Promise<StoredWait[]> {
  return (await waits(db).execute()).map(toWait)
}

/** Waits that changed since they were last judged, oldest first. */
export async function pendingWaits(db: Kysely<Database>, limit: number): Promise<StoredWait[]> {
  return (await waits(db).where('exception_wait.pending', '=', true).orderBy('exception_wait.id').limit(limit).execute()).map(toWait)
}

/** Notes that these waits were judged as they were read; one that changed meanwhile stays pending. */
export async function markJudged(db: Kysely<Database>, judged: readonly Pick<StoredWait, 'id' | 'revision'>[]): Promise<void> {
  if (judged.length === 0) return
  await sql`update exception_wait set pending = false
    from jsonb_to_recordset(${JSON.stringify(judged.map(({ id, revision }) => ({ id, revision })))}::jsonb) as done(id bigint, revision integer)
    where exception_wait.id = done.id and exception_wait.revision = done.revision`.execute(db)
}

function waits(db: Kysely<Database>) {
  return db.selectFrom('exception_wait').innerJoin('exception', 'exception.id', 'exception_wait.exception_id').select([
    'exception_wait.id', 'exception_wait.revision', 'exception_wait.since', 'exception_wait.until_at', 'exception_wait.ended_at', 'exception_wait.party',
    'exception.namespace', 'exception.object_type', 'exception.object_id', 'exception.integration', 'exception.process', 'exception.step',
  ])
}

type Row = Awaited<ReturnType<ReturnType<typeof waits>['execute']>>[number]

function toWait(row: Row): StoredWait {
  const object = row.object_id === null ? { namespace: '', type: '', id: row.integration ?? '' } : { namespace: row.namespace ?? '', type: row.object_type ?? '', id: row.object_id }
  return {
    id: Number(row.id), revision: row.revision, object, process: row.process ?? '', milestone: row.step ?? '', from: row.since.getTime(), until: row.until_at.getTime(), endedAt: row.ended_at?.getTime() ?? null, party: row.party,
  }
}

/** Since when exceptions wait for somebody now, by exception. */
export async function openWaits(db: Kysely<Database>): Promise<ReadonlyMap<number, number>> {
  const rows = await db.selectFrom('exception_wait').select(['exception_id', 'since']).where('ended_at', 'is', null).execute()
  return new Map(rows.map(row => [Number(row.exception_id), row.since.getTime()]))
}
