/** Replenishment: consumption at a ward, a threshold crossed, a transfer from the distribution centre or an order to a supplier. */
import type { Story } from '../story.ts'
import { formatMinor, priceIn } from '../money.ts'
import { ITEMS, SUPPLIERS } from '../world.ts'
import { orderAndPay } from './procure-to-pay.ts'

/** Tells a cycle of one stock location: consumption until it is below its threshold, a transfer, the receipt. */
export function replenishment(story: Story): void {
  const { random, facility, serial } = story
  const candidates = ITEMS.filter(item => story.criticality === 'critical' ? item.criticality === 'critical' : item.criticality !== 'critical')
  const item = random.pick(candidates)
  const article = story.object('item', item.id, 'group')
  const location = `${facility.id}/${random.pick(['ward-2', 'ward-3', 'theatre', 'icu', 'emergency', 'store'])}`
  for (let turn = random.int(1, 3); turn > 0; turn--) {
    story.step('inventory.consumption.recorded', { objects: [article], channel: facility.kind === 'pharmacy' ? 'pharmacy' : 'ehr', elapsed: 50 * 60_000, attributes: { item: item.id, quantity: String(random.int(1, 12)), location } })
  }
  story.leg()
  const level = story.object('stock_level', `SL-${serial}`)
  const transfer = story.object('transfer', `TR-${serial}`)
  const attributes = { item: item.id, location, onHand: String(random.int(0, 9)), threshold: String(random.int(10, 40)) }
  story.step('inventory.stock_level.below_threshold', { objects: [level, article], attributes })
  story.step('inventory.transfer.requested', { objects: [transfer, level, article], attributes: { item: item.id, quantity: String(random.int(20, 80)), location } })
  story.step('inventory.transfer.received', { objects: [transfer, level, article], attributes: { item: item.id, quantity: '20', location } })
}

/** Tells a shelf that falls below its threshold and for which goods are ordered from a supplier: the order names the shelf. */
export function replenishmentOrder(story: Story): void {
  const { random, facility, serial, currency } = story
  const item = random.pick(ITEMS.filter(each => story.criticality === 'critical' ? each.criticality === 'critical' : each.criticality !== 'critical'))
  const supplier = random.pick(SUPPLIERS)
  const article = story.object('item', item.id, 'group')
  const level = story.object('stock_level', `SL-${serial}`)
  story.step('inventory.stock_level.below_threshold', { objects: [level, article], attributes: { item: item.id, location: `${facility.id}/store`, onHand: String(random.int(0, 4)), threshold: String(random.int(10, 40)) } })
  const quantity = random.int(20, 80)
  const given = story.minor(0)
  const unit = given > 0 ? given : priceIn(currency, item.price)
  const minor = given > 0 ? given : unit * quantity
  story.leg()
  orderAndPay(story, {
    supplier, amount: story.money(minor), cause: [level, article],
    lines: [{ line: 1, item: item.id, quantity: given > 0 ? '1' : String(quantity), unitPrice: formatMinor(unit, currency), unit: item.unit, minor }],
  })
}
