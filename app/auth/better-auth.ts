/**
 * Accounts, passwords and sessions by better-auth, on the decisions store. Roles and scopes are ours (`person`), so none of its
 * plugins is used, and its own addresses are not served: pages and API go through `sign-in.ts`, which calls its handler inside the
 * process so that its rate limit and origin check hold.
 */
import { betterAuth } from 'better-auth'
import { getMigrations } from 'better-auth/db/migration'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Environment } from '#queries/environment.ts'
import type { Stores } from '#queries/stores.ts'

/** One working day; a session is not prolonged by use. */
const SESSION_SECONDS = 12 * 60 * 60
/** Sign-ins a minute from one address: a hospital's people may share one. */
const SIGN_INS_A_MINUTE = 20
const LOCK_RETRY_MS = 100
export const CLIENT_IP_HEADER = 'x-signalbox-client-ip'
export const COOKIE_PREFIX = 'signalbox'
export const MIN_PASSWORD = 12

type Needs = Pick<Environment, 'sessionSecret' | 'publicUrl' | 'port'>

/** The address better-auth takes itself to have. Requests carry their own; cookies are `Secure` where this is https. */
export function authBaseUrl(environment: Pick<Environment, 'publicUrl' | 'port'>): string {
  return environment.publicUrl ?? `http://localhost:${environment.port}`
}

/** better-auth over the decisions store; call {@link migrateAuth} before its first use. */
export function createAuth(stores: Pick<Stores, 'postgres'>, environment: Needs) {
  const baseURL = authBaseUrl(environment)
  return betterAuth({
    baseURL,
    basePath: '/api/auth',
    secret: environment.sessionSecret,
    database: { db: stores.postgres, type: 'postgres', transaction: true },
    telemetry: { enabled: false },
    logger: { disabled: true },
    // Bootstrap administrators may come with 8 characters from the environment; the setup page asks for MIN_PASSWORD.
    emailAndPassword: { enabled: true, disableSignUp: true, minPasswordLength: 8, maxPasswordLength: 128 },
    session: { expiresIn: SESSION_SECONDS, disableSessionRefresh: true },
    rateLimit: { enabled: true, storage: 'database', window: 60, max: 600, customRules: { '/sign-in/email': { window: 60, max: SIGN_INS_A_MINUTE } } },
    // A form of another site must not sign anybody in: only the address the request came to, and the public one.
    trustedOrigins: request => [new URL(baseURL).origin, ...(request ? [new URL(request.url).origin] : [])],
    advanced: {
      cookiePrefix: COOKIE_PREFIX, useSecureCookies: baseURL.startsWith('https:'),
      disableCSRFCheck: false, disableOriginCheck: false,
      ipAddress: { ipAddressHeaders: [CLIENT_IP_HEADER] },
    },
  })
}
export type Auth = ReturnType<typeof createAuth>

/** Brings better-auth's tables to its version; of several processes starting at once one does it. */
export async function migrateAuth(auth: Auth, stores: Pick<Stores, 'coordination'>): Promise<void> {
  let lock = await stores.coordination.tryLock('migrate-auth')
  while (lock === null) {
    await sleep(LOCK_RETRY_MS)
    lock = await stores.coordination.tryLock('migrate-auth')
  }
  try {
    await (await getMigrations(auth.options)).runMigrations()
  } finally {
    await lock.release()
  }
}
