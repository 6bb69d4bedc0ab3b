/** What disagrees in a set as it stands, and when something next comes due. For the finder of mismatches. */
import { z } from 'zod'
import type { ClickHouse } from '../clickhouse.ts'
import { defineQuery, UNSCOPED } from '../define-query.ts'
import { SETTLING } from './results.ts'

const SEES_ALL = 'finding judges every item, whoever may see it'
const epoch = z.coerce.number()

const row = z.object({
  set_id: z.string(), item_id: z.string(), side: z.string(), namespace: z.string(), object_type: z.string(), object_id: z.string(), event_type: z.string(), event_id: z.string(), open: z.string(), currency: z.string(),
  counterparty_type: z.string(), counterparty_id: z.string(), counterparty_name: z.string(), facility: z.string(), entity: z.string(), integration: z.string(), criticality: z.string(), correlation_id: z.string(),
  first: epoch, due: epoch, status: z.string(), match_id: z.string(), reasons: z.array(z.string()), difference_reasons: z.array(z.string()), difference_minors: z.array(z.coerce.string()),
  /** of one of several that are alike: their group, and how many the other side has */
  alike: z.string(), others: z.coerce.number(),
})
/** An item that disagrees: without its other side in time, or in a match that differs. Instants are epoch milliseconds. */
export type Finding = z.infer<typeof row>

const findings = defineQuery({
  name: 'reconciliation.findings',
  params: z.object({ sets: z.array(z.string()), settling: z.array(z.string()), now: z.date() }),
  row,
  scoped: SEES_ALL,
  sql: `SELECT set_id, item_id, r.side AS side, namespace, object_type, object_id, event_type, event_id, toString(open_minor) AS open, currency, counterparty_type, counterparty_id, counterparty_name, facility, entity, integration, criticality, correlation_id,
      toFloat64(toUnixTimestamp64Milli(first_at)) AS first, toFloat64(toUnixTimestamp64Milli(due_at)) AS due, status, match_id, reasons, difference_reasons, arrayMap(x -> toString(x), difference_minors) AS difference_minors,
      if(status = 'suggested', m.alike_, '') AS alike, toUInt32(arrayCount(x -> x != side, m.sides_)) AS others
    FROM (SELECT * FROM recon_results FINAL WHERE set_id IN {sets:Array(String)}
      AND ((opens AND status IN ('unmatched', 'suggested')) OR (status IN ('matched', 'partially_matched') AND arrayExists(r -> NOT has({settling:Array(String)}, r), difference_reasons)))) AS r
    LEFT JOIN (SELECT run AS run_, item_id_, match_id AS alike_, sides AS sides_ FROM recon_matches ARRAY JOIN item_ids AS item_id_ WHERE ambiguous AND rule = 'block' AND set_id IN {sets:Array(String)}) AS m ON r.version = m.run_ AND r.item_id = m.item_id_
    WHERE status != 'suggested' OR alike != '' OR due_at <= {now:DateTime64(3, 'UTC')}
    ORDER BY set_id, item_id`,
})

/** Everything that disagrees in these sets at an instant. What is only suggested has no other side yet. */
export async function findingsOf(clickhouse: ClickHouse, sets: readonly string[], now: Date): Promise<Finding[]> {
  return await findings.run(clickhouse, { sets: [...sets], settling: [...SETTLING], now }, UNSCOPED)
}

const due = defineQuery({
  name: 'reconciliation.due',
  params: z.object({ now: z.date() }),
  row: z.object({ set_id: z.string(), next: epoch, due: z.coerce.number() }),
  scoped: SEES_ALL,
  sql: `SELECT set_id, toFloat64(toUnixTimestamp64Milli(min(due_at))) AS next, countIf(due_at <= {now:DateTime64(3, 'UTC')}) AS due FROM recon_results FINAL WHERE status = 'expected' GROUP BY set_id`,
})

/** Per set with expected items: how many are due, and when the first is (epoch ms). */
export async function dueItems(clickhouse: ClickHouse, now: Date): Promise<{ set: string; due: number; next: number }[]> {
  return (await due.run(clickhouse, { now }, UNSCOPED)).map(row => ({ set: row.set_id, due: row.due, next: row.next }))
}

const position = defineQuery({
  name: 'reconciliation.log_position',
  params: z.object({ writer: z.string(), after: z.number() }),
  row: z.object({ newest: z.coerce.number(), entries: z.coerce.number() }),
  scoped: 'the log has no business content; readers see all of it',
  sql: 'SELECT max(sequence) AS newest, count() AS entries FROM event_log WHERE writer = {writer:String} AND sequence > {after:UInt64}',
})

/** How far a writer's log reaches beyond a sequence. */
export async function logBeyond(clickhouse: ClickHouse, writer: string, after: number): Promise<{ newest: number; entries: number }> {
  const [row] = await position.run(clickhouse, { writer, after }, UNSCOPED)
  return row ?? { newest: after, entries: 0 }
}

const typesIn = defineQuery({
  name: 'reconciliation.types_in',
  params: z.object({ writer: z.string(), after: z.number(), upTo: z.number() }),
  row: z.object({ type: z.string() }),
  scoped: SEES_ALL,
  sql: `SELECT DISTINCT toString(type) AS type FROM events WHERE (integration, time, event_key) IN (
    SELECT integration, time, event_key FROM event_log WHERE writer = {writer:String} AND sequence > {after:UInt64} AND sequence <= {upTo:UInt64} AND kind = 'event')`,
})

/** The event types of a stretch of the log. */
export async function typesOfLog(clickhouse: ClickHouse, range: { writer: string; after: number; upTo: number }): Promise<string[]> {
  return (await typesIn.run(clickhouse, range, UNSCOPED)).map(row => row.type)
}

const typesEver = defineQuery({
  name: 'reconciliation.types_ever', params: z.object({}), row: z.object({ type: z.string() }), scoped: SEES_ALL, sql: 'SELECT DISTINCT toString(type) AS type FROM events',
})

/** Every event type there is. */
export async function everyType(clickhouse: ClickHouse): Promise<Set<string>> {
  return new Set((await typesEver.run(clickhouse, {}, UNSCOPED)).map(row => row.type))
}

const newest = defineQuery({ name: 'reconciliation.newest_version', params: z.object({}), row: z.object({ version: z.coerce.number() }), scoped: SEES_ALL, sql: 'SELECT max(version) AS version FROM recon_items' })

/** The highest version of any item; 0 if there is none. */
export async function newestItemVersion(clickhouse: ClickHouse): Promise<number> {
  return (await newest.run(clickhouse, {}, UNSCOPED))[0]?.version ?? 0
}
