/** What screens about replays work with: the operations' context and the signed-in person as their actor. */
import type { RouterContextProvider } from 'react-router'
import { requirePrincipal, requestContext, requireScope, servicesContext } from '../server/context.ts'
import type { Act } from '../auth/roles.ts'
import { ReplayError, type ReplayActor } from './requests.ts'
import type { ReplayContext } from './selection.ts'

type Context = Readonly<RouterContextProvider>

/** The context of the operations on replays. */
export function replayContextOf(context: Context): ReplayContext {
  const { stores, catalogue, targets } = context.get(servicesContext)
  return { stores, catalogue, targets }
}

/** The signed-in person, where they may do this. Throws a 403 Response if nowhere. */
export function replayActorOf(context: Context, act: Act): ReplayActor {
  return { kind: 'person', id: requirePrincipal(context).id, origin: context.get(requestContext).ip, scope: requireScope(context, act) }
}

const STATUS: Record<ReplayError['code'], number> = { not_found: 404, forbidden: 403, conflict: 409, not_allowed_now: 409, invalid_act: 400 }

/** A refusal as the sentence that a person reads, with its HTTP status; anything else is thrown on. */
export function refusalOf(error: unknown): { problem: string; status: number } {
  if (!(error instanceof ReplayError)) throw error
  return { problem: `${error.message}.`, status: STATUS[error.code] }
}
