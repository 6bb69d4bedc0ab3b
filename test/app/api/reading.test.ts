/**
 * The read calls on a story of six events, so that every figure can be counted by hand:
 *   invoice INV-1 (CHF 1200.00, Birkenried): issued 30 h ago, export dead-lettered 29 h ago          → one failed exception, a gap in trace-1
 *   order SO-1 at Rosenfluh, named in the issuing event too, placed 31 h ago in the same trace       → the step elsewhere in trace-1
 *   purchase order PO-1 of solvane-ch and of solvane-de, created 1 h ago                             → an ambiguous name
 *   payment PAY-1 (JPY 500), received 2 h ago
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { event, object, startRunning, type Running } from './running.ts'

interface Item { id: string; status: string; object: { id: string } | null; version: number }
interface List<T> { items: T[]; nextCursor: string | null; asOf: string }
interface Trace { events: { type: string; flags: string[]; source: string; objects: unknown[] }[]; missing: { milestone: string; integration: string | null }[]; objects: { id: string }[] }

let running: Running
let reader: string
let birkenried: string

beforeAll(async () => {
  running = await startRunning()
  reader = await running.key('read')
  birkenried = await running.key('read@birkenried')
  await running.send([
    event('sales.order.placed', 31, { facility: 'rosenfluh', integration: 'odoo-shop-orders', objects: [object('sales_order', 'SO-1')] }),
    event('finance.customer_invoice.issued', 30, {
      integration: 'billing-odoo-invoices', amount: { value: '1200.00', currency: 'CHF' }, objects: [object('customer_invoice', 'INV-1', { system: 'odoo', state: 'posted' }), object('sales_order', 'SO-1', { role: 'origin' })],
    }),
    event('finance.customer_invoice.exported', 29, {
      id: 'export-1', status: 'dead_lettered', attempt: 5, durationMs: 412, amount: { value: '1200.00', currency: 'CHF' }, error: { code: 'MAP-041', class: 'mapping', message: 'unknown cost centre', retryable: false },
      objects: [object('customer_invoice', 'INV-1', { system: 'ledgerline', state: 'refused' })],
    }),
    event('procurement.purchase_order.created', 1, { correlationid: 'trace-2', objects: [object('purchase_order', 'PO-1')] }),
    event('procurement.purchase_order.created', 1, { correlationid: 'trace-3', facility: 'talbrunn', objects: [object('purchase_order', 'PO-1', { namespace: 'solvane-de' })] }),
    event('payments.payment.received', 2, { correlationid: 'trace-4', amount: { value: '500', currency: 'JPY' }, objects: [object('payment', 'PAY-1')] }),
    { specversion: '1.0', id: 'bad-1', source: 'odoo', type: 'finance.customer_invoice.issued', facility: 'birkenried', data: { status: 'nonsense' } },
  ])
})
afterAll(() => running.close())

describe('objects', () => {
  test('the story says what each system says, what was reached, what is due, and what it is related to', async () => {
    const invoice = await running.get<Record<string, unknown>>('/api/v1/objects/customer_invoice/INV-1', reader)
    expect(invoice).toMatchObject({
      namespace: 'solvane-ch', type: 'customer_invoice', id: 'INV-1', states: [{ system: 'ledgerline', state: 'refused' }, { system: 'odoo', state: 'posted' }],
      amounts: [{ value: '1200.00', currency: 'CHF' }], related: [{ namespace: 'solvane-ch', type: 'sales_order', id: 'SO-1', via: 'finance.customer_invoice.issued' }],
    })
    expect((invoice.milestones as { type: string; at: string | null }[]).map(one => [one.type, one.at !== null])).toEqual([['finance.customer_invoice.issued', true], ['finance.customer_invoice.exported', false]])
    expect(invoice.exceptions).toHaveLength(1)
  })

  test('a name of two companies answers 300 with both, and ?namespace= chooses', async () => {
    const response = await running.call('/api/v1/objects/purchase_order/PO-1', { as: reader })
    expect(response.status).toBe(300)
    expect(await response.json()).toEqual({ candidates: [{ namespace: 'solvane-ch', type: 'purchase_order', id: 'PO-1' }, { namespace: 'solvane-de', type: 'purchase_order', id: 'PO-1' }] })
    expect(await running.get('/api/v1/objects/purchase_order/PO-1?namespace=solvane-de', reader)).toMatchObject({ namespace: 'solvane-de' })
    expect((await running.call('/api/v1/objects/purchase_order/PO-1/events', { as: reader })).status).toBe(300)
  })

  test('who sees one facility finds only its namespace, and nothing of what is elsewhere', async () => {
    expect(await running.get('/api/v1/objects/purchase_order/PO-1', birkenried)).toMatchObject({ namespace: 'solvane-ch' })
    expect((await running.call('/api/v1/objects/purchase_order/PO-1?namespace=solvane-de', { as: birkenried })).status).toBe(404)
    expect((await running.get<List<Item>>('/api/v1/objects/purchase_order', birkenried)).items.map(item => item.id)).toEqual(['PO-1'])
    expect((await running.get<List<Item>>('/api/v1/objects/purchase_order', reader)).items).toHaveLength(2)
  })

  test('the events come newest first and page by page without loss', async () => {
    const first = await running.get<List<{ id: string; durationMs: number | null; error: unknown; amount: unknown }>>('/api/v1/objects/customer_invoice/INV-1/events?limit=1', reader)
    expect(first.items).toMatchObject([{ id: 'export-1', durationMs: 412, amount: { value: '1200.00', currency: 'CHF' }, error: { code: 'MAP-041', class: 'mapping', message: 'unknown cost centre', retryable: false } }])
    const second = await running.get<List<{ id: string; type: string }>>(`/api/v1/objects/customer_invoice/INV-1/events?limit=1&cursor=${first.nextCursor}`, reader)
    expect(second.items.map(item => item.type)).toEqual(['finance.customer_invoice.issued'])
    expect(second.nextCursor).toBeNull()
  })

  test('an id with a slash and odd characters is one path segment', async () => {
    await running.send([event('procurement.purchase_order.created', 1, { correlationid: 'trace/ü 5', objects: [object('purchase_order', 'PO/5 "ü"')] })])
    expect(await running.get(`/api/v1/objects/purchase_order/${encodeURIComponent('PO/5 "ü"')}`, reader)).toMatchObject({ id: 'PO/5 "ü"' })
    expect(await running.get(`/api/v1/traces/${encodeURIComponent('trace/ü 5')}`, reader)).toMatchObject({ correlationId: 'trace/ü 5' })
  })
})

describe('traces', () => {
  test('the gap is the milestone that nothing met', async () => {
    const trace = await running.get<Trace>('/api/v1/traces/trace-1', reader)
    expect(trace.events.map(one => one.type)).toEqual(['sales.order.placed', 'finance.customer_invoice.issued', 'finance.customer_invoice.exported'])
    expect(trace.missing.map(one => one.milestone)).toContain('finance.customer_invoice.exported')
    expect(trace.objects.map(one => one.id).sort()).toEqual(['INV-1', 'SO-1'])
  })

  test('a step elsewhere shows that it happened and nothing else; a trace wholly elsewhere is not there', async () => {
    const trace = await running.get<Trace>('/api/v1/traces/trace-1', birkenried)
    expect(trace.events[0]).toMatchObject({ type: 'sales.order.placed', flags: ['outside_scope'], source: '', objects: [] })
    expect(trace.events.slice(1).map(one => one.flags.includes('outside_scope'))).toEqual([false, false])
    expect((await running.call('/api/v1/traces/trace-3', { as: birkenried })).status).toBe(404)
  })
})

describe('lists, figures and search', () => {
  test('the failed export is in the worklist and in the summary, once; the rejected event too', async () => {
    const failed = await running.get<List<Item>>('/api/v1/exceptions?kind=failed', reader)
    expect(failed.items).toMatchObject([{ status: 'open', object: { id: 'INV-1' } }])
    const summary = await running.get<{ figures: { key: string; count: number; money: unknown }[]; accepted: unknown }>('/api/v1/summary', reader)
    expect(summary.figures.find(one => one.key === 'failed_invoice_exports')).toMatchObject({ count: 1, money: [{ value: '1200.00', currency: 'CHF' }] })
    expect(await running.get('/api/v1/rejected', reader)).toMatchObject({ items: [{ eventId: 'bad-1', code: 'invalid_status', status: 'open' }] })
  })

  test('the canary of /readyz is counted nowhere', async () => {
    const before = await running.get<{ accepted: unknown }>('/api/v1/summary', reader)
    expect(await (await running.call('/readyz')).json()).toEqual({ ready: true, reason: null })
    await running.worker.idle()
    const after = await running.get<{ accepted: unknown; figures: unknown }>('/api/v1/summary', reader)
    expect(after.accepted).toEqual(before.accepted)
    expect(await running.get('/api/v1/search?q=signalbox-canary', reader)).toMatchObject({ items: [] })
  })

  test('health counts the integration\'s own moves against its objective', async () => {
    expect(await running.get('/api/v1/integrations/odoo-ledgerline-invoice-export/health?window=7d', reader)).toMatchObject({
      integration: 'odoo-ledgerline-invoice-export', window: '7d', deadLetters: 1, latencyMs: { p50: 412 }, queue: { depth: null, oldestSeconds: null }, backlog: 1, overdue: 1,
    })
    const all = await running.get<List<{ id: string; health: { integration: string } }>>('/api/v1/integrations?limit=200', reader)
    expect(all.items.length).toBeGreaterThan(40)
    expect(all.items.every(one => one.id === one.health.integration)).toBe(true)
  })

  test('search finds an object, its exception, an event and a trace by their ids', async () => {
    const kinds = async (q: string) => (await running.get<List<{ kind: string }>>(`/api/v1/search?q=${encodeURIComponent(q)}`, reader)).items.map(hit => hit.kind)
    expect(await kinds('inv-1')).toContain('object')
    expect(await kinds('INV-1')).toEqual(['object', 'exception'])
    expect(await kinds('export-1')).toContain('event')
    expect(await kinds('trace-4')).toContain('trace')
    expect(await kinds('invoice-export')).toContain('integration')
    expect(await kinds('no such thing')).toEqual([])
  })

  test('filters and cursors that cannot be read are 400 with a stable code', async () => {
    for (const [path, code] of [
      ['/api/v1/exceptions?colour=red', 'invalid_filter'], ['/api/v1/exceptions?kind=odd', 'invalid_filter'], ['/api/v1/exceptions?limit=0', 'invalid_filter'], ['/api/v1/exceptions?limit=201', 'invalid_filter'],
      ['/api/v1/exceptions?q=a&q=b', 'invalid_filter'], ['/api/v1/rejected?cursor=nonsense', 'invalid_cursor'], ['/api/v1/objects/payment?cursor=AAAA', 'invalid_cursor'], ['/api/v1/summary?x=1', 'invalid_filter'],
    ] as const) {
      const response = await running.call(path, { as: reader })
      expect([path, response.status, ((await response.json()) as { code: string }).code]).toEqual([path, 400, code])
      expect(response.headers.get('content-type')).toContain('application/problem+json')
    }
  })

  test('the trail of an object leaves as NDJSON, one event per line', async () => {
    const response = await running.call('/api/v1/exports/trail?objectType=customer_invoice&objectId=INV-1&format=ndjson', { as: reader })
    const lines = (await response.text()).trim().split('\n').map(line => (JSON.parse(line) as { type: string }).type)
    expect(lines.sort()).toEqual(['finance.customer_invoice.exported', 'finance.customer_invoice.issued'])
  })
})
