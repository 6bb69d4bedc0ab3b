import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import Papa from 'papaparse'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { exportResponse, type Exporter } from '#app/exports/export.ts'
import { exportTrail, trailRequest } from '#app/exports/trail.ts'
import { exportWorklist, worklistRequest } from '#app/exports/worklist.ts'
import { listExceptions } from '#queries/clickhouse/exceptions/list.ts'
import { storedEvent } from '#queries/model/event.ts'
import { exceptionFilter, parseFilter } from '#queries/model/filter.ts'
import { openTestStores, type TestStores } from '#test/support/stores.ts'

/*
 * 100,000 events, n = 0…99,999, one every 30 s from 2026-10-01 (so 833.3 hours), attributes of 600 characters.
 *   facility: n % 4 = 0 → north (25,000), else south (75,000)         type: n % 10 = 0 → failed export (10,000), else issued
 *   object: INV-<n / 10>: 10,000 invoices with 10 events each         correlation: c-<n / 100>: 1,000 traces with 100 events each
 *   n = 7 has hostile cells. Each event is written twice (the same identity), to be exported once; keys run against time.
 * 300 exceptions, i = 0…299, about INV-<i>: kind failed for i < 200, else overdue; north for even i. i = 0 is resolved.
 */
const EVENTS = 100_000
let stores: TestStores
beforeAll(async () => {
  stores = await openTestStores()
  const fill = (version: number) => stores.clickhouse.command({
    name: 'test.fill', params: { version, count: EVENTS },
    sql: `INSERT INTO events (event_key, source, id, type, time, received_at, status, attempt, integration, facility, entity, environment, correlation_id, object_namespaces, object_types, object_ids, object_systems, object_roles, object_states, amount_minor, currency, error_message, attributes, writer, sequence)
      SELECT toUUID(concat('00000000-0000-0000-0000-', leftPad(toString({count:UInt32} - number), 12, '0'))), if(number = 7, '=cmd', 'odoo'), concat('e', toString(number)), if(number % 10 = 0, 'finance.customer_invoice.exported', 'finance.customer_invoice.issued'),
        toDateTime64('2026-10-01 00:00:00', 3, 'UTC') + number * 30, toDateTime64('2026-11-01 00:00:00', 3, 'UTC') + {version:UInt32}, if(number % 10 = 0, 'failed', 'succeeded'), 1, 'odoo-finstar', if(number % 4 = 0, 'north', 'south'), 'alpina', 'production',
        concat('c-', toString(intDiv(number, 100))), ['alpina'], ['customer_invoice'], [concat('INV-', toString(intDiv(number, 10)))], [''], ['subject'], [''], -5000 + number, 'EUR',
        if(number = 7, '@SUM(A1)\\r\\n"x",y', ''), concat('{"note":"', repeat('n', 600), '"}'), 'w1', number
      FROM numbers({count:UInt32})`,
  })
  await fill(1)
  await fill(2)
  await stores.clickhouse.command({ name: 'test.fill', sql: `INSERT INTO events_by_object (namespace, object_type, object_id, time, event_key, type, status, integration, facility, entity, environment)
    SELECT object_namespaces[1], object_types[1], object_ids[1], time, event_key, type, status, integration, facility, entity, environment FROM events FINAL` })
  await stores.clickhouse.command({ name: 'test.fill', sql: `INSERT INTO events_by_correlation (correlation_id, time, event_key, integration) SELECT correlation_id, time, event_key, integration FROM events FINAL` })
  await stores.clickhouse.insert({ table: 'exceptions', rows: Array.from({ length: 300 }, (_, i) => ({
    id: String(1001 + i), kind: i < 200 ? 'failed' : 'overdue', type: 'x', title: i === 5 ? '=HYPERLINK("x")' : `Invoice ${i}`, status: i === 0 ? 'resolved' : 'open', severity: 'normal', severity_rank: 2, facility: i % 2 ? 'south' : 'north', entity: 'alpina',
    namespace: 'alpina', object_type: 'customer_invoice', object_id: `INV-${i}`, amount_minor: '12345', currency: 'EUR', amount_key: `k${i}`, process: 'order-to-cash', step: 's',
    first_seen: '2026-10-01 00:00:00.000', last_seen: '2026-10-01 00:00:00.000', detected_at: '2026-10-01 00:00:00.000', occurrences: 1, environment: 'production', version: '1', resolution_code: '', fingerprint: 'f',
  })) })
}, 120_000)
afterAll(() => stores.dispose())

const all: Exporter = { actor: { kind: 'person', id: 'p-auditor', origin: 'test' }, scope: 'all' }
const north: Exporter = { actor: { kind: 'key', id: 'k-north', origin: 'test' }, scope: { facilities: ['north'], entities: [] } }
const trail = (query: string, by = all) => exportTrail(stores, by, parseFilter(trailRequest, new URLSearchParams(query)))
const collect = async (body: AsyncIterable<string>) => {
  let text = ''
  for await (const piece of body) text += piece
  return text
}
const ndjson = async (query: string, by = all) => {
  const file = await trail(query, by)
  const events = (await collect(file.body)).split('\n').filter(Boolean).map(line => storedEvent.parse(JSON.parse(line)))
  expect(events).toHaveLength(file.rows)
  return events
}
const csv = (text: string) => Papa.parse<Record<string, string>>(text, { header: true, skipEmptyLines: true, delimiter: ',', newline: '\r\n' }).data
setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void
/** Bytes that are really held: garbage would hide whether the export keeps what it has sent. */
const retained = () => {
  collectGarbage()
  return process.memoryUsage().heapUsed
}
const acts = () => stores.postgres.selectFrom('audit_record').select(['action', 'actor_id', 'facility', 'after']).orderBy('sequence', 'desc').limit(2).execute()

