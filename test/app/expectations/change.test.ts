/** A change of an expectation: the preview says what the finder then does; versions, restoring, conflicts, scope. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Finder } from '#app/exceptions/finder.ts'
import { previewChange } from '#app/expectations/preview.ts'
import { expectationVersions, restoreExpectation, SaveError, saveExpectation } from '#app/expectations/versions.ts'
import { readExpectation, readExpectations } from '#app/expectations/view.ts'
import { openCatalogue } from '#queries/catalogue/catalogue.ts'
import type { CatalogueHandle } from '#queries/catalogue/catalogue.ts'
import { seedCatalogue } from '#queries/catalogue/documents.ts'
import type { Expectation } from '#queries/catalogue/schema.ts'
import { backlogFigure, backlogFilter } from '#queries/clickhouse/backlog/backlog.ts'
import { openTestStores } from '#test/support/stores.ts'
import type { TestStores } from '#test/support/stores.ts'
import { HOUR, row, shippedDocuments, silent, TestWriter } from '../exceptions/support.ts'

const MONDAY = Date.UTC(2026, 10, 16, 8)
const PO = 'procurement.purchase_order'
const [PROCESS, ID] = ['procure-to-pay', 'order-acknowledged']
const actor = { kind: 'person' as const, id: 'ada', origin: '10.0.0.1' }
const now = MONDAY + 5 * HOUR
let stores: TestStores
let catalogue: CatalogueHandle
let finder: Finder

beforeAll(async () => {
  stores = await openTestStores()
  await seedCatalogue(stores.postgres, await shippedDocuments(), 'start')
  catalogue = await openCatalogue(stores.postgres)
  const writer = await TestWriter.register(stores, 'a')
  // order-acknowledged: normal eight hours. Sent at 08:00; six wait, two were confirmed after three hours.
  const sent = (id: number, more: Record<string, unknown> = {}) => row({ type: `${PO}.transmitted`, object: `purchase_order/C-${id}`, time: MONDAY, amount: [`${id}00000`, 'EUR'], facility: id % 2 === 0 ? 'north' : 'south', ...more })
  await writer.write([...[1, 2, 3, 4, 5, 6, 7, 8].map(id => sent(id)), ...[7, 8].map(id => row({ type: `${PO}.acknowledged`, object: `purchase_order/C-${id}`, time: MONDAY + 3 * HOUR }))], [], false)
  finder = await Finder.open({ stores, catalogue, log: silent, clock: () => now })
  await work()
}, 60_000)
afterAll(async () => {
  await catalogue?.close()
  await stores?.dispose()
})

const work = async () => {
  while (await finder.step(true));
}
const current = (): Expectation => {
  const found = catalogue.current().processes.get(PROCESS)?.expectations.find(item => item.id === ID)
  if (!found) throw new Error('the expectation is gone')
  return found
}
const preview = async (edited: Expectation, scope: Parameters<typeof previewChange>[4] = 'all') => await previewChange(stores, catalogue.current(), PROCESS, edited, scope, new Date(now))
const late = async () => (await backlogFigure(stores.clickhouse, backlogFilter.parse({ expectation: [ID], overdue: 'true' }), new Date(now), 'all')).count
const newest = async () => (await expectationVersions(stores, catalogue.current(), PROCESS, ID, new Map([['ada', 'Ada']]))).newest
const save = async (edited: Expectation, reason: string, base?: number) => {
  const version = await saveExpectation(stores, catalogue, { actor, process: PROCESS, reason, base: base ?? (await newest()) }, edited)
  await work()
  return version
}

test('the preview of a shorter time is what happens when it is saved', async () => {
  const edited = { ...current(), within: { ...current().within, normal: 'PT2H' } }
  const said = await preview(edited)
  expect(said).toMatchObject({ judged: 8, total: 8, open: { before: 6, after: 6 }, late: { before: 0, after: 6 }, newlyLate: { count: 6, money: [{ value: '21000.00', currency: 'EUR' }] }, noLongerLate: { count: 0 } })
  expect(said.breaches[0]).toEqual({ days: 30, before: { due: 2, breached: 0 }, after: { due: 8, breached: 8 } })
  expect(said.newlyLate.rows[0]).toMatchObject({ before: '2026-11-16T16:00:00.000Z', after: '2026-11-16T10:00:00.000Z' })
  // looking changes nothing
  await work()
  expect(await late()).toBe(0)
  const version = await save(edited, 'suppliers answer within the hour')
  expect(await late()).toBe(6)
  const { versions } = await expectationVersions(stores, catalogue.current(), PROCESS, ID, new Map([['ada', 'Ada']]))
  expect(versions.map(item => [item.version, item.by, item.reason, item.current, item.changes])).toEqual([
    [version, 'Ada', 'suppliers answer within the hour', true, [{ field: 'Allowed, normal', before: '8 h', after: '2 h' }]],
    [1, 'the first start', null, false, []],
  ])
  expect(await preview({ ...edited, within: { ...edited.within, normal: 'PT8H' } })).toMatchObject({ newlyLate: { count: 0 }, noLongerLate: { count: 6 } })
})

test('a condition takes out what does not pass, and its exceptions close', async () => {
  const edited = { ...current(), when: { attribute: null, equals: null, criticality: null, tests: [{ of: 'amount' as const, operator: 'more_than' as const, value: [{ value: '4000.00', currency: 'EUR' }] }] } }
  expect(await preview(edited)).toMatchObject({ open: { before: 6, after: 2 }, late: { before: 6, after: 2 }, noLongerLate: { count: 4, money: [{ value: '10000.00', currency: 'EUR' }] } })
  await save(edited, 'small orders are not chased')
  expect(await late()).toBe(2)
  const open = await stores.postgres.selectFrom('exception').select(['object_id', 'status']).where('object_id', 'like', 'C-%').where('status', '<>', 'resolved').orderBy('object_id').execute()
  expect(open.map(item => item.object_id)).toEqual(['C-5', 'C-6'])
})

test('going back to the first version brings back what was, as a new version', async () => {
  const base = await newest()
  const version = await restoreExpectation(stores, catalogue, { actor, process: PROCESS, reason: 'too many false alarms', base }, ID, 1)
  await work()
  expect(version).toBe(base + 1)
  expect([current().within.normal, current().when, await late()]).toEqual(['PT8H', null, 0])
  const acts = await stores.postgres.selectFrom('audit_record').select(['action', 'reason', 'subject_id', 'actor_id']).where('subject_kind', '=', 'expectation').orderBy('sequence').execute()
  expect(acts.map(act => [act.action, act.reason, act.subject_id, act.actor_id])).toEqual([
    ['expectation.change', 'suppliers answer within the hour', `${PROCESS}/${ID}`, 'ada'], ['expectation.change', 'small orders are not chased', `${PROCESS}/${ID}`, 'ada'], ['expectation.restore', 'too many false alarms', `${PROCESS}/${ID}`, 'ada'],
  ])
})

test('a change made on an old version, of nothing, or that does not hold together is refused and leaves no trace', async () => {
  const before = await newest()
  const codes = async (change: Promise<unknown>) => await change.then(() => 'saved', (error: unknown) => (error instanceof SaveError ? error.code : 'other'))
  expect(await codes(save({ ...current(), warnAt: 0.5 }, 'late', before - 1))).toBe('conflict')
  expect(await codes(save(current(), 'nothing'))).toBe('unchanged')
  expect(await codes(save({ ...current(), calendar: 'nowhere' }, 'wrong'))).toBe('invalid')
  expect(await newest()).toBe(before)
  expect((await stores.postgres.selectFrom('audit_record').select('sequence').where('subject_kind', '=', 'expectation').execute()).length).toBe(3)
})

test('figures and preview keep to the scope of who looks', async () => {
  const north = { facilities: ['north'], entities: [] }
  expect((await readExpectation(stores, catalogue.current(), PROCESS, ID, new Date(now), north))?.line.figures).toMatchObject({ open: 3 })
  expect((await readExpectation(stores, catalogue.current(), PROCESS, ID, new Date(now), 'all'))?.line.figures).toMatchObject({ open: 6, late: 0, due: 2, inTime: 2 })
  expect(await preview({ ...current(), within: { ...current().within, normal: 'PT2H' } }, north)).toMatchObject({ total: 4, newlyLate: { count: 3 } })
  const all = await readExpectations(stores, catalogue.current(), new Date(now), { facilities: [], entities: [] })
  expect(all.flatMap(process => process.lines).reduce((sum, line) => sum + line.figures.open, 0)).toBe(0)
})

test('what is saved while no finder runs, or by one that dies half way, is judged by the next', async () => {
  const shorter = async (normal: string) => {
    const base = await newest()
    return await saveExpectation(stores, catalogue, { actor, process: PROCESS, reason: 'at night', base }, { ...current(), within: { ...current().within, normal } })
  }
  await shorter('PT2H')
  const dying = await Finder.open({ stores, catalogue, log: silent, clock: () => now, before: stage => (stage === 'exceptions' ? Promise.reject(new Error('killed')) : undefined) })
  await expect(dying.step(true)).rejects.toThrow('killed')
  finder = await Finder.open({ stores, catalogue, log: silent, clock: () => now })
  await work()
  const open = () => stores.postgres.selectFrom('exception').select('object_id').where('object_id', 'like', 'C-%').where('status', '<>', 'resolved').execute()
  expect([await late(), (await open()).length]).toEqual([6, 6])
  // one that starts when everything is judged looks at the six that are late, as at any start, and not at all eight again
  const next = await Finder.open({ stores, catalogue, log: silent, clock: () => now })
  while (await next.step(true));
  expect(next.stats().objects).toBe(6)
})
