/** The control tower: every figure is a filter over exceptions or the backlog, and leads to its rows. */
import type { Catalogue } from '#queries/catalogue/catalogue.ts'
import { backlogCells, backlogFilter, listBacklog } from '#queries/clickhouse/backlog/backlog.ts'
import { countExceptions } from '#queries/clickhouse/exceptions/figures.ts'
import { changesSince } from '#queries/clickhouse/tower/changes.ts'
import { serviceLevels } from '#queries/clickhouse/tower/service-levels.ts'
import type { Figure } from '#queries/clickhouse/figure.ts'
import { exceptionFilter, formatFilter, type ExceptionFilter } from '#queries/model/filter.ts'
import type { Money } from '#queries/model/money.ts'
import type { Scope } from '#queries/model/scope.ts'
import type { Stores } from '#queries/stores.ts'
import { headlineFigures, type HeadlineFigure } from './headline-figures.ts'
import { facilityName, processName, stepName } from './labels.ts'
import { headlineFilter } from './summary.ts'
import { lineTitle } from './worklist.ts'

const DAY_MS = 86_400_000
const CHANGES_SHOWN = 5
const TILES = ['stuck_purchase_orders', 'unmatched_payments', 'failed_invoice_exports', 'uncaptured_charges'] as const
export const MEASURES = ['count', 'money', 'age'] as const
export type Measure = (typeof MEASURES)[number]

export interface TowerTile extends HeadlineFigure { key: string; name: string; definition: string; to: string }
export interface TowerCell { count: number; late: number; money: Money[]; oldest: string | null; to: string }
export interface TowerRow { id: string; name: string; to: string; cells: (TowerCell | null)[]; total: number; late: number }

export interface Tower {
  asOf: string
  atRisk: { count: number; money: Money[]; withoutAmount: number; to: string; perCurrency: { currency: string; total: Money; to: string; parts: { key: string; amount: Money | null; to: string }[] }[] }
  levels: { breached: number; atRisk: number; onTime: number; waiting: number; backlog: number; toBreached: string; toBacklog: string; toWaiting: string; next: { id: string; what: string; dueAt: string; to: string }[] }
  tiles: TowerTile[]
  heat: { processes: string[]; rows: TowerRow[] }
  changes: { rows: { key: string; title: string; to: string; severity: string; kind: string; fresh: number; total: number; where: string; firstSeen: string; money: Money[] }[]; groups: number; to: string; closed: { byPerson: number; recovered: number; verified: number }; toClosed: string }
}

/** Reads the tower for the facilities asked for (none: all of the scope). */
export async function readTower(stores: Pick<Stores, 'clickhouse'>, catalogue: Catalogue, scope: Scope, facility: string[], now = new Date()): Promise<Tower> {
  const { clickhouse } = stores
  const all = exceptionFilter.parse({ facility })
  const backlog = backlogFilter.parse({ facility })
  const since = new Date(now.getTime() - DAY_MS)
  const tilesOf = async (): Promise<TowerTile[]> => {
    const asked = TILES.flatMap(key => {
      const headline = catalogue.headlines.get(key)
      return headline ? [{ headline, filter: { ...(headlineFilter(catalogue, key) ?? all), facility } }] : []
    })
    const figures = await headlineFigures(clickhouse, asked.map(({ filter }) => filter), now, scope)
    return figures.flatMap((figure, index) => {
      const of = asked[index]
      return of ? [{ key: of.headline.key, name: of.headline.name, definition: of.headline.definition, to: exceptionsAt(of.filter), ...figure }] : []
    })
  }
  const [tiles, whole, levels, waiting, next, cells, changes] = await Promise.all([
    tilesOf(),
    countExceptions(clickhouse, all, scope),
    serviceLevels(clickhouse, facility, now, scope),
    countExceptions(clickhouse, { ...all, status: ['waiting'] }, scope),
    listBacklog(clickhouse, { ...backlog, overdue: 'false' }, { limit: 2 }, now, scope),
    backlogCells(clickhouse, backlog, now, scope),
    changesSince(clickhouse, all, since, CHANGES_SHOWN, scope),
  ])
  const place = facility.map(id => `facility=${encodeURIComponent(id)}`)
  const at = (path: string, ...more: string[]) => ([...place, ...more].length > 0 ? `${path}?${[...place, ...more].join('&')}` : path)
  return {
    asOf: now.toISOString(),
    atRisk: { ...moneyAtRisk(whole, tiles, all), count: whole.count, withoutAmount: whole.withoutAmount, to: exceptionsAt(all) },
    levels: {
      ...levels, waiting: waiting.count, backlog: levels.breached + levels.atRisk + levels.onTime, toBreached: at('/backlog', 'overdue=true'), toBacklog: at('/backlog', 'overdue=false'), toWaiting: exceptionsAt({ ...all, status: ['waiting'] }),
      next: next.items.map(item => ({ id: item.object.id, what: stepName(catalogue, item.step) ?? item.step, dueAt: item.dueAt, to: `/objects/${encodeURIComponent(item.object.type)}/${encodeURIComponent(item.object.id)}?namespace=${encodeURIComponent(item.object.namespace)}` })),
    },
    tiles,
    heat: heatOf(cells, catalogue),
    changes: {
      groups: changes.groupCount, closed: changes.closed, to: exceptionsAt({ ...all, from: since.toISOString() }), toClosed: exceptionsAt({ ...all, status: ['resolved'], sort: '-lastSeen' }),
      rows: changes.groups.map(group => ({
        key: group.fingerprint, severity: group.severity, kind: group.kind, fresh: group.fresh, total: group.total, firstSeen: group.firstSeen, money: group.money,
        title: lineTitle({ ...group, count: group.total, objects: group.total }, catalogue), to: exceptionsAt({ ...all, fingerprint: [group.fingerprint] }),
        where: group.facilities.length === 1 ? facilityName(catalogue, group.facilities[0] ?? null) : `${group.facilities.length}${group.facilities.length === 20 ? ' or more' : ''} facilities`,
      })),
    },
  }
}

