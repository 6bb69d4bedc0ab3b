/** Everything an exception's page says, from the catalogue's words and the stores' facts. */
import type { Catalogue, Milestone } from '#queries/catalogue/catalogue.ts'
import type { Expectation, Process } from '#queries/catalogue/schema.ts'
import { objectObligations, objectSteps } from '#queries/clickhouse/objects/story.ts'
import { countExceptions } from '#queries/clickhouse/exceptions/figures.ts'
import { listExceptions } from '#queries/clickhouse/exceptions/list.ts'
import { traceEvents } from '#queries/clickhouse/traces/trace.ts'
import { UNSCOPED } from '#queries/clickhouse/define-query.ts'
import { CRITICALITIES, type Criticality } from '#queries/model/event.ts'
import { exceptionNumber, type ExceptionView, type Severity } from '#queries/model/exception.ts'
import { exceptionFilter } from '#queries/model/filter.ts'
import { fromMinor, type Money } from '#queries/model/money.ts'
import { inScope, type Scope } from '#queries/model/scope.ts'
import { exceptionHistory, findExceptionFacts, type HistoryView } from '#queries/postgres/exceptions.ts'
import { replaysOfException } from '#queries/postgres/replays.ts'
import type { Stores } from '#queries/stores.ts'
import { readPastCases, type PastCasesPart } from '../assistance/past-cases.ts'
import { ownerName, ownerRuleWords } from '../ownership/route.ts'
import { durationWords, facilityName, integrationName, processName, resolutionName, SEVERITY_LABELS, stepName } from './labels.ts'

const MEMBERS_SHOWN = 5
/** Steps read to find what each system said last. */
type Step = Awaited<ReturnType<typeof objectSteps.run>>[number]

export interface SystemSays { system: string; isRecord: boolean; says: string; wrong: boolean; amount: Money | null; at: string; type: string }
export interface TechnicalEvent { source: string; id: string; time: string; status: string; attempt: number | null; endpoint: string | null; code: string | null; class: string | null; message: string | null; retryable: boolean | null }

export interface ExceptionPage {
  asOf: string
  exception: ExceptionView
  names: { facility: string; integration: string | null; process: string | null; step: string | null; assignee: string | null; owner: string | null; entity: string | null; object: string | null }
  clock: { startedAt: string; words: string | null; until: string | null; waits: { party: string; until: string } | null }
  runbook: { title: string; steps: string[] } | null
  owners: { business: string; technical: string; support: string } | null
  replay: { possible: boolean; why: string | null; posts: string }
  /** `silent`: the system from which the step should have been seen and was not; null where nothing is missing */
  says: SystemSays[]; disagree: boolean; silent: string | null
  technical: TechnicalEvent[]
  group: { open: number; money: Money[]; members: { id: string; title: string; objectId: string | null; amount: Money | null; lastSeen: string }[] }
  past: PastCasesPart[]
  history: HistoryView[]
  replays: { id: string; state: string; at: string | null }[]
  closed: { how: string; by: string; note: string | null } | null
  /** the rule by which it has its owner, in words */
  routedBy: string | null
}

