/** Items for the engine's tests: amounts in minor units, everything else plain unless given. */
import type { ReconItem } from '#queries/model/reconciliation.ts'

export function item(side: string, id: string, minor: bigint, more: Partial<ReconItem> = {}): ReconItem {
  return {
    id: `${side}:test/${side}/${id}`, side, object: { namespace: 'test', type: side, id, line: null }, minor, open: minor, currency: 'EUR', direction: null, account: 'main',
    date: null, keys: {}, references: [], counterparty: null, counterpartyName: null, facility: 'f1', entity: 'e1', dueAt: null, ...more,
  }
}
