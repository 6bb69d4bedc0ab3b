/** Who an API request is of: a service key in `Authorization: Bearer`, else a session's cookie. */
import { Problem } from '../api/problem.ts'
import { principalOfKey, type KeyRecord, type Principal } from './principal.ts'
import type { SignIn } from './sign-in.ts'

/** Answers the key if it is valid now. */
export interface KeyVerifier { verify(key: string): Promise<KeyRecord | null> }

/** The principal of a request. Throws Problem `missing_key` or `invalid_key`; a request with a key never falls back to a cookie. */
export function createAuthenticate(keys: KeyVerifier, signIn: Pick<SignIn, 'personOf'>): (request: Request) => Promise<Principal> {
  return async request => {
    const header = request.headers.get('authorization')
    if (header !== null) {
      const match = /^Bearer +(\S+)$/i.exec(header)
      const key = match?.[1] === undefined ? null : await keys.verify(match[1])
      if (key === null) throw new Problem('invalid_key', 'the key is unknown or revoked')
      return principalOfKey(key)
    }
    const person = await signIn.personOf(request)
    if (person === null) throw new Problem('missing_key', 'sign in, or send Authorization: Bearer sbx_…')
    return person
  }
}
