/**
 * The planted cases, by hand: one row per kind of trouble.
 *
 * `at` is the step where the story departs, `ago` how long before the end of the history it became an exception, `spread` over how much
 * longer several instances are strewn. Amounts are in the facility's currency. A case without an amount takes what the story draws.
 */
import type { Criticality } from '#queries/model/event.ts'
import type { SeedError } from '#seeds/history/events.ts'
import type { FlowName } from '#seeds/history/flows/flows.ts'
import { NEW_LANE } from '#seeds/history/flows/migration.ts'
import type { Fault } from '#seeds/history/plan.ts'
import { ERRORS } from '#seeds/history/trouble.ts'

export interface Case {
  kind: string
  finder: 'failed' | 'overdue' | 'mismatch'
  flow: FlowName
  process: string
  object: string
  milestone: string
  /** the step where the story departs; null: at the milestone */
  at: string | null
  fault: Fault
  criticality: Criticality
  facility: string
  amount: string | null
  ago: string
  spread: string
  count: number
  /** an event that ends the wait, for the cancelled twin; null where there is none */
  cancel: string | null
  /** has a twin whose answer is dated before the question */
  outOfOrder: boolean
  /** its requisition is routed to the person of the first `leaver-rights-not-revoked` */
  toLeaver: boolean
}

const P2P = 'procure-to-pay'
const O2C = 'order-to-cash'
const CARE = 'charge-capture'
const HR = 'employee-to-approver'
type Where = Pick<Case, 'facility' | 'criticality' | 'amount' | 'ago'> & Partial<Pick<Case, 'spread' | 'count' | 'cancel' | 'at' | 'outOfOrder' | 'toLeaver'>>

const place = (where: Where) => ({ spread: 'PT0S', count: 1, cancel: null, at: null, outOfOrder: false, toLeaver: false, ...where })
const late = (kind: string, flow: FlowName, process: string, object: string, milestone: string, where: Where): Case =>
  ({ kind, finder: 'overdue', flow, process, object, milestone, fault: { how: 'missing' }, ...place(where) })
const broken = (kind: string, flow: FlowName, process: string, object: string, milestone: string, how: 'dead_lettered' | 'not_retryable' | 'unrecovered' | 'exhausted', error: SeedError, where: Where): Case =>
  ({ kind, finder: 'failed', flow, process, object, milestone, fault: { how, error }, ...place(where) })
/** the answer `milestone` comes instead of the step `at` */
const refused = (kind: string, flow: FlowName, process: string, object: string, at: string, milestone: string, where: Where): Case =>
  ({ kind, finder: 'failed', flow, process, object, milestone, fault: { how: 'instead', type: milestone }, ...place({ ...where, at }) })
const differs = (kind: string, flow: FlowName, process: string, object: string, milestone: string, factor: number, where: Where): Case =>
  ({ kind, finder: 'mismatch', flow, process, object, milestone, fault: { how: 'altered', factor }, ...place(where) })

