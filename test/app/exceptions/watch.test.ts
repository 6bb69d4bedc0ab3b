/**
 * What never started, by memory alone and through the stores. Silence is counted in the calendar weekdays-utc (08–18); the batch of
 * these tests runs at 02:00 in Zurich and may be late by an hour.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Finder } from '#app/exceptions/finder.ts'
import { compileRules } from '#app/exceptions/rules.ts'
import { Watches } from '#app/exceptions/watch.ts'
import type { Catalogue, CatalogueDocument } from '#queries/catalogue/catalogue.ts'
import { buildCatalogue } from '#queries/catalogue/catalogue.ts'
import type { Heard } from '#queries/clickhouse/finding/heard.ts'
import { openTestStores } from '#test/support/stores.ts'
import type { TestStores } from '#test/support/stores.ts'
import { HOUR, row, shippedDocuments, silent, TestWriter } from './support.ts'

const OPENED = 'feeds.feed_run.opened'
const BATCH = 'odoo-panorama-finance'
const at = (text: string) => Date.parse(text)
const iso = (ms: number | null | undefined) => (ms === null || ms === undefined ? null : new Date(ms).toISOString())
let shipped: CatalogueDocument[]
beforeAll(async () => void (shipped = await shippedDocuments()))

/** One batch integration of the demo group with these feeds, and one that reports all the time. */
function catalogue(feeds: string[] = [], change: Record<string, unknown> = {}): Catalogue {
  return buildCatalogue(shipped.filter(item => item.kind !== 'integration' || [BATCH, 'odoo-edi-orders'].includes((item.document as { id: string }).id)).filter(item => !['responsibility', 'ownership_rule', 'severity_rule'].includes(item.kind)).map(item => {
    if (item.kind !== 'integration' || (item.document as { id: string }).id !== BATCH) return item
    return { ...item, document: { ...(item.document as object), slo: { target: 0.98, latencyP95Ms: 1000, silentAfter: null }, window: { expect: [OPENED], feeds, grace: 'PT1H' }, ...change } }
  }))
}
const heard = (integration: string, time: string, type = '', feed = ''): Heard => ({ integration, type, feed, first: at(time), last: at(time) })
const found = (watches: Watches, now: string) => watches.judge(at(now), compileRules(catalogue())).flatMap(({ found: one }) => (one ? [{ what: one.type, title: one.title, since: iso(one.firstSeen), times: one.occurrences }] : []))

describe('batch windows', () => {
  const after = (runs: Heard[], now: string, feeds: string[] = []) => {
    const watches = new Watches(catalogue(feeds), new Map())
    watches.hear(runs)
    return found(watches, now).filter(item => item.what === 'batch_not_started').map(({ since, times }) => [since, times])
  }
  test('a run that does not come by the time of the schedule and the grace is missed, from then on once a day', () => {
    const ran = [heard(BATCH, '2026-11-17T01:00:10Z', OPENED)]
    expect(after(ran, '2026-11-18T01:59:59Z')).toEqual([])
    expect(after(ran, '2026-11-18T02:00:00Z')).toEqual([['2026-11-18T02:00:00.000Z', 1]])
    expect(after(ran, '2026-11-20T12:00:00Z')).toEqual([['2026-11-18T02:00:00.000Z', 3]])
  })
  test('a run that begins a little early or very late covers its window', () => {
    expect(after([heard(BATCH, '2026-11-18T00:56:00Z', OPENED)], '2026-11-18T12:00:00Z')).toEqual([])
    expect(after([heard(BATCH, '2026-11-18T00:54:00Z', OPENED)], '2026-11-18T12:00:00Z')).toEqual([['2026-11-18T02:00:00.000Z', 1]])
    expect(after([heard(BATCH, '2026-11-18T11:00:00Z', OPENED)], '2026-11-18T12:00:00Z')).toEqual([])
  })
  test('the clocks change and the run stays at two in the morning', () => {
    // 02:00 comes twice on 25 October 2026 (00:00Z and 01:00Z) and not at all on 29 March 2026: three o'clock then, 01:00Z
    expect(after([heard(BATCH, '2026-10-24T00:00:10Z', OPENED)], '2026-10-25T03:00:00Z')).toEqual([['2026-10-25T01:00:00.000Z', 1]])
    expect(after([heard(BATCH, '2026-03-28T01:00:10Z', OPENED)], '2026-03-29T03:00:00Z')).toEqual([['2026-03-29T02:00:00.000Z', 1]])
  })
  test('each feed by itself; one that never ran is missed since its integration was first heard of', () => {
    const events = [heard(BATCH, '2026-11-16T12:00:00Z'), heard(BATCH, '2026-11-18T01:01:00Z', OPENED, 'ledger')]
    expect(after(events, '2026-11-18T12:00:00Z', ['ledger', 'spend'])).toEqual([['2026-11-17T02:00:00.000Z', 2]])
  })
  test('the order of reports does not matter', () => {
    const events = ['2026-11-15T01:00:00Z', '2026-11-17T01:00:00Z', '2026-11-16T01:00:00Z'].map(time => heard(BATCH, time, OPENED))
    expect(after(events, '2026-11-19T12:00:00Z')).toEqual(after(events.toReversed(), '2026-11-19T12:00:00Z'))
  })
})

