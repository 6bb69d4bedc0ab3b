/**
 * Events that cannot be taken as they are, written as the bytes a careless sender would send: by hand, one row per code, with
 * near misses that look as odd but must be taken.
 */
import type { RawItem, SeedItem } from '#seeds/history/events.ts'
import { amountOf } from '#seeds/history/money.ts'
import { Random } from '#seeds/history/random.ts'
import type { PlantOptions } from './plant.ts'
import type { NearMiss, TruthRow } from './truth.ts'

const MINUTE = 60_000
const SOURCE = 'odoo'
const JSON_EVENT = 'application/cloudevents+json'

type Envelope = Record<string, unknown> & { data: Record<string, unknown> }
interface Row {
  kind: string
  /** the code it must be rejected with; null: it must be taken */
  code: string | null
  /** how a good event is spoilt; a string or bytes replace the whole body */
  spoil: (event: Envelope) => Envelope | string | Uint8Array
}

const without = (name: string) => (event: Envelope): Envelope => {
  const { [name]: _, ...rest } = event
  return rest as Envelope
}
const data = (change: Record<string, unknown>) => (event: Envelope): Envelope => ({ ...event, data: { ...event.data, ...change } })
const envelope = (change: Record<string, unknown>) => (event: Envelope): Envelope => ({ ...event, ...change })

const ROWS: readonly Row[] = [
  { kind: 'not-json', code: 'malformed', spoil: event => `{"specversion":"1.0","id":"${String(event.id)}", purchase order 4711 sent` },
  { kind: 'cut-off', code: 'malformed', spoil: event => JSON.stringify(event).slice(0, -40) },
  { kind: 'not-utf-8', code: 'unreadable', spoil: event => Buffer.from(JSON.stringify({ ...event, subject: 'Gerätepflege' }), 'latin1') },
  { kind: 'nested-too-deep', code: 'too_deep', spoil: event => data({ attributes: { nested: JSON.parse(`${'['.repeat(90)}${']'.repeat(90)}`) as unknown } })(event) },
  { kind: 'no-specversion', code: 'missing_specversion', spoil: without('specversion') },
  { kind: 'no-id', code: 'missing_id', spoil: without('id') },
  { kind: 'no-source', code: 'missing_source', spoil: without('source') },
  { kind: 'no-type', code: 'missing_type', spoil: without('type') },
  { kind: 'no-status', code: 'missing_status', spoil: event => ({ ...event, data: without('status')(event.data as Envelope) }) },
  { kind: 'old-specversion', code: 'invalid_specversion', spoil: envelope({ specversion: '0.3' }) },
  { kind: 'id-too-long', code: 'too_large', spoil: event => ({ ...event, id: `${String(event.id)}-${'x'.repeat(1100)}` }) },
  { kind: 'time-in-words', code: 'invalid_time', spoil: envelope({ time: 'last Tuesday' }) },
  { kind: 'status-unknown', code: 'invalid_status', spoil: data({ status: 'okay' }) },
  { kind: 'amount-with-comma', code: 'invalid_amount', spoil: data({ amount: { value: '12,50', currency: 'CHF' } }) },
  { kind: 'amount-not-a-number', code: 'invalid_amount', spoil: data({ amount: { value: 'NaN', currency: 'CHF' } }) },
  { kind: 'amount-wrong-decimals', code: 'invalid_amount', spoil: data({ amount: { value: '12.50', currency: 'KWD' } }) },
  { kind: 'currency-unknown', code: 'invalid_amount', spoil: data({ amount: { value: '12.50', currency: 'XQQ' } }) },
  { kind: 'attempt-zero', code: 'invalid_attempt', spoil: data({ attempt: 0 }) },
  { kind: 'criticality-unknown', code: 'invalid_criticality', spoil: data({ criticality: 'urgent!' }) },
  { kind: 'objects-not-a-list', code: 'contract_violation', spoil: data({ objects: { purchase_order: 'PO-4711' } }) },
  { kind: 'object-without-id', code: 'contract_violation', spoil: data({ objects: [{ type: 'purchase_order' }] }) },
]

