/** Procure to pay: requisition, order, shipment, receipt, supplier invoice, payment, bank. */
import type { SeedObject } from '../events.ts'
import type { Amount } from '../money.ts'
import { amountOf, formatMinor, minorOf, priceIn } from '../money.ts'
import type { Story } from '../story.ts'
import { ITEMS, SUPPLIERS } from '../world.ts'

const HOUR = 3_600_000

export interface Line { line: number; item: string; quantity: string; unitPrice: string; unit: string; minor: number }

/** One to four order lines whose sum is the order's amount; with an amount given by hand, one line of it. */
function orderLines(story: Story): { lines: Line[]; minor: number } {
  const { random, currency } = story
  const given = story.minor(0)
  if (given > 0) {
    const item = random.pick(ITEMS)
    return { minor: given, lines: [{ line: 1, item: item.id, quantity: '1', unitPrice: formatMinor(given, currency), unit: item.unit, minor: given }] }
  }
  const lines = Array.from({ length: random.int(1, 4) }, (_, index): Line => {
    const item = random.pick(ITEMS)
    const quantity = item.price > 30_000 ? random.int(1, 6) : random.int(5, 120)
    const unit = priceIn(currency, item.price)
    return { line: index + 1, item: item.id, quantity: String(quantity), unitPrice: formatMinor(unit, currency), unit: item.unit, minor: unit * quantity }
  })
  return { lines, minor: lines.reduce((sum, line) => sum + line.minor, 0) }
}

/** Tells the whole story from a requisition to the bank's debit. */
export function procureToPay(story: Story): void {
  const { random, serial } = story
  const supplier = random.pick(SUPPLIERS)
  const { lines, minor } = orderLines(story)
  const amount = story.money(minor)
  const requisition = story.object('purchase_requisition', `PR-${serial}`)

  // Routed to one of a few approvers of the facility, so that a decision has somebody it waits for.
  const approver = story.plan?.approver ?? `E-${2000 + (Number(serial.slice(-7)) % 23) * 17}`
  const substitute = story.plan?.substitute ?? null
  story.step('procurement.purchase_requisition.raised', { objects: [requisition], amount, attributes: { costCentre: String(random.int(41, 58) * 100), approver } })
  story.step('procurement.budget.checked', { objects: [requisition], amount, ...(substitute === null ? {} : { attributes: { approver: substitute } }) })
  story.step('procurement.purchase_requisition.approved', { objects: [requisition], amount, attributes: { approver: substitute ?? approver } })
  story.leg()
  orderAndPay(story, { supplier, lines, amount, cause: [requisition] })
}

/** Tells an order to a supplier from its creation to the bank's debit. `cause`: what it is ordered for. */
export function orderAndPay(story: Story, { supplier, lines, amount, cause }: { supplier: (typeof SUPPLIERS)[number]; lines: readonly Line[]; amount: Amount; cause: readonly SeedObject[] }): void {
  const { random, serial } = story
  const { channel } = supplier
  const order = story.object('purchase_order', `PO-${serial}`)
  const details = { supplier: supplier.id, contract: supplier.contract, lines: lines.map(({ minor: _, ...line }) => line) }
  story.step('procurement.purchase_order.created', { objects: [order, ...cause], amount, counterparty: supplier, attributes: { ...details, requestedDate: day(story.at + random.int(3, 14) * 24 * HOUR) } })
  story.step('procurement.price.checked', { objects: [order], amount, counterparty: supplier })
  if (!story.plan && random.chance(0.03)) story.step('procurement.purchase_order.changed', { objects: [order], amount, counterparty: supplier, channel, attributes: { field: 'requestedDate' } })
  story.step('procurement.purchase_order.transmitted', { objects: [order], amount, counterparty: supplier, channel })
  story.step('procurement.purchase_order.acknowledged', { objects: [order], amount, counterparty: supplier, channel })
  const shipment = story.object('shipment', `SHP-${serial}`)
  story.leg()
  story.step('procurement.shipment.announced', { objects: [shipment, order], amount, counterparty: supplier, channel, attributes: { carrier: random.pick(['Fernweg', 'Postlogistik', 'Medikurier']) } })
  const toReceipt = { of: 'procurement.goods_receipt.posted', part: random.between(0.2, 0.4) }
  story.step('logistics.shipment.delivered', { objects: [shipment, order], share: toReceipt })
  const receipt = story.object('goods_receipt', `GR-${serial}`)
  story.step('procurement.goods_receipt.posted', {
    objects: [receipt, order, shipment], amount, counterparty: supplier,
    attributes: { purchaseOrder: order.id, lines: lines.map(line => ({ purchaseOrderLine: line.line, item: line.item, quantity: received(story, line.quantity), unit: line.unit, lot: `L${random.int(10000, 99999)}` })) },
  })
  const checked = story.fork()
  checked.step('procurement.goods_receipt.quality_checked', { objects: [receipt, order] })
  supplierInvoice(story, amount, { supplier: supplier.id, lines: details.lines })
}

