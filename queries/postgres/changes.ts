/** What changed in the life of exceptions, in the order of its history: what the live stream reads. */
import type { Kysely } from 'kysely'
import type { Database } from './schema.ts'

/** One entry of a history: which exception it is about and where that belongs. */
export interface Change { historyId: number; exceptionId: string; facility: string | null; entity: string | null }

/** The entries after this history id, at most `limit`, in order. Reads everything: whoever passes it on filters by scope. */
export async function changesAfter(db: Kysely<Database>, historyId: number, limit: number): Promise<Change[]> {
  const rows = await db.selectFrom('exception_history').innerJoin('exception', 'exception.id', 'exception_history.exception_id')
    .select(['exception_history.id as id', 'exception_history.exception_id as exception', 'exception.facility as facility', 'exception.entity as entity'])
    .where('exception_history.id', '>', historyId).orderBy('exception_history.id').limit(limit).execute()
  return rows.map(row => ({ historyId: Number(row.id), exceptionId: String(row.exception), facility: row.facility, entity: row.entity }))
}

/** The newest history id; 0 where there is none. */
export async function newestChange(db: Kysely<Database>): Promise<number> {
  const row = await db.selectFrom('exception_history').select(eb => eb.fn.max('id').as('newest')).executeTakeFirst()
  return Number(row?.newest ?? 0)
}
