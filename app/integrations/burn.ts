/**
 * Burn rate of an error budget: how many times faster than allowed errors use it up. 1 uses the budget of the objective's period up just at
 * its end. Formula and thresholds for an objective over 30 days after Google's SRE workbook, "Alerting on SLOs": 14.4 over an hour is 2 % of the
 * budget in that hour, 6 over six hours is 5 %, 1 over three days is 10 %.
 */

/** Error rate ÷ (1 − target); null where nothing finished. A target of 1 leaves no budget: any failure burns without end. */
export function burnRate(failed: number, finished: number, target: number): number | null {
  if (finished === 0) return null
  const rate = failed / finished
  const allowed = 1 - target
  return allowed <= 0 ? (rate === 0 ? 0 : Number.POSITIVE_INFINITY) : rate / allowed
}

export const BURN_WINDOWS = ['1h', '6h', '3d'] as const
export type BurnWindow = (typeof BURN_WINDOWS)[number]
/** From which rate on a window is too fast. */
export const BURN_LIMITS: Readonly<Record<BurnWindow, number>> = { '1h': 14.4, '6h': 6, '3d': 1 }

/** A rate that is just the limit may come out a rounding below it. */
const ROUNDING = 1e-9

/** One window's rate, with the moves it is made of. */
export interface Burn { window: BurnWindow; rate: number | null; failed: number; finished: number; tooFast: boolean }
export interface BurnCounts { finished_1h: number; failed_1h: number; finished_6h: number; failed_6h: number; finished_3d: number; failed_3d: number }

/** The three windows of an integration. */
export function burnsOf(counts: BurnCounts | undefined, target: number): Burn[] {
  return BURN_WINDOWS.map(window => {
    const finished = counts?.[`finished_${window}`] ?? 0
    const failed = counts?.[`failed_${window}`] ?? 0
    const rate = burnRate(failed, finished, target)
    return { window, rate, failed, finished, tooFast: rate !== null && rate >= BURN_LIMITS[window] - ROUNDING }
  })
}
