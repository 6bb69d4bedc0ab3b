/**
 * Replenishment, approvers and master data over stories small enough to add up by hand. Hours are before now; everything at Birkenried unless said.
 *
 *   SL-1  below its minimum 100 h ago, critical, ITM-1, 2 of at least 20; nothing requested               → stuck
 *         ITM-1 was used 50 h ago (3) and 20 h ago (4.5), at Rosenfluh 5; PO-9 with 40 of it was written 30 h ago
 *   SL-2  below its minimum 100 h ago; TR-2 requested 99 h ago, not received                              → TR-2 stuck
 *   E-1   approver with AR-1, left 300 h ago, synced, not revoked                                         → stuck; PR-7 names E-1, PR-8 nobody
 *   E-2   approver with AR-2, left 300 h ago, revoked 299 h ago
 *   ITM-5 changed 300 h ago, not taken over; SUP-5 changed 300 h ago, refused with MAP-9                  → two consumers out of date
 *   PO-10 sending failed once with MAP-9, then succeeded                                                  → counts as a failure of the code, nothing open
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { APPROVERS, approversWaiting, personFacts, requisitionNotes } from '#app/views/approvers.ts'
import type { ViewDefinition } from '#app/views/definition.ts'
import { codeRows, consumerRows, MASTER_DATA } from '#app/views/master-data.ts'
import { PURCHASE_ORDERS } from '#app/views/purchase-orders.ts'
import { REPLENISHMENT, stockFacts } from '#app/views/replenishment.ts'
import { readViewRequest } from '#app/views/request.ts'
import { readView, systemsOf } from '#app/views/view.ts'
import { readDocumentFiles } from '#queries/catalogue/documents.ts'
import { buildCatalogue, type Catalogue } from '#queries/catalogue/snapshot.ts'
import { countExceptions } from '#queries/clickhouse/exceptions/figures.ts'
import { countView } from '#queries/clickhouse/views/counts.ts'
import { backlogFigure, backlogFilter } from '#queries/clickhouse/backlog/backlog.ts'
import { exceptionFilter, parseFilter } from '#queries/model/filter.ts'
import type { Scope } from '#queries/model/scope.ts'
import { event, object, startRunning, type Running } from '#test/app/api/running.ts'

let running: Running
let catalogue: Catalogue
const south: Scope = { facilities: ['rosenfluh'], entities: [] }

beforeAll(async () => {
  running = await startRunning()
  catalogue = buildCatalogue([...(await readDocumentFiles('seeds/standard')), ...(await readDocumentFiles('seeds/group'))])
  const stock = { integration: 'warehouse-odoo-stock-levels', criticality: 'critical' }
  const item = (role = 'item') => object('item', 'ITM-1', { role, namespace: 'group' })
  const used = (quantity: string) => ({ integration: 'ehr-odoo-consumption', objects: [item('subject')], attributes: { item: 'ITM-1', quantity, location: 'ward-2' } })
  const hr = { integration: 'hr-odoo-employees' }
  const person = (id: string) => object('employee', id, { namespace: 'group' })
  const right = (id: string) => object('approval_right', id, { namespace: 'group' })
  const left = (id: string) => event('hr.employee.left', 300, { ...hr, objects: [person(id)], attributes: { approver: true, department: 'Surgery' } })
  const po = (id: string) => object('purchase_order', id)
  const chf = { amount: { value: '10.00', currency: 'CHF' } }
  const unknownCode = { code: 'MAP-9', class: 'mapping', message: 'tax code V77 has no counterpart' }
  await running.send([
    event('inventory.consumption.recorded', 50, used('3')), event('inventory.consumption.recorded', 20, used('4.5')), event('inventory.consumption.recorded', 20, { ...used('5'), facility: 'rosenfluh' }),
    event('inventory.stock_level.below_threshold', 100, { ...stock, objects: [object('stock_level', 'SL-1'), item()], attributes: { item: 'ITM-1', location: 'ward-2', onHand: '2', threshold: '20' } }),
    event('inventory.stock_level.below_threshold', 100, { ...stock, objects: [object('stock_level', 'SL-2')], attributes: { item: 'ITM-2', location: 'icu', onHand: '1', threshold: '9' } }),
    event('inventory.transfer.requested', 99, { ...stock, integration: 'odoo-warehouse-transfers', objects: [object('transfer', 'TR-2'), object('stock_level', 'SL-2', { role: 'stock' })], attributes: { item: 'ITM-2', quantity: '20', location: 'icu' } }),
    event('procurement.purchase_order.created', 30, { integration: 'odoo-edi-orders', ...chf, objects: [po('PO-9')], attributes: { lines: [{ line: 1, item: 'ITM-1', quantity: '40', unitPrice: '1.00', unit: 'box' }, { line: 2, item: 'ITM-3', quantity: '1', unitPrice: '1.00', unit: 'box' }] } }),
    ...['1', '2'].flatMap(each => [
      event('identity.approval_right.assigned', 900, { integration: 'hr-identity-approvers', objects: [right(`AR-${each}`), object('employee', `E-${each}`, { role: 'holder', namespace: 'group' })] }),
      left(`E-${each}`), event('hr.employee.synced', 299, { ...hr, objects: [person(`E-${each}`)], attributes: { consumer: 'odoo' } }),
    ]),
    event('identity.approval_right.revoked', 299, { integration: 'hr-identity-approvers', objects: [right('AR-2'), object('employee', 'E-2', { role: 'holder', namespace: 'group' })] }),
    event('procurement.purchase_requisition.raised', 200, { integration: 'odoo-approvals', ...chf, objects: [object('purchase_requisition', 'PR-7')], attributes: { approver: 'E-1' } }),
    event('procurement.purchase_requisition.raised', 200, { integration: 'odoo-approvals', ...chf, objects: [object('purchase_requisition', 'PR-8')] }),
    event('masterdata.item.changed', 300, { integration: 'odoo-warehouse-items', objects: [object('item', 'ITM-5', { namespace: 'group' })], attributes: { field: 'unit' } }),
    event('masterdata.supplier.changed', 300, { integration: 'odoo-ledgerline-suppliers', objects: [object('supplier', 'SUP-5', { namespace: 'group' })], attributes: { field: 'name' } }),
    event('masterdata.supplier.synced', 299, { integration: 'odoo-ledgerline-suppliers', objects: [object('supplier', 'SUP-5', { namespace: 'group' })], status: 'dead_lettered', error: unknownCode, attributes: { consumer: 'ledgerline' } }),
    event('procurement.purchase_order.created', 6, { integration: 'odoo-edi-orders', ...chf, objects: [po('PO-10')] }),
    event('procurement.purchase_order.transmitted', 5.9, { integration: 'odoo-edi-orders', ...chf, objects: [po('PO-10')], status: 'failed', error: unknownCode }),
    event('procurement.purchase_order.transmitted', 5.8, { integration: 'odoo-edi-orders', ...chf, objects: [po('PO-10')] }),
  ])
}, 120_000)
afterAll(() => running.close())

const read = (definition: ViewDefinition, query = '', scope: Scope = 'all') => {
  const search = new URLSearchParams(query)
  return readView(running.stores, catalogue, scope, definition, readViewRequest(catalogue, definition, search), search)
}
/** How many rows an address of the view shows. */
const countAt = async (definition: ViewDefinition, to: string) =>
  (await countView(running.stores.clickhouse, readViewRequest(catalogue, definition, new URLSearchParams(to.replace(/^[?.]/, ''))).filter, systemsOf(catalogue), new Date(), 'all')).count
