/** RFC 3339 times, and what is odd about them. */
import type { EventFlag } from '#queries/model/event.ts'

const RFC3339 = /^(\d{4})-(\d{2})-(\d{2})[Tt ](\d{2}):(\d{2}):(\d{2})(?:\.(\d+))?([Zz]|[+-]\d{2}:?\d{2})?$/
/** What the stores' DateTime64 can hold. */
const FIRST = Date.UTC(1900, 0, 1)
const LAST = Date.UTC(2299, 11, 31)

/** Allowed clock difference before a time counts as future. */
const AHEAD_MS = 5 * 60_000
const OLD_BEFORE = Date.UTC(1980, 0, 1)
const OLD_AFTER_YEARS = 50

/**
 * RFC 3339 → epoch ms (finer digits are cut). Without an offset it is taken as UTC and `offset` is false. Null if it is no such time,
 * names a moment that does not exist (30 February), or lies outside 1900 to 2299. A leap second is the first instant of the next minute.
 */
export function parseTime(text: string): { epochMs: number; offset: boolean } | null {
  const match = RFC3339.exec(text)
  if (!match) return null
  const [, year, month, day, hour, minute, second, fraction, zone] = match
  const [y, mo, d, h, mi, s] = [Number(year), Number(month), Number(day), Number(hour), Number(minute), Number(second)]
  if (mo < 1 || mo > 12 || d < 1 || d > new Date(Date.UTC(2000 + (y % 400), mo, 0)).getUTCDate() || h > 23 || mi > 59 || s > 60) return null
  const shift = zone === undefined || /[zZ]/.test(zone) ? 0 : offsetMinutes(zone)
  if (shift === null) return null
  const milliseconds = fraction === undefined ? 0 : Number(fraction.slice(0, 3).padEnd(3, '0'))
  const epochMs = Date.UTC(y, mo - 1, d, h, mi, s, milliseconds) - shift * 60_000
  return y < 100 || epochMs < FIRST || epochMs > LAST ? null : { epochMs, offset: zone !== undefined }
}

function offsetMinutes(zone: string): number | null {
  const hours = Number(zone.slice(1, 3))
  const minutes = Number(zone.slice(-2))
  if (hours > 23 || minutes > 59) return null
  return (zone.startsWith('-') ? -1 : 1) * (hours * 60 + minutes)
}

/** Flags of a plausible or implausible time, seen from the moment the event arrived (epoch ms). */
export function timeFlags(epochMs: number, receivedAt: number): EventFlag[] {
  if (epochMs > receivedAt + AHEAD_MS) return ['future_time']
  const fiftyYearsAgo = new Date(receivedAt)
  fiftyYearsAgo.setUTCFullYear(fiftyYearsAgo.getUTCFullYear() - OLD_AFTER_YEARS)
  return epochMs < Math.max(OLD_BEFORE, fiftyYearsAgo.getTime()) ? ['old_time'] : []
}
