/**
 * The purchase-order view over a story small enough to add up by hand. All through the public door and the finder; hours are before now.
 *
 *   PR-1  birkenried  CHF 100.00  raised 400 h ago, nobody decided                                       → stuck before "approved"
 *   PO-1  birkenried  CHF 200.00  SUP-A  sent 499 h ago, not answered, critical                          → stuck before "confirmed"
 *   PO-2  rosenfluh   CHF 300.00  SUP-A  sent, confirmed after 1 h, announced, received 8 of 10, invoiced 310.00; receipt checked
 *   SI-2  rosenfluh   CHF 310.00  SUP-A  received 480 h ago, not matched                                 → stuck before "matched", not in the headline
 *   PO-3  birkenried  CHF 400.00  SUP-B  sent 399 h ago, refused after 2 h                               → stuck before "confirmed"
 *   PO-4  birkenried  CHF 500.00  SUP-B  created 6 min ago                                               → not yet due before "sent"
 *   PO-5  rosenfluh   CHF  50.00  SUP-A  created 301 h ago, sending dead-lettered                        → stuck before "sent"
 *
 * Headline: PR-1, PO-1, PO-3, PO-5 = 4, CHF 750.00. Birkenried alone: 3, CHF 700.00.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { exportView } from '#app/exports/view.ts'
import { PURCHASE_ORDERS } from '#app/views/purchase-orders.ts'
import { readViewRequest } from '#app/views/request.ts'
import { stagesOf } from '#app/views/stages.ts'
import { readSuppliers } from '#app/views/suppliers.ts'
import { readView, systemsOf } from '#app/views/view.ts'
import { countView } from '#queries/clickhouse/views/counts.ts'
import { listView } from '#queries/clickhouse/views/list.ts'
import { countExceptions } from '#queries/clickhouse/exceptions/figures.ts'
import { buildCatalogue, type Catalogue } from '#queries/catalogue/snapshot.ts'
import { readDocumentFiles } from '#queries/catalogue/documents.ts'
import { FilterError } from '#queries/model/filter.ts'
import type { Scope } from '#queries/model/scope.ts'
import { headlineFilter } from '#app/exceptions/summary.ts'
import { event, object, startRunning, type Running } from '#test/app/api/running.ts'

let running: Running
let catalogue: Catalogue

const A = { counterparty: { type: 'supplier', id: 'SUP-A', name: 'Alder Medical' } }
const B = { counterparty: { type: 'supplier', id: 'SUP-B', name: 'Birch Surgical' } }
const chf = (value: string) => ({ amount: { value, currency: 'CHF' } })
const po = (id: string, more: object = {}) => object('purchase_order', id, more as Record<string, unknown>)
const lines = (quantity: string) => ({ attributes: { lines: [{ line: 1, item: 'ITM-1', quantity, unitPrice: '30.00', unit: 'box' }] } })
const at = { integration: 'odoo-edi-orders' }

beforeAll(async () => {
  running = await startRunning()
  catalogue = buildCatalogue([...(await readDocumentFiles('seeds/standard')), ...(await readDocumentFiles('seeds/group'))])
  const other = { ...at, facility: 'rosenfluh' }
  const step = (name: string) => `procurement.purchase_order.${name}`
  await running.send([
    event('procurement.purchase_requisition.raised', 400, { ...at, ...chf('100.00'), objects: [object('purchase_requisition', 'PR-1')] }),
    event(step('created'), 500, { ...at, ...A, ...chf('200.00'), criticality: 'critical', objects: [po('PO-1')] }), event(step('transmitted'), 499, { ...at, ...A, ...chf('200.00'), criticality: 'critical', objects: [po('PO-1')] }),
    event(step('created'), 500, { ...other, ...A, ...chf('300.00'), ...lines('10'), objects: [po('PO-2')] }), event(step('transmitted'), 499, { ...other, ...A, ...chf('300.00'), objects: [po('PO-2')] }),
    event(step('acknowledged'), 498, { ...other, ...A, objects: [po('PO-2')] }),
    event('procurement.shipment.announced', 497, { ...other, ...A, objects: [object('shipment', 'SHP-2'), po('PO-2', { role: 'order' })] }),
    event('procurement.goods_receipt.posted', 496, { ...other, ...A, ...lines('8'), objects: [object('goods_receipt', 'GR-2'), po('PO-2', { role: 'order' })] }),
    event('procurement.goods_receipt.quality_checked', 495.5, { ...other, ...A, objects: [object('goods_receipt', 'GR-2'), po('PO-2', { role: 'order' })] }),
    event('finance.supplier_invoice.received', 480, { ...other, ...A, ...chf('310.00'), objects: [object('supplier_invoice', 'SI-2'), po('PO-2', { role: 'order' })] }),
    event(step('created'), 400, { ...at, ...B, ...chf('400.00'), objects: [po('PO-3')] }), event(step('transmitted'), 399, { ...at, ...B, ...chf('400.00'), objects: [po('PO-3')] }),
    event(step('refused'), 397, { ...at, ...B, ...chf('400.00'), objects: [po('PO-3')] }),
    event(step('created'), 0.1, { ...at, ...B, ...chf('500.00'), objects: [po('PO-4')] }),
    event(step('created'), 301, { ...other, ...A, ...chf('50.00'), objects: [po('PO-5')] }),
    event(step('transmitted'), 300, { ...other, ...A, ...chf('50.00'), objects: [po('PO-5')], status: 'dead_lettered', error: { code: 'NET-1', class: 'connection', message: 'no route' } }),
  ])
}, 120_000)
afterAll(() => running.close())

const read = (query = '', scope: Scope = 'all') => {
  const search = new URLSearchParams(query)
  return readView(running.stores, catalogue, scope, PURCHASE_ORDERS, readViewRequest(catalogue, PURCHASE_ORDERS, search), search)
}
const requestOf = (query: string) => readViewRequest(catalogue, PURCHASE_ORDERS, new URLSearchParams(query.replace(/^[?.]/, '')))
/** How many rows an address of the view shows. */
const countAt = async (to: string) => (await countView(running.stores.clickhouse, requestOf(to).filter, systemsOf(catalogue), new Date(), 'all')).count
const ids = (view: Awaited<ReturnType<typeof read>>) => view.rows.map(row => row.object?.id).sort()
const north: Scope = { facilities: ['birkenried'], entities: [] }

