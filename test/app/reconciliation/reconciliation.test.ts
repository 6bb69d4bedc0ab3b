/** Reconciliation over the API as a program sees it: items from events, runs that tie out, decisions that survive them, mismatches that open and close. */
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import type { ReconItemView, ReconSetView } from '#queries/model/reconciliation.ts'
import type { ExceptionView } from '#queries/model/exception.ts'
import { event, object, startRunning, type Running } from '../api/running.ts'

let running: Running
let key: string

// a machine that does much else takes long over the many small queries of a run
vi.setConfig({ testTimeout: 120_000 })

beforeAll(async () => {
  running = await startRunning()
  key = await running.key('read', 'recon:write')
})
afterAll(() => running?.close())

const invoice = (id: string, value: string, more: Record<string, unknown> = {}) => event('finance.customer_invoice.issued', 200, {
  objects: [object('customer_invoice', id)], amount: { value, currency: 'CHF' }, counterparty: { type: 'customer', id: 'CUS-1', name: 'Kanton Spital' }, attributes: { issueDate: '2026-11-01', dueDate: '2026-12-01', reference: id.replaceAll('-', '') }, ...more,
})
const payment = (id: string, value: string, reference: string | null, more: Record<string, unknown> = {}) => event('payments.payment.received', 100, {
  integration: 'reussgau-odoo-notifications', objects: [object('payment', id)], amount: { value, currency: 'CHF' }, counterparty: { type: 'customer', id: 'CUS-1', name: 'Kanton Spital' },
  attributes: { valueDate: '2026-11-10', method: 'bank_transfer', ...(reference && { reference }), gatewayId: id }, ...more,
})

async function items(set: string, query = ''): Promise<Map<string, ReconItemView>> {
  const answer = await running.get<{ items: ReconItemView[] }>(`/api/v1/reconciliations/${set}/items?limit=200${query}`, key)
  return new Map(answer.items.map(item => [item.object.id + (item.object.line ? `#${item.object.line}` : ''), item]))
}
async function decide(set: string, body: object, as = key) {
  const response = await running.call(`/api/v1/reconciliations/${set}/matches`, { as, method: 'POST', body })
  await running.worker.reconciled()
  return { status: response.status, body: (await response.json()) as { code?: string; id?: string } }
}
const mismatches = async () => (await running.get<{ items: ExceptionView[] }>('/api/v1/exceptions?kind=mismatch&limit=200', key)).items
const send = async (...events: object[]) => {
  await running.send(events)
  await running.worker.reconciled()
}

test('every standard set is listed with its sides and tolerances', async () => {
  const { items: sets } = await running.get<{ items: ReconSetView[] }>('/api/v1/reconciliations', key)
  expect(sets.map(set => set.set).sort()).toEqual([
    'bank-to-payment', 'claim-to-remittance', 'consumption-to-stock', 'feed-totals', 'invoice-to-export', 'legacy-to-new', 'payment-to-invoice', 'payout-to-bank', 'payout-to-charges', 'price-to-contract', 'remittance-to-bank', 'service-to-charge',
    'supplier-payment-to-bank', 'supplier-statement', 'three-way',
  ])
  expect(sets.find(set => set.set === 'three-way')?.sides).toEqual(['order', 'receipt', 'invoice'])
})

