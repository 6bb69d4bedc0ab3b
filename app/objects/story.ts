/** An object's story for its screen: who says what and where they disagree, its milestones in the order of its process, what it is connected to. */
import type { Catalogue } from '#queries/catalogue/catalogue.ts'
import { listExceptions } from '#queries/clickhouse/exceptions/list.ts'
import { objectAttributes, objectEventCount, objectObligations, objectRelated, objectSteps, objectStepsOutside } from '#queries/clickhouse/objects/story.ts'
import type { ClickHouse } from '#queries/clickhouse/clickhouse.ts'
import type { ObjectRef } from '#queries/model/event.ts'
import type { ExceptionView } from '#queries/model/exception.ts'
import { exceptionFilter } from '#queries/model/filter.ts'
import { fromMinor, type Money } from '#queries/model/money.ts'
import type { Scope } from '#queries/model/scope.ts'
import { facilityName, integrationName, stepName } from '../exceptions/labels.ts'
import { eventPath, objectPath, tracePath } from '../paths.ts'
import { systemName } from './system-name.ts'
import { assembleObject, type ObjectStep } from './object-view.ts'

/** A step as the story reads it: what `objects.steps` answers. */
export interface StoryStep extends ObjectStep { integration: string; event_id: string; correlation_id: string; facility: string; counterparty_name: string; error_message: string }
/** Something expected, with who answers for it. */
export interface StoryObligation { process: string; milestone: string; anchor_type: string; anchor_at: string; due_at: string; met_at: string | null; cancelled_at: string | null; integration: string }

/** One line of "who says what". `disagrees`: why it is marked, or null. */
export interface Statement {
  key: string; system: string; says: string; state: 'said' | 'failed' | 'silent' | 'waiting'
  amount: Money | null; at: string | null; dueAt: string | null
  evidence: { label: string; to: string } | null
  disagrees: string | null
}

/** A milestone of the object's process. `next`: nothing has asked for it yet. */
export interface StoryMilestone { type: string; name: string; state: 'reached' | 'failed' | 'missing' | 'due' | 'next'; at: string | null; dueAt: string | null; remark: string | null }

export interface RelatedGroup { type: string; items: { id: string; namespace: string; via: string; to: string }[] }

export interface Story {
  identity: ObjectRef
  facility: string | null
  counterparty: string | null
  process: { id: string; name: string } | null
  statements: Statement[]
  milestones: StoryMilestone[]
  amounts: Money[]
  related: RelatedGroup[]
  relatedCut: boolean
  exceptions: ExceptionView[]
  attributes: { name: string; value: string; time: string; source: string; values: number }[]
  events: number
  stepsOutside: number
  correlationIds: string[]
  firstEventAt: string | null
  lastEventAt: string | null
}

/** Most related objects that are read. */
const RELATED = 200

/** Reads the story of one object inside the scope. */
export async function readStory(clickhouse: ClickHouse, catalogue: Catalogue, identity: ObjectRef, now: string, scope: Scope): Promise<Story> {
  const ofObject = exceptionFilter.parse({ objectType: [identity.type], objectId: [identity.id], status: [], environment: [], sort: 'severity' })
  const [steps, obligations, related, exceptions, attributes, count, outside] = await Promise.all([
    objectSteps.run(clickhouse, identity, scope),
    objectObligations.run(clickhouse, identity, scope),
    objectRelated.run(clickhouse, identity, scope),
    listExceptions(clickhouse, ofObject, { limit: 100 }, scope),
    objectAttributes.run(clickhouse, identity, scope),
    objectEventCount.run(clickhouse, identity, scope),
    scope === 'all' ? [] : objectStepsOutside.run(clickhouse, identity, scope),
  ])
  const own = exceptions.items.filter(one => one.object !== null && (one.object.namespace === identity.namespace || one.object.namespace === ''))
  const view = assembleObject(identity, steps, obligations, related, own.map(one => one.id))
  const processId = obligations[0]?.process ?? own[0]?.process ?? steps.map(step => catalogue.milestoneOf(step.type)?.process.id).find(id => id !== undefined)
  const process = processId === undefined ? undefined : catalogue.processes.get(processId)
  const facility = steps.findLast(step => step.facility !== '')?.facility ?? null
  return {
    identity, facility: facility === null ? null : facilityName(catalogue, facility), counterparty: steps.findLast(step => step.counterparty_name !== '')?.counterparty_name ?? null,
    process: process ? { id: process.id, name: process.name } : null,
    statements: statementsOf(catalogue, identity, steps, obligations, now),
    milestones: milestonesOf(catalogue, identity, process?.id ?? null, steps, obligations, now),
    amounts: view.amounts, related: groupRelated(catalogue, view.related), relatedCut: related.length >= RELATED,
    exceptions: own, attributes, events: count[0]?.events ?? steps.length, stepsOutside: outside[0]?.steps ?? 0,
    correlationIds: [...new Set(steps.map(step => step.correlation_id).filter(id => id !== ''))].reverse(),
    firstEventAt: steps[0]?.time ?? null, lastEventAt: view.lastEventAt,
  }
}

