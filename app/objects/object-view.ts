/** The story of a business object, put together from its steps and from what is expected of it. */
import type { ClickHouse } from '#queries/clickhouse/clickhouse.ts'
import { objectExceptions, objectNamespaces, objectObligations, objectRelated, objectSteps, objectStepsOutside } from '#queries/clickhouse/objects/story.ts'
import type { ObjectRef } from '#queries/model/event.ts'
import { fromMinor } from '#queries/model/money.ts'
import type { Scope } from '#queries/model/scope.ts'
import type { ObjectView } from '#queries/model/views.ts'

/** A step of the object, as `objects.steps` answers it. */
export interface ObjectStep { time: string; type: string; status: string; role: string; system: string; state: string; source: string; amount_minor: string | null; currency: string }
/** Something expected of the object, as `objects.obligations` answers it. */
export interface Expected { milestone: string; due_at: string; met_at: string | null; cancelled_at: string | null }

/** `found` with the view, `ambiguous` with the namespaces to choose from, or `absent` (also where nothing of it lies in the scope). */
export type FoundObject =
  | { outcome: 'found'; view: ObjectView; stepsOutside: number }
  | { outcome: 'ambiguous'; candidates: ObjectRef[] }
  | { outcome: 'absent' }

/** Which object (type, id) means: its only namespace, the one asked for, or a choice. */
export async function locateObject(clickhouse: ClickHouse, type: string, id: string, namespace: string | undefined, scope: Scope): Promise<{ outcome: 'found'; namespace: string } | { outcome: 'ambiguous'; candidates: ObjectRef[] } | { outcome: 'absent' }> {
  const known = (await objectNamespaces.run(clickhouse, { type, id }, scope)).map(row => row.namespace)
  const wanted = namespace === undefined ? known : known.filter(name => name === namespace)
  if (wanted.length > 1) return { outcome: 'ambiguous', candidates: wanted.map(name => ({ namespace: name, type, id })) }
  return wanted[0] === undefined ? { outcome: 'absent' } : { outcome: 'found', namespace: wanted[0] }
}

/** Reads the object's story as far as the scope allows. */
export async function readObject(clickhouse: ClickHouse, type: string, id: string, namespace: string | undefined, scope: Scope): Promise<FoundObject> {
  const located = await locateObject(clickhouse, type, id, namespace, scope)
  if (located.outcome !== 'found') return located
  const identity = { namespace: located.namespace, type, id }
  const [steps, outside, related, obligations, exceptions] = await Promise.all([
    objectSteps.run(clickhouse, identity, scope),
    scope === 'all' ? [] : objectStepsOutside.run(clickhouse, identity, scope),
    objectRelated.run(clickhouse, identity, scope),
    objectObligations.run(clickhouse, identity, scope),
    objectExceptions.run(clickhouse, identity, scope),
  ])
  return { outcome: 'found', view: assembleObject(identity, steps, obligations, related, exceptions.map(row => row.id)), stepsOutside: outside[0]?.steps ?? 0 }
}

/** Puts the story together; pure. Steps come oldest first. */
export function assembleObject(identity: ObjectRef, steps: readonly ObjectStep[], obligations: readonly Expected[], related: ObjectView['related'], exceptions: string[]): ObjectView {
  return {
    ...identity,
    states: latestStates(steps),
    milestones: milestones(steps, obligations),
    amounts: ownAmounts(identity.type, steps),
    related, exceptions,
    lastEventAt: steps.at(-1)?.time ?? null,
  }
}

/** What each system says last; a system that never named a state is left out. */
function latestStates(steps: readonly ObjectStep[]): ObjectView['states'] {
  const bySystem = new Map<string, { system: string; state: string; asOf: string }>()
  for (const step of steps) {
    const system = step.system || step.source
    if (step.state !== '') bySystem.set(system, { system, state: step.state, asOf: step.time })
  }
  return [...bySystem.values()].sort((a, b) => a.system.localeCompare(b.system))
}

/** The milestones reached (their first success), then those still expected, each with its due time if it had one. */
function milestones(steps: readonly ObjectStep[], obligations: readonly Expected[]): ObjectView['milestones'] {
  const reached = new Map<string, string>()
  for (const step of steps) if (step.status === 'succeeded' && !reached.has(step.type)) reached.set(step.type, step.time)
  const due = new Map<string, string>()
  const waiting = new Map<string, string>()
  for (const expected of obligations) {
    if (!due.has(expected.milestone)) due.set(expected.milestone, expected.due_at)
    if (expected.met_at === null && expected.cancelled_at === null && !waiting.has(expected.milestone)) waiting.set(expected.milestone, expected.due_at)
  }
  const done = [...reached].filter(([type]) => !waiting.has(type)).map(([type, at]) => ({ type, at, dueAt: due.get(type) ?? null }))
  return [...done, ...[...waiting].map(([type, dueAt]) => ({ type, at: null, dueAt }))]
}

/** The distinct amounts that steps state about this object itself; where no step is its own, those of the steps that touch it. */
function ownAmounts(type: string, steps: readonly ObjectStep[]): ObjectView['amounts'] {
  const own = steps.filter(step => step.role === 'subject' || (step.role === '' && step.type.split('.')[1] === type))
  const amounts = new Map<string, { value: string; currency: string }>()
  for (const step of own.length > 0 ? own : steps) if (step.amount_minor !== null) amounts.set(`${step.currency} ${step.amount_minor}`, fromMinor(step.amount_minor, step.currency))
  return [...amounts.values()]
}
