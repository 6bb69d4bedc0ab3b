/** Master data: changed at the system of record, synced to a consumer. */
import type { Story } from '../story.ts'

const GROUP = 'group'
const CONSUMER = { item: 'warehouse', supplier: 'ledgerline', customer: 'odoo', contract: 'odoo' } as const
const PREFIX = { item: 'ITM', supplier: 'SUP', customer: 'CUS', contract: 'CTR' } as const
export type MasterObject = keyof typeof CONSUMER

/** The flow of one kind of master data. */
export function masterData(kind: MasterObject): (story: Story) => void {
  return story => {
    const object = story.object(kind, `${PREFIX[kind]}-${story.serial}`, GROUP)
    const { random } = story
    const channel = kind === 'item' && story.facility.kind === 'pharmacy' ? 'pharmacy-items' : ''
    story.step(`masterdata.${kind}.changed`, { objects: [object], channel, attributes: { field: random.pick(['name', 'unit', 'price', 'taxCode', 'address']) } })
    story.step(`masterdata.${kind}.synced`, { objects: [object], channel, attributes: { consumer: channel ? 'pharmacy-system' : CONSUMER[kind] } })
    if (kind === 'supplier' && !story.plan && random.chance(0.1)) story.step('masterdata.supplier.onboarded', { objects: [object], work: 7_200_000 })
  }
}
