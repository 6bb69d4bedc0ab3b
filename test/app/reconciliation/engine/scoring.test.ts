import { describe, expect, it } from 'vitest'
import { changedWeights, learnWeights } from '#app/reconciliation/engine/learn-weights.ts'
import { jaroWinkler, nameSimilarity } from '#app/reconciliation/engine/names.ts'
import { bitsOf, scorePair, STANDARD_WEIGHTS, type PairLevels } from '#app/reconciliation/engine/scoring.ts'
import { item } from './items.ts'

const PAIR: PairLevels = { reference: 'same', amount: 'equal', date: 'days', name: 'same', counterparty: 'same' }

describe('names', () => {
  it('agree with the published values of Jaro and Winkler', () => {
    expect(jaroWinkler('MARTHA', 'MARHTA')).toBeCloseTo(0.9611, 4)
    expect(jaroWinkler('DIXON', 'DICKSONX')).toBeCloseTo(0.8133, 4)
    expect(jaroWinkler('ABC', 'XYZ')).toBe(0)
  })

  it('do not mind order, accents, legal forms and case', () => {
    expect(nameSimilarity('Müller Medizintechnik GmbH', 'MEDIZINTECHNIK MULLER')).toBe(1)
    expect(nameSimilarity('Northwind Hospital', 'Southlake Dental')).toBeLessThan(0.75)
    expect(nameSimilarity('', 'A')).toBeNull()
  })
})

describe('score of a pair', () => {
  const invoice = item('invoice', 'INV-1234', 125_000n, { references: ['INV1234'], counterparty: 'cust-7', counterpartyName: 'Northwind Ltd', date: '2026-11-01' })
  const payment = item('payment', 'pay-1', 125_000n, { references: ['INV1234'], counterparty: 'cust-7', counterpartyName: 'NORTHWIND LIMITED', date: '2026-11-03' })

  it('is high and says why, strongest first', () => {
    const { score, reasons } = scorePair(payment, invoice)
    expect(score).toBeGreaterThan(0.99)
    expect(reasons).toEqual(['Reference INV1234 named', 'Same amount', 'Same name', 'Same counterparty', '2 days apart'])
  })

  it('falls with what speaks against it, and says so', () => {
    const other = scorePair({ ...payment, references: ['INV1243'], open: 124_000n, counterparty: 'cust-8' }, invoice)
    expect(other.score).toBeLessThan(0.9)
    expect(other.reasons).toContain('Reference INV1243 differs from INV1234 by two swapped digits')
    expect(other.reasons).toContain('Other counterparty')
  })

  it('is low for two that have nothing in common', () => {
    expect(scorePair(item('payment', 'a', 5n, { counterparty: 'x' }), item('invoice', 'b', 900n, { counterparty: 'y' })).score).toBeLessThan(0.01)
  })
})

describe('learned weights', () => {
  it('move with what people confirm and decline', () => {
    // In this group the name says nothing: confirmed pairs have other names as often as the same.
    const decisions = Array.from({ length: 200 }, (_, index) => ({ levels: { ...PAIR, name: index % 2 === 0 ? 'different' as const : 'same' as const }, confirmed: index < 150 }))
    const learned = learnWeights(decisions)
    expect(bitsOf(learned, 'name', 'same')).toBeLessThan(bitsOf(STANDARD_WEIGHTS, 'name', 'same') - 3)
    expect(learned.learnedFrom).toEqual({ base: 'standard', confirmed: 150, declined: 50 })
    expect(changedWeights(STANDARD_WEIGHTS, learned)[0]).toMatch(/bits$/)
  })

  it('are the same, with the same version, for the same decisions in any order, and others for others', () => {
    const decisions = [{ levels: PAIR, confirmed: true }, { levels: { ...PAIR, amount: 'different' as const }, confirmed: false }]
    expect(learnWeights([...decisions].reverse())).toEqual(learnWeights(decisions))
    expect(learnWeights(decisions.slice(0, 1)).version).not.toBe(learnWeights(decisions).version)
  })

  it('hardly move for one decision, and stay inside (0, 1) for a thousand equal ones', () => {
    const one = learnWeights([{ levels: PAIR, confirmed: true }])
    expect(Math.abs(bitsOf(one, 'reference', 'same') - bitsOf(STANDARD_WEIGHTS, 'reference', 'same'))).toBeLessThan(0.1)
    const many = learnWeights(Array.from({ length: 1000 }, () => ({ levels: PAIR, confirmed: true })))
    for (const levels of Object.values(many.levels)) for (const { m, u } of Object.values(levels)) expect(m > 0 && m < 1 && u > 0 && u < 1).toBe(true)
  })
})
