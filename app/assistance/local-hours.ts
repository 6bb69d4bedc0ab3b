/** Epoch hours on the wall clock of a zone. An epoch hour is the number of whole hours since 1970 in UTC. Pure. */
import { Temporal } from 'temporal-polyfill'

export const HOUR_MS = 3_600_000
/** Hours of a week. */
export const WEEK = 168

/** Epoch hour → wall clock of a zone; it keeps what it has worked out. */
export class LocalHours {
  readonly zone: string
  readonly #offsets = new Map<number, number>()

  constructor(zone: string) {
    this.zone = zone
  }

  /** How many hours the zone's clock is ahead of UTC in that hour, halves cut off downwards. */
  offset(hour: number): number {
    const known = this.#offsets.get(hour)
    if (known !== undefined) return known
    const day = hour - (((hour % 24) + 24) % 24)
    const [first, last] = [this.#read(day), this.#read(day + 24)]
    // On the two days of a year on which the clock changes each hour is asked for.
    const offset = first === last ? first : this.#read(hour)
    this.#offsets.set(hour, offset)
    return offset
  }

  #read(hour: number): number {
    return Math.floor(Temporal.Instant.fromEpochMilliseconds(hour * HOUR_MS).toZonedDateTimeISO(this.zone).offsetNanoseconds / 3.6e12)
  }

  /** Hours of the wall clock since Monday 1 January 1970's week began (Monday 29 December 1969, 00:00): its rest by 168 is the hour of the week, Monday 00:00 is 0. */
  local(hour: number): number {
    // 1 January 1970 was a Thursday
    return hour + this.offset(hour) + 72
  }

  /** The hour of the week on the wall clock, Monday 00:00 is 0. */
  hourOfWeek(hour: number): number {
    return ((this.local(hour) % WEEK) + WEEK) % WEEK
  }

  /** Days of the wall clock since 1 January 1970. */
  day(hour: number): number {
    return Math.floor((hour + this.offset(hour)) / 24)
  }

  /** The epoch hour at which the wall clock showed the same time `weeks` weeks before. */
  weeksBefore(hour: number, weeks: number): number {
    const near = hour - weeks * WEEK
    return near + this.offset(hour) - this.offset(near)
  }
}

/** A day of {@link LocalHours.day} as `YYYY-MM-DD`. */
export function dateOfDay(day: number): string {
  return new Date(day * 24 * HOUR_MS).toISOString().slice(0, 10)
}
