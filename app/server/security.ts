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
  return secureHeaders({
    contentSecurityPolicy: {
      defaultSrc: ["'self'"], scriptSrc: ["'self'", NONCE], styleSrc: ["'self'", NONCE], styleSrcAttr: ["'unsafe-inline'"], imgSrc: ["'self'", 'data:'], fontSrc: ["'self'"],
      connectSrc: ["'self'"], objectSrc: ["'none'"], baseUri: ["'none'"], formAction: ["'self'"], frameAncestors: ["'none'"],
    },
    referrerPolicy: 'same-origin',
    xFrameOptions: 'DENY',
    strictTransportSecurity: https ? 'max-age=31536000; includeSubDomains' : false,
    permissionsPolicy: { camera: [], microphone: [], geolocation: [], payment: [], usb: [] },
  })
}
