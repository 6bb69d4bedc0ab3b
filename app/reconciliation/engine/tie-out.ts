/**
 * The proof of a run. Per side, account and currency: opening + new − allocated − written off − excluded ± reversed = closing, signed by
 * direction; and in every match the right side's allocations less the left's are exactly its closing differences.
 */
import type { Direction, Match, ReconItem } from '#queries/model/reconciliation.ts'
import { usesOf } from './allocate.ts'
import { isClosing } from './differences.ts'
import { byId } from './rules.ts'

/** A run that does not tie out must not finish. */
export class TieOutError extends Error {
  readonly code = 'tie_out'
  constructor(what: string) {
    super(`does not tie out: ${what}`)
    this.name = 'TieOutError'
  }
}

/** Signed minor units: a debit counts negative. */
export interface TotalMinor { side: string; account: string; currency: string; opening: bigint; new: bigint; allocated: bigint; writtenOff: bigint; excluded: bigint; reversed: bigint; closing: bigint }

/** An item's end: what is open of it, written off, or left out, in minor units without sign. `isNew`: not there at the last run. */
export interface ItemEnd { item: ReconItem; open: bigint; writtenOff: bigint; excluded: boolean; isNew: boolean }

const sign = (direction: Direction | null): bigint => (direction === 'debit' ? -1n : 1n)

/** The totals of a run's end. `matches`: all that are decided. Throws {@link TieOutError} naming what does not agree. Sorted by side, account, currency. */
export function tieOut(ends: readonly ItemEnd[], matches: readonly Match[]): TotalMinor[] {
  const byItem = new Map(ends.map(({ item }) => [item.id, item]))
  const allocated = new Map<string, bigint>()
  const reversed = new Map<string, bigint>()
  for (const match of matches) {
    const within = checkMatch(match, byItem)
    const column = within ? reversed : allocated
    for (const [id, used] of usesOf(match.allocations)) column.set(id, (column.get(id) ?? 0n) + used)
  }
  const totals = new Map<string, TotalMinor>()
  for (const { item, open, writtenOff, excluded, isNew } of [...ends].sort((a, b) => byId(a.item, b.item))) {
    const key = JSON.stringify([item.side, item.account, item.currency])
    const total = totals.get(key) ?? { side: item.side, account: item.account, currency: item.currency, opening: 0n, new: 0n, allocated: 0n, writtenOff: 0n, excluded: 0n, reversed: 0n, closing: 0n }
    totals.set(key, total)
    const factor = sign(item.direction)
    total[isNew ? 'new' : 'opening'] += factor * item.minor
    // What passes before this engine took has been allocated too.
    total.allocated += factor * ((allocated.get(item.id) ?? 0n) + item.minor - item.open)
    total.writtenOff += factor * writtenOff
    total.excluded += factor * (excluded ? item.open : 0n)
    total.reversed -= factor * (reversed.get(item.id) ?? 0n)
    total.closing += factor * (excluded ? 0n : open)
  }
  for (const total of totals.values()) {
    const expected = total.opening + total.new - total.allocated - total.writtenOff - total.excluded + total.reversed
    if (expected !== total.closing) throw new TieOutError(`${total.side} ${total.account} ${total.currency}: ${expected} expected, ${total.closing} open`)
  }
  return [...totals].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, total]) => total)
}

/** Checks a match's differences; true for one between items of a single side (a reversal). */
function checkMatch(match: Match, items: ReadonlyMap<string, ReconItem>): boolean {
  const lefts = new Set(match.allocations.map(({ a }) => a))
  const sums = new Map<string, bigint>()
  const sides = new Set<string>()
  for (const [id, used] of usesOf(match.allocations)) {
    const item = items.get(id)
    if (!item) throw new TieOutError(`match ${match.id} names an item that is not in the run`)
    sides.add(item.side)
    const amount = sign(item.direction) * used
    sums.set(item.currency, (sums.get(item.currency) ?? 0n) + (lefts.has(id) ? -amount : amount))
  }
  if (sides.size === 1) {
    // Both ends are on one side: together they are nothing.
    for (const [id, used] of usesOf(match.allocations)) {
      const item = items.get(id)
      if (item && lefts.has(id)) sums.set(item.currency, (sums.get(item.currency) ?? 0n) + 2n * sign(item.direction) * used)
    }
  }
  for (const { minor, currency } of match.differences.filter(isClosing)) sums.set(currency, (sums.get(currency) ?? 0n) - minor)
  for (const [currency, sum] of sums) if (sum !== 0n) throw new TieOutError(`match ${match.id}: its sides differ by ${sum} ${currency} beside its differences`)
  return sides.size === 1
}
