/**
 * Due times for the ground truth, the slow way: walks minute by minute through a calendar document and counts the open ones
 * (an hour without an open minute is passed at once).
 *
 * Written apart from the product's calendar and from the generator's, and importing neither, so that agreement means something.
 * A day of working time is the open time of the longest regular weekday of that calendar; `always` is elapsed time.
 */
import type { Calendar } from '#queries/catalogue/schema.ts'

const MINUTE = 60_000

/** What a wall clock in the calendar's time zone shows, hour by hour: zones used here change their offset on full UTC hours only. */
interface WallHour { weekday: number; date: string; minuteOfDay: number }

/** A calendar that answers, for one minute, whether work is done in it. */
export class SlowCalendar {
  readonly #calendar: Calendar
  readonly #format: Intl.DateTimeFormat
  #workingDay: number | undefined
  readonly #hours = new Map<number, WallHour>()
  /** what was found out about each minute of a UTC hour */
  readonly #minutes = new Map<number, boolean[]>()

  constructor(calendar: Calendar) {
    this.#calendar = calendar
    this.#format = new Intl.DateTimeFormat('en-GB', { timeZone: calendar.timeZone, hourCycle: 'h23', weekday: 'short', year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit' })
  }

  #wall(utcHour: number): WallHour {
    const known = this.#hours.get(utcHour)
    if (known) return known
    const parts = Object.fromEntries(this.#format.formatToParts(utcHour * 60 * MINUTE).map(part => [part.type, part.value]))
    const wall = {
      weekday: ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'].indexOf(String(parts.weekday)),
      date: `${parts.year}-${parts.month}-${parts.day}`,
      minuteOfDay: Number(parts.hour) * 60 + Number(parts.minute),
    }
    this.#hours.set(utcHour, wall)
    return wall
  }

  /** True if the minute beginning at `minute` (epoch ms, a whole minute) is working time. */
  isOpen(minute: number): boolean {
    const number = minute / MINUTE
    const utcHour = Math.floor(number / 60)
    return this.#hour(utcHour)[number - utcHour * 60] === true
  }

  #hour(utcHour: number): boolean[] {
    let open = this.#minutes.get(utcHour)
    if (!open) this.#minutes.set(utcHour, open = Array.from({ length: 60 }, (_, past) => this.#judge(utcHour, past)))
    return open
  }

  #judge(utcHour: number, past: number): boolean {
    const wall = this.#wall(utcHour)
    if (wall.minuteOfDay + past >= 1440) return this.#open(this.#wall(utcHour + 1), wall.minuteOfDay + past - 1440)
    return this.#open(wall, wall.minuteOfDay + past)
  }

  #open(wall: WallHour, minuteOfDay: number): boolean {
    const exception = this.#calendar.days.find(day => day.date === wall.date)
    const hours = exception ? exception.hours : (this.#calendar.week[wall.weekday] ?? [])
    return hours.some(([from, to]) => minuteOfDay >= minutes(from) && minuteOfDay < minutes(to))
  }

  /** Milliseconds of working time that a day of a duration stands for. */
  workingDay(): number {
    return this.#workingDay ??= this.#longestDay()
  }

  #longestDay(): number {
    let longest = 0
    for (const hours of this.#calendar.week) {
      let open = 0
      for (let minute = 0; minute < 1440; minute++) if (hours.some(([from, to]) => minute >= minutes(from) && minute < minutes(to))) open++
      longest = Math.max(longest, open)
    }
    return longest * MINUTE
  }

  /** The first instant by which `workingMs` of working time have passed since `from`. Throws RangeError when two years do not suffice. */
  due(from: number, workingMs: number): number {
    let left = workingMs
    let at = from
    for (let step = 0; step < 2 * 366 * 1440; step++) {
      const minute = Math.floor(at / MINUTE) * MINUTE
      const hour = this.#hour(Math.floor(minute / (60 * MINUTE)))
      if (!hour.some(open => open)) {
        at = (Math.floor(minute / (60 * MINUTE)) + 1) * 60 * MINUTE
        continue
      }
      const end = minute + MINUTE
      if (this.isOpen(minute)) {
        if (left <= end - at) return at + left
        left -= end - at
      }
      at = end
    }
    throw new RangeError(`calendar ${this.#calendar.id} does not open enough`)
  }
}

function minutes(clock: string): number {
  const [hour, minute] = clock.split(':')
  return Number(hour) * 60 + Number(minute)
}

/** Adds an ISO 8601 duration (days, hours, minutes, seconds) of working time, or a share of it; `calendar` null is elapsed time, where a day has 24 hours. */
export function slowDue(calendar: SlowCalendar | null, from: number, duration: string, share = 1): number {
  const match = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/.exec(duration)
  if (!match) throw new RangeError(`not a duration: ${duration}`)
  const [days, hours, mins, seconds] = [1, 2, 3, 4].map(index => Number(match[index] ?? 0)) as [number, number, number, number]
  const clock = ((hours * 60 + mins) * 60 + seconds) * 1000
  const all = days * (calendar ? calendar.workingDay() : 86_400_000) + clock
  const part = Math.round(all * share)
  return calendar ? calendar.due(from, part) : from + part
}