test('a payment that names its invoice matches it; one that pays part states what is short, opens a mismatch, and closes it with the rest', async () => {
  await send(invoice('INV-1', '100.00'), payment('P-1', '100.00', 'inv 1'), invoice('INV-2', '100.00'), payment('P-2', '93.00', 'INV-2'))
  const first = await items('payment-to-invoice')
  expect(first.get('P-1')).toMatchObject({ status: 'matched', openAmount: { value: '0.00', currency: 'CHF' }, decidedBy: 'engine', difference: [], direction: 'credit', counterparts: [{ object: { id: 'INV-1', namespace: 'solvane-ch' }, allocated: { value: '100.00' } }] })
  expect(first.get('P-1')?.matchId).toBe(first.get('INV-1')?.matchId)
  expect(first.get('INV-2')).toMatchObject({ status: 'partially_matched', openAmount: { value: '7.00' }, difference: [{ reason: 'short_payment', amount: { value: '7.00', currency: 'CHF' } }] })
  expect(first.get('P-2')?.difference).toEqual(first.get('INV-2')?.difference)
  expect(await mismatches()).toMatchObject([{ object: { id: 'P-2' }, step: 'payments.payment.received', amount: { value: '7.00', currency: 'CHF' }, title: 'The payment P-2 differs from what was invoiced' }])
  await send(payment('P-3', '7.00', 'INV-2'))
  const after = await items('payment-to-invoice')
  expect([after.get('INV-2')?.status, after.get('P-2')?.status, after.get('P-3')?.status]).toEqual(['matched', 'matched', 'matched'])
  expect(after.get('INV-2')?.counterparts.map(each => [each.object.id, each.allocated.value])).toEqual([['P-2', '93.00'], ['P-3', '7.00']])
  expect(await mismatches()).toEqual([])
})

test('a payment without an invoice is an exception after its time; of two payments of one invoice none is taken, and one is too many', async () => {
  await send(payment('P-9', '55.00', 'INV-404'), invoice('INV-3', '60.00'), payment('P-4', '60.00', 'INV-3'), payment('P-5', '60.00', 'INV-3'))
  const found = await items('payment-to-invoice')
  // which of the two it is nobody can say, so none is taken; one is too many
  expect([found.get('P-9')?.status, found.get('P-4')?.status, found.get('P-5')?.status, found.get('INV-3')?.status]).toEqual(['unmatched', 'suggested', 'suggested', 'suggested'])
  expect(found.get('INV-3')).toMatchObject({ ambiguous: true, decidedBy: null, matchId: null, alternatives: [{ itemIds: [found.get('P-4')?.id] }, { itemIds: [found.get('P-5')?.id] }] })
  expect((await mismatches()).map(each => each.object?.id).sort()).toEqual(['P-5', 'P-9'])
})

test('a cancelled invoice takes its payment with it, a corrected one is compared as corrected', async () => {
  await send(invoice('INV-6', '10.00'), payment('P-6', '10.00', 'INV-6'))
  expect((await items('payment-to-invoice')).get('P-6')?.status).toBe('matched')
  await send(event('finance.customer_invoice.cancelled', 1, { objects: [object('customer_invoice', 'INV-6')] }))
  const cancelled = await items('payment-to-invoice')
  expect([cancelled.get('P-6')?.status, cancelled.has('INV-6')]).toEqual(['unmatched', false])
  await send(invoice('INV-7', '11.00'), payment('P-7', '12.00', 'INV-7'), event('finance.customer_invoice.issued', 150, { objects: [object('customer_invoice', 'INV-7')], amount: { value: '12.00', currency: 'CHF' }, attributes: { reference: 'INV7' } }))
  expect((await items('payment-to-invoice')).get('P-7')).toMatchObject({ status: 'matched', difference: [] })
})

test('a payout equals its charges less refunds and fees, the fee of a payment counting where no fee event came', async () => {
  const charge = (id: string, value: string, fee: string) => payment(id, value, null, { integration: 'stripe-odoo-ch', attributes: { payout: 'po_1', fee: { value: fee, currency: 'CHF' }, valueDate: '2026-11-10' } })
  await send(
    charge('ch_1', '50.00', '1.00'), charge('ch_2', '30.00', '0.50'),
    event('payments.fee.charged', 90, { objects: [object('fee', 'txn_1')], amount: { value: '0.50', currency: 'CHF' }, attributes: { payment: 'ch_2', payout: 'po_1' } }),
    event('payments.refund.created', 90, { objects: [object('refund', 're_1')], amount: { value: '8.50', currency: 'CHF' }, attributes: { payment: 'ch_1', payout: 'po_1' } }),
    event('payments.payout.paid', 80, { objects: [object('payout', 'po_1')], amount: { value: '70.00', currency: 'CHF' }, attributes: { arrivalDate: '2026-11-12' } }),
  )
  const found = await items('payout-to-charges')
  expect(Object.fromEntries([...found].map(([id, item]) => [id, [item.status, item.direction]]))).toEqual({
    ch_1: ['matched', 'credit'], 'ch_1#fee': ['matched', 'debit'], ch_2: ['matched', 'credit'], 'ch_2#fee': ['excluded', 'debit'], txn_1: ['matched', 'debit'], re_1: ['matched', 'debit'], po_1: ['matched', 'credit'],
  })
  expect((await items('bank-to-payment')).get('ch_1')).toMatchObject({ status: 'excluded' })
})

