/**
 * One number, one definition: what a tile, a list over all its pages, its lines, facets, tabs and badge, the live stream, the exported
 * file, the API and the mails (and webhooks, which say what mails say) tell of the same filter and scope is the same number, under random
 * filters and scopes, while exceptions change. Whoever shows such a number somewhere new adds a line to SHOWN.
 */
import fc from 'fast-check'
import Papa from 'papaparse'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { exportWorklist, worklistRequest } from '#app/exports/worklist.ts'
import { headlineFilter, summaryOf } from '#app/exceptions/summary.ts'
import { readTower } from '#app/exceptions/tower.ts'
import { readWorklist } from '#app/exceptions/worklist.ts'
import { composePreview } from '#app/mail/compose.ts'
import { toldOf } from '#app/sla/planner.ts'
import type { Recipient } from '#app/sla/recipients.ts'
import { openCatalogue, type CatalogueHandle } from '#queries/catalogue/catalogue.ts'
import type { Policy } from '#queries/catalogue/schema.ts'
import { backlogBy, backlogCells, backlogFacets, backlogFigure, backlogFilter, listBacklog, type BacklogFilter } from '#queries/clickhouse/backlog/backlog.ts'
import { exceptionFacets } from '#queries/clickhouse/exceptions/facets.ts'
import { countExceptions, countExceptionsBy, howManyExceptions } from '#queries/clickhouse/exceptions/figures.ts'
import { listLines } from '#queries/clickhouse/exceptions/lines.ts'
import { listExceptions } from '#queries/clickhouse/exceptions/list.ts'
import { writeObligations } from '#queries/clickhouse/finding/states.ts'
import type { Obligation } from '#queries/clickhouse/finding/types.ts'
import { liveCounts } from '#queries/clickhouse/live/counts.ts'
import { exceptionFilter, formatFilter, parseFilter, type ExceptionFilter } from '#queries/model/filter.ts'
import type { Scope } from '#queries/model/scope.ts'
import type { SummaryView } from '#queries/model/views.ts'
import { NO_PREFERENCE } from '#queries/postgres/mail-choices.ts'
import { benchExceptions, type BenchException } from '#seeds/bench/exceptions.ts'
import { Random } from '#seeds/history/random.ts'
import { startRunning, type Running } from '#test/app/api/running.ts'
import { exceptionFilterOf, LINKS, policyOf } from '#test/app/mail/post.ts'
import { changed, projectAll, randomFilter } from '#test/support/exceptions/rows.ts'

const RUNS = Number(process.env['NUM_RUNS'] ?? 5)
const NOW = new Date()
const DAY = 86_400_000
const EXCEPTIONS = 900
const PLACES = [['rosenfluh', 'solvane-ch'], ['birkenried', 'solvane-ch'], ['eastmere', 'solvane-uk'], ['lerchenau', 'solvane-de'], [null, 'solvane-de']] as const
/** Steps and objects that the headlines ask for. */
const HEADLINED = [['procure-to-pay', 'purchase_order', 'procurement.purchase_order.acknowledged'], ['order-to-cash', 'customer_invoice', 'finance.customer_invoice.exported'], ['order-to-cash', 'payment', 'payments.payment.posted'], ['charge-capture', 'service', 'billing.charge.created']] as const
const SCOPES: readonly { scope: Scope; keyScopes: string[] }[] = [
  { scope: 'all', keyScopes: ['read'] }, { scope: { facilities: ['rosenfluh'], entities: [] }, keyScopes: ['read@rosenfluh'] },
  { scope: { facilities: [], entities: ['solvane-de'] }, keyScopes: ['read@solvane-de'] }, { scope: { facilities: ['eastmere'], entities: ['solvane-ch'] }, keyScopes: ['read@eastmere', 'read@solvane-ch'] },
]

let running: Running
let catalogue: CatalogueHandle
let all: BenchException[]
const keys: string[] = []

beforeAll(async () => {
  running = await startRunning()
  catalogue = await openCatalogue(running.stores.postgres)
  for (const { keyScopes } of SCOPES) keys.push(await running.key(...keyScopes))
  const random = new Random('one number')
  all = [...benchExceptions(EXCEPTIONS, { seed: 7, open: 0.7, until: NOW.getTime() })].map(one => {
    const [facility, entity] = random.pick(PLACES)
    const [process, objectType, step] = random.pick(HEADLINED)
    return { ...one, facility, entity, ...(random.chance(0.7) && { process, objectType, step }) }
  })
  await projectAll(running.stores.clickhouse, all)
  await writeBacklog(random, 1)
}, 120_000)
afterAll(async () => {
  await catalogue?.close()
  await running?.close()
})

