/** The control tower's figures: each headline is a filter over exceptions, so that tile, list, badge, export and mail are one number. */
import type { Catalogue } from '#queries/catalogue/catalogue.ts'
import { backlogBy, backlogFigure, backlogFilter } from '#queries/clickhouse/backlog/backlog.ts'
import { acceptedTotals } from '#queries/clickhouse/events/accepted.ts'
import { countExceptions } from '#queries/clickhouse/exceptions/figures.ts'
import type { Figure } from '#queries/clickhouse/figure.ts'
import { exceptionFilter, formatFilter } from '#queries/model/filter.ts'
import type { ExceptionFilter } from '#queries/model/filter.ts'
import type { Scope } from '#queries/model/scope.ts'
import { FIGURE_KEYS } from '#queries/model/views.ts'
import type { SummaryView } from '#queries/model/views.ts'
import type { Stores } from '#queries/stores.ts'

type Key = (typeof FIGURE_KEYS)[number]

/** The filter of a headline with its defaults filled in; undefined if the catalogue has no such headline. */
export function headlineFilter(catalogue: Catalogue, key: string): ExceptionFilter | undefined {
  const headline = catalogue.headlines.get(key)
  return headline && exceptionFilter.parse(headline.filter)
}

/** The summary as of now, inside the scope. A headline that the catalogue does not have counts nothing. */
export async function summaryOf(stores: Pick<Stores, 'clickhouse'>, catalogue: Catalogue, scope: Scope, now = new Date()): Promise<SummaryView> {
  const { clickhouse } = stores
  const all = backlogFilter.parse({})
  const late = backlogFilter.parse({ overdue: 'true' })
  const figureOf = async (key: Key): Promise<SummaryView['figures'][number]> => {
    if (key === 'backlog') return toView(key, await backlogFigure(clickhouse, all, now, scope), '/backlog')
    if (key === 'overdue') return toView(key, await backlogFigure(clickhouse, late, now, scope), '/backlog?overdue=true')
    const filter = headlineFilter(catalogue, key)
    if (!filter) return toView(key, { count: 0, late: 0, money: [], withoutAmount: 0, oldest: null }, '/exceptions')
    return toView(key, await countExceptions(clickhouse, filter, scope), `/exceptions?${formatFilter(exceptionFilter, filter)}`)
  }
  const [figures, byFacility, accepted] = await Promise.all([Promise.all(FIGURE_KEYS.map(figureOf)), backlogBy(clickhouse, 'facility', all, now, scope), acceptedTotals(clickhouse, scope)])
  return {
    asOf: now.toISOString(),
    figures,
    byFacility: byFacility.map(item => ({ facility: item.value, count: item.count, overdue: item.late, money: item.money, oldest: item.oldest })),
    accepted,
  }
}

function toView(key: Key, figure: Figure, href: string): SummaryView['figures'][number] {
  return { key, count: figure.count, money: figure.money, oldest: figure.oldest, href }
}
