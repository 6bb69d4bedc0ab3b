/** Medians and tails by definition, over generated figures. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { atLeast, deviationOf } from '#app/assistance/robust.ts'

const figures = fc.array(fc.integer({ min: 0, max: 1000 }), { minLength: 1, maxLength: 15 })

describe('a deviation', () => {
  it('is nothing for the usual figure and grows with the distance', () => {
    fc.assert(fc.property(figures, fc.integer({ min: 0, max: 500 }), (compared, more) => {
      const usual = deviationOf(0, compared, () => 1).usual
      const near = deviationOf(usual + more, compared, () => 1)
      const far = deviationOf(usual + more + 1, compared, () => 1)
      expect(deviationOf(usual, compared, () => 1).score).toBe(0)
      expect(far.score).toBeGreaterThan(near.score)
      expect(near.lowest).toBe(Math.min(...compared))
      expect(near.highest).toBe(Math.max(...compared))
    }))
  })
  it('is hardly moved by one wild week', () => {
    fc.assert(fc.property(fc.array(fc.integer({ min: 90, max: 110 }), { minLength: 6, maxLength: 12 }), fc.integer({ min: 0, max: 1_000_000 }), (compared, wild) => {
      const { usual } = deviationOf(100, [...compared, wild], () => 1)
      expect(usual).toBeGreaterThanOrEqual(90)
      expect(usual).toBeLessThanOrEqual(110)
    }))
  })
  it('by hand: 40 against 100, 104, 96, 100, 108, 92 is 60 below, in deviations of 4 × 1.4826', () => {
    expect(deviationOf(40, [100, 104, 96, 100, 108, 92], () => 0)).toEqual({ usual: 100, lowest: 92, highest: 108, compared: 6, score: -60 / (4 * 1.4826) })
  })
})

describe('the tail of the binomial distribution', () => {
  const choose = (n: number, k: number): number => (k === 0 ? 1 : (choose(n - 1, k - 1) * n) / k)
  it('is the sum of its terms', () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 0, max: 20 }), fc.integer({ min: 1, max: 99 }), (hits, tries, percent) => {
      const chance = percent / 100
      let sum = 0
      for (let count = hits; count <= tries; count++) sum += choose(tries, count) * chance ** count * (1 - chance) ** (tries - count)
      expect(atLeast(hits, tries, chance)).toBeCloseTo(sum, 10)
    }))
  })
  it('by hand: four heads of four is a sixteenth', () => {
    expect(atLeast(4, 4, 0.5)).toBeCloseTo(1 / 16, 12)
    expect([atLeast(0, 5, 0.1), atLeast(3, 2, 0.9), atLeast(1, 5, 0), atLeast(3, 5, 1)]).toEqual([1, 0, 0, 1])
  })
})