const LATE: readonly Case[] = [
  late('approval-stuck', P2P, P2P, 'purchase_requisition', 'procurement.purchase_requisition.approved', { facility: 'rosenfluh', criticality: 'high', amount: '18420.00', ago: 'P2DT3H', spread: 'P3D', count: 4, cancel: 'procurement.purchase_requisition.cancelled' }),
  late('approved-not-ordered', P2P, P2P, 'purchase_requisition', 'procurement.purchase_order.created', { facility: 'vallonet', criticality: 'high', amount: '6940.50', ago: 'P1DT2H', count: 2, cancel: 'procurement.purchase_requisition.cancelled' }),
  late('order-not-transmitted', P2P, P2P, 'purchase_order', 'procurement.purchase_order.transmitted', { facility: 'talbrunn', criticality: 'critical', amount: '27310.00', ago: 'PT9H', count: 3, spread: 'P2D', cancel: 'procurement.purchase_order.cancelled' }),
  late('order-not-acknowledged-critical', P2P, P2P, 'purchase_order', 'procurement.purchase_order.acknowledged', { facility: 'rosenfluh', criticality: 'critical', amount: '64200.00', ago: 'PT7H', count: 3, spread: 'P1D', cancel: 'procurement.purchase_order.cancelled' }),
  late('order-not-acknowledged', P2P, P2P, 'purchase_order', 'procurement.purchase_order.acknowledged', { facility: 'eastmere', criticality: 'normal', amount: '3120.75', ago: 'P1DT4H', count: 6, spread: 'P6D', outOfOrder: true, cancel: 'procurement.purchase_order.cancelled' }),
  late('order-not-shipped', P2P, P2P, 'purchase_order', 'procurement.shipment.announced', { facility: 'central-pharmacy', criticality: 'critical', amount: '9875.20', ago: 'P1DT6H', count: 3, spread: 'P2D', cancel: 'procurement.purchase_order.cancelled' }),
  late('late-receipt', P2P, P2P, 'purchase_order', 'procurement.goods_receipt.posted', { facility: 'distribution-centre', criticality: 'high', amount: '41200.00', ago: 'P3D', count: 4, spread: 'P4D', cancel: 'procurement.purchase_order.cancelled' }),
  late('receipt-not-checked', P2P, P2P, 'goods_receipt', 'procurement.goods_receipt.quality_checked', { facility: 'central-laboratory', criticality: 'high', amount: '8360.00', ago: 'PT20H' }),
  late('invoice-not-matched', P2P, P2P, 'supplier_invoice', 'finance.supplier_invoice.matched', { facility: 'priory-lane', criticality: 'normal', amount: '2480.00', ago: 'P2D', count: 3, spread: 'P5D', cancel: 'finance.supplier_invoice.cancelled' }),
  late('invoice-not-planned', P2P, P2P, 'supplier_invoice', 'finance.supplier_payment.scheduled', { facility: 'miradouro', criticality: 'high', amount: '5199.99', ago: 'P1DT5H', count: 2, cancel: 'finance.supplier_invoice.cancelled' }),
  late('payment-not-executed', P2P, P2P, 'supplier_payment', 'finance.supplier_payment.executed', { facility: 'talbrunn', criticality: 'high', amount: '15750.00', ago: 'P1DT1H', count: 2, cancel: null }),
  late('payment-not-at-bank', P2P, P2P, 'supplier_payment', 'banking.statement_line.booked', { facility: 'bayan-gardens', criticality: 'normal', amount: '1840.250', ago: 'P1D', count: 2 }),
  late('sales-order-not-delivered', O2C, O2C, 'sales_order', 'sales.order.delivered', { facility: 'central-laboratory', criticality: 'high', amount: '1290.00', ago: 'P1DT3H', count: 2, cancel: 'sales.order.cancelled' }),
  late('delivered-not-invoiced', O2C, O2C, 'sales_order', 'finance.customer_invoice.issued', { facility: 'lerchenau', criticality: 'normal', amount: '880.40', ago: 'P2D', count: 3, spread: 'P3D', cancel: 'sales.order.cancelled' }),
  late('invoice-not-exported', O2C, O2C, 'customer_invoice', 'finance.customer_invoice.exported', { facility: 'birkenried', criticality: 'normal', amount: '2310.00', ago: 'PT22H', count: 4, spread: 'P2D', cancel: 'finance.customer_invoice.cancelled' }),
  late('invoice-not-posted', O2C, O2C, 'customer_invoice', 'finance.customer_invoice.posted', { facility: 'eastmere', criticality: 'normal', amount: '640.00', ago: 'P1DT2H', count: 2, cancel: 'finance.customer_invoice.cancelled' }),
  late('payment-not-posted', O2C, O2C, 'payment', 'payments.payment.posted', { facility: 'rosenfluh', criticality: 'normal', amount: '7425.30', ago: 'P1DT7H', count: 5, spread: 'P6D' }),
  late('refund-not-paid', 'card-day', O2C, 'refund', 'payments.refund.paid', { facility: 'vallonet', criticality: 'normal', amount: '185.00', ago: 'P2DT2H', count: 2 }),
  late('payout-not-at-bank', 'card-day', O2C, 'payout', 'banking.statement_line.booked', { facility: 'priory-lane', criticality: 'high', amount: null, ago: 'P1DT4H' }),
  late('stock-not-deducted', CARE, CARE, 'service', 'inventory.stock_move.posted', { facility: 'talbrunn', criticality: 'high', amount: '9420.00', ago: 'P1DT2H', count: 4, spread: 'P4D', outOfOrder: true }),
  late('service-never-charged', CARE, CARE, 'service', 'billing.charge.created', { facility: 'rosenfluh', criticality: 'normal', amount: '12840.00', ago: 'P3D', count: 8, spread: 'P10D', cancel: 'care.service.cancelled' }),
  late('charge-not-invoiced', CARE, CARE, 'charge', 'finance.customer_invoice.issued', { facility: 'birkenried', criticality: 'high', amount: '3127.60', ago: 'P2D', count: 3, spread: 'P3D' }),
  late('invoice-not-claimed', CARE, CARE, 'customer_invoice', 'billing.claim.submitted', { facility: 'eastmere', criticality: 'normal', amount: '1196.00', ago: 'P1DT5H', count: 2, cancel: 'finance.customer_invoice.cancelled' }),
  late('claim-unanswered', CARE, CARE, 'claim', 'billing.claim.accepted', { facility: 'miradouro', criticality: 'high', amount: '4860.00', ago: 'P2D', count: 2 }),
  late('claim-not-remitted', CARE, CARE, 'claim', 'billing.remittance.received', { facility: 'lerchenau', criticality: 'high', amount: '6890.10', ago: 'P3D', count: 2 }),
  late('critical-item-nothing-ordered', 'replenishment', 'replenishment', 'stock_level', 'inventory.transfer.requested', { facility: 'rosenfluh', criticality: 'critical', amount: null, ago: 'PT6H', count: 3, spread: 'P1D' }),
  late('transfer-not-received', 'replenishment', 'replenishment', 'transfer', 'inventory.transfer.received', { facility: 'birkenried', criticality: 'high', amount: null, ago: 'P1DT3H', count: 2 }),
  late('hire-not-synced', 'hired', HR, 'employee', 'hr.employee.synced', { facility: 'talbrunn', criticality: 'normal', amount: null, ago: 'P1D' }),
  late('approver-right-not-assigned', 'hired', HR, 'employee', 'identity.approval_right.assigned', { facility: 'eastmere', criticality: 'high', amount: null, ago: 'P2D' }),
  late('change-not-synced', 'changed', HR, 'employee', 'hr.employee.synced', { facility: 'vallonet', criticality: 'normal', amount: null, ago: 'P1DT4H', count: 2 }),
  late('leaver-not-synced', 'left', HR, 'employee', 'hr.employee.synced', { facility: 'lerchenau', criticality: 'high', amount: null, ago: 'PT26H' }),
  late('leaver-rights-not-revoked', 'left', HR, 'employee', 'identity.approval_right.revoked', { facility: 'rosenfluh', criticality: 'high', amount: null, ago: 'P4D', count: 2, spread: 'P5D' }),
  late('timesheet-not-paid', 'timesheet', HR, 'timesheet', 'hr.payroll.posted', { facility: 'priory-lane', criticality: 'critical', amount: '4310.00', ago: 'P1DT6H' }),
  late('item-not-synced', 'item-changed', 'master-data', 'item', 'masterdata.item.synced', { facility: 'support-centre', criticality: 'high', amount: null, ago: 'PT21H', count: 2 }),
  late('supplier-not-synced', 'supplier-changed', 'master-data', 'supplier', 'masterdata.supplier.synced', { facility: 'support-centre', criticality: 'normal', amount: null, ago: 'P1DT2H' }),
  late('customer-not-synced', 'customer-changed', 'master-data', 'customer', 'masterdata.customer.synced', { facility: 'support-centre', criticality: 'normal', amount: null, ago: 'P2DT2H' }),
  late('contract-not-synced', 'contract-changed', 'master-data', 'contract', 'masterdata.contract.synced', { facility: 'support-centre', criticality: 'normal', amount: null, ago: 'P2D' }),
  late('feed-not-produced', 'feed-run', 'batch-feeds', 'feed_run', 'feeds.feed_run.produced', { facility: 'support-centre', criticality: 'high', amount: null, ago: 'PT5H' }),
  late('feed-not-delivered', 'feed-run', 'batch-feeds', 'feed_run', 'feeds.feed_run.delivered', { facility: 'support-centre', criticality: 'normal', amount: null, ago: 'P1DT5H' }),
  late('feed-not-loaded', 'feed-run', 'batch-feeds', 'feed_run', 'feeds.feed_run.loaded', { facility: 'support-centre', criticality: 'critical', amount: null, ago: 'PT4H' }),
]

