/** The counts of the worklist's ready-made views, in one pass over what the base filter lets through. */
import { z } from 'zod'
import type { ClickHouse } from '../clickhouse.ts'
import { defineQuery } from '../define-query.ts'
import { exceptionFilter } from '../../model/filter.ts'
import type { Scope } from '../../model/scope.ts'
import { bindFilter, rowsOf, SLA_STATE, whereParams } from './where.ts'

const count = z.coerce.number()
const row = z.object({ all: count, mine: count, nobody: count, breached: count, critical: count, waiting: count })
export type ViewCounts = z.infer<typeof row>

const views = defineQuery({
  name: 'exceptions.views',
  params: whereParams.extend({ me: z.string() }),
  row,
  scoped: true,
  sql: params => `SELECT count() AS all, countIf(assignee = {me:String}) AS mine, countIf(assignee = '') AS nobody, countIf(${SLA_STATE} = 'breached') AS breached,
      countIf(severity = 'critical') AS critical, countIf(status = 'waiting') AS waiting
    FROM ${rowsOf(params)}`,
})

/** Counts of the views; `facilities` empty: all of the scope. `me`: the id of the person who looks. */
export async function countViews(clickhouse: ClickHouse, facilities: string[], me: string, now: Date, scope: Scope): Promise<ViewCounts> {
  const filter = exceptionFilter.parse({ facility: facilities })
  const [found] = await views.run(clickhouse, { ...bindFilter(filter, null, now), me }, scope)
  return found ?? { all: 0, mine: 0, nobody: 0, breached: 0, critical: 0, waiting: 0 }
}
