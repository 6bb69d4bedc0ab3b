/** Days as items carry them (`2026-11-21`), counted without clock or time zone. */

const DAY_MS = 86_400_000

/** The day's number since 1970-01-01; null for what is no day. */
export function dayNumber(day: string | null): number | null {
  if (day === null || !/^\d{4}-\d{2}-\d{2}$/.test(day)) return null
  const time = Date.parse(`${day}T00:00:00Z`)
  return Number.isNaN(time) ? null : time / DAY_MS
}

/** Whole days between two days, never negative; null where either is missing. */
export function daysApart(left: string | null, right: string | null): number | null {
  const [a, b] = [dayNumber(left), dayNumber(right)]
  return a === null || b === null ? null : Math.abs(a - b)
}
