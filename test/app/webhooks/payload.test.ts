/** What chats and programs are sent: Slack blocks and Teams cards within their limits, in which no title becomes a mention, a link or markup; our own JSON with every field. */
import { expect, test } from 'vitest'
import { z } from 'zod'
import type { MailModel, MailRow } from '#app/mail/model.ts'
import { webhookBody } from '#app/webhooks/payload.ts'

const row = (title: string, change: Partial<MailRow> = {}): MailRow => ({ title, href: 'https://signalbox.test/exceptions/7', count: 1, severity: 'critical', detail: 'Rheinmed · Birkenried', money: [{ currency: 'CHF', value: '1284.50' }], dueAt: '2026-11-21T07:00:00.000Z', late: true, ...change })
const model = (change: Partial<MailModel> = {}): MailModel => ({
  kind: 'notice', policy: { id: 'p', name: 'Critical *trouble*' }, subject: 'INV-1 <@U123> was refused', heading: 'INV-1 was refused', lead: 'It was found just now.', figures: [{ label: 'Open', count: 1200, href: 'https://signalbox.test/exceptions' }],
  money: [{ currency: 'CHF', value: '1284.50' }], rows: [row('INV-1 was refused')], more: null, items: 1, asOf: '2026-11-21T06:00:00.000Z', zone: 'Europe/Zurich', because: 'x', links: { all: 'https://signalbox.test/exceptions?a=1&b=2', preferences: 'https://signalbox.test/sla/me', unsubscribe: 'https://signalbox.test/unsubscribe/secret' }, ...change,
})
const HOSTILE = '<!channel> <https://evil.example|click> & [go](https://evil.example) `x` *bold* _i_ > q'

/** Block Kit as far as we use it, with Slack's own limits. */
const slack = z.strictObject({
  text: z.string(),
  blocks: z.array(z.discriminatedUnion('type', [
    z.strictObject({ type: z.literal('header'), text: z.strictObject({ type: z.literal('plain_text'), text: z.string().min(1).max(150), emoji: z.boolean() }) }),
    z.strictObject({ type: z.literal('section'), text: z.strictObject({ type: z.literal('mrkdwn'), text: z.string().min(1).max(3000) }) }),
    z.strictObject({ type: z.literal('context'), elements: z.array(z.strictObject({ type: z.literal('mrkdwn'), text: z.string().max(3000) })).max(10) }),
  ])).max(50),
})
/** A message with one Adaptive Card, as an incoming webhook of Teams takes it. */
const card = z.object({ type: z.literal('AdaptiveCard'), version: z.string(), body: z.array(z.discriminatedUnion('type', [z.object({ type: z.literal('TextBlock'), text: z.string() }), z.object({ type: z.literal('FactSet'), facts: z.array(z.object({ title: z.string(), value: z.string() })) })])), actions: z.array(z.object({ type: z.literal('Action.OpenUrl'), title: z.string(), url: z.url() })) })
const teams = z.object({ type: z.literal('message'), summary: z.string(), attachments: z.tuple([z.object({ contentType: z.literal('application/vnd.microsoft.card.adaptive'), content: card })]) })

test('Slack: blocks in order; what is not ours is text', () => {
  const { text, blocks } = slack.parse(JSON.parse(webhookBody('slack', model({ rows: [row(HOSTILE)] }))))
  expect(text).toBe('INV-1 &lt;@U123&gt; was refused')
  expect(blocks.map(block => block.type)).toEqual(['header', 'section', 'section', 'context'])
  const said = JSON.stringify(blocks)
  expect(said).not.toMatch(/<!channel|<@|<https:\/\/evil/)
  expect(said).toContain('<https://signalbox.test/exceptions|1,200> open')
  expect(said).toContain('&lt;!channel&gt; &lt;https://evil.example¦click&gt; &amp;')
})

test('Slack and Teams: whole lines within the limits, however long the titles', () => {
  const long = model({ heading: 'x'.repeat(500), rows: Array.from({ length: 15 }, (_, index) => row(`${index} ${'& long '.repeat(80)}`)) })
  const { blocks } = slack.parse(JSON.parse(webhookBody('slack', long)))
  const rows = blocks.flatMap(block => (block.type === 'section' && block.text.text.startsWith('•') ? block.text.text.split('\n') : []))
  expect(rows.length).toBeGreaterThan(0)
  for (const line of rows) expect(line).toMatch(/^• <https:[^|]+\|[^<>]+> CHF 1,284\.50$/)
  const body = webhookBody('teams', long)
  expect(Buffer.byteLength(body)).toBeLessThan(28_000)
  teams.parse(JSON.parse(body))
})

test('Teams: a card with facts and one button; Markdown of others is escaped', () => {
  const { summary, attachments: [{ content }] } = teams.parse(JSON.parse(webhookBody('teams', model({ rows: [row(HOSTILE, { href: 'https://signalbox.test/exceptions?q=a)b' })] }))))
  expect(summary).toBe('INV-1 <@U123> was refused')
  expect(content.body.flatMap(block => (block.type === 'FactSet' ? block.facts : []))).toEqual([{ title: 'Open', value: '1,200' }])
  const line = content.body.flatMap(block => (block.type === 'TextBlock' && block.text.includes('evil') ? [block.text] : []))
  expect(line).toEqual(['[\\<!channel\\> \\<https://evil.example|click\\> & \\[go\\](https://evil.example) \\`x\\` \\*bold\\* \\_i\\_ \\> q](https://signalbox.test/exceptions?q=a%29b) CHF 1,284.50'])
  expect(content.actions).toEqual([{ type: 'Action.OpenUrl', title: 'Open the list', url: 'https://signalbox.test/exceptions?a=1&b=2' }])
})

test('our own: every field, always; nobody’s unsubscribe link', () => {
  const body = webhookBody('generic', model({ rows: [] }))
  expect(JSON.parse(body)).toEqual({
    type: 'signalbox.sla.notice', timestamp: '2026-11-21T06:00:00.000Z',
    data: {
      policy: { id: 'p', name: 'Critical *trouble*' }, subject: 'INV-1 <@U123> was refused', heading: 'INV-1 was refused', lead: 'It was found just now.', items: 1, asOf: '2026-11-21T06:00:00.000Z', money: [{ currency: 'CHF', value: '1284.50' }], href: 'https://signalbox.test/exceptions?a=1&b=2',
      figures: [{ label: 'Open', count: 1200, href: 'https://signalbox.test/exceptions' }], rows: [],
    },
  })
  for (const format of ['generic', 'slack', 'teams']) expect(webhookBody(format, model())).not.toContain('unsubscribe')
})
