/**
 * How much will wait in a day, in a week: a forecast with its interval, and how wrong it was before. Pure; knows the counts of each day at
 * the same time of day as now, so the time of day is no part of what is guessed.
 *
 * Three ways of guessing are tried on the history, and the one that was wrong by least there speaks:
 *
 * - `unchanged`: as much as now. What the others have to beat.
 * - `week`: the change that the same stretch of the week brought in the weeks before (their median) comes again.
 * - `drift`: the mean change of a day goes on.
 *
 * The interval holds the middle 80 % of what that way was wrong by before (more of it the fewer errors there are that do not overlap), as it
 * is, without an assumption of a distribution. How wrong it
 * was is measured as it would have been seen (a rolling origin): at each of the past days way and interval are chosen from what was known
 * then, and compared with what came. That is what is shown; it is not the error that the way was chosen by.
 */
import { mean, median, quantile } from 'simple-statistics'

export const BACKLOG_METHODS = ['unchanged', 'week', 'drift'] as const
export type BacklogMethod = (typeof BACKLOG_METHODS)[number]
/** Days ahead that are told. */
export const HORIZON_DAYS = 7
/** Share of the past errors that the interval holds. */
export const CONFIDENCE = 0.8

/** Days of history that the forecast looks back on; more would speak of another season. */
export const HISTORY_DAYS = 77
/** Weeks whose change is compared, and days whose mean change goes on. */
const WEEKS = 6
const DRIFT_DAYS = 28
/** Past forecasts that errors and intervals are made of: at least, at most. */
const LEAST_ERRORS = 14
const MOST_ERRORS = 42
/** Past days at which it is asked how wrong it would have been: at least, at most. */
const LEAST_ORIGINS = 10
const MOST_ORIGINS = 28

export interface DayForecast {
  /** days ahead */
  days: number
  method: BacklogMethod
  expected: number
  low: number
  high: number
  record: ForecastRecord
}

/** How wrong forecasts of that many days ahead were. */
export interface ForecastRecord {
  /** past days at which one was made */
  origins: number
  /** mean absolute error in objects, and of saying that nothing changes */
  error: number
  errorUnchanged: number
  /** mean absolute error as a share of what came (days on which nothing waited are left out); null where there was none */
  mape: number | null
  /** share of the intervals that held what came */
  held: number
}

/** The forecasts of 1 to 7 days after the last count. `counts`: one a day, oldest first, the last is now. Those that the history is too short for are left out. */
export function forecastBacklog(counts: readonly number[]): DayForecast[] {
  const values = counts.slice(-HISTORY_DAYS)
  const now = values.length - 1
  return Array.from({ length: HORIZON_DAYS }, (_, index) => index + 1).flatMap(days => {
    const made = forecastAt(values, now, days)
    const record = made && recordOf(values, days)
    return made && record ? [{ days, ...made, record }] : []
  })
}

type Made = Pick<DayForecast, 'method' | 'expected' | 'low' | 'high'>

/** A forecast made at day `at`, `days` ahead, from what was known then; null where too little was. */
function forecastAt(values: readonly number[], at: number, days: number): Made | null {
  const origins = Array.from({ length: MOST_ERRORS }, (_, back) => at - days - back).filter(origin => origin >= 0)
  let best: { method: BacklogMethod; errors: number[]; size: number } | null = null
  for (const method of BACKLOG_METHODS) {
    if (guess(method, values, at, days) === null) continue
    const errors = origins.flatMap(origin => {
      const guessed = guess(method, values, origin, days)
      return guessed === null ? [] : [(values[origin + days] ?? 0) - guessed]
    })
    if (errors.length < LEAST_ERRORS) continue
    const size = mean(errors.map(Math.abs))
    // The simplest speaks where another is not better.
    if (best === null || size < best.size) best = { method, errors, size }
  }
  if (best === null) return null
  const expected = guess(best.method, values, at, days) ?? 0
  // n errors cut the line into n + 1 parts, so a tail begins further out; and errors over stretches that overlap are fewer than they look.
  const tail = (1 - CONFIDENCE) / 2
  const share = Math.max(0, tail - (CONFIDENCE * days) / (2 * best.errors.length))
  const bound = (where: number): number => Math.max(0, expected + quantile(best.errors, where))
  return { method: best.method, expected, low: Math.min(expected, bound(share)), high: Math.max(expected, bound(1 - share)) }
}

/** What will be there `days` after day `at`, by one way; null where it knows too little. Looks at nothing after `at`. */
function guess(method: BacklogMethod, values: readonly number[], at: number, days: number): number | null {
  const now = values[at]
  if (now === undefined) return null
  switch (method) {
    case 'unchanged': return now
    case 'week': {
      const changes = Array.from({ length: WEEKS }, (_, index) => at - 7 * (index + 1)).flatMap(day => {
        const [before, after] = [values[day], values[day + days]]
        return before === undefined || after === undefined || day + days > at ? [] : [after - before]
      })
      return changes.length < 2 ? null : Math.max(0, now + median(changes))
    }
    case 'drift': {
      const first = values[at - DRIFT_DAYS]
      return first === undefined ? null : Math.max(0, now + (days * (now - first)) / DRIFT_DAYS)
    }
  }
}

/** How wrong the forecasts of the past days were; null where there were too few. */
function recordOf(values: readonly number[], days: number): ForecastRecord | null {
  const tries = Array.from({ length: MOST_ORIGINS }, (_, back) => values.length - 1 - days - back).flatMap(at => {
    const made = at < 0 ? null : forecastAt(values, at, days)
    return made ? [{ ...made, before: values[at] ?? 0, came: values[at + days] ?? 0 }] : []
  })
  if (tries.length < LEAST_ORIGINS) return null
  const relative = tries.filter(one => one.came > 0).map(one => Math.abs(one.came - one.expected) / one.came)
  return {
    origins: tries.length, error: mean(tries.map(one => Math.abs(one.came - one.expected))), errorUnchanged: mean(tries.map(one => Math.abs(one.came - one.before))),
    mape: relative.length === 0 ? null : mean(relative), held: tries.filter(one => one.came >= one.low && one.came <= one.high).length / tries.length,
  }
}
