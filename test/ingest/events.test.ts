import { afterAll, beforeAll, expect, it } from 'vitest'
import { openTestIngest, orderEvent, STRUCTURED, type TestIngest } from './support.ts'

let ingest: TestIngest
beforeAll(async () => {
  ingest = await openTestIngest()
})
afterAll(async () => ingest.dispose())

it('stores an event in all its tables and answers as documented', async () => {
  const { status, json } = await ingest.send(JSON.stringify(orderEvent('1')), STRUCTURED)
  expect(status).toBe(202)
  expect(json).toEqual({ accepted: 1, duplicates: 0, rejected: [], receipt: expect.any(String) })
  const [row] = await ingest.rows('events')
  expect(row).toMatchObject({ id: '1', source: 'odoo', time: '2026-03-01 08:00:00.000', amount_minor: '128450', currency: 'EUR', entity: 'north-ag', object_namespaces: ['north-ag'], object_ids: ['PO-1'], flags: [], sequence: '1' })
  for (const table of ['events_by_object', 'events_by_correlation', 'event_log', 'event_identities', 'receipts']) expect(await ingest.rows(table), table).toHaveLength(1)
})

