/**
 * The countdown to the end of the accounting period (the calendar month) in a legal entity's working time, and whether its invoices will
 * be exported by then. What is pure here takes its clock as an argument.
 */
import { Temporal } from 'temporal-polyfill'
import { quantile } from 'simple-statistics'
import { addWorkingMs, workingBetween, type CompiledCalendar } from '#queries/catalogue/calendar.ts'
import { DEFAULT_CALENDAR, type Catalogue } from '#queries/catalogue/catalogue.ts'
import type { FlowStep } from '#queries/clickhouse/backlog/growth.ts'
import { forecastOpen, type FlowHour, type Forecast } from '../assistance/forecast.ts'

const HOUR = 3_600_000

/** The calendar and zone that an entity closes its books by: those of most of its facilities, the first by name where several are as frequent. */
export function entityCalendar(catalogue: Catalogue, entity: string): { calendar: CompiledCalendar; timeZone: string } {
  const facilities = [...catalogue.facilities.values()].filter(facility => facility.entity === entity)
  const counts = Map.groupBy(facilities, facility => facility.calendar)
  const [most] = [...counts].sort(([a, own], [b, others]) => others.length - own.length || (a < b ? -1 : 1))
  const calendar = most ? catalogue.calendarFor('facility', most[1][0]?.id ?? '') : catalogue.calendarFor(DEFAULT_CALENDAR, '')
  return { calendar, timeZone: most?.[1][0]?.timeZone ?? 'UTC' }
}

export interface PeriodEnd {
  /** the last moment of the month in which the entity works; null if that has passed already */
  closesAt: string | null
  /** the month's end by the clock */
  endsAt: string
  workingHoursLeft: number
}

/** The end of the month in which `now` lies, in the entity's zone and working time. */
export function periodEnd(calendar: CompiledCalendar, timeZone: string, now: Date): PeriodEnd {
  const local = Temporal.Instant.fromEpochMilliseconds(now.getTime()).toZonedDateTimeISO(timeZone)
  const end = local.toPlainDate().with({ day: 1 }).add({ months: 1 }).toZonedDateTime(timeZone).epochMilliseconds
  const left = workingBetween(calendar, now.getTime(), end)
  return { closesAt: left <= 0 ? null : new Date(addWorkingMs(calendar, now.getTime(), left)).toISOString(), endsAt: new Date(end).toISOString(), workingHoursLeft: left / HOUR }
}

/**
 * A flow in working hours, counted back from `now`: what happens outside working time belongs to the working hour after it. Only whole hours;
 * steps of the flow must be shorter than an hour to fall into the right one.
 */
export function workingHours(steps: readonly FlowStep[], calendar: CompiledCalendar, now: Date): FlowHour[] {
  const first = steps[0]
  if (!first) return []
  const hours = Math.floor(workingBetween(calendar, Date.parse(first.at), now.getTime()) / HOUR)
  const folded: FlowHour[] = Array.from({ length: hours }, () => ({ open: 0, came: 0, went: 0 }))
  let before = first.open
  for (const step of steps) {
    // Hours from the end: 0 is the hour that ends now; a step that begins with an hour belongs to it.
    const back = Math.max(0, Math.ceil(workingBetween(calendar, Date.parse(step.at), now.getTime()) / HOUR) - 1)
    const hour = folded[hours - 1 - back]
    if (!hour) {
      before += step.came - step.went
      continue
    }
    hour.came += step.came
    hour.went += step.went
  }
  for (const hour of folded) {
    hour.open = before
    before += hour.came - hour.went
  }
  return folded
}

/** `as_usual`: no more open than on other days; `at_risk`: that may not hold; `late`: more than on other days; `blocked`: what failed does not go by itself; `unknown`: too little history. */
export type Outlook = 'as_usual' | 'at_risk' | 'late' | 'blocked' | 'unknown'
export interface MonthEnd extends PeriodEnd {
  entity: string; name: string; calendar: string; timeZone: string
  open: number; failed: number
  forecast: Forecast | null
  /** what was open in nine of ten hours of the history, at most */
  usual: number | null
  outlook: Outlook
}

/** Whether the work will be done by the end of the period: what failed blocks it, else the forecast against what is usually open. */
export function outlookOf(forecast: Forecast | null, usual: number | null, failed: number): Outlook {
  if (failed > 0) return 'blocked'
  if (forecast === null || usual === null) return 'unknown'
  if (forecast.high <= usual) return 'as_usual'
  return forecast.expected <= usual ? 'at_risk' : 'late'
}

/** What failed does not go by itself: the forecast is about the rest, and the failed ones stay on top of it. */
function withFailed(forecast: Forecast | null, failed: number): Forecast | null {
  return forecast && { ...forecast, expected: forecast.expected + failed, low: forecast.low + failed, high: forecast.high + failed }
}

/** Puts one entity's month end together from its flow. `failed`: how many of what is open failed without recovery. */
export function monthEndOf(catalogue: Catalogue, entity: string, steps: readonly FlowStep[], failed: number, now: Date): MonthEnd {
  const { calendar, timeZone } = entityCalendar(catalogue, entity)
  const end = periodEnd(calendar, timeZone, now)
  const history = workingHours(steps, calendar, now)
  const last = steps.at(-1)
  const open = last ? last.open + last.came - last.went : 0
  const forecast = end.closesAt === null ? null : withFailed(forecastOpen(history, Math.max(0, open - failed), end.workingHoursLeft), Math.min(failed, open))
  const usual = history.length === 0 ? null : quantile(history.map(hour => hour.open), 0.9)
  return { ...end, entity, name: catalogue.entity(entity)?.name ?? entity, calendar: calendar.id, timeZone, open, failed, forecast, usual, outlook: outlookOf(forecast, usual, failed) }
}
