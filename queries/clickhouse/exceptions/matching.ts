/** Which of some exceptions a filter lets through, by the one condition of every list and figure. */
import { z } from 'zod'
import type { ClickHouse } from '../clickhouse.ts'
import { defineQuery } from '../define-query.ts'
import type { ExceptionFilter } from '../../model/filter.ts'
import type { Scope } from '../../model/scope.ts'
import { bindFilter, rowsOf, whereParams } from './where.ts'

/** Ids per query: a query's text has its limits. */
const AT_ONCE = 5000

const matching = defineQuery({
  name: 'exceptions.matching',
  params: whereParams,
  row: z.object({ id: z.string() }),
  scoped: true,
  sql: params => `SELECT toString(id) AS id FROM ${rowsOf(params)}`,
})

/** The ids among `ids` that the filter and the scope let through. */
export async function matchingExceptions(clickhouse: ClickHouse, filter: ExceptionFilter, scope: Scope, ids: readonly string[]): Promise<Set<string>> {
  const found = new Set<string>()
  for (let from = 0; from < ids.length; from += AT_ONCE) {
    for (const { id } of await matching.run(clickhouse, bindFilter(filter, ids.slice(from, from + AT_ONCE)), scope)) found.add(id)
  }
  return found
}
