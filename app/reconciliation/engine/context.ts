/** What a pass works on: the ledger, what people declined, and where matches and suggestions go. */
import type { Match, ReconItem } from '#queries/model/reconciliation.ts'
import { Ledger } from './allocate.ts'
import { daysApart } from './days.ts'
import { byId, isKeyed, type EngineRule, type EngineSet, type Facts } from './rules.ts'

/** Two items, in any order, as one text. */
export const pairKey = (a: string, b: string): string => JSON.stringify(a < b ? [a, b] : [b, a])

const amountKey = ({ side, currency, minor, counterparty }: ReconItem): string => JSON.stringify([side, currency, String(minor), counterparty])

export class PassContext {
  readonly set: EngineSet
  readonly facts: Facts
  readonly ledger: Ledger
  readonly suggestions = new Map<string, Match>()
  readonly #declined: ReadonlySet<string>
  readonly #byAmount = new Map<string, string[]>()

  constructor(set: EngineSet, facts: Facts, ledger: Ledger, declined: ReadonlySet<string>) {
    this.set = set
    this.facts = facts
    this.ledger = ledger
    this.#declined = declined
    for (const item of ledger.items.values()) {
      const key = amountKey(item)
      const same = this.#byAmount.get(key)
      if (same) same.push(item.id)
      else this.#byAmount.set(key, [item.id])
    }
  }

  /** Items of a side that are still open in full with this item's open amount, currency and counterparty. */
  equals(item: ReconItem, side: string): string[] {
    return (this.#byAmount.get(amountKey({ ...item, side, minor: item.open })) ?? []).filter(id => this.ledger.open(id) === item.open && !this.facts.excluded.has(id))
  }

  /** What is open of a side now, by id; left-out items are not among them. */
  openItems(side: string): ReconItem[] {
    return [...this.ledger.items.values()].filter(item => item.side === side && this.ledger.open(item.id) > 0n && !this.facts.excluded.has(item.id)).map(item => ({ ...item, open: this.ledger.open(item.id) })).sort(byId)
  }

  /** True where a person has declined any pair across the two lists. */
  anyDeclined(left: readonly ReconItem[], right: readonly ReconItem[]): boolean {
    return this.#declined.size > 0 && left.some(a => right.some(b => this.#declined.has(pairKey(a.id, b.id))))
  }

  /** Takes a decided match. One that a person's declined pair forbids or that no longer fits is dropped: false. */
  take(match: Match | null): boolean {
    if (match === null || this.#forbidden(match) || !this.ledger.fits(match)) return false
    this.ledger.take(match)
    return true
  }

  /** Keeps a suggestion; the first one with an id stays. */
  suggest(match: Match | null): void {
    if (match === null || this.#forbidden(match) || this.suggestions.has(match.id)) return
    this.suggestions.set(match.id, { ...match, decided: false })
  }

  /** Items that a suggestion so far is about. */
  suggested(): Set<string> {
    return new Set([...this.suggestions.values()].flatMap(({ allocations }) => allocations.flatMap(({ a, b }) => [a, b])))
  }

  #forbidden(match: Match): boolean {
    return match.allocations.some(({ a, b }) => this.#declined.has(pairKey(a, b)))
  }

  /** True where the rule may put the two into one match: window, counterparty, and no person said no. */
  mayPair(left: ReconItem, right: ReconItem, rule: EngineRule): boolean {
    if (this.#declined.has(pairKey(left.id, right.id))) return false
    const apart = daysApart(left.date, right.date)
    if (rule.days !== null && apart !== null && apart > rule.days) return false
    if (isKeyed(rule) && !rule.sameCounterparty) return true
    const known = left.counterparty !== null && right.counterparty !== null
    return known ? left.counterparty === right.counterparty : !rule.sameCounterparty
  }
}
