/** POST mails/{id}/retry, mail-addresses/clear, webhooks, webhooks/{id}. */
import { z } from 'zod'
import { findWebhook, WEBHOOK_FORMATS } from '#queries/postgres/webhooks.ts'
import type { Stores } from '#queries/stores.ts'
import type { Principal } from '../../auth/principal.ts'
import { alterWebhook, clearAddress, createWebhook, retryMail } from '../../sla/acts.ts'
import { readMail } from '../../sla/pages.ts'
import { urlProblem } from '../../webhooks/guard.ts'
import { defineRoute } from '../define-route.ts'
import { Problem } from '../problem.ts'
import { mailParams, mailView, NO_MAIL, toWebhookView, webhookView } from '../reading/mails.ts'
import { requireWholeGroup } from './policies.ts'

const NO_WEBHOOK = 'no webhook of this id'
const actorOf = (principal: Principal, origin: string) => ({ kind: principal.kind, id: principal.id, origin })
/** `secret` is in the first answer and nowhere else; null where there is none to tell, and in a repeated answer to the same Idempotency-Key. */
const withSecret = z.object({ webhook: webhookView, secret: z.string().nullable() })

async function webhookAnswer(stores: Stores, id: string, secret: string | null): Promise<z.input<typeof withSecret>> {
  const hook = await findWebhook(stores.postgres, id)
  if (!hook) throw new Problem('not_found', NO_WEBHOOK)
  return { webhook: toWebhookView(hook), secret }
}

export const MAIL_ACTS = [
  defineRoute({
    id: 'retryMail', method: 'post', path: '/mails/{id}/retry', act: 'administer', summary: 'Send a mail again that was held, refused or given up; what it says is made anew', params: mailParams, answer: mailView,
    async handle({ params, principal, origin, services: { stores, catalogue } }) {
      requireWholeGroup(principal)
      if (!(await readMail(stores, catalogue.current(), principal, params.id))) throw new Problem('not_found', NO_MAIL)
      if (!(await retryMail(stores, actorOf(principal, origin), params.id))) throw new Problem('not_allowed_now', 'it is on its way, or was sent already')
      const found = await readMail(stores, catalogue.current(), principal, params.id)
      if (!found) throw new Problem('not_found', NO_MAIL)
      return found.mail
    },
  }),
  defineRoute({
    id: 'clearMailAddress', method: 'post', path: '/mail-addresses/clear', act: 'administer', summary: 'Let mail go again to an address that was refused', body: z.strictObject({ address: z.email() }), answer: z.object({ address: z.string() }),
    async handle({ body, principal, origin, services }) {
      requireWholeGroup(principal)
      await clearAddress(services.stores, actorOf(principal, origin), body.address.toLowerCase())
      return { address: body.address.toLowerCase() }
    },
  }),
  defineRoute({
    id: 'createWebhook', method: 'post', path: '/webhooks', act: 'administer', summary: 'Add a webhook; its secret (Standard Webhooks) is answered once', status: 201, shownOnce: ['secret'],
    body: z.strictObject({ name: z.string().trim().min(1).max(100), url: z.string().max(2000), format: z.enum(WEBHOOK_FORMATS), allowPrivate: z.boolean().default(false), facilities: z.array(z.string().max(200)).default([]), entities: z.array(z.string().max(200)).default([]) }), answer: withSecret,
    async handle({ body, principal, origin, services: { stores, catalogue, environment } }) {
      requireWholeGroup(principal)
      const { facilities, entities, ...hook } = body
      const problem = urlProblem(hook.url, hook.allowPrivate)
      if (problem) throw new Problem('invalid_body', `url: ${problem}`)
      const unknown = facilities.find(id => !catalogue.current().facility(id)) ?? entities.find(id => !catalogue.current().entity(id))
      if (unknown !== undefined) throw new Problem('invalid_body', `the catalogue has no facility or company ${unknown}`)
      const { id, secret } = await createWebhook(stores, actorOf(principal, origin), environment.sessionSecret, { ...hook, scope: facilities.length + entities.length === 0 ? 'all' : { facilities, entities } })
      return webhookAnswer(stores, id, secret)
    },
  }),
  defineRoute({
    id: 'changeWebhook', method: 'post', path: '/webhooks/{id}', act: 'administer', summary: 'Switch a webhook on or off, or give it a new secret, which is answered once', params: z.strictObject({ id: z.string().min(1).max(40) }), shownOnce: ['secret'],
    body: z.strictObject({ change: z.enum(['on', 'off', 'new_secret']) }), answer: withSecret,
    async handle({ params, body, principal, origin, services: { stores, environment } }) {
      requireWholeGroup(principal)
      const done = await alterWebhook(stores, actorOf(principal, origin), environment.sessionSecret, params.id, body.change)
      if (!done) throw new Problem('not_found', NO_WEBHOOK)
      return webhookAnswer(stores, params.id, done.secret)
    },
  }),
]
