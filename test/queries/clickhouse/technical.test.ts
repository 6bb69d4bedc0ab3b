/**
 * The technical figures by hand. NOW = Friday 2026-11-20 12:00 UTC. Integration `out` (facility north):
 *
 *   11:30  succeeded, 100 ms      09:00  failed, mapping                     two days ago  10 succeeded
 *   11:40  failed, authentication 09:10  dead-lettered, mapping, attempt 3   four days ago failed (outside every window)
 *   11:50  retrying, timeout      endpoint checked: 08:00 fine, 11:00 no answer (failed, connection)
 *
 * Burn: 1 h: 1 of 2 moves failed · 6 h: 3 of 4 · 3 d: 3 of 14. Failed attempts in 24 h: authentication 1, timeout 1, mapping 2, the check's connection 1 = 5, given up 1.
 * Integration `other` (facility south): one move at 11:30; its queue holds 4, the oldest for 90 s; an hour before 7.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { toStoreInstant } from '#queries/clickhouse/event-row.ts'
import { integrationErrors } from '#queries/clickhouse/health/errors.ts'
import { attemptFilter, listAttempts } from '#queries/clickhouse/technical/attempts.ts'
import { movesCourse, queueCourse } from '#queries/clickhouse/technical/course.ts'
import { burnCounts, endpointChecks, failedAttempts } from '#queries/clickhouse/technical/outcomes.ts'
import { row, TestWriter } from '#test/app/exceptions/support.ts'
import { openTestStores, type TestStores } from '#test/support/stores.ts'

const NOW = new Date('2026-11-20T12:00:00Z')
const HOUR = 3_600_000
const clock = (text: string) => Date.parse(`2026-11-20T${text}:00Z`)
const ago = (hours: number) => toStoreInstant(new Date(NOW.getTime() - hours * HOUR))
const day = { from: ago(24), to: toStoreInstant(NOW) }
const north = { facilities: ['north'], entities: [] }
let stores: TestStores

beforeAll(async () => {
  stores = await openTestStores()
  const writer = await TestWriter.register(stores, 'technical')
  const out = { integration: 'out', facility: 'north', type: 'finance.customer_invoice.exported' }
  const check = { integration: 'out', type: 'integration.endpoint.checked' }
  const queue = (time: number, depth: number, oldestSeconds: number) => row({ integration: 'other', type: 'integration.queue.measured', time, attributes: { depth, oldestSeconds } })
  await writer.write([
    { ...row({ ...out, time: clock('11:30'), object: 'customer_invoice/I1' }), duration_ms: 100 },
    row({ ...out, time: clock('11:40'), status: 'failed', error: { class: 'authentication', code: 'AUTH-1', message: 'key expired' }, id: 'auth' }),
    row({ ...out, time: clock('11:50'), status: 'retrying', error: { class: 'timeout' } }),
    row({ ...out, time: clock('09:00'), status: 'failed', error: { class: 'mapping', code: 'MAP-1' } }),
    row({ ...out, time: clock('09:10'), status: 'dead_lettered', attempt: 3, error: { class: 'mapping', code: 'MAP-1' } }),
    ...Array.from({ length: 10 }, (_, index) => row({ ...out, time: NOW.getTime() - 48 * HOUR + index * 1000 })),
    row({ ...out, time: NOW.getTime() - 96 * HOUR, status: 'failed' }),
    row({ ...out, time: clock('11:30'), status: 'failed', environment: 'test' }),
    row({ ...check, time: clock('08:00') }), row({ ...check, time: clock('11:00'), status: 'failed', error: { class: 'connection' } }),
    row({ integration: 'other', facility: 'south', type: 'finance.customer_invoice.exported', time: clock('11:30') }),
    queue(clock('10:30'), 7, 30), queue(clock('11:30'), 4, 90),
  ], [], false)
}, 60_000)
afterAll(() => stores.dispose())

const named = <R extends { integration: string }>(rows: R[], id: string): R | undefined => rows.find(one => one.integration === id)

it('burn windows count finished moves and failed ones', async () => {
  const rows = await burnCounts.run(stores.clickhouse, { from: ago(72), to: day.to, hour: ago(1), six: ago(6) }, 'all')
  expect(named(rows, 'out')).toMatchObject({ finished_1h: 2, failed_1h: 1, finished_6h: 4, failed_6h: 3, finished_3d: 14, failed_3d: 3 })
  expect(await burnCounts.run(stores.clickhouse, { integration: 'other', from: ago(72), to: day.to, hour: ago(1), six: ago(6) }, north)).toEqual([])
})

it('endpoints: one of two checks answered, the newest did not', async () => {
  expect(await endpointChecks.run(stores.clickhouse, day, 'all')).toEqual([{ integration: 'out', checks: 2, answered: 1, last_status: 'failed', last_at: '2026-11-20T11:00:00.000Z' }])
  expect(await endpointChecks.run(stores.clickhouse, day, north)).toEqual([])
})

describe('failed attempts', () => {
  const list = (filter: object, limit = 50, cursor?: string, scope: 'all' | typeof north = 'all') => listAttempts(stores.clickhouse, attemptFilter.parse(filter), new Date(NOW.getTime() - 24 * HOUR), NOW, { limit, ...(cursor === undefined ? {} : { cursor }) }, scope)
  it('are counted by cause as they are listed', async () => {
    expect(named(await failedAttempts.run(stores.clickhouse, day, 'all'), 'out')).toEqual({ integration: 'out', failed: 5, authentication: 1, mapping: 2, dead: 1 })
    expect([(await list({})).count, (await list({ errorClass: ['authentication'] })).count, (await list({ errorClass: ['mapping'] })).count, (await list({ status: ['dead_lettered'] })).count]).toEqual([5, 1, 2, 1])
    expect((await list({ errorClass: ['authentication'] })).items).toMatchObject([{ id: 'auth', errorCode: 'AUTH-1', message: 'key expired', object: null }])
  })
  it('are as many as the integration’s own page says', async () => {
    const errors = await integrationErrors.run(stores.clickhouse, { integration: 'out', ...day }, 'all')
    expect(errors.reduce((sum, error) => sum + error.failures, 0)).toBe((await list({ integration: ['out'] })).count)
  })
  it('come in pages without a gap or a repeat, newest first', async () => {
    const seen: string[] = []
    let cursor: string | undefined
    do {
      const page = await list({}, 2, cursor)
      seen.push(...page.items.map(item => item.time))
      cursor = page.nextCursor ?? undefined
    } while (cursor !== undefined)
    expect(seen.map(time => time.slice(11, 16))).toEqual(['11:50', '11:40', '11:00', '09:10', '09:00'])
  })
  it('that were tried again are as many as the course counts, whatever came of them', async () => {
    const rows = await movesCourse.run(stores.clickhouse, { integration: 'out', ...day, seconds: 3600 }, 'all')
    const again = await list({ integration: ['out'], retried: 'true' })
    expect([again.count, again.items.length]).toEqual([rows.reduce((sum, step) => sum + step.retries, 0), again.count])
    expect(again.items.every(item => item.status === 'retrying' || item.attempt > 1)).toBe(true)
  })
  it('stay inside the scope', async () => {
    expect((await list({}, 50, undefined, north)).count).toBe(4)
  })
})

describe('the course', () => {
  it('tells moves, retries, dead letters and latency by hour', async () => {
    const rows = await movesCourse.run(stores.clickhouse, { integration: 'out', ...day, seconds: 3600 }, 'all')
    expect(rows.map(step => [step.at.slice(11, 13), step.moves, step.finished, step.failed, step.retries, step.dead, step.p99])).toEqual([['09', 2, 2, 2, 1, 1, null], ['11', 3, 2, 1, 1, 0, 100]])
    expect((await movesCourse.run(stores.clickhouse, { integration: '', ...day, seconds: 3600 }, 'all')).map(step => step.moves)).toEqual([2, 4])
  })
  it('tells the deepest queue, and nothing of it to those who see a part', async () => {
    const asked = { integration: '', ...day, seconds: 3600 }
    expect((await queueCourse.run(stores.clickhouse, asked, 'all')).map(step => [step.at.slice(11, 13), step.depth, step.oldest])).toEqual([['10', 7, 30], ['11', 4, 90]])
    expect(await queueCourse.run(stores.clickhouse, asked, north)).toEqual([])
  })
})
