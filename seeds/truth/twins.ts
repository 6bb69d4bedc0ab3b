/** Near misses of each case: the same story with one difference that makes it no exception. */
import type { Fault } from '#seeds/history/plan.ts'
import type { Case } from './cases.ts'

const MINUTE = 60_000
const DAY = 86_400_000
/** So short before the end that the step, which may take 72 % of its time, is not late either: the shortest time allowed is 30 minutes. */
const JUST_FAILED = 4 * MINUTE

/** Before anybody of the cases left. */
const LONG_BEFORE = 25 * DAY

export interface Twin {
  name: string
  fault: Fault
  /** when its trouble would begin: with the case's, at a due time just after the end of the history, or this long before the end (ms) */
  when: 'as the case' | 'just due later' | number
  /** somebody else takes the decision over */
  substitute?: boolean
}

/** The twins that make sense for a case; `ago`: how long before the end its trouble begins (ms), `grace`: the integration's patience (ms). */
export function twinsOf(row: Case, ago: number, grace: number): Twin[] {
  const { fault } = row
  const twins: Twin[] = []
  if (row.toLeaver) {
    twins.push({ name: 'a substitute has taken over', when: 'just due later', fault: { how: 'shifted', byMs: -20_000 }, substitute: true })
    twins.push({ name: 'decided before the approver left', when: LONG_BEFORE, fault: { how: 'shifted', byMs: -MINUTE } })
  }
  if (row.cancel) twins.push({ name: 'cancelled', when: 'as the case', fault: row.finder === 'failed' && 'error' in fault ? { how: 'superseded', type: row.cancel, afterMs: 5 * MINUTE } : { how: 'instead', type: row.cancel } })
  if (row.finder === 'overdue') {
    twins.push({ name: 'met one minute before due', when: 'as the case', fault: { how: 'shifted', byMs: -MINUTE } })
    twins.push({ name: 'due just after the end', when: 'just due later', fault: { how: 'shifted', byMs: -20_000 } })
    if (row.outOfOrder) twins.push({ name: 'reported out of order', when: 'as the case', fault: { how: 'early', byMs: 1500 } })
    if (ago > 100 * MINUTE) twins.push({ name: 'met late', when: 'as the case', fault: { how: 'shifted', byMs: 90 * MINUTE } })
  } else if (row.finder === 'mismatch') {
    if (row.flow !== 'stray-bank-line') twins.push({ name: 'no difference', when: 'as the case', fault: { how: 'altered', factor: 1 } })
  } else if ('error' in fault && fault.how !== 'recovered') {
    twins.push({ name: 'recovered by a later retry', when: 'as the case', fault: { how: 'recovered', first: fault.how, error: fault.error, afterMs: 40 * MINUTE } })
    if (fault.error.retryable) twins.push({ name: 'failed within grace', when: Math.min(grace / 3, JUST_FAILED), fault: { how: 'recovered', first: 'unrecovered', error: fault.error, afterMs: (grace * 2) / 3 } })
  } else if (fault.how === 'instead') {
    const by = fault.type === 'finance.supplier_payment.returned' ? { by: 'finance.supplier_payment.executed' } : {}
    twins.push({ name: 'superseded', when: 'as the case', fault: { how: 'superseded', type: fault.type, afterMs: 30 * MINUTE, ...by } })
  } else {
    // an opened dispute: the decision comes five days after
    twins.push({ name: 'answered', when: 'as the case', fault: { how: 'shifted', byMs: 5 * DAY - 30 * DAY } })
  }
  return twins
}
