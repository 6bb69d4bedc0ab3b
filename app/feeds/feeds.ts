/**
 * The feeds of the group: each one's windows by its integration's schedule, with the run that belongs to each. A window without a run is
 * missed once the time allowed for producing has passed; that is only judged on the whole group's data.
 */
import { ALWAYS, workingMs } from '#queries/catalogue/calendar.ts'
import type { Catalogue } from '#queries/catalogue/catalogue.ts'
import type { ClickHouse } from '#queries/clickhouse/clickhouse.ts'
import { feedRuns, type ControlTotals, type FeedRun } from '#queries/clickhouse/feeds/runs.ts'
import { minorDigits } from '#queries/model/money.ts'
import type { Scope } from '#queries/model/scope.ts'
import { facilityName } from '../exceptions/labels.ts'
import { objectPath } from '../paths.ts'
import { runsBetween } from '../views/windows.ts'

const OPENED = 'feeds.feed_run.opened'
const DAY_MS = 86_400_000

/** What a window or run came to, the worst first. `unseen`: whether it ran is not known (before the feed was first seen, or outside the scope). */
export const FEED_STATES = ['missed', 'failed', 'differs', 'late', 'loaded_late', 'running', 'loaded', 'not_due', 'unseen'] as const
export type FeedState = (typeof FEED_STATES)[number]
/** States that somebody must look at. */
export const FEED_TROUBLE: readonly FeedState[] = ['missed', 'failed', 'differs', 'late']

/** How the totals of two steps differ: rows and sum of the later less the earlier; null where a side was not said, or the currencies are not one. */
export interface TotalsDifference { between: string; count: number | null; sum: string | null; currency: string | null }

export interface RunView {
  id: string; to: string; feed: string; feedName: string; integration: string; facility: string; at: FeedRun['at']; totals: FeedRun['totals']
  state: FeedState; differences: TotalsDifference[]; error: string | null; failedStep: string | null; firstAt: string
}
export interface FeedWindow { at: string; state: FeedState; runs: RunView[] }
export interface FeedView { id: string; name: string; integration: string; integrationName: string; schedule: string | null; windows: FeedWindow[]; last: RunView | null }
export interface Feeds { feeds: FeedView[]; runs: RunView[]; missed: { feed: string; name: string; integration: string; at: string }[]; counts: Record<FeedState, number> }

/** The state of a run; pure. */
export function runState(run: FeedRun): FeedState {
  if (run.at.loaded === null && run.failures > 0 && isStanding(run)) return 'failed'
  if (differencesOf(run).length > 0) return 'differs'
  if (run.isLate) return 'late'
  if (run.at.loaded !== null) return run.wasLate ? 'loaded_late' : 'loaded'
  return 'running'
}

/** The failure is the last that was heard of the step: no later success of it. */
function isStanding(run: FeedRun): boolean {
  const { failedStep, lastFailedAt } = run
  const done = failedStep === null ? null : run.at[failedStep]
  return done === null || (lastFailedAt !== null && Date.parse(done) < Date.parse(lastFailedAt))
}

/** Where the control totals of delivered or loaded differ from what was produced. */
export function differencesOf(run: Pick<FeedRun, 'totals'>): TotalsDifference[] {
  const { produced, delivered, loaded } = run.totals
  return [difference('delivered less produced', produced, delivered), difference('loaded less produced', produced, loaded)].filter(each => each !== null)
}

function difference(between: string, before: ControlTotals | null, after: ControlTotals | null): TotalsDifference | null {
  if (!before || !after) return null
  const count = before.count === null || after.count === null ? null : after.count - before.count
  const digits = before.currency === null ? 2 : (minorDigits(before.currency) ?? 2)
  const [first, second] = [scaled(before.sum, digits), scaled(after.sum, digits)]
  const oneCurrency = before.currency === after.currency
  const sum = first === null || second === null || !oneCurrency ? null : unscaled(second - first, digits)
  const differs = (count !== null && count !== 0) || (first !== null && second !== null && first !== second) || (!oneCurrency && before.currency !== null && after.currency !== null)
  return differs ? { between, count, sum, currency: oneCurrency ? before.currency : null } : null
}

/** A decimal as whole units of ten thousandths or finer, so that no float touches it; null for text that is no decimal. */
function scaled(text: string | null, digits: number): bigint | null {
  const match = text === null ? null : /^(-?)(\d+)(?:\.(\d+))?$/.exec(text)
  if (!match) return null
  const places = Math.max(4, digits)
  const fraction = (match[3] ?? '').slice(0, places).padEnd(places, '0')
  return BigInt(`${match[1] ?? ''}${match[2] ?? '0'}${fraction}`)
}
function unscaled(value: bigint, digits: number): string {
  const places = Math.max(4, digits)
  const negative = value < 0n
  const text = (negative ? -value : value).toString().padStart(places + 1, '0')
  const decimals = text.slice(-places).slice(0, digits)
  return `${negative ? '-' : ''}${text.slice(0, -places)}${digits > 0 ? `.${decimals}` : ''}`
}

