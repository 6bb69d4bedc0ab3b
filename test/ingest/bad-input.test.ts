/** Bad input: each kind has its documented answer, is kept and listed, and spoils nothing beside it. */
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { BATCH, LINES, openTestIngest, orderEvent, STRUCTURED, type TestIngest } from './support.ts'

let ingest: TestIngest
beforeAll(async () => {
  ingest = await openTestIngest()
})
afterAll(async () => ingest.dispose())

const deep = (levels: number) => `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`
const sound = (id: string) => JSON.stringify(orderEvent(id))
/** a sound event with one text replaced: what JSON.stringify would not write */
const written = (id: string, from: string, to: string) => sound(id).replace(from, to)

describe('calls out of which nothing can be read', () => {
  it.each([
    ['no JSON', STRUCTURED, 'hello', 'malformed'],
    ['an empty body', STRUCTURED, '', 'malformed'],
    ['a number', STRUCTURED, '42', 'malformed'],
    ['an array as one event', STRUCTURED, '[]', 'malformed'],
    ['two events as one', STRUCTURED, `${sound('x')} ${sound('y')}`, 'malformed'],
    ['one event as a batch', BATCH, sound('x'), 'malformed'],
    ['no UTF-8', STRUCTURED, Buffer.from(sound('ü'), 'latin1'), 'unreadable'],
    ['UTF-16', STRUCTURED, Buffer.from(sound('x'), 'utf16le'), 'malformed'],
    ['10,000 levels', STRUCTURED, deep(10_000), 'too_deep'],
    ['10,000 open brackets', STRUCTURED, '['.repeat(10_000), 'too_deep'],
    ['broken gzip', { ...STRUCTURED, 'content-encoding': 'gzip' }, 'no gzip', 'unreadable'],
    ['cut gzip', { ...STRUCTURED, 'content-encoding': 'gzip' }, gzipSync(sound('x')).subarray(0, -12), 'unreadable'],
  ])('%s: 400 in the shape of 202, kept as one rejected item', async (_name, headers, body, code) => {
    const { status, json } = await ingest.send(body, headers)
    expect(status).toBe(400)
    expect(json).toEqual({ accepted: 0, duplicates: 0, rejected: [{ index: 0, id: null, code, message: expect.any(String), path: '' }], receipt: expect.any(String) })
    const kept = (await ingest.rows('rejected')).filter(row => row.receipt === json.receipt)
    expect(kept).toMatchObject([{ code, event_id: '', status: 'open' }])
  })
})

describe('a batch is judged event by event', () => {
  it('keeps what stands around a broken one', async () => {
    const body = `[${sound('around-1')}, {"id": bad}, ${deep(100)}, 7, ${sound('around-2')}]`
    const { status, json } = await ingest.send(body, BATCH)
    expect(status).toBe(202)
    expect(json.accepted).toBe(2)
    expect(json.rejected.map(({ index, code }) => [index, code])).toEqual([[1, 'malformed'], [2, 'too_deep'], [3, 'malformed']])
  })

  it('keeps lines around a broken one, one that is no UTF-8 and empty ones', async () => {
    const body = Buffer.concat([Buffer.from(`${sound('line-1')}\n\nnot json\n`), Buffer.from(sound('lü'), 'latin1'), Buffer.from(`\r\n${sound('line-2')}`)])
    const { status, json } = await ingest.send(body, LINES)
    expect(status).toBe(202)
    expect(json).toMatchObject({ accepted: 2, rejected: [{ index: 1, code: 'malformed' }, { index: 2, code: 'unreadable' }] })
  })

  it('keeps the events of an array that was cut off', async () => {
    const { status, json } = await ingest.send(`[${sound('cut-1')},${sound('cut-2').slice(0, -9)}`, BATCH)
    expect(status).toBe(202)
    expect(json).toMatchObject({ accepted: 1, rejected: [{ index: 1, code: 'malformed' }, { index: 2, code: 'malformed' }] })
  })

  it('answers an empty batch with zeros', async () => {
    for (const [body, headers] of [['[]', BATCH], ['', LINES], ['\n\n', LINES]] as const) {
      expect(await ingest.send(body, headers)).toMatchObject({ status: 202, json: { accepted: 0, duplicates: 0, rejected: [] } })
    }
  })
})

