import { beforeAll, describe, expect, it } from 'vitest'
import type { Catalogue } from '#queries/catalogue/catalogue.ts'
import { milestonesOf, statementsOf, type StoryObligation, type StoryStep } from '#app/objects/story.ts'
import { shippedCatalogue } from '#test/app/exceptions/support.ts'

const NOW = '2026-11-20T14:30:00.000Z'
const ORDER = { namespace: 'default', type: 'purchase_order', id: 'PO-1' }
const CREATED = 'procurement.purchase_order.created'
const SENT = 'procurement.purchase_order.transmitted'
const CONFIRMED = 'procurement.purchase_order.acknowledged'
let catalogue: Catalogue
beforeAll(async () => {
  catalogue = await shippedCatalogue()
})

let serial = 0
function step(over: Partial<StoryStep>): StoryStep {
  serial += 1
  return {
    time: `2026-11-20T08:00:${String(serial % 60).padStart(2, '0')}.000Z`, type: CREATED, status: 'succeeded', role: 'subject', system: 'odoo', state: 'created', source: 'odoo', amount_minor: '10000', currency: 'EUR',
    integration: 'i', event_id: `e-${serial}`, correlation_id: 'c', facility: '', counterparty_name: '', error_message: '', ...over,
  }
}
const expected = (over: Partial<StoryObligation>): StoryObligation => ({ process: 'procure-to-pay', milestone: CONFIRMED, anchor_type: SENT, anchor_at: NOW, due_at: '2026-11-20T10:30:00.000Z', met_at: null, cancelled_at: null, integration: '', ...over })
const say = (steps: StoryStep[], obligations: StoryObligation[] = []) => statementsOf(catalogue, ORDER, steps, obligations, NOW)

describe('who says what', () => {
  it('takes the last word of each system with its own amount and evidence', () => {
    const statements = say([step({}), step({ type: SENT, state: 'transmitted' }), step({ system: 'brightlane', source: 'brightlane', type: CONFIRMED, state: 'acknowledged' })])
    expect(statements.map(one => [one.key, one.says, one.amount?.value, one.disagrees])).toEqual([
      ['odoo', 'Order sent, state “transmitted”', '100.00', null], ['brightlane', 'Order confirmed, state “acknowledged”', '100.00', null],
    ])
    expect(statements[0]?.evidence?.to).toMatch(/^\/events\/odoo\/e-\d+$/)
  })

  it('marks the amount that differs from the others in the same currency, and only that one', () => {
    const statements = say([step({}), step({ system: 'b', source: 'b' }), step({ system: 'c', source: 'c', amount_minor: '9900' }), step({ system: 'd', source: 'd', amount_minor: '9900', currency: 'CHF' })])
    expect(statements.map(one => [one.key, one.disagrees])).toEqual([['odoo', null], ['b', null], ['c', 'states another amount than the others'], ['d', null]])
  })

  it('marks a system that does not know of the cancellation', () => {
    expect(say([step({ state: 'cancelled' }), step({ system: 'b', source: 'b', state: 'acknowledged' })]).map(one => one.disagrees)).toEqual([null, 'does not know that it is cancelled'])
  })

  it('gives silence past its due time a line of its own, and silence that is not due yet none to worry about', () => {
    const statements = say([step({ type: SENT })], [expected({}), expected({ milestone: 'procurement.goods_receipt.posted', due_at: '2026-11-25T10:00:00.000Z' })])
    expect(statements.slice(1).map(one => [one.state, one.disagrees, one.dueAt])).toEqual([['silent', 'has not said what was expected', '2026-11-20T10:30:00.000Z'], ['waiting', null, '2026-11-25T10:00:00.000Z']])
  })

  it('says of a step that failed and is late once, not twice', () => {
    const statements = say([step({}), step({ type: SENT, status: 'dead_lettered', state: '', error_message: 'no answer' })], [expected({ milestone: SENT, anchor_type: CREATED })])
    expect(statements).toHaveLength(1)
    expect(statements[0]).toMatchObject({ state: 'failed', says: 'Order sent: given up, no answer', disagrees: 'could not do its step, and the time for it is over' })
  })
})

describe('milestones of the process', () => {
  it('stand in the order of the process as reached, missing, due and not yet expected', () => {
    const list = milestonesOf(catalogue, ORDER, 'procure-to-pay', [step({ type: SENT }), step({ type: CREATED })], [expected({}), expected({ milestone: 'procurement.goods_receipt.posted', due_at: '2026-11-25T10:00:00.000Z' })], NOW)
    const states = new Map(list.map(one => [one.type, one.state]))
    expect([states.get(CREATED), states.get(SENT), states.get(CONFIRMED), states.get('procurement.goods_receipt.posted')]).toEqual(['reached', 'reached', 'missing', 'due'])
    expect(list.findIndex(one => one.type === CREATED)).toBeLessThan(list.findIndex(one => one.type === SENT))
    expect(list.some(one => /refused|cancelled/.test(one.type))).toBe(false)
  })

  it('are the types themselves, by time, for a log that no process knows', () => {
    const list = milestonesOf(catalogue, { ...ORDER, type: 'po_item' }, null, [step({ type: 'B', time: '2026-01-02T00:00:00Z' }), step({ type: 'A', time: '2026-01-03T00:00:00Z' })], [], NOW)
    expect(list.map(one => [one.name, one.state])).toEqual([['B', 'reached'], ['A', 'reached']])
  })
})
