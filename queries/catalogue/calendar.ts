/**
 * Working time. Instants are epoch milliseconds, durations ISO 8601 with days, hours, minutes, seconds (`P1DT2H`).
 *
 * In working time a day of a duration is the open time of the calendar's longest regular weekday: with 08:00–18:00, `P1D` are ten
 * open hours, so from Tuesday 15:00 it is due on Wednesday 15:00. In elapsed time ({@link ALWAYS}) a day is 24 hours.
 */
import { CalendarError, OpenHours } from './open-hours.ts'
import type { OpenYear } from './open-hours.ts'
import type { Calendar } from './schema.ts'

export { CalendarError } from './open-hours.ts'

/** A calendar made ready for arithmetic; it keeps what it has worked out, so hold on to it. `hours` null: elapsed time. */
export interface CompiledCalendar {
  readonly id: string
  /** as people call it */
  readonly name: string
  /** milliseconds that one day of a duration stands for */
  readonly dayMs: number
  readonly hours: OpenHours | null
}

/** Elapsed time: always open. */
export const ALWAYS: CompiledCalendar = { id: 'always', name: 'Around the clock', dayMs: 86_400_000, hours: null }

/** So many years without a minute of work, or so far ahead, is a mistake and not a wait. */
const MAX_CLOSED_YEARS = 5
const MAX_YEARS = 100

/** Makes a calendar ready. Throws CalendarError when it cannot be computed with (see {@link OpenHours}). */
export function compileCalendar(calendar: Calendar): CompiledCalendar {
  const hours = new OpenHours(calendar)
  return { id: calendar.id, name: calendar.name, dayMs: hours.dayMs, hours }
}

const parsed = new Map<string, { days: number; clockMs: number }>()

/** Milliseconds of working time in a duration. Throws RangeError for text that is no such duration. */
export function workingMs(calendar: CompiledCalendar, duration: string): number {
  let parts = parsed.get(duration)
  if (!parts) {
    const match = /^P(?=\d|T\d)(?:(\d+)D)?(?:T(?=\d)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/.exec(duration)
    if (!match) throw new RangeError('not a duration of days, hours, minutes and seconds')
    const [days, hours, minutes, seconds] = [1, 2, 3, 4].map(index => Number(match[index] ?? 0)) as [number, number, number, number]
    parts = { days, clockMs: ((hours * 60 + minutes) * 60 + seconds) * 1000 }
    parsed.set(duration, parts)
  }
  return parts.days * calendar.dayMs + parts.clockMs
}

/**
 * The first instant by which the working time of `duration` has passed since `from`: never later than the moment the calendar
 * closes on it, and `from` itself for a duration of nothing. Throws CalendarError when the calendar does not open enough.
 */
export function addWorking(calendar: CompiledCalendar, from: number, duration: string): number {
  return addWorkingMs(calendar, from, workingMs(calendar, duration))
}

/** As {@link addWorking}, for milliseconds of working time (a share of a duration, say); `ms` is not negative. */
export function addWorkingMs(calendar: CompiledCalendar, from: number, ms: number): number {
  const { hours } = calendar
  if (!hours || ms === 0) return from + ms
  const first = hours.yearOf(from)
  let year: OpenYear = first
  let left = ms + openBefore(first, from)
  let closedYears = 0
  for (let number = first.number; number < first.number + MAX_YEARS; year = hours.year(++number)) {
    if (left <= year.total) {
      const index = lastBelow(year.before, left)
      return year.starts[index]! + left - year.before[index]!
    }
    closedYears = year.total === 0 ? closedYears + 1 : 0
    if (closedYears >= MAX_CLOSED_YEARS) throw new CalendarError(calendar.id, `does not open in ${MAX_CLOSED_YEARS} years`)
    left -= year.total
  }
  throw new CalendarError(calendar.id, `does not open enough in ${MAX_YEARS} years`)
}

/** Milliseconds of working time between two instants; negative when `to` lies before `from`. */
export function workingBetween(calendar: CompiledCalendar, from: number, to: number): number {
  const { hours } = calendar
  if (!hours) return to - from
  if (to < from) return 0 - workingBetween(calendar, to, from)
  const first = hours.yearOf(from)
  const last = hours.yearOf(to)
  let sum = openBefore(last, to) - openBefore(first, from)
  for (let number = first.number; number < last.number; number++) sum += hours.year(number).total
  return sum
}

/** True if the calendar is open at the instant. */
export function isOpen(calendar: CompiledCalendar, at: number): boolean {
  if (!calendar.hours) return true
  const year = calendar.hours.yearOf(at)
  const index = lastBelow(year.starts, at + 1)
  return index >= 0 && at < year.ends[index]!
}

/** Open ms of the year before an instant in it. */
function openBefore(year: OpenYear, at: number): number {
  const index = lastBelow(year.starts, at)
  return index < 0 ? 0 : year.before[index]! + Math.min(at, year.ends[index]!) - year.starts[index]!
}

/** The last index whose value is below `limit`, or -1. */
function lastBelow(sorted: Float64Array, limit: number): number {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (sorted[middle]! < limit) low = middle + 1
    else high = middle
  }
  return low - 1
}
