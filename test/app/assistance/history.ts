/** The demo group's history as the roll-up would have it, without a store: for measuring how often statements are wrong. */
import type { Catalogue } from '#queries/catalogue/catalogue.ts'
import { HOUR_MS } from '#app/assistance/local-hours.ts'
import type { MovedHours } from '#app/assistance/series.ts'
import { subjectsOf, type Subjects } from '#app/assistance/subjects.ts'
import { generateHistory } from '#seeds/history/generate.ts'

export interface RolledUp extends Subjects {
  /** epoch hours [from, to) */
  from: number
  to: number
  moved: (MovedHours & { integration: string })[]
  /** integration, error class and code (by NUL) → hour → failed attempts */
  failures: Map<string, Map<number, number>>
}

interface Hours { hours: Map<number, { moves: number; durations: number; log: number }>; shares: Map<string, number> }

/** Rolls up `days` days of the history that ends at `until`. `planted` false leaves the planted cases out. */
export function rolledUp(catalogue: Catalogue, { until, days = 90, scale, seed = 4711, planted = true }: { until: Date; days?: number; scale: number; seed?: number; planted?: boolean }): RolledUp {
  const to = Math.floor(until.getTime() / HOUR_MS)
  const integrations = new Map<string, Hours>()
  const failures = new Map<string, Map<number, number>>()
  for (const item of generateHistory({ seed, until, days, scale, planted })) {
    if (item.kind !== 'event') continue
    const { event, at } = item
    const hour = Math.floor(at / HOUR_MS)
    const { status, durationMs, error } = event.data
    if (['failed', 'dead_lettered', 'retrying'].includes(status)) {
      const key = [event.integration, error?.class ?? '', error?.code ?? ''].join('\0')
      const known = failures.get(key) ?? new Map<number, number>()
      failures.set(key, known.set(hour, (known.get(hour) ?? 0) + 1))
    }
    if (event.type.startsWith('integration.') && !event.type.startsWith('integration.step.')) continue
    const one = integrations.get(event.integration) ?? { hours: new Map(), shares: new Map() }
    integrations.set(event.integration, one)
    const sums = one.hours.get(hour) ?? { moves: 0, durations: 0, log: 0 }
    one.hours.set(hour, { moves: sums.moves + 1, durations: sums.durations + (durationMs === undefined ? 0 : 1), log: sums.log + (durationMs === undefined ? 0 : Math.log2(Math.max(1, durationMs))) })
    one.shares.set(event.facility ?? '', (one.shares.get(event.facility ?? '') ?? 0) + 1)
  }
  const from = to - days * 24
  const moved = [...integrations].map(([integration, { hours }]) => ({ integration, hours: [...hours.keys()], moves: [...hours.values()].map(one => one.moves), durations: [...hours.values()].map(one => one.durations), logs: [...hours.values()].map(one => one.log) }))
  const shares = [...integrations].flatMap(([integration, one]) => [...one.shares].map(([facility, moves]) => ({ integration, facility, moves })))
  return { from, to, moved, failures, ...subjectsOf(catalogue, moved, shares, moved.flatMap(one => one.hours), from, to) }
}
