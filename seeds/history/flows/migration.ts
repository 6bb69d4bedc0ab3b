/** Migration coexistence: the same posting reported by the legacy system and by the new one. */
import { priceIn } from '../money.ts'
import type { Story } from '../story.ts'

/** Where a plan goes wrong in this flow: both lanes report the same event type. */
export const NEW_LANE = 'migration.new_lane'

/** Tells one transaction in both lanes; a plan at `NEW_LANE` makes the new lane differ or miss it. */
export function coexistence(story: Story): void {
  const { random, serial } = story
  const kind = story.plan ? 'supplier_invoice' : random.pick(['supplier_invoice', 'customer_invoice'] as const)
  const object = story.object(kind, `NV-${serial}`)
  const minor = story.minor(priceIn(story.currency, Math.round(random.logNormal(64_000, 0.9))))
  const type = `finance.${kind}.posted`
  const fault = story.plan?.at === NEW_LANE ? story.plan.fault : undefined
  story.step(type, { objects: [object], amount: story.money(minor), integration: 'navarro-odoo-coexistence', attributes: { lane: 'legacy', reference: serial } })
  if (fault?.how === 'missing') return
  const factor = fault?.how === 'altered' ? fault.factor : 1
  story.step(type, { objects: [object], amount: story.money(Math.round(minor * factor)), integration: kind === 'supplier_invoice' ? 'odoo-ledgerline-supplier-invoices' : 'ledgerline-odoo-postings', work: 1_800_000, attributes: { lane: 'new', reference: serial } })
}
