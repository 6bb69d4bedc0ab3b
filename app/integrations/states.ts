/**
 * When an integration counts as failing, late, silent or clear, hour by hour and as a whole. One definition for the strip, the row,
 * the filters and every figure made of them.
 */
import type { Integration } from '#queries/catalogue/schema.ts'
import type { HealthView } from '#queries/model/views.ts'
import type { HourState } from '../components/figures/HealthStrip.tsx'

/** What one hour of an integration counted: finished moves, failed ones among them, p95 in ms. */
export interface HourCounts { at: string; events: number; failed: number; p95: number | null }
export type IntegrationState = 'failing' | 'late' | 'no_data' | 'clear'

const HOUR = 3_600_000
/** An hour fails when more than a tenth of its moves do and that is more than the objective allows. */
const FAILING_SHARE = 0.1
/** What happened in this many last hours decides about now. */
const RECENT_HOURS = 3

/** Milliseconds of an ISO 8601 duration of days, hours, minutes and seconds, in plain time. */
export function plainMs(duration: string): number {
  const [, days = '0', hours = '0', minutes = '0', seconds = '0'] = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/.exec(duration) ?? []
  return ((Number(days) * 24 + Number(hours)) * 60 + Number(minutes)) * 60_000 + Number(seconds) * 1000
}

/** The state of one hour. Without events: `none` where the integration should be heard of within the hour, else nothing was expected. */
export function hourState(hour: HourCounts | undefined, integration: Integration): HourState {
  if (hour === undefined || hour.events === 0) return integration.slo.silentAfter !== null && plainMs(integration.slo.silentAfter) <= HOUR ? 'none' : 'idle'
  const share = hour.failed / hour.events
  if (share > Math.max(FAILING_SHARE, 1 - integration.slo.target)) return 'failing'
  return hour.failed > 0 || (hour.p95 !== null && hour.p95 > integration.slo.latencyP95Ms) ? 'late' : 'clear'
}

/** The hours of the strip, oldest first, the running one last. `series` may lack hours without events. */
export function hourStrip(series: readonly HourCounts[], integration: Integration, now: Date, hours = 24): HourState[] {
  const byHour = new Map(series.map(one => [Math.floor(Date.parse(one.at) / HOUR), one]))
  const last = Math.floor(now.getTime() / HOUR)
  return Array.from({ length: hours }, (_, index) => hourState(byHour.get(last - hours + 1 + index), integration))
}

/**
 * The whole: `no_data` when it was never heard of; `failing` when the newest hour with events among the last three fails; `late` when it
 * has been silent for longer than its objective allows; else `clear`.
 */
export function integrationState(health: Pick<HealthView, 'lastEventAt'>, strip: readonly HourState[], integration: Integration, now: Date): IntegrationState {
  if (health.lastEventAt === null) return 'no_data'
  const newest = strip.slice(-RECENT_HOURS).findLast(hour => hour !== 'none' && hour !== 'idle')
  if (newest === 'failing') return 'failing'
  return isSilent(health, integration, now) ? 'late' : 'clear'
}

/** Whether it has been silent for longer than its objective allows. */
export function isSilent(health: Pick<HealthView, 'lastEventAt'>, integration: Integration, now: Date): boolean {
  const allowed = integration.slo.silentAfter
  return allowed !== null && health.lastEventAt !== null && now.getTime() - Date.parse(health.lastEventAt) > plainMs(allowed)
}
