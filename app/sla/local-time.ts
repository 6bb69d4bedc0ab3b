/**
 * Digests and quiet hours in the reader's own time zone. Instants are epoch milliseconds, local times `HH:MM`.
 *
 * A local time that the spring change skips is taken at the same distance after the gap (02:30 becomes 03:30); one that the autumn change
 * repeats is taken the first time. So every local day has exactly one of each.
 */
import { Temporal } from 'temporal-polyfill'

/** When a digest is due: `week` on that weekday (1 is Monday), `weekday` from Monday to Friday. */
export interface DigestTimes { every: 'day' | 'weekday' | 'week'; weekday: number; at: string }
/** Hours in which only what is critical may come; `from` later than `until` runs through midnight. */
export interface QuietHours { from: string | null; until: string | null; weekend: boolean }

/** Longest way to the next occurrence or end of quiet, in days. */
const DAYS_AHEAD = 8

function occursOn(times: DigestTimes, date: Temporal.PlainDate): boolean {
  return times.every === 'day' || (times.every === 'weekday' ? date.dayOfWeek <= 5 : date.dayOfWeek === times.weekday)
}

const dateAt = (at: number, zone: string): Temporal.PlainDate => Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone).toPlainDate()
/** The instant of a local time on a local day; `24:00` of a day is the start of the next. */
const instantOf = (date: Temporal.PlainDate, clock: string, zone: string): number => date.toZonedDateTime({ timeZone: zone, plainTime: clock }).epochMilliseconds

/** The first occurrence after `after`. */
export function nextDigest(times: DigestTimes, zone: string, after: number): { at: number; day: string } {
  // A day before: what a change of the clock moved may lie on the day that has begun already.
  let date = dateAt(after, zone).subtract({ days: 1 })
  for (let day = 0; day <= DAYS_AHEAD + 1; day++, date = date.add({ days: 1 })) {
    if (!occursOn(times, date)) continue
    const at = instantOf(date, times.at, zone)
    if (at > after) return { at, day: date.toString() }
  }
  throw new RangeError('a digest must occur within a week')
}

/** The last occurrence in (after, upTo], or null. */
export function lastDigest(times: DigestTimes, zone: string, after: number, upTo: number): { at: number; day: string } | null {
  let date = dateAt(upTo, zone).add({ days: 1 })
  for (let day = 0; day <= DAYS_AHEAD + 1; day++, date = date.subtract({ days: 1 })) {
    if (!occursOn(times, date)) continue
    const at = instantOf(date, times.at, zone)
    if (at <= after) return null
    if (at <= upTo) return { at, day: date.toString() }
  }
  return null
}

/** When the quiet that holds at `now` ends; `now` itself where none holds. */
export function quietEnd(quiet: QuietHours, zone: string, now: number): number {
  let at = now
  // Quiet hours and a quiet weekend may follow each other; each step passes one of them.
  for (let step = 0; step < DAYS_AHEAD; step++) {
    const end = quietStep(quiet, zone, at)
    if (end === null) return at
    at = end
  }
  return at
}

function quietStep({ from, until, weekend }: QuietHours, zone: string, at: number): number | null {
  const today = dateAt(at, zone)
  if (weekend && today.dayOfWeek >= 6) return instantOf(today.add({ days: 8 - today.dayOfWeek }), '00:00', zone)
  if (from === null || until === null || from === until) return null
  const overnight = from > until
  for (const start of overnight ? [today.subtract({ days: 1 }), today] : [today]) {
    const begins = instantOf(start, from, zone)
    const ends = instantOf(overnight ? start.add({ days: 1 }) : start, until, zone)
    if (at >= begins && at < ends) return ends
  }
  return null
}

/** Whether this runtime knows the IANA zone. */
export function isTimeZone(zone: string): boolean {
  try {
    Temporal.Now.zonedDateTimeISO(zone)
    return true
  } catch {
    return false
  }
}
