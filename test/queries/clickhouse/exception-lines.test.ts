/**
 * The worklist's lines. The data set, so that every number can be added by hand (EUR unless said):
 *
 *   group A (fingerprint a): 1001 high 100.00, 1002 high 100.00 (the same business amount as 1001, told as 90.00), 1003 critical CHF 5.00
 *   group B (fingerprint b): 1004 normal, no amount
 *   group C (fingerprint c): 1005 low 7.00, resolved · 1006 low 8.00, outside the scope of "north"
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { exceptionFacets } from '#queries/clickhouse/exceptions/facets.ts'
import { countExceptions } from '#queries/clickhouse/exceptions/figures.ts'
import { countLines, countObjects, listLines } from '#queries/clickhouse/exceptions/lines.ts'
import { countEach } from '#queries/clickhouse/exceptions/count-each.ts'
import { exceptionFilter } from '#queries/model/filter.ts'
import { openTestStores, type TestStores } from '#test/support/stores.ts'

let stores: TestStores
const RANK = { critical: 4, high: 3, normal: 2, low: 1 } as const
interface Given { id: number; fingerprint: string; severity: keyof typeof RANK; minor: string | null; currency?: string; amountKey?: string; status?: string; facility?: string; hour: number; assignee?: string; title?: string }
const row = ({ id, fingerprint, severity, minor, currency = 'EUR', amountKey = `key-${id}`, status = 'open', facility = 'north', hour, assignee = '', title = `Invoice INV-${id} was refused` }: Given) => ({
  id, fingerprint, severity, severity_rank: RANK[severity], status, facility, entity: 'alpina', title, kind: 'failed', type: 'customer_invoice_exported_failed', explanation: '', environment: 'production',
  process: 'order-to-cash', step: 'finance.customer_invoice.exported', integration: 'odoo-finstar-export', namespace: 'alpina', object_type: 'customer_invoice', object_id: `INV-${id}`, assignee,
  amount_minor: minor, currency: minor === null ? '' : currency, amount_key: minor === null ? '' : amountKey, occurrences: 2, version: 1,
  first_seen: `2026-11-20 0${hour}:00:00.000`, last_seen: `2026-11-20 1${hour}:00:00.000`, detected_at: `2026-11-20 0${hour}:00:00.000`, due_at: `2026-11-21 0${hour}:00:00.000`,
})

beforeAll(async () => {
  stores = await openTestStores()
  await stores.clickhouse.insert({
    table: 'exceptions',
    rows: [
      row({ id: 1001, fingerprint: 'a', severity: 'high', minor: '10000', amountKey: 'one', hour: 1, assignee: 'p-1' }),
      row({ id: 1002, fingerprint: 'a', severity: 'high', minor: '9000', amountKey: 'one', hour: 2 }),
      row({ id: 1003, fingerprint: 'a', severity: 'critical', minor: '500', currency: 'CHF', hour: 3 }),
      row({ id: 1004, fingerprint: 'b', severity: 'normal', minor: null, hour: 4, title: 'Something else' }),
      row({ id: 1005, fingerprint: 'c', severity: 'low', minor: '700', status: 'resolved', hour: 5 }),
      row({ id: 1006, fingerprint: 'c', severity: 'low', minor: '800', facility: 'south', hour: 6 }),
    ],
  })
}, 60_000)
afterAll(() => stores.dispose())

const filter = (over: object = {}) => exceptionFilter.parse(over)
const north = { facilities: ['north'], entities: [] }

describe('lines of the worklist', () => {
  it('makes one line of equal failures, told by its most severe member, with each business amount once', async () => {
    const { items } = await listLines(stores.clickhouse, filter(), 'group', { limit: 50 }, 'all')
    expect(items.map(line => [line.key, line.count, line.severity, line.id])).toEqual([['a', 3, 'critical', '1003'], ['b', 1, 'normal', '1004'], ['c', 1, 'low', '1006']])
    expect(items[0]).toMatchObject({
      money: [{ value: '5.00', currency: 'CHF' }, { value: '100.00', currency: 'EUR' }], withoutAmount: 0, objects: 3, ids: ['1001', '1002', '1003'], mixed: false, assignees: ['', 'p-1'],
      firstSeen: '2026-11-20T01:00:00.000Z', lastSeen: '2026-11-20T13:00:00.000Z', dueAt: '2026-11-21T01:00:00.000Z', occurrences: 6,
    })
    expect(items[0]?.members.map(member => [member.id, member.amount?.value])).toEqual([['1001', '100.00'], ['1002', '90.00']])
    expect(items[1]).toMatchObject({ money: [], withoutAmount: 1 })
  })

  it('adds up to the figure, the facets and the views over the same filter', async () => {
    const [{ items }, figure, facets, views, totals] = await Promise.all([
      listLines(stores.clickhouse, filter(), 'group', { limit: 50 }, 'all'), countExceptions(stores.clickhouse, filter(), 'all'), exceptionFacets(stores.clickhouse, filter(), 'all'),
      countEach(stores.clickhouse, [filter(), filter({ assignee: ['p-1'] }), filter({ assignee: [''] }), filter({ dueBefore: '2026-11-21T02:30:00Z' }), filter({ severity: ['critical'] }), filter({ status: ['waiting'] })], 'all'), countLines(stores.clickhouse, filter(), 'group', 'all'),
    ])
    const lines = items.reduce((sum, line) => sum + line.count, 0)
    expect([lines, figure.count, facets.kind.reduce((sum, each) => sum + each.count, 0), views[0]]).toEqual([5, 5, 5, 5])
    expect(totals).toEqual({ lines: 3, newest: 1006 })
    expect(figure.money).toEqual([{ value: '5.00', currency: 'CHF' }, { value: '108.00', currency: 'EUR' }])
    expect(views).toEqual([5, 1, 4, 2, 1, 0])
  })

  it('shows the same exceptions one by one', async () => {
    const { items } = await listLines(stores.clickhouse, filter(), 'single', { limit: 50 }, 'all')
    expect(items.map(line => [line.key, line.count])).toEqual([['1003', 1], ['1001', 1], ['1002', 1], ['1004', 1], ['1006', 1]])
  })

  it.each(['severity', '-severity', 'firstSeen', '-firstSeen', 'lastSeen', '-lastSeen', 'dueAt', '-dueAt', 'amount', '-amount', 'detectedAt', '-detectedAt'] as const)('pages through all lines once, sorted by %s', async sort => {
    for (const grouping of ['group', 'single'] as const) {
      const whole = await listLines(stores.clickhouse, filter({ sort }), grouping, { limit: 50 }, 'all')
      const paged: string[] = []
      let cursor: string | undefined
      do {
        const page = await listLines(stores.clickhouse, filter({ sort }), grouping, { limit: 1, cursor }, 'all')
        paged.push(...page.items.map(line => line.key))
        cursor = page.nextCursor ?? undefined
      } while (cursor !== undefined && paged.length < 20)
      expect(paged).toEqual(whole.items.map(line => line.key))
    }
  })

  it('refuses the cursor of another list', async () => {
    const page = await listLines(stores.clickhouse, filter(), 'group', { limit: 1 }, 'all')
    await expect(listLines(stores.clickhouse, filter(), 'single', { limit: 1, cursor: page.nextCursor ?? '' }, 'all')).rejects.toMatchObject({ code: 'invalid_filter' })
    await expect(listLines(stores.clickhouse, filter(), 'group', { limit: 1, cursor: 'bm90IG91cnM' }, 'all')).rejects.toMatchObject({ code: 'invalid_filter' })
  })

  it('holds the scope and the filters', async () => {
    expect((await listLines(stores.clickhouse, filter(), 'group', { limit: 50 }, north)).items.map(line => line.key)).toEqual(['a', 'b'])
    expect((await listLines(stores.clickhouse, filter({ status: ['resolved'] }), 'group', { limit: 50 }, 'all')).items.map(line => line.key)).toEqual(['c'])
    expect(await countObjects(stores.clickhouse, ['1001', '1002', '1006'], north)).toBe(2)
    expect(await countEach(stores.clickhouse, [filter({ facility: ['south'] })], 'all')).toEqual([1])
    expect(await countEach(stores.clickhouse, [filter()], { facilities: [], entities: [] })).toEqual([0])
  })
})