describe('silence', () => {
  const silence = (events: Heard[], now: string, since = new Map<string, number>()) => {
    const watches = new Watches(catalogue(), since)
    watches.hear(events)
    return found(watches, now).filter(item => item.what === 'integration_silent').map(item => item.since)
  }
  test('is counted in working time from what was last heard, whatever it was', () => {
    expect(silence([heard('odoo-edi-orders', '2026-11-20T17:30:00Z')], '2026-11-20T18:00:00Z')).toEqual([])
    expect(silence([heard('odoo-edi-orders', '2026-11-20T17:30:00Z')], '2026-11-22T12:00:00Z').length).toBe(0)
    expect(silence([heard('odoo-edi-orders', '2026-11-20T17:30:00Z')], '2026-11-24T12:00:00Z')).toEqual(['2026-11-23T08:30:00.000Z'])
  })
  test('of what was never heard of counts from when it was catalogued', () => {
    expect(silence([], '2026-11-20T12:00:00Z')).toEqual([])
    expect(silence([], '2026-11-20T17:00:00Z', new Map([['odoo-edi-orders', at('2026-11-19T08:00:00Z')]])).length).toBe(1)
  })
})

describe('through the stores', () => {
  let stores: TestStores
  let writer: TestWriter
  beforeAll(async () => {
    stores = await openTestStores()
    writer = await TestWriter.register(stores, 'a')
  })
  afterAll(async () => await stores?.dispose())
  const open = async () => (await stores.postgres.selectFrom('exception').select(['type', 'status', 'occurrences', 'due_at']).orderBy('id').execute()).map(one => `${one.type} ${one.status} ${one.occurrences} ${one.due_at?.toISOString()}`)

  test('a window goes by, goes by again, and a late report closes it; judging anew gives the same', async () => {
    let now = at('2026-11-17T12:00:00Z')
    let current = catalogue()
    const options = { stores, catalogue: { current: () => current }, log: silent, clock: () => now }
    const finder = await Finder.open(options)
    const work = async () => {
      while (await finder.step(true));
    }
    const ran = (time: string, environment = 'production') => row({ type: OPENED, time: at(time), integration: BATCH, attributes: { feed: 'ledger' }, environment })
    await writer.write([ran('2026-11-17T01:00:00Z')], [], false)
    await work()
    expect(await open()).toEqual([])
    now = at('2026-11-18T02:00:00Z')
    expect(finder.nextDue()).not.toBeNull()
    await work()
    expect(await open()).toEqual(['batch_not_started open 1 2026-11-18T02:00:00.000Z'])
    now = at('2026-11-19T02:00:00Z')
    // a test run says nothing about production
    await writer.write([ran('2026-11-19T01:00:00Z', 'test')], [], false)
    await work()
    expect(await open()).toEqual(['batch_not_started open 2 2026-11-18T02:00:00.000Z'])
    await finder.fullEvaluation()
    await work()
    expect(await open()).toEqual(['batch_not_started open 2 2026-11-18T02:00:00.000Z'])
    // the report of the first night comes late, then that of the second; another leader reads the same
    await writer.write([ran('2026-11-18T01:30:00Z')], [], false)
    await work()
    expect(await open()).toEqual(['batch_not_started open 1 2026-11-19T02:00:00.000Z'])
    const other = await Finder.open(options)
    while (await other.step(true));
    expect(await open()).toEqual(['batch_not_started open 1 2026-11-19T02:00:00.000Z'])
    await writer.write([ran('2026-11-19T01:45:00Z')], [], false)
    await work()
    expect((await open()).map(text => text.split(' ')[1])).toEqual(['resolved'])
    // watched no longer: what was open closes
    now = at('2026-11-21T12:00:00Z')
    await work()
    expect((await open()).map(text => text.split(' ')[1])).toEqual(['open'])
    current = catalogue([], { window: null })
    await work()
    expect((await open()).map(text => text.split(' ')[1])).toEqual(['resolved'])
  }, 60_000)

  test('nobody is called silent before there was time to listen, unless someone asks', async () => {
    let now = at('2026-11-24T12:00:00Z')
    await writer.write([row({ type: 'integration.endpoint.checked', time: now - 100 * HOUR, integration: 'odoo-edi-orders' })], [], false)
    const current = catalogue([], { window: null })
    const finder = await Finder.open({ stores, catalogue: { current: () => current }, log: silent, clock: () => now })
    while (await finder.step(false));
    const silences = async () => (await open()).filter(text => text.startsWith('integration_silent')).length
    expect(await silences()).toBe(0)
    now += 61_000
    while (await finder.step(false));
    expect(await silences()).toBe(1)
  })
})
