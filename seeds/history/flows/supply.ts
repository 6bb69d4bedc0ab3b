/** Replenishment: consumption at a ward, a threshold crossed, a transfer from the distribution centre. */
import type { Story } from '../story.ts'
import { ITEMS } from '../world.ts'

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
