/** What the page of invoice exports has beside the frame of all business views: month end, windows, reasons. */
import type { Catalogue } from '#queries/catalogue/catalogue.ts'
import { backlogFilter, type BacklogFilter } from '#queries/clickhouse/backlog/backlog.ts'
import { backlogFlowBy } from '#queries/clickhouse/backlog/growth.ts'
import type { ClickHouse } from '#queries/clickhouse/clickhouse.ts'
import { countExceptions } from '#queries/clickhouse/exceptions/figures.ts'
import { countLines, listLines } from '#queries/clickhouse/exceptions/lines.ts'
import { workWindows, type WorkWindow } from '#queries/clickhouse/invoice-exports/windows.ts'
import { stuckFilter, type ViewFilter } from '#queries/clickhouse/views/filter.ts'
import { exceptionFilter, formatFilter } from '#queries/model/filter.ts'
import type { Money } from '#queries/model/money.ts'
import type { Scope } from '#queries/model/scope.ts'
import { lineTitle } from '../exceptions/worklist.ts'
import { stepName } from '../exceptions/labels.ts'
import type { ViewRequest } from '../views/request.ts'
import { systemsOf } from '../views/view.ts'
import { boundsAround, daysAround } from '../views/windows.ts'
import { EXPORTED, POSTED } from './definition.ts'
import { monthEndOf, type MonthEnd } from './month-end.ts'

const DAY_MS = 86_400_000
/** Days of history that the forecast learns from: four weeks, so that each weekday counts alike. */
const HISTORY_DAYS = 28
const HISTORY_STEP_SECONDS = 1800
const WINDOWS_SHOWN = 9
const REASONS_SHOWN = 6

export interface ExportWindow extends WorkWindow { running: boolean; toMissing: string; toLate: string; toFailed: string | null }
export interface Reason { key: string; title: string; count: number; money: Money[]; withoutAmount: number; firstSeen: string; to: string }
export interface ExportPanels {
  monthEnds: (MonthEnd & { to: string; toFailed: string })[]
  /** the step that windows are shown of, by when its integration runs; `schedule` null: real time, told by day */
  step: string; stepName: string; integration: string | null; schedule: string | null; zone: string
  windows: ExportWindow[]
  reasons: Reason[]; reasonCount: number; failed: number; toFailed: string
}

/** Reads the panels at `now`, for the places in the address. `zone`: the reader's, which cuts days. */
export async function readExportPanels(clickhouse: ClickHouse, catalogue: Catalogue, request: ViewRequest, zone: string, now: Date, scope: Scope): Promise<ExportPanels> {
  const { headline } = request
  const step = request.filter.step.length === 1 && request.filter.step[0] === POSTED ? POSTED : EXPORTED
  const reporter = catalogue.reporterOf(step)
  const bounds = reporter?.schedule ? boundsAround(reporter.schedule, now, WINDOWS_SHOWN) : daysAround(zone, now, WINDOWS_SHOWN - 1)
  const failing = { ...stuckFilter(headline), sort: '-amount' as const }
  const places = placesOf(catalogue, headline)
  const ofStep: ViewFilter = { ...headline, integration: places.integration, step: [step], kind: ['failed'] }
  const [windows, flows, lines, { lines: reasonCount }, figure] = await Promise.all([
    workWindows(clickhouse, ofStep, bounds, systemsOf(catalogue), now, scope),
    backlogFlowBy(clickhouse, 'entity', { ...places, step: [EXPORTED] }, new Date(now.getTime() - HISTORY_DAYS * DAY_MS), HISTORY_STEP_SECONDS, now, scope),
    listLines(clickhouse, failing, 'group', { limit: REASONS_SHOWN }, scope),
    countLines(clickhouse, failing, 'group', scope),
    countExceptions(clickhouse, failing, scope),
  ])
  const entities = [...flows.keys()].filter(entity => entity !== '')
  const failed = await Promise.all(entities.map(entity => countExceptions(clickhouse, { ...failing, entity: [entity] }, scope)))
  const backlogAt = (more: Partial<BacklogFilter>) => `/backlog?${formatFilter(backlogFilter, { ...places, ...more })}`
  const worklistAt = (more: Partial<typeof failing>) => `/exceptions?${formatFilter(exceptionFilter, { ...exceptionFilter.parse({}), ...plain(failing), ...more })}`
  return {
    step, stepName: stepName(catalogue, step) ?? step, integration: reporter?.id ?? null, schedule: reporter?.schedule ? `${reporter.schedule.words} (${reporter.schedule.timeZone})` : null, zone,
    monthEnds: entities.map((entity, index) => ({ ...monthEndOf(catalogue, entity, flows.get(entity) ?? [], failed[index]?.count ?? 0, now), to: backlogAt({ step: [EXPORTED], entity: [entity] }), toFailed: worklistAt({ entity: [entity] }) }))
      .filter(one => one.open > 0 || one.failed > 0 || one.forecast !== null).sort((a, b) => b.open - a.open || (a.name < b.name ? -1 : 1)),
    windows: windows.map(window => ({
      ...window, running: Date.parse(window.to) > now.getTime(), toMissing: backlogAt({ step: [step], from: window.from, to: window.to }), toLate: backlogAt({ step: [step], from: window.from, to: window.to, overdue: 'true' }),
      toFailed: window.failedIds === null || window.failedIds.length === 0 ? null : worklistAt({ step: [step], kind: ['failed'], objectId: window.failedIds }),
    })).reverse(),
    reasons: lines.items.map(line => ({ key: line.key, title: lineTitle(line, catalogue), count: line.count, money: line.money, withoutAmount: line.withoutAmount, firstSeen: line.firstSeen, to: worklistAt({ fingerprint: [line.key] }) })),
    reasonCount, failed: figure.count, toFailed: worklistAt({}),
  }
}

/** No integration has this id: what a system without integrations waits for. */
const NONE = '-'

/** The places of the address as the backlog has them: a system is the integrations that lead to it, as in the worklist. */
export function placesOf(catalogue: Catalogue, filter: ViewFilter): BacklogFilter {
  const { facility, entity, counterparty, currency, criticality, system } = filter
  const leading = [...catalogue.integrations.values()].filter(one => system.includes(one.to) && (filter.integration.length === 0 || filter.integration.includes(one.id))).map(one => one.id)
  const integration = system.length === 0 ? filter.integration : leading.length === 0 ? [NONE] : leading
  return backlogFilter.parse({ facility, entity, counterparty, currency, criticality, integration })
}

/** Without the sort, which the worklist has its own of. */
function plain<F extends { sort: unknown }>(filter: F): Omit<F, 'sort'> {
  const { sort: _sort, ...rest } = filter
  return rest
}
