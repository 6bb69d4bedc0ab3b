/** Every event type of the canonical vocabulary by process, written by hand from the vocabulary; `-` marks those that say no. */
export const VOCABULARY: Record<string, string> = {
  'procure-to-pay': `
    procurement.purchase_requisition.raised procurement.purchase_requisition.approved -procurement.purchase_requisition.rejected procurement.purchase_requisition.cancelled
    procurement.budget.checked -procurement.budget.exceeded
    procurement.purchase_order.created procurement.purchase_order.transmitted procurement.purchase_order.acknowledged -procurement.purchase_order.refused
    procurement.purchase_order.changed procurement.purchase_order.cancelled
    procurement.price.checked -procurement.price.off_contract
    procurement.shipment.announced logistics.shipment.delivered logistics.shipment.returned
    procurement.goods_receipt.posted procurement.goods_receipt.quality_checked -procurement.goods_receipt.quality_refused
    finance.supplier_invoice.received finance.supplier_invoice.matched -finance.supplier_invoice.blocked finance.supplier_invoice.posted finance.supplier_invoice.cancelled
    finance.supplier_payment.scheduled finance.supplier_payment.executed -finance.supplier_payment.returned
    banking.statement_line.booked`,
  'order-to-cash': `
    sales.order.placed sales.order.delivered sales.order.cancelled
    finance.customer_invoice.issued finance.customer_invoice.exported finance.customer_invoice.posted finance.customer_invoice.cancelled finance.credit_note.issued
    payments.payment.received payments.payment.posted -payments.payment.failed
    payments.refund.created payments.refund.paid -payments.refund.failed
    -payments.dispute.opened payments.dispute.won -payments.dispute.lost
    payments.fee.charged payments.adjustment.booked payments.payout.paid -payments.payout.failed
    banking.statement_line.booked`,
  'charge-capture': `
    care.service.completed care.service.cancelled inventory.stock_move.posted billing.charge.created finance.customer_invoice.issued
    billing.claim.submitted billing.claim.accepted -billing.claim.denied billing.remittance.received`,
  'replenishment': `
    inventory.consumption.recorded inventory.stock_level.below_threshold inventory.transfer.requested inventory.transfer.received`,
  'employee-to-approver': `
    hr.employee.hired hr.employee.changed hr.employee.left hr.employee.synced
    identity.approval_right.assigned identity.approval_right.revoked hr.timesheet.approved hr.payroll.posted`,
  'master-data': `
    masterdata.item.changed masterdata.item.synced masterdata.supplier.changed masterdata.supplier.synced
    masterdata.customer.changed masterdata.customer.synced masterdata.contract.changed masterdata.contract.synced masterdata.supplier.onboarded`,
  'batch-feeds': 'feeds.feed_run.opened feeds.feed_run.produced feeds.feed_run.delivered feeds.feed_run.loaded',
  'technical': `
    integration.step.started integration.step.succeeded integration.step.failed integration.step.retried integration.step.dead_lettered
    integration.queue.measured integration.endpoint.checked integration.deployment.released integration.credential.expiring`,
  'replay': 'execution.replay.requested execution.replay.accepted -execution.replay.refused execution.replay.completed -execution.replay.failed',
}
