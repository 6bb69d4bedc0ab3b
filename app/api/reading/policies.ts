/** GET policies, policies/{id}, policies/{id}/preview, subscriptions; POST policies/preview, which changes nothing. */
import { z } from 'zod'
import { newestVersions } from '#queries/catalogue/documents.ts'
import { policy } from '#queries/catalogue/schema.ts'
import { decodeCursor, pageOf } from '#queries/model/cursor.ts'
import { paging } from '#queries/model/filter.ts'
import { money } from '#queries/model/money.ts'
import { listOf } from '#queries/model/views.ts'
import type { MailModel } from '../../mail/model.ts'
import { renderHtml } from '../../mail/template.ts'
import { renderText } from '../../mail/text.ts'
import { previewFor, readOwn, readPolicies } from '../../sla/pages.ts'
import { defineRoute, type ApiServices } from '../define-route.ts'
import { Problem } from '../problem.ts'
import type { Principal } from '../../auth/principal.ts'

export const policyParams = z.strictObject({ id: z.string().min(1).max(200) })
export const NO_POLICY = 'no policy of this id'

/** `version` goes into If-Match; `who` and `when` are the document in words; `open` counts the list behind `href` in the own scope. */
export const policyView = z.object({
  id: z.string(), version: z.number(), document: policy, who: z.string(), when: z.array(z.string()), href: z.string(), open: z.number(), money: z.array(money), sentLastWeek: z.number(), lastSentAt: z.string().nullable(), mine: z.enum(['told', 'following', 'left', 'not_told']),
})

/** Policies as they are answered, by id. */
export async function policyViews({ stores, catalogue }: Pick<ApiServices, 'stores' | 'catalogue'>, principal: Principal, ids: readonly string[]): Promise<z.input<typeof policyView>[]> {
  const current = catalogue.current()
  const [lines, versions] = await Promise.all([readPolicies(stores, current, principal, new Date(), ids), newestVersions(stores.postgres, 'policy')])
  const byId = new Map(lines.map(line => [line.id, line]))
  return ids.flatMap(id => {
    const document = current.policies.get(id)
    const line = byId.get(id)
    if (!document || !line) return []
    return [{ id, version: versions.get(id) ?? 0, document, who: line.who, when: line.when, href: line.listTo, open: line.open, money: line.money, sentLastWeek: line.sent, lastSentAt: line.last, mine: line.mine }]
  })
}

const list = defineRoute({
  id: 'listPolicies', method: 'get', path: '/policies', act: 'read', summary: 'Who is told of what and when, by id, with how many are open under each inside the own scope', query: paging, answer: listOf(policyView),
  async handle({ query, principal, services }) {
    const after = decodeCursor('policies', z.string(), query.cursor)
    const ids = [...services.catalogue.current().policies.keys()].sort().filter(id => after === undefined || id > after)
    const page = pageOf(ids.slice(0, query.limit + 1), query.limit, 'policies', id => id)
    return { items: await policyViews(services, principal, page.items), nextCursor: page.nextCursor, asOf: new Date().toISOString() }
  },
})

const one = defineRoute({
  id: 'getPolicy', method: 'get', path: '/policies/{id}', act: 'read', summary: 'One policy with its version', params: policyParams, answer: policyView,
  async handle({ params, principal, services }) {
    const [found] = await policyViews(services, principal, [params.id])
    if (!found) throw new Problem('not_found', NO_POLICY)
    return found
  },
})

/** A mail as it would leave now; every number is that of the list behind its `href`. */
const previewView = z.object({
  mail: z.object({
    subject: z.string(), heading: z.string(), lead: z.string(), items: z.number(), figures: z.array(z.object({ label: z.string(), count: z.number(), href: z.string() })), money: z.array(money),
    rows: z.array(z.object({ title: z.string(), href: z.string(), count: z.number(), severity: z.string().nullable(), detail: z.string(), money: z.array(money), dueAt: z.string().nullable(), late: z.boolean() })), text: z.string(), html: z.string(),
  }).nullable(),
  asOf: z.string(),
})

async function previewAnswer(model: MailModel | null, now: Date): Promise<z.input<typeof previewView>> {
  if (model === null) return { mail: null, asOf: now.toISOString() }
  const { subject, heading, lead, items, figures, money: sums, rows, asOf } = model
  return { mail: { subject, heading, lead, items, figures, money: sums, rows, text: renderText(model), html: await renderHtml(model) }, asOf }
}

const preview = defineRoute({
  id: 'previewPolicy', method: 'get', path: '/policies/{id}/preview', act: 'read', summary: 'The mail that a policy would send to whoever asks, as of now; `mail` is null where there is nothing to say', params: policyParams, answer: previewView,
  async handle({ params, principal, services }) {
    const current = services.catalogue.current()
    const found = current.policies.get(params.id)
    if (!found) throw new Problem('not_found', NO_POLICY)
    const now = new Date()
    return previewAnswer(await previewFor(services.stores, current, services.mail.links, found, principal, now), now)
  },
})

const previewDraft = defineRoute({
  id: 'previewDraftPolicy', method: 'post', path: '/policies/preview', act: 'administer', summary: 'The same of a policy that is not saved; nothing changes', body: z.strictObject({ policy }), answer: previewView,
  async handle({ body, principal, services }) {
    const now = new Date()
    return previewAnswer(await previewFor(services.stores, services.catalogue.current(), services.mail.links, body.policy, principal, now), now)
  },
})

export const preferenceView = z.strictObject({ timeZone: z.string().nullable(), digestAt: z.string().nullable(), quietFrom: z.string().nullable(), quietUntil: z.string().nullable(), quietWeekend: z.boolean() })
/** What one person is told: `zone` and `address` are what holds, `preference` only what the person chose. */
export const subscriptionsView = z.object({
  address: z.string(), zone: z.string(), preference: preferenceView,
  policies: z.array(z.object({ id: z.string(), name: z.string(), description: z.string(), when: z.array(z.string()), standing: policyView.shape.mine, open: z.boolean(), nextDigest: z.string().nullable() })), asOf: z.string(),
})

/** What whoever asks is told. Throws Problem for a key, which has no mailbox. */
export async function ownSubscriptions({ stores, catalogue }: Pick<ApiServices, 'stores' | 'catalogue'>, principal: Principal): Promise<z.input<typeof subscriptionsView>> {
  const now = new Date()
  const own = principal.kind === 'person' ? await readOwn(stores, catalogue.current(), principal.id, now) : null
  if (!own) throw new Problem('forbidden', 'only people have subscriptions: a key has no mailbox')
  return { ...own, asOf: now.toISOString() }
}

const subscriptions = defineRoute({
  id: 'getSubscriptions', method: 'get', path: '/subscriptions', act: 'read', summary: 'What whoever asks is told, when the next digests come, and when mail may come at all', answer: subscriptionsView,
  handle: ({ principal, services }) => ownSubscriptions(services, principal),
})

export const POLICY_ROUTES = [list, previewDraft, one, preview, subscriptions]
