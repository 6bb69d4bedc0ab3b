/** A trace as its screen draws it: steps in order with their attempts folded, what is missing in its place, what is not due yet, and the figures of the head. */
import type { Catalogue } from '#queries/catalogue/catalogue.ts'
import type { StoredEvent } from '#queries/model/event.ts'
import type { TraceView } from '#queries/model/views.ts'
import { formatDuration, formatLatency, secondsBetween } from '../components/format/duration.ts'
import type { TraceBar, TraceLane } from '../components/trace/lanes.ts'
import { integrationName, stepName } from '../exceptions/labels.ts'
import { systemName } from '../objects/system-name.ts'
import { eventPath } from '../paths.ts'
import { OUTSIDE_SCOPE } from './trace-view.ts'

/** One attempt of a step, for the table beside the waterfall. */
export interface StepAttempt { n: number; status: StoredEvent['status']; result: string; at: string; to: string | null; took: string }

/** A step with what the side panel says of it. */
export interface TraceStep {
  id: string; name: string; type: string
  outcome: 'done' | 'recovered' | 'failed' | 'running' | 'skipped'
  integration: { id: string; name: string } | null
  system: string | null
  attempts: StepAttempt[]
  error: { code: string | null; class: string | null; message: string | null } | null
  objects: { namespace: string; type: string; id: string }[]
  outside: boolean
}

/** Something still expected. `late`: its due time has passed. `tried`: failed attempts at it in this trace. */
export interface Awaited { id: string; milestone: string; name: string; dueAt: string; late: boolean; tried: number; integration: { id: string; name: string } | null }

export interface Waterfall {
  lanes: TraceLane[]
  steps: TraceStep[]
  awaited: Awaited[]
  figures: { systems: number; steps: number; attempts: number; recovered: number; failed: number; missing: number; outside: number; firstAt: string; lastAt: string }
  /** Steps left out of the picture because there are too many; they are in the table of events. */
  cut: number
}

/** Rows that a person can still read. */
const MOST_LANES = 150
const BAD = new Set<StoredEvent['status']>(['failed', 'dead_lettered', 'retrying'])
const RESULTS: Readonly<Record<StoredEvent['status'], string>> = { succeeded: 'Done', failed: 'Failed', retrying: 'Failed, tries again', dead_lettered: 'Gave up, dead letter', started: 'Started', skipped: 'Skipped' }

/** Lays out a trace. `now` (RFC 3339) parts what is late from what is not due yet. Pure. */
export function layOut(trace: TraceView, catalogue: Catalogue, now: string): Waterfall {
  const groups = groupAttempts(trace.events)
  const steps = groups.map(group => toStep(group, catalogue))
  const awaited = trace.missing.map(({ milestone, dueAt, integration }, index): Awaited => {
    const id = integration ?? catalogue.reporterOf(milestone)?.id ?? null
    return { id: `missing-${index}`, milestone, name: stepName(catalogue, milestone) ?? milestone, dueAt, late: secondsBetween(dueAt, now) >= 0, tried: steps.filter(step => step.type === milestone && step.outcome === 'failed').reduce((sum, step) => sum + step.attempts.length, 0), integration: id === null ? null : { id, name: integrationName(catalogue, id) ?? id } }
  }).sort((a, b) => a.dueAt.localeCompare(b.dueAt))
  const shown = groups.slice(0, MOST_LANES)
  const lanes = [
    ...shown.map((group, index) => toLane(group, steps[index] as TraceStep)),
    ...awaited.map(one => awaitedLane(one, now)),
  ]
  const systems = new Set(trace.events.flatMap(event => [event.source, ...event.objects.map(object => object.system ?? '')]).filter(name => name !== ''))
  return {
    lanes, steps, awaited, cut: groups.length - shown.length,
    figures: {
      systems: systems.size, steps: steps.length, attempts: trace.events.length,
      recovered: steps.filter(step => step.outcome === 'recovered').length, failed: steps.filter(step => step.outcome === 'failed').length,
      missing: awaited.filter(one => one.late).length, outside: trace.events.filter(isOutside).length,
      firstAt: trace.events[0]?.time ?? now, lastAt: trace.events.at(-1)?.time ?? now,
    },
  }
}

function isOutside(event: StoredEvent): boolean {
  return event.flags.includes(OUTSIDE_SCOPE)
}

/** What the attempts of one step have in common: type, integration and the object it is about; technical steps also their own name. */
function stepKey(event: StoredEvent, index: number): string {
  if (isOutside(event)) return `outside ${index}`
  const subject = event.objects.find(object => object.role === 'subject') ?? event.objects[0]
  const technical = event.type.startsWith('integration.step.')
  return JSON.stringify([technical ? 'step' : event.type, event.integration, subject?.type, subject?.id, subject?.namespace, technical ? event.attributes['step'] : null])
}

/** Attempts of one step in order of time. A success closes the step: what follows of the same kind is a new one. */
function groupAttempts(events: readonly StoredEvent[]): StoredEvent[][] {
  const groups: StoredEvent[][] = []
  const open = new Map<string, StoredEvent[]>()
  for (const [index, event] of events.entries()) {
    const key = stepKey(event, index)
    const known = open.get(key)
    if (known) known.push(event)
    else {
      const group = [event]
      groups.push(group)
      open.set(key, group)
    }
    if (event.status === 'succeeded' || event.status === 'skipped') open.delete(key)
  }
  return groups
}

