/** Payments: what came in and could not be matched to an invoice, and what follows it to the bank. */
import type { ViewDefinition } from '../views/definition.ts'

export const PAYMENTS: ViewDefinition = {
  id: 'payments',
  title: 'Payments',
  noun: { one: 'unmatched payment', many: 'unmatched payments' },
  figure: { name: 'Unmatched payments', definition: 'Payments received that could not be posted, are not posted within their time, or do not agree with an invoice or the bank.' },
  headline: 'unmatched_payments',
  defaults: {},
  within: { process: ['order-to-cash'], objectType: ['payment', 'refund', 'dispute', 'fee', 'adjustment', 'payout', 'bank_line'] },
  cuts: [
    { key: 'payouts', name: 'Payouts not at the bank', definition: 'Payouts of a gateway that the bank has not booked in the time allowed, or that failed.', filter: { step: ['banking.statement_line.booked', 'payments.payout.failed', 'payments.payout.paid'], kind: ['failed', 'overdue'] } },
    { key: 'refunds', name: 'Refunds not paid', definition: 'Refunds that were promised and are not paid in the time allowed, or that failed.', filter: { step: ['payments.refund.created', 'payments.refund.paid', 'payments.refund.failed'], kind: ['failed', 'overdue'] } },
    { key: 'disputes', name: 'Disputes', definition: 'Payments that the payer disputes and that are not won.', filter: { step: ['payments.dispute.opened', 'payments.dispute.won', 'payments.dispute.lost'], kind: ['failed', 'overdue'] } },
  ],
  stages: [
    { milestone: 'payments.payment.received', object: 'payment' },
    { milestone: 'payments.payment.posted', object: 'payment' },
    { milestone: 'payments.payout.paid', object: 'payout' },
    { milestone: 'banking.statement_line.booked', object: 'payout' },
  ],
  counterparty: 'Customer',
}
