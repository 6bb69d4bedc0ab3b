/** Where an expectation stands on one object: the last cycle of anchor → milestone (or cancel). Pure. */
import type { ObjectEvent } from '#queries/clickhouse/finding/types.ts'
import { holds } from './conditions.ts'
import type { About } from './conditions.ts'
import type { ExpectationRule, ObjectRules } from './rules.ts'

export interface Cycle { anchor: ObjectEvent; met: ObjectEvent | null; cancelled: ObjectEvent | null }

/**
 * The current cycle of an expectation, or null if its anchor was never reached.
 *
 * The anchor is the first success of `after` since the last cycle ended, so a stock level that falls twice is expected to be
 * refilled twice, while three reports of one fall are one. A milestone seen before the object's first anchor meets it too, unless
 * it is the answer to another expectation's anchor that came before (the sync after "hired" does not answer a later "changed").
 * `events` are in time order; of equal times an anchor counts first, then the milestone, then a cancel.
 */
export function currentCycle(events: readonly ObjectEvent[], rule: ExpectationRule, rules: ObjectRules, firstAt: ReadonlyMap<string, number>, object: About): Cycle | null {
  const { after } = rule.expectation
  const rank = (event: ObjectEvent) => (event.type === after ? 0 : rule.expect.has(event.type) ? 1 : 2)
  const relevant = events
    .filter(event => event.status === 'succeeded' && (event.type === after || rule.expect.has(event.type) || rule.cancel.has(event.type)))
    .sort((a, b) => a.time - b.time || rank(a) - rank(b))
  let cycle: Cycle | null = null
  let early: ObjectEvent | null = null
  let end: ObjectEvent | null = null
  for (const event of relevant) {
    const open = cycle !== null && !cycle.met && !cycle.cancelled
    if (event.type === after) {
      if (open || !holds(rule.expectation.when, event, object)) continue
      cycle = { anchor: event, met: cycle ? null : early, cancelled: null }
    } else if (rule.expect.has(event.type)) {
      if (open && cycle) cycle.met = event
      else if (!cycle && !answersAnother(event, rules, firstAt)) early ??= event
    } else {
      if (open && cycle) cycle.cancelled = event
      if (rules.terminal.has(event.type)) end ??= event
    }
  }
  if (cycle && !cycle.met && !cycle.cancelled) cycle.cancelled = end
  return cycle
}

function answersAnother(event: ObjectEvent, rules: ObjectRules, firstAt: ReadonlyMap<string, number>): boolean {
  return rules.expectations.some(({ expectation }) => {
    const anchored = firstAt.get(expectation.after)
    return expectation.expect[0] === event.type && anchored !== undefined && anchored <= event.time
  })
}
