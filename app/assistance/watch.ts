/**
 * What stands out now, for one scope: integrations that move unlike the same time of other weeks, and failures that come again at the same
 * time. Computed from the roll-up when somebody asks, kept for a few minutes, since it speaks of whole hours only. Nothing here acts.
 */
import type { Catalogue } from '#queries/catalogue/catalogue.ts'
import type { ClickHouse } from '#queries/clickhouse/clickhouse.ts'
import { groupHours } from '#queries/clickhouse/assistance/groups.ts'
import { failureHours } from '#queries/clickhouse/assistance/hours.ts'
import type { Scope } from '#queries/model/scope.ts'
import { episodes, judge, WEEKS, type Anomaly, type Measure, type Subject, type Unjudged } from './anomalies.ts'
import { HOUR_MS, LocalHours, WEEK } from './local-hours.ts'
import { recurrences, type Recurrence } from './recurrence.ts'
import type { HourSeries } from './series.ts'
import { homeZone, readSubjects } from './subjects.ts'

/** Events of an hour may arrive this long after it and still be judged with it. */
const ARRIVES_WITHIN_MS = 15 * 60_000
/** Weeks before the present stretch in which it is counted how often the rule spoke. */
export const RECORD_WEEKS = 4
const HISTORY_HOURS = (WEEKS + RECORD_WEEKS + 1) * WEEK
/** Weeks in which what comes again is looked for. */
export const RECURRENCE_WEEKS = 13
/** Hours with a failure below which no rhythm can be named. */
const LEAST_HOURS = 4
/** Hours without anything before that is said. */
const LEAST_DEAF_HOURS = 2
const KEPT_MS = 2 * 60_000

export interface WatchedAnomaly extends Anomaly { integration: string; zone: string; /** times the rule began to speak in the weeks before, and how many weeks those were */ spokeBefore: number; recordWeeks: number }
export interface WatchedRecurrence extends Recurrence {
  zone: string; integration: string; errorClass: string; errorCode: string
  /** the group whose failures they are; null for attempts that may all have been recovered */
  group: { fingerprint: string; title: string } | null
}
export interface Watch {
  /** the end of the last hour that was judged, epoch hours */
  to: number
  anomalies: WatchedAnomaly[]
  recurrences: WatchedRecurrence[]
  /** per measure how many integrations were judged and why the others were not; `batch`: a schedule says when it moves, and feeds are judged by that */
  judged: Record<Measure, { judged: number } & Record<Unjudged | 'batch', number>>
  /** since when nothing at all is heard, epoch hour; null while something is */
  deafSince: number | null
}

const kept = new Map<string, { at: number; catalogue: Catalogue; watch: Promise<Watch> }>()

/** What stands out at `now`; at most two minutes old. */
export function readWatch(clickhouse: ClickHouse, catalogue: Catalogue, now: Date, scope: Scope): Promise<Watch> {
  const to = lastWholeHour(now)
  const key = `${clickhouse.database} ${to} ${JSON.stringify(scope)}`
  const known = kept.get(key)
  if (known && known.catalogue === catalogue && now.getTime() - known.at < KEPT_MS) return known.watch
  for (const [old, { at }] of kept) if (now.getTime() - at >= KEPT_MS) kept.delete(old)
  const watch = watchAt(clickhouse, catalogue, to, scope)
  kept.set(key, { at: now.getTime(), catalogue, watch })
  // what failed is asked again
  watch.catch(() => kept.delete(key))
  return watch
}

/** The end of the last hour whose events have arrived, epoch hours. */
export const lastWholeHour = (now: Date): number => Math.floor((now.getTime() - ARRIVES_WITHIN_MS) / HOUR_MS)

