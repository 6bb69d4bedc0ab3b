/** The list of integrations with their state, and the figures above it. */
import type { Catalogue, System } from '#queries/catalogue/catalogue.ts'
import { SYSTEM_GROUPS, type Integration } from '#queries/catalogue/schema.ts'
import type { ClickHouse } from '#queries/clickhouse/clickhouse.ts'
import { toStoreInstant } from '#queries/clickhouse/event-row.ts'
import { integrationSeries } from '#queries/clickhouse/health/health.ts'
import type { Scope } from '#queries/model/scope.ts'
import type { HealthView } from '#queries/model/views.ts'
import type { HourState } from '../components/figures/HealthStrip.tsx'
import { HEALTH_WINDOWS, readHealth } from './health-view.ts'
import { hourStrip, integrationState, isSilent, type IntegrationState } from './states.ts'

export const LIST_WINDOWS = ['1h', '24h', '7d'] as const
export type ListWindow = (typeof LIST_WINDOWS)[number]
export const LIST_FILTERS = ['all', 'failing', 'late', 'no_data', 'posts_money'] as const
export type ListFilter = (typeof LIST_FILTERS)[number]

export interface IntegrationRow {
  id: string; name: string; group: string; groupName: string; mode: string; state: IntegrationState; silent: boolean; postsMoney: boolean
  strip: HourState[]; health: HealthView; slow: boolean; owner: string
}

export interface IntegrationList {
  rows: IntegrationRow[]
  counts: Record<ListFilter, number>
  /** moves and failed ones per hour of the last 24, all integrations; null where nothing at all was heard */
  series: { at: string; moves: number | null; failed: number | null }[]
  systems: number
}

const HOUR = 3_600_000
const GROUP_NAMES: Readonly<Record<System['group'], string>> = {
  erp: 'ERP', suppliers: 'Suppliers and EDI', payments: 'Payments', banks: 'Banks', accounting: 'Accounting', clinical: 'Clinical, laboratory and pharmacy', claims: 'Billing and payers',
  hr: 'People and payroll', logistics: 'Warehouse and logistics', crm: 'Customers', feeds: 'Reporting feeds', middleware: 'Middleware',
}

/** The group that an integration stands under: that of the end which is not the group's own ERP. */
export function groupOf(integration: Integration, catalogue: Catalogue): System['group'] {
  const ends = [integration.to, integration.from].map(id => catalogue.systems.get(id)?.group)
  return ends.find(group => group !== undefined && group !== 'erp' && group !== 'middleware') ?? ends.find(group => group !== undefined) ?? 'middleware'
}

/** The words for a group of systems. */
export function groupName(group: System['group']): string {
  return GROUP_NAMES[group]
}

/** All integrations of the catalogue inside the scope, grouped and named, with their state at `now`. */
export async function readIntegrations(clickhouse: ClickHouse, catalogue: Catalogue, window: ListWindow, now: Date, scope: Scope): Promise<IntegrationList> {
  const all = [...catalogue.integrations.values()]
  const [health, series] = await Promise.all([
    readHealth(clickhouse, all, window, now, scope, false),
    integrationSeries.run(clickhouse, { integration: '', from: toStoreInstant(new Date(Math.floor(now.getTime() / HOUR) * HOUR - 23 * HOUR)), to: toStoreInstant(now), step: 3600 }, scope),
  ])
  const byIntegration = Map.groupBy(series, hour => hour.integration)
  const calendar = catalogue.calendarFor('facility', '')
  const rows = all.flatMap((integration, index): IntegrationRow[] => {
    const view = health[index]
    if (!view) return []
    const strip = hourStrip(byIntegration.get(integration.id) ?? [], integration, calendar, now)
    const group = groupOf(integration, catalogue)
    return [{
      id: integration.id, name: integration.name, group, groupName: GROUP_NAMES[group], mode: integration.mode === 'realtime' ? 'Real time' : (integration.schedule?.words ?? 'Batch'),
      state: integrationState(view, strip, integration, calendar, now, scope === 'all'), silent: scope === 'all' && isSilent(view, integration, calendar, now), postsMoney: integration.replay.postsMoney, strip, health: view,
      slow: view.latencyMs.p95 !== null && view.latencyMs.p95 > integration.slo.latencyP95Ms, owner: integration.technicalOwner.team,
    }]
  })
  const order = new Map(SYSTEM_GROUPS.map((group, index) => [group as string, index]))
  rows.sort((a, b) => (order.get(a.group) ?? 0) - (order.get(b.group) ?? 0) || a.name.localeCompare(b.name, 'en'))
  return {
    rows, systems: new Set(all.flatMap(one => [one.from, one.to])).size,
    counts: { all: rows.length, failing: countOf(rows, 'failing'), late: countOf(rows, 'late'), no_data: countOf(rows, 'no_data'), posts_money: countOf(rows, 'posts_money') },
    series: totalSeries(series, now),
  }
}

const countOf = (rows: readonly IntegrationRow[], filter: ListFilter): number => filterRows(rows, filter).length

/** The rows that a filter lets through. */
export function filterRows(rows: readonly IntegrationRow[], filter: ListFilter): IntegrationRow[] {
  return rows.filter(row => filter === 'all' || (filter === 'posts_money' ? row.postsMoney : row.state === filter))
}

function totalSeries(series: readonly { at: string; events: number; failed: number }[], now: Date): IntegrationList['series'] {
  const totals = new Map<number, { events: number; failed: number }>()
  for (const hour of series) {
    const key = Math.floor(Date.parse(hour.at) / HOUR)
    const known = totals.get(key) ?? { events: 0, failed: 0 }
    totals.set(key, { events: known.events + hour.events, failed: known.failed + hour.failed })
  }
  const last = Math.floor(now.getTime() / HOUR)
  return Array.from({ length: 24 }, (_, index) => {
    const hour = last - 23 + index
    const total = totals.get(hour)
    return { at: new Date(hour * HOUR).toISOString(), moves: total ? total.events : null, failed: total ? total.failed : null }
  })
}

/** Whether a text names one of the windows. */
export function isListWindow(text: string): text is ListWindow {
  return (LIST_WINDOWS as readonly string[]).includes(text) && text in HEALTH_WINDOWS
}
