/**
 * Subset sum by meeting in the middle (Horowitz and Sahni 1974, doi:10.1145/321812.321823): the sums of each half, made in ascending
 * order by merging, are walked against each other once. 2^(n/2) sums a half: 40 candidates take a million each, 25 MB.
 */

/** More than so many candidates are not taken: 2^20 sums a half. */
export const HALVED_CANDIDATES = 40

interface Sums { sums: Float64Array; masks: Uint32Array }

/**
 * At most `wanted` sets of `weights` (safe integers ≥ 0, at most {@link HALVED_CANDIDATES}) with a sum in [low, high], the empty one among
 * them if it fits; positions in `weights`. All of them if there are fewer than `wanted`. Throws RangeError for too many candidates.
 */
export function halvedSubsets(weights: readonly number[], low: number, high: number, wanted: number): number[][] {
  if (weights.length > HALVED_CANDIDATES) throw new RangeError(`at most ${HALVED_CANDIDATES} candidates`)
  const half = weights.length >> 1
  const left = ascendingSums(weights.slice(0, half))
  const right = ascendingSums(weights.slice(half))
  const found: number[][] = []
  let upper = right.sums.length - 1
  for (let at = 0; at < left.sums.length; at++) {
    const sum = left.sums[at] as number
    while (upper >= 0 && sum + (right.sums[upper] as number) > high) upper--
    if (upper < 0) break
    for (let other = upper; other >= 0 && sum + (right.sums[other] as number) >= low; other--) {
      found.push([...positionsOf(left.masks[at] as number, 0), ...positionsOf(right.masks[other] as number, half)])
      if (found.length >= wanted) return found
    }
  }
  return found
}

/** All sums of the weights in ascending order, each with its members as bits. */
function ascendingSums(weights: readonly number[]): Sums {
  let current: Sums = { sums: new Float64Array(1), masks: new Uint32Array(1) }
  weights.forEach((weight, position) => {
    current = merged(current, weight, 1 << position)
  })
  return current
}

/** The sums without and with one more weight. */
function merged({ sums, masks }: Sums, weight: number, bit: number): Sums {
  const count = sums.length
  const next: Sums = { sums: new Float64Array(count * 2), masks: new Uint32Array(count * 2) }
  let without = 0
  let withIt = 0
  for (let at = 0; at < count * 2; at++) {
    if (without < count && (sums[without] as number) <= (sums[withIt] as number) + weight) {
      next.sums[at] = sums[without] as number
      next.masks[at] = masks[without++] as number
    } else {
      next.sums[at] = (sums[withIt] as number) + weight
      next.masks[at] = (masks[withIt++] as number) | bit
    }
  }
  return next
}

function positionsOf(mask: number, offset: number): number[] {
  const positions: number[] = []
  for (let rest = mask, position = offset; rest !== 0; rest >>>= 1, position++) if (rest & 1) positions.push(position)
  return positions
}
