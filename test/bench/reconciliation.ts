/**
 * A set of two sides with a million items each (100,000 without --full): 90 % with the same key and amount, 3 % within tolerance, 3 % without
 * a key but alike in party, amount and day, 2 % of which there are two, the rest alone; amounts repeat. The whole run with its evidence against a bare
 * join that writes who matched and who did not; then a run after 1,000 new items.
 */
import { reconciliationSet } from '#queries/catalogue/reconciliation.ts'
import { runSet } from '#app/reconciliation/run.ts'
import type { Stores } from '#queries/stores.ts'
import { openTestStores } from '#test/support/stores.ts'
import { median, timed, type BenchOptions, type Report } from './figures.ts'

const source = { object: 'thing', from: ['bench.thing.made'], links: { key: ['id'], party: ['counterparty'] } }
const SET = reconciliationSet.parse({
  id: 'bench', position: 0, name: 'Bench', description: '', process: 'order-to-cash',
  sides: [{ id: 'left', name: 'Left', items: [source] }, { id: 'right', name: 'Right', items: [source] }],
  tolerances: { absolute: [{ value: '0.05', currency: 'EUR' }], relative: '0', days: 3 },
  rules: [
    { id: 'exact', name: 'Same key, same amount', pass: 'exact', on: ['key'] }, { id: 'tolerance', name: 'Same key, within tolerance', pass: 'tolerance', on: ['key'] },
    { id: 'window', name: 'Same party and amount within days', pass: 'suggest', on: ['party'], window: 3, autoMatch: true },
  ],
  differences: { short: 'short_payment', over: 'over_payment' }, words: { differs: '{id} differs', missing: '{id} is alone', explanation: 'Bench.' },
})
const INCREMENTS = 7
const NEW_ITEMS = 1_000

/** Measures the whole run, and at `incremental` what follows it. */
export const benchReconFull = (options: BenchOptions, report: Report): Promise<void> => measure('full', options, report)
export const benchReconIncremental = (options: BenchOptions, report: Report): Promise<void> => measure('incremental', options, report)

async function measure(what: 'full' | 'incremental', { full, scale }: BenchOptions, report: Report): Promise<void> {
  const count = Math.round((full ? 1_000_000 : 100_000) * (scale ?? 1))
  const stores = await openTestStores()
  try {
    const [baseline, whole] = await measureFull(stores, count)
    if (what === 'full') return report({ metric: `${count} × ${count}`, value: whole, unit: 'ms', baseline, n: 1 })
    const times: number[] = []
    for (let round = 0; round < INCREMENTS; round++) times.push(await measureIncrement(stores, count, round))
    report({ metric: `${NEW_ITEMS} new of ${count} × ${count}`, value: median(times), unit: 'ms', baseline: whole, n: times.length })
  } finally {
    await stores.dispose()
  }
}

let version = 1_000
const since = { number: 0 }
const run = async (stores: Stores, full: boolean): Promise<void> => {
  const number = ++version
  const outcome = await runSet({ stores, set: SET, number, ruleVersion: 1, now: new Date(), since: full ? null : { number: since.number, items: [] } })
  if (outcome?.status !== 'succeeded') throw new Error(outcome?.error ?? 'nothing was run')
  since.number = number
}

async function measureFull(stores: Stores, count: number): Promise<[number, number]> {
  const { clickhouse } = stores
  for (const side of ['left', 'right']) await plant(stores, side, 0, count)
  const table = (name: string, columns: string) => clickhouse.command({ name: 'bench.table', sql: `CREATE TABLE ${name} (${columns}) ENGINE = MergeTree ORDER BY tuple()` })
  await table('bench_left', 'item UInt64, key UInt64, minor Int64')
  await table('bench_right', 'item UInt64, key UInt64, minor Int64')
  await table('bench_out', 'item UInt64, other UInt64')
  for (const side of ['left', 'right']) await clickhouse.command({ name: 'bench.copy', sql: `INSERT INTO bench_${side} SELECT item, if(empty(links), item, links[1]), minor FROM recon_items WHERE side = '${side}'` })
  const baseline = await timed(() => clickhouse.command({ name: 'bench.join', sql: 'INSERT INTO bench_out SELECT l.item, r.item FROM bench_left AS l FULL OUTER JOIN bench_right AS r ON l.key = r.key AND l.minor = r.minor' }))
  return [baseline, await timed(() => run(stores, true))]
}

async function measureIncrement(stores: Stores, count: number, round: number): Promise<number> {
  for (const side of ['left', 'right']) await plant(stores, side, count + round * (NEW_ITEMS / 2), NEW_ITEMS / 2)
  return await timed(() => run(stores, false))
}

/** Items `from` to `from + count` of a side; a number's item is the same in every run. */
async function plant({ clickhouse }: Stores, side: string, from: number, count: number): Promise<void> {
  const right = side === 'right'
  await clickhouse.command({
    name: 'bench.items',
    sql: `INSERT INTO recon_items (set_id, item_id, item, side, namespace, object_type, object_id, minor, sign, currency, day, links, link_names, link_values, counterparty_id, facility, entity, first_at, due_at, version)
      SELECT 'bench', concat({side:String}, ':b/thing/', toString(number)) AS item_id, cityHash64('bench', item_id), {side:String}, 'b', 'thing', toString(number),
        1000 + cityHash64(intDiv(number, if(kind IN (6, 7), 2, 1))) % 50000 + if(kind IN (3, 4, 5) AND ${right ? 1 : 0}, 3, 0) AS amount, 1, 'EUR', toDate('2026-11-01') + number % 20,
        arrayFilter((l, n) -> n = 'party' OR kind < 6, [cityHash64('key', toString(number + if(kind >= 98 AND ${right ? 1 : 0}, 1000000000, 0))), cityHash64('party', toString(intDiv(number, if(kind IN (6, 7), 2, 1))), amount)] AS both, ['key', 'party']) AS links_,
        arrayFilter(n -> n = 'party' OR kind < 6, ['key', 'party']), arrayMap(l -> toString(l), links_), 'c', 'f', 'e', now64(3), now64(3), {version:UInt64}
      FROM (SELECT number, multiIf(number % 100 < 90, 0, number % 100) - if(number % 100 >= 90, 87, 0) AS kind FROM numbers({from:UInt64}, {count:UInt64}))`,
    params: { side, from, count, version: ++version },
  })
}
