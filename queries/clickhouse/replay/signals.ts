/** Reading the event log for what replays wait for: the execution layer's answers, and the milestones that prove an effect. */
import { z } from 'zod'
import type { ClickHouse } from '../clickhouse.ts'
import { defineQuery, UNSCOPED } from '../define-query.ts'

const SEES_ALL = 'background work: the answer to a replay belongs to whoever may see the replay'

const logHeads = defineQuery({
  name: 'replay.log-heads',
  params: z.object({ writers: z.array(z.string()), after: z.array(z.number()) }),
  row: z.object({ writer: z.string(), head: z.coerce.number() }),
  scoped: SEES_ALL,
  // One primary-key range per writer: the writer's position picks its cursor.
  sql: `
    SELECT writer, max(sequence) AS head FROM event_log
    WHERE writer IN {writers:Array(String)} AND sequence > arrayElement({after:Array(UInt64)}, indexOf({writers:Array(String)}, toString(writer)))
    GROUP BY writer`,
})

/** How far each writer's log reaches now; only writers with entries after their cursor. */
export async function readLogHeads(clickhouse: ClickHouse, cursors: ReadonlyMap<string, number>): Promise<Map<string, number>> {
  if (cursors.size === 0) return new Map()
  const rows = await logHeads.run(clickhouse, { writers: [...cursors.keys()], after: [...cursors.values()] }, UNSCOPED)
  return new Map(rows.map(({ writer, head }) => [writer, head]))
}

const instant = z.string().transform(text => new Date(`${text.replace(' ', 'T')}Z`))
const signal = z.object({
  type: z.string(), status: z.string(), time: instant, receivedAt: instant, integration: z.string(),
  namespaces: z.array(z.string()), objectTypes: z.array(z.string()), objectIds: z.array(z.string()),
  replayId: z.string(), idempotencyKey: z.string(), errorCode: z.string(), message: z.string(),
})
/** An event that may concern a replay. */
export type ReplaySignal = z.infer<typeof signal>

const signals = defineQuery({
  name: 'replay.signals',
  params: z.object({ writer: z.string(), after: z.number(), upTo: z.number(), types: z.array(z.string()) }),
  row: signal,
  scoped: SEES_ALL,
  // The log's own key columns are the sorting key of events: the sub-select becomes a primary-key look-up.
  sql: `
    SELECT type, status, toString(time) AS time, toString(received_at) AS receivedAt, integration,
           object_namespaces AS namespaces, object_types AS objectTypes, object_ids AS objectIds,
           JSONExtractString(attributes, 'replayId') AS replayId, JSONExtractString(attributes, 'idempotencyKey') AS idempotencyKey,
           error_code AS errorCode,
           multiIf(error_message != '', error_message, JSONExtractString(attributes, 'reason') != '', JSONExtractString(attributes, 'reason'), JSONExtractString(attributes, 'message')) AS message
    FROM events FINAL
    WHERE type IN {types:Array(String)} AND environment = 'production'
      AND (integration, events.time, event_key) IN (
        SELECT integration, time, event_key FROM event_log
        WHERE writer = {writer:String} AND sequence > {after:UInt64} AND sequence <= {upTo:UInt64} AND kind = 'event')
    ORDER BY events.time, event_key`,
})

/** The events of these types that a writer wrote with sequence in (after, upTo], by their own time. */
export async function readSignals(clickhouse: ClickHouse, range: { writer: string; after: number; upTo: number; types: readonly string[] }): Promise<ReplaySignal[]> {
  return await signals.run(clickhouse, { ...range, types: [...range.types] }, UNSCOPED)
}
