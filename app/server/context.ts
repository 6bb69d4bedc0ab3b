/** What loaders and actions are given: the services of the process, who asks, and the request as the server saw it. */
import type { RouterContextProvider } from 'react-router'
import type { CatalogueHandle } from '#queries/catalogue/catalogue.ts'
import type { Environment } from '#queries/environment.ts'
import type { Scope } from '#queries/model/scope.ts'
import type { Stores } from '#queries/stores.ts'
import type { Auth } from '../auth/better-auth.ts'
import { can, scopeFor, type Principal } from '../auth/principal.ts'
import type { Act } from '../auth/roles.ts'
import type { SignIn } from '../auth/sign-in.ts'
import type { Log } from '../logging.ts'
import type { MailLinks } from '../mail/links.ts'
import type { ReplayTargets } from '../replay/targets.ts'
import { sharedContext } from './shared-context.ts'

/** The services of this process. */
export interface Services { stores: Stores; catalogue: CatalogueHandle; environment: Environment; auth: Auth; signIn: SignIn; targets: ReplayTargets; mail: MailServices; log: Log }
/** What screens about mail need: where links lead, whether anything can be sent, and whether the mails only go to the demo's catcher. */
export interface MailServices { links: MailLinks; sends: 'server' | 'catcher' | 'nothing' }
/** A request: its id, the client's address, and the nonce of its Content-Security-Policy. */
export interface RequestInfo { id: string; ip: string; nonce: string }

export const servicesContext = sharedContext<Services>('services')
export const requestContext = sharedContext<RequestInfo>('request')
/** Set by the access middleware; null on pages that need no sign-in. */
export const principalContext = sharedContext<Principal | null>('principal', null as Principal | null)

type Context = Readonly<RouterContextProvider>

/** The signed-in person. Throws where there is none, which the access middleware rules out for every page that is not public. */
export function requirePrincipal(context: Context): Principal {
  const principal = context.get(principalContext)
  if (principal === null) throw new Response(null, { status: 401 })
  return principal
}

/** Where the signed-in person may do this. Throws a 403 Response if nowhere. */
export function requireScope(context: Context, act: Act): Scope {
  const principal = requirePrincipal(context)
  if (!can(principal, act)) throw new Response('Not allowed', { status: 403 })
  return scopeFor(principal, act)
}

/** The signed-in person as the audit record names them. */
export function actorOf(context: Context): { kind: 'person'; id: string; origin: string } {
  return { kind: 'person', id: requirePrincipal(context).id, origin: context.get(requestContext).ip }
}
