/** Looking for an event by its id must not read the whole table: the id is in no sorting key. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { searchEvents } from '#queries/clickhouse/search/search.ts'
import { openTestStores, type TestStores } from '#test/support/stores.ts'

const EVENTS = 200_000
/** Of 40 integrations at one event a minute, so that ids are spread over the table as in life. */
const INTEGRATIONS = 40

let stores: TestStores
beforeAll(async () => {
  stores = await openTestStores()
  await stores.clickhouse.command({
    name: 'test.events',
    sql: `INSERT INTO events (event_key, source, id, type, time, received_at, integration, environment)
      SELECT generateUUIDv4(), 'odoo', concat('evt-', toString(cityHash64(number))), 'sales.order.placed', toDateTime64('2026-01-01 00:00:00', 3, 'UTC') + number * 60, now64(3), concat('i', toString(number % {integrations:UInt8})), 'production'
      FROM numbers({events:UInt32})`,
    params: { events: EVENTS, integrations: INTEGRATIONS },
  })
})
afterAll(() => stores.dispose())

test('an event is found by its id without reading the table, and hardly any of it for an id that is not there', async () => {
  const { rows } = await stores.clickhouse.query({ name: 'test.id', sql: `SELECT concat('evt-', toString(cityHash64({number:UInt64}))) AS id`, params: { number: 123_456 } })
  const { id } = rows[0] as { id: string }
  expect(await searchEvents.run(stores.clickhouse, { q: id }, 'all')).toMatchObject([{ id, source: 'odoo' }])
  expect(await searchEvents.run(stores.clickhouse, { q: 'evt-none' }, 'all')).toEqual([])
  // newest first; the id that is there is looked for in every part of the table that has not been merged yet
  const [unknown, known] = stores.clickhouse.recentQueries().filter(query => query.name === 'search.events').map(query => query.rowsRead)
  expect(known).toBeLessThan(EVENTS / 2)
  expect(unknown).toBeLessThan(EVENTS / 4)
})
