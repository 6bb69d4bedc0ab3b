/**
 * A saved expectation has the objects that it concerns judged again and no others, and what comes of it is what judging everything
 * gives. Five orders (one for a shelf), four requisitions, three feed runs, two customer invoices and the shelf; Monday 2026-11-16, judged at 13:00 UTC.
 */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { Finder } from '#app/exceptions/finder.ts'
import { buildCatalogue } from '#queries/catalogue/catalogue.ts'
import type { Catalogue, CatalogueDocument } from '#queries/catalogue/catalogue.ts'
import type { Expectation } from '#queries/catalogue/schema.ts'
import { openTestStores } from '#test/support/stores.ts'
import type { TestStores } from '#test/support/stores.ts'
import { HOUR, row, shippedDocuments, silent, TestWriter } from './support.ts'

const MONDAY = Date.UTC(2026, 10, 16, 8)
const now = MONDAY + 5 * HOUR
const PO = 'procurement.purchase_order'
const PR = 'procurement.purchase_requisition'
const [ORDERS, REQUISITIONS, RUNS, INVOICES, SHELVES] = [5, 4, 3, 2, 1]

let stores: TestStores
let documents: CatalogueDocument[]
let catalogue: Catalogue
let finder: Finder

beforeAll(async () => {
  stores = await openTestStores()
  documents = await shippedDocuments()
  catalogue = buildCatalogue(documents)
  const writer = await TestWriter.register(stores, 'a')
  const each = <T>(count: number, plant: (id: number) => T): T[] => Array.from({ length: count }, (_, index) => plant(index + 1))
  await writer.write([
    ...each(ORDERS, id => row({ type: `${PO}.transmitted`, object: `purchase_order/PO-${id}`, time: MONDAY, criticality: id === 1 ? 'critical' : id === 3 ? 'high' : 'normal', amount: [`${id}00000`, 'EUR'] })),
    row({ type: `${PO}.changed`, object: 'purchase_order/PO-2', time: MONDAY - HOUR }),
    row({ type: `${PO}.created`, objects: [{ type: 'purchase_order', id: 'PO-3' }, { type: 'stock_level', id: 'SL-3' }], time: MONDAY - HOUR, criticality: 'high' }),
    ...each(REQUISITIONS, id => row({ type: `${PR}.raised`, object: `purchase_requisition/PR-${id}`, time: MONDAY, attributes: { channel: id === 1 ? 'urgent' : 'usual' } })),
    ...each(RUNS, id => row({ type: 'feeds.feed_run.produced', object: `feed_run/F-${id}`, time: MONDAY, attributes: { controlTotals: { count: 7 } } })),
    ...each(RUNS, id => row({ type: 'feeds.feed_run.loaded', object: `feed_run/F-${id}`, time: MONDAY + HOUR, attributes: { controlTotals: { count: 6 } } })),
    ...each(INVOICES, id => row({ type: 'finance.customer_invoice.exported', object: `customer_invoice/INV-${id}`, time: MONDAY, status: 'dead_lettered' })),
  ], [], false)
  finder = await Finder.open({ stores, catalogue: { current: () => catalogue }, log: silent, clock: () => now })
  await work()
}, 180_000)
afterAll(async () => await stores?.dispose())

const work = async () => {
  while (await finder.step(true));
}
/** Everything that is open, as it is kept, and every obligation in force. */
const standing = async () => {
  const exceptions = await stores.postgres.selectFrom('exception').select(['subject_key', 'kind', 'title', 'explanation', 'due_at', 'warn_at', 'severity', 'owner']).where('status', '<>', 'resolved').orderBy('subject_key').execute()
  const { rows } = await stores.clickhouse.query({ name: 'test.obligations', sql: 'SELECT object_id, expectation, toString(due_at) AS due_at, toString(met_at) AS met_at, toString(cancelled_at) AS cancelled_at FROM obligations FINAL WHERE NOT removed ORDER BY object_id, process, expectation', params: {} })
  return { exceptions, obligations: z.array(z.looseObject({ object_id: z.string(), expectation: z.string() })).parse(rows) }
}
/** Puts a changed catalogue in force. Resolves to how many objects were judged, and what came of it beside what judging everything gives. */
const putInForce = async (changed: CatalogueDocument[]) => {
  documents = changed
  catalogue = buildCatalogue(documents)
  const before = finder.stats().objects
  await work()
  const judged = finder.stats().objects - before
  const followed = await standing()
  await finder.fullEvaluation()
  await work()
  expect(followed).toEqual(await standing())
  return { judged, ...followed }
}
type Document = Record<string, unknown> & { id?: string; key?: string }
const withDocument = (kind: string, id: string, change: (document: Document) => void): CatalogueDocument[] => documents.map(item => {
  if (item.kind !== kind || ((item.document as Document).id ?? (item.document as Document).key) !== id) return item
  const document = structuredClone(item.document) as Document
  change(document)
  return { ...item, document }
})
const withExpectations = (process: string, change: (list: Expectation[]) => Expectation[]) => withDocument('process', process, document => {
  document['expectations'] = change(document['expectations'] as Expectation[])
})
const edited = (process: string, id: string, fields: Partial<Expectation>) => withExpectations(process, list => list.map(item => (item.id === id ? { ...item, ...fields } : item)))
const late = (found: { exceptions: { subject_key: string }[] }, id: string) => found.exceptions.filter(item => item.subject_key.includes(`"${id}"`)).length

