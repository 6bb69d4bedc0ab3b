/**
 * The finder on real stores, with planted data. All at facility '' (calendar weekdays-utc, Mon–Fri 08–18 UTC unless `always`).
 *
 * NOW = Friday 2026-11-20 12:00 UTC.
 *
 *   PO-1  created, transmitted Thu 19 Nov 09:00, critical → answer due 11:00 Thu            overdue, 1,200.00 EUR
 *   PO-2  the same, acknowledged Thu 10:59                                                   nothing
 *   PO-3  created Fri 09:00, transmission dead-lettered Fri 09:05; shipment announced        failed (1 attempt), 80,000.00 EUR
 *         with PO-3 touched and failing too: its own failure belongs to the shipment
 *   PO-4  transmission failed once Fri 11:50, retryable: inside the grace of an hour         nothing yet, failed from 12:50 on
 *   PO-5  refused by the supplier Fri 10:00                                                   failed, type purchase_order_refused
 *   INV-1 environment test, export dead-lettered                                              nothing
 *   step  integration.step.failed of test-integration without an object, dead-lettered        failed, no object
 *   bad   rejected: missing_type                                                              rejected
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startWorker } from '#app/worker.ts'
import type { Worker } from '#app/worker.ts'
import { actOnException } from '#app/exceptions/acts.ts'
import { countExceptions } from '#queries/clickhouse/exceptions/figures.ts'
import { exceptionById, listExceptions } from '#queries/clickhouse/exceptions/list.ts'
import { exceptionFilter } from '#queries/model/filter.ts'
import type { ExceptionView } from '#queries/model/exception.ts'
import { exceptionHistory } from '#queries/postgres/exceptions.ts'
import { openTestStores } from '#test/support/stores.ts'
import type { TestStores } from '#test/support/stores.ts'
import { HOUR, rejectedRow, row, shippedCatalogue, silent, TestWriter } from './support.ts'

const NOW = Date.UTC(2026, 10, 20, 12)
const at = (day: number, hour: number, minute = 0) => Date.UTC(2026, 10, day, hour, minute)
const PO = 'procurement.purchase_order'

let stores: TestStores
let worker: Worker
let writer: TestWriter
let now = NOW

beforeAll(async () => {
  stores = await openTestStores()
  const catalogue = await shippedCatalogue()
  writer = await TestWriter.register(stores, 'w1')
  worker = await startWorker({ stores, catalogue: { current: () => catalogue }, log: silent, clock: () => now })
})
afterAll(async () => {
  await worker?.close()
  await stores?.dispose()
})

const all = async (status: ExceptionView['status'][] = ['open', 'acknowledged', 'waiting', 'ignored']) =>
  (await listExceptions(stores.clickhouse, exceptionFilter.parse({ status, sort: 'firstSeen' }), { limit: 200 }, 'all')).items
const of = async (id: string, status?: ExceptionView['status'][]) => (await all(status)).filter(item => item.object?.id === id)

describe('finding', () => {
  test('finds what is planted and nothing else', async () => {
    await writer.write([
      row({ type: `${PO}.created`, object: 'purchase_order/PO-1', time: at(19, 8, 50), criticality: 'critical', amount: ['120000', 'EUR'] }),
      row({ type: `${PO}.transmitted`, object: 'purchase_order/PO-1', time: at(19, 9), criticality: 'critical' }),
      row({ type: `${PO}.created`, object: 'purchase_order/PO-2', time: at(19, 8, 50), criticality: 'critical' }),
      row({ type: `${PO}.transmitted`, object: 'purchase_order/PO-2', time: at(19, 9), criticality: 'critical' }),
      row({ type: `${PO}.acknowledged`, object: 'purchase_order/PO-2', time: at(19, 10, 59), criticality: 'low' }),
      row({ type: `${PO}.created`, object: 'purchase_order/PO-3', time: at(20, 9), amount: ['8000000', 'EUR'] }),
      row({ type: `${PO}.transmitted`, object: 'purchase_order/PO-3', time: at(20, 9, 5), status: 'dead_lettered', error: { class: 'mapping', code: 'MAP-1', message: 'Unknown item "X-17"' } }),
      row({ type: 'procurement.shipment.announced', objects: [{ type: 'purchase_order', id: 'PO-3' }, { type: 'shipment', id: 'SH-3' }], time: at(20, 9, 6), status: 'dead_lettered' }),
      row({ type: `${PO}.created`, object: 'purchase_order/PO-4', time: at(20, 11, 45) }),
      row({ type: `${PO}.transmitted`, object: 'purchase_order/PO-4', time: at(20, 11, 50), status: 'failed', attempt: 1, retryable: true }),
      row({ type: `${PO}.refused`, object: 'purchase_order/PO-5', time: at(20, 10) }),
      row({ type: 'finance.customer_invoice.exported', object: 'customer_invoice/INV-1', time: at(20, 9), status: 'dead_lettered', environment: 'test' }),
      row({ type: 'integration.step.failed', time: at(20, 9, 30), status: 'dead_lettered', retryable: false, error: { class: 'connection', message: 'refused' }, integration: 'lab-link' }),
    ], [rejectedRow({ id: 'bad', source: 'lab', eventId: 'x-1', code: 'missing_type', time: at(20, 8) })])
    await worker.idle()
    const found = (await all()).map(item => [item.kind, item.type, item.object?.id ?? null, item.status])
    expect(found).toEqual([
      ['overdue', 'purchase_order_acknowledged_overdue', 'PO-1', 'open'],
      ['rejected', 'missing_type', null, 'open'],
      ['failed', 'purchase_order_transmitted_failed', 'PO-3', 'open'],
      ['failed', 'shipment_announced_failed', 'SH-3', 'open'],
      ['failed', 'step_failed', null, 'open'],
      ['failed', 'purchase_order_refused', 'PO-5', 'open'],
    ])
    const [late] = await of('PO-1')
    expect(late).toMatchObject({ process: 'procure-to-pay', step: `${PO}.acknowledged`, severity: 'critical', firstSeen: '2026-11-19T11:00:00.000Z', dueAt: '2026-11-19T11:00:00.000Z', amount: { value: '1200.00', currency: 'EUR' } })
    expect(late?.title).not.toMatch(/[{}]/)
    const [failed] = await of('PO-3')
    expect(failed).toMatchObject({ severity: 'high', occurrences: 1, step: `${PO}.transmitted`, eventIds: [expect.any(String)] })
    // 1,200.00 + 80,000.00; the shipment's failure carries no amount
    expect((await countExceptions(stores.clickhouse, exceptionFilter.parse({}), 'all'))).toMatchObject({ count: 6, money: [{ currency: 'EUR', value: '81200.00' }], withoutAmount: 4 })
  })

  test('what was not due comes due by the clock alone', async () => {
    now = NOW + 49 * 60_000
    await worker.idle()
    expect(await of('PO-4')).toEqual([])
    now = NOW + 50 * 60_000
    await worker.idle()
    expect(await of('PO-4')).toMatchObject([{ kind: 'failed', firstSeen: '2026-11-20T11:50:00.000Z' }])
  })

  test('a success recovers, a milestone closes, an answer supersedes a no, a corrected event settles a rejection', async () => {
    now = NOW + HOUR
    await writer.write([
      row({ type: `${PO}.acknowledged`, object: 'purchase_order/PO-1', time: now }),
      row({ type: `${PO}.transmitted`, object: 'purchase_order/PO-3', time: now }),
      row({ type: `${PO}.acknowledged`, object: 'purchase_order/PO-5', time: now }),
      row({ type: 'integration.step.succeeded', time: now, integration: 'lab-link' }),
      row({ type: `${PO}.changed`, object: 'purchase_order/PO-9', time: now, source: 'lab', id: 'x-1' }),
    ])
    await worker.idle()
    expect((await all()).map(item => item.object?.id)).toEqual(['SH-3', 'PO-4'])
    const closed = (await all(['resolved'])).map(item => [item.object?.id ?? item.type, item.resolution?.by, item.resolution?.code])
    expect(closed).toEqual([['PO-1', 'recovered', 'milestone_seen'], ['missing_type', 'recovered', 'corrected'], ['PO-3', 'recovered', 'milestone_seen'], ['step_failed', 'recovered', 'milestone_seen'], ['PO-5', 'recovered', 'superseded']])
    const [first] = await of('PO-1', ['resolved'])
    expect((await exceptionHistory(stores.postgres, Number(first?.id), 'all')).map(entry => [entry.act, entry.actor.id])).toEqual([['opened', 'finder'], ['recovered', 'finder']])
  })

  test('what a person resolved stays so until there is newer evidence', async () => {
    const [open] = await of('PO-4')
    const actor = { kind: 'person' as const, id: 'u1', origin: 'test' }
    const resolved = await actOnException(stores, { actor, scope: 'all' }, open?.id ?? '', { act: 'resolve', code: 'posted_by_hand', note: 'Sent by phone' }, open?.version)
    expect(resolved).toMatchObject({ status: 'resolved', resolution: { by: 'person', code: 'posted_by_hand', note: 'Sent by phone' } })
    expect(await exceptionById(stores.clickhouse, resolved.id, 'all')).toEqual(resolved)
    await worker.fullEvaluation()
    expect(await of('PO-4')).toEqual([])
    await writer.write([row({ type: `${PO}.transmitted`, object: 'purchase_order/PO-4', time: now + 1000, status: 'dead_lettered' })])
    now += HOUR
    await worker.idle()
    expect(await of('PO-4')).toMatchObject([{ id: resolved.id, status: 'open', occurrences: 2, resolution: null }])
  })

  test('a text that PostgreSQL cannot hold stops nothing behind it', async () => {
    await writer.write([row({ type: `${PO}.transmitted`, object: 'purchase_order/PO-\0NUL', time: now, status: 'dead_lettered', error: { code: 'E\0', class: 'mapping', message: 'bad \0 byte' } })])
    await writer.write([row({ type: `${PO}.transmitted`, object: 'purchase_order/PO-10', time: now, status: 'dead_lettered' })])
    await worker.idle()
    expect((await all()).map(item => item.object?.id).filter(id => id?.startsWith('PO-\ufffd') || id === 'PO-10').sort()).toEqual(['PO-10', 'PO-\ufffdNUL'])
    const before = (await all()).length
    await worker.fullEvaluation()
    expect(await all()).toHaveLength(before)
  })
})
