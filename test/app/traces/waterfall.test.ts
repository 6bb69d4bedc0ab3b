import { beforeAll, describe, expect, it } from 'vitest'
import type { Catalogue } from '#queries/catalogue/catalogue.ts'
import type { StoredEvent } from '#queries/model/event.ts'
import type { TraceView } from '#queries/model/views.ts'
import { OUTSIDE_SCOPE } from '#app/traces/trace-view.ts'
import { durationWords } from '#app/exceptions/labels.ts'
import { layOut } from '#app/traces/waterfall.ts'
import { shippedCatalogue } from '#test/app/exceptions/support.ts'

const SENT = 'procurement.purchase_order.transmitted'
const CONFIRMED = 'procurement.purchase_order.acknowledged'
const NOW = '2026-11-20T14:30:00.000Z'
let catalogue: Catalogue
beforeAll(async () => {
  catalogue = await shippedCatalogue()
})

let serial = 0
function event(over: Partial<StoredEvent>): StoredEvent {
  serial += 1
  return {
    id: `e-${serial}`, source: 'odoo', type: SENT, time: '2026-11-20T08:00:00.000Z', receivedAt: '2026-11-20T08:00:01.000Z', status: 'succeeded', attempt: 1, integration: 'odoo-merkanta-orders', facility: 'f', correlationId: 'c-1',
    objects: [{ namespace: 'default', type: 'purchase_order', id: 'PO-1', system: null, role: 'subject', state: null }], amount: null, error: null, durationMs: 200, flags: [], attributes: {}, ...over,
  }
}
const trace = (events: StoredEvent[], missing: TraceView['missing'] = []): TraceView => ({ correlationId: 'c-1', events, spans: [], missing, objects: [{ namespace: 'default', type: 'purchase_order', id: 'PO-1' }] })
const failed = { code: 'NET-1', class: 'timeout' as const, message: 'no answer', retryable: true }

describe('a trace laid out', () => {
  it('folds failed attempts and the success that recovers them into one step', () => {
    const { lanes, figures, steps } = layOut(trace([
      event({ status: 'failed', error: failed, time: '2026-11-20T08:00:00.000Z' }),
      event({ status: 'dead_lettered', error: failed, attempt: 2, time: '2026-11-20T08:00:30.000Z' }),
      event({ attempt: 3, time: '2026-11-20T09:00:30.000Z' }),
    ]), catalogue, NOW)
    expect(lanes).toHaveLength(1)
    expect(lanes[0]).toMatchObject({ name: 'Order sent', state: 'Failed, then recovered', took: '1 h' })
    expect(lanes[0]?.attempts?.map(attempt => [attempt.name, attempt.state])).toEqual([['Attempt 1', 'Failed'], ['Attempt 2', 'Gave up, dead letter'], ['Attempt 3', 'Done']])
    expect(lanes[0]?.bars.map(bar => bar.kind)).toEqual(['waiting', 'failed', 'failed', 'recovered'])
    expect(figures).toMatchObject({ steps: 1, attempts: 3, recovered: 1, failed: 0, missing: 0 })
    expect(steps[0]?.error).toEqual({ code: 'NET-1', class: 'timeout', message: 'no answer' })
  })

  it('keeps the same step of two objects, and a second success, apart', () => {
    const other = [{ namespace: 'default', type: 'purchase_order', id: 'PO-2', system: null, role: 'subject', state: null }]
    expect(layOut(trace([event({ status: 'failed' }), event({ objects: other }), event({}), event({})]), catalogue, NOW).steps.map(step => [step.objects[0]?.id, step.outcome])).toEqual([['PO-1', 'recovered'], ['PO-2', 'done'], ['PO-1', 'done']])
  })

  it('draws what is late where it is due and says what is not due yet', () => {
    const { lanes, awaited, figures } = layOut(trace([event({})], [
      { milestone: 'procurement.shipment.announced', dueAt: '2026-11-23T08:00:00.000Z', integration: null },
      { milestone: CONFIRMED, dueAt: '2026-11-20T10:30:00.000Z', integration: null },
    ]), catalogue, NOW)
    expect(awaited.map(one => [one.milestone, one.late])).toEqual([[CONFIRMED, true], ['procurement.shipment.announced', false]])
    expect(lanes[1]).toMatchObject({ kind: 'missing', detail: 'nothing received', took: '4 h', bars: [{ kind: 'missing', start: '2026-11-20T10:30:00.000Z', end: NOW, label: '4 h late' }] })
    expect(lanes[2]).toMatchObject({ kind: 'not_due', bars: [], took: 'not due' })
    expect(figures.missing).toBe(1)
  })

  it('tells a step that was tried and failed from one of which nothing was heard', () => {
    const { awaited, lanes } = layOut(trace([event({ status: 'failed' }), event({ status: 'failed', attempt: 2 })], [{ milestone: SENT, dueAt: '2026-11-20T10:30:00.000Z', integration: null }]), catalogue, NOW)
    expect(awaited[0]?.tried).toBe(2)
    expect(lanes.at(-1)?.detail).toBe('tried 2 times, not done')
  })

  it('shows a step outside the scope with nothing but its kind, time and outcome', () => {
    const { steps, lanes, figures } = layOut(trace([event({ id: `${OUTSIDE_SCOPE}:0`, source: '', flags: [OUTSIDE_SCOPE], integration: null, objects: [], durationMs: null, attempt: null })]), catalogue, NOW)
    expect(lanes[0]).toMatchObject({ name: 'A step outside your scope', detail: 'Order sent' })
    expect(steps[0]).toMatchObject({ system: null, integration: null, attempts: [{ to: null }] })
    expect(figures).toMatchObject({ systems: 0, outside: 1 })
  })

  it('draws no more rows than can be read and says how many it left out', () => {
    const { lanes, cut, figures } = layOut(trace(Array.from({ length: 200 }, () => event({}))), catalogue, NOW)
    expect([lanes.length, cut, figures.steps]).toEqual([150, 50, 200])
  })
})

describe('durations of the catalogue in words', () => {
  it.each([['PT4H', true, '4 h'], ['P2D', true, '2 working days'], ['P1DT2H30M', false, '1 day 2 h 30 min'], ['PT45S', true, '45 s'], ['strange', true, 'strange']])('%s', (duration, working, words) => {
    expect(durationWords(duration, working)).toBe(words)
  })
})
