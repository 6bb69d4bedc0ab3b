/** Who is told of what, once: real stores, a real mail server. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { actOnException } from '#app/exceptions/acts.ts'
import { actOnGroup } from '#app/groups/acts.ts'
import { groupAct } from '#app/groups/decisions.ts'
import { countExceptions, howManyExceptions } from '#queries/clickhouse/exceptions/figures.ts'
import { exceptionFilter } from '#queries/model/filter.ts'
import { exceptionFilterOf, openPostOffice, policyOf, type PostOffice } from '#test/app/mail/post.ts'
import { saveChoice, savePreference, NO_PREFERENCE } from '#queries/postgres/mail-choices.ts'

let post: PostOffice
let admin: { id: string; email: string }
const person = { kind: 'person', id: 'somebody', origin: '' } as const

beforeAll(async () => {
  post = await openPostOffice()
  admin = await post.person('admin')
}, 180_000)
afterAll(() => post.dispose())
beforeEach(async () => {
  await post.start()
  await post.settled()
  post.server.received.length = 0
})
afterEach(async () => {
  post.now = null
  await post.stop()
  for (const table of ['sla_choice', 'mail_preference'] as const) await post.stores.postgres.deleteFrom(table).execute()
})

const subjects = () => post.server.received.map(mail => mail.mail.subject ?? '')
const noticesOf = async (id: string) => (await post.stores.postgres.selectFrom('sla_notice').select(['policy', 'occasion', 'recipient', 'left_out']).where('exception_id', '=', Number(id)).orderBy('id').execute())

test('one exception is told once, whatever happens to it afterwards; opened again it is news', async () => {
  await post.policies(policyOf('once'))
  const [id = ''] = await post.trouble([{ subjectKey: 'once', title: 'INV-1 was refused' }])
  await post.settled()
  await post.trouble([{ subjectKey: 'once', title: 'INV-1 was refused', occurrences: 2, lastSeen: Date.now() }])
  await actOnException(post.stores, { actor: person, scope: 'all' }, id, { act: 'assign', assignee: 'somebody' })
  await post.settled()
  expect(subjects()).toEqual(['INV-1 was refused, CHF 100.00'])
  await post.recover(['once'])
  await post.trouble([{ subjectKey: 'once', title: 'INV-1 was refused', occurrences: 3, evidenceAt: Date.now() }])
  await post.settled()
  expect(post.server.received).toHaveLength(2)
  expect(await noticesOf(id)).toHaveLength(2)
})

test('300 of one cause within the window are one mail that says so', async () => {
  await post.policies(policyOf('storm', { grouping: { window: 'PT2S', spacing: 'PT10M' } }))
  const start = Date.now()
  post.now = start
  for (let part = 0; part < 3; part++) {
    await post.trouble(Array.from({ length: 100 }, (_, index) => ({ title: `LedgerLine refuses INV-S${part * 100 + index}`, objectId: `INV-S${part * 100 + index}`, fingerprint: 'the storm' })))
    await post.settled()
  }
  expect(post.server.received).toEqual([])
  post.now = start + 2_000
  await post.settled()
  expect(post.server.received).toHaveLength(1)
  expect(subjects()[0]).toMatch(/^300 exceptions, CHF 30,000\.00: /)
  expect(post.server.received[0]?.mail.text).toContain('300 exceptions that look like one problem')
  expect(await post.stores.postgres.selectFrom('sla_notice').select('id').where('policy', '=', 'storm').execute()).toHaveLength(300)
  // What comes after it waits for the spacing, and is one mail again.
  await post.trouble([{ title: 'One more' }, { title: 'And another' }])
  post.now = start + 9 * 60_000
  await post.settled()
  expect(post.server.received).toHaveLength(1)
  post.now = start + 11 * 60_000
  await post.settled()
  expect(subjects().slice(1)).toEqual([expect.stringMatching(/^2 exceptions, CHF 200\.00: /)])
})

test('what closed before the mail left is left out, and a mail that would be empty is not sent', async () => {
  await post.policies(policyOf('late', { grouping: { window: 'PT2S', spacing: 'PT0S' } }))
  const start = Date.now()
  post.now = start
  const [closed = '', open = ''] = await post.trouble([{ subjectKey: 'closes', title: 'This one closes' }, { title: 'This one stays' }])
  await post.planned()
  await post.recover(['closes'])
  post.now = start + 3_000
  await post.settled()
  expect(subjects()).toEqual(['This one stays, CHF 100.00'])
  expect((await noticesOf(closed))[0]?.left_out).toMatch(/closed/)
  expect((await noticesOf(open))[0]?.left_out).toBeNull()

  await post.trouble([{ subjectKey: 'closes too' }])
  await post.planned()
  await post.recover(['closes too'])
  post.now = start + 60_000
  await post.settled()
  expect((await post.stores.postgres.selectFrom('outbox').select('state').where('policy', '=', 'late').orderBy('created_at', 'desc').limit(1).execute())[0]?.state).toBe('empty')
  expect(post.server.received).toHaveLength(1)
})

test('a breach comes at its due time, an escalation after working time if nobody has taken it', async () => {
  await post.policies(policyOf('steps', { when: { opened: false, warning: false, breach: true }, escalations: [
    { after: 'PT1H', calendar: 'always', unless: 'taken', to: [{ kind: 'addresses', addresses: ['boss@example.com'], facilities: [], entities: [] }] },
    { after: 'PT2H', calendar: 'always', unless: 'closed', to: [{ kind: 'addresses', addresses: ['board@example.com'], facilities: [], entities: [] }] },
  ] }))
  const start = Date.now()
  const [taken = ''] = await post.trouble([{ title: 'Taken in time', dueAt: start + 600_000 }, { title: 'Left alone', dueAt: start + 600_000 }])
  await post.settled()
  expect(post.server.received).toEqual([])
  post.now = start + 700_000
  await post.settled()
  expect(post.server.received.map(mail => mail.to)).toEqual([admin.email])
  expect(subjects()[0]).toMatch(/^2 exceptions/)
  await actOnException(post.stores, { actor: person, scope: 'all' }, taken, { act: 'acknowledge' })
  post.now = start + 3_700_000
  await post.settled()
  expect(post.server.received.map(mail => [mail.to, mail.mail.subject]).slice(1)).toEqual([['boss@example.com', 'Nobody has taken after 1 hour: Left alone, CHF 100.00']])
  post.now = start + 7_400_000
  await post.settled()
  expect(post.server.received.map(mail => mail.to).slice(2)).toEqual(['board@example.com'])
  expect(subjects().at(-1)).toMatch(/^Not closed after 2 hours: 2 exceptions/)
})

test('escalation counts the working time of the facility', async () => {
  await post.policies(policyOf('working', { when: { opened: false, warning: false, breach: false }, escalations: [{ after: 'PT1H', calendar: 'facility', unless: 'taken', to: [{ kind: 'role', role: 'admin' }] }] }))
  const [id = ''] = await post.trouble([{ facility: 'birkenried' }])
  await post.settled()
  const timer = await post.stores.postgres.selectFrom('sla_timer').select('fire_at').where('exception_id', '=', Number(id)).executeTakeFirstOrThrow()
  const { addWorking } = await import('#queries/catalogue/calendar.ts')
  const opened = (await post.stores.postgres.selectFrom('exception_history').select('at').where('exception_id', '=', Number(id)).executeTakeFirstOrThrow()).at
  expect(timer.fire_at.getTime()).toBe(addWorking(post.catalogue.current().calendarFor('facility', 'birkenried'), opened.getTime(), 'PT1H'))
})

test('a lost wake-up is made good by the next look, and what is not projected yet is not told early', async () => {
  await post.policies(policyOf('lost'))
  await post.stop()
  await post.trouble([{ title: 'Nobody woke the planner' }], false)
  await post.start()
  await post.settled()
  expect(subjects()).toEqual(['Nobody woke the planner, CHF 100.00'])
})

test('each is told only what lies in their own scope', async () => {
  const manager = await post.person('facility_manager', { facilities: ['birkenried'] })
  await post.policies(policyOf('scope', { to: [{ kind: 'role', role: 'facility_manager' }, { kind: 'addresses', addresses: ['uk@example.com'], facilities: [], entities: ['solvane-uk'] }] }))
  await post.trouble([{ title: 'Here', facility: 'birkenried' }, { title: 'Elsewhere', facility: 'rosenfluh' }, { title: 'Of the whole company', facility: null, entity: 'solvane-ch' }])
  await post.settled()
  expect(post.server.received.map(mail => [mail.to, mail.mail.subject])).toEqual([[manager.email, 'Here, CHF 100.00']])
  expect(JSON.stringify(post.server.received)).not.toContain('Elsewhere')
})

test('who left a policy is not told, who follows it is; the choice holds for what waits already', async () => {
  const follower = await post.person('auditor')
  await post.policies(policyOf('choice', { grouping: { window: 'PT2S', spacing: 'PT0S' } }))
  post.now = Date.now()
  await post.stores.postgres.transaction().execute(tx => saveChoice(tx, `person:${follower.id}`, 'choice', 'on'))
  await post.trouble([{ title: 'To whom?' }])
  await post.planned()
  await post.stores.postgres.transaction().execute(tx => saveChoice(tx, `person:${admin.id}`, 'choice', 'off'))
  post.now += 3_000
  await post.settled()
  expect(post.server.received.map(mail => mail.to)).toEqual([follower.email])
  const rows = await post.stores.postgres.selectFrom('outbox').select(['state', 'reason']).where('policy', '=', 'choice').where('recipient', '=', `person:${admin.id}`).execute()
  expect(rows).toEqual([{ state: 'suppressed', reason: 'Unsubscribed' }])
})

test('quiet hours hold back all but what is critical', async () => {
  await post.policies(policyOf('quiet'))
  await post.stores.postgres.transaction().execute(tx => savePreference(tx, admin.id, { ...NO_PREFERENCE, timeZone: 'Europe/Zurich', quietFrom: '20:00', quietUntil: '07:00', quietWeekend: false }))
  post.now = Date.parse('2026-11-24T22:00:00Z')
  await post.trouble([{ title: 'May wait', severity: 'high' }, { title: 'May not wait', severity: 'critical' }])
  await post.settled()
  expect(subjects()).toEqual(['May not wait, CHF 100.00'])
  const waiting = await post.stores.postgres.selectFrom('outbox').select('next_at').where('policy', '=', 'quiet').where('state', '=', 'planned').executeTakeFirstOrThrow()
  expect(waiting.next_at.toISOString()).toBe('2026-11-25T06:00:00.000Z')
  post.now = Date.parse('2026-11-25T06:00:00Z')
  await post.settled()
  expect(subjects()).toEqual(['May not wait, CHF 100.00', 'May wait, CHF 100.00'])
})

test('digests: one per local day in each reader’s zone, also when the hour was slept through, none when there is nothing', async () => {
  const lisbon = await post.person('procurement_lead', { zone: 'Europe/Lisbon' })
  await post.policies(policyOf('daily', {
    to: [{ kind: 'role', role: 'admin' }, { kind: 'role', role: 'procurement_lead' }], when: { opened: false, warning: false, breach: false },
    digest: { every: 'day', weekday: 1, at: '07:00' }, filter: exceptionFilterOf({ objectType: ['supplier_invoice'] }),
  }))
  await post.trouble([{ objectType: 'supplier_invoice', title: 'A supplier’s invoice' }])
  post.now = Date.parse('2026-12-01T04:00:00Z')
  await post.stores.postgres.deleteFrom('sla_schedule').execute()
  await post.settled()
  post.now = Date.parse('2026-12-01T06:30:00Z') // 07:30 in Zurich, 06:30 in Lisbon
  await post.settled()
  expect(post.server.received.map(mail => mail.to)).toEqual([admin.email])
  post.now = Date.parse('2026-12-03T12:00:00Z') // two mornings were slept through: one digest each
  await post.settled()
  await post.settled()
  expect(post.server.received.map(mail => mail.to).sort()).toEqual([admin.email, admin.email, lisbon.email].sort())
  expect(subjects()[0]).toMatch(/^Policy daily: 1 exception open/)
  await post.policies(policyOf('nothing', { when: { opened: false, warning: false, breach: false }, digest: { every: 'day', weekday: 1, at: '07:00' }, filter: exceptionFilterOf({ objectType: ['claim'] }) }))
  post.now = Date.parse('2026-12-04T12:00:00Z')
  await post.settled()
  expect(post.server.received).toHaveLength(3)
  expect((await post.stores.postgres.selectFrom('outbox').select('state').where('policy', '=', 'nothing').execute()).map(row => row.state)).toEqual(['empty'])
})

test('a muted group is counted everywhere and told of nowhere, until the mute ends', async () => {
  await post.policies(policyOf('muted', { filter: exceptionFilterOf({ objectType: ['claim'] }), when: { opened: true, warning: false, breach: true } }))
  const claim = (id: string, more: object = {}) => ({ objectType: 'claim', title: `Claim ${id} was refused`, objectId: id, fingerprint: 'muted', ...more })
  await post.trouble([claim('M-1')])
  await post.settled()
  expect(subjects()).toEqual(['Claim M-1 was refused, CHF 100.00'])
  await actOnGroup(post.stores, { actor: person, scope: 'all' }, 'muted', groupAct.parse({ act: 'mute', count: 99, reason: 'The payer knows' }), null)
  const start = Date.now()
  const [later = ''] = await post.trouble([claim('M-2', { dueAt: start + 600_000 })])
  await post.settled()
  post.now = start + 700_000
  await post.settled()
  expect([post.server.received.length, await noticesOf(later)]).toEqual([1, []])
  // the numbers: list, badge and the digest of the same filter
  const filter = exceptionFilter.parse({ objectType: ['claim'] })
  expect([(await countExceptions(post.stores.clickhouse, filter, 'all')).count, await howManyExceptions(post.stores.clickhouse, { ...filter, status: ['open', 'acknowledged', 'waiting'] }, 'all')]).toEqual([2, 0])
  await actOnGroup(post.stores, { actor: person, scope: 'all' }, 'muted', groupAct.parse({ act: 'unmute' }), null)
  await post.settled()
  // both are open again, and that is told: M-2 for the first time, its due time having passed meanwhile
  expect((await noticesOf(later)).map(notice => notice.occasion).sort()).toEqual(['breach', 'opened'])
  expect(subjects().at(-1)).toMatch(/^2 exceptions/)
})
