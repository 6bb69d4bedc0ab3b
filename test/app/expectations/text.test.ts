/** Rules as text and back: what an administrator reads is what is kept when nothing is touched. */
import { beforeAll, describe, expect, test } from 'vitest'
import { conditionLines, readCondition } from '#app/expectations/condition-text.ts'
import { durationText, readDuration } from '#app/expectations/durations.ts'
import { FIELDS, readEdit, valuesOf } from '#app/expectations/edit.ts'
import type { Catalogue } from '#queries/catalogue/catalogue.ts'
import { shippedCatalogue } from '../exceptions/support.ts'

test.each([['PT4H', '4 h'], ['P2D', '2 d'], ['P1DT4H30M', '1 d 4 h 30 min'], ['PT90M', '90 min']])('%s is %s', (iso, text) => {
  expect(durationText(iso)).toBe(text)
  expect(readDuration(text)).toBe(iso)
})
test.each(['', '4', 'h', '4 hourss', '0 h', '-1 h', '1.5 h', '4 h and more'])('%j is no duration', text => {
  expect(readDuration(text)).toBeNull()
})
test('durations are read as people write them', () => {
  expect([readDuration('2 days'), readDuration('1d4h'), readDuration(' 30 minutes ')]).toEqual(['P2D', 'P1DT4H', 'PT30M'])
})

describe('conditions', () => {
  test.each([
    'amount at least EUR 10000.00, KWD 3000.000', 'amount less than JPY 500', 'attribute consumes equals true', 'attribute payer differs from "insurance"', 'attribute lines.0.quantity more than 2.5',
    'attribute contract is present', 'attribute kind is one of "a, b", "c"', 'criticality is one of critical, high', 'facility is none of rosenfluh', 'counterparty is one of SUP-17',
  ])('%s', line => {
    const read = readCondition(line)
    expect('condition' in read && conditionLines(read.condition)).toEqual([line])
  })
  test('nothing is no condition', () => expect(readCondition(' \n ')).toEqual({ condition: null }))
  test.each([
    ['amount over EUR 1.00', 'Line 1 cannot be read'], ['criticality is one of urgent', 'Line 1'], ['amount at least EUR 1.5', 'Line 1: must be a plain decimal with 2 decimals'],
    ['criticality is one of high\nattribute x at least many', 'Line 2: at_least takes a decimal'], ['weather equals fine', 'begin with amount, attribute'],
  ])('%j says what is wrong', (text, problem) => {
    const read = readCondition(text)
    expect('problem' in read && read.problem).toContain(problem)
  })
})

describe('the form', () => {
  let catalogue: Catalogue
  beforeAll(async () => void (catalogue = await shippedCatalogue()))
  const form = (values: Record<string, string>) => {
    const data = new FormData()
    for (const [name, value] of Object.entries(values)) data.set(name, value)
    return data
  }
  test('changes nothing of any shipped expectation when nothing is touched', () => {
    for (const process of catalogue.processes.values()) {
      for (const expectation of process.expectations) {
        const read = readEdit(form(valuesOf(expectation)), expectation, catalogue)
        expect([expectation.id, read.problems, read.edited]).toEqual([expectation.id, {}, expectation])
      }
    }
  })
  test('says which field is wrong', () => {
    const expectation = catalogue.processes.get('procure-to-pay')?.expectations[0]
    if (!expectation) throw new Error('no expectation')
    const wrong = readEdit(form({ ...valuesOf(expectation), critical: 'soon', calendar: 'nowhere', warnAt: '5', when: 'amount', pauseFrom: 'no.such.type', pauseUntil: '', pauseAtMost: '' }), expectation, catalogue)
    expect(wrong.edited).toBeNull()
    expect(Object.keys(wrong.problems).sort()).toEqual(['calendar', 'critical', 'pauseAtMost', 'pauseFrom', 'pauseUntil', 'warnAt', 'when'])
    expect(Object.keys(wrong.problems).every(name => FIELDS.some(field => field === name))).toBe(true)
  })
})
