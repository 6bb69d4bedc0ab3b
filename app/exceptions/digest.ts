/**
 * One set of objects and rejected inputs from their history to what people see: states and obligations written, exceptions settled,
 * the worklist projected. Every stage is idempotent and the caller moves its cursor only after the last, so a death anywhere
 * in between is repaired by doing the set again.
 */
import { setImmediate } from 'node:timers/promises'
import { isOpen, objectKey } from '#queries/clickhouse/finding/types.ts'
import type { ObjectHistory } from '#queries/clickhouse/finding/types.ts'
import type { RejectedInput } from '#queries/clickhouse/finding/rejected.ts'
import { writeObligations, writeStates } from '#queries/clickhouse/finding/states.ts'
import type { StoredObligation } from '#queries/clickhouse/finding/states.ts'
import type { ObjectRef } from '#queries/model/event.ts'
import type { Verdict } from '#queries/postgres/exceptions.ts'
import type { Stores } from '#queries/stores.ts'
import { evaluate } from './evaluate.ts'
import type { Evaluation } from './evaluate.ts'
import type { KnownSubjects } from './known-subjects.ts'
import { project } from './project.ts'
import { rejectionVerdict } from './rejections.ts'
import type { Rules } from './rules.ts'
import type { Schedule } from './schedule.ts'
import { settle } from './settle.ts'
import { subjectKey, verdictsOf } from './verdicts.ts'

export type Stage = 'states' | 'exceptions' | 'projection' | 'cursor'

const EVALUATIONS_AT_ONCE = 500

/** What the finder keeps in memory; all of it can be rebuilt from the stores. */
export interface Memory {
  known: KnownSubjects
  schedule: Schedule
  /** objects with trouble that is not shown yet because a history is being loaded */
  deferred: Map<string, ObjectRef>
  /** integrations with an open failure that no object carries */
  technical: Set<string>
  version: number
}

export interface DigestContext {
  stores: Stores
  rules: Rules
  memory: Memory
  now: number
  /** trouble that was due before this instant is not opened yet; -Infinity opens everything */
  deferBefore: number
  /** called before each stage; tests die here */
  before: (stage: Stage) => void | Promise<void>
  /** told about an object that could not be evaluated; it keeps what it had */
  onFailure: (objectType: string, error: unknown) => void
}

export interface DigestInput {
  histories: readonly ObjectHistory[]
  rejected: readonly { input: RejectedInput; corrected: boolean }[]
  /** obligations kept of these objects, when some may have to be removed (full evaluation only) */
  stored?: readonly StoredObligation[]
}

/** Digests one set. */
export async function digest(context: DigestContext, { histories, rejected, stored = [] }: DigestInput): Promise<void> {
  const { stores, rules, memory, now, before } = context
  const evaluations = await evaluateAll(context, histories)
  const removed = goneObligations(evaluations, stored)
  memory.version = Math.max(memory.version + 1, now)
  await before('states')
  await Promise.all([
    writeStates(stores.clickhouse, evaluations.filter(({ state }) => state.type !== '').map(({ state }) => state), memory.version),
    writeObligations(stores.clickhouse, [
      ...evaluations.flatMap(({ state, obligations }) => obligations.map(({ obligation }) => ({ object: state, obligation }))),
      ...removed.map(item => ({ object: item.object, obligation: removedObligation(item) })),
    ], memory.version),
  ])
  const judged = evaluations.flatMap(evaluation => judge(context, evaluation))
  const verdicts = [
    ...judged,
    ...removedVerdicts(removed, new Set(judged.map(verdict => verdict.subjectKey)), now),
    ...(rules.finders.has('rejected') ? rejected : []).map(({ input, corrected }) => rejectionVerdict(input, corrected, rules, now)),
  ].filter(verdict => verdict.found !== null || memory.known.mayHave(verdict.subjectKey))
  await before('exceptions')
  const rows = await settle(stores, verdicts, new Date(now))
  for (const verdict of verdicts) if (verdict.found) memory.known.add(verdict.subjectKey)
  await before('projection')
  await project(stores, rows)
}

/** In portions: the thread that evaluates also acknowledges events. */
async function evaluateAll(context: DigestContext, histories: readonly ObjectHistory[]): Promise<Evaluation[]> {
  const evaluations: Evaluation[] = []
  for (const [index, history] of histories.entries()) {
    if (index % EVALUATIONS_AT_ONCE === EVALUATIONS_AT_ONCE - 1) await setImmediate()
    const evaluation = tryEvaluate(context, history)
    if (evaluation) evaluations.push(evaluation)
  }
  return evaluations
}

function tryEvaluate({ rules, onFailure }: DigestContext, history: ObjectHistory): Evaluation | null {
  try {
    return evaluate(history, rules)
  } catch (error) {
    onFailure(history.type, error)
    return null
  }
}

/** The verdicts of one object that may be acted on now; notes when it must be judged again. */
function judge({ rules, memory, now, deferBefore }: DigestContext, evaluation: Evaluation): Verdict[] {
  const { state, obligations } = evaluation
  const key = objectKey(state)
  const open = obligations.filter(({ obligation }) => isOpen(obligation))
  const verdicts = verdictsOf(evaluation, rules, now)
  // when something comes due, and when a severity rule begins to hold for what is trouble already
  const moments = [...open.map(({ obligation }) => obligation.dueAt).filter(at => at > now), ...verdicts.flatMap(({ found }) => (found && rules.severity.nextChange(found, now)) ?? [])]
  memory.schedule.set(state, moments.length > 0 ? Math.min(...moments) : null)
  if (state.type === '') {
    if (open.length > 0) memory.technical.add(state.id)
    else memory.technical.delete(state.id)
  }
  const late = open.some(({ obligation }) => obligation.dueAt <= now && obligation.dueAt < deferBefore)
  const shown = late ? verdicts.filter(verdict => verdict.found === null || memory.known.mayHave(verdict.subjectKey)) : verdicts
  if (shown.length < verdicts.length) memory.deferred.set(key, { namespace: state.namespace, type: state.type, id: state.id })
  else memory.deferred.delete(key)
  return shown
}

/** Kept obligations that no longer follow from the history: the catalogue changed. */
function goneObligations(evaluations: readonly Evaluation[], stored: readonly StoredObligation[]): StoredObligation[] {
  if (stored.length === 0) return []
  const alive = new Set(evaluations.flatMap(({ state, obligations }) => obligations.map(({ obligation }) => JSON.stringify([objectKey(state), obligation.process, obligation.expectation]))))
  return stored.filter(item => !alive.has(JSON.stringify([objectKey(item.object), item.process, item.expectation])))
}

/** Closes what only removed obligations spoke of. */
function removedVerdicts(removed: readonly StoredObligation[], judged: ReadonlySet<string>, now: number): Verdict[] {
  const keys = removed.map(({ object, process, milestone }) => subjectKey('object', object.namespace, object.type, object.id, process, milestone))
  return [...new Set(keys)].filter(key => !judged.has(key)).map(key => ({ subjectKey: key, found: null, closed: { code: 'not_expected', at: now, seen: false } }))
}

function removedObligation(item: StoredObligation) {
  return {
    process: item.process, expectation: item.expectation, milestone: item.milestone, kind: item.kind, anchorType: '', anchorAt: 0, warnAt: 0, dueAt: 0, metAt: null, cancelledAt: null, removed: true,
    integration: '', facility: '', entity: '', counterpartyType: '', counterpartyId: '', counterpartyName: '', criticality: '', amountMinor: null, currency: '', correlationId: '',
  }
}
