/** Watching an exception, an object or a view: beginning and ending it. */
import { z } from 'zod'
import type { Catalogue } from '#queries/catalogue/catalogue.ts'
import { exceptionNumber } from '#queries/model/exception.ts'
import type { Scope } from '#queries/model/scope.ts'
import { recordAct, type Actor } from '#queries/postgres/audit.ts'
import { findException } from '#queries/postgres/exceptions.ts'
import type { ViewReader } from '#queries/postgres/views.ts'
import { listWatches, MOST_WATCHES, setWatch, WATCH_KINDS } from '#queries/postgres/watches.ts'
import type { Stores } from '#queries/stores.ts'
import { offeredViews } from './views.ts'

/** `subject`: an exception's id, `["namespace","type","id"]` of an object, a view's id. */
export const watchInput = z.strictObject({ kind: z.enum(WATCH_KINDS), subject: z.string().min(1).max(1500), watching: z.boolean() })
export type WatchInput = z.infer<typeof watchInput>
const objectKey = z.tuple([z.string().max(200), z.string().max(100), z.string().min(1).max(1024)])

/** Why nothing is watched. `not_found` also for what lies outside the scope. */
export class WatchError extends Error {
  readonly code: 'not_found' | 'too_many'
  constructor(code: WatchError['code'], message: string) {
    super(message)
    this.code = code
  }
}

/** Begins or ends watching. What happens to it from now on stands in the person's queue, as far as their scope shows it. Throws WatchError. */
export async function watch(stores: Stores, catalogue: Catalogue, actor: Actor, reader: ViewReader, scope: Scope, { kind, subject, watching }: WatchInput): Promise<void> {
  if (watching) await mayWatch(stores, catalogue, reader, scope, kind, subject)
  await stores.postgres.transaction().execute(async tx => {
    if (watching && (await listWatches(tx, reader.id)).length >= MOST_WATCHES) throw new WatchError('too_many', `At most ${MOST_WATCHES} can be watched. End some first.`)
    if (await setWatch(tx, reader.id, kind, subject, watching)) await recordAct(tx, actor, { action: watching ? 'watch.begun' : 'watch.ended', subject: { kind, id: subject } })
  })
}

async function mayWatch(stores: Stores, catalogue: Catalogue, reader: ViewReader, scope: Scope, kind: WatchInput['kind'], subject: string): Promise<void> {
  if (kind === 'exception') {
    const number = exceptionNumber(subject)
    if (number === null || !(await findException(stores.postgres, number, scope))) throw new WatchError('not_found', 'There is no such exception.')
  } else if (kind === 'view') {
    if (!(await offeredViews(stores, catalogue, reader)).some(view => view.id === subject)) throw new WatchError('not_found', 'There is no such view.')
  } else if (!isObjectKey(subject)) throw new WatchError('not_found', 'There is no such object.')
}

function isObjectKey(text: string): boolean {
  try {
    return objectKey.safeParse(JSON.parse(text)).success
  } catch {
    return false
  }
}
