/**
 * How often what stands out is wrong, on the demo group's history: 90 days without the planted cases, in which whatever is said of moves and
 * latency is a false alarm unless one of the history's incidents is behind it. The last six weeks are watched hour by hour, as the
 * page would have been. Then the other way round: trouble is made in the last hours of random moments, one integration at a time, and
 * it is counted how often it is said. No store is needed: the history is rolled up here.
 */
import { episodes, judge, type Measure, type Subject } from '#app/assistance/anomalies.ts'
import { HOUR_MS, WEEK } from '#app/assistance/local-hours.ts'
import { recurrences } from '#app/assistance/recurrence.ts'
import { HourSeries, type MovedHours } from '#app/assistance/series.ts'
import { isWatched } from '#app/assistance/watch.ts'
import { incidentsOf } from '#seeds/history/incidents.ts'
import { Random } from '#seeds/history/random.ts'
import { rolledUp, type RolledUp } from '#test/app/assistance/history.ts'
import { shippedCatalogue } from '#test/app/exceptions/support.ts'
import type { BenchOptions, Report } from './figures.ts'

const UNTIL = new Date('2026-11-20T12:00:00Z')
const DAYS = 90
const WEEKS = 6
const SEEDS = [4711, 99, 7, 20260]
const MOMENTS = 12
const LASTS_HOURS = [6, 24]
/** What an incident held up is caught up within so many hours. */
const AFTER_HOURS = 24

const TROUBLE: Readonly<Record<string, { measure: Measure; times: number; slower: number }>> = {
  stops: { measure: 'volume', times: 0, slower: 1 }, a_quarter: { measure: 'volume', times: 0.25, slower: 1 }, three_times: { measure: 'volume', times: 3, slower: 1 }, twice_as_slow: { measure: 'latency', times: 1, slower: 2 },
}

/** Measures false alarms and what is found, over some seeds. */
export async function benchAssistance({ full, scale }: BenchOptions, report: Report): Promise<void> {
  const catalogue = await shippedCatalogue()
  const seeds = full ? SEEDS : SEEDS.slice(0, 1)
  const said = { volume: 0, latency: 0, incident: 0, rhythms: 0, judged: 0, kinds: 0 }
  const found = new Map(Object.keys(TROUBLE).flatMap(name => LASTS_HOURS.map(hours => [`${name}.${hours}h`, { of: 0, said: 0 }])))
  for (const seed of seeds) {
    const history = rolledUp(catalogue, { until: UNTIL, days: DAYS, scale: scale ?? (full ? 1 : 0.3), seed, planted: false })
    const incidents = incidentsOf(UNTIL.getTime() - DAYS * 24 * HOUR_MS, UNTIL.getTime())
    for (const [integration, subject] of history.byIntegration) {
      for (const measure of ['volume', 'latency'] as const) {
        if (!isWatched(catalogue, integration, measure)) continue
        if (judge(subject, measure, history.to).unjudged === null) said.judged++
        for (const one of episodes(subject, measure, history.to - WEEKS * WEEK, history.to)) {
          const real = incidents.some(each => each.integrations.includes(integration) && one.from * HOUR_MS < each.to + AFTER_HOURS * HOUR_MS && one.to * HOUR_MS > each.from)
          said[real ? 'incident' : measure]++
        }
        planTrouble(history, integration, subject, measure, found)
      }
    }
    const rhythms = rhythmsOf(history)
    said.rhythms += rhythms.said
    said.kinds += rhythms.kinds
  }
  const weeks = WEEKS * seeds.length
  for (const measure of ['volume', 'latency'] as const) report({ metric: `false_alarms.${measure}`, value: said[measure] / weeks, unit: 'a week, all integrations', n: weeks })
  report({ metric: 'incidents_said', value: said.incident / seeds.length, unit: 'statements a history', n: seeds.length })
  report({ metric: 'judged_now', value: said.judged / seeds.length, unit: 'series', n: seeds.length })
  report({ metric: 'rhythms_said', value: said.rhythms / seeds.length, unit: 'a history, one of them planted', n: said.kinds })
  for (const [name, { of, said: share }] of found) report({ metric: `found.${name}`, value: of === 0 ? 0 : share / of, unit: 'of what was judged', n: of })
}

/** Makes each kind of trouble at random moments of the last three weeks and counts how often it is said. */
function planTrouble(history: RolledUp, integration: string, subject: Subject, measure: Measure, found: Map<string, { of: number; said: number }>): void {
  const moved = history.moved.find(one => one.integration === integration)
  if (!moved) return
  const random = new Random(1, 'trouble', integration, measure)
  for (let moment = 0; moment < MOMENTS; moment++) {
    const to = history.to - random.int(0, 3 * WEEK)
    const before = judge(subject, measure, to)
    // What is not judged, or said already, is not counted.
    if (before.unjudged !== null || before.anomaly !== null) continue
    for (const [name, trouble] of Object.entries(TROUBLE)) {
      for (const hours of LASTS_HOURS) {
        const counts = found.get(`${name}.${hours}h`)
        if (!counts || trouble.measure !== measure) continue
        counts.of++
        if (judge({ ...subject, series: new HourSeries(history.from, history.to, changed(moved, to - hours, to, trouble)) }, measure, to).anomaly !== null) counts.said++
      }
    }
  }
}

function changed(moved: MovedHours, from: number, to: number, { times, slower }: { times: number; slower: number }): MovedHours {
  const inside = moved.hours.map(hour => hour >= from && hour < to)
  const scaled = (values: readonly number[]): number[] => values.map((value, index) => (inside[index] ? Math.round(value * times) : value))
  return {
    hours: moved.hours, moves: scaled(moved.moves), durations: scaled(moved.durations),
    logs: moved.logs.map((log, index) => (inside[index] ? log * times + (moved.durations[index] ?? 0) * times * Math.log2(slower) : log)),
  }
}

function rhythmsOf(history: RolledUp): { said: number; kinds: number } {
  let said = 0
  for (const [key, hours] of history.failures) {
    const subject = history.byIntegration.get(key.split('\0')[0] ?? '')
    if (!subject) continue
    const mean = subject.series.moves(history.from, history.to) / (history.to - history.from)
    said += recurrences(hours, history.from, history.to, subject.clock, (from, to) => subject.series.moves(from, to) + mean * (to - from)).length
  }
  return { said, kinds: history.failures.size }
}