describe('figures', () => {
  test('the headline is the number of the catalogue, its list and its money', async () => {
    const view = await read()
    const headline = await countExceptions(running.stores.clickhouse, headlineFilter(catalogue, 'stuck_purchase_orders')!, 'all')
    expect([view.tiles[0]?.count, headline.count, view.figure.count, view.rows.length]).toEqual([4, 4, 4, 4])
    expect(view.tiles[0]?.money).toEqual([{ value: '750.00', currency: 'CHF' }])
    expect(view.figure.money).toEqual(headline.money)
    expect(ids(view)).toEqual(['PO-1', 'PO-3', 'PO-5', 'PR-1'])
    expect(view.tiles.map(tile => [tile.key, tile.count])).toEqual([['stuck_purchase_orders', 4], ['approvals', 1], ['late_acknowledgments', 2], ['late_receipts', 0]])
    expect(view.tiles[0]?.ageing).toEqual([0, 0, 0, 4])
  })

  test('every figure leads to as many rows as it says', async () => {
    const view = await read()
    for (const tile of view.tiles) expect([tile.key, await countAt(tile.to)]).toEqual([tile.key, tile.count])
    for (const stage of view.stages) {
      expect([stage.name, await countAt(stage.toStuck)]).toEqual([stage.name, stage.stuck])
      expect([stage.name, await countAt(stage.toWaiting)]).toEqual([stage.name, stage.atRisk + stage.onTime])
    }
    for (const state of view.states) expect([state.state, await countAt(state.to)]).toEqual([state.state, state.count])
    for (const bar of [...view.groups.counterparty, ...view.groups.facility]) expect([bar.value, await countAt(bar.to)]).toEqual([bar.value, bar.count])
  })
})

describe('the pipeline', () => {
  test('each stuck object stands at one stage; together they are all that is stuck', async () => {
    const view = await read()
    const stuck = Object.fromEntries(view.stages.filter(stage => stage.stuck > 0).map(stage => [stage.milestone, [stage.stuck, stage.stuckMoney]]))
    expect(stuck).toEqual({
      'procurement.purchase_requisition.approved': [1, [{ value: '100.00', currency: 'CHF' }]],
      'procurement.purchase_order.transmitted': [1, [{ value: '50.00', currency: 'CHF' }]],
      'procurement.purchase_order.acknowledged': [2, [{ value: '600.00', currency: 'CHF' }]],
      'finance.supplier_invoice.matched': [1, [{ value: '310.00', currency: 'CHF' }]],
    })
    expect([view.stuckAtStages, view.elsewhere]).toEqual([5, 0])
  })

  test('counts what was reached in the window, and how long it took', async () => {
    const stages = new Map((await read()).stages.map(stage => [stage.milestone, stage]))
    expect(stages.get('procurement.purchase_requisition.raised')?.reached).toBe(1)
    expect(stages.get('procurement.purchase_order.created')?.reached).toBe(5)
    expect(stages.get('procurement.purchase_order.transmitted')?.reached).toBe(3)
    expect(stages.get('procurement.purchase_order.acknowledged')).toMatchObject({ reached: 1, median: 3600 + 1800, inTime: 1 })
    expect(stages.get('procurement.purchase_order.transmitted')).toMatchObject({ onTime: 1, waitingMoney: [{ value: '500.00', currency: 'CHF' }] })
    const week = await read('window=7d')
    expect(week.stages.find(stage => stage.milestone === 'procurement.purchase_order.created')?.reached).toBe(1)
  })
})

