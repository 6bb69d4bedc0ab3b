/** A match from the items on its two sides: how much of each answers how much of which. */
import type { Allocation, Match, ReconItem } from '#queries/model/reconciliation.ts'
import { exchangeDifferences, isClosing, type Difference } from './differences.ts'
import { matchId } from './match-id.ts'
import { byId, magnitude, signed, type EngineRule, type EngineSet } from './rules.ts'

export interface MatchParts {
  left: readonly ReconItem[]
  right: readonly ReconItem[]
  differences?: readonly Difference[]
  score?: number
  reasons: readonly string[]
  decided: boolean
  alternatives?: Match['alternatives']
  /** several answers are equally good; true if absent and alternatives are given */
  ambiguous?: boolean
}

/** The sum of what is open of the items, debits negative, in minor units. */
export const sumOf = (items: readonly ReconItem[]): bigint => items.reduce((sum, item) => sum + signed(item, item.open), 0n)

/**
 * The match of these items as they are open now. Null where it cannot be told who answers whom: several items on both sides with both
 * directions among them, or nothing to allocate. Items must be of one currency, except one to one with an exchange.
 */
export function buildMatch(set: EngineSet, rule: EngineRule, { left, right, differences = [], score = 1, reasons, decided, alternatives = [], ambiguous = alternatives.length > 0 }: MatchParts): Match | null {
  const [lefts, rights] = [[...left].sort(byDate), [...right].sort(byDate)]
  const allocations = allocationsOf(lefts, rights, differences)
  if (allocations === null || allocations.length === 0) return null
  return {
    id: matchId(set.id, [...lefts, ...rights].map(({ id }) => id)), decided, rule: rule.id, pass: rule.pass, allocations, score, reasons,
    differences: [...differences, ...stated(lefts, rights, differences)], ambiguous, alternatives,
  }
}

/** Oldest first, then by id: in this order a payment that is short pays. */
const byDate = (a: ReconItem, b: ReconItem): number => (a.date ?? '9999') < (b.date ?? '9999') ? -1 : (a.date ?? '9999') > (b.date ?? '9999') ? 1 : byId(a, b)

function allocationsOf(left: readonly ReconItem[], right: readonly ReconItem[], differences: readonly Difference[]): Allocation[] | null {
  const [first, other] = [left[0], right[0]]
  if (!first || !other) return null
  if (first.currency !== other.currency) {
    return left.length === 1 && right.length === 1 ? [{ a: first.id, b: other.id, aMinor: first.open, bMinor: other.open }] : null
  }
  const closing = differences.filter(isClosing).reduce((sum, { minor }) => sum + minor, 0n)
  if (left.length === 1) return star(first, right, closing, true)
  if (right.length === 1) return star(other, left, closing, false)
  return transport(left, right, closing)
}

/** One item against several: each gives what it has, with its sign; the difference stands at the largest. */
function star(hub: ReconItem, spokes: readonly ReconItem[], closing: bigint, hubIsLeft: boolean): Allocation[] | null {
  const factor = (spoke: ReconItem): bigint => ((spoke.direction === 'debit') === (hub.direction === 'debit') ? 1n : -1n)
  const sum = spokes.reduce((total, spoke) => total + factor(spoke) * spoke.open, 0n)
  const correction = signed(hub, closing) * (hubIsLeft ? -1n : 1n)
  if (sum + correction <= 0n) return null
  const largest = [...spokes].filter(spoke => factor(spoke) > 0n).sort((a, b) => (a.open === b.open ? byId(a, b) : a.open > b.open ? -1 : 1))[0]
  // What goes the other way is used up first and makes room for the rest.
  let room = spokes.reduce((total, spoke) => (factor(spoke) < 0n ? total + spoke.open : total), hub.open - correction)
  const allocations: Allocation[] = []
  for (const spoke of spokes) {
    const against = factor(spoke) < 0n
    const used = against || spoke.open <= room ? spoke.open : room
    if (!against) room -= used
    if (used === 0n) continue
    const own = factor(spoke) * used
    const hubs = own + (spoke === largest ? correction : 0n)
    allocations.push(hubIsLeft ? { a: hub.id, b: spoke.id, aMinor: hubs, bMinor: own } : { a: spoke.id, b: hub.id, aMinor: own, bMinor: hubs })
  }
  return allocations
}

/** Several against several of one direction: oldest against oldest until one side is used up; the difference stands at the last pair. */
function transport(left: readonly ReconItem[], right: readonly ReconItem[], closing: bigint): Allocation[] | null {
  const direction = left[0]?.direction === 'debit'
  if ([...left, ...right].some(item => (item.direction === 'debit') !== direction)) return null
  const allocations: Allocation[] = []
  const more = direction ? -closing : closing
  const rest = new Map([...left, ...right].map(({ id, open }) => [id, open]))
  for (let [a, b] = [0, 0]; a < left.length && b < right.length;) {
    const [from, to] = [left[a] as ReconItem, right[b] as ReconItem]
    const [has, wants] = [rest.get(from.id) ?? 0n, rest.get(to.id) ?? 0n]
    const used = has < wants ? has : wants
    if (used > 0n) allocations.push({ a: from.id, b: to.id, aMinor: used, bMinor: used })
    rest.set(from.id, has - used)
    rest.set(to.id, wants - used)
    if (has <= wants) a++
    if (wants <= has) b++
  }
  const last = allocations.at(-1)
  if (last && more > 0n) last.bMinor += more
  if (last && more < 0n) last.aMinor -= more
  return allocations
}

/** What stays open on a side, if the closing differences do not say it: the match is short, over or paid in part. */
function stated(left: readonly ReconItem[], right: readonly ReconItem[], differences: readonly Difference[]): Difference[] {
  const currency = right[0]?.currency ?? ''
  if (differences.length > 0 || left.some(item => item.currency !== currency)) return []
  const missing = sumOf(right) - sumOf(left)
  if (missing === 0n) return []
  // With money in both directions nobody paid in part: somebody is not there.
  if (new Set([...left, ...right].map(({ direction }) => direction === 'debit')).size > 1) return [{ reason: 'missing_member', minor: missing, currency }]
  const less = magnitude(sumOf(left)) < magnitude(sumOf(right))
  return [{ reason: less ? 'part_payment' : 'over_payment', minor: missing, currency }]
}

/** The entries of an exchange for a pair of different currencies. */
export const exchangeOf = (left: ReconItem, right: ReconItem): Difference[] => exchangeDifferences({ minor: signed(left, left.open), currency: left.currency }, { minor: signed(right, right.open), currency: right.currency })
