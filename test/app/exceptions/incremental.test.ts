/**
 * Following the log gives the same as judging everything anew, and the same as evaluation alone over the whole history: with events
 * in any order, in any batches, over two writers, with repeats, with the clock moving, and with deaths between any two stages.
 */
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { evaluate } from '#app/exceptions/evaluate.ts'
import { Finder } from '#app/exceptions/finder.ts'
import { isLoading } from '#app/exceptions/loading.ts'
import type { FinderOptions } from '#app/exceptions/finder.ts'
import { compileRules } from '#app/exceptions/rules.ts'
import { verdictsOf } from '#app/exceptions/verdicts.ts'
import type { Catalogue } from '#queries/catalogue/catalogue.ts'
import type { EventRow } from '#queries/clickhouse/events/rows.ts'
import { listExceptions } from '#queries/clickhouse/exceptions/list.ts'
import { exceptionFilter } from '#queries/model/filter.ts'
import { updateExceptions } from '#queries/postgres/exceptions.ts'
import { allWaits, recordWaits } from '#queries/postgres/waits.ts'
import type { StoredWait } from '#queries/postgres/waits.ts'
import { openTestStores } from '#test/support/stores.ts'
import type { TestStores } from '#test/support/stores.ts'
import { HOUR, row, seen, shippedCatalogue, silent, TestWriter } from './support.ts'
import type { Planted } from './support.ts'

const START = Date.UTC(2026, 10, 16, 8)
const END = START + 60 * HOUR
const PO = 'procurement.purchase_order'
const PR = 'procurement.purchase_requisition'
/** Of orders; requisitions too, whose clock stands still while the budget is exceeded. */
const OPENED = 'feeds.feed_run.opened'
const TYPES = [OPENED, OPENED, `${PR}.raised`, `${PR}.raised`, `${PR}.approved`, 'procurement.budget.exceeded', 'procurement.budget.checked', `${PO}.created`, `${PO}.transmitted`, `${PO}.acknowledged`, `${PO}.refused`, `${PO}.cancelled`, 'procurement.goods_receipt.posted']
/** Small in npm test, a hundred in `npm run test:long`; NUM_RUNS for any number. */
const LONG = process.env['SIGNALBOX_LONG'] === '1'
const RUNS = Number(process.env['NUM_RUNS'] ?? (LONG ? 100 : 6))

let stores: TestStores
let catalogue: Catalogue
let writers: TestWriter[]
beforeAll(async () => {
  stores = await openTestStores()
  catalogue = await shippedCatalogue()
  writers = [await TestWriter.register(stores, 'a'), await TestWriter.register(stores, 'b')]
})
afterAll(async () => await stores?.dispose())

const options = (clock: () => number, before?: FinderOptions['before']): FinderOptions => ({ stores, catalogue: { current: () => catalogue }, log: silent, clock, ...(before && { before }) })
const work = async (finder: Finder) => {
  while (await finder.step(true));
}

interface Shown { object: string; step: string; kind: string; firstSeen: string; lastSeen: string; dueAt: string | null; occurrences: number }
const byText = <T>(items: T[]) => items.sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
/** What the worklist shows as open of the objects whose id begins so. */
const shown = async (prefix: string): Promise<Shown[]> => {
  const all: Shown[] = []
  let cursor: string | undefined
  do {
    const page = await listExceptions(stores.clickhouse, exceptionFilter.parse({ q: prefix }), { limit: 200, ...(cursor === undefined ? {} : { cursor }) }, 'all')
    all.push(...page.items.map(item => ({ object: item.object?.id ?? '', step: item.step ?? '', kind: item.kind, firstSeen: item.firstSeen, lastSeen: item.lastSeen, dueAt: item.dueAt, occurrences: item.occurrences })))
    cursor = page.nextCursor ?? undefined
  } while (cursor !== undefined)
  return byText(all.filter(item => item.object.startsWith(prefix)))
}
const obligationRow = z.object({ object_id: z.string(), expectation: z.string(), due_at: z.string(), met_at: z.string().nullable(), cancelled_at: z.string().nullable() })
const obligations = async (prefix: string) => {
  const { rows } = await stores.clickhouse.query({ name: 'test.obligations', sql: `SELECT object_id, expectation, toString(due_at) AS due_at, toString(met_at) AS met_at, toString(cancelled_at) AS cancelled_at FROM obligations FINAL WHERE startsWith(object_id, {prefix:String}) AND NOT removed`, params: { prefix } })
  return byText(z.array(obligationRow).parse(rows))
}