/** What stands out in the stretches that end at the epoch hour `to`. */
export async function watchAt(clickhouse: ClickHouse, catalogue: Catalogue, to: number, scope: Scope): Promise<Watch> {
  const from = to - HISTORY_HOURS
  const since = to - RECURRENCE_WEEKS * WEEK
  const [{ byIntegration: subjects, heard }, attempts, groups] = await Promise.all([
    readSubjects(clickhouse, catalogue, from, to, scope),
    failureHours.run(clickhouse, { from: since, to }, scope),
    groupHours.run(clickhouse, { from: since, to, least: LEAST_HOURS }, scope),
  ])
  const home = new LocalHours(homeZone(catalogue))
  const begins = Math.max(since, heard.begins)
  const rhythmsOf = (integration: string, hours: readonly number[], counts: readonly number[]): (Recurrence & { zone: string })[] => {
    const subject = subjects.get(integration)
    const clock = subject?.clock ?? home
    return recurrences(new Map(hours.map((hour, index) => [hour, counts[index] ?? 0])), begins, to, clock, exposureOf(subject, begins, to)).map(one => ({ ...one, zone: clock.zone }))
  }
  const ofGroups = groups.flatMap(row => rhythmsOf(row.integration_, row.hours, row.counts)
    .map((one): WatchedRecurrence => ({ ...one, integration: row.integration_, errorClass: row.class, errorCode: row.code, group: { fingerprint: row.fingerprint, title: row.title } })))
  const ofAttempts = attempts.filter(row => row.hours.length >= LEAST_HOURS).flatMap(row => rhythmsOf(row.integration, row.hours, row.attempts)
    .map((one): WatchedRecurrence => ({ ...one, integration: row.integration, errorClass: row.error_class, errorCode: row.error_code, group: null })))
    // The group's statement is about the same attempts and knows more.
    .filter(one => !ofGroups.some(group => group.integration === one.integration && group.errorClass === one.errorClass && group.errorCode === one.errorCode && group.rhythm === one.rhythm && Math.abs(group.at - one.at) <= 1))
  return { to, ...judgeAll(subjects, catalogue, to), recurrences: [...ofGroups, ...ofAttempts].sort((a, b) => a.chance - b.chance), deafSince: deafSince(heard, home, to) }
}

/** Since when nothing at all is heard, where something was in the same hours of every week that is known. */
function deafSince(heard: HourSeries, clock: LocalHours, to: number): number | null {
  const last = heard.lastMove(to)
  if (last === null || last + LEAST_DEAF_HOURS >= to) return null
  const since = last + 1
  const before = Array.from({ length: WEEKS }, (_, index) => clock.weeksBefore(since, index + 1)).filter(begin => begin >= heard.begins)
  return before.length >= 2 && before.every(begin => heard.moves(begin, begin + to - since) > 0) ? since : null
}

/** As much as moved, and as much again spread evenly: an hour without moves is not one in which nothing can fail. */
function exposureOf(subject: Subject | undefined, from: number, to: number): (begin: number, end: number) => number {
  if (!subject) return (begin, end) => end - begin
  const mean = Math.max(subject.series.moves(from, to) / (to - from), 1e-6)
  return (begin, end) => subject.series.moves(begin, end) + mean * (end - begin)
}

function judgeAll(subjects: ReadonlyMap<string, Subject>, catalogue: Catalogue, to: number): Pick<Watch, 'anomalies' | 'judged'> {
  const none = () => ({ judged: 0, too_little: 0, too_short: 0, special_day: 0, no_data: 0, batch: 0 })
  const judged: Watch['judged'] = { volume: none(), latency: none() }
  const anomalies: WatchedAnomaly[] = []
  for (const integration of catalogue.integrations.keys()) {
    const subject = subjects.get(integration)
    for (const measure of ['volume', 'latency'] as const) {
      const why = !subject ? 'too_short' : isWatched(catalogue, integration, measure) ? null : 'batch'
      if (!subject || why !== null) {
        judged[measure][why ?? 'too_short']++
        continue
      }
      const { anomaly, unjudged } = judge(subject, measure, to)
      judged[measure][unjudged ?? 'judged']++
      if (!anomaly) continue
      const before = Math.max(subject.series.begins, anomaly.since - RECORD_WEEKS * WEEK)
      anomalies.push({ ...anomaly, integration, zone: subject.clock.zone, spokeBefore: episodes(subject, measure, before, anomaly.since).length, recordWeeks: Math.floor((anomaly.since - before) / WEEK) })
    }
  }
  return { anomalies: anomalies.sort((a, b) => rankOf(a) - rankOf(b) || Math.abs(b.deviation.score) - Math.abs(a.deviation.score)), judged }
}

/** Whether a measure of an integration is compared at all: what a batch moves is the business of its schedule. */
export const isWatched = (catalogue: Catalogue, integration: string, measure: Measure): boolean => measure === 'latency' || catalogue.integration(integration)?.mode !== 'batch'

const ORDER: readonly Anomaly['change'][] = ['silent', 'less', 'slower', 'more']
const rankOf = (anomaly: Anomaly): number => ORDER.indexOf(anomaly.change)
