/** Severity by the catalogue's rules: what they say of known cases, and what must hold whatever the case and the moment. */
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { compileSeverity } from '#app/exceptions/severity.ts'
import type { SeverityRules } from '#app/exceptions/severity.ts'
import type { Facts } from '#app/ownership/facts.ts'
import { buildCatalogue, CatalogueError } from '#queries/catalogue/catalogue.ts'
import type { Catalogue } from '#queries/catalogue/catalogue.ts'
import { SEVERITIES } from '#queries/model/exception.ts'
import { DAY, HOUR, shippedCatalogue } from './support.ts'

const MONDAY = Date.UTC(2026, 10, 16, 8)
const plain: Facts = {
  kind: 'overdue', type: 'x', process: 'order-to-cash', step: 'finance.customer_invoice.exported', objectType: 'customer_invoice', facility: 'rosenfluh', entity: 'solvane-ch', integration: null, system: null,
  counterpartyId: null, counterpartyName: null, amountMinor: '100000', currency: 'CHF', criticality: 'normal', warnAt: MONDAY - HOUR, dueAt: MONDAY, beganAt: MONDAY, serves: [],
}
let catalogue: Catalogue
let rules: SeverityRules
beforeAll(async () => {
  catalogue = await shippedCatalogue()
  rules = compileSeverity(catalogue)
})
const said = (change: Partial<Facts>, now = MONDAY) => {
  const { severity, reasons } = rules.judge({ ...plain, ...change }, now)
  return [severity, ...reasons]
}

describe('what the shipped rules say', () => {
  it('nothing special', () => expect(said({})).toEqual(['normal', 'Medium because it is marked normal and no rule changes that.']))
  it('nothing known', () => expect(said({ criticality: '', amountMinor: null, currency: null })).toEqual(['normal', 'Medium because no criticality came with it and no rule changes that.']))
  it.each([
    ['4999999', 'CHF', 'normal'], ['5000000', 'CHF', 'high'], ['-5000000', 'CHF', 'high'], ['7999999', 'JPY', 'normal'], ['8000000', 'JPY', 'high'], ['15999999', 'KWD', 'normal'], ['16000000', 'KWD', 'high'],
    ['25000000', 'CHF', 'critical'], ['24999', 'CHF', 'low'], ['25000', 'CHF', 'normal'], ['99999999999', 'XAU', 'normal'],
  ])('%s %s is %s, exact in minor units', (amountMinor, currency, severity) => expect(said({ amountMinor, currency })[0]).toBe(severity))
  it('names the amount and the limit', () => expect(said({ amountMinor: '6420000' })[1]).toBe('High because CHF 64,200.00 is at risk, CHF 50,000.00 or more.'))
  it('tells the most telling reason first, and what speaks for it beyond need', () => {
    const order = { process: 'procure-to-pay', objectType: 'purchase_order', step: 'procurement.purchase_order.acknowledged', criticality: 'critical', amountMinor: '6420000' }
    expect(said(order, MONDAY + DAY + HOUR)).toEqual(['critical', 'Critical because it is marked critical, goods that care depends on are more than 1 working day late and CHF 64,200.00 is at risk, CHF 50,000.00 or more.'])
  })
  it('says what lowers it', () => expect(said({ amountMinor: '9900' })).toEqual(['low', 'Low because CHF 99.00 is less than CHF 250.00.']))
  it('an important item whose shelf runs empty is critical', () => expect(said({ process: 'replenishment', objectType: 'stock_level', step: 'inventory.transfer.requested', criticality: 'high', amountMinor: null, currency: null })[0]).toBe('critical'))
  it('lateness counts the working time of the facility: a weekend does not age', () => {
    const friday = Date.UTC(2026, 10, 13, 15)
    const late = { dueAt: friday, beganAt: friday, warnAt: friday }
    expect([said(late, friday + 2 * DAY)[0], said(late, friday + 5 * DAY)[0]]).toEqual(['normal', 'high'])
  })
  it('a failure without a clock is not late, but does not wait for ever', () => {
    const failed: Partial<Facts> = { kind: 'failed', warnAt: null }
    expect([said(failed, MONDAY + 2 * DAY)[0], said(failed, MONDAY + 4 * DAY)[0]]).toEqual(['normal', 'high'])
    expect(said(failed, MONDAY + 4 * DAY)[1]).toBe('High because nobody has put it right for more than 3 working days.')
  })
})

