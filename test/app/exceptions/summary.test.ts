/**
 * One number, one definition: the control tower's figures against the lists behind them. NOW = Friday 2026-11-20 12:00 UTC.
 *
 *   PO-1  rosenfluh  transmitted Thu 08:00, critical: answer due Thu 10:00   backlog, late     300.00 CHF
 *   PO-2  rosenfluh  transmitted Fri 11:30, critical: answer due Fri 13:30   backlog           200.00 CHF
 *   PO-3  eastmere   transmission dead-lettered Fri 09:00, created Fri 08:00 backlog, late      50.00 GBP   (low: due a day later → not late)
 *   INV-1 eastmere   received for PO-1, Fri 11:00                            backlog           300.00 CHF   own amount in the backlog
 *   bad   rejected
 *
 * Backlog: order-acknowledged of PO-1 and PO-2, order-transmitted of PO-3, supplier-invoice-decided of INV-1 = 4, late 1.
 * Stuck purchase orders: PO-1 (overdue), PO-3 (failed) = 2: CHF 300.00, GBP 50.00.
 */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { headlineFilter, summaryOf } from '#app/exceptions/summary.ts'
import { startWorker } from '#app/worker.ts'
import type { Worker } from '#app/worker.ts'
import { backlogBy, backlogCells, backlogFacets, backlogFigure, backlogFilter, listBacklog } from '#queries/clickhouse/backlog/backlog.ts'
import { listExceptions } from '#queries/clickhouse/exceptions/list.ts'
import type { Catalogue } from '#queries/catalogue/catalogue.ts'
import { exceptionFilter, parseFilter } from '#queries/model/filter.ts'
import type { Scope } from '#queries/model/scope.ts'
import { summaryView } from '#queries/model/views.ts'
import { openTestStores } from '#test/support/stores.ts'
import type { TestStores } from '#test/support/stores.ts'
import { rejectedRow, row, shippedCatalogue, silent, TestWriter } from './support.ts'

const NOW = new Date('2026-11-20T12:00:00Z')
const at = (day: number, hour: number, minute = 0) => Date.UTC(2026, 10, day, hour, minute)
const PO = 'procurement.purchase_order'
let stores: TestStores
let catalogue: Catalogue
let worker: Worker

beforeAll(async () => {
  stores = await openTestStores()
  catalogue = await shippedCatalogue()
  const writer = await TestWriter.register(stores, 'w')
  const rosenfluh = { facility: 'rosenfluh', entity: catalogue.entityFor('', 'rosenfluh'), criticality: 'critical' as const }
  const eastmere = { facility: 'eastmere', entity: catalogue.entityFor('', 'eastmere'), criticality: 'low' as const }
  await writer.write([
    row({ ...rosenfluh, type: `${PO}.transmitted`, object: 'purchase_order/PO-1', time: at(19, 8), amount: ['30000', 'CHF'] }),
    row({ ...rosenfluh, type: `${PO}.transmitted`, object: 'purchase_order/PO-2', time: at(20, 11, 30), amount: ['20000', 'CHF'] }),
    row({ ...eastmere, type: `${PO}.created`, object: 'purchase_order/PO-3', time: at(20, 8), amount: ['5000', 'GBP'] }),
    row({ ...eastmere, type: `${PO}.transmitted`, object: 'purchase_order/PO-3', time: at(20, 9), status: 'dead_lettered' }),
    row({ ...eastmere, type: 'finance.supplier_invoice.received', object: 'supplier_invoice/INV-1', time: at(20, 11), amount: ['30000', 'CHF'], attributes: { purchaseOrder: 'PO-1' } }),
    row({ ...eastmere, type: `${PO}.transmitted`, object: 'purchase_order/PO-T', time: at(19, 8), environment: 'test' }),
  ], [rejectedRow({ id: 'bad', source: 's', eventId: 'x', code: 'malformed', time: at(20, 8) })])
  worker = await startWorker({ stores, catalogue: { current: () => catalogue }, log: silent, clock: () => NOW.getTime() })
  await worker.idle()
})
afterAll(async () => {
  await worker?.close()
  await stores?.dispose()
})

const figures = async (scope: Scope = 'all') => new Map((await summaryOf(stores, catalogue, scope, NOW)).figures.map(figure => [figure.key, figure]))

