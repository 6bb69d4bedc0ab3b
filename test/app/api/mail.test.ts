/** Policies, subscriptions, the log of mails and webhooks over the API: versions, audit, scope, secrets told once, numbers that are the lists'. */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { addOutboxRows } from '#queries/postgres/outbox.ts'
import { event, object, startRunning, type Running } from './running.ts'

interface Policy { id: string; version: number; open: number; href: string; mine: string; document: Record<string, unknown> }
type Person = Awaited<ReturnType<Running['person']>>

let running: Running
let admin: Person
let manager: Person
let auditor: Person

beforeAll(async () => {
  running = await startRunning()
  admin = await running.person('admin')
  manager = await running.person('facility_manager', ['birkenried'])
  auditor = await running.person('auditor')
  await running.send(['birkenried', 'birkenried', 'rosenfluh'].map((facility, index) => event('finance.customer_invoice.exported', 3, {
    facility, correlationid: `trace-${index}`, status: 'dead_lettered', attempt: 5, error: { code: `MAP-${index}`, class: 'mapping', message: `unknown cost centre ${index}`, retryable: false }, objects: [object('customer_invoice', `INV-${index}`)],
  })))
})
afterAll(() => running.close())

const post = (path: string, as: string, body?: unknown, headers?: Record<string, string>) => running.call(`/api/v1${path}`, { as, method: 'POST', body, headers })
const codeOf = async (response: Response) => [response.status, ((await response.json()) as { code: string }).code]
const audited = async (action: string) => (await running.stores.postgres.selectFrom('audit_record').select(['actor_id', 'subject_id', 'reason']).where('action', '=', action).execute())
const document = {
  name: 'Exports that fail', description: '', enabled: true, open: true, filter: { step: ['finance.customer_invoice.exported'] }, to: [{ kind: 'role', role: 'it_support' }], when: { opened: true, warning: false, breach: true },
  escalations: [], digest: { every: 'weekday', weekday: 1, at: '07:00' }, grouping: { window: 'PT2S', spacing: 'PT5M' }, quiet: true,
}

test('a policy is added, changed on the version that was seen, audited, and what it names must exist', async () => {
  const made = await post('/policies', admin.cookie, { policy: document, reason: 'month end' })
  expect(made.status).toBe(201)
  const first = (await made.json()) as Policy
  expect(first).toMatchObject({ id: 'exports-that-fail', version: 1, open: 3, mine: 'not_told' })
  expect(await codeOf(await post('/policies', admin.cookie, { policy: { ...document, id: first.id } }))).toEqual([409, 'conflict'])
  expect((await post('/policies', admin.cookie, { policy: { ...document, id: 'preview' } })).status).toBe(400)
  const changed = { ...document, description: 'Changed' }
  expect(await codeOf(await post(`/policies/${first.id}`, admin.cookie, { policy: changed }, { 'if-match': '"0"' }))).toEqual([409, 'conflict'])
  expect(await (await post(`/policies/${first.id}`, admin.cookie, { policy: changed }, { 'if-match': '"1"' })).json()).toMatchObject({ version: 2, document: { description: 'Changed', id: first.id } })
  expect(await codeOf(await post(`/policies/${first.id}`, admin.cookie, { policy: { ...document, filter: { facility: ['nowhere'] } } }))).toEqual([400, 'invalid_body'])
  expect((await post(`/policies/${first.id}`, admin.cookie, { policy: { ...document, colour: 'red' } })).status).toBe(400)
  expect(await audited('policy.create')).toEqual([{ actor_id: admin.id, subject_id: first.id, reason: 'month end' }])
  expect(await audited('policy.change')).toEqual([{ actor_id: admin.id, subject_id: first.id, reason: null }])
  const pages: Policy[] = []
  for (let cursor = ''; ;) {
    const page = await running.get<{ items: Policy[]; nextCursor: string | null }>(`/api/v1/policies?limit=2${cursor}`, manager.cookie)
    pages.push(...page.items)
    if (page.nextCursor === null) break
    cursor = `&cursor=${encodeURIComponent(page.nextCursor)}`
  }
  expect(new Set(pages.map(each => each.id)).size).toBe(pages.length)
  // the number is the list's, in the own scope
  expect(pages.find(each => each.id === first.id)).toMatchObject({ open: 2, version: 2 })
})