const facts: fc.Arbitrary<Facts> = fc.record({
  kind: fc.constantFrom('failed', 'overdue', 'mismatch', 'rejected'), type: fc.constant('x'),
  process: fc.constantFrom('procure-to-pay', 'order-to-cash', 'replenishment', 'batch-feeds', null), step: fc.constantFrom('finance.supplier_payment.executed', 'hr.payroll.posted', 'procurement.purchase_order.refused', 'refresh-token', null),
  objectType: fc.constantFrom('purchase_order', 'stock_level', 'feed_run', null), facility: fc.constantFrom('rosenfluh', 'bayan-gardens', 'nowhere', null), entity: fc.constant(null), integration: fc.constant(null), system: fc.constant(null),
  counterpartyId: fc.constant(null), counterpartyName: fc.constant(null), amountMinor: fc.option(fc.bigInt({ min: -(10n ** 12n), max: 10n ** 12n }).map(String)), currency: fc.constantFrom('CHF', 'KWD', 'JPY', 'XAU'),
  serves: fc.constantFrom([], ['stock_level'], ['purchase_requisition', 'stock_level']), criticality: fc.constantFrom('critical', 'high', 'normal', 'low', '', 'strange'), warnAt: fc.option(fc.integer({ min: 0, max: 200 }).map(hours => MONDAY + hours * HOUR)), dueAt: fc.integer({ min: 0, max: 300 }).map(hours => MONDAY + hours * HOUR), beganAt: fc.option(fc.integer({ min: 0, max: 300 }).map(hours => MONDAY + hours * HOUR)),
})
const instant = fc.integer({ min: 0, max: 40 * 24 }).map(hours => MONDAY + hours * HOUR)
const rank = (severity: string) => SEVERITIES.findIndex(each => each === severity)

describe('whatever the trouble', () => {
  it('more money never makes it less severe', () => fc.assert(fc.property(facts, fc.bigInt({ min: 0n, max: 10n ** 12n }), instant, (given, more, now) => {
    const amount = BigInt(given.amountMinor ?? '0')
    const larger = { ...given, amountMinor: ((amount < 0n ? -amount : amount) + more).toString() }
    if (given.amountMinor !== null) expect(rank(rules.judge(larger, now).severity)).toBeLessThanOrEqual(rank(rules.judge(given, now).severity))
  }), { numRuns: 1000 }))

  it('more time never makes it less severe, and it changes at the announced moments only', () => fc.assert(fc.property(facts, instant, instant, (given, one, other) => {
    const [from, to] = [Math.min(one, other), Math.max(one, other)]
    expect(rank(rules.judge(given, to).severity)).toBeLessThanOrEqual(rank(rules.judge(given, from).severity))
    // going from moment to moment ends where judging at once does: nobody need look in between
    let judged = rules.judge(given, from)
    for (let at = rules.nextChange(given, from); at !== null && at <= to; at = rules.nextChange(given, at)) {
      expect(rules.judge(given, at - 1)).toEqual(judged)
      judged = rules.judge(given, at)
    }
    expect(rules.judge(given, to)).toEqual(judged)
  }), { numRuns: 1000 }))

  it('is explained, in whole sentences that begin with the severity', () => fc.assert(fc.property(facts, instant, (given, now) => {
    const { severity, reasons } = rules.judge(given, now)
    expect(reasons.length).toBeGreaterThan(0)
    for (const reason of reasons) expect(reason).toMatch(/^[A-Z][^{}]*\.$/u)
    expect(reasons[0]).toMatch({ critical: /^Critical /, high: /^High /, normal: /^Medium /, low: /^Low / }[severity])
  }), { numRuns: 1000 }))
})

describe('rules that must not be', () => {
  const rule = (when: object, effect: object, because = 'so') => () => buildCatalogue([{ kind: 'severity_rule', document: { id: 'r', position: 1, name: 'r', when, effect, because } }])
  const amount = [{ currency: 'EUR', value: '5.00' }]
  it.each([
    ['money that lowers', { amountAtLeast: amount }, { lower: 1 }, 'effect'],
    ['time that lowers', { late: { state: 'overdue' } }, { lower: 1 }, 'effect'],
    ['little money that raises', { amountBelow: amount }, { raise: 1 }, 'effect'],
    ['an amount that its currency has not', { amountAtLeast: [{ currency: 'JPY', value: '5.00' }] }, { raise: 1 }, 'amountAtLeast'],
    ['a currency twice', { amountAtLeast: [...amount, ...amount] }, { raise: 1 }, 'amountAtLeast'],
    ['a calendar that is not there', { late: { state: 'overdue', calendar: 'mars' } }, { raise: 1 }, 'calendar'],
    ['a process that is not there', { process: ['alchemy'] }, { raise: 1 }, 'process'],
  ])('%s', (_name, when, effect, path) => {
    expect(rule(when, effect)).toThrow(CatalogueError)
    expect(rule(when, effect)).toThrow(path)
  })
  it('a placeholder that nobody fills', () => expect(rule({}, { raise: 1 }, 'it costs {price}')).toThrow('unknown placeholder price'))
  it('but a good one', () => expect(rule({ amountAtLeast: amount, criticality: ['high'] }, { atLeast: 'critical' })).not.toThrow())
})
