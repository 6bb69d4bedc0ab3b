/**
 * How much work will be open so many working hours from now. Pure; nothing in it asks the clock or a random number.
 *
 * Three ways of guessing are tried on the history itself, and the one that was wrong by least there speaks:
 *
 * - `unchanged`: it stays as it is. What every other way has to beat.
 * - `drift`: open + hours × (mean inflow − mean outflow per working hour). Fits work that is cleared at a rate of its own, whatever waits.
 * - `share`: each hour a fixed share of what is open is cleared and the mean inflow comes: open × k^h + inflow × (1 − k^h) / (1 − k),
 *   with k = 1 − (all cleared ÷ all that was there to be cleared). Fits work that each piece does by itself, as a real-time export.
 *
 * The error on history is the mean absolute difference of forecasts made at earlier hours from what was open then. Each of those
 * forecasts knows only the hours before it. The interval lies between the quantiles of the same differences (actual − forecast), so it
 * is as wide as the method was wrong, without an assumption about a distribution. Where the history is too short for the asked
 * distance, the longest distance that it allows is taken and the differences widen with the root of the ratio, as a random walk's do.
 */
import { mean, quantile } from 'simple-statistics'

/** One working hour: open at its beginning, what came and what went (done or cancelled) within it. */
export interface FlowHour { open: number; came: number; went: number }

export const FORECAST_METHODS = ['unchanged', 'drift', 'share'] as const
export type ForecastMethod = (typeof FORECAST_METHODS)[number]

export interface Forecast {
  method: ForecastMethod
  /** open after so many hours, not below 0; the interval holds `confidence` of the past differences */
  expected: number
  low: number
  high: number
  confidence: number
  hours: number
  /** per working hour, over the history */
  inflow: number
  outflow: number
  /** forecasts made on the history: how many, over how many hours ahead, mean absolute error of the method and of `unchanged` */
  tried: number
  triedHours: number
  error: number
  errorUnchanged: number
}

/** Hours of history below which nothing is said. */
const LEAST_HOURS = 16
/** Forecasts on the history below which nothing is said; with fewer the quantiles would be noise. */
const LEAST_TRIES = 8
/** Hours that the first try on the history may look back on. */
const LEAST_LEARNT = 8
const CONFIDENCE = 0.8

/**
 * Forecasts what is open `hours` working hours after `open` was counted. `history` is oldest first and ends now. Null where the history
 * is too short to say how wrong the forecast would be: then nothing may be shown as a forecast.
 */
export function forecastOpen(history: readonly FlowHour[], open: number, hours: number): Forecast | null {
  if (history.length < LEAST_HOURS || !Number.isFinite(hours) || hours < 0) return null
  const triedHours = Math.max(1, Math.min(Math.round(hours), history.length - LEAST_LEARNT - LEAST_TRIES))
  const tries = triesOf(history, triedHours)
  if (tries.length < LEAST_TRIES) return null
  const errorOf = (method: ForecastMethod): number => mean(tries.map(one => Math.abs(one.actual - one.guess[method])))
  const errorUnchanged = errorOf('unchanged')
  // The simplest wins where another is not better.
  const method = FORECAST_METHODS.reduce((best, each) => (errorOf(each) < errorOf(best) ? each : best))
  const now = ratesOf(history, history.length)
  const expected = guess(method, now, open, hours)
  const widen = Math.sqrt(Math.max(1, hours / triedHours))
  const differences = tries.map(one => (one.actual - one.guess[method]) * widen)
  const tail = (1 - CONFIDENCE) / 2
  const at = (share: number): number => Math.max(0, expected + quantile(differences, share))
  return {
    method, expected, low: Math.min(expected, at(tail)), high: Math.max(expected, at(1 - tail)), confidence: CONFIDENCE, hours,
    inflow: now.inflow, outflow: now.outflow, tried: tries.length, triedHours, error: errorOf(method), errorUnchanged,
  }
}

interface Rates { inflow: number; outflow: number; /** share that is still open an hour later */ kept: number }

/** Means over the first `upTo` hours. */
function ratesOf(history: readonly FlowHour[], upTo: number): Rates {
  let came = 0
  let went = 0
  let there = 0
  for (let index = 0; index < upTo; index++) {
    const hour = history[index] as FlowHour
    came += hour.came
    went += hour.went
    there += hour.open + hour.came
  }
  return { inflow: upTo === 0 ? 0 : came / upTo, outflow: upTo === 0 ? 0 : went / upTo, kept: there === 0 ? 1 : Math.min(1, Math.max(0, 1 - went / there)) }
}

function guess(method: ForecastMethod, rates: Rates, open: number, hours: number): number {
  switch (method) {
    case 'unchanged': return open
    case 'drift': return Math.max(0, open + hours * (rates.inflow - rates.outflow))
    case 'share': {
      const left = rates.kept ** hours
      // What comes within an hour is cleared by the same share at its end.
      return rates.kept >= 1 ? open + hours * rates.inflow : open * left + (rates.inflow * rates.kept * (1 - left)) / (1 - rates.kept)
    }
  }
}

/** A forecast from each earlier hour over `distance` hours, from what was known then. */
function triesOf(history: readonly FlowHour[], distance: number): { actual: number; guess: Record<ForecastMethod, number> }[] {
  const tries = []
  for (let from = LEAST_LEARNT; from + distance < history.length; from++) {
    const rates = ratesOf(history, from)
    const { open } = history[from] as FlowHour
    const made = Object.fromEntries(FORECAST_METHODS.map(method => [method, guess(method, rates, open, distance)])) as Record<ForecastMethod, number>
    tries.push({ actual: (history[from + distance] as FlowHour).open, guess: made })
  }
  return tries
}
