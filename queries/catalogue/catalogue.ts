/** The front door of the catalogue: the newest version in memory, kept fresh. */
import type { Kysely } from 'kysely'
import type { Coordination } from '../postgres/postgres.ts'
import type { Database } from '../postgres/schema.ts'
import { countVersions, readDocuments } from './documents.ts'
import { buildCatalogue } from './snapshot.ts'
import type { Catalogue } from './snapshot.ts'

export { CatalogueError } from './check.ts'
export type { CatalogueDocument, CatalogueProblem } from './check.ts'
export { buildCatalogue, DEFAULT_CALENDAR } from './snapshot.ts'
export type { Catalogue, Entity, Facility, Milestone, Responsibility, System } from './snapshot.ts'

/** The channel to wake after a change was committed. */
export const CATALOGUE_CHANNEL = 'catalogue'

export interface CatalogueHandle {
  /** The newest snapshot. Take it once per piece of work: it never changes, the next call may give another. */
  current(): Catalogue
  /** How many document versions `current` was made of: grows with every change. */
  versions(): number
  /** Reads again if anything was saved; true if the snapshot changed. Throws when the store does not answer or what it holds does not hold together; the last good snapshot stays. */
  refresh(): Promise<boolean>
  /** Calls `listener` after each change. Returns what ends it. */
  onChange(listener: (catalogue: Catalogue) => void): () => void
  /** Stops polling; waits for a refresh under way. */
  close(): Promise<void>
}

interface CatalogueOptions {
  /** to be woken by {@link CATALOGUE_CHANNEL}; without it changes are seen by polling */
  readonly coordination?: Pick<Coordination, 'onWake'>
  readonly pollMs?: number
  /** told when a refresh in the background fails */
  readonly onError?: (error: unknown) => void
}

/** Reads the catalogue and keeps it fresh. An empty store is an empty catalogue. Throws CatalogueError if what is kept does not hold together. */
export async function openCatalogue(postgres: Kysely<Database>, { coordination, pollMs = 15_000, onError = () => {} }: CatalogueOptions = {}): Promise<CatalogueHandle> {
  const listeners = new Set<(catalogue: Catalogue) => void>()
  let versions = -1
  let snapshot = buildCatalogue([])
  let closed = false

  const read = async () => {
    // Counted first: what is saved in between is read now and once more at the next refresh.
    const count = await countVersions(postgres)
    if (count === versions) return false
    snapshot = buildCatalogue(await readDocuments(postgres))
    versions = count
    for (const listener of listeners) listener(snapshot)
    return true
  }
  // One after the other: two reads at once could put the older snapshot last.
  let last: Promise<unknown> = Promise.resolve()
  const refresh = () => {
    const next = last.then(read)
    last = next.catch(() => {})
    return next
  }
  const refreshInBackground = () => {
    if (!closed) refresh().catch(onError)
  }

  const stopWaking = await coordination?.onWake(CATALOGUE_CHANNEL, refreshInBackground)
  try {
    await refresh()
  } catch (error) {
    await stopWaking?.()
    throw error
  }
  const timer = setInterval(refreshInBackground, pollMs)
  timer.unref()
  return {
    current: () => snapshot,
    versions: () => versions,
    refresh,
    onChange(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    async close() {
      closed = true
      clearInterval(timer)
      await stopWaking?.()
      await last
    },
  }
}