describe('codes and paths', () => {
  it.each<[string, string, string, string]>([
    ['no id', JSON.stringify({ ...orderEvent('x'), id: undefined }), 'missing_id', 'id'],
    ['an empty id', JSON.stringify(orderEvent('')), 'missing_id', 'id'],
    ['a number as id', JSON.stringify({ ...orderEvent('x'), id: 7 }), 'invalid_id', 'id'],
    ['an id with a zero byte', sound('a\u0000b'), 'invalid_id', 'id'],
    ['an id with half a character', written('half', '"half"', '"\\ud800"'), 'invalid_id', 'id'],
    ['an id of 1 MB', sound('i'.repeat(1_000_000)), 'too_large', 'id'],
    ['an id of 1,025 bytes', sound('é'.repeat(512) + 'x'), 'too_large', 'id'],
    ['an event of more than 4 MiB', sound('i'.repeat(1_500_000)), 'too_large', ''],
    ['no source', JSON.stringify({ ...orderEvent('x'), source: null }), 'missing_source', 'source'],
    ['no type', JSON.stringify({ ...orderEvent('x'), type: '' }), 'missing_type', 'type'],
    ['no specversion', JSON.stringify({ ...orderEvent('x'), specversion: undefined }), 'missing_specversion', 'specversion'],
    ['an old specversion', JSON.stringify({ ...orderEvent('x'), specversion: '0.3' }), 'invalid_specversion', 'specversion'],
    ['no time at all', JSON.stringify(orderEvent('x', { time: 'yesterday' })), 'invalid_time', 'time'],
    ['30 February', JSON.stringify(orderEvent('x', { time: '2026-02-30T00:00:00Z' })), 'invalid_time', 'time'],
    ['the year 1500', JSON.stringify(orderEvent('x', { time: '1500-01-01T00:00:00Z' })), 'invalid_time', 'time'],
    ['an environment with a space', JSON.stringify(orderEvent('x', { environment: 'my test' })), 'invalid_environment', 'environment'],
    ['no data', JSON.stringify({ ...orderEvent('x'), data: undefined }), 'missing_status', 'data.status'],
    ['data that is text', JSON.stringify({ ...orderEvent('x'), data: 'text' }), 'invalid_data', 'data'],
    ['no status', JSON.stringify(orderEvent('x', {}, { status: undefined })), 'missing_status', 'data.status'],
    ['an unknown status', JSON.stringify(orderEvent('x', {}, { status: 'fine' })), 'invalid_status', 'data.status'],
    ['attempt 0', JSON.stringify(orderEvent('x', {}, { attempt: 0 })), 'invalid_attempt', 'data.attempt'],
    ['a negative duration', JSON.stringify(orderEvent('x', {}, { durationMs: -1 })), 'invalid_durationMs', 'data.durationMs'],
    ['an endless duration', written('x', '"status"', '"durationMs":1e999,"status"'), 'invalid_durationMs', 'data.durationMs'],
    ['amount 1e400', JSON.stringify(orderEvent('x', {}, { amount: { value: '1e400', currency: 'EUR' } })), 'invalid_amount', 'data.amount.value'],
    ['amount 1e400 as a number', written('x', '"1284.50"', '1e400'), 'invalid_amount', 'data.amount.value'],
    ['amount NaN', JSON.stringify(orderEvent('x', {}, { amount: { value: 'NaN', currency: 'EUR' } })), 'invalid_amount', 'data.amount.value'],
    ['amount 12,50', JSON.stringify(orderEvent('x', {}, { amount: { value: '12,50', currency: 'EUR' } })), 'invalid_amount', 'data.amount.value'],
    ['an amount as a float', JSON.stringify(orderEvent('x', {}, { amount: { value: 12.5, currency: 'EUR' } })), 'invalid_amount', 'data.amount.value'],
    ['yen with decimals', JSON.stringify(orderEvent('x', {}, { amount: { value: '12.50', currency: 'JPY' } })), 'invalid_amount', 'data.amount.value'],
    ['dinar with two decimals', JSON.stringify(orderEvent('x', {}, { amount: { value: '12.50', currency: 'KWD' } })), 'invalid_amount', 'data.amount.value'],
    ['a currency that is none', JSON.stringify(orderEvent('x', {}, { amount: { value: '12.50', currency: 'XYZ' } })), 'invalid_amount', 'data.amount.currency'],
    ['an amount without a currency', JSON.stringify(orderEvent('x', {}, { amount: { value: '12.50' } })), 'invalid_amount', 'data.amount.currency'],
    ['an object without an id', JSON.stringify(orderEvent('x', {}, { objects: [{ type: 'purchase_order' }] })), 'contract_violation', 'data.objects.0.id'],
    ['an unknown error class', JSON.stringify(orderEvent('x', {}, { error: { class: 'bad luck' } })), 'contract_violation', 'data.error.class'],
    ['attributes that are a list', JSON.stringify(orderEvent('x', {}, { attributes: [1] })), 'contract_violation', 'data.attributes'],
    ['attributes of 300 KiB', JSON.stringify(orderEvent('x', {}, { attributes: { text: 'x'.repeat(300 * 1024) } })), 'too_large', 'data.attributes'],
    ['a type that a strict integration does not declare', JSON.stringify(orderEvent('x', { integration: 'odoo-invoices' })), 'contract_violation', 'type'],
  ])('%s', async (_name, body, code, path) => {
    const { status, json } = await ingest.send(`[${body}]`, BATCH)
    expect(status).toBe(202)
    expect(json).toMatchObject({ accepted: 0, duplicates: 0, rejected: [{ index: 0, code, path }] })
    expect((await ingest.rows('rejected')).filter(row => row.receipt === json.receipt)).toMatchObject([{ code, path }])
  })

  it('never quotes a value in its message', async () => {
    const { json } = await ingest.send(JSON.stringify([orderEvent('x', {}, { status: 'S3CRET' }), orderEvent('y', {}, { amount: { value: 'S3CRET', currency: 'S3CRET' } }), orderEvent('z', { time: 'S3CRET' })]), BATCH)
    expect(json.rejected).toHaveLength(3)
    expect(JSON.stringify(json)).not.toContain('S3CRET')
  })
})

