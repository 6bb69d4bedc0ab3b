import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { samplesFolder } from './samples.ts'
import { openTestIngest, type TestIngest } from './support.ts'

const samples = samplesFolder()

let ingest: TestIngest
beforeAll(async () => {
  ingest = await openTestIngest()
})
afterAll(async () => ingest.dispose())

/** Two event types, three objects (one untouched), and each flaw once. */
const log = {
  eventTypes: [{ name: 'Create PO', attributes: [{ name: 'amount', type: 'string' }, { name: 'user', type: 'string' }] }],
  objectTypes: [{ name: 'PO', attributes: [] }],
  events: [
    { id: 'e1', type: 'Create PO', time: '1994-11-15T16:54:08Z', relationships: [{ objectId: 'PO:1', qualifier: 'order' }, { objectId: 'nowhere', qualifier: 'x' }], attributes: [{ name: 'amount', value: '12.5' }, { name: 'user', value: 'MILLER' }, { name: 'undeclared', value: 'drop me' }] },
    { id: 'e2', type: '', time: '1994-11-15T16:54:08Z', relationships: [{ objectId: 'PO:1', qualifier: '' }], attributes: [] },
    { id: 'e3', type: 'Create PO', time: '', relationships: [], attributes: [] },
    { id: 'e4', type: 'Create PO', time: '1994-11-16T00:00:00Z', relationships: 'none' },
  ],
  objects: [
    { id: 'PO:1', type: 'PO', attributes: [{ name: 'net', value: '7.0', time: '1970-01-01T00:00:00Z' }], relationships: [{ objectId: 'PO:2', qualifier: 'follows' }] },
    { id: 'PO:2', type: 'PO', attributes: [{ name: 'contact', value: 'ask jane.roe@example.com', time: '1994-01-01T00:00:00Z' }] },
  ],
}

it('takes a log: verbatim ids and types, declared attributes, flaws by name, objects with attributes', async () => {
  const { status, json } = await ingest.send(gzipSync(JSON.stringify(log)), {}, '/v1/files/ocel2')
  expect(status).toBe(202)
  expect(json).toMatchObject({ accepted: 1, duplicates: 0 })
  expect(json.rejected.map(({ index, id, code }) => [index, id, code])).toEqual([[1, 'e2', 'missing_type'], [2, 'e3', 'missing_time'], [3, null, 'contract_violation']])
  const [event] = await ingest.rows('events')
  expect(event).toMatchObject({ id: 'e1', type: 'Create PO', status: 'succeeded', time: '1994-11-15 16:54:08.000', object_types: ['PO', 'unknown'], object_ids: ['PO:1', 'nowhere'], object_roles: ['order', 'x'] })
  expect(event?.source).toMatch(/^ocel:[0-9a-f]{64}$/)
  expect(event?.flags).toContain('uncatalogued_type')
  expect(JSON.parse(String(event?.attributes))).toEqual({ amount: '12.5', user: expect.stringMatching(/^\[person:[0-9a-f]{16}\]$/) })
  const attributes = await ingest.rows('object_attributes', 'object_id, name, value')
  expect(attributes).toHaveLength(3)
  expect(attributes).toContainEqual({ object_id: 'PO:1', name: 'relationship:follows', value: 'PO:2' })
  expect(JSON.stringify(attributes)).not.toContain('jane.roe')
  const [rejected] = await ingest.rows('rejected', `* EXCEPT version`).then(rows => rows.filter(row => row.code === 'missing_type'))
  expect(rejected).toMatchObject({ event_id: 'e2', event_time: '1994-11-15 16:54:08.000', object_ids: ['PO:1'] })
})

it('changes nothing when the same log comes again, unpacked', async () => {
  const { json } = await ingest.send(JSON.stringify(log), {}, '/v1/files/ocel2')
  expect(json).toMatchObject({ accepted: 0, duplicates: 1 })
  expect(await ingest.rows('events')).toHaveLength(1)
  expect(await ingest.rows('object_attributes')).toHaveLength(3)
  expect(await ingest.rows('rejected')).toHaveLength(3)
})

it('keeps the events of a log that was cut off, and says so', async () => {
  const text = JSON.stringify({ events: log.events.slice(0, 1).map(event => ({ ...event, id: 'cut' })) })
  const { json } = await ingest.send(text.slice(0, -2), {}, '/v1/files/ocel2')
  expect(json).toMatchObject({ accepted: 1, rejected: [{ index: 1, code: 'malformed', path: 'events' }] })
})

