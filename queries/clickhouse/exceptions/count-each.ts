/** How many exceptions each of several filters lets through, in one pass: the counts beside a row of views. The same clauses as the list and `countExceptions`. */
import { z } from 'zod'
import type { ClickHouse } from '../clickhouse.ts'
import { defineQuery } from '../define-query.ts'
import type { ExceptionFilter } from '../../model/filter.ts'
import type { Scope } from '../../model/scope.ts'
import { bindSeveral, severalConditions, severalFilters, severalParams } from './several.ts'
import { sourceOf } from './where.ts'

const counts = defineQuery({
  name: 'exceptions.count_each',
  params: severalParams,
  row: z.object({ counts: z.array(z.coerce.number()) }),
  scoped: true,
  sql(params) {
    const table = severalFilters(params).every(own => sourceOf(own) === 'exceptions_open') ? 'exceptions_open' : 'exceptions'
    return `SELECT [${severalConditions(params).map(condition => `countIf(${condition})`).join(', ')}] AS counts FROM ${table} FINAL WHERE {scope}`
  },
})

/** The counts in the order of the filters. */
export async function countEach(clickhouse: ClickHouse, filters: readonly ExceptionFilter[], scope: Scope): Promise<number[]> {
  if (filters.length === 0) return []
  const [row] = await counts.run(clickhouse, bindSeveral(filters), scope)
  return row?.counts ?? filters.map(() => 0)
}
