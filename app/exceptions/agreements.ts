/** Whether two reports of one thing agree: the totals of a file when it was produced and when it was loaded. Pure. */
import type { ObjectEvent } from '#queries/clickhouse/finding/types.ts'
import { compareDecimals } from '#queries/model/decimal.ts'
import { at, attributesOf } from './conditions.ts'
import type { AgreementRule } from './rules.ts'

/** Second reports that differ from the first, since the last one that agreed; `agreed`: the one that ended them. */
export interface Disagreement { events: ObjectEvent[]; agreed: ObjectEvent | null }

/** Where an agreement stands on one object; null if nothing ever differed. `events` are in time order. */
export function disagreement(events: readonly ObjectEvent[], { agreement }: AgreementRule): Disagreement | null {
  const reports = (type: string) => events.filter(event => event.type === type && event.status === 'succeeded')
  const firsts = reports(agreement.first)
  let run: Disagreement | null = null
  for (const second of reports(agreement.second)) {
    // the report it answers: the newest before it; clocks disagree, so else the first after it
    const first = firsts.findLast(event => event.time <= second.time) ?? firsts[0]
    const same = first && agree(at(attributesOf(first), agreement.attribute), at(attributesOf(second), agreement.attribute))
    if (same === false) {
      if (run && !run.agreed) run.events.push(second)
      else run = { events: [second], agreed: null }
    } else if (same === true && run && !run.agreed) {
      run.agreed = second
    }
  }
  return run
}

/** Whether two values say the same; null where they have nothing in common that could be compared. Decimals compare by value, text or number. */
export function agree(a: unknown, b: unknown): boolean | null {
  if (isRecord(a) && isRecord(b)) {
    const members = Object.keys(a).filter(name => Object.hasOwn(b, name)).map(name => agree(a[name], b[name])).filter(same => same !== null)
    return members.length === 0 ? null : members.every(Boolean)
  }
  if (a === undefined || b === undefined || a === null || b === null) return null
  return a === b || ((typeof a === 'string' || typeof a === 'number') && (typeof b === 'string' || typeof b === 'number') && compareDecimals(String(a), String(b)) === 0)
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)