test('a rule that asks for what an order came to be has the orders judged again; switched off it needs no history', async () => {
  const severity = async () => (await stores.postgres.selectFrom('exception').select('severity').where('object_id', '=', 'PO-3').executeTakeFirstOrThrow()).severity
  expect(await severity()).toBe('critical')
  const without = await putInForce(withDocument('severity_rule', 'shelf-waits', document => Object.assign(document, { active: false })))
  expect([without.judged, await severity()]).toEqual([0, 'high'])
  const again = await putInForce(withDocument('severity_rule', 'shelf-waits', document => Object.assign(document, { active: true })))
  expect([again.judged, await severity()]).toEqual([ORDERS, 'critical'])
})

test('a shorter time has the orders judged again, and nothing else', async () => {
  expect(late(await standing(), 'PO-2')).toBe(0)
  const found = await putInForce(edited('procure-to-pay', 'order-acknowledged', { within: { critical: 'PT1H', high: 'PT1H', normal: 'PT1H', low: 'PT1H' } }))
  expect([found.judged, late(found, 'PO-2')]).toEqual([ORDERS, 1])
})

test('so does an expectation that is taken away, and what it found closes', async () => {
  const found = await putInForce(withExpectations('procure-to-pay', list => list.filter(item => item.id !== 'order-acknowledged')))
  expect([found.judged, late(found, 'PO-2')]).toEqual([ORDERS, 0])
})

test('a condition that reads what was not read before', async () => {
  const [asked] = catalogue.processes.get('procure-to-pay')?.expectations.filter(item => item.after === `${PR}.raised`) ?? []
  const when = { attribute: 'channel', equals: 'urgent', criticality: null, tests: [] }
  const found = await putInForce(edited('procure-to-pay', asked?.id ?? '', { when }))
  expect(found.judged).toBe(REQUISITIONS)
  expect(found.obligations.filter(item => item.expectation === asked?.id).map(item => item.object_id)).toEqual(['PR-1'])
})

test('an expectation about objects of which none was expected, and two processes at once', async () => {
  const [model] = catalogue.processes.get('order-to-cash')?.expectations ?? []
  const added = { ...model, id: 'run-closed', object: 'feed_run', after: 'feeds.feed_run.loaded', expect: ['feeds.feed_run.opened'], cancel: [], within: { critical: 'PT1H', high: 'PT1H', normal: 'PT1H', low: 'PT1H' } } as Expectation
  documents = withExpectations('batch-feeds', list => [...list, added])
  const [asked] = catalogue.processes.get('order-to-cash')?.expectations.filter(item => item.object === 'customer_invoice') ?? []
  const found = await putInForce(edited('order-to-cash', asked?.id ?? '', { warnAt: 0.15 }))
  expect(found.judged).toBe(RUNS + INVOICES)
  expect(found.obligations.filter(item => item.expectation === 'run-closed')).toHaveLength(RUNS)
})

test('reports that need not agree any more', async () => {
  expect((await standing()).exceptions.filter(item => item.kind === 'mismatch')).toHaveLength(RUNS)
  const found = await putInForce(withDocument('process', 'batch-feeds', document => {
    document['agreements'] = []
  }))
  expect([found.judged, found.exceptions.filter(item => item.kind === 'mismatch').length]).toEqual([RUNS, 0])
})

test('severity, views and headlines have no object judged; a milestone or a calendar has all', async () => {
  const all = ORDERS + REQUISITIONS + RUNS + INVOICES + SHELVES
  const noted = await putInForce(withDocument('severity_rule', 'failed-near-due', document => Object.assign(document, { effect: { atLeast: 'critical' } })))
  expect(noted.judged).toBe(0)
  expect((await putInForce(withDocument('headline', 'failed_invoice_exports', document => Object.assign(document, { name: 'Exports' })))).judged).toBe(0)
  expect((await putInForce(withDocument('calendar', 'weekdays-utc', document => Object.assign(document, { name: 'Weekdays' })))).judged).toBe(all)
  const worded = withDocument('process', 'procure-to-pay', document => Object.assign(document, { name: 'Buying' }))
  expect((await putInForce(worded)).judged).toBe(all)
})
