/**
 * What may have caused a group of failures: what happened shortly before it began, or what its errors have in common. Each is stated
 * with what was seen, when, and how near, and links to it; nothing is asserted. Pure.
 */
import type { CatalogueChange } from '#queries/catalogue/changes.ts'
import type { Report } from '#queries/clickhouse/groups/evidence.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
/** A release or a change counts if it was at most this long before. */
export const BEFORE_MS = DAY
/** A failed check counts this long before and after. */
export const AROUND_MS = HOUR
/** A credential is announced at most this long before. */
export const ANNOUNCED_MS = 30 * DAY
/** Finished steps from which a share of failures says something, and the share. */
const ENOUGH_STEPS = 5
const NEARLY_ALL = 0.8
/** Classes that lie in the case: that many fail says less about the way than about what goes on it. */
const OF_THE_CASE: ReadonlySet<string> = new Set(['mapping', 'validation', 'business_rule', 'duplicate'])

export type SuspicionKind = 'release' | 'credential' | 'outage' | 'all_failing' | 'catalogue' | 'common_start'
/** `at`: when what is suspected happened; `gapSeconds` before the start, negative after it. `event`: where it can be seen. */
export interface Suspicion {
  kind: SuspicionKind; score: number; title: string; words: string; at: string; gapSeconds: number
  event: { source: string; id: string } | null; integration: string | null; groups: { fingerprint: string; title: string; count: number; firstAt: string }[]
}

export interface CauseInput {
  /** when the group began, and when it last grew out of proportion; at least one */
  starts: readonly string[]
  /** share of members per class of error */
  classes: readonly { class: string; count: number }[]
  reports: readonly Report[]
  /** finished steps of the group's main integration: in the hour from the start, and in the day before */
  steps: { integration: string; after: { succeeded: number; failed: number }; before: { succeeded: number; failed: number } } | null
  changes: readonly CatalogueChange[]
  /** ids of documents that the group's failures depend on: its integrations and processes */
  documents: ReadonlySet<string>
  begun: readonly { fingerprint: string; system: string; title: string; count: number; first_at: string }[]
  systems: readonly string[]
  names: { integration(id: string): string; system(id: string): string }
}

/** What speaks for a cause, the strongest first. */
export function suspectCauses(input: CauseInput): Suspicion[] {
  const found = [...releases(input), ...credentials(input), ...outages(input), ...allFailing(input), ...changed(input), ...commonStart(input)]
  return found.sort((a, b) => b.score - a.score || Math.abs(a.gapSeconds) - Math.abs(b.gapSeconds))
}

/** Milliseconds from an instant to the start it is nearest to and not after by more than `slack`; null if there is none. */
function gapTo(starts: readonly string[], at: string, slack = 0): number | null {
  const gaps = starts.map(start => Date.parse(start) - Date.parse(at)).filter(gap => gap >= -slack).sort((a, b) => Math.abs(a) - Math.abs(b))
  return gaps[0] ?? null
}

function releases({ starts, reports, names }: CauseInput): Suspicion[] {
  const nearest = new Map<string, Suspicion>()
  for (const report of reports) {
    const gap = report.type === 'integration.deployment.released' ? gapTo(starts, report.at, 5 * MINUTE) : null
    if (gap === null || gap > BEFORE_MS) continue
    const name = textOf(report.attributes['release'])
    const suspicion: Suspicion = {
      kind: 'release', score: gap <= HOUR ? 90 : gap <= 4 * HOUR ? 60 : 30, title: name ? `Release ${name}` : 'A release', at: report.at, gapSeconds: Math.round(gap / 1000),
      words: `${names.integration(report.integration)} was released${name ? ` as ${name}` : ''}${report.attributes['rollback'] === true ? ', going back to an earlier state,' : ''}`, event: { source: report.source, id: report.id }, integration: report.integration, groups: [],
    }
    const known = nearest.get(report.integration)
    if (!known || Math.abs(known.gapSeconds) > Math.abs(suspicion.gapSeconds)) nearest.set(report.integration, suspicion)
  }
  return [...nearest.values()]
}

function credentials({ starts, reports, classes, names }: CauseInput): Suspicion[] {
  const total = classes.reduce((sum, each) => sum + each.count, 0)
  const refused = classes.find(each => each.class === 'authentication')?.count ?? 0
  const isRefused = total > 0 && refused / total >= 0.5
  const expiring = new Map<string, Suspicion>()
  for (const report of reports) {
    if (report.type !== 'integration.credential.expiring') continue
    const left = Number(report.attributes['daysLeft'])
    if (!Number.isFinite(left)) continue
    const expiry = new Date(Date.parse(report.at) + left * DAY).toISOString()
    // announced in whole days, so the end may lie a day to either side
    const gap = gapTo(starts, expiry, 1.5 * DAY)
    if (gap === null || gap > 1.5 * DAY) continue
    const score = isRefused ? 95 : 25
    expiring.set(report.integration, {
      kind: 'credential', score, title: 'A credential that ran out', at: expiry, gapSeconds: Math.round(gap / 1000), event: { source: report.source, id: report.id }, integration: report.integration, groups: [],
      words: `${names.integration(report.integration)} announced ${left === 1 ? '1 day' : `${left} days`} beforehand that its credential ends around this time${isRefused ? `, and ${refused === total ? 'every error' : `${refused} of ${total} errors`} is a refused sign-in` : ''}`,
    })
  }
  if (expiring.size > 0 || !isRefused) return [...expiring.values()]
  const start = starts[0]
  return start === undefined ? [] : [{ kind: 'credential', score: 50, title: 'A credential', words: `${refused === total ? 'Every error' : `${refused} of ${total} errors`} is a refused sign-in; nothing announced the end of a credential`, at: start, gapSeconds: 0, event: null, integration: null, groups: [] }]
}

