/** What comes again changes nothing, whatever the batch; what contradicts is kept as id_conflict; nothing is doubled in any table. */
import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createIngest } from '#ingest/ingest.ts'
import { BATCH, catalogueView, LINES, openTestIngest, orderEvent, PSEUDONYM_KEY, STRUCTURED, type TestIngest } from './support.ts'

let ingest: TestIngest
let broken = ''
beforeAll(async () => {
  ingest = await openTestIngest({ writer: { patienceMs: 0, beforeTable: table => {
    if (table === broken) {
      broken = ''
      throw new Error('test: died before this table')
    }
  } } })
})
afterAll(async () => ingest.dispose())

const TABLES = ['events', 'events_by_object', 'events_by_correlation', 'event_identities'] as const
/** rows per table with FINAL, for events whose id starts so */
async function countsOf(prefix: string): Promise<Record<string, number>> {
  const keys = `(SELECT event_key FROM events WHERE startsWith(id, {prefix:String}))`
  const counts: Record<string, number> = {}
  for (const table of TABLES) {
    const { rows } = await ingest.stores.clickhouse.query({ name: 'test.counts', sql: `SELECT toUInt32(count()) AS n FROM ${table} FINAL WHERE event_key IN ${keys}`, params: { prefix } })
    counts[table] = Number((rows[0] as { n: number }).n)
  }
  return counts
}

it('knows a duplicate in the same call, in a later one, and in two at once', async () => {
  const event = JSON.stringify(orderEvent('dup'))
  expect((await ingest.send(`[${event},${event}]`, BATCH)).json).toMatchObject({ accepted: 1, duplicates: 1 })
  expect((await ingest.send(event, STRUCTURED)).json).toMatchObject({ accepted: 0, duplicates: 1 })
  const other = JSON.stringify(orderEvent('dup-2'))
  const answers = await Promise.all(Array.from({ length: 20 }, () => ingest.send(other, STRUCTURED)))
  expect(answers.reduce((sum, { json }) => sum + json.accepted, 0)).toBe(1)
  expect(answers.reduce((sum, { json }) => sum + json.duplicates, 0)).toBe(19)
  expect(await countsOf('dup')).toEqual({ events: 2, events_by_object: 2, events_by_correlation: 2, event_identities: 2 })
})

it('keeps another content under a known identity as id_conflict, and the first one stands', async () => {
  const first = orderEvent('conflict')
  const second = orderEvent('conflict', {}, { amount: { value: '1.00', currency: 'EUR' } })
  const { json } = await ingest.send(JSON.stringify([first, second]), BATCH)
  expect(json).toMatchObject({ accepted: 1, rejected: [{ index: 1, id: 'conflict', code: 'id_conflict' }] })
  expect((await ingest.send(JSON.stringify(second), STRUCTURED)).json).toMatchObject({ accepted: 0, duplicates: 0, rejected: [{ code: 'id_conflict' }] })
  expect((await ingest.rows('events')).filter(row => row.id === 'conflict')).toMatchObject([{ amount_minor: '128450' }])
  // the same bad event twice is one row
  expect((await ingest.rows('rejected')).filter(row => row.event_id === 'conflict')).toMatchObject([{ code: 'id_conflict', amount_minor: '100', object_ids: ['PO-conflict'] }])
})

it('tells sources apart, and identities whose texts run together', async () => {
  const { json } = await ingest.send(JSON.stringify([orderEvent('same', { source: 'a' }), orderEvent('same', { source: 'b' }), orderEvent('sb', { source: 'a' }), orderEvent('b', { source: 'as' })]), BATCH)
  expect(json).toMatchObject({ accepted: 4, duplicates: 0, rejected: [] })
})