/** Reads the page; undefined if there is no such exception in the scope. `names`: people by id. */
export async function readExceptionPage(stores: Stores, catalogue: Catalogue, id: string, scope: Scope, names: ReadonlyMap<string, string>, now = new Date()): Promise<ExceptionPage | undefined> {
  const number = exceptionNumber(id)
  const found = number === null ? undefined : await findExceptionFacts(stores.postgres, number, scope)
  if (number === null || !found) return undefined
  const { view: exception } = found
  const { clickhouse, postgres } = stores
  const { object, fingerprint } = exception
  const alike = exceptionFilter.parse({ fingerprint: [fingerprint], sort: '-lastSeen' })
  const [steps, obligations, history, group, members, past, replays, technical] = await Promise.all([
    object ? objectSteps.run(clickhouse, object, scope) : [],
    object ? objectObligations.run(clickhouse, object, scope) : [],
    exceptionHistory(postgres, number, scope),
    countExceptions(clickhouse, alike, scope),
    listExceptions(clickhouse, alike, { limit: MEMBERS_SHOWN + 1 }, scope),
    readPastCases(stores, exception, scope, names),
    replaysOfException(postgres, id, scope),
    readTechnical(stores, exception, scope),
  ])
  const integration = exception.integration ? catalogue.integration(exception.integration) : undefined
  const responsibility = exception.step ? catalogue.responsibilities.get(exception.step) : undefined
  const obligation = obligations.find(each => each.milestone === exception.step && each.process === exception.process)
  const says = systemsSay(steps, catalogue, responsibility?.systemOfRecord ?? null)
  const name = (person: string | null) => (person === null ? null : (names.get(person) ?? person))
  return {
    asOf: now.toISOString(), exception,
    names: {
      facility: facilityName(catalogue, exception.facility), integration: integrationName(catalogue, exception.integration), process: processName(catalogue, exception.process), step: stepName(catalogue, exception.step),
      assignee: name(exception.assignee), owner: ownerName(catalogue, exception.owner, names), entity: exception.entity ? (catalogue.entity(exception.entity)?.name ?? exception.entity) : null, object: object ? object.type.replaceAll('_', ' ') : null,
    },
    clock: { startedAt: obligation?.anchor_at ?? exception.firstSeen, words: clockWords(exception, CRITICALITIES.find(each => each === found.criticality) ?? 'normal', catalogue), until: exception.resolution?.at ?? null, waits: exception.status === 'waiting' ? waitOf(history) : null },
    runbook: integration?.runbook ?? null,
    owners: responsibility || integration ? {
      business: ownerWords((responsibility ?? integration)?.businessOwner), technical: ownerWords((responsibility ?? integration)?.technicalOwner), support: integration?.supportPath ?? '',
    } : null,
    replay: replayWords(exception, integration, exception.step ? catalogue.milestoneOf(exception.step)?.milestone : undefined),
    says, disagree: exception.status !== 'resolved' && says.some(each => !each.wrong),
    silent: exception.status === 'resolved' || exception.kind === 'rejected' ? null : systemName(catalogue, exception.kind === 'failed' ? integration?.to : responsibility?.systemOfRecord),
    technical,
    group: { open: group.count, money: group.money, members: members.items.filter(each => each.id !== id).slice(0, MEMBERS_SHOWN).map(each => ({ id: each.id, title: each.title, objectId: each.object?.id ?? null, amount: each.amount, lastSeen: each.lastSeen })) },
    past,
    history: history.map(entry => ({ ...entry, actor: { ...entry.actor, id: entry.actor.kind === 'person' ? (names.get(entry.actor.id) ?? entry.actor.id) : entry.actor.id }, detail: namedDetail(entry, catalogue, names) })),
    replays: replays.filter(item => item.included).map(item => ({ id: item.replayId, state: item.state, at: item.dispatchedAt })),
    closed: exception.resolution ? { how: resolutionName(exception.resolution.code), by: byWords(exception.resolution.by), note: exception.resolution.note } : null,
    routedBy: exception.owner === null ? null : ownerRuleWords(catalogue, found.rules.find(rule => rule.startsWith('owner:'))?.slice('owner:'.length) ?? ''),
  }
}

async function readTechnical(stores: Stores, exception: ExceptionView, scope: Scope): Promise<TechnicalEvent[]> {
  const correlationId = exception.correlationIds.at(-1)
  if (!correlationId) return []
  const wanted = new Set(exception.eventIds)
  const rows = await traceEvents.run(stores.clickhouse, { correlationId }, UNSCOPED)
  return rows.filter(row => wanted.has(row.id) && inScope(scope, { facility: row.facility, entity: row.entity })).slice(-5).reverse().map(row => ({
    source: row.source, id: row.id, time: row.time, status: row.status, attempt: row.attempt || null, endpoint: row.endpoint || null, code: row.error_code || null, class: row.error_class || null,
    message: row.error_message || null, retryable: row.retryable,
  }))
}

/** What each system said last about the object; a step that failed or was given up is said to be wrong. Pure. */
export function systemsSay(steps: readonly Step[], catalogue: Catalogue, systemOfRecord: string | null): SystemSays[] {
  const last = new Map<string, Step>()
  const amounts = new Map<string, Money>()
  for (const step of steps) {
    const system = step.system || step.source
    last.set(system, step)
    if (step.amount_minor !== null && step.currency !== '') amounts.set(system, fromMinor(step.amount_minor, step.currency))
  }
  return [...last].map(([system, step]) => ({
    system: catalogue.systems.get(system)?.name ?? system, isRecord: system === systemOfRecord, says: sayWords(step, catalogue), wrong: step.status === 'failed' || step.status === 'dead_lettered',
    amount: amounts.get(system) ?? null, at: step.time, type: step.type,
  })).sort((a, b) => a.at.localeCompare(b.at))
}

