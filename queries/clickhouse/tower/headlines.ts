/** How headlines came about: how many were open at past instants, how old they are, how many causes they have. Each under the headline's own condition, all in one pass. */
import { z } from 'zod'
import type { ClickHouse } from '../clickhouse.ts'
import { defineQuery } from '../define-query.ts'
import { toStoreInstant } from '../event-row.ts'
import { bindSeveral, severalConditions, severalFilters, severalParams } from '../exceptions/several.ts'
import { sourceOf } from '../exceptions/where.ts'
import type { ExceptionFilter } from '../../model/filter.ts'
import type { Scope } from '../../model/scope.ts'

const count = z.coerce.number()
const HOUR = 3_600_000
/** Upper bounds of the ageing steps in hours; the last step has none. */
export const AGEING_HOURS = [24, 72, 168] as const

/**
 * What was closed since the first instant, beside what is open: nothing else was open at any of the instants. Which ids are asked of
 * every version there is (one narrow column), and only their rows are read whole. A headline that counts resolved ones reads all of them.
 */
const CLOSED_SINCE = `id IN (SELECT id FROM exceptions WHERE resolution_at > {instants:Array(DateTime64(3, 'UTC'))}[1])`

const trends = defineQuery({
  name: 'tower.headlines',
  params: severalParams.extend({ instants: z.array(z.string()), bounds: z.array(z.string()) }),
  row: z.object({ open_at: z.array(z.array(count)), ageing: z.array(z.array(count)), causes: z.array(count), largest: z.array(count) }),
  scoped: true,
  sql(params) {
    const given = severalFilters(params)
    // Opened by event time, closed by when it was closed: the history of an installation that was loaded at once shows what is left of it.
    const at = `arrayMap(t -> toUInt64(first_seen <= t AND (isNull(resolution_at) OR resolution_at > t)), {instants:Array(DateTime64(3, 'UTC'))})`
    const fits = severalConditions(params, ['status']).map((condition, index) => `(${condition}) AS fits_${index}, fits_${index} AND (empty({status_${index}:Array(String)}) OR status IN {status_${index}:Array(String)}) AS now_${index}`)
    const columns = `${at} AS at_, arrayMap(b -> toUInt64(first_seen > b), {bounds:Array(DateTime64(3, 'UTC'))}) AS young_, line AS cause_, ${fits.join(', ')}`
    const wanted = `{scope} AND (${given.map((_, index) => `fits_${index}`).join(' OR ')})`
    const closed = given.every(own => sourceOf(own) === 'exceptions_open') ? ` AND ${CLOSED_SINCE}` : ''
    const each = (expression: (index: number) => string) => `[${given.map((_, index) => expression(index)).join(', ')}]`
    return `SELECT ${each(index => `sumForEachIf(at_, fits_${index})`)} AS open_at, ${each(index => `sumForEachIf(young_, now_${index})`)} AS ageing, ${each(index => `uniqExactIf(cause_, now_${index})`)} AS causes,
        ${each(index => `arrayMax(arrayPushBack(sumMapIf([cause_], [toUInt64(1)], now_${index}).2, 0))`)} AS largest
      FROM (SELECT ${columns} FROM exceptions_open FINAL WHERE ${wanted}
        UNION ALL SELECT ${columns} FROM exceptions FINAL WHERE ${wanted} AND status = 'resolved'${closed})`
  },
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

/** The trends of the `days` days that end at `now`, in the order of the headlines. `total`: what is open now, from the headline's figure. */
export async function headlineTrends(clickhouse: ClickHouse, headlines: readonly { filter: ExceptionFilter; total: number }[], days: number, now: Date, scope: Scope): Promise<HeadlineTrend[]> {
  if (headlines.length === 0) return []
  const instants = Array.from({ length: days }, (_, index) => toStoreInstant(new Date(now.getTime() - (days - 1 - index) * 24 * HOUR)))
  const bounds = AGEING_HOURS.map(hours => toStoreInstant(new Date(now.getTime() - hours * HOUR)))
  const [row] = await trends.run(clickhouse, { ...bindSeveral(headlines.map(({ filter }) => filter), now), instants, bounds }, scope)
  return headlines.map(({ total }, of) => {
    const younger = AGEING_HOURS.map((_, index) => row?.ageing[of]?.[index] ?? 0)
    return {
      openAt: instants.map((_, index) => (index === days - 1 ? total : (row?.open_at[of]?.[index] ?? 0))),
      ageing: [...younger, total].map((value, index) => Math.max(0, value - (younger[index - 1] ?? 0))),
      causes: row?.causes[of] ?? 0, largest: row?.largest[of] ?? 0,
    }
  })
}
