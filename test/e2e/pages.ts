/** Every page of the application and where one of it is found: `every-page.spec.ts` walks the list, `test/project/pages.test.ts` fails for a page that is not in it. */
import type { Login } from './support.ts'

export interface Walked {
  /** Who opens it. */
  who: Login
  /** Its address, where the address needs nothing from the data. */
  at?: string
  /** Otherwise the page whose first link to such a page is followed: an address, or a path of this list. */
  from?: string
}

const HOUR = 3_600_000
/** The last whole day of an integration that every demo has. */
const lastDay = (): string => {
  const to = Math.floor(Date.now() / HOUR) * HOUR
  return new URLSearchParams({ integration: 'odoo-edi-orders', from: new Date(to - 24 * HOUR).toISOString(), to: new Date(to).toISOString() }).toString()
}

/** By the path of `app/routes.ts`. Long lists show few rows: what is found in fifty is found in twelve. */
export const PAGES: Readonly<Record<string, Walked>> = {
  '/': { who: 'finance', at: '/' },
  '/exceptions': { who: 'finance', at: '/exceptions?limit=12' },
  '/exceptions/:id': { who: 'finance', from: '/exceptions?kind=failed&lines=single' },
  '/groups': { who: 'it', at: '/groups?limit=12' },
  '/groups/:fingerprint': { who: 'it', from: '/groups' },
  '/queue': { who: 'finance', at: '/queue' },
  '/queue/watching': { who: 'finance', at: '/queue/watching' },
  '/views': { who: 'procurement', at: '/views' },
  '/views/:id': { who: 'procurement', at: '/views/new?query=kind%3Doverdue&name=Late' },
  '/replays': { who: 'finance', at: '/replays' },
  '/objects/:type': { who: 'procurement', at: '/objects/purchase_order?limit=12' },
  '/objects/:type/:id': { who: 'procurement', from: '/objects/purchase_order' },
  '/traces/:correlationId': { who: 'finance', from: '/exceptions/:id' },
  '/events/:source/:id': { who: 'finance', from: '/exceptions/:id' },
  '/integrations': { who: 'it', at: '/integrations' },
  '/integrations/:id': { who: 'it', from: '/integrations' },
  '/invoice-exports': { who: 'finance', at: '/invoice-exports' },
  '/payments': { who: 'finance', at: '/payments' },
  '/charge-capture': { who: 'finance', at: '/charge-capture' },
  '/feeds': { who: 'it', at: '/feeds' },
  '/technical': { who: 'it', at: '/technical?window=7d' },
  '/assistance': { who: 'it', at: '/assistance' },
  '/assistance/events': { who: 'it', at: `/assistance/events?${lastDay()}` },
  '/search': { who: 'it', at: '/search?q=PO-' },
  '/backlog': { who: 'procurement', at: '/backlog?limit=12' },
  '/expectations': { who: 'procurement', at: '/expectations' },
  '/expectations/:process/:id': { who: 'admin', from: '/expectations' },
  '/rejected': { who: 'it', at: '/rejected?limit=12' },
  '/rules': { who: 'admin', at: '/rules' },
  '/rules/:set/:id': { who: 'admin', from: '/rules' },
  '/audit': { who: 'auditor', at: '/audit?limit=12' },
  '/developer/queries': { who: 'it', at: '/developer/queries' },
  '/purchase-orders': { who: 'procurement', at: '/purchase-orders' },
  '/purchase-orders/suppliers': { who: 'procurement', at: '/purchase-orders/suppliers' },
  '/purchase-orders/suppliers/:id': { who: 'procurement', from: '/purchase-orders/suppliers' },
  '/replenishment': { who: 'procurement', at: '/replenishment' },
  '/approvers': { who: 'procurement', at: '/approvers' },
  '/master-data': { who: 'it', at: '/master-data' },
  '/sla': { who: 'admin', at: '/sla' },
  '/sla/policies/:id': { who: 'admin', from: '/sla' },
  '/sla/mails': { who: 'admin', at: '/sla/mails' },
  '/sla/me': { who: 'finance', at: '/sla/me' },
  '/sla/webhooks': { who: 'admin', at: '/sla/webhooks' },
}

/** Pages that stand in no list at all times; the spec that brings one about looks at it with axe there. */
export const ELSEWHERE: Readonly<Record<string, string>> = {
  '/sign-in': 'every-page.spec.ts',
  '/setup': '../app/components/gallery.a11y.test.ts',
  '/exceptions/bulk': 'exceptions.spec.ts',
  '/replays/new': 'replay.spec.ts',
  '/replays/:id': 'replay.spec.ts',
  '/sla/mails/:id': 'mail.spec.ts',
  '/unsubscribe/:token': 'mail.spec.ts',
  '/kit': '../app/components/gallery.a11y.test.ts',
}