const FAILED = new Set(['failed', 'dead_lettered'])
const CANCELLED = /cancel|void|withdrawn/i

/** Whether a step speaks about this object itself and not only names it. */
function isOwn(type: string, step: StoryStep): boolean {
  return step.role === 'subject' || (step.role === '' && step.type.split('.')[1] === type)
}

/**
 * What each system says last about the object, oldest word first; then the systems whose word is still awaited. Marked as
 * disagreeing: an amount that differs from the other systems' in the same currency, a last word that is a failure while others went on,
 * cancelled against not cancelled, and silence past its due time. Pure.
 */
export function statementsOf(catalogue: Catalogue, identity: ObjectRef, steps: readonly StoryStep[], obligations: readonly StoryObligation[], now: string): Statement[] {
  const bySystem = Map.groupBy(steps.filter(step => !step.type.startsWith('integration.')), step => step.system || step.source)
  const said = [...bySystem].map(([system, list]) => ({ system, last: list.at(-1), stated: list.findLast(step => step.state !== ''), amount: list.findLast(step => isOwn(identity.type, step) && step.amount_minor !== null) }))
  const amounts = said.flatMap(one => (one.amount?.amount_minor ? [`${one.amount.currency} ${one.amount.amount_minor}`] : []))
  const usual = mostFrequent(amounts)
  const anyCancelled = said.some(one => CANCELLED.test(one.stated?.state ?? ''))
  const allCancelled = said.every(one => one.stated === undefined || CANCELLED.test(one.stated.state))
  const anySucceeded = said.some(one => one.last?.status === 'succeeded')
  const open = obligations.filter(one => one.met_at === null && one.cancelled_at === null)
  const tried = new Set(said.flatMap(({ last }) => (last && FAILED.has(last.status) ? [last.type] : [])))
  const lateTypes = new Set(open.filter(one => Date.parse(one.due_at) <= Date.parse(now)).map(one => one.milestone))
  const statements = said.flatMap(({ system, last, stated, amount }): Statement[] => {
    if (!last) return []
    const failed = FAILED.has(last.status)
    const money = amount?.amount_minor ? fromMinor(amount.amount_minor, amount.currency) : null
    const otherAmount = amount?.amount_minor && usual !== null && `${amount.currency} ${amount.amount_minor}` !== usual && usual.startsWith(`${amount.currency} `)
    const disagrees = otherAmount ? 'states another amount than the others' : failed && lateTypes.has(last.type) ? 'could not do its step, and the time for it is over' : failed && anySucceeded ? 'could not do its step' : anyCancelled && !allCancelled && stated && !CANCELLED.test(stated.state) ? 'does not know that it is cancelled' : null
    const step = stepName(catalogue, last.type) ?? last.type
    return [{
      key: system, system: systemName(catalogue, system),
      says: failed ? `${step}: ${last.status === 'dead_lettered' ? 'given up' : 'failed'}${last.error_message ? `, ${last.error_message}` : ''}` : stated && stated.time === last.time ? `${step}, state “${stated.state}”` : stated ? `${step}; state “${stated.state}”` : step,
      state: failed ? 'failed' : 'said', amount: money, at: last.time, dueAt: null,
      evidence: { label: last.event_id, to: eventPath(last.source, last.event_id) }, disagrees,
    }]
  })
  return [...statements.sort((a, b) => (a.at ?? '').localeCompare(b.at ?? '')), ...awaited(catalogue, open.filter(one => !tried.has(one.milestone)), now)]
}

