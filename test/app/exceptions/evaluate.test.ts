/**
 * Evaluation alone, without stores. Times are hours after Monday 2026-11-16 08:00 UTC, when the calendar weekdays-utc opens
 * (08–18). `order-acknowledged`: critical PT2H, high PT4H, normal PT8H, low P2D of working time.
 */
import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { evaluate } from '#app/exceptions/evaluate.ts'
import { fingerprintOf, normaliseMessage } from '#app/exceptions/fingerprint.ts'
import { compileRules } from '#app/exceptions/rules.ts'
import type { Rules } from '#app/exceptions/rules.ts'
import { Schedule } from '#app/exceptions/schedule.ts'
import { subjectKey, verdictsOf } from '#app/exceptions/verdicts.ts'
import { isOpen } from '#queries/clickhouse/finding/types.ts'
import type { ObjectEvent } from '#queries/clickhouse/finding/types.ts'
import { HOUR, seen, shippedCatalogue } from './support.ts'
import type { Planted } from './support.ts'

const MONDAY = Date.UTC(2026, 10, 16, 8)
const PO = 'procurement.purchase_order'
let rules: Rules
beforeAll(async () => void (rules = compileRules(await shippedCatalogue())))

const at = (hours: number, type: string, more: Partial<Planted> = {}, subject = true): ObjectEvent => seen({ type, time: MONDAY + hours * HOUR, ...more }, subject)
const judge = (type: string, events: ObjectEvent[]) => evaluate({ namespace: 'default', type, id: 'X', events }, rules)
/** Open obligations as `expectation@due`, due in hours after Monday 08:00. */
const open = (type: string, ...events: ObjectEvent[]) =>
  (judge(type, events)?.obligations ?? []).filter(item => isOpen(item.obligation)).map(({ obligation }) => `${obligation.expectation}@${(obligation.dueAt - MONDAY) / HOUR}`).sort()
const DAYS = 24

describe('expectations', () => {
  test('due in working time of the criticality', () => {
    expect(open('purchase_order', at(0, `${PO}.transmitted`, { criticality: 'critical' }))).toEqual(['order-acknowledged@2'])
    expect(open('purchase_order', at(0, `${PO}.transmitted`))).toEqual(['order-acknowledged@8'])
    // 08:00 + 8 h from 14:00: 4 h on Monday, 4 h on Tuesday
    expect(open('purchase_order', at(6, `${PO}.transmitted`))).toEqual([`order-acknowledged@${DAYS + 4}`])
    expect(open('purchase_order', at(0, `${PO}.transmitted`, { criticality: 'low' }))).toEqual([`order-acknowledged@${DAYS + 10}`])
  })
  test('met by a success at or after the anchor, not by a failure', () => {
    expect(open('purchase_order', at(0, `${PO}.transmitted`), at(0, `${PO}.refused`, {}, false))).toEqual([])
    expect(open('purchase_order', at(0, `${PO}.transmitted`), at(1, `${PO}.acknowledged`, { status: 'started' }))).toEqual(['order-acknowledged@8'])
  })
  test('met by a milestone reported before its anchor', () => {
    expect(open('customer_invoice', at(1, 'finance.customer_invoice.exported'), at(2, 'finance.customer_invoice.issued'), at(3, 'finance.customer_invoice.posted'))).toEqual([])
  })
  test('an earlier answer to another anchor does not meet it', () => {
    expect(open('employee', at(0, 'hr.employee.hired'), at(1, 'hr.employee.synced'), at(2, 'hr.employee.changed'))).toEqual([`change-synced@${DAYS + 2}`])
  })
  test('each cycle is expected anew, from the first report on', () => {
    const below = 'inventory.stock_level.below_threshold'
    const cycle = [at(0, below), at(1, below), at(2, 'inventory.transfer.requested'), at(3, 'inventory.transfer.received')]
    expect(open('stock_level', ...cycle.slice(0, 2))).toEqual(['stock-refilled@10'])
    expect(open('stock_level', ...cycle)).toEqual([])
    expect(open('stock_level', ...cycle, at(4, below, { criticality: 'critical' }), at(5, below, { criticality: 'critical' }))).toEqual(['stock-refilled@6'])
  })
  test('a cancelled order waits for nothing, whatever the order of reports', () => {
    const events = [at(0, `${PO}.created`), at(1, `${PO}.cancelled`), at(2, `${PO}.transmitted`)]
    expect(open('purchase_order', ...events)).toEqual([])
  })
  test('having been hired does not cancel what is expected when leaving', () => {
    expect(open('employee', at(0, 'hr.employee.hired'), at(1, 'hr.employee.synced'), at(2, 'hr.employee.left', { criticality: 'high' }))).toEqual(['leave-synced@6', 'leaver-right-revoked@6'])
  })
  test('a condition on the anchor', () => {
    expect(open('service', at(0, 'care.service.completed', { attributes: { consumes: true } }), at(1, 'billing.charge.created'))).toEqual(['service-stock-deducted@10'])
    expect(open('service', at(0, 'care.service.completed', { attributes: { consumes: 'yes' } }), at(1, 'billing.charge.created'))).toEqual([])
  })
})

