/**
 * Working time for the generator: fast, by open intervals. It places events; it is not what the ground truth's due times come from
 * (that is `seeds/truth/slow-calendar.ts`), and it is not the product's calendar.
 */
import type { Calendar } from '#queries/catalogue/schema.ts'

const MINUTE = 60_000
const DAY = 86_400_000

/** A duration in two parts, because a day of working time is not 24 hours: `P1DT2H` is `{days: 1, ms: 7_200_000}`. */
export interface Span { days: number; ms: number }

const spans = new Map<string, Span>()
/** Reads an ISO 8601 duration of days, hours, minutes and seconds. Throws RangeError for anything else. */
export function parseSpan(text: string): Span {
  const known = spans.get(text)
  if (known) return known
  const match = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/.exec(text)
  if (!match) throw new RangeError(`not a duration: ${text}`)
  const part = (index: number): number => Number(match[index] ?? 0)
  const span = { days: part(1), ms: part(2) * 3_600_000 + part(3) * MINUTE + part(4) * 1000 }
  spans.set(text, span)
  return span
}

/** Adds working time to an instant and back. Instants are epoch milliseconds. */
export interface WorkingTime {
  /** milliseconds of working time in a span */
  length(span: Span): number
  add(from: number, workingMs: number): number
  /** the latest instant from which `workingMs` later is not after `to` */
  subtract(to: number, workingMs: number): number
  /** `at` if open, else the next opening */
  open(at: number): number
}

/** Elapsed time: a day has 24 hours. */
export const ELAPSED: WorkingTime = {
  length: span => span.days * DAY + span.ms,
  add: (from, workingMs) => from + workingMs,
  subtract: (to, workingMs) => to - workingMs,
  open: at => at,
}

/** Minutes that local time is ahead of UTC in a zone at an instant. */
export function zoneOffset(timeZone: string): (at: number) => number {
  const format = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' })
  const cache = new Map<number, number>()
  return at => {
    const hour = Math.floor(at / 3_600_000)
    const known = cache.get(hour)
    if (known !== undefined) return known
    const name = format.formatToParts(hour * 3_600_000).find(part => part.type === 'timeZoneName')?.value ?? 'GMT'
    const match = /GMT(?:([+-])(\d{2}):(\d{2}))?/.exec(name)
    const minutes = match?.[1] ? (match[1] === '-' ? -1 : 1) * (Number(match[2]) * 60 + Number(match[3])) : 0
    cache.set(hour, minutes)
    return minutes
  }
}

const clockMinutes = (text: string): number => Number(text.slice(0, 2)) * 60 + Number(text.slice(3, 5))

/** Working time of a calendar document; its open intervals are made day by day as they are needed. */
export function workingTime(calendar: Calendar): WorkingTime {
  const offset = zoneOffset(calendar.timeZone)
  const special = new Map(calendar.days.map(day => [day.date, day.hours]))
  const dayLength = Math.max(...calendar.week.map(hours => hours.reduce((sum, [from, to]) => sum + clockMinutes(to) - clockMinutes(from), 0))) * MINUTE
  if (dayLength <= 0) throw new RangeError(`calendar ${calendar.id} has no regular working day`)
  const intervals = new Map<number, [number, number][]>()
  /** open intervals of a local date (days since 1970), in UTC, ascending */
  const ofDate = (date: number): [number, number][] => {
    const known = intervals.get(date)
    if (known) return known
    const midnight = date * DAY
    const weekday = (date + 3) % 7
    const hours = special.get(new Date(midnight).toISOString().slice(0, 10)) ?? calendar.week[weekday] ?? []
    const list = hours.map(([from, to]): [number, number] => [toUtc(midnight + clockMinutes(from) * MINUTE), toUtc(midnight + clockMinutes(to) * MINUTE)])
    intervals.set(date, list)
    return list
  }
  const toUtc = (local: number): number => {
    const guess = local - offset(local) * MINUTE
    return local - offset(guess) * MINUTE
  }
  const localDate = (at: number): number => Math.floor((at + offset(at) * MINUTE) / DAY)
  const LIMIT = 400
  return {
    length: span => span.days * dayLength + span.ms,
    add(from, workingMs) {
      let left = workingMs
      const first = localDate(from)
      for (let date = first; date < first + LIMIT; date++) {
        for (const [start, end] of ofDate(date)) {
          if (end <= from) continue
          const begin = Math.max(start, from)
          if (left <= end - begin) return begin + left
          left -= end - begin
        }
      }
      throw new RangeError(`calendar ${calendar.id} does not open enough`)
    },
    subtract(to, workingMs) {
      let left = workingMs
      const last = localDate(to)
      for (let date = last; date > last - LIMIT; date--) {
        const list = ofDate(date)
        for (let index = list.length - 1; index >= 0; index--) {
          const [start, close] = list[index] as [number, number]
          if (start >= to) continue
          const end = Math.min(close, to)
          if (left <= end - start) return end - left
          left -= end - start
        }
      }
      throw new RangeError(`calendar ${calendar.id} does not open enough`)
    },
    open(at) {
      return this.add(at, 0)
    },
  }
}
