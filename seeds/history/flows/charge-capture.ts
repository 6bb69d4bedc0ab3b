/** Charge capture: a completed service, the stock it used, its charge, its invoice and the insurer's answer. */
import type { Party } from '../events.ts'
import { priceIn } from '../money.ts'
import { hash32 } from '../random.ts'
import type { Story } from '../story.ts'
import { ITEMS, PAYERS, SERVICES } from '../world.ts'
import { day } from './procure-to-pay.ts'
import { exportInvoice, invoiceToLedger } from './order-to-cash.ts'

const PAYER_OF_ENTITY: Record<string, string[]> = { 'solvane-ch': ['PAY-71'], 'solvane-de': ['PAY-74'], 'solvane-uk': ['PAY-78'], 'solvane-pt': ['PAY-83'], 'solvane-kw': ['PAY-89'] }

/** Tells a service from its completion to the payer's remittance. */
export function chargeCapture(story: Story): void {
  const { random, serial, facility } = story
  const services = SERVICES.filter(item => (facility.kind === 'laboratory') === (item.channel === 'laboratory'))
  const needsStock = story.plan?.at === 'inventory.stock_move.posted'
  const service = random.pick(needsStock ? services.filter(item => item.consumes) : services)
  const item = random.pick(ITEMS)
  const insured = story.plan ? story.plan.at !== 'never' : random.chance(0.8)
  const payer: Party = insured ? PAYERS.find(candidate => candidate.id === PAYER_OF_ENTITY[facility.entity]?.[0]) ?? random.pick(PAYERS) : { type: 'customer', id: `SELF-${serial}`, name: 'Self-paying' }
  const minor = story.minor(priceIn(story.currency, Math.round(service.price * random.between(0.95, 1.1))))
  const amount = story.money(minor)
  const encounter = `enc-${hash32(7, serial).toString(16).padStart(8, '0')}`
  const object = story.object('service', `SV-${serial}`)
  const quantity = String(random.int(1, 3))
  const details = { code: service.code, performedAt: new Date(story.at).toISOString(), quantity, encounter }
  story.step('care.service.completed', { objects: [object], amount, channel: service.channel, attributes: { ...details, consumes: service.consumes } })

  if (service.consumes) {
    const stock = story.fork()
    stock.leg()
    stock.step('inventory.stock_move.posted', {
      objects: [stock.object('stock_move', `MV-${serial}`), object, stock.object('item', item.id, 'group')], channel: 'ehr-odoo-consumption',
      attributes: { item: item.id, quantity: String(story.altered('inventory.stock_move.posted', Number(quantity))), location: `${facility.id}/theatre`, lot: `L${random.int(10000, 99999)}` },
    })
  }
  story.leg()
  const charge = story.object('charge', `CH-${serial}`)
  const charged = story.altered('billing.charge.created', minor)
  story.step('billing.charge.created', { objects: [charge, object], amount: story.money(charged), attributes: details })
  const invoice = story.object('customer_invoice', `INV-${serial}`)
  invoiceToLedger(story, invoice, [charge, object], charged, payer, insured ? { payer: 'insurance' } : { payer: 'self' })
  const ledger = story.fork()
  exportInvoice(ledger, invoice, charged, payer)
  if (!insured) return
  story.leg()
  const claim = story.object('claim', `CL-${serial}`)
  story.step('billing.claim.submitted', { objects: [claim, invoice], amount: story.money(charged), counterparty: payer, attributes: { claim: claim.id } })
  story.step('billing.claim.accepted', { objects: [claim, invoice], amount: story.money(charged), counterparty: payer, attributes: { claim: claim.id } })
  const remitted = story.altered('billing.remittance.received', charged)
  story.step('billing.remittance.received', {
    objects: [story.object('remittance', `RA-${serial}`), claim, invoice], amount: story.money(remitted), counterparty: payer,
    attributes: { claim: claim.id, payerTrace: `T${serial}`, allowed: story.money(remitted), patientShare: story.money(0), adjustments: [], providerAdjustments: [], valueDate: day(story.at) },
  })
}
