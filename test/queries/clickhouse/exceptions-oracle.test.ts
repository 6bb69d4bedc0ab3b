/**
 * The worklist against an oracle in memory: random filters and scopes, lists page by page, lines, figures, facets, while exceptions change
 * between the questions (resolved, reopened, written twice, an old version written late). Small here; a million with SIGNALBOX_LONG.
 */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { exceptionFacets } from '#queries/clickhouse/exceptions/facets.ts'
import { countExceptions, countExceptionsBy, howManyExceptions } from '#queries/clickhouse/exceptions/figures.ts'
import { countLines, listLines } from '#queries/clickhouse/exceptions/lines.ts'
import { listExceptions } from '#queries/clickhouse/exceptions/list.ts'
import { removeGone } from '#queries/clickhouse/open-tables.ts'
import { exceptionFilter, type ExceptionFilter } from '#queries/model/filter.ts'
import type { Scope } from '#queries/model/scope.ts'
import { benchExceptions, type BenchException } from '#seeds/bench/exceptions.ts'
import { Random } from '#seeds/history/random.ts'
import { facetOf, figureOf, linesOf, listOf, ORACLE_FACETS, through } from '#test/support/exceptions/oracle.ts'
import { changed, projectAll, randomFilter, randomScope } from '#test/support/exceptions/rows.ts'
import { openTestStores, type TestStores } from '#test/support/stores.ts'

const LONG = process.env['SIGNALBOX_LONG'] === '1'
const COUNT = LONG ? 1_000_000 : 3000
const ROUNDS = LONG ? 20 : 5
const FILTERS = LONG ? 10 : 6
const CHANGES = LONG ? 2000 : 400
const SEED = Number(process.env['SIGNALBOX_TEST_SEED'] ?? 20261121)
const NOW = Date.UTC(2026, 10, 20, 12)
const SHOWN = 20

let stores: TestStores
let all: BenchException[]
let asTheyWere: BenchException[]
beforeAll(async () => {
  stores = await openTestStores()
  all = [...benchExceptions(COUNT, { seed: SEED, open: 0.6, until: NOW - 86_400_000 })]
  asTheyWere = [...all]
  await projectAll(stores.clickhouse, all)
}, 1_800_000)
afterAll(() => stores.dispose())

async function pages(list: (cursor: string | undefined) => Promise<{ items: readonly string[]; nextCursor: string | null }>): Promise<string[]> {
  const found: string[] = []
  let cursor: string | undefined
  for (let page = 0; page < 3; page++) {
    const { items, nextCursor } = await list(cursor)
    found.push(...items)
    if (nextCursor === null) break
    cursor = nextCursor
  }
  return found
}

async function compare(filter: ExceptionFilter, scope: Scope): Promise<void> {
  const ch = stores.clickhouse
  const rows = through(all, filter, scope)
  expect(await pages(async cursor => {
    const page = await listExceptions(ch, filter, { limit: SHOWN, cursor }, scope)
    return { items: page.items.map(item => item.id), nextCursor: page.nextCursor }
  })).toEqual(listOf(rows, filter.sort).slice(0, 3 * SHOWN))
  expect(await pages(async cursor => {
    const page = await listLines(ch, filter, 'single', { limit: SHOWN, cursor }, scope)
    return { items: page.items.map(item => item.key), nextCursor: page.nextCursor }
  })).toEqual(listOf(rows, filter.sort).slice(0, 3 * SHOWN))

  const lines = linesOf(rows, filter.sort)
  const keys: string[] = []
  await pages(async cursor => {
    const page = await listLines(ch, filter, 'group', { limit: SHOWN, cursor }, scope)
    for (const item of page.items) {
      const { place: _place, ids, ...line } = lines.get(item.key) ?? { place: -1, ids: [] }
      expect({ count: item.count, speaker: item.id, money: item.money, objects: item.objects, firstSeen: item.firstSeen, lastSeen: item.lastSeen, occurrences: item.occurrences }).toEqual(line)
      expect(item.ids).toEqual(ids.length > 5000 ? null : ids)
      keys.push(item.key)
    }
    return { items: [], nextCursor: page.nextCursor }
  })
  // equals stand in an order of their own, so places are compared; no line comes twice
  expect(keys.map(key => lines.get(key)?.place)).toEqual([...lines.values()].slice(0, 3 * SHOWN).map(line => line.place))
  expect(new Set(keys).size).toBe(keys.length)
  expect(await countLines(ch, filter, 'group', scope)).toEqual({ lines: lines.size, newest: rows.reduce((most, row) => Math.max(most, row.id), 0) })

  expect(await countExceptions(ch, filter, scope)).toEqual(figureOf(rows))
  expect(await howManyExceptions(ch, filter, scope)).toBe(rows.length)
  const byFacility = Map.groupBy(rows, row => row.facility ?? '')
  expect(new Map((await countExceptionsBy(ch, 'facility', filter, scope)).map(({ value, ...figure }) => [value, figure]))).toEqual(new Map([...byFacility].map(([value, list]) => [value, figureOf(list)])))
  const facets = await exceptionFacets(ch, filter, scope)
  for (const name of ORACLE_FACETS) {
    expect(facets[name].filter(({ count }) => count > 0).map(({ value, count }) => [value, count]).sort(([a = ''], [b = '']) => (a < b ? -1 : 1)), name).toEqual(facetOf(all, filter, scope, name))
  }
}

test(`lists, lines, figures and facets of ${COUNT} exceptions equal the oracle while they change`, async () => {
  const random = new Random('oracle', SEED)
  for (let round = 0; round < ROUNDS; round++) {
    for (let count = 0; count < FILTERS; count++) {
      // what an exception said before must not find it any more
      const filter = randomFilter(random, random.pick(random.chance(0.5) ? all : asTheyWere), NOW)
      const scope = randomScope(random)
      await compare(filter, scope).catch((error: unknown) => {
        throw new Error(`seed ${SEED}, round ${round}: ${JSON.stringify(filter)} in ${JSON.stringify(scope)}`, { cause: error })
      })
    }
    const news = new Map<number, BenchException>()
    const late: BenchException[] = []
    for (let count = 0; count < CHANGES; count++) {
      const index = random.int(0, all.length - 1)
      const before = all[index]
      if (!before) continue
      const next = changed(random, before, NOW + round)
      if (random.chance(0.2)) late.push(before)
      news.set(next.id, next)
      all[index] = next
    }
    await projectAll(stores.clickhouse, news.values())
    // again, and old versions after the new ones, as after a crash or from a slow process: both change nothing
    await projectAll(stores.clickhouse, late)
    await projectAll(stores.clickhouse, [...news.values()].slice(0, 20))
    if (round % 3 === 1) await removeGone(stores.clickhouse, 'exceptions', -60)
  }
}, 3_600_000)

test('what an exception said before does not find it, nor keep it from being found by what it says now', async () => {
  const before = all.find(one => one.status === 'open' && one.environment === 'production')
  if (!before) throw new Error('no open exception')
  const after: BenchException = { ...before, version: before.version + 1, title: 'Nobody knows', counterpartyName: 'Nobody', counterpartyId: 'NOB-1', objectId: 'N-1', fingerprint: 'nobody', correlationIds: ['nobody-1'] }
  all[all.indexOf(before)] = after
  await projectAll(stores.clickhouse, [after])
  for (const one of [before, after]) {
    for (const given of [{ q: one.title }, { counterparty: [one.counterpartyName] }, { objectId: [one.objectId] }, { fingerprint: [one.fingerprint] }, { correlationId: one.correlationIds }]) await compare(exceptionFilter.parse(given), 'all')
  }
})