function received(story: Story, quantity: string): string {
  const { plan } = story
  if (plan?.fault.how !== 'altered' || plan.at !== 'procurement.goods_receipt.posted') return quantity
  return String(Math.max(0, Math.round(Number(quantity) * plan.fault.factor)))
}

/** The supplier's invoice and its payment. */
function supplierInvoice(story: Story, ordered: Amount, details: { supplier: string; lines: unknown[] }): void {
  const { random, serial } = story
  const supplier = SUPPLIERS.find(item => item.id === details.supplier) ?? random.pick(SUPPLIERS)
  const order = story.object('purchase_order', `PO-${serial}`)
  const receipt = story.object('goods_receipt', `GR-${serial}`)
  const invoice = story.object('supplier_invoice', `SI-${serial}`)
  const amount = amountOf(story.altered('finance.supplier_invoice.received', minorOf(ordered)), ordered.currency)
  const attributes = { issueDate: day(story.at), dueDate: day(story.at + 30 * 24 * HOUR), reference: `${supplier.id.slice(4)}/${random.int(100000, 999999)}`, supplier: supplier.id, purchaseOrder: order.id, lines: details.lines }
  story.leg()
  story.step('finance.supplier_invoice.received', { objects: [invoice, order], amount, counterparty: supplier, channel: supplier.channel, work: 16 * HOUR, attributes })
  story.step('finance.supplier_invoice.matched', { objects: [invoice, order, receipt], amount, counterparty: supplier })
  story.step('finance.supplier_invoice.posted', { objects: [invoice], amount, counterparty: supplier, share: { of: 'finance.supplier_payment.scheduled', part: 0.05 } })
  const payment = story.object('supplier_payment', `SP-${serial}`)
  story.leg()
  story.step('finance.supplier_payment.scheduled', { objects: [payment, invoice], amount, counterparty: supplier })
  story.step('finance.supplier_payment.executed', { objects: [payment, invoice], amount, counterparty: supplier, attributes: { method: 'sepa_credit_transfer', reference: attributes.reference } })
  const booked = amountOf(story.altered('banking.statement_line.booked', minorOf(amount)), amount.currency)
  const line = story.object('bank_line', `${story.facility.entity}-${serial}-D`)
  story.leg()
  story.step('banking.statement_line.booked', {
    objects: [line, payment], amount: booked, counterparty: supplier, noFacility: true, channel: 'statements',
    attributes: { bookingDate: day(story.at), valueDate: day(story.at), direction: 'debit', remittance: `${attributes.reference} ${supplier.name}`, endToEndId: `E2E${serial}`, bankReference: `B${serial}`, account: `${story.facility.entity}-main`, counterpartyName: supplier.name, bookingStatus: 'booked' },
  })
}

/** The UTC date of an instant. */
export const day = (at: number): string => new Date(at).toISOString().slice(0, 10)