it('reports what is no object, and objects that were cut off', async () => {
  const text = JSON.stringify({ events: [{ id: 'beside', type: 'Create PO', time: '1994-11-16T00:00:00Z' }], objects: [{ id: 'PO:3', type: 'PO', attributes: [{ name: 'net', value: 3 }] }, { id: 7 }, { id: 'PO:4', type: 'PO' }] })
  const { json } = await ingest.send(text.slice(0, -2), {}, '/v1/files/ocel2')
  expect(json).toMatchObject({ accepted: 1, rejected: [{ index: 1, code: 'contract_violation', path: 'objects.1' }, { index: 2, code: 'malformed', path: 'objects' }] })
  expect((await ingest.rows('object_attributes')).filter(row => row.object_id === 'PO:3')).toMatchObject([{ value: '3' }])
})

it.each([['no JSON', 'BEGIN:VCARD', 'malformed'], ['no events', '{"objects":[]}', 'malformed'], ['broken gzip', Buffer.from([0x1f, 0x8b, 1, 2, 3]), 'unreadable']])('answers 400 to %s and keeps it', async (_name, body, code) => {
  const { status, json } = await ingest.send(body, {}, '/v1/files/ocel2')
  expect(status).toBe(400)
  expect(json.rejected).toMatchObject([{ index: 0, id: null, code }])
})

it('refuses a form and an unknown format', async () => {
  expect((await ingest.send('x', { 'content-type': 'multipart/form-data; boundary=x' }, '/v1/files/ocel2')).status).toBe(415)
  expect((await ingest.send('x', {}, '/v1/files/punchcards')).status).toBe(404)
})

describe.skipIf(samples === null)('the SAP purchase-to-pay log of the shared samples (skipped where they are not there)', () => {
  const path = join(samples ?? '', 'process-logs', 'sap-p2p', 'purchase-to-pay.ocel.json.gz')

  it('takes every event with its objects, and agrees with the file per type', { timeout: 120_000 }, async () => {
    const file = readFileSync(path)
    const { status, json } = await ingest.send(file, { 'content-type': 'application/gzip' }, '/v1/files/ocel2')
    expect(status).toBe(202)
    const counts = Object.groupBy(json.rejected, rejection => rejection.code)
    expect({ accepted: json.accepted, missing_type: counts.missing_type?.length, missing_time: counts.missing_time?.length, all: json.rejected.length }).toEqual({ accepted: 12_395, missing_type: 837, missing_time: 5, all: 842 })
    // counted from the file by other means
    const parsed = JSON.parse(gunzipSync(file).toString()) as { events: { id: string; type: string; time: string; relationships: { objectId: string }[] }[]; objects: { attributes: unknown[] }[] }
    const sound = parsed.events.filter(event => event.type !== '' && event.time !== '')
    const [{ source } = { source: '' }] = await ingest.stores.clickhouse.query({ name: 'test.source', sql: `SELECT any(source) AS source FROM events WHERE type = 'Enter Incoming Invoice'` }).then(({ rows }) => rows as { source: string }[])
    const ask = async (sql: string) => (await ingest.stores.clickhouse.query({ name: 'test.sap', sql, params: { source } })).rows as Record<string, string>[]
    const perType = await ask('SELECT type, toString(count()) AS n FROM events FINAL WHERE source = {source:String} GROUP BY type')
    expect(Object.fromEntries(perType.map(({ type, n }) => [type, Number(n)]))).toEqual(Object.fromEntries(Object.entries(Object.groupBy(sound, event => event.type)).map(([type, list]) => [type, list?.length])))
    const ids = await ask('SELECT id FROM events FINAL WHERE source = {source:String} ORDER BY id')
    expect(ids.map(({ id }) => id)).toEqual(sound.map(({ id }) => id).sort())
    const [touched] = await ask('SELECT toString(count()) AS n FROM events_by_object FINAL WHERE source = {source:String}')
    expect(Number(touched?.n)).toBe(sound.reduce((sum, event) => sum + event.relationships.length, 0))
    const [attributes] = await ask('SELECT toString(count()) AS n, toString(uniqExact(object_id)) AS objects FROM object_attributes FINAL WHERE source = {source:String}')
    expect(Number(attributes?.n)).toBe(parsed.objects.reduce((sum, object) => sum + object.attributes.length, 0))
    expect(Number(attributes?.objects)).toBe(parsed.objects.filter(object => object.attributes.length > 0).length)
    const [rejected] = await ask(`SELECT toString(count()) AS n FROM rejected FINAL WHERE source = {source:String} AND code IN ('missing_type', 'missing_time')`)
    expect(Number(rejected?.n)).toBe(842)
  })
})
