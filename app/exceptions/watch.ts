/**
 * What never started: an integration that is silent for longer than its objective allows, a batch whose window went by without a run. There
 * is no object to be late, so these are about the integration itself. Each depends only on when something was last heard, so the
 * order in which events arrive does not matter, and a late report closes what it would have prevented. Pure but for what it remembers.
 *
 * Silence is that of the interface: any event of it counts, a measurement of the middleware too. That work moves through it is the
 * business of expectations.
 */
import { Cron } from 'croner'
import { addWorking, ALWAYS } from '#queries/catalogue/calendar.ts'
import type { Catalogue } from '#queries/catalogue/catalogue.ts'
import type { Integration } from '#queries/catalogue/schema.ts'
import type { Heard } from '#queries/clickhouse/finding/heard.ts'
import type { FoundException, Verdict } from '#queries/postgres/exceptions.ts'
import { assess } from '../ownership/assess.ts'
import type { AssessmentRules, Unassessed } from '../ownership/assess.ts'
import { fingerprintOf } from './fingerprint.ts'
import { subjectKey } from './verdicts.ts'

/** Missed windows are counted up to this many. */
const MOST_WINDOWS = 1000
/** A run may begin so long before its window: schedulers' clocks differ. */
const EARLY_MS = 5 * 60_000
/** What the subject keys of watches begin with. */
export const WATCH_KEYS = '["watch",'

interface Watch { integration: Integration; kind: 'silence' | 'window'; feed: string; cron: Cron | null }
/** Due times that went by, oldest first; `next`: when there may be another. */
interface Missed { first: number; last: number; count: number; next: number }

/** What to watch for in one version of the catalogue, and when it was last heard of. */
export class Watches {
  readonly #catalogue: Catalogue
  readonly #watches: { key: string; watch: Watch; nextAt: number }[]
  /** event types that windows look for */
  readonly types: readonly string[]
  /** first and last instants per integration, and per (integration, type, feed) and (integration, type, '') where a window looks for them */
  readonly #heard = new Map<string, { first: number; last: number }>()

  /** `since`: when each integration was catalogued; what was never heard of is expected from then on. `on` false: nothing is watched. */
  constructor(catalogue: Catalogue, since: ReadonlyMap<string, number>, on = true) {
    this.#catalogue = catalogue
    this.#watches = (on ? [...catalogue.integrations.values()] : []).flatMap(integration => watchesOf(integration).map(watch => ({ key: keyOf(watch), watch, nextAt: -Infinity })))
    this.types = [...new Set([...catalogue.integrations.values()].flatMap(integration => integration.window?.expect ?? []))]
    for (const [integration, at] of since) this.#heard.set(catalogued(integration), { first: at, last: at })
  }

  /** The keys of everything that is watched. */
  keys(): ReadonlySet<string> {
    return new Set(this.#watches.map(({ key }) => key))
  }

  /** Takes in what was heard, in any order and as often as it comes. */
  hear(heard: readonly Heard[]): void {
    const news = new Set<string>()
    for (const { integration, type, feed, first, last } of heard) {
      for (const key of type === '' ? [integration] : [integration, run(integration, type, ''), run(integration, type, feed)]) {
        const known = this.#heard.get(key)
        if (known && known.first <= first && known.last >= last) continue
        this.#heard.set(key, { first: Math.min(first, known?.first ?? first), last: Math.max(last, known?.last ?? last) })
        news.add(integration)
      }
    }
    for (const item of this.#watches) if (news.has(item.watch.integration.id)) item.nextAt = -Infinity
  }

  /** When there is something to judge (epoch ms); null if never. */
  next(): number | null {
    const next = Math.min(Infinity, ...this.#watches.map(({ nextAt }) => nextAt))
    return next === Infinity ? null : next
  }

  /** The verdicts of all watches on which something was heard or came due by `now`. */
  judge(now: number, rules: AssessmentRules): Verdict[] {
    return this.#watches.filter(({ nextAt }) => nextAt <= now).map(item => {
      const { verdict, next } = this.#judge(item.key, item.watch, now, rules)
      item.nextAt = next
      return verdict
    })
  }

  /** Judges all watches at the next call. */
  reset(): void {
    for (const item of this.#watches) item.nextAt = -Infinity
  }

  #judge(key: string, watch: Watch, now: number, rules: AssessmentRules): { verdict: Verdict; next: number } {
    const last = this.#lastOf(watch)
    const missed = last === null ? null : watch.kind === 'silence' ? this.#silence(watch, last, now) : missedWindows(watch, last, now)
    if (missed === null || missed.count === 0) {
      return { verdict: { subjectKey: key, found: null, closed: { code: 'milestone_seen', at: last ?? now, seen: true } }, next: missed?.next ?? Infinity }
    }
    const found = this.#found(key, watch, missed, now, rules)
    return { verdict: { subjectKey: key, found, closed: null }, next: Math.min(missed.next, rules.severity.nextChange(found, now) ?? Infinity) }
  }

  /** What the watch counts from: the newest report it looks for, else when the integration was first known. */
  #lastOf({ integration, kind, feed }: Watch): number | null {
    const start = this.#heard.get(catalogued(integration.id))?.first ?? null
    const heard = this.#heard.get(integration.id)
    if (kind === 'silence') return heard?.last ?? start
    const runs = (integration.window?.expect ?? []).flatMap(type => this.#heard.get(run(integration.id, type, feed))?.last ?? [])
    if (runs.length > 0) return Math.max(...runs)
    const first = Math.min(heard?.first ?? Infinity, start ?? Infinity)
    return first === Infinity ? null : first - EARLY_MS
  }

  #silence({ integration }: Watch, last: number, now: number): Missed {
    const calendar = this.#catalogue.calendarFor('facility', '')
    const due = addWorking(calendar, last, integration.slo.silentAfter ?? 'P1D')
    return { first: due, last: due, count: due <= now ? 1 : 0, next: due <= now ? Infinity : due }
  }

