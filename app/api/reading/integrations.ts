/** GET integrations, integrations/{id}/health, rejected, search. */
import { z } from 'zod'
import { listRejected, rejectedFilter, rejectedView } from '#queries/clickhouse/rejected-list/list.ts'
import { integration } from '#queries/catalogue/schema.ts'
import { decodeCursor, pageOf } from '#queries/model/cursor.ts'
import { paging } from '#queries/model/filter.ts'
import { healthView, listOf } from '#queries/model/views.ts'
import { HEALTH_WINDOWS, readHealth, type HealthWindow } from '../../integrations/health-view.ts'
import { search, searchHit } from '../../search/search.ts'
import { defineRoute, listQuery, splitPaging } from '../define-route.ts'
import { Problem } from '../problem.ts'

const window = z.enum(Object.keys(HEALTH_WINDOWS) as [HealthWindow, ...HealthWindow[]]).default('24h')
const integrationItem = integration.extend({ health: healthView })

const listIntegrations = defineRoute({
  id: 'listIntegrations', method: 'get', path: '/integrations', act: 'read', summary: 'Every integration of the catalogue with owners, objective and health',
  query: z.strictObject({ ...paging.shape, window, system: z.array(z.string()).default([]) }), answer: listOf(integrationItem),
  async handle({ query, scope, services }) {
    const after = decodeCursor('integrations', z.string(), query.cursor)
    const all = [...services.catalogue.current().integrations.values()]
      .filter(one => query.system.length === 0 || query.system.includes(one.from) || query.system.includes(one.to))
      .sort((a, b) => (a.id < b.id ? -1 : 1)).filter(one => after === undefined || one.id > after)
    const page = pageOf(all.slice(0, query.limit + 1), query.limit, 'integrations', one => one.id)
    const now = new Date()
    const health = await readHealth(services.stores.clickhouse, page.items, query.window, now, scope)
    return { items: page.items.flatMap((one, index) => (health[index] ? [{ ...one, health: health[index] }] : [])), nextCursor: page.nextCursor, asOf: now.toISOString() }
  },
})

const integrationHealth = defineRoute({
  id: 'getIntegrationHealth', method: 'get', path: '/integrations/{id}/health', act: 'read', summary: 'Rate, errors, latency, queue and error budget of an integration',
  params: z.strictObject({ id: z.string().min(1).max(200) }), query: z.strictObject({ window }), answer: healthView,
  async handle({ params, query, scope, services }) {
    const one = services.catalogue.current().integration(params.id)
    const health = one && (await readHealth(services.stores.clickhouse, [one], query.window, new Date(), scope))[0]
    if (!health) throw new Problem('not_found', 'no integration of this id in the catalogue')
    return health
  },
})

const rejectedItems = defineRoute({
  id: 'listRejected', method: 'get', path: '/rejected', act: 'read', summary: 'What could not be taken as it is, newest first',
  query: listQuery(rejectedFilter), answer: listOf(rejectedView),
  async handle({ query, scope, services }) {
    const { filter, page } = splitPaging(query)
    return { ...(await listRejected(services.stores.clickhouse, filter, page, scope)), asOf: new Date().toISOString() }
  },
})

const searchAll = defineRoute({
  id: 'search', method: 'get', path: '/search', act: 'read', summary: 'Anything by its identifier',
  query: z.strictObject({ q: z.string().max(1024) }), answer: listOf(searchHit),
  async handle({ query, scope, services }) {
    const hits = await search(services.stores, services.catalogue.current().integrations.values(), query.q, scope)
    return { items: hits, nextCursor: null, asOf: new Date().toISOString() }
  },
})

export const INTEGRATION_ROUTES = [listIntegrations, integrationHealth, rejectedItems, searchAll]
