/** Signing in and out, and who a request is of. Every sign-in, failed sign-in and sign-out leaves an audit record. */
import type { Actor } from '#queries/postgres/audit.ts'
import { recordAct } from '#queries/postgres/audit.ts'
import { findAccountId, findPerson } from '#queries/postgres/people.ts'
import type { Stores } from '#queries/stores.ts'
import { CLIENT_IP_HEADER, type Auth } from './better-auth.ts'
import { principalOfPerson, type Principal } from './principal.ts'

/** What became of a sign-in. `headers` carry the session cookie. */
export type SignInResult = { outcome: 'signed_in'; headers: Headers } | { outcome: 'wrong' } | { outcome: 'foreign' } | { outcome: 'too_many'; retryAfterSeconds: number }

export interface SignIn {
  /** Checks e-mail and password and opens a session. `ip` is the client's as the server knows it. */
  signIn(request: Request, credentials: { email: string; password: string }, ip: string): Promise<SignInResult>
  /** Ends the session of a request; the headers clear its cookie. */
  signOut(request: Request, ip: string): Promise<Headers>
  /** The signed-in person of a request, or null. */
  personOf(request: Request): Promise<Principal | null>
}

/** Sign-in over better-auth. */
export function createSignIn(auth: Auth, stores: Stores): SignIn {
  return {
    async signIn(request, credentials, ip) {
      const response = await auth.handler(internalRequest(request, '/api/auth/sign-in/email', { email: credentials.email.trim(), password: credentials.password }, ip))
      if (response.ok) {
        const id = await findAccountId(stores.postgres, credentials.email.trim())
        await record(stores, { kind: 'person', id: id ?? 'unknown', origin: ip }, 'person.sign_in', id ?? 'unknown')
        return { outcome: 'signed_in', headers: cookiesOf(response) }
      }
      if (response.status === 429) return { outcome: 'too_many', retryAfterSeconds: Number(response.headers.get('x-retry-after') ?? 60) }
      if (response.status === 403) return { outcome: 'foreign' }
      // What was typed is not kept: in the wrong field it may be a password.
      const id = (await findAccountId(stores.postgres, credentials.email.trim())) ?? 'unknown'
      await record(stores, { kind: 'person', id, origin: ip }, 'person.sign_in_failed', id)
      return { outcome: 'wrong' }
    },
    async signOut(request, ip) {
      const person = await personOf(auth, stores, request)
      const response = await auth.handler(internalRequest(request, '/api/auth/sign-out', {}, ip))
      if (person && response.ok) await record(stores, { kind: 'person', id: person.id, origin: ip }, 'person.sign_out', person.id)
      return cookiesOf(response)
    },
    personOf: request => personOf(auth, stores, request),
  }
}

async function personOf(auth: Auth, stores: Stores, request: Request): Promise<Principal | null> {
  const cookie = request.headers.get('cookie')
  if (cookie === null || !cookie.includes('session_token')) return null
  const session = await auth.api.getSession({ headers: new Headers({ cookie }) })
  const person = session && (await findPerson(stores.postgres, session.user.id))
  return person ? principalOfPerson(person) : null
}

/** A call of better-auth's handler that keeps what its checks need: cookie, origin, and the address the server saw. */
function internalRequest(request: Request, path: string, body: object, ip: string): Request {
  const headers = new Headers({ 'content-type': 'application/json', [CLIENT_IP_HEADER]: ip })
  for (const name of ['cookie', 'origin', 'referer', 'user-agent']) {
    const value = request.headers.get(name)
    if (value !== null) headers.set(name, value)
  }
  return new Request(new URL(path, request.url), { method: 'POST', headers, body: JSON.stringify(body) })
}

function cookiesOf(response: Response): Headers {
  const headers = new Headers()
  for (const cookie of response.headers.getSetCookie()) headers.append('set-cookie', cookie)
  return headers
}

async function record(stores: Stores, actor: Actor, action: string, subjectId: string): Promise<void> {
  await stores.postgres.transaction().execute(tx => recordAct(tx, actor, { action, subject: { kind: 'person', id: subjectId } }))
}