/** The same by evaluation alone. */
const expectedOf = (events: readonly Planted[], now: number, waits: readonly StoredWait[] = []): Shown[] => {
  const rules = compileRules(catalogue)
  const objects = Map.groupBy(events.filter(event => event.object), event => event.object ?? '')
  return byText([...objects].flatMap(([object, list]) => {
    const [type = '', id = ''] = object.split('/')
    const evaluation = evaluate({ namespace: 'default', type, id, events: list.map(event => seen(event)) }, rules, waits.filter(wait => wait.object.type === type && wait.object.id === id))
    const verdicts = evaluation ? verdictsOf(evaluation, rules, now) : []
    return verdicts.flatMap(({ found }) => (found ? [{ object: id, step: found.step ?? '', kind: found.kind, firstSeen: new Date(found.firstSeen).toISOString(), lastSeen: new Date(found.lastSeen).toISOString(), dueAt: found.dueAt === null ? null : new Date(found.dueAt).toISOString(), occurrences: found.occurrences }] : []))
  }))
}

/** A person lets open exceptions of these objects wait from an instant on; the acts themselves are tested in lifecycle.test.ts. */
const letWait = async (prefix: string, every: number, hours: number, now: number) => {
  await stores.postgres.transaction().execute(async tx => {
    const rows = (await tx.selectFrom('exception').selectAll().where('object_id', 'like', `${prefix}%`).where('status', '=', 'open').orderBy('id').execute()).filter((_, index) => index % every === 0)
    const columns = { status: 'waiting', wait_until: new Date(now + hours * HOUR).toISOString(), wait_party: 'the supplier' }
    await updateExceptions(tx, rows.map(one => ({ id: Number(one.id), columns })))
    await recordWaits(tx, rows.map(one => ({ row: one, columns })), new Date(now))
  })
}
const waitsOf = async (prefix: string) => (await allWaits(stores.postgres)).filter(wait => wait.object.id.startsWith(prefix))

/** Batch windows that went by. */
const missed = async () => byText((await stores.postgres.selectFrom('exception').select(['subject_key', 'due_at', 'occurrences']).where('type', '=', 'batch_not_started').where('status', '<>', 'resolved').execute()).map(item => ({ ...item, due_at: item.due_at?.toISOString() })))

let run = 0
const history = fc.array(fc.record({
  object: fc.integer({ min: 1, max: 4 }), type: fc.constantFrom(...TYPES), hours: fc.integer({ min: 0, max: 50 }), status: fc.constantFrom('succeeded' as const, 'succeeded' as const, 'failed' as const, 'dead_lettered' as const),
}), { minLength: 5, maxLength: 40 })
const delivery = fc.record({ seed: fc.integer(), batches: fc.integer({ min: 1, max: 6 }), repeats: fc.integer({ min: 0, max: 10 }), waits: fc.array(fc.record({ every: fc.integer({ min: 1, max: 3 }), hours: fc.integer({ min: 1, max: 30 }) }), { maxLength: 3 }) })

test('following the log equals judging anew equals evaluation alone', async () => {
  let now = START
  const finder = await Finder.open(options(() => now))
  await fc.assert(fc.asyncProperty(history, delivery, async (list, { seed, batches, repeats, waits }) => {
    const prefix = `R${++run}-`
    const events: Planted[] = list.map((item, index) => (item.type === OPENED ? { type: OPENED, time: START + item.hours * HOUR, integration: 'odoo-panorama-stock', attributes: { feed: item.object % 2 === 0 ? 'stock-valuation' : 'stock-ageing' }, id: `${prefix}${index}` } : { type: item.type, object: `${item.type.startsWith(PO) || item.type.includes('receipt') ? 'purchase_order' : 'purchase_requisition'}/${prefix}${item.object}`, time: START + item.hours * HOUR, status: item.status, id: `${prefix}${index}`, correlation: 'c' }))
    const rows = events.map(row)
    // any order, some twice, in batches over both writers, the clock going on between them
    const order = shuffled([...rows, ...shuffled(rows, seed).slice(0, repeats)], seed)
    for (let batch = 0; batch < batches; batch++) {
      await writers[batch % 2]?.write(order.filter((_, index) => index % batches === batch), [], false)
      now = START + Math.round(((batch + 1) / batches) * 60) * HOUR
      await work(finder)
      const wait = waits[batch]
      if (wait) await letWait(prefix, wait.every, wait.hours, now)
    }
    now = END
    await work(finder)
    const incremental = { shown: await shown(prefix), obligations: await obligations(prefix), missed: await missed() }
    expect(incremental.shown).toEqual(expectedOf(events, END, await waitsOf(prefix)))
    await finder.fullEvaluation()
    await work(finder)
    expect({ shown: await shown(prefix), obligations: await obligations(prefix), missed: await missed() }).toEqual(incremental)
    // a finder that starts anew knows the waits too
    const another = await Finder.open(options(() => now))
    await another.fullEvaluation()
    await work(another)
    expect({ shown: await shown(prefix), obligations: await obligations(prefix), missed: await missed() }).toEqual(incremental)
    now = START
  }), { numRuns: RUNS })
}, LONG ? 3_600_000 : 120_000)