/** Odd but to be taken: the twins of the rows above. */
const TAKEN: readonly Row[] = [
  { kind: 'nested-deep-enough', code: null, spoil: data({ attributes: { nested: JSON.parse(`${'['.repeat(40)}${']'.repeat(40)}`) as unknown } }) },
  { kind: 'id-just-short-enough', code: null, spoil: event => ({ ...event, id: `${String(event.id)}-${'x'.repeat(1000 - String(event.id).length)}` }) },
  { kind: 'time-without-offset', code: null, spoil: event => ({ ...event, time: String(event.time).replace('Z', '') }) },
  { kind: 'amount-in-thousandths', code: null, spoil: data({ amount: { value: '12.500', currency: 'KWD' } }) },
  { kind: 'no-correlation', code: null, spoil: without('correlationid') },
  { kind: 'unknown-member', code: null, spoil: data({ colour: 'blue' }) },
  { kind: 'markup-in-text', code: null, spoil: data({ attributes: { note: '<script>alert(1)</script>', other: "'; DROP TABLE events; --" } }) },
]

/** The raw events and the truth of what must be rejected. */
export function rejectedCases(options: PlantOptions): { items: SeedItem[]; cases: TruthRow[]; nearMisses: NearMiss[] } {
  const { group, seed, until } = options
  const random = new Random(seed, 'rejects')
  const items: SeedItem[] = []
  const cases: TruthRow[] = []
  const nearMisses: NearMiss[] = []
  const facility = group.facility('rosenfluh')
  let count = 0
  const good = (at: number): Envelope => {
    const id = `bad-${seed}-${String(++count).padStart(3, '0')}`
    return {
      specversion: '1.0', id, source: SOURCE, type: 'procurement.budget.checked', subject: `PR-${id}`, time: new Date(at).toISOString(), datacontenttype: 'application/json',
      integration: 'odoo-approvals', facility: facility.id, correlationid: `cor-${id}`,
      data: { status: 'succeeded', attempt: 1, objects: [{ type: 'purchase_requisition', id: `PR-${id}`, namespace: facility.entity, role: 'subject' }], amount: amountOf(random.int(1_000, 900_000), facility.currency), criticality: 'normal' },
    }
  }
  const send = (at: number, body: Envelope | string | Uint8Array, expect: string | null, caseKind: string): RawItem => {
    const bytes = body instanceof Uint8Array ? body : new TextEncoder().encode(typeof body === 'string' ? body : JSON.stringify(body))
    const item: RawItem = { kind: 'raw', at, body: bytes, contentType: JSON_EVENT, expect, caseKind }
    items.push(item)
    return item
  }
  const identityOf = (body: Envelope | string | Uint8Array): { source: string; id: string } | null =>
    typeof body === 'object' && 'source' in body && typeof body.source === 'string' && typeof body.id === 'string' ? { source: body.source, id: body.id } : null
  const reject = (kind: string, code: string, at: number, event: { source: string; id: string } | null): void => {
    cases.push({
      caseKind: kind, finder: 'rejected', process: null, milestone: null, object: null, integration: null, facility: null, entity: null, amount: null,
      anchorAt: null, dueAt: null, firstSeen: new Date(at).toISOString(), criticality: null, severity: 'normal', code, event,
    })
  }

  for (const { kind, code, spoil } of [...ROWS, ...TAKEN]) {
    const at = until - random.int(20, 6 * 24 * 60) * MINUTE
    const body = spoil(good(at))
    send(at, body, code, kind)
    if (code) reject(kind, code, at, identityOf(body))
    else nearMisses.push({ caseKind: kind, twin: 'odd but to be taken', finder: 'rejected', milestone: null, object: null, integration: null, event: identityOf(body) })
  }

  const at = until - 400 * MINUTE
  const original = good(at)
  send(at, original, null, 'id-conflict')
  const conflict = data({ amount: { value: '1.00', currency: 'CHF' } })(original)
  send(at + MINUTE, conflict, 'id_conflict', 'id-conflict')
  reject('id-conflict', 'id_conflict', at, identityOf(conflict))

  const twin = good(at)
  send(at, twin, null, 'equal-duplicate')
  // the same content with its members in another order is the same event
  send(at + MINUTE, Object.fromEntries(Object.entries(twin).reverse()) as Envelope, null, 'equal-duplicate')
  nearMisses.push({ caseKind: 'id-conflict', twin: 'an equal duplicate', finder: 'rejected', milestone: null, object: null, integration: null, event: identityOf(twin) })
  return { items, cases, nearMisses }
}
