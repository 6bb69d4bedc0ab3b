/** The built web application: its assets with cache headers, its pages through React Router. */
import { serveStatic } from '@hono/node-server/serve-static'
import type { Context, Hono, MiddlewareHandler } from 'hono'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { createRequestHandler, matchRoutes, RouterContextProvider, type RouteObject, type ServerBuild } from 'react-router'
import { runFor } from '#queries/clickhouse/connection/cause.ts'
import { nonceContext } from '../components/nonce.ts'
import { asSeenByBrowser } from './client.ts'
import { requestContext, servicesContext, type Services } from './context.ts'
import type { ServerEnv } from './security.ts'

const YEAR = 'public, max-age=31536000, immutable'
const HOUR = 'public, max-age=3600'
/** The largest form that is read. */
const FORM_LIMIT = 1024 * 1024

/** Mounts assets and pages; what nothing else answered is a page. `directory` holds `client/` and `server/index.js`. */
export async function mountPages(app: Hono<ServerEnv>, directory: string, services: Services): Promise<void> {
  const client = join(directory, 'client')
  const build = (await import(pathToFileURL(join(directory, 'server', 'index.js')).href)) as ServerBuild
  const handle = createRequestHandler(build, 'production')
  app.use('/assets/*', keptFor(YEAR), serveStatic({ root: client }))
  for (const file of ['/favicon.svg', '/robots.txt', '/asyncapi.yaml']) app.use(file, keptFor(HOUR), serveStatic({ root: client }))
  app.all('*', async c => {
    const tooLarge = Number(c.req.header('content-length') ?? 0) > FORM_LIMIT || (c.req.header('transfer-encoding') !== undefined && c.req.method !== 'GET')
    if (tooLarge) return c.text('The form is too large', 413)
    const response = await runFor({ name: pageOf(build, c.req.path), request: c.get('requestId') }, () => handle(asSeenByBrowser(c.req.raw, services.environment.trustProxy), loadContext(c, services)))
    if (response.headers.get('cache-control') === null) response.headers.set('cache-control', 'private, no-store')
    return response
  })
}

/** Lets browsers keep a file that was found. */
function keptFor(cacheControl: string): MiddlewareHandler<ServerEnv> {
  return async (c, next) => {
    await next()
    if (c.res.ok) c.res.headers.set('cache-control', cacheControl)
  }
}

function loadContext(c: Context<ServerEnv>, services: Services): RouterContextProvider {
  const context = new RouterContextProvider()
  const nonce = c.get('secureHeadersNonce') ?? ''
  context.set(servicesContext, services)
  context.set(requestContext, { id: c.get('requestId'), ip: c.get('ip'), nonce })
  context.set(nonceContext, nonce)
  return context
}

/** The pattern of the page that a path belongs to; paths hold identifiers, patterns do not. */
function pageOf(build: ServerBuild, path: string): string {
  const routes = Object.values(build.routes).flatMap((route): RouteObject[] => (route?.path === undefined ? [] : [{ path: `/${route.path}` }]))
  const page = path.replace(/\.data$/, '').replace(/^\/_(root)?$/, '/')
  return page === '/' ? '/' : (matchRoutes(routes, page)?.at(-1)?.route.path ?? 'other')
}
