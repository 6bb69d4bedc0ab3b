/** What every table of events holds, by event id: for tests that count what is left after a kill. */
import { z } from 'zod'
import type { Stores } from '#queries/stores.ts'

/** Ids per table with FINAL, an id as often as it has rows. Of `events_by_object` one per (object, event). */
const TABLES = {
  events: 'SELECT id FROM events FINAL',
  events_by_object: `SELECT concat(object_type, ' ', object_id, ' ', event_id) AS id FROM events_by_object FINAL`,
  events_by_correlation: 'SELECT e.id AS id FROM events_by_correlation AS c FINAL INNER JOIN (SELECT id, event_key FROM events FINAL) AS e ON e.event_key = c.event_key',
  event_identities: 'SELECT e.id AS id FROM event_identities AS i FINAL INNER JOIN (SELECT id, event_key FROM events FINAL) AS e ON e.event_key = i.event_key',
  event_log: `SELECT DISTINCT e.id AS id FROM event_log AS l FINAL INNER JOIN (SELECT id, event_key FROM events FINAL) AS e ON e.event_key = l.event_key`,
} as const
export type EventTable = keyof typeof TABLES

const idRow = z.object({ id: z.string() })

/** The ids in each table that are the test's own (`ofTest`; the readiness canary's are not), sorted. */
export async function idsPerTable({ clickhouse }: Pick<Stores, 'clickhouse'>, ofTest: (id: string) => boolean): Promise<Record<EventTable, string[]>> {
  const found = {} as Record<EventTable, string[]>
  for (const [table, sql] of Object.entries(TABLES)) {
    const { rows } = await clickhouse.query({ name: 'test.kill', sql })
    found[table as EventTable] = rows.map(row => idRow.parse(row).id).filter(ofTest).sort()
  }
  return found
}