/** 400 obligations: some met, some cancelled, some removed; a second version moves each anew. */
async function writeBacklog(random: Random, version: number): Promise<void> {
  await writeObligations(running.stores.clickhouse, Array.from({ length: 400 }, (_, index) => {
    const [facility, entity] = PLACES[index % PLACES.length] ?? PLACES[0]
    const [process, type, milestone] = HEADLINED[index % HEADLINED.length] ?? HEADLINED[0]
    // never near now: the API asks a little later than the test
    const dueAt = NOW.getTime() + random.int(-5, 5) * DAY + DAY / 2 + index
    const ended = random.int(0, 9)
    const obligation: Obligation = {
      process, expectation: `e-${index % 3}`, milestone, kind: index % 11 === 0 ? 'failed' : 'overdue', anchorType: 'a', anchorAt: dueAt - DAY, warnAt: dueAt - DAY / 5, dueAt, metAt: ended < 4 ? dueAt : null, cancelledAt: ended === 4 ? dueAt : null, removed: ended === 5,
      integration: `i-${index % 4}`, facility: facility ?? '', entity, counterpartyType: '', counterpartyId: '', counterpartyName: '', criticality: 'normal', amountMinor: index % 5 === 0 ? null : String(100 * index), currency: index % 5 === 0 ? '' : 'CHF', correlationId: '',
    }
    return { object: { namespace: entity, type, id: `O-${index % 150}` }, obligation }
  }), version)
}

async function everyPage<T>(read: (cursor: string | undefined) => Promise<{ items: T[]; nextCursor: string | null }>): Promise<T[]> {
  const items: T[] = []
  let cursor: string | undefined
  do {
    const page = await read(cursor)
    items.push(...page.items)
    cursor = page.nextCursor ?? undefined
  } while (cursor !== undefined)
  return items
}

const sum = (counts: readonly { count: number }[]) => counts.reduce((total, { count }) => total + count, 0)
const search = (filter: ExceptionFilter) => formatFilter(exceptionFilter, filter).toString()
/** What an address can say: empty lists of status or environment fall back to the defaults there. */
const addressable = (filter: ExceptionFilter): ExceptionFilter => exceptionFilter.parse({ ...filter, status: filter.status.length === 0 ? undefined : filter.status, environment: filter.environment.length === 0 ? undefined : filter.environment })

const recipientOf = (scope: Scope): Recipient => ({ key: 'address:reader@example.com', name: 'Reader', address: 'reader@example.com', channel: 'mail', zone: 'Europe/Zurich', scope, preference: NO_PREFERENCE, because: 'of a test' })

/** What a mail under the filter says is open; every other number in it must be that of the list it leads to. A mail with nothing to say is none. */
async function mailed({ filter, scope }: Asked, digest: Policy['digest']): Promise<number> {
  const policy = policyOf('one-number', { filter: exceptionFilterOf(filter), digest })
  const model = await composePreview({ stores: running.stores, catalogue: catalogue.current(), links: LINKS, now: new Date() }, policy, recipientOf(scope))
  if (model === null) return 0
  const told = [...model.figures, ...model.rows.filter(row => row.href.includes('/exceptions?')).map(row => ({ label: row.title, count: row.count, href: row.href }))]
  const listed = await Promise.all(told.map(async ({ label, href }) => ({ label, href, count: (await countExceptions(running.stores.clickhouse, parseFilter(exceptionFilter, new URL(href).searchParams), scope)).count })))
  expect(listed).toEqual(told)
  expect(model.money).toEqual((await countExceptions(running.stores.clickhouse, filter, scope)).money)
  return model.figures[0]?.count ?? -1
}