const BROKEN: readonly Case[] = [
  broken('export-storm-cost-centre', O2C, O2C, 'customer_invoice', 'finance.customer_invoice.exported', 'dead_lettered', ERRORS.costCentre, { facility: 'rosenfluh', criticality: 'normal', amount: null, ago: 'PT3H', spread: 'P2D', count: 240, cancel: 'finance.customer_invoice.cancelled' }),
  broken('export-mapping-not-retryable', O2C, O2C, 'customer_invoice', 'finance.customer_invoice.exported', 'not_retryable', ERRORS.taxCode, { facility: 'miradouro', criticality: 'high', amount: '2214.80', ago: 'P1DT6H', count: 3, spread: 'P2D', cancel: 'finance.customer_invoice.cancelled' }),
  broken('export-older-than-grace', O2C, O2C, 'customer_invoice', 'finance.customer_invoice.exported', 'unrecovered', ERRORS.unreachable, { facility: 'lerchenau', criticality: 'normal', amount: '990.00', ago: 'PT6H', count: 2 }),
  broken('order-out-of-attempts', P2P, P2P, 'purchase_order', 'procurement.purchase_order.transmitted', 'exhausted', ERRORS.silent, { facility: 'distribution-centre', criticality: 'critical', amount: '33500.00', ago: 'PT8H', count: 2, cancel: 'procurement.purchase_order.cancelled' }),
  broken('order-dead-lettered', P2P, P2P, 'purchase_order', 'procurement.purchase_order.transmitted', 'dead_lettered', ERRORS.refused, { facility: 'talbrunn', criticality: 'normal', amount: '4805.00', ago: 'P1DT3H', count: 22, spread: 'P1D', cancel: 'procurement.purchase_order.cancelled' }),
  broken('acknowledgment-dead-lettered', P2P, P2P, 'purchase_order', 'procurement.purchase_order.acknowledged', 'dead_lettered', ERRORS.taxCode, { facility: 'central-pharmacy', criticality: 'high', amount: '7120.00', ago: 'P2D', count: 2, cancel: 'procurement.purchase_order.cancelled' }),
  broken('receipt-period-closed', P2P, P2P, 'goods_receipt', 'procurement.goods_receipt.posted', 'not_retryable', ERRORS.closedPeriod, { facility: 'vallonet', criticality: 'low', amount: '1432.00', ago: 'PT5H' }),
  broken('invoice-match-failed', P2P, P2P, 'supplier_invoice', 'finance.supplier_invoice.matched', 'not_retryable', ERRORS.taxCode, { facility: 'eastmere', criticality: 'normal', amount: '3890.00', ago: 'P2DT5H', count: 2, cancel: 'finance.supplier_invoice.cancelled' }),
  broken('payment-not-authorised', P2P, P2P, 'supplier_payment', 'finance.supplier_payment.executed', 'not_retryable', ERRORS.expired, { facility: 'priory-lane', criticality: 'high', amount: '22600.00', ago: 'P1DT2H', count: 3, spread: 'P1D' }),
  broken('payment-posting-period-closed', O2C, O2C, 'payment', 'payments.payment.posted', 'not_retryable', ERRORS.closedPeriod, { facility: 'birkenried', criticality: 'normal', amount: '1875.00', ago: 'P1DT8H', count: 4, spread: 'P3D' }),
  broken('claim-credential-expired', CARE, CARE, 'claim', 'billing.claim.submitted', 'not_retryable', ERRORS.expired, { facility: 'bayan-gardens', criticality: 'low', amount: '412.500', ago: 'P1D', count: 2 }),
  broken('charge-mapping-failed', CARE, CARE, 'charge', 'billing.charge.created', 'dead_lettered', ERRORS.taxCode, { facility: 'central-laboratory', criticality: 'low', amount: '87.00', ago: 'PT4H', count: 3 }),
  // the service has waited for its charge too long as well: one uncaptured charge all the same
  broken('charge-failed-and-late', CARE, CARE, 'charge', 'billing.charge.created', 'dead_lettered', ERRORS.taxCode, { facility: 'birkenried', criticality: 'high', amount: '2640.00', ago: 'P9D', count: 2 }),
  broken('feed-load-failed', 'feed-run', 'batch-feeds', 'feed_run', 'feeds.feed_run.loaded', 'exhausted', ERRORS.unreachable, { facility: 'support-centre', criticality: 'high', amount: null, ago: 'PT7H' }),
  broken('item-sync-dead-lettered', 'item-changed', 'master-data', 'item', 'masterdata.item.synced', 'dead_lettered', ERRORS.refused, { facility: 'central-pharmacy', criticality: 'high', amount: null, ago: 'PT16H', count: 2 }),
  broken('employee-sync-no-message', 'changed', HR, 'employee', 'hr.employee.synced', 'not_retryable', ERRORS.wordless, { facility: 'talbrunn', criticality: 'normal', amount: null, ago: 'P1DT2H', count: 2 }),
  broken('transfer-request-unrecovered', 'replenishment', 'replenishment', 'transfer', 'inventory.transfer.requested', 'unrecovered', ERRORS.unreachable, { facility: 'eastmere', criticality: 'low', amount: null, ago: 'PT4H' }),
  broken('right-revocation-failed', 'left', HR, 'approval_right', 'identity.approval_right.revoked', 'not_retryable', ERRORS.expired, { facility: 'birkenried', criticality: 'low', amount: null, ago: 'PT1H' }),
]

