/** What the server believes about where a request comes from. */
import { getConnInfo } from '@hono/node-server/conninfo'
import type { Context } from 'hono'

/**
 * The client's address. Forwarded headers count only as far as there are trusted proxies in front: each adds the address it saw at the
 * right end of X-Forwarded-For, so the n-th from the right is what the outermost trusted one saw.
 */
export function clientAddress(c: Context, trustedProxies: number): string {
  const direct = connectionAddress(c)
  if (trustedProxies === 0) return direct
  const chain = (c.req.header('x-forwarded-for') ?? '').split(',').map(part => part.trim()).filter(part => part !== '')
  return chain.at(-Math.min(trustedProxies, chain.length)) ?? direct
}

function connectionAddress(c: Context): string {
  try {
    return getConnInfo(c).remote.address ?? 'unknown'
  } catch {
    // A request made inside the process (tests, the canary) has no connection.
    return 'internal'
  }
}

/** True if the request came from this machine itself, not through a proxy. */
export function isLoopback(c: Context): boolean {
  const address = connectionAddress(c)
  return c.req.header('x-forwarded-for') === undefined && (address === '::1' || address === '127.0.0.1' || address === '::ffff:127.0.0.1')
}

/** The request with the address the reader's browser used: a TLS proxy that is trusted says scheme and host, else what came stands. */
export function asSeenByBrowser(request: Request, trustedProxies: number): Request {
  const proto = request.headers.get('x-forwarded-proto')?.split(',').at(-1)?.trim()
  if (trustedProxies === 0 || (proto !== 'https' && proto !== 'http')) return request
  const { pathname, search, host: ours } = new URL(request.url)
  const forwarded = request.headers.get('x-forwarded-host')?.split(',').at(-1)?.trim()
  const url = new URL(`${proto}://${forwarded && URL.canParse(`${proto}://${forwarded}`) ? forwarded : ours}`)
  url.pathname = pathname
  url.search = search
  return new Request(url, request)
}
