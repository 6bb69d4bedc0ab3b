/**
 * Items that evidence (a key, references) has joined, resolved to matches: equal pairs first, then the whole, then one against several of those
 * it names, then payments in part. What has more than one answer is suggested with its alternatives and not taken.
 */
import type { Match, ReconItem } from '#queries/model/reconciliation.ts'
import { buildMatch, exchangeOf, sumOf } from './build.ts'
import type { PassContext } from './context.ts'
import { explain } from './differences.ts'
import { exchanged } from './exchange.ts'
import { joined } from './graph.ts'
import { byId, isKeyed, magnitude, signed, toleranceOf, underCap, type EngineRule, type EngineSet } from './rules.ts'
import { subsetSum } from './subset-sum.ts'

/** A sum alone decides among so many candidates at most. */
export const RULE_OF_TWELVE = 12
/** A group that is larger is not looked at as a whole. */
const LARGEST_GROUP = 500

export interface Evidence {
  linked(left: ReconItem, right: ReconItem): boolean
  /** why these belong together, in words */
  words(left: readonly ReconItem[], right: readonly ReconItem[]): string
}

/** Resolves one connected group. Differences within tolerance and payments in part count in the pass `tolerance` only. */
export function resolve(context: PassContext, rule: EngineRule, lefts: readonly ReconItem[], rights: readonly ReconItem[], evidence: Evidence): void {
  const group = new Group(context, rule, lefts, rights, evidence)
  group.pairs()
  for (const { left, right } of group.parts()) group.whole(left, right)
  group.stars()
  if (rule.pass === 'tolerance') for (const { left, right } of group.parts()) group.inPart(left, right)
}

class Group {
  readonly #context: PassContext
  readonly #rule: EngineRule
  readonly #lefts: readonly ReconItem[]
  readonly #rights: readonly ReconItem[]
  readonly #evidence: Evidence
  /** items with several equal answers: nothing may be taken of them */
  readonly #contested = new Set<string>()

  constructor(context: PassContext, rule: EngineRule, lefts: readonly ReconItem[], rights: readonly ReconItem[], evidence: Evidence) {
    this.#context = context
    this.#rule = rule
    this.#lefts = [...lefts].sort(byId)
    this.#rights = [...rights].sort(byId)
    this.#evidence = evidence
  }