describe('filters', () => {
  test.each([
    ['facility=rosenfluh', ['PO-5']], ['counterparty=SUP-B', ['PO-3']], ['criticality=critical', ['PO-1']], ['entity=solvane-ch&q=po-5', ['PO-5']], ['kind=overdue', ['PO-1', 'PR-1']],
    ['state=on_time', ['PO-4']], ['state=on_time&state=stuck&counterparty=SUP-B', ['PO-3', 'PO-4']], ['state=on_time&criticality=critical', []], ['objectType=supplier_invoice', ['SI-2']], ['criticality=normal&counterparty=SUP-A', ['PO-5']],
  ])('%s', async (query, expected) => {
    const view = await read(query)
    expect(ids(view)).toEqual(expected)
    expect(view.figure.count).toBe(expected.length)
  })

  test('the system of open work and of exceptions is the one that the integration leads to', async () => {
    const systems = (await read('state=on_time&state=stuck')).filters.find(group => group.name === 'system')!
    for (const option of systems.options) expect([option.value, await countAt(`state=on_time&state=stuck&system=${option.value}`)]).toEqual([option.value, option.count])
    expect(systems.options.reduce((sum, option) => sum + (option.count ?? 0), 0)).toBe(5)
  })

  test('a facet counts what choosing it would show', async () => {
    const view = await read('counterparty=SUP-A')
    const suppliers = view.filters.find(group => group.name === 'counterparty')!.options
    expect(suppliers.map(option => [option.value, option.label, option.count, option.selected])).toEqual([['SUP-A', 'Alder Medical', 2, true], ['SUP-B', 'Birch Surgical', 1, false]])
    for (const option of view.filters.find(group => group.name === 'facility')!.options) expect(await countAt(`counterparty=SUP-A&facility=${option.value}`)).toBe(option.count)
  })

  test('what is not this view’s is refused', () => {
    for (const query of ['process=order-to-cash', 'objectType=payment', 'colour=red', 'window=1y', 'sort=shoe', 'state=late', 'limit=0']) expect([query, () => readViewRequest(catalogue, PURCHASE_ORDERS, new URLSearchParams(query))]).toSatisfy(([, run]) => {
      expect(run as () => unknown).toThrow(FilterError)
      return true
    })
  })
})

test('a scope sees its own places only: rows, figures, stages, facets', async () => {
  const view = await read('', north)
  expect([view.tiles[0]?.count, view.figure.count, view.tiles[0]?.money]).toEqual([3, 3, [{ value: '700.00', currency: 'CHF' }]])
  expect(ids(view)).toEqual(['PO-1', 'PO-3', 'PR-1'])
  expect(view.stages.find(stage => stage.milestone === 'finance.supplier_invoice.matched')).toMatchObject({ reached: 0, stuck: 0 })
  expect(view.filters.find(group => group.name === 'facility')?.options.map(option => option.value)).toEqual(['birkenried'])
  expect((await read('', { facilities: [], entities: [] })).figure.count).toBe(0)
})

test('pages add up to the list in every order', async () => {
  const page = async (sort: string, limit: number, cursor: string | null) => {
    const { filter } = requestOf(`state=stuck&state=on_time&sort=${sort}`)
    const { items, nextCursor } = await listView(running.stores.clickhouse, filter, { limit, ...(cursor === null ? {} : { cursor }) }, systemsOf(catalogue), new Date(), 'all')
    return { seen: items.map(item => item.object?.id), nextCursor }
  }
  for (const sort of ['dueAt', '-dueAt', 'amount', '-amount', 'severity', 'counterparty', '-counterparty', 'facility', 'objectId', 'firstSeen']) {
    const whole = await page(sort, 50, null)
    const seen: (string | undefined)[] = []
    let cursor: string | null = null
    do {
      const next: Awaited<ReturnType<typeof page>> = await page(sort, 2, cursor)
      seen.push(...next.seen)
      cursor = next.nextCursor
    } while (cursor !== null)
    expect([sort, seen]).toEqual([sort, whole.seen])
    expect(seen).toHaveLength(5)
  }
  expect((await page('-amount', 9, null)).seen).toEqual(['PO-4', 'PO-3', 'PO-1', 'PR-1', 'PO-5'])
  // A row without a supplier comes last whichever way.
  expect([(await page('counterparty', 9, null)).seen.at(-1), (await page('-counterparty', 9, null)).seen.at(-1)]).toEqual(['PR-1', 'PR-1'])
})

