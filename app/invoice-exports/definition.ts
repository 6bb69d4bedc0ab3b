/** Invoice exports: from the issued invoice to its posting in the accounting system. */
import type { ViewDefinition } from '../views/definition.ts'

export const EXPORTED = 'finance.customer_invoice.exported'
export const POSTED = 'finance.customer_invoice.posted'

export const INVOICE_EXPORTS: ViewDefinition = {
  id: 'invoice-exports',
  title: 'Invoice exports',
  noun: { one: 'failed export', many: 'failed exports' },
  figure: { name: 'Failed invoice exports', definition: 'Customer invoices whose export to the accounting system failed without recovery.' },
  headline: 'failed_invoice_exports',
  defaults: {},
  within: { process: ['order-to-cash'], objectType: ['customer_invoice'], step: ['finance.customer_invoice.issued', EXPORTED, POSTED] },
  cuts: [
    { key: 'late_exports', name: 'Not exported in time', definition: 'Issued invoices that are past the time allowed for their export, without a failure that was reported.', filter: { step: [EXPORTED], kind: ['overdue'] } },
    { key: 'not_posted', name: 'Exported, not posted', definition: 'Invoices that the accounting system took over and has not posted in time, or whose posting failed.', filter: { step: [POSTED], kind: ['failed', 'overdue'] } },
  ],
  stages: [
    { milestone: 'finance.customer_invoice.issued', object: 'customer_invoice' },
    { milestone: EXPORTED, object: 'customer_invoice' },
    { milestone: POSTED, object: 'customer_invoice' },
  ],
  counterparty: 'Customer',
}
