/** Value that leaks: services past one step (charge, stock move) in the time allowed, by day and by code. The open ones are rows of the backlog. */
import { z } from 'zod'
import { clausesOf, WAITS, backlogParams, bindBacklog } from '../backlog/backlog.ts'
import type { BacklogFilter } from '../backlog/backlog.ts'
import type { ClickHouse } from '../clickhouse.ts'
import { defineQuery } from '../define-query.ts'
import { toStoreInstant } from '../event-row.ts'
import { fromMinor } from '../../model/money.ts'
import type { Money } from '../../model/money.ts'
import type { Scope } from '../../model/scope.ts'

const number = z.coerce.number()
const NOW = `{now:DateTime64(3, 'UTC')}`
const MINOR = 'toInt128(ifNull(amount_minor, 0))'
const MONEY = `if(isNull(amount_minor), '', toString(currency))`
/** The event that says what a service is. */
export const COMPLETED = 'care.service.completed'
const joined = (clauses: ReadonlyMap<string, string>, without: readonly string[] = []): string => [...clauses].filter(([name]) => !without.includes(name)).map(([, clause]) => ` AND ${clause}`).join('')

const byDay = defineQuery({
  name: 'charges.leak_by_day',
  params: backlogParams.extend({ bounds: z.array(z.string()).min(2) }),
  row: z.object({ slot: number, money: z.string(), services: number, leaking: number, late_done: number, leaking_minor: z.string(), late_minor: z.string() }),
  scoped: true,
  sql: given => `SELECT slot, money, count() AS services, countIf(leaks) AS leaking, countIf(caught) AS late_done, toString(sumIf(${MINOR}, leaks)) AS leaking_minor, toString(sumIf(${MINOR}, caught)) AS late_minor
    FROM (SELECT amount_minor, ${MONEY} AS money, isNull(met_at) AND due_at <= ${NOW} AS leaks, isNotNull(met_at) AND met_at > due_at AS caught,
        length(arrayFilter(b -> toDateTime64(b, 3, 'UTC') <= anchor_at, {bounds:Array(String)})) - 1 AS slot
      FROM obligations FINAL WHERE {scope} AND kind = 'overdue' AND NOT removed AND isNull(cancelled_at) AND anchor_at >= toDateTime64({bounds:Array(String)}[1], 3, 'UTC') AND anchor_at < toDateTime64({bounds:Array(String)}[-1], 3, 'UTC')${joined(clausesOf(given), ['from', 'to', 'overdue'])})
    GROUP BY slot, money ORDER BY slot, money`,
})

/** A day `[from, to)`: services completed on it, those whose step leaks now, and those that were made good late. */
export interface LeakDay { from: string; to: string; services: number; leaking: number; lateDone: number; money: Money[] }

/** What leaks of each day between neighbours of `bounds` (ascending), for the step of the filter. */
export async function leakByDay(clickhouse: ClickHouse, filter: BacklogFilter, bounds: readonly Date[], now: Date, scope: Scope): Promise<LeakDay[]> {
  if (bounds.length < 2) return []
  const rows = await byDay.run(clickhouse, { ...bindBacklog(filter, now), bounds: bounds.map(toStoreInstant) }, scope)
  const bySlot = Map.groupBy(rows, row => row.slot)
  return bounds.slice(0, -1).map((from, slot): LeakDay => {
    const own = bySlot.get(slot) ?? []
    const sum = (of: (row: z.infer<typeof byDay.row>) => number) => own.reduce((total, row) => total + of(row), 0)
    return {
      from: from.toISOString(), to: (bounds[slot + 1] as Date).toISOString(), services: sum(row => row.services), leaking: sum(row => row.leaking), lateDone: sum(row => row.late_done),
      money: own.filter(row => row.money !== '' && row.leaking > 0).map(row => fromMinor(row.leaking_minor, row.money)),
    }
  })
}

const LEAKING = (given: z.infer<typeof backlogParams>): string => `FROM obligations_open FINAL WHERE ${WAITS} AND due_at <= ${NOW} AND object_type = 'service'${joined(clausesOf(given), ['overdue'])}`
const byCode = defineQuery({
  name: 'charges.leak_by_code',
  params: backlogParams,
  row: z.object({ code: z.string(), services: number, facilities: number, oldest: z.string(), money: z.array(z.tuple([z.string(), z.string()])) }),
  scoped: true,
  // The code stands on the event of the completed service; what it is asked of is bounded by what leaks.
  sql: given => `SELECT code, sum(services_) AS services, length(arrayDistinct(arrayFlatten(groupArray(facilities_)))) AS facilities, toString(min(oldest_)) AS oldest,
      arraySort(groupArrayIf((money_, toString(minor_)), money_ != '')) AS money
    FROM (SELECT code, money_, count() AS services_, groupUniqArray(facility) AS facilities_, min(anchor_at) AS oldest_, sum(minor) AS minor_
      FROM (SELECT namespace, object_id, anchor_at, toString(facility) AS facility, ${MINOR} AS minor, ${MONEY} AS money_ ${LEAKING(given)}) AS leaking
      LEFT JOIN (SELECT namespace, object_id, argMax(JSONExtractString(attributes, 'code'), time) AS code FROM events_by_object
        WHERE object_type = 'service' AND object_id IN (SELECT object_id ${LEAKING(given)}) AND type = '${COMPLETED}' AND status = 'succeeded' AND {scope} GROUP BY namespace, object_id) AS said USING (namespace, object_id)
      GROUP BY code, money_)
    GROUP BY code ORDER BY services DESC, code LIMIT 12`,
})

/** A service code: what leaks of it. `code` '' where no event says one. */
export interface LeakCode { code: string; services: number; facilities: number; oldest: string; money: Money[] }

/** What leaks per service code, the most services first, at most twelve codes. */
export async function leakByCode(clickhouse: ClickHouse, filter: BacklogFilter, now: Date, scope: Scope): Promise<LeakCode[]> {
  const rows = await byCode.run(clickhouse, bindBacklog(filter, now), scope)
  return rows.map(row => ({ code: row.code, services: row.services, facilities: row.facilities, oldest: `${row.oldest.replace(' ', 'T')}Z`, money: row.money.map(([currency, minor]) => fromMinor(minor, currency)) }))
}