const REFUSED: readonly Case[] = [
  refused('requisition-rejected', P2P, P2P, 'purchase_requisition', 'procurement.purchase_requisition.approved', 'procurement.purchase_requisition.rejected', { facility: 'lerchenau', criticality: 'normal', amount: '2950.00', ago: 'P2D', count: 2 }),
  refused('budget-exceeded', P2P, P2P, 'purchase_requisition', 'procurement.budget.checked', 'procurement.budget.exceeded', { facility: 'eastmere', criticality: 'low', amount: '12600.00', ago: 'PT7H' }),
  { ...refused('price-off-contract', P2P, P2P, 'purchase_order', 'procurement.price.checked', 'procurement.price.off_contract', { facility: 'birkenried', criticality: 'normal', amount: '5480.00', ago: 'P3D', count: 2 }), fault: { how: 'instead', type: 'procurement.price.off_contract', goesOn: true } },
  refused('order-refused', P2P, P2P, 'purchase_order', 'procurement.purchase_order.acknowledged', 'procurement.purchase_order.refused', { facility: 'rosenfluh', criticality: 'high', amount: '19990.00', ago: 'P1DT4H', count: 2 }),
  refused('quality-refused', P2P, P2P, 'goods_receipt', 'procurement.goods_receipt.quality_checked', 'procurement.goods_receipt.quality_refused', { facility: 'central-pharmacy', criticality: 'high', amount: '6075.00', ago: 'P1D' }),
  refused('invoice-blocked', P2P, P2P, 'supplier_invoice', 'finance.supplier_invoice.matched', 'finance.supplier_invoice.blocked', { facility: 'talbrunn', criticality: 'normal', amount: '8810.00', ago: 'P2DT6H', count: 4, spread: 'P6D' }),
  refused('supplier-payment-returned', P2P, P2P, 'supplier_payment', 'banking.statement_line.booked', 'finance.supplier_payment.returned', { facility: 'distribution-centre', criticality: 'normal', amount: '3745.60', ago: 'P1DT7H' }),
  refused('card-payment-failed', 'card-day', O2C, 'payment', 'payments.payment.received', 'payments.payment.failed', { facility: 'vallonet', criticality: 'normal', amount: '320.00', ago: 'P1DT2H', count: 2 }),
  refused('refund-failed', 'card-day', O2C, 'refund', 'payments.refund.paid', 'payments.refund.failed', { facility: 'lerchenau', criticality: 'normal', amount: '140.00', ago: 'P2D' }),
  { ...late('dispute-open', 'card-day', O2C, 'dispute', 'payments.dispute.opened', { facility: 'rosenfluh', criticality: 'normal', amount: '475.00', ago: 'P6D', at: 'payments.dispute.won' }), finder: 'failed' },
  refused('dispute-lost', 'card-day', O2C, 'dispute', 'payments.dispute.won', 'payments.dispute.lost', { facility: 'priory-lane', criticality: 'normal', amount: '260.00', ago: 'P3D' }),
  refused('payout-failed', 'card-day', O2C, 'payout', 'payments.payout.paid', 'payments.payout.failed', { facility: 'lerchenau', criticality: 'high', amount: null, ago: 'P1DT3H' }),
  refused('claim-denied', CARE, CARE, 'claim', 'billing.claim.accepted', 'billing.claim.denied', { facility: 'talbrunn', criticality: 'normal', amount: '11960.00', ago: 'P2D', count: 5, spread: 'P8D' }),
]