test('the figures are those of the header', async () => {
  const summary = summaryView.parse(await summaryOf(stores, catalogue, 'all', NOW))
  const all = await figures()
  expect(all.get('backlog')).toMatchObject({ count: 4, money: [{ currency: 'CHF', value: '800.00' }, { currency: 'GBP', value: '50.00' }], oldest: '2026-11-19T08:00:00.000Z' })
  expect(all.get('overdue')).toMatchObject({ count: 1, money: [{ currency: 'CHF', value: '300.00' }] })
  expect(all.get('stuck_purchase_orders')).toMatchObject({ count: 2, money: [{ currency: 'CHF', value: '300.00' }, { currency: 'GBP', value: '50.00' }] })
  expect(all.get('rejected')).toMatchObject({ count: 1, money: [] })
  expect(summary.accepted).toEqual({ total: 5, rejected: 1 })
  expect(summary.byFacility.map(item => [item.facility, item.count, item.overdue])).toEqual([['eastmere', 2, 0], ['rosenfluh', 2, 1]])
})

test.each<[string, Scope]>([['all', 'all'], ['one facility', { facilities: ['eastmere'], entities: [] }], ['nothing', { facilities: [], entities: [] }]])('each figure is the length of the list that it links to: %s', async (_, scope) => {
  for (const figure of (await summaryOf(stores, catalogue, scope, NOW)).figures) {
    const [path, search = ''] = figure.href.split('?')
    const { items } = path === '/backlog'
      ? await listBacklog(stores.clickhouse, parseFilter(backlogFilter, new URLSearchParams(search)), { limit: 200 }, NOW, scope)
      : await listExceptions(stores.clickhouse, parseFilter(exceptionFilter, new URLSearchParams(search)), { limit: 200 }, scope)
    expect([figure.key, figure.count]).toEqual([figure.key, items.length])
  }
})

test('facilities, processes and cells add up to the backlog', async () => {
  const filter = backlogFilter.parse({})
  for (const group of ['facility', 'process', 'step', 'integration'] as const) {
    expect((await backlogBy(stores.clickhouse, group, filter, NOW, 'all')).reduce((sum, item) => sum + item.count, 0)).toBe(4)
  }
  const cells = await backlogCells(stores.clickhouse, filter, NOW, 'all')
  expect(cells.map(cell => [cell.facility, cell.process, cell.count, cell.late]).sort()).toEqual([['eastmere', 'procure-to-pay', 2, 0], ['rosenfluh', 'procure-to-pay', 2, 1]])
})

test.each<[string, Scope, Parameters<typeof backlogFilter.parse>[0]]>([
  ['no filter', 'all', {}], ['one facility', 'all', { facility: ['rosenfluh'] }], ['late ones of a facility', 'all', { facility: ['rosenfluh'], overdue: 'true' }],
  ['two facets and another filter', 'all', { facility: ['eastmere'], process: ['procure-to-pay'], objectType: ['purchase_order'] }], ['nothing fits', 'all', { facility: ['nowhere'], overdue: 'false' }],
  ['a scope', { facilities: ['eastmere'], entities: [] }, {}],
])('the counts beside the backlog are those of the lists they lead to: %s', async (_, scope, given) => {
  const filter = backlogFilter.parse(given)
  const found = await backlogFacets(stores.clickhouse, filter, NOW, scope)
  for (const facet of ['facility', 'process', 'step', 'integration'] as const) {
    const alone = await backlogBy(stores.clickhouse, facet, { ...filter, [facet]: [] }, NOW, scope)
    expect([facet, found[facet]]).toEqual([facet, alone.map(({ value, count }) => ({ value, count }))])
  }
  const { count, late } = await backlogFigure(stores.clickhouse, { ...filter, overdue: undefined }, NOW, scope)
  expect(found.either).toEqual({ count, late })
})

test('the backlog in pages is what is due first, and nothing of other facilities', async () => {
  const ids: string[] = []
  let cursor: string | undefined
  do {
    const page = await listBacklog(stores.clickhouse, backlogFilter.parse({}), { limit: 1, ...(cursor === undefined ? {} : { cursor }) }, NOW, 'all')
    ids.push(...page.items.map(item => item.object.id))
    cursor = page.nextCursor ?? undefined
  } while (cursor !== undefined)
  expect(ids).toHaveLength(4)
  expect(ids.slice(0, 2)).toEqual(['PO-1', 'PO-2'])
  const own = await listBacklog(stores.clickhouse, backlogFilter.parse({}), { limit: 50 }, NOW, { facilities: ['eastmere'], entities: [] })
  expect(own.items.map(item => item.object.id).sort()).toEqual(['INV-1', 'PO-3'])
  await expect(listBacklog(stores.clickhouse, backlogFilter.parse({}), { limit: 1, cursor: 'x' }, NOW, 'all')).rejects.toMatchObject({ code: 'invalid_filter' })
})

test('a headline is a filter of the worklist', () => {
  expect(headlineFilter(catalogue, 'stuck_purchase_orders')).toMatchObject({ kind: ['failed', 'overdue'], environment: ['production'], status: ['open', 'acknowledged', 'waiting', 'ignored'] })
  expect(headlineFilter(catalogue, 'no such')).toBeUndefined()
})