it.each(['events_by_object', 'events_by_correlation', 'events', 'receipts', 'event_log', 'event_identities'])('a resend after a death before %s doubles nothing', async table => {
  const id = `death:${table}:`
  const events = JSON.stringify([orderEvent(id), orderEvent(`${id}-timeless`, { time: undefined })])
  broken = table
  const failed = await ingest.send(events, BATCH)
  expect(failed.status).toBe(503)
  expect(failed.headers.get('retry-after')).toMatch(/^\d+$/)
  expect(failed.json).toMatchObject({ code: 'over_capacity' })
  await new Promise(resolve => setTimeout(resolve, 5))
  expect((await ingest.send(events, BATCH)).json).toMatchObject({ accepted: 2, duplicates: 0 })
  expect(await countsOf(id)).toEqual({ events: 2, events_by_object: 2, events_by_correlation: 2, event_identities: 2 })
})

it('knows identities after a restart, when its memory is empty', async () => {
  const events = Array.from({ length: 30 }, (_, index) => orderEvent(`restart-${index}`))
  await ingest.send(JSON.stringify(events), BATCH)
  const again = await createIngest({ stores: ingest.stores, catalogue: { current: () => catalogueView }, environment: { pseudonymKey: PSEUDONYM_KEY }, log: ingest.log })
  const other = orderEvent('restart-7', {}, { attempt: 2 })
  const response = await again.app.request('/v1/events', { method: 'POST', body: JSON.stringify([...events, other]), headers: { ...BATCH, authorization: `Bearer ${ingest.key}` } })
  expect(await response.json()).toMatchObject({ accepted: 0, duplicates: 30, rejected: [{ index: 30, code: 'id_conflict' }] })
  await again.close()
})

it('numbers a writer without gaps, and every logged event has its row', async () => {
  const log = await ingest.rows('event_log')
  for (const [writer, entries] of Object.entries(Object.groupBy(log, row => String(row.writer)))) {
    const numbers = (entries ?? []).map(row => Number(row.sequence)).sort((a, b) => a - b)
    expect(numbers, writer).toEqual(numbers.map((_, index) => index + 1))
  }
  const registered = new Set((await ingest.stores.postgres.selectFrom('ingest_writer').select('id').execute()).map(row => row.id))
  for (const row of log) expect(registered).toContain(row.writer)
  const known = new Set([...await ingest.rows('events'), ...(await ingest.rows('rejected')).map(row => ({ event_key: row.id }))].map(row => row.event_key))
  for (const row of log) expect(known).toContain(row.event_key)
})

it('any chunking, order and repetition gives the exact set, in every table', { timeout: 120_000 }, async () => {
  let run = 0
  await fc.assert(fc.asyncProperty(
    fc.integer({ min: 1, max: 40 }),
    fc.array(fc.array(fc.nat({ max: 39 }), { maxLength: 30 }), { minLength: 1, maxLength: 12 }),
    fc.boolean(),
    async (many, calls, atOnce) => {
      const prefix = `prop-${run++}-`
      const eventOf = (number: number) => orderEvent(`${prefix}${number % many}`, {}, { objects: [{ type: 'purchase_order', id: `${prefix}A` }, { type: 'item', id: `${prefix}${number % many}` }] })
      const send = (numbers: number[], index: number) => ingest.send(index % 2 === 0 ? JSON.stringify(numbers.map(eventOf)) : numbers.map(number => JSON.stringify(eventOf(number))).join('\n'), index % 2 === 0 ? BATCH : LINES)
      const answers = []
      if (atOnce) answers.push(...await Promise.all(calls.map(send)))
      else for (const [index, numbers] of calls.entries()) answers.push(await send(numbers, index))
      const sent = calls.flat()
      const distinct = new Set(sent.map(number => number % many)).size
      expect(answers.every(({ status }) => status === 202)).toBe(true)
      expect(answers.reduce((sum, { json }) => sum + json.accepted, 0)).toBe(distinct)
      expect(answers.reduce((sum, { json }) => sum + json.accepted + json.duplicates, 0)).toBe(sent.length)
      expect(await countsOf(prefix)).toEqual({ events: distinct, events_by_object: 2 * distinct, events_by_correlation: distinct, event_identities: distinct })
    },
  ), { numRuns: Number(process.env.SIGNALBOX_RUNS ?? 12) })
})
