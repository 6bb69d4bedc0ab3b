/** Money that came and went back, or an invoice and the credit note that takes it all back: one side, opposite directions, nothing left. */
import type { ReconItem } from '#queries/model/reconciliation.ts'
import type { PassContext } from './context.ts'
import { matchId } from './match-id.ts'

/**
 * Takes pairs of one side, account, currency and amount with opposite directions that share a key's value or a reference, where each has
 * only the other. `sides`: those of the set. The later takes back the earlier.
 */
export function reversalPass(context: PassContext, sides: readonly string[]): void {
  for (const side of [...sides].sort()) {
    const groups = new Map<string, ReconItem[]>()
    for (const item of context.openItems(side)) {
      if (item.open !== item.minor) continue
      for (const label of new Set([...Object.values(item.keys), ...item.references])) {
        if (label === '') continue
        const key = JSON.stringify([label, item.account, item.currency, String(item.open)])
        groups.set(key, [...(groups.get(key) ?? []), item])
      }
    }
    for (const items of groups.values()) reverse(context, items)
  }
}

function reverse(context: PassContext, items: readonly ReconItem[]): void {
  const [one, other] = items
  if (!one || !other || items.length !== 2 || (one.direction === 'debit') === (other.direction === 'debit')) return
  const [first, second] = (one.date ?? '') <= (other.date ?? '') ? [one, other] : [other, one]
  context.take({
    id: matchId(context.set.id, [first.id, second.id]), decided: true, rule: 'reversal', pass: 'exact', allocations: [{ a: first.id, b: second.id, aMinor: -first.open, bMinor: -second.open }],
    differences: [], score: 1, reasons: ['Taken back in full', 'Same reference, opposite direction'], ambiguous: false, alternatives: [],
  })
}
