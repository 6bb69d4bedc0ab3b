/** The HTTP server of a process: what every request passes, then ingestion, API, operations and pages, as far as this role has them. */
import { serve, type ServerType } from '@hono/node-server'
import { Hono, type Handler, type MiddlewareHandler } from 'hono'
import { compress } from 'hono/compress'
import { requestId } from 'hono/request-id'
import { API_ROUTES } from '../api/routes.ts'
import { createApi, type Authenticate } from '../api/server.ts'
import { problemOf, problemResponse, Problem } from '../api/problem.ts'
import { can } from '../auth/principal.ts'
import { asSeenByBrowser, clientAddress, isLoopback } from './client.ts'
import type { Services } from './context.ts'
import type { Metrics } from './metrics.ts'
import { mountPages } from './pages.ts'
import type { Readiness } from './readiness.ts'
import { securityHeaders, type ServerEnv } from './security.ts'

export interface HttpParts {
  services: Services
  metrics: Metrics
  readiness: Readiness
  authenticate: Authenticate
  /** ingestion's own application with its absolute paths (/v1/…, /api/v1/receipts/…); null where this role takes no events */
  ingest: Hono | null
  /** the live stream's application; null where there is none */
  live: Hono | null
  /** directory of the web build; null where this role shows no pages */
  web: string | null
  /** whether the API is served */
  api: boolean
}

/** Composes the application. Order matters: operations and ingestion before the API, pages last. */
export async function createHttp(parts: HttpParts): Promise<Hono<ServerEnv>> {
  const { services, metrics, readiness, authenticate } = parts
  const app = new Hono<ServerEnv>()
  app.use(requestId({ limitLength: 100 }))
  app.use(async (c, next) => {
    const started = performance.now()
    c.set('ip', clientAddress(c, services.environment.trustProxy))
    await next()
    const milliseconds = performance.now() - started
    // A raw answer does not take over headers that were set before it.
    c.res.headers.set('x-request-id', c.get('requestId'))
    const route = c.get('route') ?? 'other'
    metrics.observe(c.req.method, route, c.res.status, milliseconds / 1000)
    const line = { requestId: c.get('requestId'), method: c.req.method, route, status: c.res.status, ms: Math.round(milliseconds) }
    if (c.res.status >= 500) services.log.error(line, 'answered')
    else services.log.debug(line, 'answered')
  })
  app.use(securityHeaders({ https: services.environment.publicUrl?.startsWith('https:') ?? false }))

  app.use('/healthz', label('/healthz'))
  app.use('/readyz', label('/readyz'))
  app.use('/metrics', label('/metrics'))
  app.get('/healthz', c => c.text('ok', 200, { 'cache-control': 'no-store' }))
  app.get('/readyz', async c => {
    const { ready, reason } = await readiness.check()
    return c.json({ ready, reason }, ready ? 200 : 503, { 'cache-control': 'no-store' })
  })
  app.get('/metrics', async c => {
    if (!isLoopback(c) && !can(await authenticate(c.req.raw), 'administer')) throw new Problem('forbidden', 'this needs the permission "administer"')
    return c.body(await metrics.text(), 200, { 'content-type': metrics.contentType, 'cache-control': 'no-store' })
  })

  if (parts.ingest) {
    const { ingest } = parts
    app.use('/v1/*', label('/v1'))
    app.all('/v1/*', c => ingest.fetch(c.req.raw, c.env))
    app.get('/api/v1/receipts/:receipt', c => ingest.fetch(c.req.raw, c.env))
  }
  if (parts.live) {
    const { live } = parts
    app.use('/api/v1/live', label('/api/v1/live'))
    app.get('/api/v1/live', c => live.fetch(c.req.raw, c.env))
  }
  app.use(compress())
  if (parts.api) {
    const api = createApi({
      services, routes: API_ROUTES, authenticate,
      requestId: c => (c.env as { requestId?: string }).requestId ?? null, origin: c => clientAddress(c, services.environment.trustProxy),
    })
    const answer: Handler<ServerEnv> = async c => {
      const env = { ...(c.env as object), requestId: c.get('requestId'), route: '/api/v1' }
      const response = await api.fetch(asSeenByBrowser(c.req.raw, services.environment.trustProxy), env)
      c.set('route', env.route)
      return response
    }
    app.all('/api/v1/*', answer)
    app.get('/openapi.json', answer)
  }
  app.use('*', label('page'))
  if (parts.web !== null) await mountPages(app, parts.web, services)
  app.notFound(c => problemResponse(new Problem('not_found', 'there is nothing at this address'), c.get('requestId')))
  app.onError((error, c) => {
    const problem = problemOf(error)
    if (problem) return problemResponse(problem, c.get('requestId'))
    services.log.error({ err: error, requestId: c.get('requestId') }, 'a request failed')
    return problemResponse(new Problem('internal', 'it is logged with the request id'), c.get('requestId'))
  })
  return app
}

/** Names what a request is counted under: the first to say so wins. Addresses hold identifiers and are not used. */
function label(route: string): MiddlewareHandler<ServerEnv> {
  return async (c, next) => {
    if (c.get('route') === undefined) c.set('route', route)
    await next()
  }
}

export interface Listening { url: string; port: number; close(): Promise<void> }

/** Listens; resolves with the address when the first request can come. Closing stops taking, waits a moment for what runs, then cuts. */
export async function listen(app: Hono<ServerEnv>, { host, port }: { host: string; port: number }): Promise<Listening> {
  const server: ServerType = await new Promise((resolve, reject) => {
    const starting = serve({ fetch: app.fetch, hostname: host, port, serverOptions: { requestTimeout: 300_000, headersTimeout: 60_000, keepAliveTimeout: 65_000 } }, () => resolve(starting))
    starting.once('error', reject)
  })
  const address = server.address()
  const actual = typeof address === 'object' && address !== null ? address.port : port
  return {
    url: `http://${host === '0.0.0.0' || host === '::' ? 'localhost' : host.includes(':') ? `[${host}]` : host}:${actual}`,
    port: actual,
    close: () => new Promise<void>(resolve => {
      const cut = setTimeout(() => 'closeAllConnections' in server && server.closeAllConnections(), GRACE_MS)
      server.close(() => {
        clearTimeout(cut)
        resolve()
      })
      if ('closeIdleConnections' in server) server.closeIdleConnections()
    }),
  }
}
const GRACE_MS = 5000
