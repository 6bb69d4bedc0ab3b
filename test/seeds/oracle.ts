/**
 * What is in trouble, worked out slowly and apart from the product and the generator: every object's events in order, every
 * expectation by the slow calendar, every failure by the integration's patience. It knows nothing of what was planted.
 */
import type { Expectation } from '#queries/catalogue/schema.ts'
import type { CloudEvent, SeedItem } from '#seeds/history/events.ts'
import type { Group } from '#seeds/history/group.ts'
import { DueTimes } from '#seeds/truth/slow-due.ts'
import { slowDue } from '#seeds/truth/slow-calendar.ts'

export interface Trouble { finder: 'failed' | 'overdue'; process: string; milestone: string; object: string; dueAt: string }
/** `open`: in trouble at `until`. `late`: an expectation that was met, but after its due time. */
export interface Verdict { open: Trouble[]; late: Trouble[]; checked: number }

interface Wait { anchorAt: number; dueAt: number; metAt: number | null }
interface Touch { at: number; event: CloudEvent; subject: boolean }

/** Judges events at an instant (epoch ms). Raw items are not looked at. */
export function judge(group: Group, items: Iterable<SeedItem>, until: number): Verdict {
  const objects = new Map<string, Touch[]>()
  const machinery = new Map<string, Touch[]>()
  for (const item of items) {
    if (item.kind !== 'event' || item.at > until) continue
    const { event } = item
    if (event.environment !== undefined && event.environment !== 'production') continue
    const touched = event.data.objects ?? []
    if (touched.length === 0) append(machinery, `${event.integration} ${stepOf(event)}`, { at: item.at, event, subject: true })
    const subject = touched.find(object => object.role === 'subject') ?? touched.find(object => object.type === event.type.split('.')[1]) ?? touched[0]
    for (const object of touched) append(objects, `${object.namespace}/${object.type}/${object.id}`, { at: item.at, event, subject: object === subject })
  }
  const due = new DueTimes(group)
  const verdict: Verdict = { open: [], late: [], checked: 0 }
  for (const [object, touches] of objects) {
    touches.sort((a, b) => a.at - b.at)
    const type = object.split('/')[1]
    const failing = failures(group, touches, until)
    const found: Trouble[] = failing.map(({ milestone, dueAt }) => ({ finder: 'failed', process: '', milestone, object, dueAt: iso(dueAt) }))
    for (const process of group.processes) {
      for (const milestone of process.milestones.filter(candidate => candidate.negative && candidate.opensException)) {
        const said = touches.findLast(touch => touch.event.type === milestone.type && touch.subject && touch.event.data.status === 'succeeded')
        if (said && !touches.some(touch => touch.at >= said.at && milestone.supersededBy.includes(touch.event.type) && touch.event.data.status === 'succeeded')) {
          found.push({ finder: 'failed', process: process.id, milestone: milestone.type, object, dueAt: iso(said.at) })
        }
      }
      for (const expectation of process.expectations.filter(candidate => candidate.object === type)) {
        for (const { dueAt, metAt, anchorAt } of waits(expectation, touches, due)) {
          verdict.checked++
          // the step was tried for another object and failed: that failure is the trouble
          if (metAt === null && touches.some(touch => !touch.subject && touch.at >= anchorAt && touch.event.type === expectation.expect[0] && ['failed', 'dead_lettered', 'retrying'].includes(touch.event.data.status))) continue
          const trouble: Trouble = { finder: 'overdue', process: process.id, milestone: expectation.expect[0] ?? '', object, dueAt: iso(dueAt) }
          if (metAt === null && dueAt <= until) found.push(trouble)
          else if (metAt !== null && metAt > dueAt) verdict.late.push(trouble)
        }
      }
    }
    // where a step both failed and is overdue, it is one and it failed
    verdict.open.push(...found.filter(trouble => trouble.finder === 'failed' || !found.some(other => other.finder === 'failed' && other.milestone === trouble.milestone)))
  }
  for (const [key, touches] of machinery) {
    touches.sort((a, b) => a.at - b.at)
    for (const { milestone, dueAt } of failures(group, touches, until)) verdict.open.push({ finder: 'failed', process: '', milestone, object: key.split(' ')[0] ?? '', dueAt: iso(dueAt) })
  }
  return verdict
}

/** The waits of one expectation on one object; `metAt` is infinite where it was cancelled in time or never needed. */
function waits(expectation: Expectation, touches: readonly Touch[], due: DueTimes): Wait[] {
  const list: Wait[] = []
  let open: Wait | null = null
  for (const { at, event } of touches) {
    if (event.data.status !== 'succeeded') continue
    if (event.type === expectation.after && !open) {
      const { when } = expectation
      if (when?.attribute && event.data.attributes?.[when.attribute] !== when.equals) continue
      open = { dueAt: due.of(expectation, event.data.criticality ?? 'normal', event.facility ?? null, at), metAt: null, anchorAt: at }
      list.push(open)
      // an answer dated before the first question answers it: clocks disagree
      if (list.length === 1 && touches.some(touch => touch.at < at && touch.event.data.status === 'succeeded' && expectation.expect.includes(touch.event.type))) {
        open.metAt = at
        open = null
      }
    } else if (open && (expectation.expect.includes(event.type) || expectation.cancel.includes(event.type))) {
      open.metAt = at
      open = null
    }
  }
  return list
}

/** Steps whose last attempt failed for good, or longer ago than the integration's patience, with none succeeding after. */
function failures(group: Group, touches: readonly Touch[], until: number): { milestone: string; dueAt: number }[] {
  const runs = new Map<string, Touch[]>()
  for (const touch of touches) {
    const { event } = touch
    const step = stepOf(event)
    if (event.data.status === 'succeeded') runs.delete(step)
    else if (touch.subject && ['failed', 'dead_lettered', 'retrying'].includes(event.data.status)) append(runs, step, touch)
  }
  return [...runs].flatMap(([milestone, run]) => {
    const dueAt = Math.min(...run.map(({ at, event }) => {
      const { retryGrace, maxAttempts } = group.integration(event.integration)
      const final = event.data.status === 'dead_lettered' || event.data.error?.retryable === false || (event.data.attempt ?? 1) >= maxAttempts
      return final ? at : slowDue(null, at, retryGrace)
    }))
    return dueAt <= until ? [{ milestone, dueAt }] : []
  })
}

/** A technical event names its step; any other is the step. */
function stepOf(event: CloudEvent): string {
  const { step } = event.data.attributes ?? {}
  return event.type.startsWith('integration.step.') && typeof step === 'string' ? step : event.type
}

function append<T>(map: Map<string, T[]>, key: string, value: T): void {
  const list = map.get(key)
  if (list) list.push(value)
  else map.set(key, [value])
}

const iso = (at: number): string => new Date(at).toISOString()
