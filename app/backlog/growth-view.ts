/** The growth of the backlog as the page shows it: steps of time, what drove it, the steps that left most behind. */
import { Temporal } from 'temporal-polyfill'
import { backlogFlow, backlogGrowth, type FlowStep, type GrowthGroup } from '#queries/clickhouse/backlog/growth.ts'
import { backlogFilter, type BacklogFilter } from '#queries/clickhouse/backlog/backlog.ts'
import type { ClickHouse } from '#queries/clickhouse/clickhouse.ts'
import { formatFilter } from '#queries/model/filter.ts'
import type { Scope } from '#queries/model/scope.ts'

const HOUR = 3_600_000
/** Windows of the growth view; `30d` is told by day of the reader's zone, the others by hour. */
export const GROWTH_WINDOWS = ['24h', '7d', '30d'] as const
export type GrowthWindow = (typeof GROWTH_WINDOWS)[number]
const WINDOW_HOURS: Record<GrowthWindow, number> = { '24h': 24, '7d': 168, '30d': 720 }
export const GROWTH_GROUPS = ['facility', 'process', 'step'] as const satisfies readonly GrowthGroup[]
/** Steps named as those that left most behind. */
const LEFT_MOST = 8

/** A step with its end, null for the running one. */
export interface GrowthStep extends FlowStep { end: string | null }
export interface GrowthRow { id: string; name: string; came: number; went: number; open: number; late: number; to: string; toLate: string }
export interface GrowthView {
  window: GrowthWindow
  group: (typeof GROWTH_GROUPS)[number]
  byDay: boolean
  came: number; went: number; openBefore: number; openNow: number
  points: { at: string; values: { open: number; came: number; went: number } }[]
  rows: GrowthRow[]
  /** the steps of which most still waits */
  left: { at: string; came: number; stays: number; to: string }[]
}

/** Reads the growth up to `now`. `zone` cuts days; `nameOf` names a facility, process or step. */
export async function readGrowth(clickhouse: ClickHouse, filter: BacklogFilter, window: GrowthWindow, group: GrowthView['group'], zone: string, nameOf: (id: string) => string, now: Date, scope: Scope): Promise<GrowthView> {
  const byDay = window === '30d'
  const begin = byDay ? startOfDay(now.getTime() - (WINDOW_HOURS[window] - 24) * HOUR, zone) : Math.floor(now.getTime() / HOUR) * HOUR - (WINDOW_HOURS[window] - 1) * HOUR
  const [hours, rows] = await Promise.all([
    backlogFlow(clickhouse, filter, new Date(begin), 3600, now, scope),
    backlogGrowth(clickhouse, group, filter, new Date(begin), now, scope),
  ])
  const steps = byDay ? foldByDay(hours, zone) : foldByHour(hours)
  const sum = (of: 'came' | 'went') => steps.reduce((total, step) => total + step[of], 0)
  const openBefore = steps[0]?.open ?? 0
  // Filters of the waits as they are now do not lead from a step or a part to its rows.
  const { from: _from, to: _to, overdue: _overdue, ...kept } = filter
  const at = (more: Partial<BacklogFilter>) => `/backlog?${formatFilter(backlogFilter, { ...kept, ...more })}`
  return {
    window, group, byDay, came: sum('came'), went: sum('went'), openBefore, openNow: openBefore + sum('came') - sum('went'),
    points: steps.map(step => ({ at: step.at, values: { open: step.open + step.came - step.went, came: step.came, went: step.went } })),
    rows: rows.map(({ value, ...figures }) => ({ id: value, name: nameOf(value), ...figures, to: at({ [group]: [value] }), toLate: at({ [group]: [value], overdue: 'true' }) })),
    left: steps.filter(step => step.stays > 0).sort((a, b) => b.stays - a.stays || (a.at < b.at ? 1 : -1)).slice(0, LEFT_MOST)
      .map(step => ({ at: step.at, came: step.came, stays: step.stays, to: at({ from: step.at, ...(step.end === null ? {} : { to: step.end }) }) })),
  }
}

function foldByHour(hours: readonly FlowStep[]): GrowthStep[] {
  return hours.map((hour, index) => ({ ...hour, end: hours[index + 1]?.at ?? null }))
}

/** Hours as days of a zone: what is open when the day begins, what came and went on it. A day on which the clocks change has 23 or 25 hours. */
export function foldByDay(hours: readonly FlowStep[], zone: string): GrowthStep[] {
  const days: GrowthStep[] = []
  let key = ''
  for (const hour of hours) {
    const day = Temporal.Instant.from(hour.at).toZonedDateTimeISO(zone).toPlainDate().toString()
    const last = days.at(-1)
    if (last && day === key) {
      last.came += hour.came
      last.went += hour.went
      last.stays += hour.stays
    } else {
      if (last) last.end = hour.at
      days.push({ ...hour, end: null })
      key = day
    }
  }
  return days
}

/** When the zone's day of an instant began, epoch ms, cut to the hour that the flow is told by. */
export function startOfDay(at: number, zone: string): number {
  const begin = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone).startOfDay().epochMilliseconds
  return Math.floor(begin / HOUR) * HOUR
}
