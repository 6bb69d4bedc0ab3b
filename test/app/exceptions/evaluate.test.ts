/**
 * Evaluation alone, without stores. Times are hours after Monday 2026-11-16 08:00 UTC, when the calendar weekdays-utc opens
 * (08–18). `order-acknowledged`: critical PT2H, high PT4H, normal PT8H, low P2D of working time.
 */
import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import type { Wait } from '#app/exceptions/clock.ts'
import { evaluate } from '#app/exceptions/evaluate.ts'
import { fingerprintOf } from '#app/exceptions/fingerprint.ts'
import { normaliseMessage } from '#app/exceptions/message.ts'
import { compileRules } from '#app/exceptions/rules.ts'
import type { Rules } from '#app/exceptions/rules.ts'
import { Schedule } from '#app/exceptions/schedule.ts'
import { subjectKey, verdictsOf } from '#app/exceptions/verdicts.ts'
import { isOpen } from '#queries/clickhouse/finding/types.ts'
import type { ObjectEvent } from '#queries/clickhouse/finding/types.ts'
import { catalogueWith, HOUR, seen, shippedCatalogue } from './support.ts'
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

describe('conditions beyond equality', () => {
  const EXPORTED = 'finance.customer_invoice'
  /** invoice-exported with another condition */
  const rulesWith = async (when: unknown) => compileRules(await catalogueWith('order-to-cash', process => {
    const list = process['expectations'] as Record<string, unknown>[]
    const item = list.find(each => each['id'] === 'invoice-exported')
    if (item) item['when'] = when
  }))
  const expects = async (tests: unknown[], more: Partial<Planted>) => {
    const with_ = await rulesWith({ tests })
    const found = evaluate({ namespace: 'default', type: 'customer_invoice', id: 'X', events: [at(0, `${EXPORTED}.issued`, more)] }, with_)
    return (found?.obligations ?? []).some(item => item.obligation.expectation === 'invoice-exported')
  }
  test.each([
    ['at_least', '10000.00', true], ['at_least', '9999.99', false], ['more_than', '10000.00', false], ['more_than', '10000.01', true], ['at_most', '10000.00', true], ['less_than', '10000.00', false],
  ] as const)('an amount %s 10000.00 EUR: %s is %s', async (operator, value, holds) => {
    expect(await expects([{ of: 'amount', operator, value: [{ value: '10000.00', currency: 'EUR' }, { value: '3000.000', currency: 'KWD' }] }], { amount: [value.replace('.', ''), 'EUR'] })).toBe(holds)
  })
  test('an amount is held against the bound of its own currency, and one without a bound or without an amount does not pass', async () => {
    const tests = [{ of: 'amount', operator: 'at_least', value: [{ value: '10000.00', currency: 'EUR' }, { value: '3000.000', currency: 'KWD' }] }]
    expect(await expects(tests, { amount: ['3000000', 'KWD'] })).toBe(true)
    expect(await expects(tests, { amount: ['9000000', 'JPY'] })).toBe(false)
    expect(await expects(tests, {})).toBe(false)
  })
  test.each([
    [{ operator: 'at_least', value: '2.50' }, '2.5', true], [{ operator: 'more_than', value: 2.5 }, 2.5, false], [{ operator: 'less_than', value: '0.3' }, '0.29999999999', true], [{ operator: 'at_least', value: 2 }, 'many', false],
    [{ operator: 'one_of', value: ['a', 'b'] }, 'b', true], [{ operator: 'none_of', value: ['a', 'b'] }, 'b', false], [{ operator: 'not_equals', value: 'x' }, 'y', true], [{ operator: 'present' }, 0, true], [{ operator: 'absent' }, 'x', false],
  ])('an attribute %j against %j: %s', async (test, value, holds) => {
    expect(await expects([{ of: 'attribute', attribute: 'lines.0.quantity', ...test }], { attributes: { lines: [{ quantity: value }] } })).toBe(holds)
  })
  test('every test must hold', async () => {
    const critical = { of: 'criticality', operator: 'one_of', value: ['critical'] }
    const large = { of: 'amount', operator: 'at_least', value: [{ value: '5.00', currency: 'EUR' }] }
    expect(await expects([critical, large], { criticality: 'critical', amount: ['500', 'EUR'] })).toBe(true)
    expect(await expects([critical, large], { criticality: 'high', amount: ['500', 'EUR'] })).toBe(false)
    expect(await expects([critical, { of: 'facility', operator: 'none_of', value: ['rosenfluh'] }], { criticality: 'critical', facility: 'rosenfluh' })).toBe(false)
  })
})

