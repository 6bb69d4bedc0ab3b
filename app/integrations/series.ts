/** The points of a health chart: equal steps over the window, nothing made up where nothing was heard. */

/** Seconds per point of each window. */
export const STEP_SECONDS = { '1h': 120, '24h': 1800, '7d': 10_800 } as const

export interface SeriesPoint { at: string; values: { moves: number | null; failed: number | null; p95: number | null } }

/**
 * All steps of the window that ends at `now`, oldest first. In a step without events nothing moved where nothing had to (`quiet`, given
 * the step's start in epoch ms); elsewhere its values are null, for what was not heard is not known. No moves have no latency.
 */
export function seriesPoints(series: readonly { at: string; events: number; failed: number; p95: number | null }[], now: Date, windowMinutes: number, stepSeconds: number, quiet: (start: number) => boolean = () => false): SeriesPoint[] {
  const step = stepSeconds * 1000
  const known = new Map(series.map(one => [Math.floor(Date.parse(one.at) / step), one]))
  const last = Math.floor(now.getTime() / step)
  const count = Math.round((windowMinutes * 60) / stepSeconds)
  return Array.from({ length: count }, (_, index) => {
    const slot = last - count + 1 + index
    const found = known.get(slot)
    const nothing = !found && quiet(slot * step) ? 0 : null
    return { at: new Date(slot * step).toISOString(), values: { moves: found?.events ?? nothing, failed: found?.failed ?? nothing, p95: found?.p95 ?? null } }
  })
}
