/** Groups through the whole server: events in, groups out, decisions by the API, each in its scope. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { GroupView } from '#queries/model/group.ts'
import { event, object, startRunning, type Running } from '#test/app/api/running.ts'

interface Detail extends GroupView { total: number; parts: { name: string; values: { value: string; count: number }[] }[]; causes: { kind: string; words: string; gapSeconds: number; event: { source: string; id: string } | null }[]; pattern: string | null; messages: unknown[]; rules: { id: number }[]; history: { act: string }[] }
interface Answer<T> { items: T[]; nextCursor: string | null }

let running: Running
let it: { cookie: string }
let manager: { cookie: string }
const INTEGRATION = 'odoo-ledgerline-invoice-export'
const failed = (index: number, hoursAgo: number, facility: string, message: string) => [
  event('finance.customer_invoice.issued', hoursAgo + 1, { facility, correlationid: `g-${index}`, objects: [object('customer_invoice', `INV-G-${index}`)], amount: { value: '10.00', currency: 'CHF' }, status: 'succeeded' }),
  event('finance.customer_invoice.exported', hoursAgo, { facility, correlationid: `g-${index}`, objects: [object('customer_invoice', `INV-G-${index}`)], amount: { value: '10.00', currency: 'CHF' }, status: 'dead_lettered', attempt: 5, error: { code: 'MAP-041', class: 'mapping', message, retryable: false } }),
]

beforeAll(async () => {
  running = await startRunning()
  it = await running.person('it_support')
  manager = await running.person('facility_manager', ['birkenried'])
  const { deploymentAt } = { deploymentAt: 5.1 }
  await running.send([
    event('integration.deployment.released', deploymentAt, { facility: '', integration: INTEGRATION, id: 'release-1', correlationid: 'release', status: 'succeeded', attributes: { release: '2026.47.0' } }),
    ...Array.from({ length: 30 }, (_, index) => failed(index, 5 - index / 10, index < 10 ? 'birkenried' : 'hoehenrain', `Cost centre ${4200 + index} of INV-G-${index} is not known since release 2026.${index}`)).flat(),
  ])
})
afterAll(() => running.close())

const groups = async (cookie: string, query = '') => await running.get<Answer<GroupView>>(`/api/v1/groups${query}`, cookie)
const one = async (cookie: string, fingerprint: string) => await running.get<Detail>(`/api/v1/groups/${fingerprint}`, cookie)
const post = async (cookie: string, path: string, body: unknown) => await running.call(`/api/v1/groups/${path}`, { as: cookie, method: 'POST', body })

test('30 failures are one group: its count, money, parts and pattern, and what may have caused it', async () => {
  const { items } = await groups(it.cookie)
  expect(items).toHaveLength(1)
  const [group] = items
  expect(group).toMatchObject({ count: 30, objects: 30, integration: INTEGRATION, money: [{ value: '300.00', currency: 'CHF' }], statuses: ['open'], version: 0, mute: null })
  expect(group?.trend.reduce((sum, day) => sum + day.count, 0)).toBe(30)
  const detail = await one(it.cookie, group?.fingerprint ?? '')
  expect(detail.pattern).toBe('cost centre … of … is not known since release …')
  expect(detail.parts.find(part => part.name === 'facility')?.values.map(each => each.count)).toEqual([20, 10])
  expect(detail.messages).toHaveLength(5)
  expect(detail.causes[0]).toMatchObject({ kind: 'release', event: { source: 'odoo', id: 'release-1' } })
  expect(Math.round((detail.causes[0]?.gapSeconds ?? 0) / 60)).toBe(6)
})

test('a manager sees the own members only, in list, page and counts, and decides nothing for the others', async () => {
  const { items } = await groups(manager.cookie)
  expect(items.map(group => [group.count, group.facilities, group.money])).toEqual([[10, ['birkenried'], [{ value: '100.00', currency: 'CHF' }]]])
  const fingerprint = items[0]?.fingerprint ?? ''
  const detail = await one(manager.cookie, fingerprint)
  expect([detail.count, detail.total, detail.trend.reduce((sum, hour) => sum + hour.count, 0)]).toEqual([10, 10, 10])
  expect(detail.parts.find(part => part.name === 'facility')?.values.map(each => each.value)).toEqual(['birkenried'])
  // the release belongs to no facility
  expect(detail.causes.filter(cause => cause.event !== null)).toEqual([])
  expect((await post(manager.cookie, `${fingerprint}/mute`, { count: 5, reason: 'x' })).status).toBe(403)
  expect((await post(manager.cookie, `${fingerprint}/cause`, { text: 'x' })).status).toBe(403)
  const other = await running.person('facility_manager', ['altenburg'])
  expect((await groups(other.cookie)).items).toEqual([])
  expect((await running.call(`/api/v1/groups/${fingerprint}`, { as: other.cookie })).status).toBe(404)
})

test('muted it leaves what there is to do, split it is two, undone it is one again', async () => {
  const fingerprint = (await groups(it.cookie)).items[0]?.fingerprint ?? ''
  expect((await post(it.cookie, `${fingerprint}/mute`, { count: 500, reason: 'known' })).status).toBe(200)
  expect([(await groups(it.cookie)).items.length, (await groups(it.cookie, '?view=muted')).items.length, (await groups(it.cookie, '?view=all')).items.length]).toEqual([0, 1, 1])
  await running.send(failed(99, 1, 'birkenried', 'Cost centre 1 of INV-G-99 is not known since release 7'))
  expect((await groups(it.cookie)).items).toEqual([])
  expect((await one(it.cookie, fingerprint)).count).toBe(31)
  expect((await post(it.cookie, `${fingerprint}/unmute`, undefined)).status).toBe(200)
  const split = (await (await post(it.cookie, `${fingerprint}/split`, { by: 'facility', value: 'birkenried', reason: 'their own ledger' })).json()) as { rule: number; groups: { fingerprint: string; members: number }[] }
  expect(split.groups.map(group => group.members)).toEqual([11])
  expect((await groups(it.cookie, '?sort=-count')).items.map(group => group.count)).toEqual([20, 11])
  expect((await groups(it.cookie, '?sort=count&limit=1')).items.map(group => group.count)).toEqual([11])
  expect((await post(it.cookie, `${fingerprint}/undo`, { rule: split.rule })).status).toBe(200)
  expect((await groups(it.cookie)).items.map(group => group.count)).toEqual([31])
  expect((await one(it.cookie, fingerprint)).history.map(entry => entry.act)).toEqual(['muted', 'mute_ended', 'split', 'rule_undone'])
  expect((await running.call('/api/v1/groups?colour=red', { as: it.cookie })).status).toBe(400)
})
