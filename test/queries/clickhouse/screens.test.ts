/**
 * What the screens ask beyond the API's own queries. The data set: one order PO-1 (namespace alpina, facility north) with three events
 * e-1 (failed, timeout NET-1), e-2 (failed, timeout NET-1, newer) and e-3 (succeeded), another order of facility south, two rejected inputs.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eventByIdentity } from '#queries/clickhouse/events/one.ts'
import { integrationErrors } from '#queries/clickhouse/health/errors.ts'
import { objectAttributes, objectEventCount, objectSteps } from '#queries/clickhouse/objects/story.ts'
import { countRejected, listRejected, rejectedFilter } from '#queries/clickhouse/rejected-list/list.ts'
import { searchCounterparties } from '#queries/clickhouse/search/search.ts'
import { exceptionsOfSubjects } from '#queries/postgres/subject-exceptions.ts'
import { onlyExact, search, type SearchHit } from '#app/search/search.ts'
import { row, rejectedRow, TestWriter } from '#test/app/exceptions/support.ts'
import { openTestStores, type TestStores } from '#test/support/stores.ts'

const T0 = Date.parse('2026-11-20T08:00:00Z')
const SENT = 'procurement.purchase_order.transmitted'
const north = { facilities: ['north'], entities: [] }
const south = { facilities: ['south'], entities: [] }
const objects = [{ type: 'purchase_order', id: 'PO-1', namespace: 'alpina', role: 'subject' }]
const failed = { status: 'failed' as const, error: { code: 'NET-1', class: 'timeout' as const, message: 'no answer' } }
const HOSTILE = `x'); DROP TABLE events; -- <script>alert(1)</script>`
let stores: TestStores

beforeAll(async () => {
  stores = await openTestStores()
  const writer = await TestWriter.register(stores, 'screens')
  await writer.write([
    row({ type: SENT, time: T0, id: 'e-1', objects, facility: 'north', correlation: 'c-1', counterparty: 'SUP-17', ...failed }),
    row({ type: SENT, time: T0 + 1000, id: 'e-2', objects, facility: 'north', correlation: 'c-1', attempt: 2, ...failed, error: { ...failed.error, message: 'still no answer' } }),
    row({ type: SENT, time: T0 + 2000, id: 'e-3', objects, facility: 'north', correlation: 'c-1', attempt: 3 }),
    row({ type: SENT, time: T0, id: HOSTILE, objects: [{ type: 'purchase_order', id: HOSTILE, namespace: 'alpina' }], facility: 'south', correlation: HOSTILE }),
  ], [rejectedRow({ id: 'r-1', source: 'odoo', eventId: 'x-1', code: 'malformed', time: T0 }), rejectedRow({ id: 'r-2', source: 'odoo', eventId: 'x-2', code: 'invalid_amount', time: T0 + 5000 })])
  await stores.clickhouse.insert({ table: 'objects', rows: [{ namespace: 'alpina', object_type: 'purchase_order', object_id: 'PO-1', first_at: '2026-11-20 08:00:00.000', last_at: '2026-11-20 08:00:02.000', events: 3, facility: 'north', counterparty_type: 'supplier', counterparty_id: 'SUP-17', counterparty_name: 'Ärztebedarf Süd', version: 1 }] })
  await stores.clickhouse.insert({ table: 'object_attributes', rows: [
    { namespace: 'alpina', object_type: 'purchase_order', object_id: 'PO-1', name: 'price', time: '2026-11-19 08:00:00.000', source: 's', position: 0, value: '10' },
    { namespace: 'alpina', object_type: 'purchase_order', object_id: 'PO-1', name: 'price', time: '2026-11-20 08:00:00.000', source: 's', position: 1, value: '12' },
  ] })
}, 60_000)
afterAll(() => stores.dispose())

const order = { namespace: 'alpina', type: 'purchase_order', id: 'PO-1' }

describe('one event', () => {
  it('is found by source and id inside the scope only', async () => {
    const found = await eventByIdentity.run(stores.clickhouse, { source: 'test', id: 'e-2' }, north)
    expect(found.map(event => [event.id, event.attempt, event.error_message])).toEqual([['e-2', 2, 'still no answer']])
    expect(await eventByIdentity.run(stores.clickhouse, { source: 'test', id: 'e-2' }, south)).toEqual([])
    expect(await eventByIdentity.run(stores.clickhouse, { source: 'other', id: 'e-2' }, 'all')).toEqual([])
  })
  it('takes any text as an id', async () => {
    expect(await eventByIdentity.run(stores.clickhouse, { source: 'test', id: HOSTILE }, 'all')).toHaveLength(1)
    expect(await eventByIdentity.run(stores.clickhouse, { source: HOSTILE, id: HOSTILE }, 'all')).toEqual([])
  })
})

describe('an object', () => {
  it('has steps with their evidence, and as many events as were named', async () => {
    const steps = await objectSteps.run(stores.clickhouse, order, north)
    expect(steps.map(step => [step.event_id, step.correlation_id, step.error_message])).toEqual([['e-1', 'c-1', 'no answer'], ['e-2', 'c-1', 'still no answer'], ['e-3', 'c-1', '']])
    expect(await objectEventCount.run(stores.clickhouse, order, north)).toEqual([{ events: 3 }])
  })
  it('shows its newest attributes to those who see a step of it, to nobody else', async () => {
    expect(await objectAttributes.run(stores.clickhouse, order, north)).toMatchObject([{ name: 'price', value: '12', values: 2, time: '2026-11-20T08:00:00.000Z' }])
    expect(await objectAttributes.run(stores.clickhouse, order, south)).toEqual([])
  })
})

it('counts failed attempts of an integration by class and code with the newest message', async () => {
  const asked = { integration: 'test-integration', from: '2026-11-20 00:00:00.000', to: '2026-11-21 00:00:00.000' }
  expect(await integrationErrors.run(stores.clickhouse, asked, north)).toMatchObject([{ class: 'timeout', code: 'NET-1', failures: 2, message: 'still no answer', id: 'e-2' }])
  expect(await integrationErrors.run(stores.clickhouse, asked, south)).toEqual([])
})

describe('rejected input', () => {
  it('is counted as it is listed, a facet under all filters but its own', async () => {
    const filter = rejectedFilter.parse({ code: ['malformed'], from: '2026-11-20T00:00:00Z', to: '2026-11-21T00:00:00Z' })
    const [counts, list] = await Promise.all([countRejected(stores.clickhouse, filter, 'all'), listRejected(stores.clickhouse, filter, { limit: 50 }, 'all')])
    expect(counts.total).toBe(list.items.length)
    expect([counts.total, counts.facets.code]).toEqual([1, [{ value: 'invalid_amount', count: 1 }, { value: 'malformed', count: 1 }]])
    expect((await countRejected(stores.clickhouse, rejectedFilter.parse({}), north)).total).toBe(0)
  })
  it('has no exception before one is opened, and asking for none asks nothing', async () => {
    expect(await exceptionsOfSubjects(stores.postgres, ['nothing'], 'all')).toEqual(new Map())
    expect(await exceptionsOfSubjects(stores.postgres, [], 'all')).toEqual(new Map())
  })
})

describe('search', () => {
  it('finds a counterparty by the start of its id or name, whatever the case', async () => {
    for (const q of ['sup-1', 'ärzte']) expect(await searchCounterparties.run(stores.clickhouse, { q }, north)).toMatchObject([{ id: 'SUP-17', name: 'Ärztebedarf Süd', objects: 1 }])
    expect(await searchCounterparties.run(stores.clickhouse, { q: 'sup-1' }, south)).toEqual([])
  })
  it('puts the exact hit first and goes to it when it is the only one', async () => {
    const hits = await search(stores, [], ' po-1 ', 'all')
    expect(hits[0]).toMatchObject({ kind: 'object', exact: true, href: '/objects/purchase_order/PO-1?namespace=alpina' })
    expect(onlyExact(hits)?.id).toBe('PO-1')
    expect(await search(stores, [], 'po-1', south)).toEqual([])
    expect((await search(stores, [], 'e-1', 'all'))[0]).toMatchObject({ kind: 'event', href: '/events/test/e-1' })
  })
  it('asks for a choice when two things go by the name', () => {
    const hit = (over: Partial<SearchHit>): SearchHit => ({ kind: 'object', id: 'x', title: 'x', detail: null, href: '/x', at: null, exact: true, ...over })
    expect(onlyExact([hit({}), hit({ href: '/y' })])).toBeNull()
    expect(onlyExact([hit({}), hit({ kind: 'trace' })])?.kind).toBe('object')
    expect(onlyExact([hit({ exact: false })])).toBeNull()
  })
  it('takes any text', async () => {
    expect((await search(stores, [], HOSTILE, 'all')).map(hit => hit.kind).sort()).toEqual(['event', 'trace'])
  })
})
