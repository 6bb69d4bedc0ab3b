/**
 * From an object's history to its state and its obligations. Pure: the same events give the same answer in whatever order they
 * came and whenever it is asked, which is what lets the incremental finder equal a full evaluation.
 */
import { ALWAYS, workingMs } from '#queries/catalogue/calendar.ts'
import type { ObjectEvent, ObjectHistory, ObjectState, Obligation } from '#queries/clickhouse/finding/types.ts'
import { disagreement } from './agreements.ts'
import { movedBy, pausesIn, runsOut, standstillsOf } from './clock.ts'
import type { Wait } from './clock.ts'
import { currentCycle } from './cycles.ts'
import { failureDueAt, failureRuns, isFailing } from './failures.ts'
import type { ObjectRules, Rules } from './rules.ts'

/** An obligation with its evidence: what the exception says if it is not met in time. */
export interface Evaluated {
  obligation: Obligation
  /** failures of the open run, the negative milestone, or the anchor; in time order, never empty */
  evidence: ObjectEvent[]
  /** what met it */
  metBy: ObjectEvent | null
  negative: boolean
  /** when it became trouble: the due time before waits set by people moved it on */
  breachedAt: number
  /** since when a person has let it wait for somebody; null: nobody does */
  waitsSince: number | null
  /** a failed attempt at the expected step that is another object's trouble (the charge's, where the service waits for it): that exception speaks for this one */
  carriedBy: ObjectEvent | null
}
export interface Evaluation { state: ObjectState; obligations: Evaluated[]; amountKey: string; serves: string[] }

/** Evaluates one object. `history.events` may come in any order and twice; null if there is no event at all. `waits`: those of people on its exceptions, ended ones too. */
export function evaluate(history: ObjectHistory, rules: Rules, waits: readonly Wait[] = []): Evaluation | null {
  const events = inOrder(history.events)
  if (events.length === 0) return null
  const state = stateOf(history, events)
  const mine = rules.of(history.type)
  const plain = [
    ...(rules.finders.has('failed') ? [...negatives(events, state, mine), ...failed(events, state, mine, rules)] : []),
    ...(rules.finders.has('mismatch') ? disagreements(events, state, mine) : []),
  ]
  const obligations = [...(rules.finders.has('overdue') ? expected(events, state, mine, rules, waits) : []), ...plain.map(item => withWaits(item, waits))]
  return { state, obligations, amountKey: amountKeyOf(history, events), serves: history.serves ?? [] }
}

function inOrder(events: readonly ObjectEvent[]): ObjectEvent[] {
  const unique = new Map(events.map(event => [event.eventKey, event]))
  return [...unique.values()].sort((a, b) => a.time - b.time || (a.eventKey < b.eventKey ? -1 : 1))
}

function stateOf(history: ObjectHistory, events: readonly ObjectEvent[]): ObjectState {
  // what the object's own events say about it goes before what others say that only touch it
  const own = events.filter(event => event.type.split('.')[1] === history.type)
  const last = <K extends keyof ObjectEvent>(given: K) => own.findLast(event => event[given]) ?? events.findLast(event => event[given])
  const amount = own.findLast(event => event.amountMinor !== null) ?? events.find(event => event.amountMinor !== null)
  const counterparty = last('counterpartyId')
  const facility = last('facility')
  const reached = new Map(events.filter(event => event.status === 'succeeded').map(event => [event.type, event.time]))
  return {
    namespace: history.namespace, type: history.type, id: history.id,
    firstAt: events[0]?.time ?? 0, lastAt: events.at(-1)?.time ?? 0, events: events.length,
    facility: facility?.facility ?? '', entity: facility?.entity || last('entity')?.entity || '',
    counterpartyType: counterparty?.counterpartyType ?? '', counterpartyId: counterparty?.counterpartyId ?? '', counterpartyName: counterparty?.counterpartyName ?? '',
    criticality: last('criticality')?.criticality ?? '',
    amountMinor: amount?.amountMinor ?? null, currency: amount?.currency ?? '',
    milestones: [...reached].map(([type, at]) => ({ type, at })),
    correlationId: last('correlationId')?.correlationId ?? '',
  }
}

/** Which business amount this is: a purchase order's own for everything that hangs on it, else the object's. */
function amountKeyOf(history: ObjectHistory, events: readonly ObjectEvent[]): string {
  const order = history.type === 'purchase_order' ? '' : (events.find(event => event.purchaseOrder)?.purchaseOrder ?? '')
  return order ? JSON.stringify([history.namespace, 'purchase_order', order]) : JSON.stringify([history.namespace, history.type, history.id])
}

function about(event: ObjectEvent, state: ObjectState) {
  return {
    facility: event.facility || state.facility, entity: event.facility ? event.entity : state.entity,
    counterpartyType: state.counterpartyType, counterpartyId: state.counterpartyId, counterpartyName: state.counterpartyName,
    criticality: event.criticality || state.criticality, amountMinor: state.amountMinor, currency: state.currency, correlationId: event.correlationId || state.correlationId,
  }
}

/** Waits on what is trouble without an expectation's clock: its age stands still in plain time. */
function withWaits(item: Plain, waits: readonly Wait[]): Evaluated {
  const { obligation } = item
  const mine = waitsOn(waits, obligation.process, obligation.milestone)
  return { ...item, obligation: { ...obligation, dueAt: movedBy(ALWAYS, obligation.dueAt, mine) }, breachedAt: obligation.dueAt, waitsSince: waitsSince(mine) }
}

const waitsOn = (waits: readonly Wait[], process: string, milestone: string): Wait[] => waits.filter(wait => wait.process === process && wait.milestone === milestone)
const waitsSince = (waits: readonly Wait[]): number | null => waits.find(wait => wait.endedAt === null)?.from ?? null

