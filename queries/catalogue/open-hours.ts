/**
 * When a calendar is open, as intervals of instants: worked out a year at a time on first use and kept, so that arithmetic on top
 * is look-ups in sorted arrays.
 *
 * A moment is open if and only if the wall clock in the calendar's time zone shows a time inside the day's hours. So the hour that
 * the clock shows twice in autumn counts twice, and the hour that spring leaves out counts not at all.
 */
import { Temporal } from 'temporal-polyfill'
import type { Calendar } from './schema.ts'

export const MINUTE = 60_000
const DAY_MINUTES = 1440

/** A calendar that cannot be computed with; `problem` says why in words. */
export class CalendarError extends Error {
  readonly code = 'invalid_calendar'
  readonly calendar: string
  readonly problem: string
  constructor(calendar: string, problem: string) {
    super(`calendar ${calendar}: ${problem}`)
    this.calendar = calendar
    this.problem = problem
  }
}

/** The open intervals `[starts[i], ends[i])` of one local year, `[begin, end)` in epoch ms; `before[i]` is the open ms of the year before interval i. */
export interface OpenYear {
  readonly number: number
  readonly begin: number
  readonly end: number
  readonly starts: Float64Array
  readonly ends: Float64Array
  readonly before: Float64Array
  /** open ms of the whole year */
  readonly total: number
}

type Hours = readonly (readonly [number, number])[]

export class OpenHours {
  readonly id: string
  readonly timeZone: string
  /** open ms of the longest regular weekday: what one day of a working-time duration stands for */
  readonly dayMs: number
  readonly #week: readonly Hours[]
  readonly #days: ReadonlyMap<string, Hours>
  readonly #years = new Map<number, OpenYear>()

  /** Throws CalendarError for an unknown time zone, hours that overlap or run backwards, a date given twice, a week that never opens. */
  constructor(calendar: Calendar) {
    this.id = calendar.id
    this.timeZone = calendar.timeZone
    try {
      Temporal.Now.zonedDateTimeISO(calendar.timeZone)
    } catch {
      throw new CalendarError(calendar.id, `unknown time zone ${calendar.timeZone}`)
    }
    this.#week = calendar.week.map((hours, index) => readHours(calendar.id, `week.${index}`, hours))
    const days = new Map<string, Hours>()
    for (const day of calendar.days) {
      if (days.has(day.date)) throw new CalendarError(calendar.id, `${day.date} is given twice`)
      days.set(day.date, readHours(calendar.id, day.date, day.hours))
    }
    this.#days = days
    const longest = Math.max(...this.#week.map(hours => hours.reduce((sum, [open, close]) => sum + close - open, 0)))
    if (longest <= 0) throw new CalendarError(calendar.id, 'no weekday has opening hours, so it never opens')
    this.dayMs = longest * MINUTE
  }

  /** The open intervals of the local year `year`. */
  year(year: number): OpenYear {
    const known = this.#years.get(year)
    if (known) return known
    const made = this.#makeYear(year)
    this.#years.set(year, made)
    return made
  }

  /** The local year in which an instant (epoch ms) lies. */
  yearOf(at: number): OpenYear {
    const number = new Date(at).getUTCFullYear()
    const year = this.year(number)
    if (at < year.begin) return this.year(number - 1)
    return at < year.end ? year : this.year(number + 1)
  }

  /** True for a day (`YYYY-MM-DD`) that the calendar names with hours of its own: a public holiday, the eve of one. */
  isNamed(date: string): boolean {
    return this.#days.has(date)
  }

  #makeYear(number: number): OpenYear {
    const starts: number[] = []
    const ends: number[] = []
    const add = (start: number, end: number) => {
      if (ends.at(-1) === start) ends[ends.length - 1] = end
      else {
        starts.push(start)
        ends.push(end)
      }
    }
    let date = Temporal.PlainDate.from({ year: number, month: 1, day: 1 })
    const begin = this.#startOf(date)
    let from = begin
    while (date.year === number) {
      const next = date.add({ days: 1 })
      const to = this.#startOf(next)
      if (to - from === DAY_MINUTES * MINUTE) {
        for (const [open, close] of this.#hoursOf(date)) add(from + open * MINUTE, from + close * MINUTE)
      } else {
        this.#addChangingDay(from, to, add)
      }
      date = next
      from = to
    }
    const before = new Float64Array(starts.length)
    let total = 0
    starts.forEach((start, index) => {
      before[index] = total
      total += ends[index]! - start
    })
    return { number, begin, end: from, starts: Float64Array.from(starts), ends: Float64Array.from(ends), before, total }
  }

  /** A day on which the clocks change, minute by minute: it happens twice a year, and nothing about its hours can be assumed. */
  #addChangingDay(from: number, to: number, add: (start: number, end: number) => void): void {
    for (let minute = from; minute < to; minute += MINUTE) {
      const wall = Temporal.Instant.fromEpochMilliseconds(minute).toZonedDateTimeISO(this.timeZone)
      const clock = wall.hour * 60 + wall.minute
      if (this.#hoursOf(wall.toPlainDate()).some(([open, close]) => clock >= open && clock < close)) add(minute, Math.min(minute + MINUTE, to))
    }
  }

  #hoursOf(date: Temporal.PlainDate): Hours {
    return this.#days.get(date.toString()) ?? this.#week[date.dayOfWeek - 1]!
  }

  #startOf(date: Temporal.PlainDate): number {
    return date.toZonedDateTime(this.timeZone).epochMilliseconds
  }
}

function readHours(calendar: string, where: string, hours: Calendar['week'][number]): Hours {
  const read = hours.map(([open, close]) => [minuteOf(open), minuteOf(close)] as const)
  read.forEach(([open, close], index) => {
    if (close <= open) throw new CalendarError(calendar, `${where} closes before it opens`)
    if (index > 0 && open < read[index - 1]![1]) throw new CalendarError(calendar, `${where} has hours that overlap or are out of order`)
  })
  return read
}

function minuteOf(clock: string): number {
  const [hour, minute] = clock.split(':')
  return Number(hour) * 60 + Number(minute)
}
