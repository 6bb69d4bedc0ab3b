/**
 * How clocks stand, whose exceptions are, which rules decided: filters, facets and counts. Times lie in 2000 and 2200, so that any day
 * gives the same: A is past due · B's warning has passed · C is due some day, without a warning · D waits for somebody · E has no due time.
 */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { countByRule } from '#queries/clickhouse/exceptions/by-rule.ts'
import { exceptionFacets } from '#queries/clickhouse/exceptions/facets.ts'
import { countExceptions } from '#queries/clickhouse/exceptions/figures.ts'
import { listExceptions } from '#queries/clickhouse/exceptions/list.ts'
import { SLA_STATES } from '#queries/model/exception.ts'
import { exceptionFilter } from '#queries/model/filter.ts'
import { openTestStores, type TestStores } from '#test/support/stores.ts'

let stores: TestStores
const PAST = '2000-01-01 00:00:00.000'
const FUTURE = '2200-01-01 00:00:00.000'
const row = (title: string, index: number, more: object) => ({
  id: 1001 + index, title, kind: 'overdue', type: 't', status: 'open', severity: 'normal', severity_rank: 2, fingerprint: title, facility: index < 3 ? 'north' : 'south', entity: 'alpina', environment: 'production',
  first_seen: PAST, last_seen: PAST, detected_at: PAST, occurrences: 1, version: 1, owner: '', rules: ['owner:'], ...more,
})

beforeAll(async () => {
  stores = await openTestStores()
  await stores.clickhouse.insert({
    table: 'exceptions',
    rows: [
      row('A', 0, { due_at: PAST, warn_at: PAST, owner: 'treasury', rules: ['severity:late', 'owner:money'] }),
      row('B', 1, { due_at: FUTURE, warn_at: PAST, owner: 'treasury', rules: ['severity:risk', 'owner:money'] }),
      row('C', 2, { due_at: FUTURE, owner: 'it@demo.example', rules: ['owner:person'] }),
      row('D', 3, { due_at: PAST, warn_at: PAST, status: 'waiting', rules: ['severity:late', 'owner:'] }),
      row('E', 4, {}),
    ],
  })
}, 60_000)
afterAll(() => stores.dispose())

const north = { facilities: ['north'], entities: [] }
const names = async (given: object, scope: 'all' | typeof north = 'all') => (await listExceptions(stores.clickhouse, exceptionFilter.parse(given), { limit: 50 }, scope)).items.map(item => item.title).sort().join('')

it.each([
  [{ sla: ['breached'] }, 'A'], [{ sla: ['at_risk'] }, 'B'], [{ sla: ['on_time'] }, 'C'], [{ sla: ['paused'] }, 'D'], [{ sla: ['none'] }, 'E'], [{ sla: ['breached', 'paused'] }, 'AD'],
  [{ owner: ['treasury'] }, 'AB'], [{ owner: [''] }, 'DE'], [{ owner: ['it@demo.example', 'treasury'] }, 'ABC'],
  [{ rule: ['severity:late'] }, 'AD'], [{ rule: ['owner:'] }, 'DE'], [{ rule: ['severity:late'], sla: ['breached'] }, 'A'], [{ rule: ['severity:none-such'] }, ''],
])('%j lets %s through', async (given, expected) => {
  expect(await names(given)).toBe(expected)
  expect((await countExceptions(stores.clickhouse, exceptionFilter.parse(given), 'all')).count).toBe(expected.length)
})

it('every exception stands in exactly one state, and each facet counts what its filter gives', async () => {
  const facets = await exceptionFacets(stores.clickhouse, exceptionFilter.parse({ owner: ['treasury'] }), 'all')
  expect(Object.fromEntries(facets.sla.map(each => [each.value, each.count]))).toEqual({ breached: 1, at_risk: 1, on_time: 0, paused: 0, none: 0 })
  expect(Object.fromEntries(facets.owner.map(each => [each.value, each.count]))).toEqual({ treasury: 2, '': 2, 'it@demo.example': 1 })
  expect((await Promise.all(SLA_STATES.map(state => names({ sla: [state] })))).join('').length).toBe(5)
})

it('a rule decides as many as its list shows, inside the scope', async () => {
  for (const scope of ['all', north] as const) {
    const counts = await countByRule(stores.clickhouse, exceptionFilter.parse({}), scope)
    for (const rule of ['severity:late', 'severity:risk', 'owner:money', 'owner:person', 'owner:']) expect([rule, counts.get(rule) ?? 0]).toEqual([rule, (await names({ rule: [rule] }, scope)).length])
  }
})
