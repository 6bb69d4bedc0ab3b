/**
 * What one evaluation costs: a thousand expectations over a hundred thousand open objects (`--full`: a million) while a thousand events a
 * second arrive. A round is a second of that life: its events are in the log, the clock has gone on by a second, and the finder works
 * until nothing is left to do. Processor time of the whole process, all threads and both embedded stores included, so that other work
 * on the machine does not count. Baseline: the same rounds over a hundredth of the objects. Open objects are put into the tables directly.
 */
import { Finder } from '#app/exceptions/finder.ts'
import { buildCatalogue } from '#queries/catalogue/catalogue.ts'
import type { Catalogue } from '#queries/catalogue/catalogue.ts'
import { row, silent, TestWriter } from '#test/app/exceptions/support.ts'
import { openTestStores } from '#test/support/stores.ts'
import type { TestStores } from '#test/support/stores.ts'
import { median, percentile, type BenchOptions, type Report } from './figures.ts'

const EXPECTATIONS = 1_000
const EVENTS_A_SECOND = 1_000
const ROUNDS = 12
/** the first rounds warm up */
const WARM = 2
const NOW = Date.UTC(2026, 10, 20, 12)
/** obligations come due evenly over a day */
const SPREAD_MS = 24 * 3_600_000
const ROWS_A_COMMAND = 100_000

/** Measures rounds over few and over many objects. */
export async function benchExpectations({ full }: BenchOptions, report: Report): Promise<void> {
  const objects = full ? 1_000_000 : 100_000
  const few = await measure(objects / 100)
  const many = await measure(objects)
  report({ metric: `objects.${objects}.round.median`, value: median(many.rounds), unit: 'CPU-s', baseline: median(few.rounds), n: many.rounds.length })
  report({ metric: `objects.${objects}.round.p95`, value: percentile(many.rounds, 0.95), unit: 'CPU-s', baseline: percentile(few.rounds, 0.95), n: many.rounds.length })
  report({ metric: `objects.${objects}.quiet_round.median`, value: median(many.quiet), unit: 'CPU-s', baseline: median(few.quiet), n: many.quiet.length })
  report({ metric: `objects.${objects}.start`, value: many.start, unit: 'CPU-s', baseline: few.start, n: 1 })
  report({ metric: `objects.${objects}.heap_per_object`, value: many.heapPerObject, unit: 'bytes', n: 1 })
}

interface Measured { rounds: number[]; quiet: number[]; start: number; heapPerObject: number }

async function measure(objects: number): Promise<Measured> {
  const stores = await openTestStores()
  try {
    const catalogue = benchCatalogue()
    await fill(stores, objects)
    const writer = await TestWriter.register(stores, 'bench')
    let now = NOW
    globalThis.gc?.()
    const heap = process.memoryUsage().heapUsed
    let finder: Finder | null = null
    const start = await spent(async () => {
      finder = await Finder.open({ stores, catalogue: { current: () => catalogue }, log: silent, clock: () => now })
    })
    globalThis.gc?.()
    const heapPerObject = Math.max(0, process.memoryUsage().heapUsed - heap) / objects
    const work = async () => {
      while (await finder?.step(false));
    }
    await work()
    const [rounds, quiet]: [number[], number[]] = [[], []]
    for (let round = 0; round < WARM + ROUNDS; round++) {
      // half of the events begin a wait, half meet one that was there
      const events = Array.from({ length: EVENTS_A_SECOND }, (_, index) => {
        const number = round * EVENTS_A_SECOND + index
        const kind = number % EXPECTATIONS
        const object = index % 2 === 0 ? `new-${number}` : `o-${((number * 7919) % Math.floor(objects / EXPECTATIONS)) * EXPECTATIONS + kind}`
        return row({ id: `b-${number}`, type: `bench.o${kind}.${index % 2 === 0 ? 'begun' : 'done'}`, object: `o${kind}/${object}`, time: now, amount: ['12345', 'EUR'] })
      })
      await writer.write(events, [], false)
      now += 1000
      const cost = await spent(work)
      now += 1000
      const idle = await spent(work)
      if (round >= WARM) {
        rounds.push(cost)
        quiet.push(idle)
      }
    }
    return { rounds, quiet, start, heapPerObject }
  } finally {
    await stores.dispose()
  }
}

