/** The API as a hono application: lets in, reads, runs the declared call, and turns every error into a problem. */
import { Hono, type Context } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { runFor } from '#queries/clickhouse/connection/cause.ts'
import type { Principal } from '../auth/principal.ts'
import type { ApiRoute, ApiServices } from './define-route.ts'
import { once } from './idempotency.ts'
import { openApiDocument } from './openapi.ts'
import { Problem, problemOf, problemResponse } from './problem.ts'

const BODY_LIMIT = 1024 * 1024
const VERSION = '0.1.0'

/** Who a request is of; throws Problem missing_key or invalid_key. */
export type Authenticate = (request: Request) => Promise<Principal>

export interface ApiOptions { services: ApiServices; routes: readonly ApiRoute[]; authenticate: Authenticate; requestId(c: Context): string | null; origin(c: Context): string }

/** The application to mount at the root: /api/v1/… and /openapi.json. */
export function createApi({ services, routes, authenticate, requestId, origin }: ApiOptions): Hono {
  const api = new Hono()
  const document = openApiDocument(routes, VERSION)
  api.get('/openapi.json', c => c.json(document, 200, { 'cache-control': 'public, max-age=300' }))
  api.use('/api/v1/*', bodyLimit({ maxSize: BODY_LIMIT, onError: c => problemResponse(new Problem('too_large', `at most ${BODY_LIMIT} bytes`), requestId(c)) }))
  for (const route of routes) {
    api.on(route.method.toUpperCase(), `/api/v1${route.path.replaceAll(/\{(\w+)\}/g, ':$1')}`, async c => {
      // Told to whoever counts requests: the pattern, since the address holds identifiers.
      if (c.env) (c.env as { route?: string }).route = `/api/v1${route.path}`
      const principal = await authenticate(c.req.raw)
      if (route.method === 'post' && principal.kind === 'person') refuseForeignOrigin(c.req.raw)
      const url = new URL(c.req.url)
      const ifMatch = readIfMatch(c.req.header('if-match'))
      const body = route.method === 'post' ? await readBody(c.req.raw) : undefined
      const call = { params: c.req.param(), search: url.searchParams, body, principal, origin: origin(c), ifMatch, signal: c.req.raw.signal, services }
      const run = () => runFor({ name: `${route.method.toUpperCase()} /api/v1${route.path}`, request: requestId(c) ?? '' }, () => route.run(call))
      if (route.method === 'get') return run()
      return once(services.stores.postgres, `${principal.kind}:${principal.id}`, c.req.header('idempotency-key'), [route.id, url.pathname, url.search, ifMatch, body ?? null], run, route.shownOnce)
    })
  }
  api.all('/api/v1/*', async c => {
    await authenticate(c.req.raw)
    const known = routes.some(route => new RegExp(`^/api/v1${route.path.replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(new URL(c.req.url).pathname))
    throw known ? new Problem('method_not_allowed', `${c.req.method} is not a method of this address`) : new Problem('not_found', 'there is nothing at this address')
  })
  api.onError((error, c) => {
    const problem = problemOf(error)
    if (problem) return problemResponse(problem, requestId(c))
    services.log.error({ err: error, requestId: requestId(c), path: c.req.routePath }, 'a call failed')
    return problemResponse(new Problem('internal', 'it is logged with the request id'), requestId(c))
  })
  return api
}

/** `If-Match: 7`, `"7"` or `W/"7"`; null without one. */
function readIfMatch(header: string | undefined): number | null {
  if (header === undefined || header.trim() === '*') return null
  const match = /^(?:W\/)?"?(\d{1,9})"?$/.exec(header.trim())
  if (!match) throw new Problem('invalid_body', 'If-Match: a version number is expected')
  return Number(match[1])
}

/** A session travels in a cookie, so an act must come from our own pages. */
function refuseForeignOrigin(request: Request): void {
  const from = request.headers.get('origin')
  if (from !== null && (!URL.canParse(from) || new URL(from).host !== new URL(request.url).host)) throw new Problem('forbidden', 'the request comes from another site')
}

async function readBody(request: Request): Promise<unknown> {
  const text = await request.text()
  if (text === '') return undefined
  if (!/^application\/(?:[\w.+-]+\+)?json\b/i.test(request.headers.get('content-type') ?? '')) throw new Problem('unsupported_type', 'application/json is expected')
  try {
    return JSON.parse(text)
  } catch {
    throw new Problem('invalid_body', 'the body is not JSON')
  }
}
