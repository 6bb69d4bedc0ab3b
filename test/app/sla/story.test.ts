/** From a warning to the last escalation step, on one clock: what is awaited is warned of, found late, escalated by role and time; digests over a change of the clock. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { actOnException } from '#app/exceptions/acts.ts'
import { writeObligations } from '#queries/clickhouse/finding/states.ts'
import type { Obligation } from '#queries/clickhouse/finding/types.ts'
import { NO_PREFERENCE, savePreference } from '#queries/postgres/mail-choices.ts'
import { exceptionFilterOf, openPostOffice, policyOf, type PostOffice } from '#test/app/mail/post.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const STEP = 'procurement.purchase_order.acknowledged'
let post: PostOffice
let lead: { id: string; email: string }
let support: { id: string; email: string }
let admin: { id: string; email: string }
let version = Date.now()

beforeAll(async () => {
  post = await openPostOffice()
  lead = await post.person('procurement_lead')
  support = await post.person('it_support')
  admin = await post.person('admin')
}, 180_000)
afterAll(() => post.dispose())
beforeEach(() => post.start())
afterEach(async () => {
  post.now = null
  await post.stop()
  post.server.received.length = 0
  // the next test begins at the machine's time again
  for (const table of ['mail_preference', 'sla_schedule'] as const) await post.stores.postgres.deleteFrom(table).execute()
})

const told = () => post.server.received.map(({ to, mail }) => [to, mail.subject])

/** An order that waits for its acknowledgment. */
async function awaits(id: string, change: Partial<Obligation>): Promise<void> {
  const obligation: Obligation = {
    process: 'procure-to-pay', expectation: 'order-acknowledged', milestone: STEP, kind: 'overdue', anchorType: 'procurement.purchase_order.transmitted', anchorAt: Date.now() - HOUR, warnAt: Date.now() + 10 * MINUTE, dueAt: Date.now() + 20 * MINUTE,
    metAt: null, cancelledAt: null, removed: false, integration: 'odoo-supplier-orders', facility: 'birkenried', entity: 'solvane-ch', counterpartyType: 'supplier', counterpartyId: 'S-1', counterpartyName: 'Rheinmed', criticality: 'normal',
    amountMinor: '10000', currency: 'CHF', correlationId: '', ...change,
  }
  await writeObligations(post.stores.clickhouse, [{ object: { namespace: 'solvane-ch', type: 'purchase_order', id }, obligation }], ++version)
}
const late = (id: string, dueAt: number) => ({ subjectKey: `late ${id}`, kind: 'overdue' as const, title: `${id} was not acknowledged`, process: 'procure-to-pay', step: STEP, objectType: 'purchase_order', objectId: id, dueAt, fingerprint: id, amountKey: id })
const at = async (instant: number) => {
  post.now = instant
  await post.settled()
}

test('warned at the share of the time, told at the breach, then by role and time as long as nobody has taken it', async () => {
  const start = Date.now()
  post.now = start
  await post.policies(policyOf('story', {
    filter: exceptionFilterOf({ process: ['procure-to-pay'] }), to: [{ kind: 'role', role: 'procurement_lead' }], when: { opened: false, warning: true, breach: true },
    escalations: [{ after: 'PT1H', calendar: 'always', unless: 'taken', to: [{ kind: 'role', role: 'it_support' }] }, { after: 'PT3H', calendar: 'always', unless: 'closed', to: [{ kind: 'role', role: 'admin' }] }],
  }))
  await post.settled()
  const dueAt = start + 20 * MINUTE
  for (const id of ['PO-left', 'PO-taken', 'PO-answered']) await awaits(id, { warnAt: start + 10 * MINUTE, dueAt })
  // another object of the group, of another process, whose warning is none of this policy's
  await awaits('PO-other', { process: 'replenishment', warnAt: start + 10 * MINUTE, dueAt })
  await at(start + 9 * MINUTE)
  expect(told()).toEqual([])
  await at(start + 11 * MINUTE)
  expect(told()).toEqual([[lead.email, expect.stringMatching(/^3 steps will soon be late: PO-\w+: “[^”]+” will soon be late$/)]])
  expect(post.server.received[0]?.mail.text).toContain('Nothing is late yet.')
  await at(start + 15 * MINUTE)
  expect(told()).toHaveLength(1)

  await awaits('PO-answered', { warnAt: start + 10 * MINUTE, dueAt, metAt: start + 16 * MINUTE })
  const [left = '', taken = ''] = await post.trouble([late('PO-left', dueAt), late('PO-taken', dueAt)])
  await at(start + 19 * MINUTE)
  expect(told()).toHaveLength(1)
  await at(start + 20 * MINUTE)
  expect(told().slice(1)).toEqual([[lead.email, '2 exceptions, CHF 200.00: PO-left was not acknowledged']])
  expect(post.server.received[1]?.mail.text).toContain('They passed their due time.')
  await actOnException(post.stores, { actor: { kind: 'person', id: lead.id, origin: '' }, scope: 'all' }, taken, { act: 'acknowledge' })
  await at(start + 59 * MINUTE)
  expect(told()).toHaveLength(2)
  await at(start + HOUR + 2 * MINUTE)
  expect(told().slice(2)).toEqual([[support.email, 'Nobody has taken after 1 hour: PO-left was not acknowledged, CHF 100.00']])
  await actOnException(post.stores, { actor: { kind: 'person', id: support.id, origin: '' }, scope: 'all' }, left, { act: 'acknowledge' })
  await at(start + 3 * HOUR + 2 * MINUTE)
  expect(told().slice(3)).toEqual([[admin.email, expect.stringMatching(/^Not closed after 3 hours: 2 exceptions, CHF 200\.00/)]])
  await at(start + 30 * HOUR)
  expect(told()).toHaveLength(4)
  const notices = await post.stores.postgres.selectFrom('sla_notice').select(['occasion', eb => eb.fn.countAll<number>().as('count')]).where('policy', '=', 'story').groupBy('occasion').orderBy('occasion').execute()
  expect(notices.map(({ occasion, count }) => [occasion, Number(count)])).toEqual([['breach', 2], ['escalation:1', 1], ['escalation:2', 2], ['warning', 3]])
})

