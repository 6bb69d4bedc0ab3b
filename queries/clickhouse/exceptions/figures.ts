/** How many, how much, since when: the figures of tiles, badges and heads of lists, from the same condition as the list. */
import { z } from 'zod'
import type { ClickHouse } from '../clickhouse.ts'
import { defineQuery } from '../define-query.ts'
import type { ExceptionFilter } from '../../model/filter.ts'
import type { Scope } from '../../model/scope.ts'
import { figureRow, moneySql, toFigure } from '../figure.ts'
import type { Figure } from '../figure.ts'
import { bindFilter, rowsOf, whereParams } from './where.ts'

const grouped = (value: string | null) => defineQuery({
  name: value === null ? 'exceptions.figures' : `exceptions.figures_by_${value}`,
  params: whereParams,
  row: figureRow,
  scoped: true,
  sql: params => moneySql({ value, amountOf: 'amount_of', since: 'first_seen', late: '0' }, rowsOf(params)),
})
const total = grouped(null)
const groups = { facility: grouped('facility'), integration: grouped('integration'), process: grouped('process'), fingerprint: grouped('fingerprint') }
export type FigureGroup = keyof typeof groups

/** The figure of everything that the filter lets through: what the list shows over all its pages. */
export async function countExceptions(clickhouse: ClickHouse, filter: ExceptionFilter, scope: Scope, ids: readonly string[] | null = null): Promise<Figure> {
  const [row] = await total.run(clickhouse, bindFilter(filter, ids), scope)
  return toFigure(row)
}

const number = defineQuery({
  name: 'exceptions.count',
  params: whereParams,
  row: z.object({ count: z.coerce.number() }),
  scoped: true,
  sql: params => `SELECT count() AS count FROM ${rowsOf(params)}`,
})

/** The count of the figure alone, for badges: without money it costs a third. */
export async function howManyExceptions(clickhouse: ClickHouse, filter: ExceptionFilter, scope: Scope): Promise<number> {
  return (await number.run(clickhouse, bindFilter(filter), scope))[0]?.count ?? 0
}

/** The same figure per facility, integration, process or failure group; the largest count first. */
export async function countExceptionsBy(clickhouse: ClickHouse, group: FigureGroup, filter: ExceptionFilter, scope: Scope): Promise<(Figure & { value: string })[]> {
  const rows = await groups[group].run(clickhouse, bindFilter(filter), scope)
  return rows.map(row => ({ value: row.value, ...toFigure(row) })).sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1))
}
