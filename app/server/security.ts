/** Headers that every answer carries. */
import type { MiddlewareHandler } from 'hono'
import { NONCE, secureHeaders, type SecureHeadersVariables } from 'hono/secure-headers'

export interface ServerVariables extends SecureHeadersVariables { requestId: string; ip: string; route?: string }
export interface ServerEnv { Variables: ServerVariables }

/**
 * A strict policy: scripts and style sheets of our own only, inline ones by nonce. `style` attributes are allowed (positions of the
 * waterfall and of pop-ups are such). The referrer policy lets a form post without JavaScript keep its origin, which the CSRF check
 * needs. HSTS is sent only where the public address is https.
 */
export function securityHeaders({ https }: { https: boolean }): MiddlewareHandler<ServerEnv> {
  const base = secureHeaders({
    contentSecurityPolicy: {
      defaultSrc: ["'self'"], scriptSrc: ["'self'", NONCE], styleSrc: ["'self'", NONCE], styleSrcAttr: ["'unsafe-inline'"], imgSrc: ["'self'", 'data:'], fontSrc: ["'self'"],
      connectSrc: ["'self'"], objectSrc: ["'none'"], baseUri: ["'none'"], formAction: ["'self'"], frameAncestors: ["'none'"],
    },
    referrerPolicy: 'same-origin',
    xFrameOptions: 'DENY',
    strictTransportSecurity: https ? 'max-age=31536000; includeSubDomains' : false,
    permissionsPolicy: { camera: [], microphone: [], geolocation: [], payment: [], usb: [] },
  })
  return async (c, next) => {
    let framed = false
    const answer = await base(c, async () => {
      await next()
      framed = c.res.headers.get('content-security-policy') === MAIL_POLICY
    })
    if (framed) {
      c.res.headers.set('content-security-policy', MAIL_POLICY)
      c.res.headers.set('x-frame-options', 'SAMEORIGIN')
    }
    return answer
  }
}

/** For a mail shown in a frame of ours: its own style sheet and nothing else, no script, no form, no origin. Links open a page of their own. */
const MAIL_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox"

/** A mail's HTML as an answer that only our own pages may frame. */
export function mailDocument(html: string): Response {
  return new Response(html, { headers: { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': MAIL_POLICY, 'cache-control': 'private, no-store' } })
}