/** Per currency, never mixed: the whole, and each headline's share of it. */
function moneyAtRisk(whole: Figure, tiles: readonly TowerTile[], all: ExceptionFilter): Pick<Tower['atRisk'], 'money' | 'perCurrency'> {
  return {
    money: whole.money,
    perCurrency: whole.money.map(total => ({
      currency: total.currency, total, to: exceptionsAt({ ...all, currency: [total.currency] }),
      parts: tiles.map(tile => ({ key: tile.key, amount: tile.money.find(amount => amount.currency === total.currency) ?? null, to: `${tile.to}&currency=${total.currency}` })),
    })),
  }
}

/** Facilities by processes; processes in the catalogue's order, facilities by how much waits. `kept`: filters in force beside the two, so that a cell leads to just its rows. */
export function heatOf(cells: readonly (Figure & { facility: string; process: string })[], catalogue: Catalogue, kept: readonly (readonly [string, string])[] = []): Tower['heat'] {
  const backlogAt = (facility: string, process: string | null) => `/backlog?${new URLSearchParams([['facility', facility], ...(process === null ? [] : [['process', process]]), ...kept.filter(([name]) => process === null || name !== 'process').map(pair => [...pair])])}`
  const present = new Set(cells.map(cell => cell.process))
  const processes = [...catalogue.processes.keys()].filter(id => present.has(id))
  const byFacility = Map.groupBy(cells, cell => cell.facility)
  const rows = [...byFacility].map(([facility, own]): TowerRow => ({
    id: facility || 'none', name: shortFacility(catalogue, facility), to: backlogAt(facility, null),
    cells: processes.map(process => {
      const cell = own.find(each => each.process === process)
      return cell ? { count: cell.count, late: cell.late, money: cell.money, oldest: cell.oldest, to: backlogAt(facility, process) } : null
    }),
    total: own.reduce((sum, cell) => sum + cell.count, 0), late: own.reduce((sum, cell) => sum + cell.late, 0),
  }))
  return { processes: processes.map(id => processName(catalogue, id) ?? id), rows: rows.sort((a, b) => b.total - a.total || a.name.localeCompare(b.name, 'en')) }
}

/** Short enough for the head of a row: `Rosenfluh, Luzern`. */
function shortFacility(catalogue: Catalogue, id: string): string {
  const facility = catalogue.facility(id)
  return facility ? `${facility.shortName}, ${facility.city}` : facilityName(catalogue, id)
}

const exceptionsAt = (filter: Partial<ExceptionFilter>) => {
  const search = formatFilter(exceptionFilter, filter)
  return search.size > 0 ? `/exceptions?${search}` : '/exceptions'
}
