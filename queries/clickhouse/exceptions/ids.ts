/** The ids behind a list: what "all that match" freezes. The same condition as the list itself. */
import { z } from 'zod'
import type { ClickHouse } from '../clickhouse.ts'
import { defineQuery } from '../define-query.ts'
import type { ExceptionFilter } from '../../model/filter.ts'
import type { Scope } from '../../model/scope.ts'
import { bindFilter, rowsOf, whereParams } from './where.ts'

const ids = defineQuery({
  name: 'exceptions.ids',
  params: whereParams.extend({ newest: z.number(), limit: z.number() }),
  row: z.object({ id: z.string() }),
  scoped: true,
  sql: params => `SELECT toString(number) AS id FROM (SELECT id AS number FROM ${rowsOf(params)}) WHERE number <= {newest:UInt64} ORDER BY number LIMIT {limit:UInt32}`,
})

/** Ids of everything that the filter lets through and that was found up to `newest`, ascending; null if there are more than `limit`. */
export async function matchingIds(clickhouse: ClickHouse, filter: ExceptionFilter, newest: number, scope: Scope, limit: number): Promise<string[] | null> {
  const rows = await ids.run(clickhouse, { ...bindFilter(filter), newest, limit: limit + 1 }, scope)
  return rows.length > limit ? null : rows.map(row => row.id)
}
