/**
 * Who may open which page: every route of `app/routes.ts` by its pattern. Deny by default: a page that is not listed here answers
 * 404, and a test fails for it.
 */
import { redirect, type MiddlewareFunction } from 'react-router'
import { hasAdministrator } from '#queries/postgres/people.ts'
import { principalContext, servicesContext } from '../server/context.ts'
import { can } from './principal.ts'
import type { Act } from './roles.ts'

/** `public`: nobody need sign in. Otherwise the act that a role must be allowed; what a page's form does is judged by its action. */
export const PAGE_ACCESS: Readonly<Record<string, Act | 'public'>> = {
  '/sign-in': 'public',
  '/sign-out': 'public',
  '/setup': 'public',
  '/theme': 'public',
  '/kit': 'public',
  '/': 'read',
  '/exceptions': 'read',
  '/exceptions/:id': 'read',
  '/exceptions/selection': 'read',
  '/exceptions/bulk': 'read',
  '/exceptions/export': 'export',
  '/groups': 'read',
  '/groups/:fingerprint': 'read',
  '/queue': 'read',
  '/queue/watching': 'read',
  '/queue/watch': 'read',
  '/queue/seen': 'read',
  '/views': 'read',
  '/views/:id': 'read',
  '/objects/:type': 'read',
  '/objects/:type/:id': 'read',
  '/objects/:type/:id/export': 'export',
  '/traces/:correlationId': 'read',
  '/traces/:correlationId/export': 'export',
  '/events/:source/:id': 'read',
  '/integrations': 'read',
  '/integrations/:id': 'read',
  '/invoice-exports': 'read',
  '/payments': 'read',
  '/charge-capture': 'read',
  '/feeds': 'read',
  '/technical': 'read',
  '/assistance': 'read',
  '/assistance/events': 'read',
  '/rejected': 'read',
  '/rejected/:id': 'read',
  '/replays': 'read',
  '/replays/new': 'request_replay',
  '/replays/:id': 'read',
  '/search': 'read',
  '/rules': 'read',
  '/rules/:set/:id': 'read',
  '/audit': 'see_audit',
  '/exports/trail': 'export',
  '/backlog': 'read',
  '/expectations': 'read',
  '/expectations/:process/:id': 'read',
  '/purchase-orders': 'read',
  '/purchase-orders/suppliers': 'read',
  '/purchase-orders/suppliers/:id': 'read',
  '/replenishment': 'read',
  '/approvers': 'read',
  '/master-data': 'read',
  '/developer/queries': 'see_queries',
  '/unsubscribe/:token': 'public',
  '/sla': 'read',
  '/sla/policies/:id': 'read',
  '/sla/policies/:id/preview': 'read',
  '/sla/mails': 'read',
  '/sla/mails/:id': 'read',
  '/sla/mails/:id/html': 'read',
  '/sla/me': 'read',
  '/sla/webhooks': 'administer',
}

/** What a page needs by its route's pattern, with or without the slash at its start; undefined for an unlisted one. */
export function accessOf(pattern: string): Act | 'public' | undefined {
  const page = pattern.startsWith('/') ? pattern : `/${pattern}`
  return Object.hasOwn(PAGE_ACCESS, page) ? PAGE_ACCESS[page] : undefined
}

/** Runs before every page and its data. Sets who asks; sends whom it does not know to the sign-in page, or to the setup of an empty installation. */
export const requireAccess: MiddlewareFunction<Response> = async ({ request, context, pattern }) => {
  const access = accessOf(pattern)
  if (access === undefined) throw new Response('Not found', { status: 404 })
  const { signIn, stores } = context.get(servicesContext)
  const principal = await signIn.personOf(request)
  context.set(principalContext, principal)
  if (access === 'public') return
  if (principal === null) {
    if (!(await hasAdministrator(stores.postgres))) throw redirect('/setup')
    const { pathname, search } = new URL(request.url)
    const next = request.method === 'GET' ? `${pathname}${search}` : '/'
    throw redirect(next === '/' ? '/sign-in' : `/sign-in?next=${encodeURIComponent(next)}`)
  }
  if (!can(principal, access)) throw new Response('Not allowed', { status: 403 })
}

/** The page to go to after signing in: a path of our own, never another site. */
export function safeNext(next: string | null): string {
  if (next === null || !next.startsWith('/') || next.startsWith('//') || next.includes('\\')) return '/'
  const url = new URL(next, 'http://signalbox.invalid')
  return url.host === 'signalbox.invalid' ? `${url.pathname}${url.search}` : '/'
}