const ids = (view: Awaited<ReturnType<typeof read>>) => view.rows.map(row => row.object?.id).sort()

describe.each([REPLENISHMENT, APPROVERS, MASTER_DATA])('$title', definition => {
  test('every figure leads to as many rows as it says', async () => {
    const view = await read(definition)
    expect(view.figure.count).toBe(view.tiles[0]?.count)
    for (const tile of view.tiles) expect([tile.key, await countAt(definition, tile.to)]).toEqual([tile.key, tile.count])
    for (const stage of view.stages) expect([stage.name, await countAt(definition, stage.toStuck)]).toEqual([stage.name, stage.stuck])
  })
  test('another scope sees nothing of it', async () => {
    const view = await read(definition, '', south)
    expect([view.figure.count, view.rows.length, ...view.tiles.map(tile => tile.count)]).toEqual([0, 0, ...view.tiles.map(() => 0)])
  })
})

describe('replenishment', () => {
  test('stock below its minimum with nothing requested, and what is known of it', async () => {
    const view = await read(REPLENISHMENT)
    expect(ids(view)).toEqual(['SL-1'])
    expect(view.tiles.map(tile => [tile.key, tile.count])).toEqual([['replenishment', 1], ['critical', 1], ['late_transfers', 1], ['consumption', 0]])
    const facts = await stockFacts(running.stores, catalogue, 'all', view.rows, new Date())
    expect(facts[view.rows[0]?.key ?? '']).toMatchObject({ item: 'ITM-1', location: 'ward-2', onHand: '2', threshold: '20', used: '7.5', comingMore: 0, coming: [{ id: 'PO-9', what: 'purchase order', quantity: '40' }] })
    expect(ids(await read(REPLENISHMENT, 'objectType=transfer&step=inventory.transfer.received'))).toEqual(['TR-2'])
  })
  test('what is on its way to another facility is not told', async () => {
    const { rows } = await read(REPLENISHMENT)
    expect(await stockFacts(running.stores, catalogue, south, rows, new Date())).toMatchObject({ [rows[0]?.key ?? '']: { item: null, used: null, coming: [] } })
  })
})

