import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isBelgianReference, isCreditorReference, isFinnishReference, isIban, isSwissReference } from '#app/reconciliation/engine/check-digits.ts'
import { extractReferences, normaliseReference, referenceForms, relateReferences } from '#app/reconciliation/engine/references.ts'

describe('normal form of a reference', () => {
  it.each([
    ['inv-000 1234', 'INV1234'], ['INV.1234', 'INV1234'], ['ＩＮＶ－１２３４', 'INV1234'], ['Réf 0042', 'REF42'], ['2024/0012', '20240012'], ['0001234', '1234'],
    ['٠١٢٣٤', '1234'], ['Straße 7', 'STRASSE7'], ['--', ''], ['A0B007', 'A0B7'], ['000', '0'],
  ])('%s → %s', (written, normal) => {
    expect(normaliseReference(written)).toBe(normal)
  })

  it('keeps swapped digits apart', () => {
    expect(normaliseReference('INV-1234')).not.toBe(normaliseReference('INV-1243'))
  })

  it('does not change what is normal', () => {
    fc.assert(fc.property(fc.string({ unit: 'grapheme' }), text => {
      expect(normaliseReference(normaliseReference(text))).toBe(normaliseReference(text))
    }), { numRuns: 2000, seed: 3 })
  })

  it('names a document with and without its letters where the digits tell it', () => {
    expect(referenceForms('RE-2024-0012')).toEqual(['RE20240012', '20240012'])
    expect(referenceForms('RE-42')).toEqual(['RE42'])
    expect(referenceForms('RF18 5390 0754 7034')).toEqual(['RF18539007547034', '539007547034'])
  })
})

describe('check digits', () => {
  it('hold for published examples and for no neighbour of them', () => {
    const examples: [(text: string) => boolean, string][] = [[isCreditorReference, 'RF18539007547034'], [isBelgianReference, '010806817183'], [isSwissReference, '210000000003139471430009017'], [isFinnishReference, '1232'], [isIban, 'DE89370400440532013000']]
    for (const [check, example] of examples) {
      expect(check(example)).toBe(true)
      const digit = (Number(example.at(-1)) + 1) % 10
      expect(check(`${example.slice(0, -1)}${digit}`)).toBe(false)
    }
  })
})

describe('references in free text', () => {
  it.each([
    ['Rechnung RE-2024-0012 vom 12.11.2026', ['RE20240012']],
    ['INV-1001, 1002 und 1003', ['INV1001', '1002', 'INV1002', '1003', 'INV1003']],
    ['INV 2024 0012', ['INV2024', 'INV20240012']],
    ['Pay 1.234,50 EUR for inv0004711', ['INV4711']],
    ['EREF+END-88812 SVWZ+RG 4711', ['END88812', 'RG4711', '4711']],
    ['/INV/INV-55512/ROC/ABC', ['INV55512']],
    ['RF18 5390 0754 7034', ['RF18539007547034', '539007547034']],
    ['+++010/8068/17183+++', ['10806817183']],
    ['DE89370400440532013000', []],
    ['danke bis 2026-11-21 10:30', []],
  ])('%s', (text, expected) => {
    const found = extractReferences(text)
    for (const reference of expected) expect(found).toContain(reference)
    if (expected.length === 0) expect(found).toEqual([])
  })

  it('takes a reference with wrong check digits for no structured one', () => {
    expect(extractReferences('RF19 5390 0754 7034')).not.toContain('539007547034')
  })

  it('finds a document number in any text around it, however long', () => {
    fc.assert(fc.property(fc.lorem({ maxCount: 12 }), fc.integer({ min: 10_000, max: 9_999_999 }), fc.lorem({ maxCount: 4 }), (before, number, after) => {
      expect(extractReferences(`${before} INV-${number} ${after}`)).toContain(`INV${number}`)
    }), { numRuns: 500, seed: 5 })
  })

  it('stays bounded', () => {
    expect(extractReferences(Array.from({ length: 5000 }, (_, index) => `INV${10_000 + index}`).join(' '))).toHaveLength(64)
  })
})

describe('how references stand to each other', () => {
  it.each([
    [['INV1234'], ['INV1234', 'X'], 'same'], [['INV2024001'], ['INV20240012'], 'part'], [['INV1243'], ['INV1234'], 'swapped'], [['INV1234'], ['INV1235'], 'different'],
    [[], ['INV1'], 'missing'], [['INV2134'], ['INV1243'], 'different'],
  ])('%j and %j: %s', (left, right, relation) => {
    expect(relateReferences(left, right).relation).toBe(relation)
  })
})
