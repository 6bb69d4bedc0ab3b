/** The four forms of one event are the same event; the requests are made by the CloudEvents SDK, not by us. */
import { CloudEvent, HTTP } from 'cloudevents'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { BATCH, LINES, openTestIngest, orderEvent, STRUCTURED, type TestIngest } from './support.ts'

let ingest: TestIngest
beforeAll(async () => {
  ingest = await openTestIngest()
})
afterAll(async () => ingest.dispose())

const cloudEvent = (id: string, members: Record<string, unknown> = {}) => new CloudEvent(orderEvent(id, members) as unknown as ConstructorParameters<typeof CloudEvent>[0])
const headersOf = (headers: object) => Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]))

it('takes structured, binary, batch and lines; each repeats the first', async () => {
  const event = cloudEvent('form')
  const structured = HTTP.structured(event)
  const binary = HTTP.binary(event)
  expect(await ingest.send(String(structured.body), headersOf(structured.headers))).toMatchObject({ status: 202, json: { accepted: 1, duplicates: 0 } })
  expect(await ingest.send(String(binary.body), headersOf(binary.headers))).toMatchObject({ status: 202, json: { accepted: 0, duplicates: 1, rejected: [] } })
  expect(await ingest.send(`[${String(structured.body)}]`, BATCH)).toMatchObject({ status: 202, json: { accepted: 0, duplicates: 1 } })
  expect(await ingest.send(gzipSync(`${JSON.stringify(orderEvent('form'))}\n`), { ...LINES, 'content-encoding': 'gzip' })).toMatchObject({ status: 202, json: { accepted: 0, duplicates: 1 } })
  expect(await ingest.rows('events')).toHaveLength(1)
})

it('takes binary mode first, too, with all that it carries', async () => {
  const { headers, body } = HTTP.binary(cloudEvent('binary', { subject: 'PO-1' }))
  await ingest.send(String(body), headersOf(headers))
  await ingest.send(JSON.stringify(orderEvent('structured', { subject: 'PO-1' })), STRUCTURED)
  const columns = ['type', 'subject', 'time', 'status', 'integration', 'facility', 'entity', 'amount_minor', 'currency', 'object_types', 'attributes', 'flags', 'dataschema']
  const stored = (await ingest.rows('events')).filter(row => row.id === 'binary' || row.id === 'structured')
  const shown = stored.map(row => columns.map(column => row[column]))
  expect(shown).toHaveLength(2)
  expect(shown[0]).toEqual(shown[1])
})

it('reads percent-encoded and raw UTF-8 in headers, and refuses what is neither', async () => {
  const head = { 'content-type': 'application/json', 'ce-specversion': '1.0', 'ce-source': 'odoo', 'ce-type': 'procurement.purchase_order.created', 'ce-id': 'percent', 'ce-subject': 'Z%C3%BCrich%20%E2%82%AC' }
  const data = JSON.stringify(orderEvent('x').data)
  await ingest.send(data, head)
  await ingest.send(data, { ...head, 'ce-id': 'raw', 'ce-subject': Buffer.from('Zürich €').toString('latin1') })
  expect((await ingest.rows('events')).filter(row => row.id === 'percent' || row.id === 'raw').map(row => row.subject)).toEqual(['Zürich €', 'Zürich €'])
  expect(await ingest.send(data, { ...head, 'ce-id': 'neither', 'ce-subject': '%FF' })).toMatchObject({ status: 400, json: { rejected: [{ code: 'unreadable' }] } })
})

it('judges an incomplete binary event, and data that is no JSON', async () => {
  const head = { 'ce-specversion': '1.0', 'ce-source': 'odoo', 'ce-type': 'procurement.purchase_order.created' }
  expect(await ingest.send('{}', { ...head, 'content-type': 'application/json' })).toMatchObject({ status: 202, json: { rejected: [{ code: 'missing_id' }] } })
  expect(await ingest.send('{', { ...head, 'ce-id': 'a', 'content-type': 'application/json' })).toMatchObject({ status: 400, json: { rejected: [{ code: 'malformed' }] } })
  expect(await ingest.send('<xml/>', { ...head, 'ce-id': 'b', 'content-type': 'text/xml' })).toMatchObject({ status: 202, json: { rejected: [{ id: 'b', code: 'invalid_data' }] } })
  expect(await ingest.send('', { ...head, 'ce-id': 'c' })).toMatchObject({ status: 202, json: { rejected: [{ id: 'c', code: 'missing_status' }] } })
})

it('reads data_base64 as the data that it is', async () => {
  const { data, ...event } = orderEvent('base64')
  await ingest.send(JSON.stringify(orderEvent('base64')), STRUCTURED)
  const encoded = { ...event, data_base64: Buffer.from(JSON.stringify(data)).toString('base64') }
  expect(await ingest.send(JSON.stringify(encoded), STRUCTURED)).toMatchObject({ json: { accepted: 0, duplicates: 1 } })
})

it('takes a repetition in another spelling for what it is: order of members, nulls, offset, trace context', async () => {
  const event = orderEvent('spelling') as { data: object }
  await ingest.send(JSON.stringify(event), STRUCTURED)
  const reversed = Object.fromEntries(Object.entries({ ...event, data: Object.fromEntries(Object.entries({ ...event.data, error: null }).reverse()) }).reverse())
  const again = { ...reversed, time: '2026-03-01T09:00:00.000+01:00', environment: 'production', datacontenttype: 'application/json', traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01', subject: null }
  expect(await ingest.send(JSON.stringify(again, null, 2), STRUCTURED)).toMatchObject({ json: { accepted: 0, duplicates: 1, rejected: [] } })
})