describe('decisions', () => {
  test('a declined pair does not come back, in an incremental and in a full run; undo lets it', async () => {
    await send(invoice('INV-20', '20.00'), payment('P-20', '20.00', 'INV-20'))
    const ids = [...(await items('payment-to-invoice', '&objectId=INV-20&objectId=P-20')).values()].map(item => item.id)
    expect((await decide('payment-to-invoice', { action: 'decline', items: ids, reason: 'another customer' })).status).toBe(200)
    expect((await items('payment-to-invoice')).get('P-20')).toMatchObject({ status: 'unmatched', matchId: null })
    await running.call('/api/v1/reconciliations/payment-to-invoice/run', { as: key, method: 'POST', body: {} })
    await running.worker.reconciled()
    expect((await items('payment-to-invoice')).get('P-20')?.status).toBe('unmatched')
    expect((await decide('payment-to-invoice', { action: 'undo', items: ids })).status).toBe(200)
    expect((await items('payment-to-invoice')).get('P-20')?.status).toBe('matched')
  })

  test('an accepted match is the person’s, survives a run, and is used to what it says', async () => {
    await send(invoice('INV-21', '40.00'), payment('P-21', '25.00', null))
    const [i, p] = await Promise.all(['INV-21', 'P-21'].map(async id => (await items('payment-to-invoice')).get(id)?.id ?? ''))
    expect((await decide('payment-to-invoice', { action: 'accept', items: [i, p] })).body.code).toBe('invalid_act')
    expect((await decide('payment-to-invoice', { action: 'accept', items: [i, p], allocations: [{ a: p, b: i, amount: '30.00' }] })).body.code).toBe('invalid_act')
    expect((await decide('payment-to-invoice', { action: 'accept', items: [i, p], allocations: [{ a: p, b: i, amount: '25.00' }], reason: 'by phone' })).status).toBe(200)
    expect((await decide('payment-to-invoice', { action: 'accept', items: [i, p], allocations: [{ a: p, b: i, amount: '25.00' }] })).body.code).toBe('conflict')
    const response = await running.call('/api/v1/reconciliations/payment-to-invoice/run', { as: key, method: 'POST', body: {} })
    expect(response.status).toBe(202)
    const { runId } = (await response.json()) as { runId: string }
    await running.worker.reconciled()
    const run = await running.get<{ status: string; kind: string; totals: { side: string; currency: string; closing: { value: string } }[] }>(`/api/v1/reconciliations/payment-to-invoice/runs/${runId}`, key)
    expect(run).toMatchObject({ status: 'succeeded', kind: 'full' })
    const found = await items('payment-to-invoice')
    expect(found.get('INV-21')).toMatchObject({ status: 'partially_matched', openAmount: { value: '15.00' }, reasons: ['by phone'] })
    expect(found.get('INV-21')?.decidedBy).not.toBe('engine')
    // what closes is what the items leave open
    for (const total of run.totals) {
      const open = [...found.values()].filter(item => item.side === total.side && item.status !== 'excluded').reduce((sum, item) => sum + Number(item.openAmount.value.replace('.', '')), 0)
      expect([total.side, Number(total.closing.value.replace('.', ''))]).toEqual([total.side, open])
    }
  })

  test('what is left of an invoice is written off within the limit and with a reason only', async () => {
    await send(invoice('INV-22', '30.00'), payment('P-22', '28.00', 'INV-22'), invoice('INV-23', '500.00'))
    const found = await items('payment-to-invoice')
    const ids = (id: string) => [found.get(id)?.id ?? '']
    expect((await decide('payment-to-invoice', { action: 'write_off', items: ids('INV-22') })).body.code).toBe('invalid_act')
    expect((await decide('payment-to-invoice', { action: 'write_off', items: ids('INV-23'), reason: 'too much' })).body.code).toBe('invalid_act')
    expect((await decide('payment-to-invoice', { action: 'write_off', items: ids('INV-22'), reason: 'bank charges' })).status).toBe(200)
    expect((await items('payment-to-invoice')).get('INV-22')).toMatchObject({ status: 'written_off', openAmount: { value: '0.00' } })
  })
})