type Asked = { filter: ExceptionFilter; scope: Scope; key: string }
/** Every place that shows how many exceptions a filter lets through. */
const SHOWN: Readonly<Record<string, (asked: Asked) => Promise<number>>> = {
  figure: async ({ filter, scope }) => (await countExceptions(running.stores.clickhouse, filter, scope)).count,
  badge: ({ filter, scope }) => howManyExceptions(running.stores.clickhouse, filter, scope),
  'list over all pages': async ({ filter, scope }) => new Set((await everyPage(cursor => listExceptions(running.stores.clickhouse, filter, { limit: 97, cursor }, scope))).map(item => item.id)).size,
  'lines over all pages': async ({ filter, scope }) => sum(await everyPage(cursor => listLines(running.stores.clickhouse, filter, 'group', { limit: 31, cursor }, scope))),
  'lines one by one': async ({ filter, scope }) => sum(await everyPage(cursor => listLines(running.stores.clickhouse, filter, 'single', { limit: 97, cursor }, scope))),
  'figures per facility': async ({ filter, scope }) => sum(await countExceptionsBy(running.stores.clickhouse, 'facility', filter, scope)),
  'figures per integration': async ({ filter, scope }) => sum(await countExceptionsBy(running.stores.clickhouse, 'integration', filter, scope)),
  'figures per process': async ({ filter, scope }) => sum(await countExceptionsBy(running.stores.clickhouse, 'process', filter, scope)),
  'figures per failure group': async ({ filter, scope }) => sum(await countExceptionsBy(running.stores.clickhouse, 'fingerprint', filter, scope)),
  'values chosen in a facet': async ({ filter, scope }) => {
    const { status } = await exceptionFacets(running.stores.clickhouse, filter, scope)
    return sum(status.filter(({ value }) => filter.status.some(chosen => chosen === value)))
  },
  'head of the worklist': async ({ filter, scope }) => (await readWorklist(running.stores, catalogue.current(), scope, { filter, cursor: undefined, limit: 10, lines: 'group', columns: [], view: null, given: formatFilter(exceptionFilter, filter) }, new Map(), 'ada', null, NOW)).count,
  'export as CSV': async ({ filter, scope }) => {
    const file = await exportWorklist(running.stores, { actor: { kind: 'person', id: 'ada', origin: 'test' }, scope }, worklistRequest.parse(filter))
    let text = ''
    for await (const piece of file.body) text += piece
    const rows = Papa.parse<Record<string, string>>(text, { header: true, skipEmptyLines: true, delimiter: ',', newline: '\r\n' }).data
    expect(rows.length).toBe(file.rows)
    return new Set(rows.map(row => row['id'])).size
  },
  'digest mail': asked => mailed(asked, { every: 'day', weekday: 1, at: '07:00' }),
  'breach mail': asked => mailed(asked, null),
  'list of the API': async ({ filter, key }) => (await everyPage(cursor => running.get<{ items: unknown[]; nextCursor: string | null }>(`/api/v1/exceptions?limit=200&${search(filter)}${cursor === undefined ? '' : `&cursor=${encodeURIComponent(cursor)}`}`, key))).length,
}

/** The same filter everywhere: one number. Resolves to it. Of what is ignored nobody is told at once: where all of it is, there is no such mail. */
async function oneNumber(asked: Asked): Promise<number> {
  const said = Object.fromEntries(await Promise.all(Object.entries(SHOWN).map(async ([where, ask]) => [where, await ask(asked)] as const)))
  const count = said['figure'] ?? -1
  const told = await SHOWN['figure']?.({ ...asked, filter: toldOf(asked.filter) })
  expect(said).toEqual({ ...Object.fromEntries(Object.keys(SHOWN).map(where => [where, count])), 'breach mail': told === 0 ? 0 : count })
  return count
}

test('random filters in random scopes say one number everywhere, also after changes', async () => {
  const seen: number[] = []
  await fc.assert(fc.asyncProperty(fc.integer(), fc.integer({ min: 0, max: SCOPES.length - 1 }), async (seed, which) => {
    const random = new Random('one number', seed)
    const index = random.int(0, all.length - 1)
    const before = all[index]
    const asked = SCOPES[which]
    if (!before || !asked) throw new Error('nothing to ask for')
    const filter = addressable(randomFilter(random, before, NOW.getTime()))
    const key = keys[which] ?? ''
    seen.push(await oneNumber({ filter, scope: asked.scope, key }))
    all[index] = changed(random, before, NOW.getTime())
    await projectAll(running.stores.clickhouse, [all[index]])
    seen.push(await oneNumber({ filter, scope: asked.scope, key }))
  }), { numRuns: RUNS })
  expect(Math.max(...seen)).toBeGreaterThan(0)
}, 600_000)

