import { expect, it } from 'vitest'
import type { RecentQuery } from '#queries/clickhouse/clickhouse.ts'
import { runFor, currentCause } from '#queries/clickhouse/connection/cause.ts'
import { RecentQueries } from '#queries/clickhouse/connection/recent-queries.ts'
import { groupByPage } from '#app/developer/queries.ts'

const query = (over: Partial<RecentQuery>): RecentQuery => ({ name: 'a', kind: 'query', startedAt: new Date('2026-11-20T08:00:00Z'), elapsedMs: 10, waitedMs: 0, rowsRead: 100, bytesRead: 0, error: null, cause: { name: '/backlog', request: 'r1' }, ...over })

it('puts queries of one request together, from its first start to its last end', () => {
  const [page, background] = groupByPage([
    query({ name: 'late', startedAt: new Date('2026-11-20T08:00:00.050Z'), elapsedMs: 40 }), query({}), query({ cause: { name: '/backlog', request: 'r2' }, rowsRead: 400 }), query({ cause: null, name: 'finder', elapsedMs: 5 }),
  ])
  expect(page).toEqual({ page: '/backlog', requests: 2, queriesEach: 1.5, longestMs: 90, p95Ms: 90, rowsEach: 300, slowest: { name: 'late', ms: 40 }, queries: ['late', 'a'] })
  expect(background).toMatchObject({ page: 'background work', requests: 1 })
})

it('knows what a query is run for across asynchronous calls, and forgets it outside', async () => {
  const recent = new RecentQueries()
  await runFor({ name: '/x', request: '1' }, async () => {
    await Promise.resolve()
    recent.start('q', 'query')({})
  })
  recent.start('later', 'query')({})
  expect(recent.list().map(one => [one.name, one.cause?.name ?? null])).toEqual([['later', null], ['q', '/x']])
  expect(currentCause()).toBeUndefined()
})
