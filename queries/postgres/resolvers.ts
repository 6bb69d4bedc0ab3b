/** Who closed exceptions, from their histories. */
import { type Kysely, sql } from 'kysely'
import type { Scope } from '../model/scope.ts'
import type { Database } from './schema.ts'
import { scopeCondition } from './scope.ts'

/** Exception id → who closed it last; those outside the scope or never closed are not in it. */
export async function resolversOf(db: Kysely<Database>, ids: readonly number[], scope: Scope): Promise<Map<string, { kind: string; id: string }>> {
  if (ids.length === 0) return new Map()
  const { rows } = await sql<{ exception_id: number; actor_kind: string; actor_id: string }>`
    select distinct on (h.exception_id) h.exception_id, h.actor_kind, h.actor_id
    from exception_history h join exception on exception.id = h.exception_id
    where h.exception_id = any(${ids}::bigint[]) and h.act in ('resolved', 'verified') and ${scopeCondition(scope)}
    order by h.exception_id, h.id desc`.execute(db)
  return new Map(rows.map(row => [String(row.exception_id), { kind: row.actor_kind, id: row.actor_id }]))
}