function shuffled(rows: readonly EventRow[], seed: number): EventRow[] {
  const keyed = rows.map((event, index) => ({ event, key: Math.imul((seed ^ (index + 1)) | 1, 2654435761) >>> 0 }))
  return keyed.sort((a, b) => a.key - b.key).map(({ event }) => event)
}

class Death extends Error {}

test.each(['states', 'exceptions', 'projection', 'cursor'] as const)('dying before %s and coming back loses and doubles nothing', async stage => {
  const prefix = `D${++run}-`
  const po = (id: number, type: string, hours: number, status: Planted['status'] = 'succeeded'): Planted => ({ type: `${PO}.${type}`, object: `purchase_order/${prefix}${id}`, time: START + hours * HOUR, status, id: `${prefix}${id}-${type}-${hours}` })
  const first = [po(1, 'transmitted', 0), po(2, 'transmitted', 1, 'dead_lettered'), po(3, 'refused', 2), po(4, 'transmitted', 3), po(4, 'acknowledged', 4)]
  const second = [po(1, 'acknowledged', 30), po(2, 'transmitted', 31, 'dead_lettered'), po(5, 'transmitted', 5)]
  const now = END
  for (const events of [first, second]) {
    await writers[0]?.write(events.map(row), [], false)
    const dying = await Finder.open(options(() => now, at => {
      if (at === stage) throw new Death()
    }))
    await expect(work(dying)).rejects.toThrow(Death)
    await work(await Finder.open(options(() => now)))
  }
  expect(await shown(prefix)).toEqual(expectedOf([...first, ...second], now))
  const lives = await stores.postgres.selectFrom('exception').innerJoin('exception_history', 'exception_history.exception_id', 'exception.id')
    .select(['exception.object_id', 'exception_history.act', 'exception.version', 'exception.projected_version']).where('exception.object_id', 'like', `${prefix}%`).orderBy('exception_history.id').execute()
  const acts = Map.groupBy(lives, life => life.object_id?.slice(prefix.length) ?? '')
  expect(Object.fromEntries([...acts].map(([id, list]) => [id, list.map(life => life.act)]))).toEqual({ 1: ['opened', 'recovered'], 2: ['opened', 'seen_again'], 3: ['opened'], 5: ['opened'] })
  expect(lives.filter(life => life.version !== life.projected_version)).toEqual([])
})

test('a history being loaded opens nothing that its later part closes, and other processes know that it is being loaded', async () => {
  const prefix = `L${++run}-`
  const now = Date.now()
  const old = now - 60 * 24 * HOUR
  const events = Array.from({ length: 600 }, (_, index): Planted => ({ type: 'feeds.feed_run.delivered', object: `feed_run/${prefix}${index}`, time: old + index * 1000, id: `${prefix}${index}` }))
  const answers = events.slice(1).map((event): Planted => ({ ...event, type: 'feeds.feed_run.loaded', time: event.time + HOUR / 2, id: `${event.id}-loaded` }))
  const finder = await Finder.open(options(() => now))
  // what earlier tests left behind is due by now: it is settled first, so that the counts below are of this test alone
  await work(finder)
  expect(await isLoading(stores, now)).toBe(false)
  await writers[0]?.write(events.map(row), [], false)
  while (await finder.step(false));
  expect([await shown(prefix), finder.stats().deferred]).toEqual([[], 600])
  expect([await isLoading(stores, now), await isLoading(stores, now + HOUR)]).toEqual([true, false])
  await writers[0]?.write(answers.map(row), [], false)
  while (await finder.step(false));
  expect([await shown(prefix), finder.stats().deferred]).toEqual([[], 1])
  await work(finder)
  expect((await shown(prefix)).map(item => item.object)).toEqual([`${prefix}0`])
  const rows = await stores.postgres.selectFrom('exception').select('id').where('object_id', 'like', `${prefix}%`).execute()
  expect(rows).toHaveLength(1)
})