/** Processor seconds of this process while `work` runs. */
async function spent(work: () => Promise<void>): Promise<number> {
  const before = process.cpuUsage()
  await work()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1_000_000
}

/** One process with an expectation per kind of object: after begun, done within a day. */
function benchCatalogue(): Catalogue {
  const kinds = Array.from({ length: EXPECTATIONS }, (_, kind) => kind)
  const milestone = (kind: number, what: string) => ({ type: `bench.o${kind}.${what}`, object: `o${kind}`, words: { name: what, done: what, failed: what, missing: what }, negative: false, supersededBy: [], postsMoney: false, postsStock: false })
  return buildCatalogue([{
    kind: 'process',
    document: {
      id: 'bench', position: 1, name: 'Bench', shortName: 'Bench', description: '', milestones: kinds.flatMap(kind => [milestone(kind, 'begun'), milestone(kind, 'done')]),
      expectations: kinds.map(kind => ({
        id: `e${kind}`, object: `o${kind}`, after: `bench.o${kind}.begun`, expect: [`bench.o${kind}.done`], cancel: [], within: { critical: 'P1D', high: 'P1D', normal: 'P1D', low: 'P1D' },
        calendar: 'always', warnAt: 0.8, when: { tests: [{ of: 'amount', operator: 'at_least', value: [{ value: '1.00', currency: 'EUR' }] }] }, missing: '{id}', explanation: '',
      })),
    },
  }])
}

/** Open objects as ingestion and the finder would have left them: the event that began each, its state, its obligation. */
async function fill(stores: TestStores, objects: number): Promise<void> {
  const begun = `toDateTime64({now:Float64} / 1000 - 86400 + (number + 1) / {objects:Float64} * {spread:Float64} / 1000, 3, 'UTC')`
  const names = `concat('o', toString(number % {kinds:UInt32})) AS object_type, concat('o-', toString(number)) AS object_id`
  const put = async (table: string, select: string) => {
    for (let from = 0; from < objects; from += ROWS_A_COMMAND) {
      const sql = `INSERT INTO ${table} ${select} FROM numbers({from:UInt64}, {count:UInt64})`
      await stores.clickhouse.command({ name: 'bench.fill', sql, params: { from, count: Math.min(ROWS_A_COMMAND, objects - from), kinds: EXPECTATIONS, now: NOW, objects, spread: SPREAD_MS } })
    }
  }
  await put('events_by_object (namespace, object_type, object_id, time, event_key, type, status, source, event_id, integration, environment, correlation_id, amount_minor, currency, attributes, received_at)',
    `SELECT 'default', ${names}, ${begun} AS time, generateUUIDv4(number), concat('bench.', object_type, '.begun'), 'succeeded', 'bench', concat('x-', toString(number)), 'bench', 'production', '', 12345, 'EUR', '{}', time`)
  await put('objects (namespace, object_type, object_id, first_at, last_at, events, amount_minor, currency, milestone_types, milestone_times, environment, version)',
    `SELECT 'default', ${names}, ${begun} AS at, at, 1, 12345, 'EUR', [concat('bench.', object_type, '.begun')], [at], 'production', 1`)
  await put('obligations (namespace, object_type, object_id, process, expectation, milestone, kind, anchor_type, anchor_at, warn_at, due_at, removed, amount_minor, currency, version)',
    `SELECT 'default', ${names}, 'bench', concat('e', toString(number % {kinds:UInt32})), concat('bench.', object_type, '.done'), 'overdue', concat('bench.', object_type, '.begun'), ${begun} AS at, at + toIntervalSecond(69120), at + toIntervalSecond(86400), false, 12345, 'EUR', 1`)
}
