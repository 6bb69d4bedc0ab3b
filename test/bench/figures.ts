/** What a bench says: one JSON line per figure, and the arithmetic of times. */

export interface Figure {
  metric: string
  value: number
  unit: string
  /** what the value is held against, measured in the same run; null where there is nothing to compare with */
  baseline?: number | null
  /** number of measurements behind the value */
  n: number
}
export type Report = (figure: Figure) => void

export interface BenchOptions {
  /** full size: the demo at scale 1 and more events */
  full: boolean
  /** scale of the demo; null: 1 at full size, else 0.1 */
  scale: number | null
  /** data directory of a demo that has been loaded already; null: a fresh one, removed afterwards */
  data: string | null
}

/** Writes the figures of a bench to standard output; `ratio` is value to baseline. */
export function reporter(bench: string): Report {
  return ({ metric, value, unit, baseline = null, n }) => {
    const ratio = baseline === null || baseline === 0 ? null : rounded(value / baseline)
    process.stdout.write(`${JSON.stringify({ bench, metric, value: rounded(value), unit, baseline: baseline === null ? null : rounded(baseline), ratio, n })}\n`)
  }
}

const rounded = (value: number): number => Number(value.toPrecision(4))

/** The nearest-rank percentile (0 < share ≤ 1). Throws RangeError for no values. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  const value = sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)]
  if (value === undefined) throw new RangeError('nothing was measured')
  return value
}

/** The median by nearest rank. */
export const median = (values: readonly number[]): number => percentile(values, 0.5)

/** Duration of `work` in ms. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now()
  await work()
  return performance.now() - started
}
