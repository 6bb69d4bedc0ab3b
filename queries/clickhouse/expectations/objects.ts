/** Which objects a change of an expectation would concern: those that wait by it, and those that began it lately. */
import { z } from 'zod'
import type { ClickHouse } from '../clickhouse.ts'
import { defineQuery } from '../define-query.ts'
import { toStoreInstant } from '../event-row.ts'
import type { ObjectRef } from '../../model/event.ts'
import type { Scope } from '../../model/scope.ts'

const concerned = defineQuery({
  name: 'expectations.objects',
  params: z.object({ type: z.string(), after: z.string(), process: z.string(), expectation: z.string(), from: z.string(), limit: z.number() }),
  row: z.object({ namespace: z.string(), object_type: z.string(), object_id: z.string(), total: z.coerce.number() }),
  scoped: true,
  // what waits comes first, so that it is judged even where there are more than the limit
  sql: `SELECT namespace, object_type, object_id, count() OVER () AS total
    FROM (SELECT namespace, object_type, object_id, last_at, (object_id, namespace) IN (
        SELECT object_id, namespace FROM obligations FINAL
        WHERE object_type = {type:String} AND process = {process:String} AND expectation = {expectation:String} AND isNull(met_at) AND isNull(cancelled_at) AND NOT removed) AS waits
      FROM objects FINAL WHERE object_type = {type:String} AND has(milestone_types, {after:String}) AND {scope})
    WHERE waits OR last_at >= {from:DateTime64(3, 'UTC')}
    ORDER BY waits DESC, last_at DESC, object_id LIMIT {limit:UInt32}`,
})

/** The objects, at most `limit` of `total`: those that wait first, then the newest. */
export async function concernedObjects(clickhouse: ClickHouse, of: { type: string; after: string; process: string; expectation: string }, from: Date, limit: number, scope: Scope): Promise<{ objects: ObjectRef[]; total: number }> {
  const rows = await concerned.run(clickhouse, { ...of, from: toStoreInstant(from), limit }, scope)
  return { objects: rows.map(row => ({ namespace: row.namespace, type: row.object_type, id: row.object_id })), total: rows[0]?.total ?? 0 }
}
