/** POST policies, policies/{id}, policies/{id}/subscribe, policies/{id}/test, subscriptions/preference. */
import { z } from 'zod'
import { policy } from '#queries/catalogue/schema.ts'
import { findWebhook } from '#queries/postgres/webhooks.ts'
import { can, scopeFor, type Principal } from '../../auth/principal.ts'
import { choosePolicy, preferMail, savePolicy, sendTest } from '../../sla/acts.ts'
import { policyId, RESERVED_IDS } from '../../sla/policy-form.ts'
import { preferenceProblems } from '../../sla/preference-form.ts'
import { defineRoute, type ApiServices } from '../define-route.ts'
import { Problem } from '../problem.ts'
import { NO_POLICY, ownSubscriptions, policyParams, policyView, policyViews, preferenceView, subscriptionsView } from '../reading/policies.ts'

const reason = z.string().trim().max(500).nullish()
const content = policy.omit({ id: true })
const actorOf = (principal: Principal, origin: string) => ({ kind: principal.kind, id: principal.id, origin })

/** Policies tell people everywhere: whoever administers a part of the group changes none. */
export function requireWholeGroup(principal: Principal): void {
  if (scopeFor(principal, 'administer') !== 'all') throw new Problem('forbidden', 'this needs the permission "administer" for the whole group')
}

async function save(services: ApiServices, principal: Principal, origin: string, id: string, given: z.infer<typeof content>, why: string | null, ifMatch: number | null) {
  await savePolicy(services.stores, actorOf(principal, origin), { ...given, id }, why, ifMatch)
  await services.catalogue.refresh()
  const [saved] = await policyViews(services, principal, [id])
  if (!saved) throw new Error('a policy that was saved is not in the catalogue')
  return saved
}

export const POLICY_ACTS = [
  defineRoute({
    id: 'createPolicy', method: 'post', path: '/policies', act: 'administer', summary: 'Add a policy; without an id it gets one from its name', body: z.strictObject({ policy: content.extend({ id: policy.shape.id.optional() }), reason }), answer: policyView, status: 201,
    async handle({ body, principal, origin, services }) {
      requireWholeGroup(principal)
      const { id: given, ...rest } = body.policy
      if (given !== undefined && RESERVED_IDS.includes(given)) throw new Problem('invalid_act', `no policy may be called ${given}`)
      return save(services, principal, origin, given ?? policyId(rest.name, services.catalogue.current().policies), rest, body.reason ?? null, 0)
    },
  }),
  defineRoute({
    id: 'changePolicy', method: 'post', path: '/policies/{id}', act: 'administer', summary: 'Save a new version of a policy; send the version that it was made from as If-Match', params: policyParams, body: z.strictObject({ policy: content, reason }), answer: policyView,
    async handle({ params, body, principal, origin, ifMatch, services }) {
      requireWholeGroup(principal)
      if (!services.catalogue.current().policies.has(params.id)) throw new Problem('not_found', NO_POLICY)
      return save(services, principal, origin, params.id, body.policy, body.reason ?? null, ifMatch)
    },
  }),
  defineRoute({
    id: 'subscribePolicy', method: 'post', path: '/policies/{id}/subscribe', act: 'read', summary: 'Follow a policy (on), leave it (off), or take the choice back (null); people only', params: policyParams, body: z.strictObject({ choice: z.enum(['on', 'off']).nullable() }), answer: subscriptionsView,
    async handle({ params, body, principal, origin, services }) {
      const found = services.catalogue.current().policies.get(params.id)
      if (!found) throw new Problem('not_found', NO_POLICY)
      if (body.choice === 'on' && !found.open) throw new Problem('forbidden', 'this policy is not open to everybody')
      await ownSubscriptions(services, principal)
      await choosePolicy(services.stores, actorOf(principal, origin), `person:${principal.id}`, params.id, body.choice)
      return ownSubscriptions(services, principal)
    },
  }),
  defineRoute({
    id: 'preferMail', method: 'post', path: '/subscriptions/preference', act: 'read', summary: 'When mail may come: zone, hour of digests, quiet hours; null takes a wish back; people only', body: preferenceView, answer: subscriptionsView,
    async handle({ body, principal, origin, services }) {
      const [problem] = Object.entries(preferenceProblems(body) ?? {})
      if (problem) throw new Problem('invalid_body', `${problem[0]}: ${problem[1]}`)
      await ownSubscriptions(services, principal)
      await preferMail(services.stores, actorOf(principal, origin), principal.id, body)
      return ownSubscriptions(services, principal)
    },
  }),
  defineRoute({
    id: 'testPolicy', method: 'post', path: '/policies/{id}/test', act: 'read', summary: 'Send the preview of a policy to whoever asks, or to a webhook, which takes an administrator', params: policyParams, body: z.strictObject({ webhook: z.string().max(40).nullable() }), answer: z.object({ mail: z.string() }), status: 202,
    async handle({ params, body, principal, origin, services }) {
      if (!services.catalogue.current().policies.has(params.id)) throw new Problem('not_found', NO_POLICY)
      return { mail: await sendTest(services.stores, actorOf(principal, origin), await testRecipient(services, principal, body.webhook), params.id) }
    },
  }),
]

async function testRecipient({ stores }: ApiServices, principal: Principal, webhook: string | null): Promise<Parameters<typeof sendTest>[2]> {
  if (webhook === null) {
    if (principal.email === null) throw new Problem('forbidden', 'a key has no mailbox: name a webhook')
    return { channel: 'mail', recipient: `person:${principal.id}`, name: principal.name, address: principal.email }
  }
  if (!can(principal, 'administer')) throw new Problem('forbidden', 'this needs the permission "administer"')
  requireWholeGroup(principal)
  const hook = await findWebhook(stores.postgres, webhook)
  if (!hook?.enabled) throw new Problem('not_found', 'no webhook of this id that is switched on')
  return { channel: 'webhook', recipient: `webhook:${hook.id}`, name: hook.name, address: hook.id }
}
