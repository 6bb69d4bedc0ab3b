/** Saved views, watching and links: what people keep around the worklist, for programs and other screens. */
import { z } from 'zod'
import { RELATIONS, linksOf } from '#queries/postgres/links.ts'
import { VIEW_AUDIENCES, type SavedView } from '#queries/postgres/views.ts'
import { can, scopeFor, type Principal } from '../../auth/principal.ts'
import { linkExceptions, linkInput, unlinkExceptions } from '../../worklists/links.ts'
import { changeView, chooseFirst, readViews, removeView, saveView, viewContent } from '../../worklists/views.ts'
import { watch } from '../../worklists/watching.ts'
import { readWorklistQuery } from '#queries/model/worklist-query.ts'
import { readQueue } from '../../worklists/queue.ts'
import { exceptionView } from '#queries/model/exception.ts'
import { defineRoute, type ApiRoute } from '../define-route.ts'
import { Problem } from '../problem.ts'
import { exceptionNumber, exceptionParams } from './exceptions.ts'

const viewParams = z.strictObject({ id: z.string().min(1).max(40) })
const savedView = z.object({ id: z.string(), name: z.string(), query: z.string(), audience: z.enum(VIEW_AUDIENCES), role: z.string().nullable(), version: z.number() })
const offeredView = savedView.extend({ kind: z.enum(['standard', 'own', 'shared']), description: z.string(), count: z.number().nullable(), opensFirst: z.boolean() })
const link = z.object({ id: z.string(), relation: z.enum(RELATIONS), outgoing: z.boolean(), other: z.object({ id: z.string(), title: z.string(), status: z.string(), severity: z.string() }).nullable(), createdAt: z.string() })
const watching = z.strictObject({ watching: z.boolean() })

const actorOf = (principal: Principal, origin: string) => ({ kind: principal.kind, id: principal.id, origin })
const answerOf = ({ id, name, query, audience, role, version }: SavedView) => ({ id, name, query, audience, role, version })

/** Sharing is for those who work with others' exceptions. */
function mayShare(principal: Principal, audience: string): void {
  if (audience !== 'private' && !can(principal, 'assign')) throw new Problem('forbidden', 'this needs the permission "assign": share nothing, or keep it private')
}

