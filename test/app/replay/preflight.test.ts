import { describe, expect, test } from 'vitest'
import { preflight, type PreflightFacts } from '#app/replay/preflight.ts'
import type { ObjectEvent } from '#queries/clickhouse/replay/object-events.ts'
import type { EarlierItem, ReplayCandidate } from '#queries/postgres/replays.ts'

// One invoice whose export to accounting was dead-lettered at 10:00. Every case says what else is known.
const STEP = 'finance.customer_invoice.exported'
const candidate: ReplayCandidate = {
  id: '1001', kind: 'failed', status: 'open', resolutionBy: null, process: 'order-to-cash', step: STEP, integration: 'odoo-finstar',
  object: { namespace: 'alpina', type: 'customer_invoice', id: 'INV-1' }, amountMinor: '128450', currency: 'EUR', amountKey: 'k', facility: 'north', entity: 'alpina', environment: 'production',
}
const event = (hour: number, over: Partial<ObjectEvent> = {}): ObjectEvent => ({
  namespace: 'alpina', objectType: 'customer_invoice', objectId: 'INV-1', time: `2026-11-20 ${String(hour).padStart(2, '0')}:00:00.000`,
  type: STEP, status: 'dead_lettered', source: 'odoo', eventId: `e${hour}`, integration: 'odoo-finstar', correlationId: 'c1', errorClass: 'mapping', ...over,
})
const item = (over: Partial<EarlierItem> = {}): EarlierItem => ({ exceptionId: '1001', replayId: 'rpl_a', idempotencyKey: 'other', state: 'unknown', ...over })
const knowledge = {
  target: 'execution-layer', postsMoney: false, postsStock: false, negative: false,
  cancelledBy: new Set(['finance.customer_invoice.cancelled']), outdatedBy: new Set(['finance.customer_invoice.changed', 'finance.customer_invoice.posted']),
}
const judge = (over: Partial<PreflightFacts> = {}) => preflight({ candidate, knowledge, targetConfigured: true, events: [event(10)], earlier: [], corrections: [], ...over })

describe('verdicts', () => {
  const key = judge().idempotencyKey
  test.each<[string, Partial<PreflightFacts>]>([
    ['safe', {}],
    ['safe', { events: [event(9, { status: 'succeeded' }), event(10)] }],
    ['safe', { events: [event(10), event(8, { type: 'finance.customer_invoice.changed', status: 'succeeded' })] }],
    ['safe', { events: [event(10), event(11, { type: 'finance.customer_invoice.posted', status: 'failed' })] }],
    ['safe', { earlier: [item({ state: 'failed' }), item({ state: 'refused' }), item({ state: 'cancelled' }), item({ state: 'expired' }), item({ state: 'rejected' })] }],
    ['safe', { earlier: [item({ state: 'completed', idempotencyKey: 'of an older failure' })] }],
    ['already_succeeded', { events: [event(10), event(11, { status: 'succeeded' })] }],
    ['already_succeeded', { candidate: { ...candidate, status: 'resolved', resolutionBy: 'verified' } }],
    ['superseded', { events: [event(10), event(8, { type: 'finance.customer_invoice.cancelled', status: 'succeeded' })] }],
    ['superseded', { events: [event(10), event(12, { type: 'finance.customer_invoice.changed', status: 'succeeded' })] }],
    ['superseded', { events: [event(10), event(12, { type: 'finance.customer_invoice.posted', status: 'succeeded' })] }],
    ['outcome_unknown', { events: [event(10, { errorClass: 'timeout' })] }],
    ['outcome_unknown', { events: [event(10), event(11, { status: 'started', errorClass: '' })] }],
    ['outcome_unknown', { events: [event(10), event(11, { status: 'retrying' })] }],
    ['outcome_unknown', { earlier: [item()] }],
    ['outcome_unknown', { earlier: [item({ state: 'completed', idempotencyKey: key })] }],
    ['in_progress', { earlier: [item({ state: 'awaiting_approval' })] }],
    ['in_progress', { earlier: [item({ state: 'dispatched' }), item({ state: 'failed' })] }],
    ['not_replayable', { candidate: { ...candidate, kind: 'rejected' } }],
    ['not_replayable', { candidate: { ...candidate, kind: 'mismatch' } }],
    ['not_replayable', { candidate: { ...candidate, status: 'resolved', resolutionBy: 'person' } }],
    ['not_replayable', { candidate: { ...candidate, environment: 'test' } }],
    ['not_replayable', { candidate: { ...candidate, object: null } }],
    ['not_replayable', { knowledge: null }],
    ['not_replayable', { knowledge: { ...knowledge, target: null } }],
    ['not_replayable', { knowledge: { ...knowledge, negative: true } }],
    ['not_replayable', { targetConfigured: false }],
    ['not_replayable', { candidate: { ...candidate, kind: 'overdue' }, events: [event(9, { type: 'finance.customer_invoice.issued', status: 'succeeded' })] }],
  ])('%s %#', (verdict, facts) => {
    const result = judge(facts)
    expect(result.verdict).toBe(verdict)
    expect(result.why).toMatch(/^[A-Z].*[.]$/)
  })

  test('the newest failed attempt is the original', () => {
    expect(judge({ events: [event(9), event(12), event(10)] }).original?.eventId).toBe('e12')
  })
})

describe('a second person', () => {
  test.each<[number, Partial<PreflightFacts>]>([
    [0, {}],
    [1, { knowledge: { ...knowledge, postsMoney: true } }],
    [1, { corrections: [{ path: '/attributes/costCentre', value: '4200' }] }],
    [0, { candidate: { ...candidate, amountMinor: '4999999' } }],
    [1, { candidate: { ...candidate, amountMinor: '5000000' } }],
    [1, { candidate: { ...candidate, amountMinor: '-5000000' } }],
    [0, { candidate: { ...candidate, amountMinor: '49999', currency: 'JPY' } }],
    [1, { candidate: { ...candidate, amountMinor: '50000', currency: 'JPY' } }],
    [0, { candidate: { ...candidate, amountMinor: '49999999', currency: 'KWD' } }],
    [1, { knowledge: { ...knowledge, postsStock: true }, events: [event(10, { errorClass: 'timeout' })] }],
    [0, { knowledge: { ...knowledge, postsStock: true } }],
  ])('%i reason %#', (reasons, facts) => {
    expect(judge(facts).approvalReasons).toHaveLength(reasons)
  })
})

describe('the idempotency key', () => {
  test('is the same for the same request for ever', () => {
    expect(judge().idempotencyKey).toBe('faaf3740a979d08059814cea629f7a76155e17f5f60a971affb0d7c32e9d3f2a')
    expect(judge({ candidate: { ...candidate, status: 'acknowledged' }, earlier: [item({ state: 'failed' })] }).idempotencyKey).toBe(judge().idempotencyKey)
  })
  test('differs for another exception, message or content, and not by the order of corrections', () => {
    const a = { path: '/a', value: 'x' }
    const b = { path: '/b', value: 'y' }
    const keys = [judge(), judge({ candidate: { ...candidate, id: '1002' } }), judge({ events: [event(11)] }), judge({ corrections: [a] }), judge({ corrections: [a, b] })].map(result => result.idempotencyKey)
    expect(new Set(keys).size).toBe(keys.length)
    expect(judge({ corrections: [b, a] }).idempotencyKey).toBe(keys[4])
  })
})