function outages({ starts, reports, names }: CauseInput): Suspicion[] {
  const failed = reports.filter(report => report.type === 'integration.endpoint.checked' && report.status !== 'succeeded')
  return [...Map.groupBy(failed, report => report.integration)].flatMap(([integration, checks]) => {
    const near = checks.filter(check => starts.some(start => Math.abs(Date.parse(start) - Date.parse(check.at)) <= AROUND_MS))
    const first = near[0]
    if (!first) return []
    const back = reports.find(report => report.type === 'integration.endpoint.checked' && report.integration === integration && report.status === 'succeeded' && report.at > first.at)
    const run = back ? checks.filter(check => check.at >= first.at && check.at < back.at) : checks.filter(check => check.at >= first.at)
    const gap = gapTo(starts, first.at, AROUND_MS) ?? 0
    return [{
      kind: 'outage' as const, score: run.length > 1 ? 92 : 70, title: 'An outage', at: first.at, gapSeconds: Math.round(gap / 1000), event: { source: first.source, id: first.id }, integration, groups: [],
      words: `The endpoint of ${names.integration(integration)} did not answer ${run.length === 1 ? 'a check' : `${run.length} checks in a row`}${first.message ? ` (${first.message})` : ''}${back ? ', then answered again' : ''}`,
    }]
  })
}

function allFailing({ starts, steps, classes, names }: CauseInput): Suspicion[] {
  const start = starts.at(-1)
  if (!steps || start === undefined) return []
  const after = steps.after.succeeded + steps.after.failed
  const before = steps.before.succeeded + steps.before.failed
  const share = (part: number, whole: number) => (whole === 0 ? 0 : part / whole)
  if (after < ENOUGH_STEPS || share(steps.after.failed, after) < NEARLY_ALL || share(steps.before.failed, before) >= NEARLY_ALL) return []
  return [{
    kind: 'all_failing', score: OF_THE_CASE.has(classes[0]?.class ?? '') ? 44 : 75, title: 'Nearly everything on the way fails', at: start, gapSeconds: 0, event: null, integration: steps.integration, groups: [],
    words: `Of ${names.integration(steps.integration)}’s steps ${steps.after.failed} of ${after} failed in an hour, ${before === 0 ? 'none ran in the day before it began' : `${steps.before.failed} of ${before} in the day before it began`}`,
  }]
}

function changed({ starts, changes, documents }: CauseInput): Suspicion[] {
  return changes.flatMap(change => {
    const gap = documents.has(`${change.kind}:${change.id}`) ? gapTo(starts, change.at) : null
    if (gap === null || gap > BEFORE_MS) return []
    return [{ kind: 'catalogue' as const, score: gap <= HOUR ? 65 : 35, title: `A change of the ${change.kind} ${change.id}`, words: `Version ${change.version} of the ${change.kind} ${change.id} came into force`, at: change.at, gapSeconds: Math.round(gap / 1000), event: null, integration: null, groups: [] }]
  })
}

function commonStart({ starts, begun, systems, names }: CauseInput): Suspicion[] {
  const alike = begun.filter(group => group.system !== '' && systems.includes(group.system))
  const first = alike[0]
  const start = starts[0]
  if (!first || start === undefined) return []
  return [{
    kind: 'common_start', score: 40 + Math.min(20, alike.length * 5), title: `Something at ${names.system(first.system)}`, at: first.first_at, gapSeconds: Math.round((Date.parse(start) - Date.parse(first.first_at)) / 1000), event: null, integration: null,
    words: `${alike.length === 1 ? 'Another group of failures' : `${alike.length} other groups of failures`} towards ${names.system(first.system)} began within the same hour`,
    groups: alike.slice(0, 5).map(group => ({ fingerprint: group.fingerprint, title: group.title, count: group.count, firstAt: group.first_at })),
  }]
}

const textOf = (value: unknown): string => (typeof value === 'string' || typeof value === 'number' ? String(value) : '')

/**
 * When a group grew out of proportion: the first failure of the run of hours around its fullest hour. null where it never did: less
 * than five in the fullest hour, or no more than three times the hours in which it failed at all.
 */
export function surgeStart(hours: readonly { at: number; count: number; first: string }[]): string | null {
  const top = hours.reduce((best, hour, index) => (hour.count > (hours[best]?.count ?? -1) ? index : best), 0)
  const peak = hours[top]
  if (!peak || peak.count < 5) return null
  const others = hours.filter((_, index) => index !== top).map(hour => hour.count).sort((a, b) => a - b)
  const usual = others[Math.floor(others.length / 2)] ?? 0
  if (others.length > 2 && peak.count < 3 * usual) return null
  let begin = top
  for (let previous = hours[begin - 1]; previous && (hours[begin]?.at ?? 0) - previous.at <= 3600 && previous.count * 4 >= peak.count; previous = hours[begin - 1]) begin -= 1
  return hours[begin]?.first ?? null
}
