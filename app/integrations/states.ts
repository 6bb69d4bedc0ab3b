/**
 * When an integration counts as failing, late, silent or clear, hour by hour and as a whole. One definition for the strip, the row,
 * the filters and every figure made of them.
 */
import { isOpen, workingBetween, workingMs, type CompiledCalendar } from '#queries/catalogue/calendar.ts'
import type { Integration } from '#queries/catalogue/schema.ts'
import type { HealthView } from '#queries/model/views.ts'
import type { HourState } from '../components/figures/HealthStrip.tsx'

/** What one hour of an integration counted: finished moves, failed ones among them, p95 in ms. */
export interface HourCounts { at: string; events: number; failed: number; p95: number | null }
export type IntegrationState = 'failing' | 'late' | 'no_data' | 'clear'

const HOUR = 3_600_000
/** An hour fails when more than a tenth of its moves do and that is more than the objective allows. */
const FAILING_SHARE = 0.1

/**
 * The state of the hour that begins at `start` (epoch ms). Without events: `none` where the integration should be heard of within the
 * hour, else nothing was expected. Silence counts in working time: a night without orders is no trouble.
 */
export function hourState(hour: HourCounts | undefined, start: number, integration: Integration, calendar: CompiledCalendar): HourState {
  if (hour === undefined || hour.events === 0) {
    const { silentAfter } = integration.slo
    return silentAfter !== null && workingMs(calendar, silentAfter) <= HOUR && isOpen(calendar, start) && isOpen(calendar, start + HOUR - 1) ? 'none' : 'idle'
  }
  const share = hour.failed / hour.events
  if (share > Math.max(FAILING_SHARE, 1 - integration.slo.target)) return 'failing'
  return hour.failed > 0 || (hour.p95 !== null && hour.p95 > integration.slo.latencyP95Ms) ? 'late' : 'clear'
}

/** The hours of the strip, oldest first, the running one last. `series` may lack hours without events. */
export function hourStrip(series: readonly HourCounts[], integration: Integration, calendar: CompiledCalendar, now: Date, hours = 24): HourState[] {
  const byHour = new Map(series.map(one => [Math.floor(Date.parse(one.at) / HOUR), one]))
  const last = Math.floor(now.getTime() / HOUR)
  return Array.from({ length: hours }, (_, index) => last - hours + 1 + index).map(hour => hourState(byHour.get(hour), hour * HOUR, integration, calendar))
}

/**
 * The whole: `no_data` when it was never heard of; `failing` when the newest hour of the strip with events fails, the last that is known of it; `late` when it
 * has been silent for longer than its objective allows, in working time; else `clear`. `whole`: the figures are of all facilities. The
 * silence of a part of the group is no trouble: nobody agreed how often one facility is heard of.
 */
export function integrationState(health: Pick<HealthView, 'lastEventAt'>, strip: readonly HourState[], integration: Integration, calendar: CompiledCalendar, now: Date, whole: boolean): IntegrationState {
  if (health.lastEventAt === null) return 'no_data'
  const newest = strip.findLast(hour => hour !== 'none' && hour !== 'idle')
  if (newest === 'failing') return 'failing'
  return whole && isSilent(health, integration, calendar, now) ? 'late' : 'clear'
}

/** Whether it has been silent for longer than its objective allows, counted in working time. */
export function isSilent(health: Pick<HealthView, 'lastEventAt'>, integration: Integration, calendar: CompiledCalendar, now: Date): boolean {
  const allowed = integration.slo.silentAfter
  return allowed !== null && health.lastEventAt !== null && workingBetween(calendar, Date.parse(health.lastEventAt), now.getTime()) > workingMs(calendar, allowed)
}