test('whoever administers a part of the group changes nothing for the others, and sees no mail of theirs', async () => {
  const key = await running.key('admin@birkenried')
  expect(await codeOf(await post('/policies', key, { policy: { ...document, name: 'Mine' } }))).toEqual([403, 'forbidden'])
  expect(await codeOf(await post('/webhooks', key, { name: 'x', url: 'https://example.com/x', format: 'generic' }))).toEqual([403, 'forbidden'])
  const [id = ''] = await running.stores.postgres.transaction().execute(tx => addOutboxRows(tx, [{ channel: 'mail', kind: 'digest', policy: 'exports-that-fail', recipient: `person:${manager.id}`, name: 'M', address: manager.email, dedupeKey: null, nextAt: new Date() }]))
  const seen = async (as: string) => (await running.get<{ items: { id: string }[] }>('/api/v1/mails?state=planned', as)).items.map(each => each.id)
  expect([await seen(key), await seen(manager.cookie), await seen(auditor.cookie), await seen(admin.cookie)]).toEqual([[], [id], [id], [id]])
  const other = await running.person('procurement_lead')
  expect((await running.call(`/api/v1/mails/${id}`, { as: other.cookie })).status).toBe(404)
  expect((await running.get<{ notices: number; html: string | null }>(`/api/v1/mails/${id}`, manager.cookie))).toMatchObject({ notices: 0, html: null })
  expect(await codeOf(await post(`/mails/${id}/retry`, admin.cookie))).toEqual([409, 'not_allowed_now'])
  await running.stores.postgres.updateTable('outbox').set({ state: 'failed', reason: 'given up' }).where('id', '=', id).execute()
  expect(await (await post(`/mails/${id}/retry`, admin.cookie)).json()).toMatchObject({ id, state: 'deferred', reason: null, attempts: 0 })
  expect((await audited('mail.retry')).map(each => each.subject_id)).toEqual([id])
})

test('a preview says what its lists say, in the scope of whoever asks', async () => {
  const reader = await running.key('read@rosenfluh')
  for (const [as, count] of [[admin.cookie, 3], [manager.cookie, 2], [reader, 1]] as const) {
    const { mail } = await running.get<{ mail: { figures: { label: string; count: number; href: string }[]; text: string; html: string } }>('/api/v1/policies/exports-that-fail/preview', as)
    expect(mail.figures.find(figure => figure.label === 'Open')?.count).toBe(count)
    for (const figure of mail.figures) {
      const list = await running.get<{ items: unknown[] }>(`/api/v1/exceptions?limit=200&${new URL(figure.href).searchParams}`, as)
      expect([figure.label, list.items.length]).toEqual([figure.label, figure.count])
    }
    expect(mail.text).toContain('Exports that fail')
  }
  const draft = await post('/policies/preview', admin.cookie, { policy: { ...document, id: 'draft', filter: { kind: ['rejected'] } } })
  expect((await draft.json() as { mail: { figures: { count: number }[] } }).mail.figures[0]?.count).toBe(0)
})

