/** How many exceptions each rule decides, by the same condition as the list that `rule=` gives. */
import { z } from 'zod'
import type { ClickHouse } from '../clickhouse.ts'
import { defineQuery } from '../define-query.ts'
import type { ExceptionFilter } from '../../model/filter.ts'
import type { Scope } from '../../model/scope.ts'
import { bindFilter, rowsOf, whereParams } from './where.ts'

const counts = defineQuery({
  name: 'exceptions.by_rule',
  params: whereParams,
  row: z.object({ rule: z.string(), count: z.coerce.number() }),
  scoped: true,
  sql: params => `SELECT arrayJoin(rules) AS rule, count() AS count FROM ${rowsOf(params)} GROUP BY rule`,
})

/** `severity:<id>` or `owner:<id>` → how many of the filter's exceptions it decides; a rule that decides none is not in it. */
export async function countByRule(clickhouse: ClickHouse, filter: ExceptionFilter, scope: Scope): Promise<ReadonlyMap<string, number>> {
  return new Map((await counts.run(clickhouse, bindFilter(filter), scope)).map(row => [row.rule, row.count]))
}
