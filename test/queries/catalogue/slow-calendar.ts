/**
 * Working time by brute force, to compare with: asks the wall clock minute by minute, through Intl and not through Temporal, and
 * shares no code with queries/catalogue.
 */
import type { Calendar } from '#queries/catalogue/schema.ts'

const MINUTE = 60_000
const QUARTER = 15 * MINUTE

export class SlowCalendar {
  readonly #calendar: Calendar
  readonly #format: Intl.DateTimeFormat
  readonly #offsets = new Map<number, number>()

  constructor(calendar: Calendar) {
    this.#calendar = calendar
    this.#format = new Intl.DateTimeFormat('en-US', { timeZone: calendar.timeZone, hourCycle: 'h23', year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric' })
  }

  /** What the wall clock shows, written as if it were UTC. Offsets change on full quarters of an hour. */
  #wall(at: number): Date {
    const quarter = Math.floor(at / QUARTER) * QUARTER
    let offset = this.#offsets.get(quarter)
    if (offset === undefined) {
      const part = Object.fromEntries(this.#format.formatToParts(quarter).map(item => [item.type, Number(item.value)])) as Record<string, number>
      offset = Date.UTC(part['year']!, part['month']! - 1, part['day'], part['hour'], part['minute'], part['second']) - quarter
      this.#offsets.set(quarter, offset)
    }
    return new Date(at + offset)
  }

  isOpen(at: number): boolean {
    const wall = this.#wall(at)
    const date = wall.toISOString().slice(0, 10)
    const clock = wall.toISOString().slice(11, 16)
    const hours = this.#calendar.days.find(day => day.date === date)?.hours ?? this.#calendar.week[(wall.getUTCDay() + 6) % 7]!
    return hours.some(([open, close]) => clock >= open && clock < close)
  }

  /** First instant by which `ms` of open time have passed, or undefined if `limit` (epoch ms) comes first. */
  add(from: number, ms: number, limit: number): number | undefined {
    let left = ms
    for (let at = from; at < limit;) {
      if (left === 0) return at
      const next = (Math.floor(at / MINUTE) + 1) * MINUTE
      if (this.isOpen(at)) {
        if (left <= next - at) return at + left
        left -= next - at
      }
      at = next
    }
    return undefined
  }

  between(from: number, to: number): number {
    let sum = 0
    for (let at = from; at < to;) {
      const next = Math.min((Math.floor(at / MINUTE) + 1) * MINUTE, to)
      if (this.isOpen(at)) sum += next - at
      at = next
    }
    return sum
  }
}
