/** What becomes of a mail: taken, refused, deferred, held, sent again after a death; and that its numbers are the pages'. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { Webhook } from 'standardwebhooks'
import { addWebhook, changeWebhook } from '#queries/postgres/webhooks.ts'
import { retryOutbox } from '#queries/postgres/outbox.ts'
import { countExceptions } from '#queries/clickhouse/exceptions/figures.ts'
import { exceptionFilter, parseFilter } from '#queries/model/filter.ts'
import { LEASE_MS } from '#app/mail/delivery.ts'
import { readUnsubscribeToken, unsubscribeToken } from '#app/mail/links.ts'
import { judge } from '#app/mail/transport.ts'
import { OFF_AFTER, OFF_AFTER_MS } from '#app/webhooks/failing.ts'
import { newSecret, openSecret, sealSecret } from '#app/webhooks/secrets.ts'
import { onServers } from '#test/support/backend.ts'
import { exceptionFilterOf, openPostOffice, policyOf, SECRET, startReceiver, type PostOffice } from './post.ts'

let post: PostOffice
let admin: { id: string; email: string }

beforeAll(async () => {
  post = await openPostOffice()
  admin = await post.person('admin')
}, 180_000)
afterAll(() => post.dispose())
beforeEach(async () => {
  post.server.received.length = 0
  post.server.answer = () => null
  post.server.onData = null
})
afterEach(async () => {
  post.now = null
  await post.stop()
})

const rows = (policy: string) => post.stores.postgres.selectFrom('outbox').selectAll().where('policy', '=', policy).orderBy('created_at').execute()

test('a mail carries what programs and people need: both bodies, one-click unsubscribe, a stable id, nothing to load', async () => {
  await post.start()
  await post.policies(policyOf('whole'))
  await post.trouble([{ title: 'FinStar refuses INV-9: cost centre 4210 is unknown there', severity: 'critical', dueAt: Date.now() - 3_600_000 }])
  await post.settled()
  const [row] = await rows('whole')
  const [received] = post.server.received
  if (!row || !received) throw new Error('nothing was sent')
  expect(row).toMatchObject({ state: 'sent', attempts: 1, items: 1 })
  expect(received.messageId).toBe(`<${row.id}@signalbox.test>`)
  const header = (name: string) => received.mail.headers.find(each => each.key === name)?.value
  expect(header('list-unsubscribe-post')).toBe('List-Unsubscribe=One-Click')
  const token = /^<https:\/\/signalbox\.test\/unsubscribe\/(\S+)>$/.exec(header('list-unsubscribe') ?? '')?.[1] ?? ''
  expect(readUnsubscribeToken(SECRET, token)).toEqual({ recipient: `person:${admin.id}`, policy: 'whole' })
  expect(header('auto-submitted')).toBe('auto-generated')
  const html = received.mail.html ?? ''
  expect(html).toContain('FinStar refuses INV-9')
  expect(received.mail.text).toContain('FinStar refuses INV-9')
  expect(html).not.toMatch(/<img|<script|src=|url\(/)
  expect(received.mail.text).toMatch(/As of \d+ \w{3} \d{4}, \d\d:\d\d CET/)
})

test('hostile words stay words: in subject, HTML, text and links', async () => {
  await post.start()
  await post.policies(policyOf('hostile'))
  const title = 'INV-1 <script>alert(1)</script>\r\nBcc: evil@example.com \u202Egnp.exe "><img src=x onerror=alert(1)>'
  await post.trouble([{ title, counterpartyType: 'supplier', counterpartyId: 'S', counterpartyName: '<b>Evil & Co</b>\u0007', objectId: '../"><script>' }])
  await post.settled()
  const received = post.server.received[0]
  expect(received?.mail.headers.some(each => each.key === 'bcc')).toBe(false)
  expect(received?.mail.subject).not.toMatch(/[\r\n\u202e]/)
  expect(received?.mail.html).not.toMatch(/<script|<img|<b>Evil/)
  expect(received?.mail.html).toContain('&lt;script&gt;')
  for (const character of ['\u202e', '\u0007']) expect(received?.mail.text).not.toContain(character)
})

test('every number in a mail is the number of the page it leads to', async () => {
  await post.start()
  const manager = await post.person('facility_manager', { facilities: ['birkenried'] })
  const policy = policyOf('numbers', { to: [{ kind: 'role', role: 'admin' }, { kind: 'role', role: 'facility_manager' }], filter: exceptionFilterOf({ process: ['procure-to-pay'], severity: ['critical', 'high'] }) })
  await post.policies({ ...policy, digest: { every: 'day', weekday: 1, at: '07:00' } })
  await post.trouble(Array.from({ length: 40 }, (_, index) => ({
    process: index % 5 === 0 ? 'order-to-cash' : 'procure-to-pay', severity: (['critical', 'high', 'normal'] as const)[index % 3] ?? 'low', facility: index % 2 === 0 ? 'birkenried' : 'rosenfluh', fingerprint: `group ${index % 4}`,
    amountMinor: index % 7 === 0 ? null : String(1000 + index), currency: index % 7 === 0 ? null : index % 3 === 0 ? 'EUR' : 'CHF', amountKey: `key ${index % 9}`, dueAt: Date.now() + (index - 20) * 3_600_000,
  })))
  await post.settled()
  expect(post.server.received.map(mail => mail.to).sort()).toEqual([admin.email, manager.email].sort())
  for (const { to, mail } of post.server.received) {
    const scope = to === manager.email ? { facilities: ['birkenried'], entities: [] } : 'all' as const
    const figures = [...(mail.text ?? '').matchAll(/^(Open under this policy|Past due): ([\d,]+)\n(\S+)$/gm)]
    expect(figures).toHaveLength(2)
    for (const [, label, count, href = ''] of figures) {
      const page = await countExceptions(post.stores.clickhouse, parseFilter(exceptionFilter, new URL(href).searchParams), scope)
      expect([to, label, Number(count?.replaceAll(',', ''))]).toEqual([to, label, page.count])
      if (label === 'Past due') continue
      const money = page.money.map(({ currency, value }) => `${currency} ${value}`).join(', ')
      expect(mail.text).toContain(`Money at risk: ${money}`)
    }
    // A group's line tells how many its own list shows.
    for (const [, title, href = ''] of (mail.text ?? '').matchAll(/^\* (.+)\n(?: {2}.*\n)+? {2}(https:\S+\/exceptions\?\S+)$/gm)) {
      const page = await countExceptions(post.stores.clickhouse, parseFilter(exceptionFilter, new URL(href).searchParams), scope)
      expect(title).toContain(`and ${page.count - 1} more`)
    }
  }
})

test('refused for now is tried again with the same id; refused for good is a bounce, and the third ends it', async () => {
  await post.start()
  await post.policies(policyOf('bounce'))
  post.server.answer = () => ({ code: 451, text: 'greylisted' })
  await post.trouble([{ title: 'Later' }])
  await post.settled()
  expect((await rows('bounce')).map(row => [row.state, row.attempts])).toEqual([['deferred', 1]])
  post.server.answer = () => null
  post.now = Date.now() + 60_000
  await post.settled()
  expect((await rows('bounce')).map(row => [row.state, row.attempts])).toEqual([['sent', 2]])
  post.server.answer = to => ({ code: 550, text: `no such user ${to}` })
  for (let time = 0; time < 4; time++) {
    await post.trouble([{ title: `Bounces ${time}` }])
    await post.settled()
  }
  const after = await rows('bounce')
  expect(after.map(row => row.state)).toEqual(['sent', 'bounced', 'bounced', 'bounced', 'suppressed'])
  expect(after[1]?.reply).toBe('550 no such user <address>')
  // A person who knows better clears it, and the mail goes.
  post.server.answer = () => null
  const { noteGoodAddress } = await import('#queries/postgres/outbox.ts')
  await noteGoodAddress(post.stores.postgres, admin.email, new Date())
  await retryOutbox(post.stores.postgres, { id: after[4]?.id ?? '' }, new Date())
  await post.settled()
  expect((await rows('bounce')).at(-1)?.state).toBe('sent')
})

test('without a mail server mails are held and can be seen; a start with one sends them as of then', async () => {
  await post.start({ smtp: false })
  await post.policies(policyOf('held'))
  await post.trouble([{ subjectKey: 'held 1', title: 'Held and still open' }, { subjectKey: 'held 2', title: 'Held and closed' }])
  await post.settled()
  const [held] = await rows('held')
  expect(held).toMatchObject({ state: 'held', reason: 'No mail server is configured (SMTP_URL)' })
  expect(held?.html).toContain('Held and closed')
  await post.recover(['held 2'])
  await post.stop()
  await post.start()
  await post.settled()
  expect(post.server.received.map(mail => mail.mail.subject)).toEqual(['Held and still open, CHF 100.00'])
})

test('a worker that ended while it was sending: the same mail again, under the same id', async () => {
  await post.start()
  await post.policies(policyOf('again'))
  await post.trouble([{ title: 'Once or twice' }])
  await post.settled()
  await post.stop()
  // As a crash between the server's answer and our note leaves it; on servers another worker might be at it, so its lease must be over.
  await post.stores.postgres.updateTable('outbox').set({ state: 'sending', claimed_by: 'gone', claimed_at: new Date(Date.now() - (onServers ? LEASE_MS : 0)), sent_at: null }).where('policy', '=', 'again').execute()
  await post.start()
  await post.settled()
  const [first, second] = post.server.received
  expect(second?.messageId).toBe(first?.messageId)
  expect(second?.mail.text).toBe(first?.mail.text)
  expect((await rows('again')).map(row => [row.state, row.attempts])).toEqual([['sent', 2]])
})

test('errors of the mail library: only what broke after the data had gone leaves a doubt', () => {
  const error = (fields: object) => Object.assign(new Error('x'), fields)
  expect(judge(error({ code: 'ECONNECTION', command: 'CONN' })).outcome).toBe('later')
  expect(judge(error({ code: 'ESOCKET', command: 'DATA' })).outcome).toBe('unknown')
  expect(judge(error({ code: 'EMESSAGE', command: 'DATA', responseCode: 554, response: '554 rejected' })).outcome).toBe('refused')
  expect(judge(error({ code: 'EENVELOPE', command: 'RCPT TO', responseCode: 550, response: '550 no' })).outcome).toBe('address')
  expect(judge(error({ code: 'EENVELOPE', command: 'MAIL FROM', responseCode: 553, response: '553 no' })).outcome).toBe('refused')
  expect(judge(error({ code: 'EAUTH', command: 'AUTH PLAIN', responseCode: 535, response: '535 no' })).outcome).toBe('later')
})

test('a token of another installation, or a changed one, unsubscribes nobody', () => {
  const token = unsubscribeToken(SECRET, 'person:1', 'a')
  expect(readUnsubscribeToken('x'.repeat(40), token)).toBeNull()
  expect(readUnsubscribeToken(SECRET, `${Buffer.from('["person:2","a"]').toString('base64url')}.${token.split('.')[1]}`)).toBeNull()
  expect(readUnsubscribeToken(SECRET, '')).toBeNull()
})

describe('webhooks', () => {
  test('a call is signed by Standard Webhooks, told in the receiver’s format, tried again, and never follows a redirect', async () => {
    let status = 200
    const receiver = await startReceiver(() => status)
    try {
      const secret = newSecret()
      expect(openSecret(SECRET, sealSecret(SECRET, secret))).toBe(secret)
      await post.stores.postgres.transaction().execute(async tx => {
        for (const format of ['generic', 'slack', 'teams'] as const) await addWebhook(tx, { id: format, name: format, url: receiver.url, format, secret: sealSecret(SECRET, secret), allowPrivate: true, scope: 'all', createdBy: 'test' })
        await addWebhook(tx, { id: 'guarded', name: 'guarded', url: receiver.url.replace('http:', 'https:'), format: 'generic', secret: sealSecret(SECRET, secret), allowPrivate: false, scope: 'all', createdBy: 'test' })
      })
      await post.start()
      await post.policies(policyOf('hooks', { to: ['generic', 'slack', 'teams', 'guarded'].map(webhook => ({ kind: 'webhook' as const, webhook })) }))
      await post.trouble([{ title: 'Told <!channel> to a webhook' }])
      await post.settled()
      expect(receiver.calls).toHaveLength(3)
      for (const { headers, body } of receiver.calls) expect(new Webhook(secret).verify(body, headers)).toBeTruthy()
      const bodies = receiver.calls.map(call => JSON.parse(call.body) as { type?: string; text?: string })
      expect(bodies.find(body => body.type === 'signalbox.sla.notice')).toMatchObject({ data: { items: 1, policy: { id: 'hooks' } } })
      expect(bodies.find(body => body.text)?.text).toBe('Told &lt;!channel&gt; to a webhook, CHF 100.00')
      expect((await rows('hooks')).find(row => row.address === 'guarded')).toMatchObject({ state: 'failed', reason: 'It is a private address.' })
      status = 302
      await post.trouble([{ title: 'Elsewhere' }])
      await post.settled()
      expect((await rows('hooks')).filter(row => row.reason === 'The receiver refuses it')).toHaveLength(3)
      status = 503
      await post.trouble([{ title: 'Down' }])
      await post.settled()
      status = 200
      post.now = Date.now() + 120_000
      await post.settled()
      const ids = receiver.calls.filter(call => call.body.includes('Down')).map(call => call.headers['webhook-id'])
      expect([ids.length, new Set(ids).size]).toEqual([6, 3])
    } finally {
      await receiver.close()
    }
  })

  test('one that fails for hours is switched off, audited and told of; on again it begins anew; 410 ends it at once', async () => {
    let status = 503
    const receiver = await startReceiver(() => status)
    const hook = async () => await post.stores.postgres.selectFrom('webhook').select(['enabled', 'failures', 'off_reason']).where('id', '=', 'weary').executeTakeFirstOrThrow()
    const switched = () => post.stores.postgres.selectFrom('audit_record').select(['actor_kind', 'reason']).where('action', '=', 'webhook.switched_off').where('subject_id', '=', 'weary').execute()
    try {
      await post.stores.postgres.transaction().execute(tx => addWebhook(tx, { id: 'weary', name: 'Weary <b>chat</b>', url: receiver.url, format: 'generic', secret: sealSecret(SECRET, newSecret()), allowPrivate: true, scope: 'all', createdBy: 'test' }))
      const start = Date.now()
      post.now = start
      await post.start()
      await post.policies(policyOf('weary', { to: [{ kind: 'webhook', webhook: 'weary' }] }))
      // many failed calls of one evening are no reason yet
      for (let time = 0; time < 4; time++) {
        await post.trouble([{ title: `Weary ${time}` }])
        await post.settled()
      }
      for (let minutes = 1; minutes <= 64; minutes *= 2) {
        post.now = start + minutes * 60_000
        await post.settled()
      }
      const early = await hook()
      expect(early.failures).toBeGreaterThanOrEqual(OFF_AFTER)
      expect(early).toMatchObject({ enabled: true, off_reason: null })
      // one good call forgets them
      status = 200
      post.now += 2 * 3_600_000
      await post.settled()
      expect(await hook()).toMatchObject({ enabled: true, failures: 0 })
      status = 503
      const since = post.now
      for (let time = 0; time < 4; time++) {
        await post.trouble([{ title: `Weary again ${time}` }])
        await post.settled()
      }
      for (let half = 1; half <= 16 && (await hook()).enabled; half++) {
        post.now = since + half * 30 * 60_000
        await post.settled()
      }
      expect(post.now - since).toBeGreaterThanOrEqual(OFF_AFTER_MS)
      expect(await hook()).toMatchObject({ enabled: false, off_reason: expect.stringMatching(/^\d+ calls in a row failed since \S+Z: HTTP 503$/) })
      expect(await switched()).toEqual([{ actor_kind: 'schedule', reason: (await hook()).off_reason }])
      await post.settled()
      const notice = post.server.received.filter(mail => mail.to === admin.email).at(-1)
      expect(notice?.mail.subject).toBe('Webhook “Weary <b>chat</b>” was switched off')
      expect(notice?.mail.text).toContain('https://signalbox.test/sla/webhooks')
      expect(notice?.mail.html).not.toContain('<b>chat')
      // what waits for it is not sent, and does not fail again
      post.now += 3 * 3_600_000
      await post.settled()
      expect(new Set((await rows('weary')).filter(row => row.state !== 'sent').map(row => [row.state, row.reason].join(': ')))).toEqual(new Set(['suppressed: The webhook was switched off']))
      await post.stores.postgres.transaction().execute(tx => changeWebhook(tx, 'weary', { enabled: true }))
      expect(await hook()).toMatchObject({ enabled: true, failures: 0, off_reason: null })
      status = 410
      await post.trouble([{ title: 'Weary at last' }])
      await post.settled()
      expect(await hook()).toMatchObject({ enabled: false, off_reason: expect.stringContaining('wants no more') })
      expect(await switched()).toHaveLength(2)
    } finally {
      await receiver.close()
    }
  })
})