  #found(key: string, { integration, kind, feed }: Watch, missed: Missed, now: number, rules: AssessmentRules): FoundException {
    const names = { from: this.#catalogue.systems.get(integration.from)?.name ?? integration.from, to: this.#catalogue.systems.get(integration.to)?.name ?? integration.to }
    const step = kind === 'window' ? (integration.window?.expect[0] ?? null) : null
    const runbook = integration.runbook.steps[0]
    const entity = this.#catalogue.entityFor(integration.id, '')
    const unassessed: Unassessed = {
      subjectKey: key, kind: 'overdue', type: kind === 'silence' ? 'integration_silent' : 'batch_not_started',
      title: kind === 'silence' ? `${integration.name}: nothing has been heard of it` : `${integration.name}${feed ? `, ${feed}` : ''}: the run has not started (${integration.schedule?.words ?? ''})`,
      explanation: [kind === 'silence' ? `Whatever ${names.from} has for ${names.to} may be held up, and no error says so.` : `${names.to} goes without what ${names.from} should have sent.`, runbook ? `Next: ${runbook}` : ''].filter(Boolean).join(' '),
      process: step === null ? null : (this.#catalogue.milestoneOf(step)?.process.id ?? null), step, integration: integration.id, system: integration.from,
      facility: null, entity: entity || null, counterpartyType: null, counterpartyId: null, counterpartyName: null, namespace: null, objectType: null, objectId: null,
      amountMinor: null, currency: null, amountKey: null, firstSeen: missed.first, lastSeen: missed.last, evidenceAt: missed.last, dueAt: missed.first, occurrences: missed.count,
      fingerprint: fingerprintOf({ integration: integration.id, step: step ?? '', errorClass: 'overdue', message: '', code: kind === 'silence' ? 'silent' : `window ${feed}`, fallback: key }),
      correlationIds: [], eventIds: [], environment: 'production', criticality: kind === 'window' ? (integration.window?.criticality ?? '') : '', warnAt: null, beganAt: missed.first, serves: [],
    }
    return { ...unassessed, ...assess(unassessed, rules, now) }
  }
}

function watchesOf(integration: Integration): Watch[] {
  const { window, schedule, slo } = integration
  const silence: Watch[] = slo.silentAfter === null ? [] : [{ integration, kind: 'silence', feed: '', cron: null }]
  if (!window || !schedule) return silence
  const cron = new Cron(schedule.cron, { timezone: schedule.timeZone, paused: true })
  const feeds = window.feeds.length > 0 ? window.feeds : ['']
  return [...silence, ...feeds.map((feed): Watch => ({ integration, kind: 'window', feed, cron }))]
}

/** Windows that went by since a run: due at their time by the schedule plus the grace. */
function missedWindows({ cron, integration }: Watch, lastRun: number, now: number): Missed {
  const grace = integration.window?.grace ?? 'PT1H'
  const missed: Missed = { first: 0, last: 0, count: 0, next: Infinity }
  // a run covers the windows that had opened when it began
  let from = new Date(lastRun + EARLY_MS)
  for (let number = 0; number < MOST_WINDOWS; number++) {
    const window = cron?.nextRun(from)
    if (!window) return missed
    const due = addWorking(ALWAYS, window.getTime(), grace)
    if (due > now) return { ...missed, next: due }
    missed.first ||= due
    missed.last = due
    missed.count += 1
    from = window
  }
  return missed
}

const keyOf = ({ integration, kind, feed }: Watch): string => (kind === 'silence' ? subjectKey('watch', 'silence', integration.id) : subjectKey('watch', 'window', integration.id, feed))
const run = (integration: string, type: string, feed: string): string => JSON.stringify([integration, type, feed])
const catalogued = (integration: string): string => JSON.stringify(['catalogued', integration])