test('a warning that nobody could plan in time is made up for, one that is done or outside the scope is not told', async () => {
  const start = Date.now()
  post.now = start
  const manager = await post.person('facility_manager', { facilities: ['rosenfluh'] })
  await post.policies(policyOf('missed', { to: [{ kind: 'role', role: 'facility_manager' }], when: { opened: false, warning: true, breach: false }, filter: exceptionFilterOf({ severity: ['critical'] }) }))
  await post.settled()
  await post.stop()
  for (const [id, facility, criticality] of [['PO-here', 'rosenfluh', 'critical'], ['PO-mild', 'rosenfluh', 'normal'], ['PO-there', 'birkenried', 'critical'], ['PO-done', 'rosenfluh', 'critical']] as const) await awaits(id, { facility, criticality, warnAt: start + 10 * MINUTE, dueAt: start + HOUR })
  await awaits('PO-done', { facility: 'rosenfluh', criticality: 'critical', warnAt: start + 10 * MINUTE, dueAt: start + HOUR, metAt: start + 5 * MINUTE })
  post.now = start + 30 * MINUTE
  await post.start()
  await post.settled()
  expect(told()).toEqual([[manager.email, expect.stringMatching(/^PO-here: “[^”]+” will soon be late$/)]])
})

test('quiet hours hold back a warning unless its object is critical', async () => {
  const start = Date.now()
  // whatever the hour is, the next twelve are quiet
  const clock = (ms: number) => new Date(ms).toISOString().slice(11, 16)
  await post.policies(policyOf('hush', { to: [{ kind: 'role', role: 'procurement_lead' }], when: { opened: false, warning: true, breach: false } }))
  post.now = start
  await post.settled()
  await post.stores.postgres.transaction().execute(tx => savePreference(tx, lead.id, { ...NO_PREFERENCE, timeZone: 'UTC', quietFrom: clock(start - 5 * MINUTE), quietUntil: clock(start + 12 * HOUR) }))
  for (const criticality of ['critical', 'normal'] as const) await awaits(`PO-${criticality}`, { criticality, warnAt: start + MINUTE, dueAt: start + 30 * HOUR })
  await at(start + 2 * MINUTE)
  expect(told()).toEqual([[lead.email, expect.stringMatching(/^PO-critical: /)]])
  await at(start + 12 * HOUR + MINUTE)
  expect(told().slice(1)).toEqual([[lead.email, expect.stringMatching(/^PO-normal: /)]])
})

test('digests come at the reader’s hour on both sides of a change of the clock, and once where an hour comes twice or not at all', async () => {
  const person = await post.person('auditor', { zone: 'Europe/Zurich' })
  const every = (id: string, digest: { every: 'day' | 'week'; weekday: number; at: string }) => policyOf(id, { to: [{ kind: 'role', role: 'auditor' }], when: { opened: false, warning: false, breach: false }, digest })
  await post.trouble([late('PO-digest', Date.now())])
  await post.policies(every('daily', { every: 'day', weekday: 1, at: '07:00' }), every('night', { every: 'week', weekday: 7, at: '02:30' }))
  const digests = async (policy: string) => (await post.stores.postgres.selectFrom('outbox').select('as_of').where('policy', '=', policy).where('kind', '=', 'digest').where('recipient', '=', `person:${person.id}`).where('as_of', 'is not', null).orderBy('as_of').execute()).map(row => row.as_of?.toISOString())
  const from = async (instant: string) => {
    await at(Date.parse(instant))
    for (const policy of ['daily', 'night']) await post.stores.postgres.deleteFrom('outbox').where('policy', '=', policy).execute()
  }
  // 28 March 2027, 02:00 to 03:00 does not exist
  await from('2027-03-27T12:00:00Z')
  for (const instant of ['2027-03-28T00:59:00Z', '2027-03-28T01:00:00Z', '2027-03-28T01:30:00Z', '2027-03-28T04:59:00Z', '2027-03-28T05:00:00Z', '2027-03-29T05:00:00Z']) await at(Date.parse(instant))
  expect(await digests('daily')).toEqual(['2027-03-28T05:00:00.000Z', '2027-03-29T05:00:00.000Z'])
  expect(await digests('night')).toHaveLength(1)
  // 31 October 2027, 02:00 to 03:00 comes twice
  await from('2027-10-30T12:00:00Z')
  for (const instant of ['2027-10-31T00:29:00Z', '2027-10-31T00:30:00Z', '2027-10-31T01:30:00Z', '2027-10-31T05:59:00Z', '2027-10-31T06:00:00Z', '2027-11-01T06:00:00Z']) await at(Date.parse(instant))
  expect(await digests('daily')).toEqual(['2027-10-31T06:00:00.000Z', '2027-11-01T06:00:00.000Z'])
  expect(await digests('night')).toEqual(['2027-10-31T00:30:00.000Z'])
})