/** Disagreements between systems, for the reconciliations to come: facts only, nobody is late and nothing failed. */
const DIFFERS: readonly Case[] = [
  differs('invoice-price-variance', P2P, P2P, 'supplier_invoice', 'finance.supplier_invoice.received', 1.12, { facility: 'rosenfluh', criticality: 'normal', amount: '4400.00', ago: 'P4D', count: 3, spread: 'P8D' }),
  differs('receipt-quantity-variance', P2P, P2P, 'goods_receipt', 'procurement.goods_receipt.posted', 0.8, { facility: 'distribution-centre', criticality: 'normal', amount: null, ago: 'P5D', count: 2, spread: 'P4D' }),
  differs('bank-debit-differs', P2P, P2P, 'bank_line', 'banking.statement_line.booked', 1.01, { facility: 'talbrunn', criticality: 'normal', amount: '2875.00', ago: 'P2D' }),
  differs('payment-short', O2C, O2C, 'payment', 'payments.payment.received', 0.93, { facility: 'central-laboratory', criticality: 'normal', amount: '1840.00', ago: 'P3D', count: 3, spread: 'P5D' }),
  differs('payment-over', O2C, O2C, 'payment', 'payments.payment.received', 1.1, { facility: 'eastmere', criticality: 'normal', amount: '620.00', ago: 'P3D' }),
  { ...differs('payment-twice', O2C, O2C, 'payment', 'payments.payment.received', 1, { facility: 'rosenfluh', criticality: 'normal', amount: '1125.00', ago: 'P3D', count: 2 }), fault: { how: 'repeated' } },
  { ...differs('bank-line-unexplained', 'stray-bank-line', O2C, 'bank_line', 'banking.statement_line.booked', 1, { facility: 'talbrunn', criticality: 'normal', amount: '743.10', ago: 'P2D', count: 3, spread: 'P9D' }), fault: { how: 'repeated' } },
  differs('payout-does-not-add-up', 'card-day', O2C, 'payout', 'payments.payout.paid', 0.97, { facility: 'vallonet', criticality: 'normal', amount: null, ago: 'P4D' }),
  differs('charge-below-service', CARE, CARE, 'charge', 'billing.charge.created', 0.5, { facility: 'birkenried', criticality: 'normal', amount: '3120.00', ago: 'P3D', count: 2 }),
  differs('stock-quantity-differs', CARE, CARE, 'stock_move', 'inventory.stock_move.posted', 2, { facility: 'rosenfluh', criticality: 'normal', amount: '4860.00', ago: 'P2D' }),
  differs('remittance-short', CARE, CARE, 'remittance', 'billing.remittance.received', 0.88, { facility: 'lerchenau', criticality: 'normal', amount: '5830.00', ago: 'P4D', count: 2 }),
  differs('feed-totals-differ', 'feed-run', 'batch-feeds', 'feed_run', 'feeds.feed_run.loaded', 0.998, { facility: 'support-centre', criticality: 'normal', amount: null, ago: 'P1D', count: 3, spread: 'P6D' }),
  differs('migration-amounts-differ', 'coexistence', 'migration-coexistence', 'supplier_invoice', NEW_LANE, 1.021, { facility: 'birkenried', criticality: 'normal', amount: '7150.00', ago: 'P3D', count: 2 }),
  { ...differs('migration-missing-in-new', 'coexistence', 'migration-coexistence', 'supplier_invoice', NEW_LANE, 1, { facility: 'birkenried', criticality: 'normal', amount: '1980.00', ago: 'P2D', count: 2 }), fault: { how: 'missing' } },
]

