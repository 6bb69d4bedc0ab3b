/** What a person has seen of the worklist: when the last visit ended, and which exceptions were opened since. */
import { sql, type Kysely } from 'kysely'
import type { Database } from './schema.ts'

/** Minutes without a look at the worklist after which the next look is a new visit. */
export const VISIT_ENDS_MINUTES = 30

/**
 * Notes a look at the worklist and answers the end of the visit before this one: what was found later is new. Null for somebody who is
 * here for the first time: then nothing is new, as everything would be.
 */
export async function visitWorklist(db: Kysely<Database>, personId: string, now: Date): Promise<string | null> {
  const at = now.toISOString()
  const row = await sql<{ since: Date | null }>`
    insert into worklist_visit (person_id, since, last_at) values (${personId}, null, ${at}::timestamptz)
    on conflict (person_id) do update set
      since = case when worklist_visit.last_at < ${at}::timestamptz - make_interval(mins => ${VISIT_ENDS_MINUTES}) then worklist_visit.last_at else worklist_visit.since end,
      last_at = greatest(worklist_visit.last_at, ${at}::timestamptz)
    returning since`.execute(db)
  return row.rows[0]?.since?.toISOString() ?? null
}

/** Everything up to now counts as seen. */
export async function markAllSeen(db: Kysely<Database>, personId: string, now: Date): Promise<void> {
  await db.insertInto('worklist_visit').values({ person_id: personId, since: now.toISOString(), last_at: now.toISOString() })
    .onConflict(conflict => conflict.column('person_id').doUpdateSet({ since: now.toISOString(), last_at: now.toISOString() })).execute()
}

/** The person has opened this exception. */
export async function markRead(db: Kysely<Database>, personId: string, exceptionId: number): Promise<void> {
  await db.insertInto('exception_read').values({ person_id: personId, exception_id: exceptionId })
    .onConflict(conflict => conflict.columns(['person_id', 'exception_id']).doUpdateSet({ at: sql<string>`now()` })).execute()
}

/** Which of these exceptions the person has opened after `since`. */
export async function readOf(db: Kysely<Database>, personId: string, exceptionIds: readonly number[], since: string): Promise<Set<string>> {
  if (exceptionIds.length === 0) return new Set()
  const rows = await db.selectFrom('exception_read').select('exception_id').where('person_id', '=', personId).where('at', '>=', new Date(since)).where('exception_id', '=', sql<number>`any(${[...exceptionIds]}::bigint[])`).execute()
  return new Set(rows.map(row => String(row.exception_id)))
}
