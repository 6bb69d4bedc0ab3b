/**
 * How the backlog grew. NOW = Friday 2026-11-20 12:00 UTC. Waits (facility, process, step; since, ended):
 *
 *   A  north  p2p  sent    Thu 08:00 – Fri 09:10 (met)
 *   B  north  p2p  sent    Fri 09:30 –               due 10:30: late
 *   C  north  o2c  posted  Fri 09:40 – Fri 10:20 (cancelled)
 *   D  south  p2p  sent    Fri 10:05 –               due 14:00
 *   E  south  p2p  sent    Fri 08:00 – Fri 07:00 (met before it began: never waited)
 *   F  south  o2c  posted  Fri 13:00 –               dated ahead: counts as of now, as in the backlog
 *   G  north  p2p  removed
 *   H  north  p2p  a failure: no backlog
 *
 * By hour from 08:00:  open at the start  1, 1, 2, 2, 2 · came 0, 2, 1, 0, 1 · went 0, 1, 1, 0, 0 · of which still waits 0, 1, 1, 0, 1 · backlog now B, D, F = 3, late 1.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { backlogFigure, backlogFilter, listBacklog } from '#queries/clickhouse/backlog/backlog.ts'
import { backlogAgeing, backlogFlow, backlogGrowth } from '#queries/clickhouse/backlog/growth.ts'
import { openTestStores, type TestStores } from '#test/support/stores.ts'

const NOW = new Date('2026-11-20T12:00:00Z')
const at = (day: number, clock: string) => `2026-11-${day} ${clock}:00.000`
const north = { facilities: ['north'], entities: [] }
let stores: TestStores

const wait = (id: string, facility: string, process: string, anchor: string, due: string, ended: { met?: string; cancelled?: string } = {}, more: object = {}) => ({
  namespace: 'n', object_type: 'purchase_order', object_id: id, process, expectation: `${process}-step`, milestone: process === 'p2p' ? 'sent' : 'posted', kind: 'overdue', anchor_type: 'made', anchor_at: anchor,
  warn_at: due, due_at: due, met_at: ended.met ?? null, cancelled_at: ended.cancelled ?? null, removed: false, facility, version: 1, ...more,
})

beforeAll(async () => {
  stores = await openTestStores()
  await stores.clickhouse.insert({ table: 'obligations', rows: [
    wait('A', 'north', 'p2p', at(19, '08:00'), at(19, '10:00'), { met: at(20, '09:10') }),
    wait('B', 'north', 'p2p', at(20, '09:30'), at(20, '10:30')),
    wait('C', 'north', 'o2c', at(20, '09:40'), at(20, '11:00'), { cancelled: at(20, '10:20') }),
    wait('D', 'south', 'p2p', at(20, '10:05'), at(20, '14:00')),
    wait('E', 'south', 'p2p', at(20, '08:00'), at(20, '14:00'), { met: at(20, '07:00') }),
    wait('F', 'south', 'o2c', at(20, '13:00'), at(20, '15:00')),
    wait('G', 'north', 'p2p', at(20, '09:00'), at(20, '10:00'), {}, { removed: true }),
    wait('H', 'north', 'p2p', at(20, '09:00'), at(20, '10:00'), {}, { kind: 'failed', expectation: 'failed:sent' }),
  ] })
})
afterAll(() => stores.dispose())

const begin = new Date('2026-11-20T08:00:00Z')
const all = backlogFilter.parse({})

describe('the flow by hour', () => {
  it('is what the header says, and ends at the backlog', async () => {
    const flow = await backlogFlow(stores.clickhouse, all, begin, 3600, NOW, 'all')
    expect(flow.map(step => [step.at.slice(11, 13), step.open, step.came, step.went, step.stays])).toEqual([['08', 1, 0, 0, 0], ['09', 1, 2, 1, 1], ['10', 2, 1, 1, 1], ['11', 2, 0, 0, 0], ['12', 2, 1, 0, 1]])
    const last = flow.at(-1)
    const figure = await backlogFigure(stores.clickhouse, all, NOW, 'all')
    expect((last?.open ?? 0) + (last?.came ?? 0) - (last?.went ?? 0)).toBe(figure.count)
    expect(figure).toMatchObject({ count: 3, late: 1 })
  })
  it('of one facility or process is a part of it', async () => {
    const of = async (filter: object, scope: 'all' | typeof north = 'all') => (await backlogFlow(stores.clickhouse, backlogFilter.parse(filter), begin, 3600, NOW, scope)).map(step => step.open)
    expect(await of({ facility: ['north'] })).toEqual([1, 1, 2, 1, 1])
    expect(await of({ facility: ['south'] })).toEqual([0, 0, 0, 1, 1])
    expect(await of({ process: ['o2c'] })).toEqual([0, 0, 1, 0, 0])
    expect(await of({}, north)).toEqual([1, 1, 2, 1, 1])
  })
  it('forgets the filters that are about now', async () => {
    expect((await backlogFlow(stores.clickhouse, backlogFilter.parse({ overdue: 'true', from: '2026-11-20T11:00:00Z' }), begin, 3600, NOW, 'all')).map(step => step.open)).toEqual([1, 1, 2, 2, 2])
  })
})

it('per facility: what came and went since 08:00 and what is open now', async () => {
  expect(await backlogGrowth(stores.clickhouse, 'facility', all, begin, NOW, 'all')).toEqual([{ value: 'south', came: 2, went: 0, open: 2, late: 0 }, { value: 'north', came: 2, went: 2, open: 1, late: 1 }])
  expect((await backlogGrowth(stores.clickhouse, 'process', all, begin, NOW, north)).map(row => [row.value, row.came, row.went, row.open])).toEqual([['p2p', 1, 1, 1], ['o2c', 1, 1, 0]])
})

it('older than: the list, its figure and the ageing agree', async () => {
  const old = backlogFilter.parse({ to: '2026-11-20T10:00:00Z' })
  expect((await listBacklog(stores.clickhouse, old, { limit: 10 }, NOW, 'all')).items.map(item => item.object.id)).toEqual(['B'])
  expect((await backlogFigure(stores.clickhouse, old, NOW, 'all')).count).toBe(1)
  expect((await backlogFigure(stores.clickhouse, backlogFilter.parse({ from: '2026-11-20T09:30:00Z', to: '2026-11-20T10:05:00Z' }), NOW, 'all')).count).toBe(1)
  // since 10:00 or later: D and F; before: B
  expect(await backlogAgeing(stores.clickhouse, all, [new Date('2026-11-20T10:00:00Z')], NOW, 'all')).toEqual([2, 1])
})
