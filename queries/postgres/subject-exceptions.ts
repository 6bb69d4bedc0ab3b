/** Which exceptions stand for given subjects. */
import { sql } from 'kysely'
import type { Kysely } from 'kysely'
import type { Scope } from '../model/scope.ts'
import { scopeCondition } from './scope.ts'
import type { Database } from './schema.ts'

/** Number and status of the exception of each subject key that has one inside the scope. */
export async function exceptionsOfSubjects(db: Kysely<Database>, subjectKeys: readonly string[], scope: Scope): Promise<Map<string, { id: string; status: string }>> {
  if (subjectKeys.length === 0) return new Map()
  const rows = await db.selectFrom('exception').select(['id', 'subject_key', 'status'])
    .where('subject_key', '=', sql<string>`any(${[...subjectKeys]}::text[])`).where(scopeCondition(scope)).execute()
  return new Map(rows.map(row => [row.subject_key, { id: String(row.id), status: row.status }]))
}
