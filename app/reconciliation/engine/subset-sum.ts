/**
 * Which of these amounts add up to that one? Exact, in integer minor units, and honest about it: `unique`, `ambiguous` with the
 * alternatives, `none`, or `not_decided` with the limit that was hit. A set of candidates counts by its members, not by its amounts: two
 * items of the same amount are two answers.
 *
 * Negative amounts (credit notes) are turned round first: leaving a negative amount out is the same as taking its positive counterpart
 * with a target raised by it. In the same way "all but these few" is looked for as "these few" where that is smaller, and what all
 * amounts and the target have as a common divisor is taken out.
 */
import { dynamicSubsets, DP_CANDIDATES, DP_TARGET } from './subset-sum-dynamic.ts'
import { halvedSubsets, HALVED_CANDIDATES } from './subset-sum-halves.ts'

/** Alternatives named in an ambiguous answer unless told otherwise. */
export const ALTERNATIVES = 5

/** What the search stops at: each is stated in a `not_decided` answer. */
export const SUBSET_LIMITS = {
  /** up to so many candidates by meet in the middle, whatever their amounts */
  halved: HALVED_CANDIDATES,
  /** beyond, by dynamic programming: at most so many candidates … */
  candidates: DP_CANDIDATES,
  /** … and a target of at most so many minor units after turning round and reducing */
  target: DP_TARGET,
} as const
export type SubsetLimit = keyof typeof SUBSET_LIMITS | 'magnitude'

export type SubsetAnswer =
  /** exactly one set; positions in `amounts`, ascending */
  | { answer: 'unique'; subset: readonly number[] }
  /** several; the smallest first, `complete` if no others exist */
  | { answer: 'ambiguous'; subsets: readonly (readonly number[])[]; complete: boolean }
  | { answer: 'none' }
  | { answer: 'not_decided'; limit: SubsetLimit; allowed: number; actual: number }

export interface SubsetOptions {
  /** a sum may be off by so many minor units, in both directions; 0 if absent */
  tolerance?: bigint
  /** how many alternatives an ambiguous answer names, 2 to 100; {@link ALTERNATIVES} if absent */
  alternatives?: number
}

/**
 * The non-empty sets of `amounts` (minor units of one currency, negative allowed) whose sum is `target` within the tolerance.
 * The answer depends on the order of `amounts` only in which alternatives are named, so callers sort by item id.
 * Memory is at most 100 MB for any input.
 */
export function subsetSum(amounts: readonly bigint[], target: bigint, { tolerance = 0n, alternatives = ALTERNATIVES }: SubsetOptions = {}): SubsetAnswer {
  const low = target - tolerance
  const high = target + tolerance
  const reach = amounts.reduce((sum, amount) => sum + (amount < 0n ? -amount : amount), high < 0n ? -high : high)
  if (reach > BigInt(Number.MAX_SAFE_INTEGER)) return { answer: 'not_decided', limit: 'magnitude', allowed: Number.MAX_SAFE_INTEGER, actual: Number(reach) }
  const problem = positive(amounts.map(Number), Number(low), Number(high))
  if (problem === null) return { answer: 'none' }
  // One more than the alternatives tells whether that was all; another one may be the empty set turned round.
  const wanted = alternatives + 2
  const count = problem.weights.length
  if (count > HALVED_CANDIDATES) {
    if (count > DP_CANDIDATES) return { answer: 'not_decided', limit: 'candidates', allowed: DP_CANDIDATES, actual: count }
    if (problem.high > DP_TARGET) return { answer: 'not_decided', limit: 'target', allowed: DP_TARGET, actual: problem.high }
  }
  const found = (count > HALVED_CANDIDATES ? dynamicSubsets : halvedSubsets)(problem.weights, problem.low, problem.high, wanted)
  const subsets = found.map(subset => original(subset, problem)).filter(subset => subset.length > 0)
  const [first] = subsets
  if (first === undefined) return { answer: 'none' }
  if (subsets.length === 1) return { answer: 'unique', subset: first }
  return { answer: 'ambiguous', subsets: subsets.sort(bySize).slice(0, alternatives), complete: subsets.length <= alternatives }
}

interface Positive {
  /** what is left to choose from: positive or zero */
  weights: number[]
  /** position of each weight in the original amounts */
  positions: number[]
  low: number
  high: number
  /** original positions whose choice is turned round: chosen here means left out there */
  turned: Set<number>
}

/** The same question with positive weights and the smaller of the two targets; null where nothing can add up. */
function positive(amounts: readonly number[], low: number, high: number): Positive | null {
  const turned = new Set<number>()
  let [from, to] = [low, high]
  amounts.forEach((amount, position) => {
    if (amount >= 0) return
    turned.add(position)
    from -= amount
    to -= amount
  })
  const sizes = amounts.map(Math.abs)
  const total = sizes.reduce((sum, size) => sum + size, 0)
  if (to < 0 || from > total) return null
  if (from + to > total) {
    ;[from, to] = [total - to, total - from]
    for (const position of sizes.keys()) if (!turned.delete(position)) turned.add(position)
  }
  from = Math.max(0, from)
  const positions = [...sizes.keys()].filter(position => (sizes[position] ?? 0) <= to).sort((a, b) => (sizes[b] ?? 0) - (sizes[a] ?? 0) || a - b)
  const weights = positions.map(position => sizes[position] ?? 0)
  const divisor = weights.reduce(greatestDivisor, 0)
  if (divisor <= 1) return { weights, positions, low: from, high: to, turned }
  const [reducedLow, reducedHigh] = [Math.ceil(from / divisor), Math.floor(to / divisor)]
  return reducedLow > reducedHigh ? null : { weights: weights.map(weight => weight / divisor), positions, low: reducedLow, high: reducedHigh, turned }
}

function greatestDivisor(a: number, b: number): number {
  let [left, right] = [a, b]
  while (right > 0) [left, right] = [right, left % right]
  return left
}

function original(subset: readonly number[], { positions, turned }: Positive): number[] {
  const chosen = new Set(turned)
  for (const index of subset) {
    const position = positions[index] ?? 0
    if (!chosen.delete(position)) chosen.add(position)
  }
  return [...chosen].sort((a, b) => a - b)
}

/** Fewest members first, then by position: what a person would look at first. */
function bySize(a: readonly number[], b: readonly number[]): number {
  if (a.length !== b.length) return a.length - b.length
  const index = a.findIndex((position, at) => position !== b[at])
  return index < 0 ? 0 : (a[index] ?? 0) - (b[index] ?? 0)
}
