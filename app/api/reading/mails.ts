/** GET mails, mails/{id}, mail-addresses, webhooks: what left and what became of it. */
import { z } from 'zod'
import { paging } from '#queries/model/filter.ts'
import { listOf } from '#queries/model/views.ts'
import { badAddresses, OUTBOX_STATES } from '#queries/postgres/outbox.ts'
import { listWebhooks, WEBHOOK_FORMATS, webhookScope, type WebhookRow } from '#queries/postgres/webhooks.ts'
import { listMails, readMail } from '../../sla/pages.ts'
import { defineRoute } from '../define-route.ts'
import { Problem } from '../problem.ts'

export const mailParams = z.strictObject({ id: z.string().min(1).max(40) })
export const NO_MAIL = 'no mail of this id that you may see'
const channel = z.enum(['mail', 'webhook'])

/** One mail, or one call of a webhook (`address` is then only "webhook"). `policy` is "webhooks" for what is said about webhooks themselves. */
export const mailView = z.object({
  id: z.string(), channel: z.string(), kind: z.string(), policy: z.string(), policyName: z.string(), to: z.string(), address: z.string(), state: z.enum(OUTBOX_STATES), reason: z.string().nullable(), subject: z.string().nullable(), items: z.number().nullable(),
  attempts: z.number(), nextAt: z.string(), sentAt: z.string().nullable(), createdAt: z.string(), reply: z.string().nullable(), asOf: z.string().nullable(),
})

const list = defineRoute({
  id: 'listMails', method: 'get', path: '/mails', act: 'read', summary: 'The log of mails and webhook calls, newest first: everybody’s for administrators and auditors of the whole group, else the own ones',
  query: z.strictObject({ state: z.array(z.enum(OUTBOX_STATES)).default([]), channel: channel.optional(), policy: z.string().max(200).optional(), ...paging.shape }), answer: listOf(mailView),
  async handle({ query, principal, services }) {
    const page = await listMails(services.stores, services.catalogue.current(), principal, { states: query.state, channel: query.channel ?? null, policy: query.policy ?? null }, { limit: query.limit, cursor: query.cursor })
    return { ...page, asOf: new Date().toISOString() }
  },
})

/** `text` and `html` are what was sent, null before the first attempt and after 90 days; `leftOut`: why it does not carry some of its notices. */
export const mailDetail = mailView.extend({ text: z.string().nullable(), html: z.string().nullable(), notices: z.number(), leftOut: z.array(z.object({ why: z.string(), count: z.number() })) })

const one = defineRoute({
  id: 'getMail', method: 'get', path: '/mails/{id}', act: 'read', summary: 'One mail with what was sent', params: mailParams, answer: mailDetail,
  async handle({ params, principal, services }) {
    const found = await readMail(services.stores, services.catalogue.current(), principal, params.id)
    if (!found) throw new Problem('not_found', NO_MAIL)
    const { mail, ...rest } = found
    return { ...mail, ...rest }
  },
})

const addresses = defineRoute({
  id: 'listMailAddresses', method: 'get', path: '/mail-addresses', act: 'administer', summary: 'Addresses that mail servers refuse, the newest first; a blocked one gets nothing until somebody clears it',
  answer: listOf(z.object({ address: z.string(), state: z.enum(['bouncing', 'blocked']), bounces: z.number(), code: z.string().nullable(), reply: z.string().nullable(), changedAt: z.string() })),
  async handle({ services }) {
    const rows = await badAddresses(services.stores.postgres)
    return { items: rows.map(row => ({ address: row.address, state: row.state === 'blocked' ? 'blocked' as const : 'bouncing' as const, bounces: row.bounces, code: row.code, reply: row.reply, changedAt: row.changedAt.toISOString() })), nextCursor: null, asOf: new Date().toISOString() }
  },
})

/** Of an address only its host: the rest of a chat system's address is a secret. `failures`: failed calls in a row; `off`: why the product switched it off. */
export const webhookView = z.object({
  id: z.string(), name: z.string(), host: z.string(), format: z.string(), enabled: z.boolean(), allowPrivate: z.boolean(), facilities: z.array(z.string()).nullable(), entities: z.array(z.string()).nullable(),
  failures: z.number(), off: z.object({ at: z.string(), reason: z.string() }).nullable(), createdAt: z.string(), version: z.number(),
})

/** A webhook as it is answered. */
export function toWebhookView(hook: WebhookRow): z.input<typeof webhookView> {
  const scope = webhookScope(hook)
  return {
    id: hook.id, name: hook.name, host: new URL(hook.url).host, format: WEBHOOK_FORMATS.find(format => format === hook.format) ?? 'generic', enabled: hook.enabled, allowPrivate: hook.allow_private,
    facilities: scope === 'all' ? null : [...scope.facilities], entities: scope === 'all' ? null : [...scope.entities], failures: hook.failures,
    off: hook.off_at === null ? null : { at: hook.off_at.toISOString(), reason: hook.off_reason ?? '' }, createdAt: hook.created_at.toISOString(), version: hook.version,
  }
}

const webhooks = defineRoute({
  id: 'listWebhooks', method: 'get', path: '/webhooks', act: 'administer', summary: 'Outgoing webhooks, by name', answer: listOf(webhookView),
  handle: async ({ services }) => ({ items: (await listWebhooks(services.stores.postgres)).map(toWebhookView), nextCursor: null, asOf: new Date().toISOString() }),
})

export const MAIL_ROUTES = [list, one, addresses, webhooks]
