import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { dynamicSubsets } from '#app/reconciliation/engine/subset-sum-dynamic.ts'
import { halvedSubsets } from '#app/reconciliation/engine/subset-sum-halves.ts'
import { subsetSum, type SubsetAnswer } from '#app/reconciliation/engine/subset-sum.ts'

const LONG = process.env['SIGNALBOX_LONG'] === '1'
const minor = (...amounts: number[]): bigint[] => amounts.map(BigInt)

/** Every non-empty set that adds up, by trying all of them. */
function exhaustive(amounts: readonly number[], target: number, tolerance: number): number[][] {
  const found: number[][] = []
  for (let mask = 1; mask < 2 ** amounts.length; mask++) {
    const positions = amounts.map((_, position) => position).filter(position => (mask >> position) & 1)
    const sum = positions.reduce((total, position) => total + (amounts[position] ?? 0), 0)
    if (Math.abs(sum - target) <= tolerance) found.push(positions)
  }
  return found
}

const inOrder = (subsets: readonly (readonly number[])[]): string[] => subsets.map(subset => [...subset].sort((a, b) => a - b).join(',')).sort()

function agrees(answer: SubsetAnswer, truth: number[][]): void {
  if (truth.length === 0) expect(answer).toEqual({ answer: 'none' })
  else if (truth.length === 1) expect(answer).toEqual({ answer: 'unique', subset: truth[0] })
  else {
    if (answer.answer !== 'ambiguous') throw new Error(`${answer.answer} where ${truth.length} sets add up`)
    const all = new Set(inOrder(truth))
    expect(answer.complete).toBe(truth.length <= 5)
    expect(answer.subsets).toHaveLength(Math.min(5, truth.length))
    expect(new Set(inOrder(answer.subsets)).size).toBe(answer.subsets.length)
    for (const subset of inOrder(answer.subsets)) expect(all).toContain(subset)
  }
}

/** Up to 12 candidates: small amounts (many sums meet), large ones (few do), credit notes, zeros, common divisors. */
const cases = fc.record({
  amounts: fc.oneof(fc.array(fc.integer({ min: -9, max: 40 }), { maxLength: 12 }), fc.array(fc.integer({ min: 1, max: 5000 }), { maxLength: 12 }), fc.array(fc.integer({ min: -20, max: 90 }).map(value => value * 25), { maxLength: 11 })),
  target: fc.oneof(fc.integer({ min: -60, max: 300 }), fc.integer({ min: 0, max: 20_000 })),
  picked: fc.integer({ min: 0, max: 4095 }), usePicked: fc.boolean(),
  tolerance: fc.constantFrom(0, 0, 1, 3),
})

/** Half of the targets are the sum of some of the amounts. */
function targetOf({ amounts, target, picked, usePicked }: { amounts: number[]; target: number; picked: number; usePicked: boolean }): number {
  return usePicked ? amounts.reduce((sum, amount, position) => ((picked >> position) & 1 ? sum + amount : sum), 0) : target
}

function compare(runs: number): void {
  fc.assert(fc.property(cases, example => {
    const target = targetOf(example)
    agrees(subsetSum(minor(...example.amounts), BigInt(target), { tolerance: BigInt(example.tolerance) }), exhaustive(example.amounts, target, example.tolerance))
  }), { numRuns: runs, seed: 20261121 })
}