describe('failures', () => {
  const failing = (hours: number, more: Partial<Planted> = {}, subject = true) => at(hours, `${PO}.transmitted`, { status: 'failed', integration: 'unknown', attempt: 1, ...more }, subject)
  const created = () => at(0, `${PO}.created`, { criticality: 'low' })
  const failures = (...events: ObjectEvent[]) => open('purchase_order', created(), ...events).filter(text => text.startsWith('failed:')).map(text => text.split('@')[1])
  test('due when final, else after the grace of the first', () => {
    expect(failures(failing(1, { status: 'dead_lettered' }))).toEqual(['1'])
    expect(failures(failing(1, { retryable: false }))).toEqual(['1'])
    expect(failures(failing(1, { attempt: 5 }))).toEqual(['1'])
    expect(failures(failing(1))).toEqual(['2'])
    expect(failures(failing(1, { status: 'retrying' }), failing(1.5), failing(2.5))).toEqual(['2'])
    expect(failures(failing(1), failing(1.5, { status: 'dead_lettered' }))).toEqual(['1.5'])
  })
  test('recovered by a later success, opened again by a later failure', () => {
    expect(failures(failing(1, { status: 'dead_lettered' }), at(1, `${PO}.transmitted`))).toEqual([])
    expect(failures(at(0.5, `${PO}.transmitted`), failing(1, { status: 'dead_lettered' }))).toEqual(['1'])
    expect(failures(failing(1), at(2, `${PO}.transmitted`), failing(3))).toEqual(['4'])
  })
  test('only of the subject', () => expect(failures(failing(1, { status: 'dead_lettered' }, false))).toEqual([]))
  test('not of what is cancelled', () => {
    expect(failures(failing(1, { status: 'dead_lettered' }), at(2, `${PO}.cancelled`))).toEqual([])
    // a step that nothing expects, and a cancellation reported before it
    expect(open('purchase_order', at(1, `${PO}.cancelled`), at(2, `${PO}.changed`, { status: 'dead_lettered' }))).toEqual([])
  })
  test('a no stands until it is superseded', () => {
    expect(open('purchase_order', at(1, `${PO}.refused`))).toEqual([`negative:${PO}.refused@1`])
    expect(open('purchase_order', at(1, `${PO}.refused`), at(2, `${PO}.acknowledged`)).filter(text => text.startsWith('negative'))).toEqual([])
    expect(open('purchase_order', at(1, `${PO}.refused`), at(2, `${PO}.acknowledged`), at(3, `${PO}.refused`)).filter(text => text.startsWith('negative'))).toEqual([`negative:${PO}.refused@3`])
  })
  test('a technical event names the step it is about', () => {
    const [only] = judge('', [seen({ type: 'integration.step.dead_lettered', time: MONDAY, attributes: { step: 'refresh-token' } })])?.obligations ?? []
    expect(only?.obligation).toMatchObject({ milestone: 'refresh-token', dueAt: MONDAY })
  })
})

