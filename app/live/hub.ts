/**
 * What changed, told to everybody who looks: one reader of the exceptions' history per process, many listeners, each of whom hears of
 * its own scope only. Woken by the channel `exceptions`; bursts are gathered.
 */
import { liveCounts } from '#queries/clickhouse/live/counts.ts'
import { inScope, type Scope } from '#queries/model/scope.ts'
import { changesAfter, newestChange, type Change } from '#queries/postgres/changes.ts'
import type { Stores } from '#queries/stores.ts'
import type { Log } from '../logging.ts'

/** At most this often is anybody told: a finder at full speed must not become load. */
const GATHER_MS = 500
/** Entries may commit out of order; this many before the newest are read again, and what was told is not told twice. */
const OVERLAP = 200
const PAGE = 5000
/** More changes than this are told as "many": the listener reads its list anew. */
const MAX_IDS = 200

/** `position` resumes a broken stream. `counts` are the scope's exceptions by status; `many`: more changed than the ids named. */
export interface LiveNews { position: number; changed: string[]; many: boolean; counts: Record<string, number>; asOf: string }

export interface LiveHub {
  /** Calls back with each news of the scope; first with what changed after `since`, or just the counts without it. Returns what ends it. */
  listen(scope: Scope, since: number | null, tell: (news: LiveNews) => void): () => void
  close(): Promise<void>
}

interface Listener { scope: Scope; tell: (news: LiveNews) => void }

/** Starts the reader. */
export async function createLiveHub(stores: Stores, log: Log): Promise<LiveHub> {
  const listeners = new Set<Listener>()
  const told = new Set<number>()
  let position = await newestChange(stores.postgres)
  let timer: NodeJS.Timeout | null = null
  let running: Promise<void> = Promise.resolve()
  let closed = false

  async function readNew(): Promise<Change[]> {
    const rows = await changesAfter(stores.postgres, Math.max(0, position - OVERLAP), PAGE)
    const fresh = rows.filter(row => row.historyId > position || !told.has(row.historyId))
    for (const row of rows) told.add(row.historyId)
    position = Math.max(position, ...rows.map(row => row.historyId))
    for (const id of told) if (id < position - 2 * OVERLAP) told.delete(id)
    return fresh
  }

  async function tellAll(): Promise<void> {
    const fresh = await readNew()
    if (fresh.length === 0) return
    const counted = new Map<string, Promise<Record<string, number>>>()
    for (const listener of listeners) {
      const mine = fresh.filter(change => inScope(listener.scope, change))
      if (mine.length === 0) continue
      const key = JSON.stringify(listener.scope)
      const counts = counted.get(key) ?? countsOf(stores, listener.scope)
      counted.set(key, counts)
      listener.tell(news(mine, await counts, position))
    }
    if (fresh.length >= PAGE - OVERLAP) wake()
  }

  function wake(): void {
    if (closed || timer !== null) return
    timer = setTimeout(() => {
      timer = null
      running = running.then(tellAll).catch((error: unknown) => log.error({ err: error }, 'the live stream could not read what changed'))
    }, GATHER_MS)
  }

  for (const row of await changesAfter(stores.postgres, Math.max(0, position - OVERLAP), PAGE)) told.add(row.historyId)
  const stopWaking = await stores.coordination.onWake('exceptions', wake)
  return {
    listen(scope, since, tell) {
      const listener = { scope, tell }
      listeners.add(listener)
      const greet = async () => {
        const missed = since === null ? [] : (await changesAfter(stores.postgres, since, PAGE)).filter(change => inScope(scope, change))
        if (listeners.has(listener)) tell(news(missed, await countsOf(stores, scope), position))
      }
      greet().catch((error: unknown) => log.error({ err: error }, 'the live stream could not greet'))
      return () => void listeners.delete(listener)
    },
    async close() {
      closed = true
      if (timer) clearTimeout(timer)
      listeners.clear()
      await stopWaking()
      await running
    },
  }
}

async function countsOf(stores: Stores, scope: Scope): Promise<Record<string, number>> {
  return Object.fromEntries((await liveCounts.run(stores.clickhouse, {}, scope)).map(row => [row.status, row.count]))
}

function news(changes: readonly Change[], counts: Record<string, number>, position: number): LiveNews {
  const ids = [...new Set(changes.map(change => change.exceptionId))]
  return { position, changed: ids.slice(0, MAX_IDS), many: ids.length > MAX_IDS, counts, asOf: new Date().toISOString() }
}