function sayWords(step: Step, catalogue: Catalogue): string {
  const name = stepName(catalogue, step.type) ?? step.type
  const state = step.state === '' ? '' : `, marked ${step.state.replaceAll('_', ' ')}`
  switch (step.status) {
    case 'succeeded': return `${name}${state}`
    case 'dead_lettered': return `${name}: gave up`
    case 'failed': return `${name}: failed`
    case 'retrying': return `${name}: failed, will be tried again`
    case 'started': return `${name}: started`
    default: return `${name}: ${step.status.replaceAll('_', ' ')}`
  }
}

/** Which rule set the due time, in words: `6 hours of working time, calendar Luzern`. */
function clockWords(exception: ExceptionView, criticality: Criticality, catalogue: Catalogue): string | null {
  const found = findExpectation(exception, catalogue)
  if (!found) return exception.kind === 'failed' ? 'A failed step is due at once.' : null
  const { expectation } = found
  const calendar = catalogue.calendarFor(expectation.calendar, exception.facility ?? '')
  const around = expectation.calendar === 'always'
  const allowed = durationWords(expectation.within[criticality], !around)
  const after = stepName(catalogue, expectation.after) ?? expectation.after
  return around ? `${allowed} after “${after}”, around the clock.` : `${allowed.includes('working') ? allowed : `${allowed} of working time`} after “${after}”, calendar “${calendar.name}”.`
}

function findExpectation(exception: ExceptionView, catalogue: Catalogue): { process: Process; expectation: Expectation } | undefined {
  if (!exception.object || !exception.step) return undefined
  return catalogue.expectationsOf(exception.object.type).find(each => each.process.id === exception.process && each.expectation.expect.includes(exception.step ?? ''))
}

function replayWords(exception: ExceptionView, integration: { replay: { target: string | null; postsMoney: boolean; postsStock: boolean } } | undefined, milestone: Milestone | undefined): ExceptionPage['replay'] {
  const money = Boolean(integration?.replay.postsMoney || milestone?.postsMoney)
  const stock = Boolean(integration?.replay.postsStock || milestone?.postsStock)
  const posts = money && stock ? 'Money and stock' : money ? 'Money' : stock ? 'Stock' : 'Nothing'
  if (exception.status === 'resolved') return { possible: false, why: 'It is closed', posts }
  if (exception.kind === 'rejected') return { possible: false, why: 'What was rejected is sent again by its source', posts }
  if (!integration?.replay.target) return { possible: false, why: 'No replay target is set for its integration', posts }
  return { possible: true, why: null, posts }
}

function waitOf(history: readonly HistoryView[]): { party: string; until: string } | null {
  const entry = history.findLast(each => each.act === 'waiting')
  const detail = entry?.detail
  if (typeof detail !== 'object' || detail === null || !('party' in detail) || !('until' in detail)) return null
  return { party: String(detail.party), until: String(detail.until) }
}

/** An entry's detail with names for ids: people, owners, rules, severities. */
function namedDetail({ act, detail }: HistoryView, catalogue: Catalogue, names: ReadonlyMap<string, string>): unknown {
  if (typeof detail !== 'object' || detail === null) return detail
  const named = (key: string, value: string): string => {
    if (act === 'opened' || act === 'routed') return key === 'rule' ? ownerRuleWords(catalogue, value) : key === 'kind' ? value : (ownerName(catalogue, value, names) ?? value)
    if (act === 'severity_changed') return key === 'why' ? value : (SEVERITY_LABELS[value as Severity] ?? value)
    return key === 'to' || key === 'from' ? (names.get(value) ?? value) : value
  }
  return Object.fromEntries(Object.entries(detail).map(([key, value]) => [key, typeof value === 'string' ? named(key, value) : value]))
}

const systemName = (catalogue: Catalogue, id: string | undefined) => (id === undefined ? null : (catalogue.systems.get(id)?.name ?? id))
const ownerWords = (owner: { name: string; team: string } | undefined) => (owner ? `${owner.name}, ${owner.team}` : '')
const byWords = (by: 'person' | 'recovered' | 'verified') => ({ person: 'Resolved by a person, not verified', recovered: 'Recovered by itself', verified: 'Verified after a replay' })[by]