describe('subset sum', () => {
  it('agrees with trying all sets, on 5,000 random cases', () => compare(5000))
  it.runIf(LONG)('agrees with trying all sets, on 100,000 random cases [long]', () => compare(100_000), 600_000)

  it('finds the same sets by meeting in the middle, by a list and by bits', () => {
    fc.assert(fc.property(cases, example => {
      const weights = example.amounts.map(Math.abs)
      const high = Math.abs(targetOf(example)) + example.tolerance
      const low = Math.max(0, high - 2 * example.tolerance)
      const halved = inOrder(halvedSubsets(weights, low, high, 1e6))
      for (const listed of [0, 4, 1e6]) expect(inOrder(dynamicSubsets(weights, low, high, 1e6, listed))).toEqual(halved)
    }), { numRuns: 2000, seed: 7 })
  })

  it('is unique, ambiguous or none', () => {
    expect(subsetSum(minor(1250, 980, 4300), 5280n)).toEqual({ answer: 'unique', subset: [1, 2] })
    expect(subsetSum(minor(1000, 1000, 300), 1300n)).toEqual({ answer: 'ambiguous', subsets: [[0, 2], [1, 2]], complete: true })
    expect(subsetSum(minor(1250, 980), 999n)).toEqual({ answer: 'none' })
    expect(subsetSum([], 0n)).toEqual({ answer: 'none' })
    expect(subsetSum(minor(500), 0n)).toEqual({ answer: 'none' })
  })

  it('takes credit notes as negative amounts, and less than nothing as a target', () => {
    expect(subsetSum(minor(10_000, -1500, 700), 8500n)).toEqual({ answer: 'unique', subset: [0, 1] })
    expect(subsetSum(minor(-300, -450, 900), -750n)).toEqual({ answer: 'unique', subset: [0, 1] })
    expect(subsetSum(minor(500, -500, 70), 0n)).toEqual({ answer: 'unique', subset: [0, 1] })
  })

  it('allows for a tolerance in both directions', () => {
    expect(subsetSum(minor(1000, 2000), 3003n, { tolerance: 2n })).toEqual({ answer: 'none' })
    expect(subsetSum(minor(1000, 2000), 3003n, { tolerance: 3n })).toEqual({ answer: 'unique', subset: [0, 1] })
    expect(subsetSum(minor(1000, 2000), 2997n, { tolerance: 3n })).toEqual({ answer: 'unique', subset: [0, 1] })
  })

  it('names as many alternatives as asked and says if there are more', () => {
    const ten = minor(...Array.from({ length: 10 }, () => 100))
    const answer = subsetSum(ten, 200n, { alternatives: 3 })
    expect(answer).toMatchObject({ answer: 'ambiguous', complete: false })
    expect(answer.answer === 'ambiguous' && answer.subsets).toHaveLength(3)
    expect(subsetSum(minor(100, 100, 100), 200n, { alternatives: 3 })).toMatchObject({ answer: 'ambiguous', complete: true })
  })

  it('decides 40 candidates of any amount', () => {
    const amounts = Array.from({ length: 40 }, (_, index) => 2n ** BigInt(index))
    expect(subsetSum(amounts, 2n ** 39n + 5n)).toEqual({ answer: 'unique', subset: [0, 2, 39] })
  })

  it('decides hundreds of candidates while the target is small enough', () => {
    const amounts = [...Array.from({ length: 299 }, (_, index) => BigInt(3 * (index + 1000))), 3001n]
    expect(subsetSum(amounts, 9013n)).toMatchObject({ answer: 'ambiguous' })
    expect(subsetSum(amounts, 3n * 1000n + 3001n)).toEqual({ answer: 'unique', subset: [0, 299] })
    expect(subsetSum(amounts, 9002n)).toEqual({ answer: 'none' })
  })

  it('looks for what is left out where that is smaller', () => {
    // 200 documents of over 100 million together, one payment for all but two of them.
    const amounts = Array.from({ length: 200 }, (_, index) => 60_000_007n + BigInt(index * index * 31))
    const target = amounts.reduce((sum, amount) => sum + amount, 0n)
    expect(subsetSum([...amounts, 12n, 17n], target)).toEqual({ answer: 'unique', subset: amounts.map((_, index) => index) })
  })

  it('says which limit stopped it', () => {
    const many = Array.from({ length: 41 }, (_, index) => 10_000_019n + BigInt(index * index))
    expect(subsetSum(many, 200_000_001n)).toEqual({ answer: 'not_decided', limit: 'target', allowed: 10_000_000, actual: 200_000_001 })
    expect(subsetSum(Array.from({ length: 1001 }, (_, index) => BigInt(index + 1)), 100_000n)).toMatchObject({ answer: 'not_decided', limit: 'candidates', allowed: 1000 })
    expect(subsetSum([2n ** 53n, 1n], 5n)).toMatchObject({ answer: 'not_decided', limit: 'magnitude' })
  })
})