describe('standing still', () => {
  const RAISED = 'procurement.purchase_requisition.raised'
  const [EXCEEDED, CHECKED] = ['procurement.budget.exceeded', 'procurement.budget.checked']
  // requisition-decided: normal P2D of ten hours a day, paused from exceeded until checked, ten days at most
  const due = (...events: ObjectEvent[]) => open('purchase_requisition', at(0, RAISED), ...events).filter(text => text.startsWith('requisition-decided'))
  test('a pause moves the due time on by its working time', () => {
    expect(due()).toEqual([`requisition-decided@${DAYS + 10}`])
    expect(due(at(2, EXCEEDED), at(5, CHECKED))).toEqual([`requisition-decided@${2 * DAYS + 3}`])
    // from Monday 17:00 to Tuesday 09:00 two hours are open
    expect(due(at(9, EXCEEDED), at(DAYS + 1, CHECKED))).toEqual([`requisition-decided@${2 * DAYS + 2}`])
  })
  test('two pauses add up, a second beginning inside one changes nothing, late news give the same', () => {
    const events = [at(2, EXCEEDED), at(3, EXCEEDED), at(5, CHECKED), at(6, EXCEEDED), at(7, CHECKED)]
    expect(due(...events)).toEqual([`requisition-decided@${2 * DAYS + 4}`])
    expect(due(...events.toReversed())).toEqual(due(...events))
  })
  test('an open pause lasts as long as it may at most, one that begins after the due time is too late', () => {
    expect(due(at(0, EXCEEDED))).toEqual([`requisition-decided@${15 * DAYS + 10}`])
    expect(due(at(DAYS + 11, EXCEEDED))).toEqual([`requisition-decided@${DAYS + 10}`])
  })
  const judged = (waits: Wait[]) => evaluate({ namespace: 'default', type: 'purchase_order', id: 'X', events: [at(0, `${PO}.transmitted`)] }, rules, waits)
  const wait = (from: number, until: number, endedAt: number | null): Wait => ({ process: 'procure-to-pay', milestone: `${PO}.acknowledged`, from: MONDAY + from * HOUR, until: MONDAY + until * HOUR, endedAt: endedAt === null ? null : MONDAY + endedAt * HOUR, party: 'the supplier' })
  const shown = (waits: Wait[], now: number) => {
    const evaluation = judged(waits)
    const found = evaluation && verdictsOf(evaluation, rules, MONDAY + now * HOUR).find(verdict => verdict.found)?.found
    return found ? { due: ((found.dueAt ?? 0) - MONDAY) / HOUR, since: (found.firstSeen - MONDAY) / HOUR, severity: found.severity } : null
  }
  test('what a person lets wait stays as late as it was, and goes on from there', () => {
    // due at 8; waits from 9 (an hour late) for four days, of which forty working hours count
    expect(shown([], 9)).toEqual({ due: 8, since: 8, severity: 'normal' })
    expect(shown([wait(9, 4 * DAYS + 9, null)], 4 * DAYS + 8)).toEqual({ due: 8, since: 8, severity: 'normal' })
    // two working days of ten hours after the due time (Monday 16:00) it is long overdue: one level more, and never more than that
    expect([2 * DAYS + 7.99, 2 * DAYS + 8, 12 * DAYS + 8].map(now => shown([], now)?.severity)).toEqual(['normal', 'high', 'high'])
    // ended after four days: again one hour late (Friday 16:00), and two working days later, on Tuesday, it is long overdue
    const ended = [wait(9, 4 * DAYS + 9, 4 * DAYS + 9)]
    expect(shown(ended, 4 * DAYS + 10)).toEqual({ due: 4 * DAYS + 8, since: 8, severity: 'normal' })
    expect([8 * DAYS + 7.99, 8 * DAYS + 8, 16 * DAYS + 8].map(now => shown(ended, now)?.severity)).toEqual(['normal', 'high', 'high'])
    // begun when it was long overdue already, and still waiting: as severe as it was
    expect(shown([wait(2 * DAYS + 8, 20 * DAYS, null)], 12 * DAYS)?.severity).toBe('high')
  })
  test('ended before its time, only what was waited counts', () => {
    expect(shown([wait(9, 4 * DAYS + 9, DAYS + 1)], DAYS + 2)).toEqual({ due: 10, since: 8, severity: 'normal' })
  })
})

describe('two reports of one thing', () => {
  const run = (produced: unknown, ...loaded: [number, unknown][]) => judge('feed_run', [
    at(0, 'feeds.feed_run.opened'), at(1, 'feeds.feed_run.produced', { attributes: { controlTotals: produced } }), at(1.5, 'feeds.feed_run.delivered'),
    ...loaded.map(([hours, totals]) => at(hours, 'feeds.feed_run.loaded', { attributes: { controlTotals: totals } })),
  ])?.obligations.filter(item => item.obligation.kind === 'mismatch').map(item => [item.evidence.length, isOpen(item.obligation)])
  test('differ until they are reported again and agree', () => {
    expect(run({ count: 10, sum: '5.00', currency: 'CHF' }, [2, { count: 10, sum: '5.0', currency: 'CHF' }])).toEqual([])
    expect(run({ count: 10, sum: '5.00' }, [2, { count: 9, sum: '5.00' }])).toEqual([[1, true]])
    expect(run({ count: 10 }, [2, { count: 9 }], [3, { count: 8 }])).toEqual([[2, true]])
    expect(run({ count: 10 }, [2, { count: 9 }], [3, { count: '10' }])).toEqual([[1, false]])
    expect(run({ count: 10 }, [2, { rows: 9 }])).toEqual([])
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