describe('the trail', () => {
  test.each<[string, number]>([
    ['objectType=customer_invoice&objectId=INV-3&namespace=alpina', 10],
    ['objectId=INV-3&objectId=INV-4', 20],
    ['objectId=INV-3&namespace=another', 0],
    ['objectId=inv-3', 0],
    ['correlationId=c-5', 100],
    ['facility=north&from=2026-10-01T00:00:00Z&to=2026-10-02T00:00:00Z', 720], // 2,880 events a day, a quarter of them north
    ['type=finance.customer_invoice.exported&correlationId=c-5&facility=south', 5], // n = 500, 510 … 590: every second is divisible by 4
    ['environment=test', 0],
    ['kind=overdue', 1000], // 100 overdue exceptions, 10 events each
    ['set=exceptions', 2990], // all but the resolved one
    ['set=exceptions&status=resolved&type=finance.customer_invoice.exported', 1],
    ['set=exceptions&facility=north&kind=failed', 990], // i even, 2 … 198: 99 of them; their events lie in both facilities
  ])('%s: %i events', async (query, count) => {
    const events = await ndjson(query)
    expect(events).toHaveLength(count)
    expect(events.map(event => event.time)).toEqual(events.map(event => event.time).toSorted())
  })

  test('holds only what lies in the scope', async () => {
    expect((await ndjson('correlationId=c-5', north)).map(event => event.facility)).toEqual(Array<string>(25).fill('north'))
    expect(await ndjson('facility=south', north)).toEqual([])
    expect(await ndjson('correlationId=c-5', { ...all, scope: { facilities: [], entities: [] } })).toEqual([])
    expect((await ndjson('kind=overdue', north)).every(event => event.facility === 'north')).toBe(true)
  })

  test('CSV: as many lines, and hostile cells are text', async () => {
    const text = await collect((await trail('objectId=INV-0&format=csv&bom=true')).body)
    expect(text.startsWith('\uFEFFtime,')).toBe(true)
    const rows = csv(text.slice(1))
    expect(rows).toHaveLength(10)
    expect(rows[7]).toMatchObject({ source: `'=cmd`, errorMessage: `'@SUM(A1)\r\n"x",y`, amount: '-49.93', currency: 'EUR', objects: 'customer_invoice INV-0 (alpina)' })
  })

  test('an unknown name or format is refused', () => {
    expect(() => parseFilter(trailRequest, new URLSearchParams('colour=red'))).toThrow('unknown filter: colour')
    expect(() => parseFilter(trailRequest, new URLSearchParams('format=exe'))).toThrow('format')
  })

  test('100,000 events: each once, in pieces, with memory flat', async () => {
    const file = await trail('')
    expect(file.rows).toBe(EVENTS)
    const held = retained()
    let peak = 0
    let lines = 0
    let bytes = 0
    const seen = new Set<string>()
    for await (const piece of file.body) {
      const own = piece.split('\n').filter(Boolean)
      expect(own.length).toBeLessThanOrEqual(5000)
      for (const line of own) seen.add(/^\{"id":"(e\d+)"/.exec(line)![1]!)
      lines += own.length
      bytes += piece.length
      peak = Math.max(peak, retained() - held)
    }
    expect({ lines, distinct: seen.size }).toEqual({ lines: EVENTS, distinct: EVENTS })
    expect(bytes).toBeGreaterThan(90_000_000)
    // One page as rows and as text, and the ids this test collects itself.
    expect(peak).toBeLessThan(45_000_000)
  }, 120_000)
})

describe('the audit record of an export', () => {
  test('who, the filter and the rows, before and after', async () => {
    await collect((await trail('correlationId=c-5&format=csv', north)).body)
    const [finished, started] = await acts()
    expect(started).toEqual({ action: 'export.trail.started', actor_id: 'k-north', facility: 'north', after: { format: 'csv', filter: 'correlationId=c-5', rows: 25 } })
    expect(finished).toMatchObject({ action: 'export.trail.finished', after: { rows: 25 } })
  })

  test('broken off by whoever fetches it: noted with what had left', async () => {
    const reader = exportResponse(await trail('')).body!.getReader()
    await reader.read()
    await reader.read()
    await reader.cancel()
    const [interrupted] = await acts()
    expect(interrupted).toMatchObject({ action: 'export.trail.interrupted' })
    expect((interrupted!.after as { rows: number }).rows).toBeLessThan(EVENTS)
  })
})

describe('the worklist', () => {
  test.each(['', 'kind=failed', 'facility=north&kind=overdue', 'status=resolved', 'q=Invoice 12', 'sort=-amount'])('"%s": as many lines as the list, in its order', async query => {
    const filter = parseFilter(exceptionFilter, new URLSearchParams(query))
    for (const by of [all, north]) {
      const file = await exportWorklist(stores, by, parseFilter(worklistRequest, new URLSearchParams(query)))
      const rows = csv(await collect(file.body))
      const list = await listExceptions(stores.clickhouse, filter, { limit: 1000 }, by.scope)
      expect(rows.map(row => row['id'])).toEqual(list.items.map(item => item.id))
      expect(rows).toHaveLength(file.rows)
    }
  })

  test('hostile titles are text', async () => {
    const rows = csv(await collect((await exportWorklist(stores, all, parseFilter(worklistRequest, new URLSearchParams('objectId=INV-5')))).body))
    expect(rows[0]?.['title']).toBe(`'=HYPERLINK("x")`)
  })
})
