/**
 * When integrations were last heard of, and when their batches last ran, by the events' own time; a time ahead of its arrival counts
 * as its arrival, so that a clock gone wrong hides no silence. Production only.
 */
import { z } from 'zod'
import type { ClickHouse } from '../clickhouse.ts'
import { defineQuery, UNSCOPED } from '../define-query.ts'

const FINDING_SEES_ALL = 'finding watches every integration, whoever may see it'
const row = z.object({ integration: z.string(), type: z.string(), feed: z.string(), first: z.number(), last: z.number() })
const texts = z.array(z.string())

/** `which`: a condition on the primary key; '' reads everything. Types and feeds are told apart only where a batch window looks for them. */
const heardSql = (which: string) => `
  SELECT integration, if(has({types:Array(String)}, type) AND status = 'succeeded', toString(type), '') AS type, if(type = '', '', JSONExtractString(attributes, 'feed')) AS feed,
    toFloat64(min(toUnixTimestamp64Milli(least(time, received_at)))) AS first, toFloat64(max(toUnixTimestamp64Milli(least(time, received_at)))) AS last
  FROM (SELECT integration, type, status, time, received_at, if(has({types:Array(String)}, type), attributes, '') AS attributes FROM events WHERE environment = 'production' AND integration != ''${which})
  GROUP BY integration, type, feed`

const inStretch = defineQuery({
  name: 'finding.heard_in_stretch',
  params: z.object({ types: texts, writer: z.string(), after: z.number(), upTo: z.number() }),
  row,
  scoped: FINDING_SEES_ALL,
  sql: heardSql(` AND (integration, time, event_key) IN (
    SELECT integration, time, event_key FROM event_log WHERE writer = {writer:String} AND sequence > {after:UInt64} AND sequence <= {upTo:UInt64} AND kind = 'event')`),
})
const ever = defineQuery({ name: 'finding.heard_ever', params: z.object({ types: texts }), row, scoped: FINDING_SEES_ALL, sql: heardSql('') })

/** An integration was heard of between `first` and `last` (epoch ms); `type` and `feed` are '' unless a window looks for the type. */
export type Heard = z.infer<typeof row>

/** What the log entries (after, upTo] of a writer let hear. `types`: event types that batch windows look for. */
export async function heardIn(clickhouse: ClickHouse, range: { writer: string; after: number; upTo: number }, types: readonly string[]): Promise<Heard[]> {
  return await inStretch.run(clickhouse, { types: [...types], ...range }, UNSCOPED)
}

/** What was heard ever. */
export async function heardEver(clickhouse: ClickHouse, types: readonly string[]): Promise<Heard[]> {
  return await ever.run(clickhouse, { types: [...types] }, UNSCOPED)
}