test('the export holds exactly the rows of the page, in both formats, and is on record', async () => {
  const by = { actor: { kind: 'person' as const, id: 'p', origin: '' }, scope: 'all' as const }
  const text = async (query: string) => {
    const parts: string[] = []
    for await (const part of (await exportView(running.stores, catalogue, by, PURCHASE_ORDERS, new URLSearchParams(query))).body) parts.push(part)
    return parts.join('')
  }
  const rows = (await text('format=ndjson&counterparty=SUP-A')).trim().split('\n').map(line => JSON.parse(line) as { object: { id: string }; amount: { value: string } })
  expect(rows.map(row => [row.object.id, row.amount.value]).sort()).toEqual([['PO-1', '200.00'], ['PO-5', '50.00']])
  const csv = (await text('state=on_time')).trim().split('\r\n')
  expect(csv).toHaveLength(2)
  expect(csv[1]).toContain('PO-4')
  const acts = await running.stores.postgres.selectFrom('audit_record').select(['action', 'after']).where('action', 'like', 'export.view.%').orderBy('sequence').execute()
  expect(acts.map(act => act.action)).toEqual(['export.view.started', 'export.view.finished', 'export.view.started', 'export.view.finished'])
})

test('every milestone of the process stands at exactly one stage', () => {
  const stages = stagesOf(catalogue, PURCHASE_ORDERS)
  const steps = stages.flatMap(stage => stage.steps)
  expect(steps.toSorted()).toEqual(catalogue.processes.get('procure-to-pay')!.milestones.map(milestone => milestone.type).toSorted())
  const at = (step: string) => stages.find(stage => stage.steps.includes(step))?.milestone
  expect(at('procurement.purchase_order.refused')).toBe('procurement.purchase_order.acknowledged')
  expect(at('procurement.price.off_contract')).toBe('procurement.purchase_order.transmitted')
  expect(at('procurement.budget.exceeded')).toBe('procurement.purchase_requisition.approved')
})

describe('suppliers', () => {
  const suppliers = (query = '', scope: Scope = 'all') => readSuppliers(running.stores, catalogue, scope, readViewRequest(catalogue, PURCHASE_ORDERS, new URLSearchParams(query)), new Date())

  test('answers, deliveries, refusals and variances of each, by hand', async () => {
    const [alder, birch, ...others] = await suppliers()
    expect(others).toEqual([])
    // PO-1 was never answered, PO-2 after one hour; its goods came in time, two of ten missing, 10.00 too much invoiced.
    expect(alder).toMatchObject({
      id: 'SUP-A', name: 'Alder Medical', orders: 3, money: [{ value: '550.00', currency: 'CHF' }], answer: { answered: 1, median: 3600, p90: 3600 }, confirmation: { inTime: 1, late: 0, openLate: 1, share: 0.5 },
      receipt: { inTime: 1, late: 0, openLate: 0, share: 1 }, refused: 0, overInvoiced: 1, shortReceived: 1, stuck: 2, stuckMoney: [{ value: '250.00', currency: 'CHF' }],
    })
    // PO-3 was refused after two hours: an answer, and no.
    expect(birch).toMatchObject({ id: 'SUP-B', orders: 2, answer: { answered: 1, median: 7200 }, confirmation: { share: 1 }, receipt: { share: null }, refused: 1, overInvoiced: 0, shortReceived: 0, stuck: 1 })
    // The two fell due at different hours: in one step of the trend or in two neighbours.
    expect([[50], [0, 100], [100, 0]]).toContainEqual(alder?.confirmation.trend.filter(value => value !== null))
  })

  test('hold to the window and to the scope', async () => {
    expect((await suppliers('window=7d')).map(row => [row.id, row.orders, row.stuck])).toEqual([['SUP-B', 1, 1]])
    expect((await suppliers('', north)).map(row => [row.id, row.orders, row.overInvoiced])).toEqual([['SUP-B', 2, 0], ['SUP-A', 1, 0]])
    expect((await suppliers('facility=rosenfluh')).map(row => [row.id, row.orders, row.stuck])).toEqual([['SUP-A', 2, 1]])
    expect(await suppliers('', { facilities: [], entities: [] })).toEqual([])
  })

  test('what is stuck with one leads to as many rows', async () => {
    for (const row of await suppliers()) expect(await countAt(row.toStuck.split('?')[1] ?? '')).toBe(row.stuck)
  })
})