/** Reads all feeds over the last `days`. `facility` narrows the runs; windows are then not judged as missed. */
export async function readFeeds(clickhouse: ClickHouse, catalogue: Catalogue, filter: { facility: string[]; integration: string[] }, days: number, now: Date, scope: Scope): Promise<Feeds> {
  const since = new Date(now.getTime() - days * DAY_MS)
  const integrations = [...catalogue.integrations.values()].filter(one => one.eventTypes.includes(OPENED) && (filter.integration.length === 0 || filter.integration.includes(one.id)))
  const found = await feedRuns(clickhouse, filter, since, now, scope)
  const runs = found.map(run => toView(run, catalogue))
  const whole = scope === 'all' && filter.facility.length === 0
  const allowed = workingMs(ALWAYS, catalogue.expectationsAfter(OPENED)[0]?.expectation.within.normal ?? 'PT2H')
  const byIntegration = Map.groupBy(runs, run => run.integration)
  const feeds = [...new Set([...integrations.map(one => one.id), ...byIntegration.keys()])].flatMap((id): FeedView[] => {
    const integration = catalogue.integration(id)
    const own = byIntegration.get(id) ?? []
    const schedule = integration?.schedule ?? null
    const named = own.length === 0 ? new Map([['', [] as RunView[]]]) : Map.groupBy(own, run => run.feed)
    const instants = schedule ? runsBetween(schedule, since, new Date(now.getTime() + DAY_MS)) : []
    return [...named].map(([feed, list]) => ({
      id: `${id} ${feed}`, name: feed === '' ? 'No run seen' : feedName(feed), integration: id, integrationName: integration?.name ?? id, schedule: schedule?.words ?? null,
      windows: windowsOf(instants, list, allowed, whole, now), last: list[0] ?? null,
    }))
  })
  const missed = feeds.flatMap(feed => feed.windows.filter(window => window.state === 'missed').map(window => ({ feed: feed.id, name: feed.name, integration: feed.integration, at: window.at })))
  const counts = Object.fromEntries(FEED_STATES.map(state => [state, state === 'missed' ? missed.length : runs.filter(run => run.state === state).length])) as Record<FeedState, number>
  return { feeds: feeds.sort((a, b) => (a.integrationName < b.integrationName ? -1 : a.integrationName > b.integrationName ? 1 : a.name < b.name ? -1 : 1)), runs, missed, counts }
}

/** A window is nearer to its instant than to its neighbours'; every run belongs to one. The windows that lie ahead by more than a day's half are left out. */
export function windowsOf(instants: readonly Date[], runs: readonly RunView[], allowedMs: number, whole: boolean, now: Date): FeedWindow[] {
  const firstSeen = runs.reduce((first, run) => Math.min(first, Date.parse(run.firstAt)), Number.POSITIVE_INFINITY)
  const middle = (a: Date | undefined, b: Date | undefined): number | null => (a && b ? (a.getTime() + b.getTime()) / 2 : null)
  return instants.flatMap((instant, index): FeedWindow[] => {
    const from = middle(instants[index - 1], instant) ?? Number.NEGATIVE_INFINITY
    const to = middle(instant, instants[index + 1]) ?? Number.POSITIVE_INFINITY
    const own = runs.filter(run => Date.parse(run.firstAt) >= from && Date.parse(run.firstAt) < to)
    const at = instant.toISOString()
    if (own.length > 0) return [{ at, state: worst(own.map(run => run.state)), runs: own }]
    if (now.getTime() < instant.getTime() + allowedMs) return [{ at, state: 'not_due', runs: [] }]
    return [{ at, state: !whole || instant.getTime() < firstSeen ? 'unseen' : 'missed', runs: [] }]
  })
}

const worst = (states: readonly FeedState[]): FeedState => FEED_STATES.find(state => states.includes(state)) ?? 'unseen'
const feedName = (feed: string): string => `${feed.charAt(0).toUpperCase()}${feed.slice(1).replaceAll(/[-_]/g, ' ')}`

function toView(run: FeedRun, catalogue: Catalogue): RunView {
  const state = runState(run)
  const step = run.failedStep === null ? undefined : catalogue.milestoneOf(`feeds.feed_run.${run.failedStep}`)?.milestone.words.name
  return {
    id: run.object.id, to: objectPath(run.object), feed: run.feed, feedName: run.feed === '' ? 'Feed not named' : feedName(run.feed), integration: run.integration, facility: facilityName(catalogue, run.facility), at: run.at, totals: run.totals, state,
    differences: differencesOf(run), error: state === 'failed' ? run.error : null, failedStep: state === 'failed' ? (step ?? null) : null, firstAt: run.firstAt,
  }
}