function outcomeOf(group: readonly StoredEvent[]): TraceStep['outcome'] {
  const last = group.at(-1)
  if (!last || last.status === 'started') return 'running'
  if (last.status === 'skipped') return 'skipped'
  if (last.status !== 'succeeded') return 'failed'
  return group.some(event => BAD.has(event.status)) ? 'recovered' : 'done'
}

function toStep(group: readonly StoredEvent[], catalogue: Catalogue): TraceStep {
  const first = group[0] as StoredEvent
  const own = typeof first.attributes['step'] === 'string' ? first.attributes['step'] : null
  const name = own !== null ? (stepName(catalogue, own) ?? own) : (stepName(catalogue, first.type) ?? first.type)
  const error = group.findLast(event => event.error !== null)?.error ?? null
  const outside = isOutside(first)
  return {
    id: outside ? first.id : `${first.source} ${first.id}`, name, type: first.type, outcome: outcomeOf(group), outside,
    integration: first.integration === null ? null : { id: first.integration, name: integrationName(catalogue, first.integration) ?? first.integration },
    system: outside ? null : systemName(catalogue, first.source),
    attempts: group.map((event, index) => ({
      n: event.attempt ?? index + 1, status: event.status, result: BAD.has(event.status) ? resultOf(event) : RESULTS[event.status], at: event.time,
      to: outside ? null : eventPath(event.source, event.id), took: event.durationMs === null ? '' : formatLatency(event.durationMs),
    })),
    error: error === null ? null : { code: error.code, class: error.class, message: error.message },
    objects: [...new Map(group.flatMap(event => event.objects).map(({ namespace, type, id }) => [`${namespace} ${type} ${id}`, { namespace, type, id }])).values()].slice(0, 12),
  }
}

function resultOf(event: StoredEvent): string {
  const why = event.error?.message ?? event.error?.class?.replaceAll('_', ' ') ?? event.error?.code
  return why ? `${RESULTS[event.status]}: ${why}` : RESULTS[event.status]
}

function barOf(event: StoredEvent, recovers: boolean): TraceBar {
  const end = Date.parse(event.time)
  return {
    kind: BAD.has(event.status) ? 'failed' : event.status === 'started' ? 'waiting' : recovers ? 'recovered' : 'done',
    start: new Date(end - (event.durationMs ?? 0)).toISOString(), end: event.time,
  }
}

const STATES: Readonly<Record<TraceStep['outcome'], { icon: TraceLane['icon']; state: string }>> = {
  done: { icon: 'clear', state: 'Done' }, recovered: { icon: 'caution', state: 'Failed, then recovered' }, failed: { icon: 'stop', state: 'Failed' },
  running: { icon: 'waiting', state: 'Started, not finished' }, skipped: { icon: 'waiting', state: 'Skipped' },
}

function toLane(group: readonly StoredEvent[], step: TraceStep): TraceLane {
  const first = group[0] as StoredEvent
  const last = group.at(-1) as StoredEvent
  const several = group.length > 1
  const bars: TraceBar[] = [...(several ? [{ kind: 'waiting' as const, start: first.time, end: last.time }] : []), ...group.map(event => barOf(event, step.outcome === 'recovered'))]
  return {
    id: step.id, name: step.outside ? 'A step outside your scope' : step.name, detail: step.outside ? step.name : (step.system ?? ''), kind: 'step',
    ...STATES[step.outcome], bars, at: last.time,
    took: several ? formatDuration(secondsBetween(first.time, last.time)) : first.durationMs === null ? '–' : formatLatency(first.durationMs),
    ...(several ? { attempts: group.map((event, index) => attemptLane(event, step, index)) } : {}),
  }
}

function attemptLane(event: StoredEvent, step: TraceStep, index: number): TraceLane {
  const bad = BAD.has(event.status)
  const attempt = step.attempts[index]
  return {
    id: `${step.id} ${index}`, name: `Attempt ${attempt?.n ?? index + 1}`, detail: attempt?.result ?? '', kind: 'step',
    icon: event.status === 'dead_lettered' ? 'tray' : bad ? 'failed' : 'check', state: RESULTS[event.status],
    bars: [barOf(event, step.outcome === 'recovered')], at: event.time, took: event.durationMs === null ? '–' : formatLatency(event.durationMs),
  }
}

function awaitedLane(one: Awaited, now: string): TraceLane {
  const seconds = secondsBetween(one.dueAt, now)
  return one.late
    ? { id: one.id, name: `Expected: ${one.name}`, detail: one.tried > 0 ? `tried ${one.tried} ${one.tried === 1 ? 'time' : 'times'}, not done` : 'nothing received', icon: 'stop', state: 'Missing', kind: 'missing', bars: [{ kind: 'missing', start: one.dueAt, end: now, label: `${formatDuration(seconds)} late` }], took: formatDuration(seconds), at: null }
    : { id: one.id, name: one.name, detail: `due in ${formatDuration(seconds)}`, icon: 'waiting', state: 'Not due yet', kind: 'not_due', bars: [], took: 'not due', at: null }
}
