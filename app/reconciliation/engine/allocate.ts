/**
 * Who has taken how much of which item. An item is used up to its amount and never beyond; taking a match back gives its items what it took
 * and nothing else changes.
 *
 * An allocation is negative on both of its ends where the two items have opposite directions (a refund inside a payout, a credit note among
 * invoices): it lessens what the others take. A match uses of an item the absolute value of all its allocations there.
 */
import type { Allocation, ItemStatus, Match, ReconItem } from '#queries/model/reconciliation.ts'
import { magnitude } from './rules.ts'

/** A match wanted more of an item than it has left. */
export class OverAllocationError extends Error {
  readonly code = 'over_allocation'
  constructor(item: string, wanted: bigint, open: bigint) {
    super(`${item}: ${wanted} wanted, ${open} open`)
    this.name = 'OverAllocationError'
  }
}

/** What each item gives to the allocations together, in minor units, never negative. */
export function usesOf(allocations: readonly Allocation[]): Map<string, bigint> {
  const sums = new Map<string, bigint>()
  for (const { a, b, aMinor, bMinor } of allocations) {
    sums.set(a, (sums.get(a) ?? 0n) + aMinor)
    sums.set(b, (sums.get(b) ?? 0n) + bMinor)
  }
  for (const [item, sum] of sums) sums.set(item, magnitude(sum))
  return sums
}

/** What is open of each item while matches are made and taken back. */
export class Ledger {
  readonly items: ReadonlyMap<string, ReconItem>
  readonly #open: Map<string, bigint>
  readonly #taken = new Map<string, Match>()
  readonly #writtenOff = new Map<string, bigint>()

  /** Starts from each item's `open`. Throws RangeError for two items of one id. */
  constructor(items: readonly ReconItem[]) {
    this.items = new Map(items.map(item => [item.id, item]))
    if (this.items.size !== items.length) throw new RangeError('an item stands twice in the list')
    this.#open = new Map(items.map(item => [item.id, item.open]))
  }

  /** Minor units of the item that nothing has taken. */
  open(id: string): bigint {
    return this.#open.get(id) ?? 0n
  }

  /** The item with what is open of it now; undefined for an unknown one. */
  current(id: string): ReconItem | undefined {
    const item = this.items.get(id)
    return item && { ...item, open: this.open(id) }
  }

  /** Takes what the match uses, all or nothing. Throws {@link OverAllocationError}; RangeError for a match that was taken already. */
  take(match: Match): void {
    if (this.#taken.has(match.id)) throw new RangeError(`match ${match.id} was taken already`)
    const uses = usesOf(match.allocations)
    for (const [id, used] of uses) if (used > this.open(id)) throw new OverAllocationError(id, used, this.open(id))
    for (const [id, used] of uses) this.#open.set(id, this.open(id) - used)
    this.#taken.set(match.id, match)
  }

  /** True where every item has what the match would use. */
  fits(match: Match): boolean {
    return !this.#taken.has(match.id) && [...usesOf(match.allocations)].every(([id, used]) => used <= this.open(id))
  }

  /** Gives back what a match took. Throws RangeError if it was not taken. */
  release(id: string): void {
    const match = this.#taken.get(id)
    if (!match) throw new RangeError(`match ${id} was not taken`)
    for (const [item, used] of usesOf(match.allocations)) this.#open.set(item, this.open(item) + used)
    this.#taken.delete(id)
  }

  /** Writes off part or all of what is open. Throws {@link OverAllocationError}. */
  writeOff(id: string, minor: bigint): void {
    if (minor > this.open(id)) throw new OverAllocationError(id, minor, this.open(id))
    this.#open.set(id, this.open(id) - minor)
    this.#writtenOff.set(id, (this.#writtenOff.get(id) ?? 0n) + minor)
  }

  /** Minor units of the item that were written off. */
  writtenOff(id: string): bigint {
    return this.#writtenOff.get(id) ?? 0n
  }

  /** The matches taken, in the order of their ids. */
  get matches(): Match[] {
    return [...this.#taken.values()].sort((a, b) => (a.id < b.id ? -1 : 1))
  }
}

/** The one state of an item. `suggested`: at least one suggestion names it; `asOf`: ISO instant of the run. */
export function itemStatus(item: ReconItem, open: bigint, { writtenOff, excluded, suggested, asOf }: { writtenOff: bigint; excluded: boolean; suggested: boolean; asOf: string }): ItemStatus {
  if (excluded) return 'excluded'
  if (open === 0n && writtenOff > 0n) return 'written_off'
  if (open === 0n) return 'matched'
  if (open + writtenOff < item.minor) return 'partially_matched'
  if (suggested) return 'suggested'
  return item.dueAt !== null && Date.parse(item.dueAt) > Date.parse(asOf) ? 'expected' : 'unmatched'
}
