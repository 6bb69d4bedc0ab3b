/** Order to cash: services for other institutions paid by bank transfer, and a day's card payments that the gateway pays out together. */
import type { Party, SeedObject } from '../events.ts'
import { priceIn } from '../money.ts'
import type { Story } from '../story.ts'
import { CUSTOMERS } from '../world.ts'
import { GATEWAY_OF_ENTITY } from '../group.ts'
import { day } from './procure-to-pay.ts'

const HOUR = 3_600_000
const BANK_FEED: Record<string, string> = { 'solvane-ch': 'reussgau-odoo-notifications', 'solvane-de': 'donautal-odoo-statements', 'solvane-pt': 'donautal-odoo-statements', 'solvane-uk': 'pennine-odoo-statements', 'solvane-kw': 'sahil-odoo-statements' }

/** Issue, export and posting of a customer invoice; shared with charge capture. `related` are touched by the issue. */
export function invoiceToLedger(story: Story, invoice: SeedObject, related: readonly SeedObject[], minor: number, customer: Party, attributes: Record<string, unknown>): void {
  const amount = story.money(minor)
  story.leg()
  story.step('finance.customer_invoice.issued', {
    objects: [invoice, ...related], amount, counterparty: customer, ...(related.length === 0 ? { elapsed: 60_000 } : {}),
    attributes: { issueDate: day(story.at), dueDate: day(story.at + 30 * 24 * HOUR), reference: invoice.id.replaceAll('-', ''), customer: customer.id, costCentre: String(story.random.int(41, 58) * 100), ...attributes },
  })
}

/** Export to and posting in the accounting system. */
export function exportInvoice(story: Story, invoice: SeedObject, minor: number, customer: Party): void {
  story.step('finance.customer_invoice.exported', { objects: [invoice], amount: story.money(story.altered('finance.customer_invoice.exported', minor)), counterparty: customer })
  story.step('finance.customer_invoice.posted', { objects: [invoice], amount: story.money(minor), counterparty: customer, integration: 'ledgerline-odoo-postings' })
}

/** Now and then part of an invoice is credited some days after it was posted. */
function creditNote(story: Story, invoice: SeedObject, minor: number, customer: Party): void {
  if (story.plan || !story.random.chance(0.02)) return
  const note = story.object('credit_note', `CN-${story.serial}`)
  story.leg()
  story.step('finance.credit_note.issued', {
    objects: [note, invoice], amount: story.money(Math.max(1, Math.round(minor * 0.1))), counterparty: customer, work: 30 * HOUR,
    attributes: { issueDate: day(story.at), reference: note.id, appliesTo: invoice.id, customer: customer.id },
  })
}

/** Tells an order of another institution: delivered, invoiced, exported, paid by transfer, posted. */
export function orderToCash(story: Story): void {
  const { random, serial } = story
  const customer = random.pick(CUSTOMERS)
  const minor = story.minor(priceIn(story.currency, Math.round(random.logNormal(86_000, 1.0))))
  const order = story.object('sales_order', `SO-${serial}`)
  const amount = story.money(minor)
  story.step('sales.order.placed', { objects: [order], amount, counterparty: customer })
  story.leg()
  story.step('sales.order.delivered', { objects: [order, story.object('delivery', `DN-${serial}`)], amount, counterparty: customer })
  const invoice = story.object('customer_invoice', `INV-${serial}`)
  invoiceToLedger(story, invoice, [order], minor, customer, {})
  const paid = story.fork()
  exportInvoice(story, invoice, minor, customer)
  creditNote(story, invoice, minor, customer)
  transfer(paid, invoice, minor, customer)
}

/** The customer's transfer reaches the bank and is posted against the invoice. */
function transfer(story: Story, invoice: SeedObject, minor: number, customer: Party): void {
  const { serial } = story
  const received = story.money(story.altered('payments.payment.received', minor))
  const payment = story.object('payment', `TRF-${serial}`)
  const line = story.object('bank_line', `${story.facility.entity}-${serial}-C`)
  const entity = story.facility.entity
  story.leg()
  story.step('banking.statement_line.booked', {
    objects: [line, payment], amount: received, counterparty: customer, noFacility: true, channel: 'statements', work: 120 * HOUR,
    attributes: { bookingDate: day(story.at), valueDate: day(story.at), direction: 'credit', remittance: `${invoice.id} ${customer.name}`, endToEndId: `TRF${serial}`, bankReference: `B${serial}C`, account: `${entity}-main`, counterpartyName: customer.name, bookingStatus: 'booked' },
  })
  const payments = story.repeats('payments.payment.received') ? [payment, story.object('payment', `TRF-${serial}-2`)] : [payment]
  for (const one of payments) {
    story.step('payments.payment.received', {
      objects: [one, invoice], amount: received, counterparty: customer, integration: BANK_FEED[entity] ?? 'reussgau-odoo-notifications',
      attributes: { valueDate: day(story.at), method: 'bank_transfer', reference: invoice.id, gatewayId: one.id.replaceAll('-', ''), customer: customer.id },
    })
    story.step('payments.payment.posted', { objects: [one, invoice], amount: received, counterparty: customer })
  }
}

/** Tells a credit on the bank account that no payment, payout or invoice explains. */
export function strayBankLine(story: Story): void {
  const { serial, random } = story
  const entity = story.facility.entity
  const customer = random.pick(CUSTOMERS)
  story.step('banking.statement_line.booked', {
    objects: [story.object('bank_line', `${entity}-${serial}-X`)], amount: story.money(story.minor(priceIn(story.currency, random.int(4_000, 900_000)))), counterparty: customer, noFacility: true, channel: 'statements',
    attributes: { bookingDate: day(story.at), valueDate: day(story.at), direction: 'credit', remittance: customer.name, endToEndId: 'NOTPROVIDED', bankReference: `B${serial}X`, account: `${entity}-main`, counterpartyName: customer.name, bookingStatus: 'booked' },
  })
}

