/**
 * Subset sum by dynamic programming (Bellman 1957) over bits: bit `s` says that a sum of `s` is reachable, one more weight is a shift.
 * With each sum it keeps the number of weights it took to become reachable; that is the whole history of the table, so every set that
 * adds up is walked back from it without dead ends. Time (candidates × target) / 32 words, memory 2 1/8 bytes per unit of the target.
 */

/** More candidates are not taken. */
export const DP_CANDIDATES = 1000
/** Largest target in units: 22 MB of tables. */
export const DP_TARGET = 10_000_000

/** While at most so many sums are reachable they are kept as a list; beyond, going through all words costs less. */
const LISTED = 50_000

/** Value of {@link Reached.since} for a sum that no set has. */
const NEVER = 0

interface Reached {
  /** sum → 1 + number of leading weights after which it became reachable; {@link NEVER} if not */
  since: Uint16Array
  /** leading weights that were looked at */
  used: number
}

/**
 * At most `wanted` sets of `weights` (integers ≥ 0) with a sum in [low, high] (0 ≤ low), fastest with the largest weights first; the empty one
 * counts. Positions in `weights`. All of them if there are fewer than `wanted`. Up to
 * `listed` sums are kept as a list. Throws RangeError past {@link DP_CANDIDATES} or {@link DP_TARGET}.
 */
export function dynamicSubsets(weights: readonly number[], low: number, high: number, wanted: number, listed = LISTED): number[][] {
  if (weights.length > DP_CANDIDATES || high > DP_TARGET) throw new RangeError(`at most ${DP_CANDIDATES} candidates and a target of ${DP_TARGET}`)
  const table = reach(weights, low, high, wanted, listed)
  const found: number[][] = []
  for (let sum = high; sum >= low && found.length < wanted; sum--) walkBack(table, weights, sum, table.used, [], found, wanted)
  return found
}

/** Fills the table weight by weight; stops once `wanted` sets are sure to exist. */
function reach(weights: readonly number[], low: number, high: number, wanted: number, mostListed: number): Reached {
  const since = new Uint16Array(high + 1)
  since[0] = 1
  const listed = [0]
  let bits: Uint32Array | null = null
  let top = 0
  let ahead = weights.reduce((sum, weight) => sum + weight, 0)
  // A set is counted at its last weight, so no set is counted twice.
  let known = low === 0 ? 1 : 0
  for (const [index, weight] of weights.entries()) {
    known += endingHere(since, weight, low, high)
    top = Math.min(high, top + weight)
    ahead -= weight
    // What all later weights together cannot lift to `low` leads nowhere.
    const bottom = Math.max(0, low - ahead) >>> 5
    if (bits === null && listed.length > mostListed) bits = bitsOf(listed, high)
    if (bits === null) listIn(listed, since, weight, index + 2)
    else if ((weight & 31) === 0) moveIn(bits, since, weight, bottom, top, index + 2)
    else shiftIn(bits, since, weight, bottom, top, index + 2)
    if (known >= wanted) return { since, used: index + 1 }
  }
  return { since, used: weights.length }
}

/** Adds every listed sum plus the weight that is new and not beyond the table. */
function listIn(listed: number[], since: Uint16Array, weight: number, mark: number): void {
  const count = listed.length
  for (let at = 0; at < count; at++) {
    const sum = (listed[at] as number) + weight
    if (sum >= since.length || since[sum] !== NEVER) continue
    since[sum] = mark
    listed.push(sum)
  }
}

function bitsOf(sums: readonly number[], high: number): Uint32Array {
  const bits = new Uint32Array((high >>> 5) + 1)
  for (const sum of sums) bits[sum >>> 5] = (bits[sum >>> 5] as number) | (1 << (sum & 31))
  return bits
}

/** How many sums of the window become a set whose last weight is this one, at least. */
function endingHere(since: Uint16Array, weight: number, low: number, high: number): number {
  let count = 0
  for (let sum = Math.max(low, weight); sum <= high; sum++) if (since[sum - weight] !== NEVER) count++
  return count
}

/** bits |= bits << weight from the word `bottom` to the sum `top`, noting what is new. From the highest word down, so that nothing is shifted twice. */
function shiftIn(bits: Uint32Array, since: Uint16Array, weight: number, bottom: number, top: number, mark: number): void {
  const words = weight >>> 5
  const shift = weight & 31
  const back = 32 - shift
  let upper = bits[(top >>> 5) - words] as number
  for (let word = top >>> 5; word > words && word >= bottom; word--) {
    const lower = bits[word - words - 1] as number
    const old = bits[word] as number
    const fresh = ((upper << shift) | (lower >>> back)) & ~old
    upper = lower
    if (fresh === 0) continue
    bits[word] = old | fresh
    note(since, word, fresh, mark)
  }
  if (bottom > words) return
  const old = bits[words] as number
  const fresh = (upper << shift) & ~old
  if (fresh === 0) return
  bits[words] = old | fresh
  note(since, words, fresh, mark)
}

/** The same for a weight of whole words. */
function moveIn(bits: Uint32Array, since: Uint16Array, weight: number, bottom: number, top: number, mark: number): void {
  const words = weight >>> 5
  // A weight of nothing makes no new sum.
  for (let word = top >>> 5; word >= Math.max(words, bottom) && words > 0; word--) {
    const old = bits[word] as number
    const fresh = (bits[word - words] as number) & ~old
    if (fresh === 0) continue
    bits[word] = old | fresh
    note(since, word, fresh, mark)
  }
}

/** Marks the sums of a word's new bits; those past the table's end are not asked for. */
function note(since: Uint16Array, word: number, fresh: number, mark: number): void {
  const base = word << 5
  for (let rest = fresh; rest !== 0; rest &= rest - 1) {
    const sum = base + 31 - Math.clz32(rest & -rest)
    if (sum < since.length) since[sum] = mark
  }
}

/** Every set of the first `count` weights with exactly this sum, by its last weight, until `wanted` are found. */
function walkBack(table: Reached, weights: readonly number[], sum: number, count: number, chosen: readonly number[], found: number[][], wanted: number): void {
  if (found.length >= wanted) return
  if (sum === 0) found.push([...chosen].reverse())
  for (let last = count - 1; last >= 0 && found.length < wanted; last--) {
    const rest = sum - (weights[last] ?? 0)
    if (rest < 0) continue
    const mark = table.since[rest] ?? NEVER
    if (mark !== NEVER && mark <= last + 1) walkBack(table, weights, rest, last, [...chosen, last], found, wanted)
  }
}