describe('odd but kept', () => {
  it.each<[string, Record<string, unknown>, Record<string, unknown>, string[]]>([
    ['a time in 1948', { time: '1948-05-01T00:00:00Z' }, { time: '1948-05-01 00:00:00.000' }, ['old_time']],
    ['a time in 2120', { time: '2120-05-01T00:00:00Z' }, { time: '2120-05-01 00:00:00.000' }, ['future_time']],
    ['a time without an offset', { time: '2026-03-01T08:00:00' }, { time: '2026-03-01 08:00:00.000' }, ['no_offset']],
    ['a time with an offset', { time: '2026-03-01T08:00:00.123456+05:30' }, { time: '2026-03-01 02:30:00.123' }, []],
    ['no time', { time: undefined }, {}, ['no_time']],
    ['nothing to correlate by', { correlationid: undefined }, { correlation_id: '' }, ['no_correlation']],
    ['only a subject', { correlationid: undefined, subject: 'PO-9' }, { correlation_id: 'PO-9' }, []],
    ['a trace', { correlationid: undefined, subject: 'PO-9', traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' }, { correlation_id: '0af7651916cd43dd8448eb211c80319c', span_id: 'b7ad6b7169203331' }, []],
    ['a broken trace', { traceparent: 'nonsense' }, { trace_id: '' }, []],
    ['an unknown type', { type: 'some.thing.else' }, { attributes: '{}' }, ['uncatalogued', 'uncatalogued_type']],
    ['an unknown integration', { integration: 'unheard-of' }, { attributes: '{}' }, ['uncatalogued', 'uncatalogued_integration']],
    ['an unknown facility', { facility: 'atlantis' }, { attributes: '{}', entity: '' }, ['uncatalogued', 'uncatalogued_facility']],
    ['no integration and no facility', { integration: undefined, facility: undefined }, { object_namespaces: ['default'] }, []],
  ])('%s', async (name, members, columns, flags) => {
    const { json } = await ingest.send(JSON.stringify(orderEvent(name, members, { attributes: { supplier: 'SUP-17' } })), STRUCTURED)
    expect(json).toMatchObject({ accepted: 1, rejected: [] })
    const [row] = (await ingest.rows('events')).filter(one => one.id === name)
    expect(row).toMatchObject({ attributes: '{"supplier":"SUP-17"}', ...columns, flags })
  })

  it('takes an unknown type whatever its data is', async () => {
    const foreign = [orderEvent('foreign-1', { type: 'a.b.c' }, { status: 'ok', amount: 'lots', objects: 7 }), { ...orderEvent('foreign-2', { type: 'a.b.c' }), data: 'text' }]
    expect((await ingest.send(JSON.stringify(foreign), BATCH)).json).toMatchObject({ accepted: 2, rejected: [] })
  })

  it('takes an object once that is listed twice, with what both say', async () => {
    await ingest.send(JSON.stringify(orderEvent('twice', {}, { objects: [{ type: 'purchase_order', id: 'PO-2', role: 'subject' }, { type: 'purchase_order', id: 'PO-2', state: 'sent' }, { type: 'purchase_order', id: 'PO-2', namespace: 'other' }] })), STRUCTURED)
    const rows = (await ingest.rows('events_by_object')).filter(row => row.event_id === 'twice')
    expect(rows.map(({ namespace, role, state }) => [namespace, role, state]).sort()).toEqual([['north-ag', 'subject', 'sent'], ['other', '', '']])
  })

  it('drops members of data that the contract does not know', async () => {
    await ingest.send(JSON.stringify(orderEvent('extra', { patientname: 'Jane Roe' }, { patient: 'Jane Roe' })), STRUCTURED)
    expect(JSON.stringify((await ingest.rows('events')).filter(row => row.id === 'extra'))).not.toContain('Jane')
  })

  it('keeps hostile text as text, and the tables stand', async () => {
    const hostile = `<img src=x onerror=alert(1)>'; DROP TABLE events; -- \\ {x:String} \u2028 𝒳`
    const event = orderEvent('hostile', { subject: hostile, correlationid: hostile }, { endpoint: hostile.slice(0, 20), error: { message: hostile, code: hostile }, objects: [{ type: 'purchase_order', id: hostile }], counterparty: { type: hostile, id: hostile, name: hostile }, attributes: { [hostile]: hostile, __proto__x: 1 } })
    expect((await ingest.send(JSON.stringify(event), STRUCTURED)).json).toMatchObject({ accepted: 1 })
    const [row] = (await ingest.rows('events')).filter(one => one.id === 'hostile')
    expect(row).toMatchObject({ subject: hostile, correlation_id: hostile, error_message: hostile, object_ids: [hostile], counterparty_name: hostile })
    expect(JSON.parse(String(row?.attributes))).toMatchObject({ [hostile]: hostile })
  })

  it('does not lose digits of numbers that a double cannot hold', async () => {
    await ingest.send(written('digits', '"status"', '"attributes":{"reference":12345678901234567890,"rate":0.1234567890123456789,"small":1.50,"huge":1e400},"status"'), STRUCTURED)
    const [row] = (await ingest.rows('events')).filter(one => one.id === 'digits')
    expect(JSON.parse(String(row?.attributes))).toEqual({ reference: '12345678901234567890', rate: '0.1234567890123456789', small: 1.5, huge: '1e400' })
  })

  it('does not set a prototype', async () => {
    await ingest.send(written('proto', '"status"', '"attributes":{"__proto__":{"admin":true},"a":{"__proto__":1,"b":2}},"status"'), STRUCTURED)
    const [row] = (await ingest.rows('events')).filter(one => one.id === 'proto')
    expect(row?.attributes).toBe('{"a":{"b":2}}')
  })
})

describe('calls as a whole', () => {
  it.each<[string, Record<string, string>, number, string]>([
    ['no key', { authorization: '' }, 401, 'missing_key'],
    ['an unknown key', { authorization: 'Bearer sbx_unknown' }, 401, 'invalid_key'],
    ['a key that is none', { authorization: 'Bearer hello' }, 401, 'invalid_key'],
    ['plain JSON', { 'content-type': 'application/json' }, 415, 'unsupported_type'],
    ['JSON in latin-1', { 'content-type': 'application/cloudevents+json; charset=iso-8859-1' }, 415, 'unsupported_type'],
    ['brotli', { 'content-encoding': 'br' }, 415, 'unsupported_encoding'],
    ['33 MiB announced', { 'content-length': String(33 * 1024 * 1024) }, 413, 'too_large'],
  ])('%s: problem details', async (_name, headers, status, code) => {
    const answer = await ingest.send(sound('x'), { ...STRUCTURED, ...headers })
    expect(answer.status).toBe(status)
    expect(answer.headers.get('content-type')).toBe('application/problem+json')
    expect(answer.json).toMatchObject({ status, code, title: expect.any(String), detail: expect.any(String) })
  })

  it('answers 413 with the limit: a body of 50 MB, one that expands past 64 MiB, 20,001 events', async () => {
    expect(await ingest.send(Buffer.alloc(50_000_000, 0x20), LINES)).toMatchObject({ status: 413, json: { code: 'too_large', limit: 33_554_432 } })
    expect(await ingest.send(gzipSync(Buffer.alloc(70_000_000, 0x20)), { ...LINES, 'content-encoding': 'gzip' })).toMatchObject({ status: 413, json: { code: 'too_large', limit: 67_108_864 } })
    const before = (await ingest.rows('events')).length
    expect(await ingest.send(`[${'{},'.repeat(20_000)}{}]`, BATCH)).toMatchObject({ status: 413, json: { code: 'too_large', limit: 20_000 } })
    expect(await ingest.rows('events')).toHaveLength(before)
  })

  it('gives a receipt again, with the state of what was rejected, to its key only', async () => {
    const { json } = await ingest.send(`[${sound('receipt')}, 7]`, BATCH)
    const ask = (key: string) => ingest.app.request(`/api/v1/receipts/${json.receipt}`, { headers: { authorization: `Bearer ${key}` } })
    const again = await ask(ingest.key)
    expect(await again.json()).toMatchObject({ accepted: 1, duplicates: 0, receipt: json.receipt, rejected: [{ index: 1, id: null, code: 'malformed', status: 'open' }] })
    expect((await ask('sbx_other')).status).toBe(401)
    expect((await ingest.app.request('/api/v1/receipts/none', { headers: { authorization: `Bearer ${ingest.key}` } })).status).toBe(404)
  })

  it('logs nothing of what it was sent', () => {
    expect(ingest.log.lines).toEqual([])
  })
})
