/** How many exceptions each of several filters lets through, in one pass: the counts beside a row of views. The same clauses as the list and `countExceptions`. */
import { z } from 'zod'
import type { ClickHouse } from '../clickhouse.ts'
import { defineQuery } from '../define-query.ts'
import type { ExceptionFilter } from '../../model/filter.ts'
import type { Scope } from '../../model/scope.ts'
import { bindFilter, clauses, sourceOf, whereParams } from './where.ts'

const NAMES = Object.keys(whereParams.shape)

const counts = defineQuery({
  name: 'exceptions.count_each',
  // every filter's parameters under its own number: kind_0, kind_1, …
  params: z.looseObject({ filters: z.number() }),
  row: z.object({ counts: z.array(z.coerce.number()) }),
  scoped: true,
  sql(params) {
    const given = Array.from({ length: params.filters }, (_, index) => whereParams.parse(Object.fromEntries(NAMES.map(name => [name, params[`${name}_${index}`]]))))
    const table = given.every(own => sourceOf(own) === 'exceptions_open') ? 'exceptions_open' : 'exceptions'
    const conditions = given.map((own, index) => {
      return [...clauses(own).values()].map(sql => sql.replaceAll(/\{(\w+):/g, `{$1_${index}:`)).join(' AND ') || '1'
    })
    return `SELECT [${conditions.map(condition => `countIf(${condition})`).join(', ')}] AS counts FROM ${table} FINAL WHERE {scope}`
  },
})

/** The counts in the order of the filters. */
export async function countEach(clickhouse: ClickHouse, filters: readonly ExceptionFilter[], scope: Scope): Promise<number[]> {
  if (filters.length === 0) return []
  const bound = filters.flatMap((filter, index) => Object.entries(bindFilter(filter)).map(([name, value]) => [`${name}_${index}`, value] as const))
  const [row] = await counts.run(clickhouse, { filters: filters.length, ...Object.fromEntries(bound) }, scope)
  return row?.counts ?? filters.map(() => 0)
}
