/**
 * What the business views of finance and IT count, by hand. NOW = Friday 2026-11-20 12:00 UTC; north and south are facilities.
 *
 * Exports (step exported; issued, due, then):
 *   I1 north Thu 09:00, 17:00  exported Thu 12:00   100.00 CHF      I4 south Fri 09:00, 11:00  –          40.00 EUR
 *   I2 north Thu 10:00, 18:00  exported Fri 08:00   200.00 CHF      I5 south Fri 10:00, 18:00  –          no amount
 *   I3 north Thu 11:00, 19:00  failed               300.00 CHF      I6 north Fri 10:00          cancelled
 *   Thursday: 3, in time 1, late 1, failed 1, CHF 600.00 of which 300.00 missing. Friday: 2, overdue 1, not due 1, EUR 40.00 missing.
 *
 * Services (step charged; completed, due, then; code):
 *   S1 north Wed 08:00, Thu 08:00  –              500.00 CHF  A1     S3 south Thu 09:00, Fri 09:00  –   900.000 KWD  A1
 *   S2 north Wed 09:00, Thu 09:00  charged Fri     70.00 CHF  A1     S4 south Thu 10:00, Fri 18:00  –     1.000 KWD  B2
 *   Wednesday: 2 services, 1 leaks (CHF 500.00), 1 made good late. Thursday: 2 services, 1 leaks (KWD 900.000).
 *
 * Unmatched payments: P1 failed, card by Stripe, 10.00 CHF · P2 overdue, transfer without a reference, 20.00 CHF · P3 overdue, its receipt was never seen.
 *
 * Critical are I4 and S1; nobody says it of the others.
 *
 * Feed runs: F1 loaded with one row less than produced · F2 produced only, delivery past due · F3 failed to load.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runState } from '#app/feeds/feeds.ts'
import { placesOf } from '#app/invoice-exports/panels.ts'
import { PAYMENTS } from '#app/payments/definition.ts'
import { readPayments } from '#app/payments/panels.ts'
import { readViewRequest } from '#app/views/request.ts'
import { backlogFacets, backlogFigure, backlogFilter, listBacklog } from '#queries/clickhouse/backlog/backlog.ts'
import { leakByCode, leakByDay } from '#queries/clickhouse/charges/leak.ts'
import { countEach } from '#queries/clickhouse/exceptions/count-each.ts'
import { exceptionFacets } from '#queries/clickhouse/exceptions/facets.ts'
import { countExceptions } from '#queries/clickhouse/exceptions/figures.ts'
import { listExceptions } from '#queries/clickhouse/exceptions/list.ts'
import { feedRuns } from '#queries/clickhouse/feeds/runs.ts'
import { workWindows } from '#queries/clickhouse/invoice-exports/windows.ts'
import { unmatchedParts } from '#queries/clickhouse/payments/unmatched.ts'
import { viewFilter } from '#queries/clickhouse/views/filter.ts'
import { exceptionFilter, FilterError, parseFilter } from '#queries/model/filter.ts'
import { row, shippedCatalogue, TestWriter } from '#test/app/exceptions/support.ts'
import { openTestStores, type TestStores } from '#test/support/stores.ts'

const NOW = new Date('2026-11-20T12:00:00Z')
const EXPORTED = 'finance.customer_invoice.exported'
const CHARGED = 'billing.charge.created'
const north = { facilities: ['north'], entities: [] }
const day = { wed: '2026-11-18', thu: '2026-11-19', fri: '2026-11-20', sat: '2026-11-21' } as const
type Day = keyof typeof day
const at = (text: string): string => { const [name, clock] = text.split(' ') as [Day, string]; return `${day[name]} ${clock}:00.000` }
const ms = (text: string): number => Date.parse(`${at(text).replace(' ', 'T')}Z`)
const bounds = (...days: Day[]): Date[] => days.map(name => new Date(`${day[name]}T00:00:00Z`))
let stores: TestStores

interface Wait { id: string; facility: string; since: string; due: string; met?: string; cancelled?: string; minor?: string; currency?: string }
const obligation = (process: string, type: string, step: string) => ({ id, facility, since, due, met, cancelled, minor, currency }: Wait) => ({
  namespace: 'n', object_type: type, object_id: id, process, expectation: `${step}-x`, milestone: step, kind: 'overdue', anchor_type: 'a', anchor_at: at(since), warn_at: at(due), due_at: at(due), met_at: met ? at(met) : null, cancelled_at: cancelled ? at(cancelled) : null,
  removed: false, facility, amount_minor: minor ?? null, currency: currency ?? '', version: 1,
})
const exception = (id: number, kind: string, step: string, type: string, object: string, minor: string | null) => ({
  id: String(id), kind, type: 't', title: object, status: 'open', severity: 'high', severity_rank: 3, process: 'order-to-cash', step, facility: 'north', namespace: 'n', object_type: type, object_id: object, amount_minor: minor, currency: minor === null ? '' : 'CHF', amount_key: object,
  first_seen: at('thu 08:00'), last_seen: at('thu 08:00'), detected_at: at('thu 08:00'), environment: 'production', fingerprint: `f${id}`, version: 1,
})
const received = (id: string, integration: string, attributes: Record<string, unknown>) => row({ type: 'payments.payment.received', time: ms('wed 08:00'), objects: [{ type: 'payment', id, namespace: 'n' }], integration, facility: 'north', attributes })
const completed = (id: string, facility: string, code: string) => row({ type: 'care.service.completed', time: ms('wed 08:00'), objects: [{ type: 'service', id, namespace: 'n' }], facility, attributes: { code } })
const feed = (id: string, step: string, time: string, over: object = {}) => row({ type: `feeds.feed_run.${step}`, time: ms(time), objects: [{ type: 'feed_run', id, namespace: 'group' }], integration: 'nightly', facility: 'north', attributes: { feed: 'ledger', controlTotals: { count: 10, sum: '5.00', currency: 'CHF' } }, ...over })

beforeAll(async () => {
  stores = await openTestStores()
  const writer = await TestWriter.register(stores, 'panels')
  const exported = obligation('order-to-cash', 'customer_invoice', EXPORTED)
  const charged = obligation('charge-capture', 'service', CHARGED)
  await stores.clickhouse.insert({ table: 'obligations', rows: [
    exported({ id: 'I1', facility: 'north', since: 'thu 09:00', due: 'thu 17:00', met: 'thu 12:00', minor: '10000', currency: 'CHF' }),
    exported({ id: 'I2', facility: 'north', since: 'thu 10:00', due: 'thu 18:00', met: 'fri 08:00', minor: '20000', currency: 'CHF' }),
    exported({ id: 'I3', facility: 'north', since: 'thu 11:00', due: 'thu 19:00', minor: '30000', currency: 'CHF' }),
    exported({ id: 'I4', facility: 'south', since: 'fri 09:00', due: 'fri 11:00', minor: '4000', currency: 'EUR' }),
    exported({ id: 'I5', facility: 'south', since: 'fri 10:00', due: 'fri 18:00' }),
    exported({ id: 'I6', facility: 'north', since: 'fri 10:00', due: 'fri 18:00', cancelled: 'fri 11:00' }),
    charged({ id: 'S1', facility: 'north', since: 'wed 08:00', due: 'thu 08:00', minor: '50000', currency: 'CHF' }),
    charged({ id: 'S2', facility: 'north', since: 'wed 09:00', due: 'thu 09:00', met: 'fri 09:00', minor: '7000', currency: 'CHF' }),
    charged({ id: 'S3', facility: 'south', since: 'thu 09:00', due: 'fri 09:00', minor: '900000', currency: 'KWD' }),
    charged({ id: 'S4', facility: 'south', since: 'thu 10:00', due: 'fri 18:00', minor: '1000', currency: 'KWD' }),
    { ...obligation('batch-feeds', 'feed_run', 'feeds.feed_run.delivered')({ id: 'F2', facility: 'north', since: 'fri 02:00', due: 'fri 04:00' }), namespace: 'group' },
  ] })
  const critical = (type: string, id: string) => ({ namespace: 'n', object_type: type, object_id: id, first_at: at('wed 08:00'), last_at: at('wed 08:00'), events: 1, criticality: 'critical', version: 1 })
  await stores.clickhouse.insert({ table: 'objects', rows: [critical('customer_invoice', 'I4'), critical('service', 'S1')] })
  await stores.clickhouse.insert({ table: 'exceptions', rows: [
    exception(1, 'failed', EXPORTED, 'customer_invoice', 'I3', '30000'), exception(2, 'failed', 'payments.payment.posted', 'payment', 'P1', '1000'),
    exception(3, 'overdue', 'payments.payment.posted', 'payment', 'P2', '2000'), exception(4, 'overdue', 'payments.payment.posted', 'payment', 'P3', null),
  ] })
  await writer.write([
    received('P1', 'stripe-odoo-ch', { method: 'card', reference: 'INV-1' }), received('P2', 'reussgau-odoo-notifications', { method: 'bank_transfer', reference: '' }),
    completed('S1', 'north', 'A1'), completed('S3', 'south', 'A1'), completed('S4', 'south', 'B2'),
    feed('F1', 'opened', 'fri 02:00'), feed('F1', 'produced', 'fri 02:10'), feed('F1', 'loaded', 'fri 02:30', { attributes: { controlTotals: { count: 9, sum: '5.00', currency: 'CHF' } } }),
    feed('F2', 'opened', 'fri 01:50'), feed('F2', 'produced', 'fri 02:00'),
    feed('F3', 'opened', 'thu 02:00'), feed('F3', 'loaded', 'thu 02:40', { status: 'dead_lettered', error: { message: 'disk full' } }),
  ], [], false)
}, 60_000)
afterAll(() => stores.dispose())

describe('windows of the export', () => {
  const filter = viewFilter.parse({ step: [EXPORTED], kind: ['failed'] })
  const read = (scope: 'all' | typeof north = 'all', more: object = {}) => workWindows(stores.clickhouse, { ...filter, ...more }, bounds('thu', 'fri', 'sat'), new Map(), NOW, scope)
  it('are those of the header, money per currency', async () => {
    const [thursday, friday] = await read()
    expect(thursday).toMatchObject({ all: 3, inTime: 1, lateDone: 1, failed: 1, late: 0, waiting: 0, withoutAmount: 0, failedIds: ['I3'], money: [{ all: { value: '600.00', currency: 'CHF' }, missing: { value: '300.00', currency: 'CHF' } }] })
    expect(friday).toMatchObject({ all: 2, inTime: 0, lateDone: 0, failed: 0, late: 1, waiting: 1, withoutAmount: 1, failedIds: [], money: [{ all: { value: '40.00', currency: 'EUR' }, missing: { value: '40.00', currency: 'EUR' } }] })
  })
  it('have as missing what the backlog of the same window counts', async () => {
    for (const window of await read()) {
      const figure = await backlogFigure(stores.clickhouse, backlogFilter.parse({ step: [EXPORTED], from: window.from, to: window.to }), NOW, 'all')
      expect([window.from, window.failed + window.late + window.waiting]).toEqual([window.from, figure.count])
    }
  })
  it('stay inside the scope and the places asked for', async () => {
    expect((await read(north)).map(window => window.all)).toEqual([3, 0])
    expect((await read('all', { facility: ['south'] })).map(window => window.all)).toEqual([0, 2])
    expect((await read({ facilities: [], entities: [] })).map(window => window.all)).toEqual([0, 0])
    expect((await read('all', { criticality: ['critical'] })).map(window => [window.all, window.late])).toEqual([[0, 0], [1, 1]])
  })
})

describe('what leaks', () => {
  const filter = backlogFilter.parse({ step: [CHARGED], process: ['charge-capture'], objectType: ['service'], overdue: 'true' })
  it('by day is the header’s', async () => {
    const days = await leakByDay(stores.clickhouse, filter, bounds('wed', 'thu', 'fri'), NOW, 'all')
    expect(days.map(({ services, leaking, lateDone, money }) => ({ services, leaking, lateDone, money }))).toEqual([
      { services: 2, leaking: 1, lateDone: 1, money: [{ value: '500.00', currency: 'CHF' }] }, { services: 2, leaking: 1, lateDone: 0, money: [{ value: '900.000', currency: 'KWD' }] },
    ])
    const whole = await backlogFigure(stores.clickhouse, filter, NOW, 'all')
    expect(days.reduce((sum, one) => sum + one.leaking, 0)).toBe(whole.count)
  })
  it('follows how critical the service is, as its list does', async () => {
    const critical = { ...filter, criticality: ['critical' as const] }
    expect((await leakByDay(stores.clickhouse, critical, bounds('wed', 'thu', 'fri'), NOW, 'all')).map(({ services, leaking }) => [services, leaking])).toEqual([[1, 1], [0, 0]])
    expect(await leakByCode(stores.clickhouse, critical, NOW, 'all')).toMatchObject([{ code: 'A1', services: 1 }])
    expect((await listBacklog(stores.clickhouse, critical, { limit: 10 }, NOW, 'all')).items.map(item => item.object.id)).toEqual(['S1'])
    expect((await backlogFacets(stores.clickhouse, critical, NOW, 'all')).facility).toEqual([{ value: 'north', count: 1 }])
  })
  it('by service code, with the services themselves', async () => {
    const [code, ...rest] = await leakByCode(stores.clickhouse, filter, NOW, 'all')
    expect(rest).toEqual([])
    expect(code).toEqual({ code: 'A1', services: 2, facilities: 2, oldest: '2026-11-18T08:00:00.000Z', money: [{ value: '500.00', currency: 'CHF' }, { value: '900.000', currency: 'KWD' }] })
    expect(await leakByCode(stores.clickhouse, filter, NOW, north)).toMatchObject([{ code: 'A1', services: 1 }])
    const said = async (scope: 'all' | typeof north, ...values: string[]) => (await listBacklog(stores.clickhouse, backlogFilter.parse({ ...filter, said: values }), { limit: 50 }, NOW, scope)).items.map(item => item.object.id)
    expect([await said('all', 'care.service.completed:code=A1'), await said(north, 'care.service.completed:code=A1'), await said('all', 'care.service.completed:code=B2'), await said('all', 'care.service.completed:unseen')]).toEqual([['S1', 'S3'], ['S1'], [], []])
  })
})

it('unmatched payments: parts by what was said, adding up to the headline’s count', async () => {
  const filter = exceptionFilter.parse({ step: ['payments.payment.posted'], kind: ['failed', 'overdue'] })
  const ORDER = ['card', 'bank_transfer', '']
  const parts = await unmatchedParts(stores.clickhouse, filter, 'all')
  expect(parts.toSorted((a, b) => ORDER.indexOf(a.method) - ORDER.indexOf(b.method)).map(({ oldest: _oldest, ...part }) => part)).toEqual([
    { kind: 'failed', method: 'card', via: 'stripe-odoo-ch', said: true, bare: false, payments: 1, money: { value: '10.00', currency: 'CHF' } },
    { kind: 'overdue', method: 'bank_transfer', via: 'reussgau-odoo-notifications', said: true, bare: true, payments: 1, money: { value: '20.00', currency: 'CHF' } },
    { kind: 'overdue', method: '', via: '', said: false, bare: false, payments: 1, money: null },
  ])
  expect(parts.reduce((sum, part) => sum + part.payments, 0)).toBe((await countExceptions(stores.clickhouse, filter, 'all')).count)
  expect(await unmatchedParts(stores.clickhouse, filter, { facilities: ['south'], entities: [] })).toEqual([])
})

it('feed runs: totals that differ, one past due, one that failed; older ones are left out', async () => {
  const runs = await feedRuns(stores.clickhouse, { facility: [], integration: [] }, new Date('2026-11-18T00:00:00Z'), NOW, 'all')
  expect(runs.map(run => [run.object.id, run.feed, runState(run)])).toEqual([['F1', 'ledger', 'differs'], ['F2', 'ledger', 'late'], ['F3', 'ledger', 'failed']])
  expect(runs[2]).toMatchObject({ failedStep: 'loaded', error: 'disk full', at: { opened: '2026-11-19T02:00:00.000Z', loaded: null } })
  expect((await feedRuns(stores.clickhouse, { facility: [], integration: [] }, new Date('2026-11-20T00:00:00Z'), NOW, 'all')).map(run => run.object.id)).toEqual(['F1', 'F2'])
  expect(await feedRuns(stores.clickhouse, { facility: [], integration: ['other'] }, new Date('2026-11-18T00:00:00Z'), NOW, 'all')).toEqual([])
  expect(await feedRuns(stores.clickhouse, { facility: [], integration: [] }, new Date('2026-11-18T00:00:00Z'), NOW, { facilities: ['south'], entities: [] })).toEqual([])
})

it('a system of the address is the integrations that lead to it; one that none leads to has nothing', async () => {
  const catalogue = await shippedCatalogue()
  const integrations = (more: object) => placesOf(catalogue, viewFilter.parse(more)).integration
  const leading = [...catalogue.integrations.values()].filter(one => one.to === 'ledgerline').map(one => one.id)
  expect(leading).toContain('odoo-ledgerline-invoice-export')
  expect(integrations({ system: ['ledgerline'] })).toEqual(leading)
  expect(integrations({ system: ['ledgerline'], integration: ['odoo-ledgerline-invoice-export', 'nightly'] })).toEqual(['odoo-ledgerline-invoice-export'])
  expect(integrations({ integration: ['nightly'] })).toEqual(['nightly'])
  for (const none of [{ system: ['nowhere'] }, { system: ['ledgerline'], integration: ['nightly'] }]) {
    expect((await backlogFigure(stores.clickhouse, placesOf(catalogue, viewFilter.parse(none)), NOW, 'all')).count).toBe(0)
  }
})

describe('every figure of a panel leads to its rows, however many they are', () => {
  const west = { facilities: ['west'], entities: [] }
  /** 120 unmatched payments of the west: by card, by transfer (every other one without a reference), some without a method, some whose receipt was never seen; a refund shares an id with each. */
  beforeAll(async () => {
    const all = Array.from({ length: 120 }, (_, index) => ({ index, id: `W${index}`, method: index < 70 ? 'card' : index < 100 ? 'bank_transfer' : '' }))
    const opened = (id: number, object: string, type: string) => ({ ...exception(id, 'overdue', 'payments.payment.posted', type, object, '100'), facility: 'west' })
    await stores.clickhouse.insert({ table: 'exceptions', rows: all.flatMap(({ index, id }) => [opened(1000 + index, id, 'payment'), opened(2000 + index, id, 'refund')]) })
    await stores.clickhouse.insert({ table: 'objects', rows: all.map(({ index, id }) => ({ namespace: 'n', object_type: 'payment', object_id: id, criticality: index % 4 === 0 ? 'critical' : '', facility: 'west', version: 1 })) })
    const writer = await TestWriter.register(stores, 'panels-west')
    const receipt = (id: string, attributes: Record<string, unknown>, time: string, over: object = {}) => row({ type: 'payments.payment.received', time: ms(time), objects: [{ type: 'payment', id, namespace: 'n' }], integration: id.endsWith('5') ? 'reussgau-odoo-notifications' : 'stripe-odoo-ch', facility: 'west', attributes, ...over })
    await writer.write(all.filter(({ index }) => index < 110).flatMap(({ index, id, method }) => [
      receipt(id, { method: 'cash', reference: 'old' }, 'wed 08:00'), receipt(id, { ...(method === '' ? {} : { method }), reference: index % 2 === 0 ? 'R' : '' }, 'wed 09:00'),
      // a later attempt that failed says nothing
      receipt(id, { method: 'cheque', reference: 'no' }, 'wed 10:00', { status: 'failed' }),
    ]), [], false)
  }, 60_000)

  it('payments by method, by way, bare and by reason, also of critical objects', async () => {
    const catalogue = await shippedCatalogue()
    for (const search of ['facility=west', 'facility=west&criticality=critical', 'facility=west&criticality=critical&criticality=normal']) {
      const panels = await readPayments(stores.clickhouse, catalogue, readViewRequest(catalogue, PAYMENTS, new URLSearchParams(search)), west)
      const groups = [...panels.reasons, ...(panels.bare ? [panels.bare] : []), ...panels.methods, ...panels.ways]
      expect(groups.length).toBeGreaterThanOrEqual(6)
      const linked = await Promise.all(groups.map(async ({ key, to }) => [key, (await countExceptions(stores.clickhouse, parseFilter(exceptionFilter, new URL(to, 'http://x').searchParams), west)).count]))
      expect([search, linked]).toEqual([search, groups.map(({ key, payments }) => [key, payments])])
      if (search === 'facility=west') expect(Object.fromEntries(groups.map(({ key, payments }) => [key, payments]))).toMatchObject({ overdue: 120, card: 70, bank_transfer: 30, bare: 55 })
    }
  })

  it('lists, facets, lines and several filters at once count the same', async () => {
    const filter = exceptionFilter.parse({ facility: ['west'], said: ['payments.payment.received:method=card', 'payments.payment.received:unseen'] })
    const { count } = await countExceptions(stores.clickhouse, filter, 'all')
    expect(count).toBe(80)
    expect((await exceptionFacets(stores.clickhouse, { ...filter, kind: ['overdue'], objectType: ['payment'] }, 'all')).kind.filter(each => each.count > 0)).toEqual([{ value: 'overdue', count: 80 }])
    expect((await listExceptions(stores.clickhouse, filter, { limit: 200 }, 'all')).items).toHaveLength(80)
    expect(await countEach(stores.clickhouse, [filter, exceptionFilter.parse({ facility: ['west'], said: ['payments.payment.received:method=bank_transfer'] }), exceptionFilter.parse({ facility: ['west'] })], 'all')).toEqual([80, 30, 240])
    expect((await countExceptions(stores.clickhouse, filter, north)).count).toBe(0)
    expect(() => parseFilter(exceptionFilter, new URLSearchParams('said=method=card'))).toThrow(FilterError)
  })
})
