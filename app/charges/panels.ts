/** What the page of charge capture has beside the frame: the value that leaks, by day, service code and facility. */
import type { Catalogue } from '#queries/catalogue/catalogue.ts'
import { backlogBy, backlogFigure, backlogFilter, type BacklogFilter } from '#queries/clickhouse/backlog/backlog.ts'
import { COMPLETED, leakByCode, leakByDay, type LeakCode, type LeakDay } from '#queries/clickhouse/charges/leak.ts'
import type { ClickHouse } from '#queries/clickhouse/clickhouse.ts'
import type { Figure } from '#queries/clickhouse/figure.ts'
import { formatFilter } from '#queries/model/filter.ts'
import type { Scope } from '#queries/model/scope.ts'
import { facilityName } from '../exceptions/labels.ts'
import { placesOf } from '../invoice-exports/panels.ts'
import { VIEW_WINDOWS } from '../views/definition.ts'
import type { ViewRequest } from '../views/request.ts'
import { daysAround } from '../views/windows.ts'
import { CHARGED, STOCK_MOVED } from './definition.ts'

export interface LeakPanels {
  /** what leaks: services without a charge, or stock used and not deducted */
  step: typeof CHARGED | typeof STOCK_MOVED
  days: (LeakDay & { toLeaking: string })[]
  /** since how many days the course is told */
  span: number
  figure: Figure; to: string
  codes: (LeakCode & { to: string })[]
  facilities: { id: string; name: string; count: number; money: Figure['money']; to: string }[]
}

/** Reads the panels at `now` for the places and the window in the address. `zone`: the reader's, which cuts days. */
export async function readLeak(clickhouse: ClickHouse, catalogue: Catalogue, request: ViewRequest, zone: string, now: Date, scope: Scope): Promise<LeakPanels> {
  const step = request.filter.step.length === 1 && request.filter.step[0] === STOCK_MOVED ? STOCK_MOVED : CHARGED
  const places = placesOf(catalogue, request.headline)
  const leaking: BacklogFilter = { ...places, process: ['charge-capture'], step: [step], objectType: ['service'], overdue: 'true' }
  const span = VIEW_WINDOWS[request.window]
  const [days, codes, facilities, figure] = await Promise.all([
    leakByDay(clickhouse, leaking, daysAround(zone, now, span - 1), now, scope),
    leakByCode(clickhouse, leaking, now, scope),
    backlogBy(clickhouse, 'facility', leaking, now, scope),
    backlogFigure(clickhouse, leaking, now, scope),
  ])
  const at = (more: Partial<BacklogFilter>) => `/backlog?${formatFilter(backlogFilter, { ...leaking, ...more })}`
  return {
    step, span, figure, to: at({}),
    days: days.map(day => ({ ...day, toLeaking: at({ from: day.from, to: day.to }) })),
    codes: codes.map(code => ({ ...code, to: at({ said: [`${COMPLETED}:code=${code.code}`, ...(code.code === '' ? [`${COMPLETED}:unseen`] : [])] }) })),
    facilities: facilities.map(({ value, count, money }) => ({ id: value, name: facilityName(catalogue, value), count, money, to: at({ facility: [value] }) })),
  }
}
