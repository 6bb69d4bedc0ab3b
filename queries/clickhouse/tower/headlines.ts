/** How a headline came about: how many were open at past instants, how old they are, how many causes they have. The headline's own condition. */
import { z } from 'zod'
import type { ClickHouse } from '../clickhouse.ts'
import { defineQuery } from '../define-query.ts'
import { toStoreInstant } from '../event-row.ts'
import { bindFilter, whereParams, whereSql } from '../exceptions/where.ts'
import type { ExceptionFilter } from '../../model/filter.ts'
import type { Scope } from '../../model/scope.ts'

const count = z.coerce.number()
const HOUR = 3_600_000
/** Upper bounds of the ageing steps in hours; the last step has none. */
export const AGEING_HOURS = [24, 72, 168] as const

const trend = defineQuery({
  name: 'tower.headline',
  params: whereParams.extend({ instants: z.array(z.string()), bounds: z.array(z.string()), statuses: z.array(z.string()) }),
  row: z.object({ open_at: z.array(count), ageing: z.array(count), causes: count, largest: count }),
  scoped: true,
  // Opened by event time, closed by when it was closed: the history of an installation that was loaded at once shows what is left of it.
  sql: params => `SELECT
      sumForEach(arrayMap(t -> toUInt64(first_seen <= toDateTime64(t, 3, 'UTC') AND (isNull(resolution_at) OR resolution_at > toDateTime64(t, 3, 'UTC'))), {instants:Array(String)})) AS open_at,
      sumForEachIf(arrayMap(b -> toUInt64(first_seen > toDateTime64(b, 3, 'UTC')), {bounds:Array(String)}), status IN {statuses:Array(String)}) AS ageing,
      uniqExactIf(fingerprint, status IN {statuses:Array(String)}) AS causes, arrayMax(arrayPushBack(sumMapIf([fingerprint], [toUInt64(1)], status IN {statuses:Array(String)}).2, 0)) AS largest
    FROM exceptions FINAL WHERE ${whereSql(params, ['status'])}`,
})

export interface HeadlineTrend {
  /** at the end of each day before `now`, oldest first, the last one now */
  openAt: number[]
  /** younger than each of AGEING_HOURS, then all the rest; each step without those before it */
  ageing: number[]
  causes: number
  /** members of the largest failure group */
  largest: number
}

/** The trend of `days` days that ends at `now`. `total`: what is open now, from the headline's figure. */
export async function headlineTrend(clickhouse: ClickHouse, filter: ExceptionFilter, days: number, now: Date, total: number, scope: Scope): Promise<HeadlineTrend> {
  const instants = Array.from({ length: days }, (_, index) => toStoreInstant(new Date(now.getTime() - (days - 1 - index) * 24 * HOUR)))
  const bounds = AGEING_HOURS.map(hours => toStoreInstant(new Date(now.getTime() - hours * HOUR)))
  const [row] = await trend.run(clickhouse, { ...bindFilter(filter), instants, bounds, statuses: filter.status }, scope)
  const younger = AGEING_HOURS.map((_, index) => row?.ageing[index] ?? 0)
  return {
    openAt: instants.map((_, index) => (index === days - 1 ? total : (row?.open_at[index] ?? 0))),
    ageing: [...younger, total].map((value, index) => Math.max(0, value - (younger[index - 1] ?? 0))),
    causes: row?.causes ?? 0, largest: row?.largest ?? 0,
  }
}