describe('verdicts', () => {
  test('failed and overdue of one step are one exception, of kind failed, seen since the earlier', () => {
    const evaluation = judge('purchase_order', [at(0, `${PO}.created`, { criticality: 'critical' }), at(2, `${PO}.transmitted`, { status: 'dead_lettered' })])
    const verdicts = evaluation ? verdictsOf(evaluation, rules, MONDAY + 3 * HOUR) : []
    expect(verdicts.filter(verdict => verdict.found).map(verdict => [verdict.found?.kind, verdict.found?.firstSeen, verdict.found?.evidenceAt])).toEqual([['failed', MONDAY + HOUR / 2, MONDAY + 2 * HOUR]])
  })
  test('a failed charge speaks for the service that waits for it: one uncaptured charge', () => {
    const service = [{ type: 'service', id: 'X' }]
    const completed = seen({ type: 'care.service.completed', objects: service, time: MONDAY }, true)
    const charge = (hours: number, status: 'dead_lettered' | 'succeeded') => seen({ type: 'billing.charge.created', objects: [{ type: 'charge', id: 'C' }, ...service], time: MONDAY + hours * HOUR, status }, false)
    const verdict = (...events: ObjectEvent[]) => {
      const evaluation = judge('service', events)
      const [only] = evaluation ? verdictsOf(evaluation, rules, MONDAY + 30 * 24 * HOUR) : []
      return only?.found?.kind ?? only?.closed?.code
    }
    expect([verdict(completed), verdict(completed, charge(1, 'dead_lettered')), verdict(completed, charge(1, 'dead_lettered'), charge(2, 'succeeded'))]).toEqual(['overdue', 'carried', 'milestone_seen'])
  })
  test('a refused replay is no trouble of its own: the exception replayed carries it', () => {
    const [refused] = rules.of('replay').negatives.values()
    expect([refused, judge('replay', [at(0, 'execution.replay.refused')])?.obligations]).toEqual([undefined, []])
    expect(rules.of('purchase_order').negatives.size).toBeGreaterThan(0)
  })
  test('a title begins with a capital, whatever stands in for what is not known', () => {
    const evaluation = judge('claim', [at(0, 'billing.claim.submitted')])
    expect((evaluation ? verdictsOf(evaluation, rules, MONDAY + 30 * 24 * HOUR) : []).map(({ found }) => found?.title)).toEqual(['The other party has not answered claim X'])
  })
  test('what hangs on a purchase order is its amount', () => {
    expect(judge('supplier_invoice', [at(0, 'finance.supplier_invoice.received', { attributes: { purchaseOrder: 'PO-1' } })])?.amountKey).toBe('["default","purchase_order","PO-1"]')
    expect(judge('purchase_order', [at(0, `${PO}.created`)])?.amountKey).toBe('["default","purchase_order","X"]')
  })
  test('keys do not run into each other and stay short', () => {
    expect(subjectKey('a', 'b|c')).not.toBe(subjectKey('a|b', 'c'))
    expect(subjectKey('x'.repeat(2000)).length).toBeLessThan(100)
  })
})

describe('fingerprints', () => {
  test.each([
    ['Cost centre 4210 unknown for "INV-9"', 'cost centre 77 unknown for “INV-1200”'],
    ['Order PO-4711 of 2026-11-02 refused (422)', 'order PO-9 of 2025-01-31 refused (422)'],
    ['amount 1,204.50 differs', 'amount 9.00 differs'],
  ])('%s = %s', (a, b) => expect(normaliseMessage(a)).toBe(normaliseMessage(b)))
  test('other words, other group; no words, not all one group', () => {
    const of = (message: string, code = '', fallback = 'x') => fingerprintOf({ integration: 'i', step: 's', errorClass: 'mapping', message, code, fallback })
    expect(of('unknown cost centre')).not.toBe(of('unknown supplier'))
    expect(of('4711', 'A')).not.toBe(of('4712', 'B'))
    expect(of('', '', 'a')).not.toBe(of('', '', 'b'))
    expect(of('', 'A', 'a')).toBe(of('', 'A', 'b'))
  })
})

test('evaluation does not depend on the order or on repeats', () => {
  const types = [`${PO}.created`, `${PO}.transmitted`, `${PO}.acknowledged`, `${PO}.refused`, `${PO}.cancelled`, 'procurement.shipment.announced', 'procurement.goods_receipt.posted']
  const events = fc.array(fc.record({ hours: fc.integer({ min: 0, max: 30 }), type: fc.constantFrom(...types), status: fc.constantFrom('succeeded' as const, 'failed' as const, 'dead_lettered' as const) }), { minLength: 1, maxLength: 12 })
    .map(list => list.map(item => at(item.hours, item.type, { status: item.status })))
  fc.assert(fc.property(events.chain(list => fc.tuple(fc.constant(list), fc.shuffledSubarray([...list, ...list], { minLength: list.length * 2 }))), ([list, shuffled]) => {
    expect(judge('purchase_order', shuffled)).toEqual(judge('purchase_order', list))
  }), { numRuns: 300 })
})

test('the schedule gives what is due, in order, once', () => {
  const steps = fc.array(fc.tuple(fc.integer({ min: 0, max: 9 }), fc.option(fc.integer({ min: 0, max: 50 }))), { maxLength: 60 })
  fc.assert(fc.property(steps, fc.integer({ min: 0, max: 50 }), (sets, now) => {
    const schedule = new Schedule()
    const model = new Map<number, number>()
    for (const [id, due] of sets) {
      schedule.set({ namespace: 'n', type: 't', id: String(id) }, due)
      if (due === null) model.delete(id)
      else model.set(id, due)
    }
    expect(schedule.next()).toBe(model.size > 0 ? Math.min(...model.values()) : null)
    const taken = schedule.take(now, 100).map(ref => Number(ref.id))
    expect([...taken].sort()).toEqual([...model].filter(([, due]) => due <= now).map(([id]) => id).sort())
    expect(taken.map(id => model.get(id) ?? -1)).toEqual(taken.map(id => model.get(id) ?? -1).sort((a, b) => a - b))
    expect(schedule.size).toBe(model.size - taken.length)
  }))
})