/** Tells a day's card payments at a facility whose entity has a gateway account: payments, now and then a refund, one payout, the bank's credit. */
export function cardDay(story: Story): void {
  const { random, serial, currency } = story
  const entity = story.facility.entity
  const gateway = GATEWAY_OF_ENTITY[entity]
  if (!gateway) return
  const payout = story.object('payout', `po_${serial.replace('-', '')}${random.hex(1)}`)
  const begin = story.at
  const payments: SeedObject[] = []
  const count = story.plan ? 3 : random.int(3, 8)
  let net = 0
  for (let index = 0; index < count; index++) {
    const sale = story.fork()
    sale.at = begin + index * 35 * 60_000
    const minor = index === 0 ? story.minor(priceIn(currency, random.int(20, 480) * 100)) : priceIn(currency, random.int(20, 480) * 100)
    const fee = Math.round(minor * 0.014) + 25
    const customer: Party = { type: 'customer', id: `GUEST-${serial}${index}`, name: 'Card holder' }
    const payment = story.object('payment', `ch_${serial.replace('-', '')}${index}${random.hex(1)}`)
    payments.push(payment)
    const invoice = story.object('customer_invoice', `INC-${serial}${String(index).padStart(2, '0')}`)
    invoiceToLedger(sale, invoice, [], minor, customer, {})
    const ledger = sale.fork()
    exportInvoice(ledger, invoice, minor, customer)
    const attributes = { valueDate: day(sale.at), method: 'card', reference: invoice.id, gatewayId: payment.id.replace('ch_', 'pi_'), payout: payout.id, customer: customer.id, fee: story.money(fee) }
    sale.leg()
    sale.step('payments.payment.received', { objects: [payment, invoice], amount: story.money(minor), counterparty: customer, integration: gateway, elapsed: 40_000, attributes })
    if (!sale.over) net += minor - fee
    sale.step('payments.payment.posted', { objects: [payment, invoice], amount: story.money(minor), counterparty: customer })
    const refunded = index === 0 && (story.plan ? /refund|dispute/.test(story.plan.at) : random.chance(0.25))
    if (refunded) net -= refundOrDispute(sale, payment, minor, gateway, payout)
  }
  net -= accountFee(story, payout, gateway)
  settle(story, payout, payments, story.altered('payments.payout.paid', net), begin, gateway)
}

/** A refund of a payment, or, where the plan is about one, a dispute; returns what it takes from the payout. */
function refundOrDispute(story: Story, payment: SeedObject, minor: number, gateway: string, payout: SeedObject): number {
  const { serial } = story
  const attributes = { payment: payment.id, payout: payout.id, valueDate: day(story.at), reference: payment.id, reason: 'requested_by_customer' }
  const amount = story.money(minor)
  story.leg()
  if (story.plan?.at.includes('dispute')) {
    const dispute = story.object('dispute', `dp_${serial.replace('-', '')}`)
    // opened after this payout was put together: what is lost is taken from a later one
    const contested = { ...attributes, payout: null }
    story.step('payments.dispute.opened', { objects: [dispute, payment], amount, integration: gateway, work: 20 * HOUR, attributes: contested })
    story.step('payments.dispute.won', { objects: [dispute, payment], amount, integration: gateway, attributes: contested })
    return 0
  }
  const refund = story.object('refund', `re_${serial.replace('-', '')}`)
  story.step('payments.refund.created', { objects: [refund, payment], amount, integration: gateway, work: 3 * HOUR, attributes })
  story.step('payments.refund.paid', { objects: [refund, payment], amount, integration: gateway, attributes })
  return minor
}

/** What the gateway charges for the account, taken from the payout as a fee of its own. */
function accountFee(story: Story, payout: SeedObject, integration: string): number {
  if (story.plan || !story.random.chance(0.3)) return 0
  const minor = 900
  story.leg()
  story.step('payments.fee.charged', {
    objects: [story.object('fee', `txn_${story.serial.replace('-', '')}`), payout], amount: story.money(minor), noFacility: true, integration,
    attributes: { payout: payout.id, valueDate: day(story.at), reference: payout.id, reason: 'account_fee' },
  })
  return minor
}

function settle(story: Story, payout: SeedObject, payments: readonly SeedObject[], net: number, begin: number, integration: string): void {
  const amount = story.money(net)
  story.leg()
  story.at = begin + 14 * HOUR
  story.step('payments.payout.paid', {
    objects: [payout, ...payments], amount, noFacility: true, integration, elapsed: 6 * HOUR,
    attributes: { arrivalDate: day(story.at + 48 * HOUR), gatewayId: payout.id, statementDescriptor: 'SOLVANE' },
  })
  const line = story.object('bank_line', `${story.facility.entity}-${story.serial}-P`)
  story.leg()
  story.step('banking.statement_line.booked', {
    objects: [line, payout], amount, noFacility: true, channel: 'statements',
    attributes: { bookingDate: day(story.at), valueDate: day(story.at), direction: 'credit', remittance: `STRIPE ${payout.id}`, endToEndId: payout.id, bankReference: `B${story.serial}P`, account: `${story.facility.entity}-main`, counterpartyName: 'Stripe', bookingStatus: 'booked' },
  })
}
