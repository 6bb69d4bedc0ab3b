/** What a person watches, in words. */
import type { Catalogue } from '#queries/catalogue/catalogue.ts'
import type { ExceptionView } from '#queries/model/exception.ts'
import type { ViewReader } from '#queries/postgres/views.ts'
import type { Watch, WatchKind } from '#queries/postgres/watches.ts'
import type { Stores } from '#queries/stores.ts'
import { objectNoun } from '../exceptions/labels.ts'
import { offeredViews, viewAddress } from './views.ts'

/** `to` null: it is not there any more, or outside what the person may see. */
export interface WatchLine { kind: WatchKind; subject: string; name: string; to: string | null; since: string }

/** The lines of the watch list. `exceptionOf` reads inside the person's scope; `objectTo`: the address of an object. */
export async function watchedLines(stores: Pick<Stores, 'postgres'>, catalogue: Catalogue, reader: ViewReader, watches: readonly Watch[], exceptionOf: (id: number) => Promise<ExceptionView | undefined>, objectTo: (object: { namespace: string; type: string; id: string }) => string): Promise<WatchLine[]> {
  const views = watches.some(each => each.kind === 'view') ? await offeredViews(stores, catalogue, reader) : []
  return await Promise.all(watches.map(async ({ kind, subject, since }): Promise<WatchLine> => {
    if (kind === 'view') {
      const view = views.find(each => each.id === subject)
      return { kind, subject, since, name: view?.name ?? 'A view that is no longer shared', to: view ? viewAddress(view, null) : null }
    }
    if (kind === 'object') {
      const [namespace = '', type = '', id = ''] = JSON.parse(subject) as string[]
      return { kind, subject, since, name: `${objectNoun(type)} ${id}`, to: objectTo({ namespace, type, id }) }
    }
    const exception = await exceptionOf(Number(subject))
    return { kind, subject, since, name: exception?.title ?? `EX-${subject}, outside what you may see`, to: exception ? `/exceptions/${subject}` : null }
  }))
}