/** What only what happened to another object explains; after those objects, whose numbers stay what they were. */
const ENTANGLED: readonly Case[] = [
  late('approval-waits-for-leaver', P2P, P2P, 'purchase_requisition', 'procurement.purchase_requisition.approved', { facility: 'rosenfluh', criticality: 'high', amount: '9340.00', ago: 'PT20H', spread: 'PT10H', count: 3, cancel: 'procurement.purchase_requisition.cancelled', toLeaver: true }),
  // two alike: what an empty shelf waits for is critical from its first hour, what only a requisition asked for is as high as it is marked
  late('order-for-empty-shelf', 'replenishment-order', P2P, 'purchase_order', 'procurement.purchase_order.acknowledged', { facility: 'central-pharmacy', criticality: 'high', amount: '2460.00', ago: 'PT5H', count: 2, spread: 'PT2H', cancel: 'procurement.purchase_order.cancelled' }),
  late('order-no-shelf-waits', P2P, P2P, 'purchase_order', 'procurement.purchase_order.acknowledged', { facility: 'central-pharmacy', criticality: 'high', amount: '2460.00', ago: 'PT5H', count: 2, spread: 'PT2H', cancel: 'procurement.purchase_order.cancelled' }),
]

export const CASES: readonly Case[] = [...LATE, ...BROKEN, ...REFUSED, ...DIFFERS, ...ENTANGLED]