test.each(SCOPES.map((_, which) => which))('each headline is one number in tile, list, badge, export and API: scope %i', async which => {
  const { scope } = SCOPES[which] ?? { scope: 'all' as const }
  const key = keys[which] ?? ''
  const current = catalogue.current()
  const [tower, summary, api] = await Promise.all([readTower(running.stores, current, scope, [], NOW), summaryOf(running.stores, current, scope, NOW), running.get<SummaryView>('/api/v1/summary', key)])
  expect(api.figures.map(({ asOf: _, ...figure }: SummaryView['figures'][number] & { asOf?: string }) => [figure.key, figure.count, figure.money])).toEqual(summary.figures.map(figure => [figure.key, figure.count, figure.money]))
  for (const { key: name, count, money } of summary.figures.filter(figure => current.headlines.has(figure.key))) {
    const filter = headlineFilter(current, name)
    if (!filter) throw new Error(`no headline ${name}`)
    expect([name, await oneNumber({ filter, scope, key })]).toEqual([name, count])
    const tile = tower.tiles.find(each => each.key === name)
    if (tile) expect([tile.count, tile.money, tile.trend.at(-1), sum(tile.ageing.map(each => ({ count: each })))]).toEqual([count, money, count, count])
  }
  const open = exceptionFilter.parse({})
  const live = await liveCounts.run(running.stores.clickhouse, {}, scope)
  expect([sum(live), tower.atRisk.count]).toEqual([await oneNumber({ filter: open, scope, key }), sum(live)])
  expect(tower.levels.waiting).toBe(live.find(({ status }) => status === 'waiting')?.count ?? 0)
}, 300_000)

async function backlogEverywhere(filter: BacklogFilter, scope: Scope): Promise<number> {
  const { clickhouse } = running.stores
  const figure = await backlogFigure(clickhouse, filter, NOW, scope)
  const items = await everyPage(cursor => listBacklog(clickhouse, filter, { limit: 53, cursor }, NOW, scope))
  const facets = await backlogFacets(clickhouse, filter, NOW, scope)
  expect([items.length, items.filter(item => item.overdue).length]).toEqual([figure.count, figure.late])
  for (const group of ['facility', 'process', 'step', 'integration'] as const) {
    const groups = await backlogBy(clickhouse, group, filter, NOW, scope)
    expect([sum(groups), groups.reduce((late, each) => late + each.late, 0)]).toEqual([figure.count, figure.late])
    if (filter[group].length === 0) expect(facets[group]).toEqual(groups.map(({ value, count }) => ({ value, count })))
  }
  expect(sum(await backlogCells(clickhouse, filter, NOW, scope))).toBe(figure.count)
  return figure.count
}

test.each(SCOPES.map((_, which) => which))('backlog and overdue are one number in tile, heat map, list, facets and API, after rows were met too: scope %i', async which => {
  const { scope } = SCOPES[which] ?? { scope: 'all' as const }
  const current = catalogue.current()
  for (const version of [2 + 2 * which, 3 + 2 * which]) {
    await writeBacklog(new Random('backlog', version), version)
    const [tower, api] = await Promise.all([readTower(running.stores, current, scope, [], NOW), running.get<SummaryView>('/api/v1/summary', keys[which] ?? '')])
    const backlog = await backlogEverywhere(backlogFilter.parse({}), scope)
    const late = await backlogEverywhere(backlogFilter.parse({ overdue: 'true' }), scope)
    await backlogEverywhere(backlogFilter.parse({ facility: ['eastmere', ''], process: ['procure-to-pay', 'order-to-cash'] }), scope)
    expect(backlog).toBeGreaterThan(late)
    expect(tower.levels).toMatchObject({ backlog, breached: late })
    expect([tower.heat.rows.reduce((total, row) => total + row.total, 0), tower.heat.rows.reduce((total, row) => total + row.late, 0)]).toEqual([backlog, late])
    expect(['backlog', 'overdue'].map(name => api.figures.find(figure => figure.key === name)?.count)).toEqual([backlog, late])
    expect([sum(api.byFacility), api.byFacility.reduce((total, each) => total + each.overdue, 0)]).toEqual([backlog, late])
  }
}, 300_000)
