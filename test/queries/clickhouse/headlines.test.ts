/**
 * How headlines came about, against every exception in memory: random filters several at a time, random scopes, also while exceptions
 * are resolved and reopened, some of them long ago.
 */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { AGEING_HOURS, headlineTrends } from '#queries/clickhouse/tower/headlines.ts'
import { changesSince } from '#queries/clickhouse/tower/changes.ts'
import { exceptionFilter, type ExceptionFilter } from '#queries/model/filter.ts'
import type { Scope } from '#queries/model/scope.ts'
import { benchExceptions, type BenchException } from '#seeds/bench/exceptions.ts'
import { Random } from '#seeds/history/random.ts'
import { through } from '#test/support/exceptions/oracle.ts'
import { changed, projectAll, randomFilter, randomScope } from '#test/support/exceptions/rows.ts'
import { openTestStores, type TestStores } from '#test/support/stores.ts'

const NOW = Date.UTC(2026, 10, 20, 12)
const DAY = 86_400_000
const DAYS = 14
const COUNT = 2000
let stores: TestStores
let all: BenchException[]

beforeAll(async () => {
  stores = await openTestStores()
  all = [...benchExceptions(COUNT, { seed: 5, open: 0.5, until: NOW })]
  await projectAll(stores.clickhouse, all)
}, 60_000)
afterAll(async () => await stores?.dispose())

/** The slow way: one loop per number. */
function expected(filter: ExceptionFilter, scope: Scope) {
  const ever = through(all, { ...filter, status: [] }, scope)
  const now = through(all, filter, scope)
  const groups = [...Map.groupBy(now, one => one.fingerprint).values()].map(list => list.length)
  const younger = AGEING_HOURS.map(hours => now.filter(one => one.firstSeen > NOW - hours * 3_600_000).length)
  return {
    openAt: Array.from({ length: DAYS }, (_, index) => {
      const at = NOW - (DAYS - 1 - index) * DAY
      return index === DAYS - 1 ? now.length : ever.filter(one => one.firstSeen <= at && (one.resolutionAt === null || one.resolutionAt > at)).length
    }),
    ageing: [...younger, now.length].map((value, index) => value - (younger[index - 1] ?? 0)),
    causes: groups.length, largest: Math.max(0, ...groups),
  }
}

test('trend, ageing and causes of several filters at once are what one loop after another says', async () => {
  const random = new Random('headlines')
  for (let round = 0; round < 8; round++) {
    // some that are over come back, some are resolved today, some were resolved weeks ago
    const touched: BenchException[] = []
    for (let index = 0; index < 60; index++) {
      const which = random.int(0, all.length - 1)
      const before = all[which]
      if (!before) continue
      const after = changed(random, before, NOW)
      touched.push(all[which] = after.status === 'resolved' && random.chance(0.5) ? { ...after, resolutionAt: NOW - random.int(0, 40) * DAY } : after)
    }
    await projectAll(stores.clickhouse, touched)
    const scope = randomScope(random)
    const filters = Array.from({ length: random.int(1, 4) }, () => randomFilter(random, random.pick(all), NOW))
    const asked = filters.map(filter => ({ filter, total: through(all, filter, scope).length }))
    expect(await headlineTrends(stores.clickhouse, asked, DAYS, new Date(NOW), scope)).toEqual(filters.map(filter => expected(filter, scope)))
    const since = NOW - random.int(0, 3) * DAY
    const ended = through(all, exceptionFilter.parse({ status: ['resolved'] }), scope).filter(one => (one.resolutionAt ?? 0) >= since)
    const count = (by: string) => ended.filter(one => one.resolutionBy === by).length
    expect((await changesSince(stores.clickhouse, exceptionFilter.parse({}), new Date(since), 5, scope)).closed).toEqual({ byPerson: count('person'), recovered: count('recovered'), verified: count('verified') })
  }
  expect(await headlineTrends(stores.clickhouse, [], DAYS, new Date(NOW), 'all')).toEqual([])
}, 120_000)
