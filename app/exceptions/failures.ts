/** Failed attempts: what counts as one, which are recovered, and when an open one becomes an exception. Pure. */
import type { ObjectEvent } from '#queries/clickhouse/finding/types.ts'
import { attributesOf } from './cycles.ts'
import { elapsed, UNCATALOGUED } from './rules.ts'
import type { Rules } from './rules.ts'

/** What `integration.step.<what>` says about the step, whatever its own status. */
const TECHNICAL = new Map([['failed', 'failed'], ['dead_lettered', 'dead_lettered'], ['retried', 'retrying'], ['succeeded', 'succeeded'], ['started', 'started']])
export const TECHNICAL_STEP = 'integration.step'
const FAILING = new Set(['failed', 'dead_lettered', 'retrying'])
/** True for an attempt that did not get through. */
export const isFailing = ({ status }: Pick<ObjectEvent, 'status'>): boolean => FAILING.has(status)

/** An event as the outcome of a step: technical events name the step in `attributes.step`, all others are the step themselves. */
export function outcomeOf(event: Pick<ObjectEvent, 'type' | 'status' | 'attributes'>): { step: string; status: string } {
  if (!event.type.startsWith(`${TECHNICAL_STEP}.`)) return { step: event.type, status: event.status }
  const { step } = attributesOf(event)
  return { step: typeof step === 'string' && step !== '' ? step : TECHNICAL_STEP, status: TECHNICAL.get(event.type.slice(TECHNICAL_STEP.length + 1)) ?? event.status }
}

/** Failures of one step since its last success; `recovered`: the success that ended them. */
export interface Run { step: string; failures: ObjectEvent[]; recovered: ObjectEvent | null }

/**
 * Per step its last run of failures. A success at the time of a failure or later recovers it. Only failures whose subject is this
 * object count (`event.subject`); successes count whoever they are about. `events` are in time order.
 */
export function failureRuns(events: readonly ObjectEvent[]): Run[] {
  const runs = new Map<string, Run>()
  const outcomes = events.map(event => ({ event, ...outcomeOf(event) }))
  outcomes.sort((a, b) => a.event.time - b.event.time || Number(a.status === 'succeeded') - Number(b.status === 'succeeded'))
  for (const { event, step, status } of outcomes) {
    const run = runs.get(step)
    if (FAILING.has(status) && event.subject) {
      if (run && !run.recovered) run.failures.push(event)
      else runs.set(step, { step, failures: [event], recovered: null })
    } else if (status === 'succeeded' && run && !run.recovered) {
      run.recovered = event
    }
  }
  return [...runs.values()]
}

/**
 * When a run of failures becomes an exception: at once at the first that is dead-lettered, not retryable or out of attempts,
 * else when the first is older than the integration's grace.
 */
export function failureDueAt(run: Run, rules: Pick<Rules, 'integration'>): number {
  return Math.min(...run.failures.map(event => {
    const { retryGrace, maxAttempts } = rules.integration(event.integration) ?? UNCATALOGUED
    const final = outcomeOf(event).status === 'dead_lettered' || event.retryable === false || event.attempt >= maxAttempts
    return final ? event.time : elapsed(event.time, retryGrace)
  }))
}
