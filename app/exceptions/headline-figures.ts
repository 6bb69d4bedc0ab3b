/** What the tile of a headline says: its figure, and how it came about in the last two weeks. */
import type { ClickHouse } from '#queries/clickhouse/clickhouse.ts'
import { countExceptions } from '#queries/clickhouse/exceptions/figures.ts'
import type { ExceptionFilter } from '#queries/model/filter.ts'
import type { Figure } from '#queries/clickhouse/figure.ts'
import { headlineTrends } from '#queries/clickhouse/tower/headlines.ts'
import type { Scope } from '#queries/model/scope.ts'

const TREND_DAYS = 14

/** `change`: since a day ago; `trend`: open at the end of each day, the last one now; `ageing`: by AGEING_HOURS; `largest`: members of the largest failure group. */
export interface HeadlineFigure extends Pick<Figure, 'count' | 'money' | 'withoutAmount' | 'oldest'> { change: number; trend: number[]; ageing: number[]; causes: number; largest: number }

/** The figures of several headlines, in their order. */
export async function headlineFigures(clickhouse: ClickHouse, filters: readonly ExceptionFilter[], now: Date, scope: Scope): Promise<HeadlineFigure[]> {
  const figures = await Promise.all(filters.map(async filter => ({ filter, figure: await countExceptions(clickhouse, filter, scope) })))
  const trends = await headlineTrends(clickhouse, figures.map(({ filter, figure }) => ({ filter, total: figure.count })), TREND_DAYS, now, scope)
  return figures.flatMap(({ figure: { count, money, withoutAmount, oldest } }, index) => {
    const trend = trends[index]
    return trend ? [{ count, money, withoutAmount, oldest, change: count - (trend.openAt.at(-2) ?? count), trend: trend.openAt, ageing: trend.ageing, causes: trend.causes, largest: trend.largest }] : []
  })
}
