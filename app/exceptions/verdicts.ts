/**
 * From obligations to exceptions: at most one per (object, process, milestone). What is not yet due is none; a step that failed
 * and is overdue is one, of kind `failed`, that says both. Pure.
 */
import { createHash } from 'node:crypto'
import { isOpen } from '#queries/clickhouse/finding/types.ts'
import type { ObjectEvent } from '#queries/clickhouse/finding/types.ts'
import type { FoundException, Verdict } from '#queries/postgres/exceptions.ts'
import type { Evaluated, Evaluation } from './evaluate.ts'
import { assess, type Unassessed } from '../ownership/assess.ts'
import { stepNoun } from '../ownership/facts.ts'
import { fingerprintOf } from './fingerprint.ts'
import type { Rules } from './rules.ts'
import { wordsOf } from './words.ts'

/** Ids kept with an exception; the newest matter, the object's story has them all. */
const KEPT_IDS = 20
/** A key longer than this is kept as its hash: an index row must stay under 2,700 bytes. */
const KEY_LENGTH = 400

/** What an exception is about, as one text. */
export function subjectKey(...parts: string[]): string {
  const text = JSON.stringify(parts)
  return text.length <= KEY_LENGTH ? text : `sha256:${createHash('sha256').update(text).digest('hex')}`
}

/** Per (process, milestone) of the object what should be so now: an exception with what it says, or none and why. */
export function verdictsOf({ state, obligations, amountKey, serves }: Evaluation, rules: Rules, now: number): Verdict[] {
  const groups = new Map<string, Evaluated[]>()
  for (const item of obligations) {
    const key = subjectKey('object', state.namespace, state.type, state.id, item.obligation.process, item.obligation.milestone)
    groups.set(key, [...(groups.get(key) ?? []), item])
  }
  return [...groups].map(([key, items]): Verdict => {
    const open = items.filter(item => isOpen(item.obligation))
    const due = open.filter(item => item.obligation.dueAt <= now)
    const failed = due.find(item => item.obligation.kind === 'failed')
    const overdue = due.filter(item => item.obligation.kind === 'overdue' && (failed || !item.carriedBy)).sort((a, b) => a.obligation.dueAt - b.obligation.dueAt)[0]
    const mismatch = due.find(item => item.obligation.kind === 'mismatch')
    const main = failed ?? mismatch ?? overdue
    const carried = due.find(item => item.carriedBy)?.carriedBy
    if (!main) return { subjectKey: key, found: null, closed: carried ? { code: 'carried', at: carried.time, seen: false } : closing(items) }
    const clock = overdue ?? open.find(item => item.obligation.kind === 'overdue') ?? main
    return { subjectKey: key, found: foundException(key, main, { state, amountKey, serves, clock: clock.obligation, overdue: main === overdue ? undefined : overdue }, rules, now), closed: null }
  })
}

function closing(items: readonly Evaluated[]): NonNullable<Verdict['closed']> {
  const met = items.flatMap(item => (item.obligation.metAt === null ? [] : [item.obligation.metAt]))
  if (met.length > 0) return { code: items.some(item => item.negative) ? 'superseded' : 'milestone_seen', at: Math.max(...met), seen: true }
  const cancelled = items.flatMap(item => (item.obligation.cancelledAt === null ? [] : [item.obligation.cancelledAt]))
  if (cancelled.length > 0) return { code: 'cancelled', at: Math.max(...cancelled), seen: false }
  return { code: 'not_due', at: Math.max(...items.map(item => item.obligation.anchorAt)), seen: false }
}

interface Surroundings { state: Evaluation['state']; amountKey: string; serves: string[]; clock: Evaluated['obligation']; overdue: Evaluated | undefined }

function foundException(key: string, main: Evaluated, { state, amountKey, serves, clock, overdue }: Surroundings, rules: Rules, now: number): FoundException {
  const { obligation } = main
  const first = main.evidence[0]
  const last = main.evidence.at(-1)
  const isFailure = obligation.kind !== 'overdue'
  const hasObject = state.type !== ''
  const seen = isFailure ? (first?.time ?? obligation.anchorAt) : main.breachedAt
  const unassessed: Unassessed = {
    subjectKey: key, kind: obligation.kind, type: typeOf(main), ...wordsOf(main, state, rules, overdue !== undefined),
    process: obligation.process || null, step: obligation.milestone, integration: obligation.integration || null, system: rules.integration(obligation.integration)?.to ?? null,
    facility: obligation.facility || null, entity: obligation.entity || null,
    counterpartyType: obligation.counterpartyType || null, counterpartyId: obligation.counterpartyId || null, counterpartyName: obligation.counterpartyName || null,
    namespace: hasObject ? state.namespace : null, objectType: hasObject ? state.type : null, objectId: hasObject ? state.id : null,
    amountMinor: obligation.amountMinor, currency: obligation.amountMinor === null ? null : obligation.currency, amountKey: obligation.amountMinor === null ? null : amountKey,
    firstSeen: overdue ? Math.min(seen, overdue.breachedAt) : seen, lastSeen: isFailure ? (last?.time ?? seen) : seen,
    evidenceAt: last?.time ?? obligation.anchorAt, dueAt: clock.dueAt, occurrences: isFailure ? main.evidence.length : 1,
    fingerprint: obligation.kind === 'failed' && !main.negative
      ? fingerprintOf({ integration: obligation.integration, step: obligation.milestone, errorClass: last?.errorClass ?? '', message: last?.errorMessage ?? '', code: last?.errorCode ?? '', endpoint: last?.endpoint ?? '', fallback: key })
      : fingerprintOf({ integration: obligation.integration, step: obligation.milestone, errorClass: obligation.kind, message: '', code: obligation.expectation, fallback: key }),
    error: isFailure && last ? { code: last.errorCode, class: last.errorClass, message: last.errorMessage, endpoint: last.endpoint } : null,
    correlationIds: newest(main.evidence, event => event.correlationId), eventIds: newest(main.evidence, event => event.eventId), environment: 'production',
    criticality: obligation.criticality, warnAt: clock.kind === 'overdue' ? clock.warnAt : null, beganAt: Math.min(obligation.dueAt, overdue?.obligation.dueAt ?? Infinity), serves,
  }
  return { ...unassessed, ...assess(unassessed, rules, Math.min(now, main.waitsSince ?? now)) }
}

/** `purchase_order_refused` for a negative milestone, `customer_invoice_exported_failed`, `purchase_order_acknowledged_overdue`. */
function typeOf(item: Evaluated): string {
  const name = stepNoun(item.obligation.milestone)
  return item.negative ? name : `${name}_${item.obligation.kind}`
}

function newest(events: readonly ObjectEvent[], value: (event: ObjectEvent) => string): string[] {
  return [...new Set(events.map(value).filter(Boolean))].slice(-KEPT_IDS)
}
