/**
 * What became of the work of each window: a step's obligations by when they began to wait, so that the open part of a window is the
 * backlog with the same `from` and `to`. What failed is the worklist's own condition.
 */
import { z } from 'zod'
import { clausesOf } from '../backlog/backlog.ts'
import type { ClickHouse } from '../clickhouse.ts'
import { defineQuery } from '../define-query.ts'
import { toStoreInstant } from '../event-row.ts'
import { whereSql } from '../exceptions/where.ts'
import { bindView, viewParams } from '../views/filter.ts'
import type { SystemOf, ViewFilter } from '../views/filter.ts'
import { fromMinor } from '../../model/money.ts'
import type { Money } from '../../model/money.ts'
import type { Scope } from '../../model/scope.ts'

const number = z.coerce.number()
/** Ids of failed ones carried with a window; where there are more, only their number is told. */
const IDS = 50
const MINOR = 'toInt128(ifNull(amount_minor, 0))'

const query = defineQuery({
  name: 'invoice_exports.windows',
  params: viewParams.extend({ bounds: z.array(z.string()).min(2) }),
  row: z.object({
    slot: number, money: z.string(), all: number, in_time: number, late_done: number, failed: number, late: number, waiting: number, all_minor: z.string(), open_minor: z.string(), failed_ids: z.array(z.string()),
  }),
  scoped: true,
  sql: given => `SELECT slot, money, count() AS all, countIf(NOT stays AND met_at <= due_at) AS in_time, countIf(NOT stays AND met_at > due_at) AS late_done,
      countIf(stays AND fails) AS failed, countIf(stays AND NOT fails AND is_late) AS late, countIf(stays AND NOT fails AND NOT is_late) AS waiting,
      toString(sum(${MINOR})) AS all_minor, toString(sumIf(${MINOR}, stays)) AS open_minor, groupArrayIf(${IDS + 1})(object_id, stays AND fails) AS failed_ids
    FROM (SELECT object_id, amount_minor, if(isNull(amount_minor), '', toString(currency)) AS money, met_at, due_at, isNull(met_at) AS stays, due_at <= {now:DateTime64(3, 'UTC')} AS is_late,
        (object_type, object_id, namespace) IN (SELECT object_type, object_id, namespace FROM exceptions FINAL WHERE ${whereSql(given)}) AS fails,
        length(arrayFilter(b -> toDateTime64(b, 3, 'UTC') <= anchor_at, {bounds:Array(String)})) - 1 AS slot
      FROM obligations FINAL WHERE {scope} AND kind = 'overdue' AND NOT removed AND isNull(cancelled_at) AND anchor_at >= toDateTime64({bounds:Array(String)}[1], 3, 'UTC') AND anchor_at < toDateTime64({bounds:Array(String)}[-1], 3, 'UTC')
        ${[...clausesOf({ ...given, from: null, to: null, overdue: undefined })].map(([, clause]) => `AND ${clause}`).join(' ')})
    GROUP BY slot, money ORDER BY slot, money`,
})

/** One window `[from, to)`. `done` late or in time; of what is missing: failed, past due without a failure, not yet due. */
export interface WorkWindow {
  from: string; to: string
  all: number; inTime: number; lateDone: number; failed: number; late: number; waiting: number; withoutAmount: number
  money: { all: Money; missing: Money }[]
  /** of the failed ones; null where there are too many to name */
  failedIds: string[] | null
}

/** The windows between each two neighbours of `bounds` (ascending), for one step of the filter; `filter.kind` says which exceptions are failures. */
export async function workWindows(clickhouse: ClickHouse, filter: ViewFilter, bounds: readonly Date[], systemOf: SystemOf, now: Date, scope: Scope): Promise<WorkWindow[]> {
  if (bounds.length < 2) return []
  const rows = await query.run(clickhouse, { ...bindView(filter, systemOf, now), bounds: bounds.map(toStoreInstant) }, scope)
  const bySlot = Map.groupBy(rows, row => row.slot)
  return bounds.slice(0, -1).map((from, slot): WorkWindow => {
    const own = bySlot.get(slot) ?? []
    const sum = (of: (row: z.infer<typeof query.row>) => number) => own.reduce((total, row) => total + of(row), 0)
    const ids = own.flatMap(row => row.failed_ids)
    return {
      from: from.toISOString(), to: (bounds[slot + 1] as Date).toISOString(),
      all: sum(row => row.all), inTime: sum(row => row.in_time), lateDone: sum(row => row.late_done), failed: sum(row => row.failed), late: sum(row => row.late), waiting: sum(row => row.waiting),
      withoutAmount: own.find(row => row.money === '')?.all ?? 0,
      money: own.filter(row => row.money !== '').map(row => ({ all: fromMinor(row.all_minor, row.money), missing: fromMinor(row.open_minor, row.money) })),
      failedIds: ids.length > IDS ? null : ids,
    }
  })
}