  /** Pairs that are equal, or that a stated fee, discount, rate or the tolerance makes equal, where both have no other such partner. */
  pairs(): void {
    const { left, right } = this.#open()
    const links = left.flatMap(a => right.filter(b => this.#evidence.linked(a, b) && this.#explained([a], [b]) !== null).map(b => [a, b] as const))
    const count = new Map<string, number>()
    for (const pair of links) for (const { id } of pair) count.set(id, (count.get(id) ?? 0) + 1)
    for (const [a, b] of links) {
      if (count.get(a.id) === 1 && count.get(b.id) === 1) this.#take([a], [b])
    }
    this.#contest(links.filter(pair => pair.some(({ id }) => (count.get(id) ?? 0) > 1)))
  }

  /** Pairs that compete: as many on both sides, each with each, are one match together; otherwise it cannot be told. */
  #contest(links: readonly (readonly [ReconItem, ReconItem])[]): void {
    const items = [...new Map(links.flat().map(item => [item.id, item])).values()].sort(byId)
    const position = new Map(items.map((item, index) => [item.id, index]))
    for (const members of joined(links.map(([a, b]) => [position.get(a.id) ?? 0, position.get(b.id) ?? 0]))) {
      const those = members.map(index => items[index] as ReconItem)
      const ids = new Set(those.map(({ id }) => id))
      const own = links.filter(([a]) => ids.has(a.id))
      const [left, right] = [those.filter(({ side }) => side === this.#rule.left), those.filter(({ side }) => side === this.#rule.right)]
      if (left.length === right.length && own.length === left.length * right.length && this.#take(left, right)) continue
      for (const { id } of those) this.#contested.add(id)
      for (const item of left) this.#ambiguous([item], own.filter(([a]) => a.id === item.id).map(([, b]) => [b]), true)
      for (const item of right) this.#ambiguous([item], own.filter(([, b]) => b.id === item.id).map(([a]) => [a]), false)
    }
  }

  /** All of both sides together. */
  whole(left: readonly ReconItem[], right: readonly ReconItem[]): void {
    if (left.length + right.length < 3 || left.length + right.length > LARGEST_GROUP || this.#touched(left, right)) return
    if (this.#explained(left, right) !== null) this.#take(left, right)
  }

  /** One item against all, or exactly one choice, of those it is linked with; stars that want the same item are none. */
  stars(): void {
    const { left, right } = this.#open()
    const found: { hub: ReconItem; spokes: ReconItem[]; hubIsLeft: boolean }[] = []
    for (const [hubs, others, hubIsLeft] of [[left, right, true], [right, left, false]] as const) {
      for (const hub of hubs) {
        const spokes = others.filter(other => (hubIsLeft ? this.#evidence.linked(hub, other) : this.#evidence.linked(other, hub)) && other.currency === hub.currency)
        if (this.#contested.has(hub.id) || spokes.length < 2 || spokes.length > LARGEST_GROUP || spokes.some(({ id }) => this.#contested.has(id))) continue
        const sets = this.#answers(hub, spokes, hubIsLeft)
        if (sets.length === 1 && sets[0]) found.push({ hub, spokes: sets[0], hubIsLeft })
        else if (sets.length > 1) {
          for (const { id } of [hub, ...sets.flat()]) this.#contested.add(id)
          this.#ambiguous([hub], sets, hubIsLeft)
        }
      }
    }
    const claims = new Map<string, number>()
    for (const { hub, spokes } of found) for (const { id } of [hub, ...spokes]) claims.set(id, (claims.get(id) ?? 0) + 1)
    for (const { hub, spokes, hubIsLeft } of found) {
      const members = [hub, ...spokes]
      const [a, b] = hubIsLeft ? [[hub], spokes] : [spokes, [hub]]
      if (members.every(({ id }) => claims.get(id) === 1) && !this.#touched(a, b)) this.#take(a, b)
      else this.#context.suggest(this.#match(a, b, false))
    }
  }

  /** The sets of spokes that answer the hub: all of them, or what exactly adds up among at most twelve. */
  #answers(hub: ReconItem, spokes: readonly ReconItem[], hubIsLeft: boolean): ReconItem[][] {
    const all = hubIsLeft ? this.#explained([hub], spokes) : this.#explained(spokes, [hub])
    if (all !== null) return [[...spokes]]
    if (spokes.length > RULE_OF_TWELVE) return []
    const answer = subsetSum(spokes.map(spoke => signed(spoke, spoke.open)), signed(hub, hub.open))
    const sets = answer.answer === 'unique' ? [answer.subset] : answer.answer === 'ambiguous' ? answer.subsets : []
    return sets.map(subset => subset.map(index => spokes[index] as ReconItem))
  }

  /** Payments that do not reach, or go beyond, the one item they name; or beyond all that one payment names. A key joins more than that: what of one item's members is missing is said. */
  inPart(left: readonly ReconItem[], right: readonly ReconItem[]): void {
    const oneWay = new Set([...left, ...right].map(({ direction }) => direction === 'debit')).size === 1
    const oneCurrency = new Set([...left, ...right].map(({ currency }) => currency)).size === 1
    if (!oneCurrency || this.#touched(left, right)) return
    const [paid, owed] = [magnitude(sumOf(left)), magnitude(sumOf(right))]
    const star = left.length === 1 || right.length === 1
    const clear = oneWay && (right.length === 1 ? left.length === 1 || paid < owed : left.length === 1 && paid > owed)
    const known = left.every(a => right.every(b => a.counterparty !== null && a.counterparty === b.counterparty))
    const keyedGroup = isKeyed(this.#rule) && left.length + right.length > 2
    if ((isKeyed(this.#rule) ? star : clear && known) && (keyedGroup || !this.#paysAnother(left, right))) this.#take(left, right)
    else this.#context.suggest(this.#match(left, right, false))
  }

  /** The payment is exactly what another open item of the same counterparty is about: then its reference may be a slip. */
  #paysAnother(left: readonly ReconItem[], right: readonly ReconItem[]): boolean {
    const named = new Set(right.map(({ id }) => id))
    return left.some(item => this.#context.equals(item, this.#rule.right).some(id => !named.has(id)))
  }

  /** What is left, in pieces that links hold together. */
  parts(): { left: ReconItem[]; right: ReconItem[] }[] {
    const { left, right } = this.#open()
    const links = left.flatMap((a, at) => right.flatMap((b, other) => (this.#evidence.linked(a, b) ? [[at, left.length + other] as const] : [])))
    return joined(links).map(members => ({
      left: members.filter(index => index < left.length).map(index => left[index] as ReconItem),
      right: members.filter(index => index >= left.length).map(index => right[index - left.length] as ReconItem),
    }))
  }

  #open(): { left: ReconItem[]; right: ReconItem[] } {
    const still = (items: readonly ReconItem[]): ReconItem[] => items.flatMap(item => {
      const open = this.#context.ledger.open(item.id)
      return open > 0n ? [{ ...item, open }] : []
    })
    return { left: still(this.#lefts), right: still(this.#rights) }
  }

  #touched(left: readonly ReconItem[], right: readonly ReconItem[]): boolean {
    return [...left, ...right].some(({ id }) => this.#contested.has(id)) || this.#context.anyDeclined(left, right)
  }

  #explained(left: readonly ReconItem[], right: readonly ReconItem[]): ReturnType<typeof explain> {
    return explained(this.#context, this.#rule, left, right)
  }

  #match(left: readonly ReconItem[], right: readonly ReconItem[], decided: boolean, alternatives: Match['alternatives'] = []): Match | null {
    const differences = this.#explained(left, right) ?? []
    return buildMatch(this.#context.set, this.#rule, { left, right, differences, decided, alternatives, score: decided ? 1 : 0.5, reasons: reasonsOf(left, right, this.#evidence.words(left, right), differences) })
  }

  #take(left: readonly ReconItem[], right: readonly ReconItem[]): boolean {
    const largest = [...left, ...right].reduce((most, { open }) => (open > most ? open : most), 0n)
    const match = this.#match(left, right, true)
    if (underCap(this.#rule, largest, right[0]?.currency ?? '')) return this.#context.take(match)
    this.#context.suggest(match)
    return false
  }

  #ambiguous(hub: readonly ReconItem[], sets: readonly (readonly ReconItem[])[], hubIsLeft: boolean): void {
    const [first, ...others] = sets
    if (!first || others.length === 0) return
    const [left, right] = hubIsLeft ? [hub, first] : [first, hub]
    const reason = this.#evidence.words(left, right)
    this.#context.suggest(this.#match(left, right, false, others.map(set => ({ items: set.map(({ id }) => id).sort(), score: 0.5, reasons: [reason] }))))
  }
}

/** The closing differences with which the two sides are equal under the rule; null where they are not. */
export function explained({ set, facts }: PassContext, rule: EngineRule, left: readonly ReconItem[], right: readonly ReconItem[]): ReturnType<typeof explain> {
  const currency = right[0]?.currency ?? ''
  const [one, other] = [left[0], right[0]]
  if (one && other && left.length === 1 && right.length === 1 && one.currency !== other.currency) {
    const rate = facts.rates.get(one.id) ?? facts.rates.get(other.id)
    const value = rate && exchanged(one.open, one.currency, other.currency, rate)
    if (value === null || value === undefined || (one.direction === 'debit') !== (other.direction === 'debit')) return null
    const off = magnitude(value - other.open)
    const allowed = toleranceOf(set.tolerance, other.open, other.currency)
    return off <= (allowed > 1n ? allowed : 1n) ? exchangeOf(one, other) : null
  }
  if ([...left, ...right].some(item => item.currency !== currency)) return null
  const [leftSum, rightSum] = [sumOf(left), sumOf(right)]
  // Money against nothing, or in the other direction, is never explained.
  if (leftSum === 0n || rightSum === 0n || leftSum < 0n !== rightSum < 0n) return null
  return explain(left, right, { left: leftSum, right: rightSum, currency }, facts, rule.pass === 'tolerance' ? set.tolerance : EXACT)
}

const EXACT: EngineSet['tolerance'] = { absolute: {}, relative: '0', days: 0 }

/** A match's reasons: its evidence, how the amounts stand, how many there are. */
export function reasonsOf(left: readonly ReconItem[], right: readonly ReconItem[], evidence: string, differences: readonly { reason: string }[]): string[] {
  const equal = differences.length > 0 ? differences.map(({ reason }) => `Difference: ${reason.replaceAll('_', ' ')}`) : sumOf(left) === sumOf(right) ? [left.length + right.length > 2 ? 'Amounts add up' : 'Same amount'] : ['Amounts differ']
  return [evidence, ...new Set(equal), ...(left.length + right.length > 2 ? [`${left.length} to ${right.length} items`] : [])]
}
