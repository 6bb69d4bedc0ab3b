/** What goes wrong again and again at the same time and is made good each time, so that no exception tells of it. */
import type { EventItem, SeedError } from './events.ts'
import type { Group } from './group.ts'
import { technicalEvent } from './technical.ts'

const DAY = 86_400_000
const MINUTE = 60_000
const MONDAY = 1
/** The table of items is locked by the week's stock count when the item changes are to be written. */
const LOCKED: SeedError = { code: 'LOCK-1205', class: 'timeout', message: 'table ITEM_MASTER is locked by job WEEKLY_COUNT', retryable: true }
const INTEGRATION = 'odoo-pharmacy-items'
const FACILITY = 'rosenfluh'
const STEP = 'write item'
/** The stock count runs since so many weeks before the history's end. */
const WEEKS = 7

/** The habits of a UTC day (days since 1970): every Monday at 06:05 by the hospital's clock two attempts fail, the third succeeds seven minutes later. */
export function habitsOf(group: Group, day: number, until: number): EventItem[] {
  const midnight = day * DAY
  if (new Date(midnight).getUTCDay() !== MONDAY || midnight < until - WEEKS * 7 * DAY) return []
  const at = midnight + (6 * 60 + 5) * MINUTE - group.offset(FACILITY, midnight) * MINUTE
  const attempt = (number: number): EventItem => technicalEvent('integration.step.retried', INTEGRATION, at + (number - 1) * 2 * MINUTE, { status: 'retrying', attempt: number, error: LOCKED, attributes: { step: STEP } })
  return [attempt(1), attempt(2), technicalEvent('integration.step.succeeded', INTEGRATION, at + 7 * MINUTE, { status: 'succeeded', attempt: 3, durationMs: 2100, attributes: { step: STEP } })]
}
