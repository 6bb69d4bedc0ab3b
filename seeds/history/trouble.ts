/** What goes wrong now and then while the group lives on after its history; the history itself has planted trouble only. */
import type { SeedError } from './events.ts'
import type { FlowName } from './flows/flows.ts'
import type { Failure, Plan } from './plan.ts'
import type { Random } from './random.ts'

const HOUR = 3_600_000

/** Errors by their code, as the systems word them. */
export const ERRORS = {
  costCentre: { code: 'MAP-041', class: 'mapping', message: 'cost centre 4210 is not known', retryable: false },
  taxCode: { code: 'MAP-052', class: 'mapping', message: 'tax code V77 has no counterpart', retryable: false },
  refused: { code: 'VAL-422', class: 'validation', message: 'the field deliveryAddress is required', retryable: false },
  expired: { code: 'AUTH-401', class: 'authentication', message: 'token expired', retryable: false },
  unreachable: { code: 'NET-503', class: 'connection', message: 'service unavailable', retryable: true },
  silent: { code: 'NET-TIMEOUT', class: 'timeout', message: 'no answer within 30 s', retryable: true },
  closedPeriod: { code: 'FIN-210', class: 'business_rule', message: 'accounting period 2026-10 is closed', retryable: false },
  wordless: { code: 'ERR', class: 'unknown', message: '', retryable: false },
} as const satisfies Record<string, SeedError>

const OCCASIONS: Partial<Record<FlowName, readonly { at: string; error: SeedError; failure: Failure }[]>> = {
  'order-to-cash': [
    { at: 'finance.customer_invoice.exported', error: ERRORS.costCentre, failure: 'dead_lettered' },
    { at: 'payments.payment.posted', error: ERRORS.closedPeriod, failure: 'not_retryable' },
  ],
  'procure-to-pay': [
    { at: 'procurement.purchase_order.transmitted', error: ERRORS.refused, failure: 'dead_lettered' },
    { at: 'procurement.purchase_order.acknowledged', error: ERRORS.silent, failure: 'exhausted' },
    { at: 'finance.supplier_invoice.matched', error: ERRORS.taxCode, failure: 'not_retryable' },
  ],
  'charge-capture': [
    { at: 'billing.charge.created', error: ERRORS.taxCode, failure: 'dead_lettered' },
    { at: 'billing.claim.submitted', error: ERRORS.expired, failure: 'not_retryable' },
  ],
  replenishment: [{ at: 'inventory.transfer.requested', error: ERRORS.unreachable, failure: 'unrecovered' }],
}

/** A plan for one story in fifty, null for the others. Half of the failures are recovered some hours later by the layer itself. */
export function occasionalPlan(flow: FlowName, random: Random): Plan | null {
  const occasions = OCCASIONS[flow]
  if (!occasions || !random.chance(0.02)) return null
  const { at, error, failure } = random.pick(occasions)
  if (random.chance(0.5)) return { at, force: null, fault: { how: 'recovered', first: failure, error, afterMs: random.int(1, 5) * HOUR } }
  return random.chance(0.3) ? { at, force: null, fault: { how: 'missing' } } : { at, force: null, fault: { how: failure, error } }
}
