/** When the failures of groups began, in equal steps, by the events' own time; closed ones count like open ones, so the past does not change. */
import { z } from 'zod'
import type { ClickHouse } from '../clickhouse.ts'
import { defineQuery } from '../define-query.ts'
import { storeInstant, toStoreInstant } from '../event-row.ts'
import type { Scope } from '../../model/scope.ts'

export type TrendStep = 'hour' | 'day'
const STEPS: Readonly<Record<TrendStep, string>> = { hour: 'toStartOfHour(first_seen, {zone:String})', day: `toStartOfDay(first_seen, {zone:String})` }

const trend = defineQuery({
  name: 'groups.trend',
  params: z.object({ fingerprints: z.array(z.string()), step: z.enum(['hour', 'day']), zone: z.string(), from: z.string(), to: z.string() }),
  row: z.object({ fingerprint: z.string(), at: z.coerce.number(), count: z.coerce.number(), first: storeInstant }),
  scoped: true,
  sql: ({ step }) => `SELECT fingerprint, toUnixTimestamp(${STEPS[step]}) AS at, count() AS count, toString(min(first_seen)) AS first
    FROM exceptions FINAL WHERE {scope} AND fingerprint IN {fingerprints:Array(String)} AND environment = 'production'
      AND first_seen >= toDateTime64({from:String}, 3, 'UTC') AND first_seen < toDateTime64({to:String}, 3, 'UTC')
    GROUP BY fingerprint, at ORDER BY fingerprint, at`,
})

/** One step: its start (epoch seconds, of the hour or day in the zone), how many failures began in it and the first of them. */
export interface TrendPoint { at: number; count: number; first: string }

/** The steps in [from, to) that have failures, per group, oldest first. `zone`: IANA name, for days as the reader counts them. */
export async function groupTrends(clickhouse: ClickHouse, fingerprints: readonly string[], step: TrendStep, zone: string, from: Date, to: Date, scope: Scope): Promise<Map<string, TrendPoint[]>> {
  if (fingerprints.length === 0) return new Map()
  const rows = await trend.run(clickhouse, { fingerprints: [...fingerprints], step, zone, from: toStoreInstant(from), to: toStoreInstant(to) }, scope)
  return Map.groupBy(rows, row => row.fingerprint)
}