function expected(events: readonly ObjectEvent[], state: ObjectState, mine: ObjectRules, rules: Rules, waits: readonly Wait[]): Evaluated[] {
  const firstAt = new Map<string, number>()
  for (const event of events) if (event.status === 'succeeded' && !firstAt.has(event.type)) firstAt.set(event.type, event.time)
  return mine.expectations.flatMap(rule => {
    const { expectation, process } = rule
    const cycle = firstAt.has(expectation.after) ? currentCycle(events, rule, mine, firstAt, state) : null
    if (!cycle) return []
    const { anchor, met, cancelled } = cycle
    const shared = about(anchor, state)
    const milestone = expectation.expect[0] ?? ''
    const within = expectation.within[criticalityOf(shared.criticality)]
    const calendar = rules.calendar(expectation.calendar, shared.facility)
    const allowed = workingMs(calendar, within)
    const waited = waitsOn(waits, process, milestone)
    const standstills = [...pausesIn(events, expectation.pause, calendar, anchor.time, met?.time ?? null), ...standstillsOf(waited)]
    const breachedAt = runsOut(calendar, anchor.time, allowed, standstills)
    const dueAt = movedBy(calendar, breachedAt, waited)
    return [{
      obligation: {
        process, expectation: expectation.id, milestone, kind: 'overdue' as const, anchorType: anchor.type, anchorAt: anchor.time,
        warnAt: runsOut(calendar, anchor.time, Math.round(allowed * expectation.warnAt), standstills), dueAt,
        metAt: met?.time ?? null, cancelledAt: cancelled?.time ?? null, removed: false,
        integration: rules.reporterOf(milestone) ?? anchor.integration, ...shared,
      },
      evidence: [anchor], metBy: met, negative: false, breachedAt, waitsSince: waitsSince(waited), carriedBy: met || cancelled ? null : (events.findLast(event => event.type === milestone && !event.subject && isFailing(event) && event.time >= anchor.time) ?? null),
    }]
  })
}

function criticalityOf(given: string): 'critical' | 'high' | 'normal' | 'low' {
  return given === 'critical' || given === 'high' || given === 'low' ? given : 'normal'
}

type Plain = Omit<Evaluated, 'breachedAt' | 'waitsSince'>

function disagreements(events: readonly ObjectEvent[], state: ObjectState, mine: ObjectRules): Plain[] {
  return mine.agreements.flatMap(rule => {
    const found = disagreement(events, rule)
    const first = found?.events[0]
    const last = found?.events.at(-1)
    if (!found || !first || !last) return []
    const { id, second } = rule.agreement
    const cancel = found.agreed ? undefined : events.find(event => event.status === 'succeeded' && mine.terminal.has(event.type))
    return [{
      obligation: {
        process: rule.process, expectation: `agreement:${id}`, milestone: second, kind: 'mismatch' as const, anchorType: second, anchorAt: first.time, warnAt: first.time, dueAt: first.time,
        metAt: found.agreed?.time ?? null, cancelledAt: cancel?.time ?? null, removed: false, integration: last.integration, ...about(last, state),
      },
      evidence: found.events, metBy: found.agreed, negative: false, carriedBy: null,
    }]
  })
}

function negatives(events: readonly ObjectEvent[], state: ObjectState, mine: ObjectRules): Plain[] {
  return [...mine.negatives.values()].flatMap(rule => {
    const said = events.filter(event => event.type === rule.type && event.status === 'succeeded' && event.subject)
    const last = said.at(-1)
    if (!last) return []
    const end = events.find(event => event.status === 'succeeded' && event.time >= last.time && event.eventKey !== last.eventKey && rule.superseded.has(event.type))
    const cancel = events.find(event => event.status === 'succeeded' && mine.terminal.has(event.type))
    // of several "no" only those since the last answer that superseded one count
    const since = events.findLast(event => event.status === 'succeeded' && event.time < last.time && rule.superseded.has(event.type))?.time ?? -Infinity
    const open = said.filter(event => event.time > since)
    const first = open[0] ?? last
    return [{
      obligation: {
        process: rule.process, expectation: `negative:${rule.type}`, milestone: rule.type, kind: 'failed' as const, anchorType: rule.type, anchorAt: first.time, warnAt: first.time, dueAt: first.time,
        metAt: end?.time ?? null, cancelledAt: end ? null : (cancel?.time ?? null), removed: false, integration: last.integration, ...about(last, state),
      },
      evidence: open.length > 0 ? open : [last], metBy: end ?? null, negative: true, carriedBy: null,
    }]
  })
}

function failed(events: readonly ObjectEvent[], state: ObjectState, mine: ObjectRules, rules: Rules): Plain[] {
  return failureRuns(events).flatMap(run => {
    const first = run.failures[0]
    const last = run.failures.at(-1)
    if (!first || !last) return []
    const dueAt = failureDueAt(run, rules)
    const cancels = new Set(mine.expectations.filter(rule => rule.expect.has(run.step)).flatMap(rule => [...rule.cancel]))
    const cancel = run.recovered ? undefined : events.find(event => event.status === 'succeeded' && event.type !== run.step && (mine.terminal.has(event.type) || (cancels.has(event.type) && event.time >= first.time)))
    return [{
      obligation: {
        process: rules.processOf(run.step, state.type), expectation: `failed:${run.step}`, milestone: run.step, kind: 'failed' as const, anchorType: run.step, anchorAt: first.time, warnAt: first.time, dueAt,
        metAt: run.recovered?.time ?? null, cancelledAt: cancel?.time ?? null, removed: false, integration: last.integration, ...about(last, state),
      },
      evidence: run.failures, metBy: run.recovered, negative: false, carriedBy: null,
    }]
  })
}
