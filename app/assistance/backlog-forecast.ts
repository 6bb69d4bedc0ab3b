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
 * The interval holds the middle 80 % of what that way was wrong by before, as it is, without an assumption of a distribution; more of it the
 * fewer errors there are that do not overlap, and the more often the intervals before missed. How wrong it
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
/** How much one miss changes the share that the next interval leaves out. */
const LEARNING = 0.05
/** How far beyond the range of all errors, for each share that they hold too little. */
const BEYOND = 2
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
  return Array.from({ length: HORIZON_DAYS }, (_, index) => index + 1).flatMap(days => {
    const made = forecastsOf(values, days)
    const { forecast } = made.at(-1) ?? { forecast: null }
    const record = recordOf(values, made.slice(0, -days), days)
    return forecast && record ? [{ days, ...forecast, record }] : []
  })
}

type Made = Pick<DayForecast, 'method' | 'expected' | 'low' | 'high'>

/** The forecast of each day, `days` ahead, from what was known on that day; null while too little was. The last is of now. */
function forecastsOf(values: readonly number[], days: number): { at: number; forecast: Made | null }[] {
  const guesses = new Map(BACKLOG_METHODS.map(method => [method, values.map((_, at) => guess(method, values, at, days))] as const))
  const made: { at: number; forecast: Made | null }[] = []
  // Adaptive conformal intervals (Gibbs and Candès, 2021): each miss that has become known widens the next ones, each hit narrows them.
  let miss = 1 - CONFIDENCE
  values.forEach((_, at) => {
    const known = made[at - days]?.forecast
    const came = values[at] ?? 0
    if (known) miss = Math.min(0.5, Math.max(-0.5, miss + LEARNING * (1 - CONFIDENCE - (came < known.low || came > known.high ? 1 : 0))))
    made.push({ at, forecast: forecastAt(values, guesses, at, days, miss) })
  })
  return made
}

/** The way that was wrong by least until day `at`, what it says, and the interval that leaves out `miss` of its errors. */
function forecastAt(values: readonly number[], guesses: ReadonlyMap<BacklogMethod, readonly (number | null)[]>, at: number, days: number, miss: number): Made | null {
  let best: { method: BacklogMethod; expected: number; errors: number[]; size: number } | null = null
  for (const [method, guessed] of guesses) {
    const expected = guessed[at] ?? null
    if (expected === null) continue
    const errors = guessed.slice(Math.max(0, at - days - MOST_ERRORS + 1), Math.max(0, at - days + 1)).flatMap((one, index) => (one === null ? [] : [(values[Math.max(0, at - days - MOST_ERRORS + 1) + index + days] ?? 0) - one]))
    if (errors.length < LEAST_ERRORS) continue
    const size = mean(errors.map(Math.abs))
    // The simplest speaks where another is not better.
    if (best === null || size < best.size) best = { method, expected, errors, size }
  }
  if (best === null) return null
  const { method, expected, errors } = best
  // n errors cut the line into n + 1 parts, so a tail begins further out; and errors over stretches that overlap are fewer than they look.
  const share = miss / 2 - (CONFIDENCE * days) / (2 * errors.length)
  // Where even the largest errors hold too little, the interval reaches beyond them by a share of their range.
  const beyond = Math.max(0, -share) * BEYOND * (quantile(errors, 1) - quantile(errors, 0))
  const [low, high] = [expected + quantile(errors, Math.max(0, share)) - beyond, expected + quantile(errors, 1 - Math.max(0, share)) + beyond]
  return { method, expected, low: Math.max(0, Math.min(expected, low)), high: Math.max(expected, high) }
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

/** How wrong the forecasts of the past days were whose day has come; null where there were too few. */
function recordOf(values: readonly number[], made: readonly { at: number; forecast: Made | null }[], days: number): ForecastRecord | null {
  const tries = made.flatMap(({ at, forecast }) => (forecast ? [{ ...forecast, before: values[at] ?? 0, came: values[at + days] ?? 0 }] : [])).slice(-MOST_ORIGINS)
  if (tries.length < LEAST_ORIGINS) return null
  const relative = tries.filter(one => one.came > 0).map(one => Math.abs(one.came - one.expected) / one.came)
  return {
    origins: tries.length, error: mean(tries.map(one => Math.abs(one.came - one.expected))), errorUnchanged: mean(tries.map(one => Math.abs(one.came - one.before))),
    mape: relative.length === 0 ? null : mean(relative), held: tries.filter(one => one.came >= one.low && one.came <= one.high).length / tries.length,
  }
}
