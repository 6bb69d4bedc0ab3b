/** How many, how much, since when: the figures of tiles, badges and heads of lists, from the same condition as the list. */
import type { ClickHouse } from '../clickhouse.ts'
import { defineQuery } from '../define-query.ts'
import type { Scope } from '../../model/scope.ts'
import { figureRow, moneySql, toFigure } from '../figure.ts'
import type { Figure } from '../figure.ts'
import { bindFilter, whereParams, whereSql } from './where.ts'
import type { WideFilter } from './where.ts'

const grouped = (value: string) => defineQuery({
  name: value === `''` ? 'exceptions.figures' : `exceptions.figures_by_${value}`,
  params: whereParams,
  row: figureRow,
  scoped: true,
  sql: params => moneySql({ value, amountKey: 'amount_key', since: 'first_seen', late: '0' }, `exceptions FINAL WHERE ${whereSql(params)}`),
})
const total = grouped(`''`)
const groups = { facility: grouped('facility'), integration: grouped('integration'), process: grouped('process'), fingerprint: grouped('fingerprint') }
export type FigureGroup = keyof typeof groups

/** The figure of everything that the filter lets through: what the list shows over all its pages. */
export async function countExceptions(clickhouse: ClickHouse, filter: WideFilter, scope: Scope, ids: readonly string[] | null = null): Promise<Figure> {
  const [row] = await total.run(clickhouse, bindFilter(filter, ids), scope)
  return toFigure(row)
}

/** The same figure per facility, integration, process or failure group; the largest count first. */
export async function countExceptionsBy(clickhouse: ClickHouse, group: FigureGroup, filter: WideFilter, scope: Scope): Promise<(Figure & { value: string })[]> {
  const rows = await groups[group].run(clickhouse, bindFilter(filter), scope)
  return rows.map(row => ({ value: row.value, ...toFigure(row) })).sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1))
}
