/**
 * The roll-up and what is said from it, on real stores. NOW = Wednesday 18 November 2026, 15:20 in Zurich; judged up to 15:00 (14:00 UTC).
 *
 * Integration `shop-odoo-requisitions`, facility rosenfluh: 12 moves in every hour from 08:00 to 15:00 of the last 13 Wednesdays, 400 ms
 * each, none today after 11:00. So in the last 3 hours 0 where 36 are usual.
 * Integration `salesforce-odoo-orders`, facility eastmere: 6 moves an hour all the time, so that something is heard; every Monday from 5 October
 * on one attempt at 06:xx fails with LOCK-1 and is tried again with success: no exception, seven occasions.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { HOUR_MS, LocalHours } from '#app/assistance/local-hours.ts'
import { nearEachOther, updateHours } from '#app/assistance/rollup.ts'
import { readMarks, readStatements, type Statement } from '#app/assistance/statements.ts'
import type { Catalogue } from '#queries/catalogue/catalogue.ts'
import { listEvidence } from '#queries/clickhouse/assistance/evidence.ts'
import { hourlyMoves } from '#queries/clickhouse/assistance/hours.ts'
import type { EventRow } from '#queries/clickhouse/events/rows.ts'
import { row, shippedCatalogue, TestWriter } from '#test/app/exceptions/support.ts'
import { openTestStores, type TestStores } from '#test/support/stores.ts'

const NOW = new Date('2026-11-18T14:20:00Z')
const TO = Math.floor(NOW.getTime() / HOUR_MS)
const FROM = TO - 13 * 168
const SHOP = 'shop-odoo-requisitions'
const SALES = 'salesforce-odoo-orders'
const rosenfluh = { facilities: ['rosenfluh'], entities: [] }
const eastmere = { facilities: ['eastmere'], entities: [] }
let stores: TestStores
let catalogue: Catalogue
let writer: TestWriter

function* planted(): Generator<EventRow> {
  const clock = new LocalHours('Europe/Zurich')
  const london = new LocalHours('Europe/London')
  for (let hour = FROM; hour < TO; hour++) {
    const at = hour * HOUR_MS
    const week = clock.hourOfWeek(hour)
    if (week >= 56 && week < 63 && hour < TO - 3) for (let index = 0; index < 12; index++) yield { ...row({ type: 'procurement.purchase_requisition.raised', integration: SHOP, facility: 'rosenfluh', time: at + index * 60_000 }), duration_ms: 400 }
    for (let index = 0; index < 6; index++) yield row({ type: 'sales.order.placed', integration: SALES, facility: 'eastmere', time: at + index * 600_000 })
    if (london.hourOfWeek(hour) === 6 && at > Date.parse('2026-10-04T00:00:00Z')) yield row({ type: 'sales.order.placed', integration: SALES, facility: 'eastmere', status: 'retrying', time: at + 300_000, error: { class: 'business_rule', code: 'LOCK-1', message: 'table is locked' } })
  }
}

beforeAll(async () => {
  stores = await openTestStores()
  catalogue = await shippedCatalogue()
  writer = await TestWriter.register(stores, 'assistance')
  const rows = [...planted()]
  for (let from = 0; from < rows.length; from += 5000) await writer.write(rows.slice(from, from + 5000), [], false)
  await updateHours(stores)
}, 120_000)
afterAll(() => stores.dispose())

const statement = (all: Statement[], kind: Statement['kind']): Statement | undefined => all.find(one => one.kind === kind)

describe('the roll-up', () => {
  const movesOf = async (scope: 'all' | typeof rosenfluh) => Object.fromEntries((await hourlyMoves.run(stores.clickhouse, { from: FROM, to: TO }, scope)).map(one => [one.integration, [one.hours.length, one.moves.reduce((a, b) => a + b, 0), one.durations.reduce((a, b) => a + b, 0)]]))
  it('holds each move once, and is seen by its scope only', async () => {
    const hours = 13 * 7 - 3
    expect(await movesOf('all')).toEqual({ [SHOP]: [hours, hours * 12, hours * 12], [SALES]: [13 * 168, 13 * 168 * 6 + 7, 0] })
    expect(Object.keys(await movesOf(rosenfluh))).toEqual([SHOP])
  })
  it('counts what arrives late or twice in its hour', async () => {
    const late = row({ id: 'late', type: 'sales.order.placed', integration: SALES, facility: 'eastmere', time: (TO - 1000) * HOUR_MS })
    await writer.write([late, late], [], false)
    await writer.write([late], [], false)
    expect(await updateHours(stores)).toBe(1)
    expect((await movesOf('all'))[SALES]?.[1]).toBe(13 * 168 * 6 + 8)
    expect(await updateHours(stores)).toBe(0)
  })
  it('is computed in batches that lie near each other', () => {
    const batches = nearEachOther([{ integration: 'b', hour: 100 }, { integration: 'a', hour: 100 }, { integration: 'a', hour: 123 }, { integration: 'a', hour: 124 }, { integration: 'a', hour: 5 }])
    expect(batches.map(batch => batch.map(each => `${each.integration}${each.hour}`))).toEqual([['a5'], ['a100', 'b100', 'a123'], ['a124']])
  })
})

describe('statements', () => {
  it('silence and a rhythm are said with their beginnings, and nothing else', async () => {
    const { statements, watch } = await readStatements(stores.clickhouse, catalogue, NOW, 'all')
    expect(statements.map(one => [one.kind, one.integration])).toEqual([['silent', SHOP], ['recurs', SALES]])
    expect(statement(statements, 'silent')).toMatchObject({ since: '2026-11-18T11:00:00.000Z', zone: 'Europe/Zurich', title: expect.stringContaining('nothing was heard in the last 3 full hours, where 36 moves are usual') })
    expect(statement(statements, 'silent')?.sureness).toContain('each of the 12 weeks compared')
    expect(statement(statements, 'recurs')).toMatchObject({ since: '2026-10-05T05:00:00.000Z', next: '2026-11-23T06:00:00.000Z', title: expect.stringContaining('Every Monday 06:00–07:00') })
    expect(statement(statements, 'recurs')?.sureness).toContain('7 of 7 times')
    expect(watch.deafSince).toBeNull()
  })
  it('each row leads to as many events as it says', async () => {
    const { statements } = await readStatements(stores.clickhouse, catalogue, NOW, 'all')
    for (const one of statements) for (const each of one.evidence.slice(0, 4)) {
      const search = new URL(each.link, 'http://localhost').searchParams
      const errors = search.has('errorClass') ? { errorClass: search.get('errorClass') ?? '', errorCode: search.get('errorCode') ?? '' } : {}
      const { count } = await listEvidence(stores.clickhouse, { integration: search.get('integration') ?? '', from: new Date(search.get('from') ?? ''), to: new Date(search.get('to') ?? ''), ...errors }, { limit: 5 }, 'all')
      expect(each.value).toBe(one.kind === 'recurs' ? `${count} failed` : `${count} moves`)
    }
  })
  it('are about the own scope only, and so are their rows', async () => {
    expect((await readStatements(stores.clickhouse, catalogue, NOW, rosenfluh)).statements.map(one => one.integration)).toEqual([SHOP])
    expect((await readStatements(stores.clickhouse, catalogue, NOW, eastmere)).statements.map(one => one.integration)).toEqual([SALES])
    expect([...(await readMarks(stores.clickhouse, catalogue, NOW, eastmere)).keys()]).toEqual([SALES])
    const window = { from: new Date('2026-11-16T00:00:00Z'), to: new Date('2026-11-18T00:00:00Z') }
    expect((await listEvidence(stores.clickhouse, { integration: SALES, ...window }, { limit: 5 }, rosenfluh)).count).toBe(0)
  })
  it('say that nothing at all is heard, instead of silence of each', async () => {
    const { watch, statements } = await readStatements(stores.clickhouse, catalogue, new Date(NOW.getTime() + 30 * HOUR_MS), 'all')
    expect(watch.deafSince).not.toBeNull()
    expect(statements.filter(one => one.kind === 'silent')).toEqual([])
  })
})
