/** Charge capture: from the completed service to the payer's money, and what was done and will not be paid. */
import type { ViewDefinition } from '../views/definition.ts'

export const CHARGED = 'billing.charge.created'
export const STOCK_MOVED = 'inventory.stock_move.posted'

export const CHARGE_CAPTURE: ViewDefinition = {
  id: 'charge-capture',
  title: 'Charge capture',
  noun: { one: 'uncaptured charge', many: 'uncaptured charges' },
  figure: { name: 'Uncaptured charges', definition: 'Completed services without a charge in the time allowed, or whose charge could not be written.' },
  headline: 'uncaptured_charges',
  defaults: {},
  within: { process: ['charge-capture'], objectType: ['service', 'stock_move', 'charge', 'customer_invoice', 'claim', 'remittance'] },
  cuts: [
    { key: 'no_stock_move', name: 'Used, not deducted', definition: 'Services that used stock of which nothing was deducted in the time allowed, or whose stock move could not be booked.', filter: { step: [STOCK_MOVED], kind: ['failed', 'overdue'] } },
    { key: 'not_invoiced', name: 'Charged, not invoiced', definition: 'Charges that were written and stand on no invoice in the time allowed.', filter: { step: ['finance.customer_invoice.issued'], kind: ['failed', 'overdue'] } },
    { key: 'claims', name: 'Claims without an answer', definition: 'Claims that were not sent, not answered or denied, and accepted ones that the payer has not paid.', filter: { step: ['billing.claim.submitted', 'billing.claim.accepted', 'billing.claim.denied', 'billing.remittance.received'], kind: ['failed', 'overdue'] } },
  ],
  stages: [
    { milestone: 'care.service.completed', object: 'service' },
    { milestone: STOCK_MOVED, object: 'service' },
    { milestone: CHARGED, object: 'service' },
    { milestone: 'finance.customer_invoice.issued', object: 'charge' },
    { milestone: 'billing.claim.submitted', object: 'customer_invoice' },
    { milestone: 'billing.claim.accepted', object: 'claim' },
    { milestone: 'billing.remittance.received', object: 'claim' },
  ],
  counterparty: 'Payer',
}
