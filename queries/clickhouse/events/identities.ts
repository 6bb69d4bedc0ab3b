/** Look-ups that ingestion makes before it writes: which identities are known, and which times were assigned. */
import { z } from 'zod'
import type { ClickHouse } from '../clickhouse.ts'
import { defineQuery, UNSCOPED } from '../define-query.ts'
import type { AssignedTimeRow } from './rows.ts'

/** Keys per query: over HTTP the parameters travel in the address, which a server cuts at 1 MiB. */
const KEYS_PER_QUERY = 5000
const INGESTION_SEES_ALL = 'ingestion compares identities over all facilities'

// Columns are qualified: an alias of the same name would stand for the text of the key in WHERE, and no index would serve it.
const identitiesOf = defineQuery({
  name: 'events.identities',
  params: z.object({ keys: z.array(z.guid()) }),
  row: z.object({ event_key: z.string(), content_hash: z.string() }),
  scoped: INGESTION_SEES_ALL,
  sql: `SELECT toString(i.event_key) AS event_key, toString(min(i.content_hash)) AS content_hash
        FROM event_identities AS i WHERE i.event_key IN {keys:Array(UUID)} GROUP BY i.event_key`,
})

const assignedTimesOf = defineQuery({
  name: 'events.assigned_times',
  params: z.object({ keys: z.array(z.guid()) }),
  row: z.object({ event_key: z.string(), time: z.string() }),
  scoped: INGESTION_SEES_ALL,
  sql: `SELECT toString(t.event_key) AS event_key, toString(min(t.time)) AS time
        FROM assigned_times AS t WHERE t.event_key IN {keys:Array(UUID)} GROUP BY t.event_key`,
})

/** event_key → content hash (decimal string) of those of `keys` that are stored as a whole. */
export async function knownIdentities(clickhouse: ClickHouse, keys: readonly string[]): Promise<Map<string, string>> {
  const known = new Map<string, string>()
  for (let from = 0; from < keys.length; from += KEYS_PER_QUERY) {
    for (const row of await identitiesOf.run(clickhouse, { keys: keys.slice(from, from + KEYS_PER_QUERY) }, UNSCOPED)) known.set(row.event_key, row.content_hash)
  }
  return known
}

/**
 * Fixes the times of events that brought none: the time already assigned to the key, else the proposed one, which is durable when
 * this resolves. Two processes that first see the same timeless event in the same instant may assign two times.
 */
export async function assignTimes(clickhouse: ClickHouse, proposed: readonly AssignedTimeRow[]): Promise<Map<string, string>> {
  const assigned = new Map<string, string>()
  for (let from = 0; from < proposed.length; from += KEYS_PER_QUERY) {
    const keys = proposed.slice(from, from + KEYS_PER_QUERY).map(row => row.event_key)
    for (const row of await assignedTimesOf.run(clickhouse, { keys }, UNSCOPED)) assigned.set(row.event_key, row.time)
  }
  const fresh = proposed.filter(row => !assigned.has(row.event_key))
  if (fresh.length > 0) await clickhouse.insert({ table: 'assigned_times', rows: fresh })
  for (const row of fresh) assigned.set(row.event_key, row.time)
  return assigned
}