test('other tolerances are tried out without changing anything', async () => {
  await send(invoice('INV-30', '70.00'), payment('P-30', '69.50', 'INV-30'))
  const before = (await items('payment-to-invoice')).get('P-30')
  const response = await running.call('/api/v1/reconciliations/payment-to-invoice/rules/dry-run', { as: key, method: 'POST', body: { tolerances: { absolute: [{ value: '1.00', currency: 'CHF' }], relative: '0', days: 5 }, rules: [{ id: 'wide', name: 'Same invoice, a franc apart', pass: 'tolerance', on: ['invoice'] }] } })
  const said = (await response.json()) as { match: { items: string[]; rule: string }[]; unmatch: { items: string[] }[] }
  expect(response.status).toBe(200)
  expect(said.unmatch.length + said.match.length).toBeGreaterThan(0)
  expect((await items('payment-to-invoice')).get('P-30')).toEqual(before)
})

test('a key of one facility sees its items only', async () => {
  const narrow = await running.key('read@eastmere')
  const { items: seen } = await running.get<{ items: ReconItemView[] }>('/api/v1/reconciliations/payment-to-invoice/items', narrow)
  expect(seen).toEqual([])
  const own = await running.key('read@birkenried')
  expect((await running.get<{ items: ReconItemView[] }>('/api/v1/reconciliations/payment-to-invoice/items', own)).items.length).toBeGreaterThan(5)
})

test('order, receipt and invoice agree line by line, and who differs says so', async () => {
  const lines = (quantity: string, price = '10.00') => [{ line: 1, item: 'A', quantity, unitPrice: price, unit: 'pcs' }]
  const order = (id: string) => event('procurement.purchase_order.created', 300, { objects: [object('purchase_order', id)], amount: { value: '100.00', currency: 'CHF' }, attributes: { lines: lines('10') } })
  const receipt = (id: string, of: string, quantity: string) => event('procurement.goods_receipt.posted', 200, { objects: [object('goods_receipt', id), object('purchase_order', of, { role: undefined })], attributes: { purchaseOrder: of, lines: [{ purchaseOrderLine: 1, item: 'A', quantity, unit: 'pcs' }] } })
  const billed = (id: string, of: string, value: string, quantity = '10') => event('finance.supplier_invoice.received', 150, { objects: [object('supplier_invoice', id)], amount: { value, currency: 'CHF' }, attributes: { purchaseOrder: of, lines: lines(quantity) } })
  await send(order('PO-1'), receipt('GR-1', 'PO-1', '10'), billed('SI-1', 'PO-1', '100.00'), order('PO-2'), receipt('GR-2', 'PO-2', '8'), billed('SI-2', 'PO-2', '100.00'), order('PO-3'), receipt('GR-3', 'PO-3', '10'), billed('SI-3', 'PO-3', '112.00'), order('PO-4'), receipt('GR-4', 'PO-4', '4'), billed('SI-4', 'PO-4', '40.00', '4'))
  const found = await items('three-way')
  expect(['PO-1#1', 'GR-1#1', 'SI-1#1'].map(id => [found.get(id)?.status, found.get(id)?.matchId])).toEqual(['PO-1#1', 'GR-1#1', 'SI-1#1'].map(() => ['matched', found.get('PO-1#1')?.matchId]))
  expect(found.get('SI-2#1')).toMatchObject({ status: 'partially_matched', difference: [{ reason: 'quantity', amount: { value: '20.00' } }] })
  expect((await mismatches()).map(each => each.object?.id).filter(id => /^(GR|SI|PO)/.test(id ?? '')).sort()).toEqual(['GR-2', 'SI-3'])
})
