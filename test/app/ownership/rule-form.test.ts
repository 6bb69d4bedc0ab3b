/** A rule through its form and back, as sentences, and in its place. */
import { beforeAll, describe, expect, it } from 'vitest'
import { freshId, placed, rulesOf } from '#app/ownership/edit.ts'
import { documentOf, fieldsOfRule, RuleFormError } from '#app/ownership/rule-form.ts'
import { effectWords, whenSentence } from '#app/ownership/sentences.ts'
import type { Catalogue } from '#queries/catalogue/catalogue.ts'
import { ownershipRule, severityRule } from '#queries/catalogue/schema.ts'
import { shippedCatalogue } from '../exceptions/support.ts'

let catalogue: Catalogue
beforeAll(async () => void (catalogue = await shippedCatalogue()))

it('every shipped rule comes back from its form as it is', () => {
  for (const set of ['severity', 'ownership'] as const) {
    for (const rule of rulesOf(set, catalogue)) {
      const document = documentOf(set, fieldsOfRule(rule), { id: rule.id, position: rule.position })
      expect((set === 'severity' ? severityRule : ownershipRule).parse(document)).toEqual(rule)
    }
  }
})

describe('what is written in the form', () => {
  const base = { name: ['N'], effect: ['raise'], because: ['so'], amount: ['none'], late: ['none'] }
  const when = (fields: Record<string, string[]>) => severityRule.parse(documentOf('severity', { ...base, ...fields }, { id: 'x', position: 1 })).when
  it('amounts as people write them, in the decimals of their currency', () => {
    expect(when({ amount: ['at_least'], amounts: ['CHF 50,000, KWD 16000.5; JPY 8’000’000'] }).amountAtLeast).toEqual([{ currency: 'CHF', value: '50000.00' }, { currency: 'KWD', value: '16000.500' }, { currency: 'JPY', value: '8000000' }])
  })
  it('times as people write them', () => expect(when({ late: ['overdue'], lateBy: ['1 day 2 h'], openFor: ['30 min'] })).toMatchObject({ late: { by: 'P1DT2H' }, open: { for: 'PT30M' } }))
  it.each([
    ['name', { name: [' '] }], ['amounts', { amount: ['below'], amounts: ['a lot'] }], ['amounts', { amount: ['below'], amounts: [''] }], ['amounts', { amount: ['below'], amounts: ['JPY 1.5'] }], ['amounts', { amount: ['below'], amounts: ['XQQ 5'] }],
    ['lateBy', { late: ['overdue'], lateBy: ['soon'] }], ['openFor', { openFor: ['P1D'] }], ['because', { because: [''] }],
  ])('%s is named when it cannot be read', (field, fields) => {
    expect(() => when(fields as Record<string, string[]>)).toThrow(RuleFormError)
    try {
      when(fields as Record<string, string[]>)
    } catch (error) {
      expect((error as RuleFormError).field).toBe(field)
    }
  })
})

it('reads as a sentence', () => {
  const said = (id: string) => {
    const rule = catalogue.severityRules.find(each => each.id === id)
    return rule ? [whenSentence(rule.when, catalogue), effectWords(rule.effect)] : []
  }
  expect(said('supply-late')).toEqual(['In Purchasing, about a purchase order, marked critical or high, more than 1 working day past its due time', 'At least Critical'])
  expect(said('large-amount')).toEqual(['At least CHF 50,000.00, EUR 50,000.00, GBP 45,000.00 or as much in 8 other currencies', 'One level higher'])
  expect(whenSentence(ownershipRule.parse({ id: 'x', position: 1, name: 'x', when: {}, to: { role: 'business' } }).when, catalogue)).toBe('Every exception')
})

describe('order', () => {
  const order = (set: 'severity' | 'ownership', id: string, before: string | null) => {
    const moved = new Map(placed(set, catalogue, rulesOf(set, catalogue).find(rule => rule.id === id) ?? { id }, before).map(({ document }) => [(document as { id: string }).id, (document as { position: number }).position]))
    const all = [...rulesOf(set, catalogue).filter(rule => rule.id !== id).map(rule => rule.id), id]
    const position = (each: string) => moved.get(each) ?? rulesOf(set, catalogue).find(rule => rule.id === each)?.position ?? 0
    return { ids: all.sort((a, b) => position(a) - position(b)), changed: moved.size }
  }
  it('a rule goes before another without moving the rest while there is room', () => {
    const { ids, changed } = order('severity', 'long-open', 'small-amount')
    expect([ids.indexOf('long-open') + 1, changed]).toEqual([ids.indexOf('small-amount'), 1])
    expect(order('ownership', 'empty-shelves', null).ids.at(-1)).toBe('empty-shelves')
    expect(order('ownership', 'brand-new', 'empty-shelves').ids[0]).toBe('brand-new')
  })
  it('an id is made from the name and is its own', () => expect([freshId('severity', 'Écart très grand!', catalogue), freshId('severity', 'Much money', catalogue), freshId('severity', 'Large amount', catalogue)]).toEqual(['ecart-tres-grand', 'much-money', 'large-amount-2']))
})
