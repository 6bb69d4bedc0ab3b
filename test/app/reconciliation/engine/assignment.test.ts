import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { assign, type Candidate } from '#app/reconciliation/engine/assignment.ts'

/** All assignments of the greatest total, by trying every one; each as a sorted list of pairs. */
function allBest(candidates: readonly Candidate[]): { total: number; assignments: string[][] } {
  const lefts = [...new Set(candidates.map(({ left }) => left))].sort()
  const weights = new Map<string, number>()
  for (const { left, right, weight } of candidates) weights.set(`${left}-${right}`, Math.max(weight, weights.get(`${left}-${right}`) ?? 0))
  let total = 0
  let assignments: string[][] = [[]]
  const visit = (index: number, taken: readonly string[], pairs: readonly string[], sum: number): void => {
    const left = lefts[index]
    if (left === undefined) {
      if (sum > total) [total, assignments] = [sum, []]
      if (sum === total && !assignments.some(other => other.join() === pairs.join())) assignments.push([...pairs])
      return
    }
    visit(index + 1, taken, pairs, sum)
    for (const [pair, weight] of weights) {
      const [from, right = ''] = pair.split('-')
      if (from === left && !taken.includes(right)) visit(index + 1, [...taken, right], [...pairs, pair], sum + weight)
    }
  }
  visit(0, [], [], 0)
  return { total, assignments }
}

const graphs = fc.array(fc.record({ left: fc.constantFrom('a', 'b', 'c', 'd', 'e'), right: fc.constantFrom('v', 'w', 'x', 'y', 'z'), weight: fc.integer({ min: 1, max: 4 }) }), { maxLength: 14 })

describe('assignment', () => {
  it('is globally best, and a pair is unique where every best assignment has it', () => {
    fc.assert(fc.property(graphs, candidates => {
      const found = assign(candidates)
      const { total, assignments } = allBest(candidates)
      expect(found.reduce((sum, { weight }) => sum + weight, 0)).toBe(total)
      for (const side of ['left', 'right'] as const) expect(new Set(found.map(pair => pair[side])).size).toBe(found.length)
      for (const { left, right, unique } of found) expect({ pair: `${left}-${right}`, unique }).toEqual({ pair: `${left}-${right}`, unique: assignments.every(pairs => pairs.includes(`${left}-${right}`)) })
    }), { numRuns: 3000, seed: 20261121 })
  })

  it('does not depend on the order of the candidates', () => {
    fc.assert(fc.property(graphs.chain(graph => fc.tuple(fc.constant(graph), fc.shuffledSubarray(graph, { minLength: graph.length }))), ([graph, shuffled]) => {
      expect(assign(shuffled)).toEqual(assign(graph))
    }), { numRuns: 300, seed: 1 })
  })

  it('takes the pair that comes later where both gain by it', () => {
    const candidates = [{ left: 'p1', right: 'i1', weight: 90 }, { left: 'p1', right: 'i2', weight: 80 }, { left: 'p2', right: 'i1', weight: 85 }]
    expect(assign(candidates)).toEqual([{ left: 'p1', right: 'i2', weight: 80, unique: true }, { left: 'p2', right: 'i1', weight: 85, unique: true }])
  })

  it('says that two equal claims on one item are none', () => {
    expect(assign([{ left: 'p1', right: 'i1', weight: 7 }, { left: 'p2', right: 'i1', weight: 7 }])).toMatchObject([{ unique: false }])
  })

  it('solves a thousand that all compete', () => {
    const candidates = Array.from({ length: 1000 }, (_, left) => Array.from({ length: 5 }, (_unused, step) => ({ left: `p${left}`, right: `i${(left + step * 7) % 1000}`, weight: 1000 + ((left * 31 + step * 17) % 101) }))).flat()
    const found = assign(candidates)
    expect(found).toHaveLength(1000)
  })

  it('refuses a weight that is no positive integer', () => {
    expect(() => assign([{ left: 'a', right: 'b', weight: 0 }])).toThrow(RangeError)
    expect(() => assign([{ left: 'a', right: 'b', weight: 0.5 }])).toThrow(RangeError)
  })
})
