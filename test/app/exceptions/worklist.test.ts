/**
 * The worklist's queries over a data set whose totals can be checked by hand.
 *
 *   id    kind     status        sev       facility  integration  object        amount       key   first seen   due
 *   A     failed   open          critical  north     exports      invoice/I-1   100.00 EUR   I-1   10 Nov       12 Nov
 *   B     overdue  open          high      north     exports      invoice/I-1   100.00 EUR   I-1   11 Nov       11 Nov
 *   C     overdue  acknowledged  normal    south     orders       order/O-1     9,000 JPY    O-1   12 Nov       13 Nov
 *   D     failed   waiting       normal    south     orders       order/O-2     1.250 KWD    O-2   13 Nov       –
 *   E     rejected open          normal    (none)    orders       –             –            –     14 Nov       –
 *   F     failed   resolved      low       north     exports      invoice/I-2   50.00 EUR    I-2   15 Nov       –
 *   G     failed   open          low       south     exports      invoice/I-3   −20.00 EUR   I-3   16 Nov       –   environment test
 *
 * Default filter (not resolved, production): A B C D E = 5. EUR 100.00 counts once (A and B are one amount), JPY 9000, KWD 1.250; 1 without amount.
 * entity: north → north-ag, south → south-ag, E → south-ag without a facility (a bank line).
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { countExceptions, countExceptionsBy } from '#queries/clickhouse/exceptions/figures.ts'
import { exceptionFacets } from '#queries/clickhouse/exceptions/facets.ts'
import { exceptionById, listExceptions } from '#queries/clickhouse/exceptions/list.ts'
import { settle } from '#app/exceptions/settle.ts'
import { project } from '#app/exceptions/project.ts'
import { actOnException } from '#app/exceptions/acts.ts'
import { EXCEPTION_SORTS, exceptionFilter, FilterError } from '#queries/model/filter.ts'
import type { ExceptionFilter } from '#queries/model/filter.ts'
import type { Scope } from '#queries/model/scope.ts'
import type { FoundException } from '#queries/postgres/exceptions.ts'
import { openTestStores } from '#test/support/stores.ts'
import type { TestStores } from '#test/support/stores.ts'

const day = (date: number) => Date.UTC(2026, 10, date)
const base: FoundException = {
  subjectKey: '', kind: 'failed', type: 't', title: '', explanation: '', severity: 'normal', severityReasons: [], process: 'order-to-cash', step: 'a.b.c', integration: 'exports', system: 'finstar', facility: null, entity: null,
  counterpartyType: null, counterpartyId: null, counterpartyName: null, namespace: 'default', objectType: 'invoice', objectId: null, amountMinor: null, currency: null, amountKey: null,
  firstSeen: 0, lastSeen: 0, evidenceAt: 0, dueAt: null, occurrences: 1, fingerprint: 'f', correlationIds: [], eventIds: [], environment: 'production',
  criticality: '', warnAt: null, beganAt: null, serves: [], owner: null, rules: [],
}
const north = { facility: 'north', entity: 'north-ag' }
const south = { facility: 'south', entity: 'south-ag' }
const rows: FoundException[] = [
  { ...base, ...north, subjectKey: 'A', title: 'A', severity: 'critical', objectId: 'I-1', amountMinor: '10000', currency: 'EUR', amountKey: 'I-1', firstSeen: day(10), dueAt: day(12), correlationIds: ['c-1', 'c-2'], counterpartyId: 'SUP-1', counterpartyName: 'Ärztebedarf' },
  { ...base, ...north, subjectKey: 'B', title: 'B', kind: 'overdue', severity: 'high', objectId: 'I-1', amountMinor: '10000', currency: 'EUR', amountKey: 'I-1', firstSeen: day(11), dueAt: day(11), correlationIds: ['c-2'] },
  { ...base, ...south, subjectKey: 'C', title: 'C', kind: 'overdue', objectType: 'order', objectId: 'O-1', integration: 'orders', amountMinor: '9000', currency: 'JPY', amountKey: 'O-1', firstSeen: day(12), dueAt: day(13), fingerprint: 'g' },
  { ...base, ...south, subjectKey: 'D', title: "D'); DROP TABLE exceptions; --", objectType: 'order', objectId: 'O-2', integration: 'orders', amountMinor: '1250', currency: 'KWD', amountKey: 'O-2', firstSeen: day(13) },
  { ...base, entity: 'south-ag', subjectKey: 'E', title: 'E', kind: 'rejected', type: 'missing_type', namespace: null, objectType: null, process: null, step: null, integration: 'orders', firstSeen: day(14) },
  { ...base, ...north, subjectKey: 'F', title: 'F', severity: 'low', objectId: 'I-2', amountMinor: '5000', currency: 'EUR', amountKey: 'I-2', firstSeen: day(15) },
  { ...base, ...south, subjectKey: 'G', title: 'G', severity: 'low', objectId: 'I-3', amountMinor: '-2000', currency: 'EUR', amountKey: 'I-3', firstSeen: day(16), environment: 'test' },
]
const found = rows.map(row => ({ ...row, lastSeen: row.firstSeen, evidenceAt: row.firstSeen }))

let stores: TestStores
const ids = new Map<string, string>()
const acting = { actor: { kind: 'person' as const, id: 'ada', origin: 'test' }, scope: 'all' as const }

beforeAll(async () => {
  stores = await openTestStores()
  const opened = await settle(stores, found.map(row => ({ subjectKey: row.subjectKey, found: row, closed: null })), new Date(day(17)))
  await project(stores, opened)
  for (const row of opened) ids.set(row.subject_key, String(row.id))
  const id = (name: string) => ids.get(name) ?? ''
  await actOnException(stores, acting, id('C'), { act: 'acknowledge' })
  await actOnException(stores, acting, id('C'), { act: 'assign', assignee: 'ada' })
  await actOnException(stores, acting, id('D'), { act: 'wait', until: '2030-01-01T00:00:00Z', party: 'the bank' })
  await actOnException(stores, acting, id('F'), { act: 'resolve', code: 'not_needed' })
})
afterAll(async () => await stores?.dispose())

const filter = (given: Partial<ExceptionFilter> | Record<string, unknown> = {}) => exceptionFilter.parse(given)
const names = async (given: Record<string, unknown> = {}, scope: Scope = 'all', limit = 200) =>
  (await listExceptions(stores.clickhouse, filter(given), { limit }, scope)).items.map(item => item.title.slice(0, 1)).join('')

describe('the list', () => {
  test.each([
    [{}, 'ABCDE'],
    [{ status: ['open'] }, 'ABE'],
    [{ status: [] }, 'ABCDEF'],
    [{ environment: ['test'] }, 'G'],
    [{ kind: ['overdue', 'rejected'] }, 'BCE'],
    [{ severity: ['critical'] }, 'A'],
    [{ facility: ['south'] }, 'CD'],
    [{ facility: [''] }, 'E'],
    [{ entity: ['south-ag'] }, 'CDE'],
    [{ integration: ['orders'], kind: ['failed'] }, 'D'],
    [{ process: ['order-to-cash'] }, 'ABCD'],
    [{ step: ['a.b.c'], objectType: ['order'] }, 'CD'],
    [{ objectId: ['I-1'] }, 'AB'],
    [{ system: ['finstar'], objectId: ['O-1'] }, 'C'],
    [{ counterparty: ['SUP-1'] }, 'A'],
    [{ counterparty: ['Ärztebedarf'] }, 'A'],
    [{ assignee: ['ada'] }, 'C'],
    [{ assignee: [''] }, 'ABDE'],
    [{ correlationId: ['c-2'] }, 'AB'],
    [{ fingerprint: ['g'] }, 'C'],
    [{ currency: ['JPY', 'KWD'] }, 'CD'],
    [{ amountMin: '100' }, 'ABC'],
    [{ amountMin: '100.01' }, 'C'],
    [{ amountMin: '1.2501' }, 'ABC'],
    [{ amountMax: '1.25' }, 'D'],
    [{ amountMin: '1.249', amountMax: '1.251' }, 'D'],
    [{ amountMin: '-20.004', amountMax: '-19.99', environment: ['test'] }, 'G'],
    [{ from: '2026-11-11T00:00:00Z', to: '2026-11-13T00:00:00Z' }, 'BC'],
    [{ from: '2026-11-11T01:00:00+01:00', to: '2026-11-11T01:00:00.001+01:00' }, 'B'],
    [{ dueBefore: '2026-11-12T00:00:00Z' }, 'B'],
    [{ q: 'ärzteBEDARF' }, 'A'],
    [{ q: "'); DROP TABLE" }, 'D'],
    [{ q: 'o-1' }, 'C'],
  ])('%j lets %s through', async (given, expected) => {
    expect(await names(given)).toBe(expected)
    expect((await countExceptions(stores.clickhouse, filter(given), 'all')).count).toBe(expected.length)
  })

  test.each([
    ['severity', 'ABCDE'], ['-severity', 'EDCBA'], ['firstSeen', 'ABCDE'], ['-firstSeen', 'EDCBA'], ['dueAt', 'BACDE'], ['-dueAt', 'CABED'], ['amount', 'DABCE'], ['-amount', 'CBADE'],
  ])('sorted by %s it is %s', async (sort, expected) => expect(await names({ sort })).toBe(expected))

  test.each(EXCEPTION_SORTS.flatMap(sort => [sort, `-${sort}`]))('pages of %s join to the whole list', async sort => {
    const pages: string[] = []
    let cursor: string | undefined
    do {
      const page = await listExceptions(stores.clickhouse, filter({ sort }), { limit: 2, ...(cursor === undefined ? {} : { cursor }) }, 'all')
      pages.push(page.items.map(item => item.title.slice(0, 1)).join(''))
      cursor = page.nextCursor ?? undefined
    } while (cursor !== undefined)
    expect(pages.map(page => page.length)).toEqual([2, 2, 1])
    expect(pages.join('')).toBe(await names({ sort }))
  })

  test('a cursor of another sort, or none at all, is refused', async () => {
    const { nextCursor } = await listExceptions(stores.clickhouse, filter(), { limit: 2 }, 'all')
    for (const cursor of ['x', '', Buffer.from('{"v":1}').toString('base64url'), nextCursor ?? '']) {
      await expect(listExceptions(stores.clickhouse, filter({ sort: 'amount' }), { limit: 2, cursor }, 'all')).rejects.toThrow(FilterError)
    }
  })

  test('a frozen selection is met by the filter', async () => {
    const chosen = [ids.get('A') ?? '', ids.get('F') ?? '', '99999999', 'nonsense']
    expect((await listExceptions(stores.clickhouse, filter(), { limit: 10 }, 'all', chosen)).items.map(item => item.title)).toEqual(['A'])
  })
})

describe('scope', () => {
  test.each<[Scope, string]>([
    ['all', 'ABCDE'],
    [{ facilities: ['north'], entities: [] }, 'AB'],
    [{ facilities: ['south'], entities: [] }, 'CD'],
    [{ facilities: [], entities: ['south-ag'] }, 'CDE'],
    [{ facilities: [''], entities: [''] }, ''],
    [{ facilities: [], entities: [] }, ''],
  ])('%j sees %s in list, count and facets', async (scope, expected) => {
    expect(await names({}, scope)).toBe(expected)
    expect((await countExceptions(stores.clickhouse, filter(), scope)).count).toBe(expected.length)
    expect((await exceptionFacets(stores.clickhouse, filter(), scope)).kind.reduce((sum, item) => sum + item.count, 0)).toBe(expected.length)
  })

  test('an exception outside the scope is not there', async () => {
    expect(await exceptionById(stores.clickhouse, ids.get('A') ?? '', { facilities: ['south'], entities: [] })).toBeUndefined()
    expect((await exceptionById(stores.clickhouse, ids.get('F') ?? '', { facilities: ['north'], entities: [] }))?.status).toBe('resolved')
  })
})

describe('figures and facets', () => {
  test('each amount counts once per currency', async () => {
    expect(await countExceptions(stores.clickhouse, filter(), 'all')).toEqual({
      count: 5, late: 0, withoutAmount: 1, oldest: '2026-11-10T00:00:00.000Z',
      money: [{ currency: 'EUR', value: '100.00' }, { currency: 'JPY', value: '9000' }, { currency: 'KWD', value: '1.250' }],
    })
    expect(await countExceptions(stores.clickhouse, filter({ objectId: ['nothing'] }), 'all')).toEqual({ count: 0, late: 0, money: [], withoutAmount: 0, oldest: null })
  })

  test('groups add up to the whole', async () => {
    expect((await countExceptionsBy(stores.clickhouse, 'facility', filter(), 'all')).map(item => [item.value, item.count])).toEqual([['north', 2], ['south', 2], ['', 1]])
  })

  test('a facet follows the other filters, not its own, and keeps its zeros', async () => {
    const facets = await exceptionFacets(stores.clickhouse, filter({ facility: ['north'], kind: ['overdue'] }), 'all')
    // kind: all of north that is not resolved; facility: all that is overdue
    expect(facets.kind).toEqual([{ value: 'failed', count: 1 }, { value: 'overdue', count: 1 }, { value: 'rejected', count: 0 }])
    expect(facets.facility).toEqual([{ value: 'north', count: 1 }, { value: 'south', count: 1 }, { value: '', count: 0 }])
    expect(facets.status.find(item => item.value === 'resolved')).toEqual({ value: 'resolved', count: 0 })
    expect(facets.severity.find(item => item.value === 'high')).toEqual({ value: 'high', count: 1 })
  })
})