/** The words that are still to come; a step that was tried and failed is said already. */
function awaited(catalogue: Catalogue, obligations: readonly StoryObligation[], now: string): Statement[] {
  return [...new Map(obligations.map(one => [one.milestone, one])).values()].map(one => {
    const reporter = catalogue.integration(one.integration) ?? catalogue.reporterOf(one.milestone)
    const record = catalogue.responsibilities.get(one.milestone)?.systemOfRecord
    const late = Date.parse(one.due_at) <= Date.parse(now)
    const name = stepName(catalogue, one.milestone) ?? one.milestone
    return {
      key: `awaited ${one.milestone}`, system: catalogue.systems.get(record ?? '')?.name ?? integrationName(catalogue, reporter?.id ?? null) ?? 'Nobody known',
      says: late ? `Nothing yet of “${name}”` : `“${name}” is not due yet`, state: late ? 'silent' : 'waiting',
      amount: null, at: null, dueAt: one.due_at, evidence: reporter ? { label: reporter.name, to: `/integrations/${encodeURIComponent(reporter.id)}` } : null,
      disagrees: late ? 'has not said what was expected' : null,
    }
  })
}

function mostFrequent(values: readonly string[]): string | null {
  const counts = new Map<string, number>()
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1)
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0] ?? null
}

/** The milestones of the object's own type in the order of its process with those reached or awaited; other reached steps by their time. Pure. */
export function milestonesOf(catalogue: Catalogue, identity: ObjectRef, processId: string | null, steps: readonly StoryStep[], obligations: readonly StoryObligation[], now: string): StoryMilestone[] {
  const process = processId === null ? undefined : catalogue.processes.get(processId)
  const reached = new Map<string, string>()
  const failed = new Map<string, string>()
  for (const step of steps) {
    if (step.type.startsWith('integration.')) continue
    if (step.status === 'succeeded') {
      if (!reached.has(step.type)) reached.set(step.type, step.time)
    } else if (FAILED.has(step.status)) failed.set(step.type, step.time)
  }
  const open = new Map(obligations.filter(one => one.met_at === null && one.cancelled_at === null).map(one => [one.milestone, one]))
  const due = new Map(obligations.map(one => [one.milestone, one.due_at]))
  const planned = (process?.milestones ?? []).filter(one => reached.has(one.type) || open.has(one.type) || failed.has(one.type) || (one.object === identity.type && !one.negative && isForward(one.type)))
  const others = [...new Set([...reached.keys(), ...failed.keys(), ...open.keys()])].filter(type => !planned.some(one => one.type === type))
    .sort((a, b) => (reached.get(a) ?? failed.get(a) ?? '9').localeCompare(reached.get(b) ?? failed.get(b) ?? '9'))
  return [...planned.map(one => one.type), ...others].map(type => {
    const waiting = open.get(type)
    const at = reached.get(type) ?? null
    const late = waiting !== undefined && Date.parse(waiting.due_at) <= Date.parse(now)
    const state = waiting ? (late ? 'missing' : 'due') : at !== null ? 'reached' : failed.has(type) ? 'failed' : 'next'
    const reporter = waiting ? integrationName(catalogue, waiting.integration || catalogue.reporterOf(type)?.id || null) : null
    return { type, name: stepName(catalogue, type) ?? type, state, at: state === 'failed' ? (failed.get(type) ?? null) : waiting ? null : at, dueAt: due.get(type) ?? null, remark: reporter }
  })
}

/** Milestones that every object of the type is meant to reach; changes and cancellations are not. */
function isForward(type: string): boolean {
  return !/\.(cancelled|changed|returned|left)$/.test(type)
}

function groupRelated(catalogue: Catalogue, related: readonly { namespace: string; type: string; id: string; via: string }[]): RelatedGroup[] {
  return [...Map.groupBy(related, one => one.type)].map(([type, items]) => ({
    type, items: items.map(one => ({ id: one.id, namespace: one.namespace, via: stepName(catalogue, one.via) ?? one.via, to: objectPath(one) })),
  }))
}

/** Where the trace of the object's latest step is; null when it has none. */
export function latestTrace(story: Pick<Story, 'correlationIds'>): string | null {
  const [latest] = story.correlationIds
  return latest === undefined ? null : tracePath(latest)
}