test('people follow, leave and say when mail may come; a key has no mailbox', async () => {
  const standing = (answer: { policies: { id: string; standing: string }[] }) => answer.policies.find(each => each.id === 'exports-that-fail')?.standing
  expect(standing(await (await post('/policies/exports-that-fail/subscribe', manager.cookie, { choice: 'on' })).json())).toBe('following')
  expect(standing(await (await post('/policies/exports-that-fail/subscribe', manager.cookie, { choice: null })).json())).toBe('not_told')
  expect((await audited('mail.choose')).map(each => [each.actor_id, each.subject_id])).toEqual([[manager.id, 'exports-that-fail'], [manager.id, 'exports-that-fail']])
  const wishes = { timeZone: 'Europe/Lisbon', digestAt: '08:15', quietFrom: '20:00', quietUntil: '07:00', quietWeekend: true }
  expect(await (await post('/subscriptions/preference', manager.cookie, wishes)).json()).toMatchObject({ preference: wishes, zone: 'Europe/Lisbon' })
  for (const wrong of [{ ...wishes, timeZone: 'Mars/Olympus' }, { ...wishes, quietUntil: null }, { ...wishes, digestAt: '25:00' }]) expect((await post('/subscriptions/preference', manager.cookie, wrong)).status).toBe(400)
  const key = await running.key('admin')
  expect(await codeOf(await running.call('/api/v1/subscriptions', { as: key }))).toEqual([403, 'forbidden'])
  expect(await codeOf(await post('/policies/exports-that-fail/subscribe', key, { choice: 'on' }))).toEqual([403, 'forbidden'])
  expect(await codeOf(await post('/policies/exports-that-fail/test', key, { webhook: null }))).toEqual([403, 'forbidden'])
  const { mail } = await (await post('/policies/exports-that-fail/test', manager.cookie, { webhook: null })).json() as { mail: string }
  expect(await running.get(`/api/v1/mails/${mail}`, manager.cookie)).toMatchObject({ kind: 'test', address: manager.email })
})

test('a webhook’s secret is told once, not even to the same Idempotency-Key again; a private address needs a word', async () => {
  const hook = { name: 'Chat', url: 'https://hooks.example.com/services/T0/secret', format: 'slack', entities: ['solvane-ch'] }
  const headers = { 'idempotency-key': randomUUID() }
  const first = (await (await post('/webhooks', admin.cookie, hook, headers)).json()) as { webhook: { id: string }; secret: string }
  expect(first).toMatchObject({ webhook: { host: 'hooks.example.com', format: 'slack', enabled: true, entities: ['solvane-ch'], failures: 0, off: null } })
  expect(first.secret).toMatch(/^whsec_/)
  const again = await post('/webhooks', admin.cookie, hook, headers)
  expect([again.headers.get('idempotency-replayed'), await again.json()]).toEqual(['true', { ...first, secret: null }])
  const kept = await running.stores.postgres.selectFrom('idempotency').selectAll().execute()
  expect(JSON.stringify(kept)).not.toContain(first.secret)
  const listed = await running.get<{ items: { id: string }[] }>('/api/v1/webhooks', admin.cookie)
  expect(listed.items.map(each => each.id)).toEqual([first.webhook.id])
  expect(JSON.stringify(listed)).not.toContain('services/T0')
  expect(await (await post(`/webhooks/${first.webhook.id}`, admin.cookie, { change: 'off' })).json()).toMatchObject({ webhook: { enabled: false }, secret: null })
  expect(((await (await post(`/webhooks/${first.webhook.id}`, admin.cookie, { change: 'new_secret' })).json()) as { secret: string }).secret).not.toBe(first.secret)
  expect((await post('/webhooks/hook_none', admin.cookie, { change: 'on' })).status).toBe(404)
  for (const url of ['http://example.com/', 'https://127.0.0.1/', 'https://169.254.169.254/latest', 'nonsense']) expect((await post('/webhooks', admin.cookie, { ...hook, url })).status).toBe(400)
  expect((await post('/webhooks', admin.cookie, { ...hook, entities: ['nobody'] })).status).toBe(400)
  expect((await audited('webhook.create')).map(each => each.subject_id)).toEqual([first.webhook.id])
  expect((await post('/mail-addresses/clear', admin.cookie, { address: 'Somebody@example.com' })).status).toBe(200)
})
