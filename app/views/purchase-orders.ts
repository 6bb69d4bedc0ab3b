/** Purchase orders: from the requisition to the bank's debit, and which orders are stuck where. */
import type { ViewDefinition } from './definition.ts'

export const PURCHASE_ORDERS: ViewDefinition = {
  id: 'purchase-orders',
  title: 'Purchase orders',
  noun: { one: 'requisition or order', many: 'requisitions and orders' },
  figure: { name: 'Stuck purchase orders', definition: 'Requisitions and purchase orders whose step failed without recovery or is past its due time.' },
  headline: 'stuck_purchase_orders',
  defaults: {},
  within: { process: ['procure-to-pay'], objectType: ['purchase_requisition', 'purchase_order', 'shipment', 'goods_receipt', 'supplier_invoice', 'credit_note', 'supplier_payment', 'bank_line'] },
  cuts: [
    {
      key: 'approvals', name: 'Approvals waiting', definition: 'Requisitions that nobody has decided in the time allowed, or whose approval could not be recorded.',
      filter: { step: ['procurement.purchase_requisition.approved'], objectType: ['purchase_requisition'] },
    },
    {
      key: 'late_acknowledgments', name: 'Not confirmed by the supplier', definition: 'Orders that reached the supplier’s network and were not confirmed in time, or whose confirmation could not be taken over, or that the supplier refused.',
      filter: { step: ['procurement.purchase_order.acknowledged', 'procurement.purchase_order.refused'], objectType: ['purchase_order'] },
    },
    {
      key: 'late_receipts', name: 'Late deliveries and receipts', definition: 'Confirmed orders without a shipping notice, and announced ones without a goods receipt, past their due time; receipts that could not be booked.',
      filter: { step: ['procurement.shipment.announced', 'procurement.goods_receipt.posted'], objectType: ['purchase_order', 'shipment', 'goods_receipt'] },
    },
  ],
  stages: [
    { milestone: 'procurement.purchase_requisition.raised', object: 'purchase_requisition' },
    { milestone: 'procurement.purchase_requisition.approved', object: 'purchase_requisition' },
    { milestone: 'procurement.purchase_order.created', object: 'purchase_order' },
    { milestone: 'procurement.purchase_order.transmitted', object: 'purchase_order' },
    { milestone: 'procurement.purchase_order.acknowledged', object: 'purchase_order' },
    { milestone: 'procurement.shipment.announced', object: 'purchase_order' },
    { milestone: 'procurement.goods_receipt.posted', object: 'purchase_order' },
    { milestone: 'procurement.goods_receipt.quality_checked', object: 'goods_receipt' },
    { milestone: 'finance.supplier_invoice.received', object: 'supplier_invoice' },
    { milestone: 'finance.supplier_invoice.matched', object: 'supplier_invoice' },
    { milestone: 'finance.supplier_payment.scheduled', object: 'supplier_payment' },
    { milestone: 'finance.supplier_payment.executed', object: 'supplier_payment' },
    { milestone: 'banking.statement_line.booked', object: 'supplier_payment' },
  ],
  counterparty: 'Supplier',
}
