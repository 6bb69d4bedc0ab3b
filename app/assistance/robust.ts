/** Comparing one figure with earlier ones of its kind where some of those were bad days themselves: median and median deviation instead of mean and variance. Pure. */
import { median, medianAbsoluteDeviation } from 'simple-statistics'

/** The median deviation of a normal distribution is this much smaller than its standard deviation (1 ÷ Φ⁻¹(¾)). */
const TO_STANDARD = 1.4826

export interface Deviation {
  /** what is usual: the median of the compared figures */
  usual: number
  lowest: number
  highest: number
  compared: number
  /** how many usual deviations the figure lies above (positive) or below the usual one */
  score: number
}

/**
 * How far `figure` lies from `compared` (at least one). `leastDeviation(usual)` is what a deviation counts at least: figures that were all
 * the same say nothing of how much they could have differed.
 */
export function deviationOf(figure: number, compared: readonly number[], leastDeviation: (usual: number) => number): Deviation {
  const values = [...compared]
  const usual = median(values)
  const deviation = Math.max(TO_STANDARD * medianAbsoluteDeviation(values), leastDeviation(usual))
  return { usual, lowest: Math.min(...values), highest: Math.max(...values), compared: values.length, score: deviation === 0 ? 0 : (figure - usual) / deviation }
}

/** The probability of at least `hits` successes in `tries` independent ones of probability `chance`: the upper tail of the binomial distribution. */
export function atLeast(hits: number, tries: number, chance: number): number {
  if (hits <= 0) return 1
  if (hits > tries || chance <= 0) return 0
  if (chance >= 1) return 1
  let logTerm = 0
  for (let index = 0; index < hits; index++) logTerm += Math.log(tries - index) - Math.log(hits - index)
  logTerm += hits * Math.log(chance) + (tries - hits) * Math.log1p(-chance)
  let term = Math.exp(logTerm)
  let sum = 0
  for (let count = hits; count <= tries; count++) {
    sum += term
    term *= ((tries - count) / (count + 1)) * (chance / (1 - chance))
  }
  return Math.min(1, sum)
}
