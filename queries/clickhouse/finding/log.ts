/** The event log as background readers follow it: per writer a contiguous sequence in commit order. */
import { z } from 'zod'
import type { ClickHouse } from '../clickhouse.ts'
import { defineQuery, UNSCOPED } from '../define-query.ts'

const stretch = defineQuery({
  name: 'finding.log_stretch',
  params: z.object({ writer: z.string(), after: z.number(), limit: z.number() }),
  row: z.object({ sequence: z.coerce.number(), kind: z.string(), event_key: z.string(), age_ms: z.number() }),
  scoped: 'the log has no business content; readers see all of it',
  sql: `SELECT sequence, kind, toString(event_key) AS event_key, toFloat64(toUnixTimestamp64Milli(now64(3)) - toUnixTimestamp64Milli(time)) AS age_ms
    FROM event_log WHERE writer = {writer:String} AND sequence > {after:UInt64} ORDER BY sequence LIMIT {limit:UInt32}`,
})

export interface LogEntry { sequence: number; kind: string; eventKey: string; ageMs: number }

/** The next entries of a writer after a sequence, at most `limit`, in order. */
export async function readLog(clickhouse: ClickHouse, writer: string, after: number, limit: number): Promise<LogEntry[]> {
  const rows = await stretch.run(clickhouse, { writer, after, limit }, UNSCOPED)
  return rows.map(row => ({ sequence: row.sequence, kind: row.kind, eventKey: row.event_key, ageMs: row.age_ms }))
}