describe('approvers', () => {
  test('who left with rights that stand, and which decisions wait', async () => {
    const view = await read(APPROVERS)
    expect(ids(view)).toEqual(['E-1'])
    const facts = (await personFacts(running.stores, 'all', view.rows, new Date()))[view.rows[0]?.key ?? '']
    expect(facts).toMatchObject({ department: 'Surgery', rights: [{ id: 'AR-1' }], named: { count: 1 }, undecided: { count: 2 } })
    for (const waiting of [facts?.named, facts?.undecided]) {
      const filter = parseFilter(backlogFilter, new URLSearchParams(waiting?.to.split('?')[1]))
      expect((await backlogFigure(running.stores.clickhouse, filter, new Date(), 'all')).count).toBe(waiting?.count)
    }
  })
})

test('whose decision requisitions wait for', async () => {
  const waiting = await approversWaiting(running.stores, 'all', [], new Date())
  expect(waiting.map(each => [each.approver, each.waiting, each.late])).toEqual(expect.arrayContaining([['E-1', 1, 1], [null, 1, 1]]))
  const named = parseFilter(backlogFilter, new URLSearchParams(waiting.find(each => each.approver === 'E-1')?.to?.split('?')[1]))
  expect((await backlogFigure(running.stores.clickhouse, named, new Date(), 'all')).count).toBe(1)
  expect(await approversWaiting(running.stores, south, [], new Date())).toEqual([])
  const { rows } = await read(PURCHASE_ORDERS, 'objectType=purchase_requisition&sort=objectId')
  expect(await requisitionNotes(running.stores, 'all', rows)).toEqual({ [rows[0]?.key ?? '']: 'approver E-1' })
})

describe('master data', () => {
  test('consumers that are behind, with the owner of the record', async () => {
    const request = readViewRequest(catalogue, MASTER_DATA, new URLSearchParams())
    const rows = await consumerRows(running.stores, catalogue, 'all', request, new Date())
    expect(rows.map(row => [row.object, row.stuck, row.record])).toEqual(expect.arrayContaining([['item', 1, 'Odoo'], ['supplier', 1, 'Odoo']]))
    expect(rows.reduce((sum, row) => sum + row.stuck, 0)).toBe((await read(MASTER_DATA)).figure.count)
    for (const row of rows) expect([row.key, await countAt(MASTER_DATA, row.to)]).toEqual([row.key, row.stuck])
    expect(await consumerRows(running.stores, catalogue, south, request, new Date())).toEqual([])
  })

  test('codes that nobody could translate: how often, and what still stands because of each', async () => {
    const request = readViewRequest(catalogue, MASTER_DATA, new URLSearchParams())
    const rows = await codeRows(running.stores, catalogue, 'all', request, new Date())
    expect(rows.map(row => [row.code, row.failures, row.open])).toEqual([['MAP-9', 1, 1], ['MAP-9', 1, 0]])
    const open = rows[0]?.to?.split('?')[1] ?? ''
    expect((await countExceptions(running.stores.clickhouse, parseFilter(exceptionFilter, new URLSearchParams(open)), 'all')).count).toBe(1)
    expect(await codeRows(running.stores, catalogue, south, request, new Date())).toEqual([])
  })
})
