/** The backlog of the days ahead as pages show it: of what a filter lets through, and of each facility or process. */
import type { Catalogue } from '#queries/catalogue/catalogue.ts'
import { backlogFlow, backlogFlowBy, type FlowGroup, type FlowStep } from '#queries/clickhouse/backlog/growth.ts'
import { backlogFilter, type BacklogFilter } from '#queries/clickhouse/backlog/backlog.ts'
import type { ClickHouse } from '#queries/clickhouse/clickhouse.ts'
import { formatFilter } from '#queries/model/filter.ts'
import type { Scope } from '#queries/model/scope.ts'
import { forecastBacklog, HISTORY_DAYS, type DayForecast } from './backlog-forecast.ts'

const DAY_MS = 86_400_000
const DAY_SECONDS = 86_400
/** Days before now that the picture begins with. */
const SHOWN_DAYS = 14

export interface BacklogAhead {
  /** what waits now, of what is forecast */
  now: number
  days: (DayForecast & { at: string })[]
  past: { at: string; open: number }[]
  /** steps that come round on one object again and again are left out: of them only the present round is known */
  leftOut: string[]
}

/**
 * What the filter lets through, in 1 to 7 days. What describes waits of now (since when, late or not) says nothing of the past and is not
 * followed. Null where it lets nothing through that can be forecast.
 */
export async function readBacklogAhead(clickhouse: ClickHouse, catalogue: Catalogue, filter: BacklogFilter, now: Date, scope: Scope): Promise<BacklogAhead | null> {
  const { once, leftOut } = onceOnly(catalogue, filter)
  if (once === null) return null
  return aheadOf(await backlogFlow(clickhouse, once, beginOf(now), DAY_SECONDS, now, scope), leftOut, now)
}

export interface PartAhead { id: string; to: string; ahead: BacklogAhead }

/** The same of each facility or process, the largest first. */
export async function readBacklogsAhead(clickhouse: ClickHouse, catalogue: Catalogue, group: Exclude<FlowGroup, 'entity'>, now: Date, scope: Scope): Promise<PartAhead[]> {
  const { once, leftOut } = onceOnly(catalogue, backlogFilter.parse({}))
  if (once === null) return []
  const flows = await backlogFlowBy(clickhouse, group, once, beginOf(now), DAY_SECONDS, now, scope)
  return [...flows].filter(([id]) => id !== '').map(([id, steps]) => ({ id, to: `/backlog?${formatFilter(backlogFilter, { [group]: [id] })}&view=growth`, ahead: aheadOf(steps, leftOut, now) }))
    .filter(part => part.ahead.now > 0 || part.ahead.days.length > 0).sort((a, b) => b.ahead.now - a.ahead.now || (a.id < b.id ? -1 : 1))
}

const beginOf = (now: Date): Date => new Date(now.getTime() - HISTORY_DAYS * DAY_MS)

/** The filter without expectations that recur; null where nothing is left. */
function onceOnly(catalogue: Catalogue, { from: _from, to: _to, overdue: _overdue, ...filter }: BacklogFilter): { once: BacklogFilter | null; leftOut: string[] } {
  const all = [...catalogue.processes.values()].filter(process => filter.process.length === 0 || filter.process.includes(process.id)).flatMap(process => process.expectations)
    .filter(one => filter.expectation.length === 0 || filter.expectation.includes(one.id)).filter(one => filter.step.length === 0 || one.expect.some(step => filter.step.includes(step)))
  const kept = all.filter(one => !one.recurs).map(one => one.id)
  return { once: kept.length === 0 ? null : { ...filter, expectation: kept }, leftOut: all.filter(one => one.recurs).map(one => one.id) }
}

function aheadOf(steps: readonly FlowStep[], leftOut: string[], now: Date): BacklogAhead {
  const last = steps.at(-1)
  const open = last ? last.open + last.came - last.went : 0
  // A day begins at the time of day of now; what began before the first event of all was not counted by anybody.
  const known = steps.slice(steps.findIndex(step => step.open > 0 || step.came > 0))
  return {
    now: open, leftOut,
    days: forecastBacklog([...known.slice(0, -1).map(step => step.open), open]).map(one => ({ ...one, at: new Date(now.getTime() + one.days * DAY_MS).toISOString() })),
    past: [...steps.slice(-1 - SHOWN_DAYS, -1).map(step => ({ at: step.at, open: step.open })), { at: now.toISOString(), open }],
  }
}