export const WORKLIST_ROUTES: readonly ApiRoute[] = [
  defineRoute({
    id: 'listViews', method: 'get', path: '/views', act: 'read', summary: 'The views of the worklist that are offered, shipped and saved, each counted inside the own scope', answer: z.object({ items: z.array(offeredView), asOf: z.string() }),
    async handle({ principal, scope, services }) {
      const now = new Date()
      const shown = await readViews(services.stores, services.catalogue.current(), { id: principal.id, role: principal.role }, scope, readWorklistQuery(new URLSearchParams(), { me: principal.id, now }), now)
      return { items: shown.views.map(({ id, name, query, audience, role, version, kind, description, count, isDefault }) => ({ id, name, query, audience, role, version, kind, description, count, opensFirst: isDefault })), asOf: now.toISOString() }
    },
  }),
  defineRoute({
    id: 'saveView', method: 'post', path: '/views', act: 'read', summary: 'Save a view: a name and the address of the worklist it stands for', body: viewContent, answer: savedView, status: 201,
    async handle({ body, principal, origin, services }) {
      mayShare(principal, body.audience)
      return answerOf(await saveView(services.stores, actorOf(principal, origin), body))
    },
  }),
  defineRoute({
    id: 'changeView', method: 'post', path: '/views/{id}', act: 'read', summary: 'Change an own view; an administrator also a shared one', params: viewParams, body: viewContent, answer: savedView,
    async handle({ params, body, principal, origin, ifMatch, services }) {
      mayShare(principal, body.audience)
      return answerOf(await changeView(services.stores, actorOf(principal, origin), params.id, body, can(principal, 'administer'), ifMatch))
    },
  }),
  defineRoute({
    id: 'deleteView', method: 'post', path: '/views/{id}/delete', act: 'read', summary: 'Delete an own view; an administrator also a shared one', params: viewParams, answer: savedView,
    handle: async ({ params, principal, origin, services }) => answerOf(await removeView(services.stores, actorOf(principal, origin), params.id, can(principal, 'administer'))),
  }),
  defineRoute({
    id: 'openViewFirst', method: 'post', path: '/views/{id}/open-first', act: 'read', summary: 'Open the worklist with this view from now on', params: viewParams, answer: z.object({ view: z.string() }),
    async handle({ params, principal, origin, services }) {
      await chooseFirst(services.stores, services.catalogue.current(), actorOf(principal, origin), { id: principal.id, role: principal.role }, params.id)
      return { view: params.id }
    },
  }),
  defineRoute({
    id: 'watchException', method: 'post', path: '/exceptions/{id}/watch', act: 'read', summary: 'Begin or end watching an exception: what others do to it then stands in the own queue', params: exceptionParams, body: watching, answer: watching,
    async handle({ params, body, principal, origin, scope, services }) {
      await watch(services.stores, services.catalogue.current(), actorOf(principal, origin), { id: principal.id, role: principal.role }, scope, { kind: 'exception', subject: params.id, watching: body.watching })
      return body
    },
  }),
  defineRoute({
    id: 'listLinks', method: 'get', path: '/exceptions/{id}/links', act: 'read', summary: 'What it is a duplicate of, caused by, related to, and the other way round; the other end is null outside the own scope', params: exceptionParams, answer: z.object({ items: z.array(link) }),
    handle: ({ params, scope, services }) => linksAnswer(services, params.id, scope),
  }),
  defineRoute({
    id: 'linkException', method: 'post', path: '/exceptions/{id}/link', act: 'assign', summary: 'Link it to another exception; both must lie inside the own scope', params: exceptionParams, body: linkInput, answer: z.object({ items: z.array(link) }),
    async handle({ params, body, principal, origin, scope, services }) {
      await linkExceptions(services.stores, { actor: actorOf(principal, origin), scope }, params.id, body)
      return linksAnswer(services, params.id, scope)
    },
  }),
  defineRoute({
    id: 'unlinkException', method: 'post', path: '/exceptions/{id}/unlink', act: 'assign', summary: 'Take a link away', params: exceptionParams, body: z.strictObject({ link: z.string().max(40) }), answer: z.object({ items: z.array(link) }),
    async handle({ params, body, principal, origin, scope, services }) {
      await unlinkExceptions(services.stores, { actor: actorOf(principal, origin), scope }, params.id, body.link)
      return linksAnswer(services, params.id, scope)
    },
  }),
  defineRoute({
    id: 'getQueue', method: 'get', path: '/queue', act: 'read', summary: 'What waits for whoever asks, in the order in which to look at it',
    answer: z.object({
      forMe: z.number(), counts: z.record(z.string(), z.number()), approvals: z.array(z.object({ id: z.string(), reason: z.string(), requestedBy: z.string(), expiresAt: z.string() })),
      items: z.array(z.object({ group: z.string(), reasons: z.array(z.string()), exception: exceptionView })), asOf: z.string(),
    }),
    async handle({ principal, services }) {
      const queue = await readQueue(services.stores, services.catalogue.current(), principal, new Date())
      return {
        asOf: queue.asOf, forMe: queue.forMe, counts: queue.counts, approvals: queue.approvals.map(({ id, reason, requestedBy, expiresAt }) => ({ id, reason, requestedBy, expiresAt })),
        items: queue.items.map(({ group, reasons, exception }) => ({ group, reasons: reasons.map(reason => reason.group), exception })),
      }
    },
  }),
]

async function linksAnswer({ stores }: { stores: Parameters<typeof linkExceptions>[0] }, id: string, scope: ReturnType<typeof scopeFor>) {
  const number = exceptionNumber(id)
  return { items: number === null ? [] : await linksOf(stores.postgres, number, scope) }
}
