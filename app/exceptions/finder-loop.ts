/** Runs the finder while this process leads: woken by new events and by due times, one piece of work at a time, back after failures. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { HeldLock } from '#queries/postgres/postgres.ts'
import { Finder } from './finder.ts'
import type { FinderOptions, FinderStats } from './finder.ts'

/** Ingestion wakes it after each commit. */
export const EVENTS_CHANNEL = 'events'
/** Looks again after so long without a wake-up, in case one was lost; also how often a follower tries to lead. */
const LOOK_AGAIN_MS = 10_000
const AFTER_FAILURE_MS = 1_000

export interface RunningFinder {
  /** Resolves when all that was committed before the call is digested and everything due is settled. Rejects if the finder fails meanwhile. */
  idle(): Promise<void>
  /** Judges everything anew, between two pieces of the running work. */
  fullEvaluation(): Promise<void>
  /** null while another process leads */
  stats(): FinderStats | null
  /** Ends after the piece of work under way. */
  close(): Promise<void>
}

interface Waiting { resolve: () => void; reject: (error: unknown) => void }

/** Starts the finder; it follows until it gets the lock `finder`. */
export async function startFinder(options: FinderOptions & { log: { error(fields: object, message: string): void } }): Promise<RunningFinder> {
  const { stores, log } = options
  let closed = false
  let finder: Finder | null = null
  const leading: { lock: HeldLock | null } = { lock: null }
  let idle: Waiting[] = []
  let full: Waiting[] = []
  let woken = true
  let wakeUp = () => {}
  const wake = () => {
    woken = true
    wakeUp()
  }
  const stopListening = await stores.coordination.onWake(EVENTS_CHANNEL, wake)
  const stopFollowing = options.catalogue.onChange?.(wake)

  const rest = async (ms: number) => {
    if (woken || closed) return
    const stop = new AbortController()
    const called = new Promise<void>(resolve => (wakeUp = resolve))
    await Promise.race([called, sleep(Math.max(0, ms), undefined, { signal: stop.signal }).catch(() => {})])
    stop.abort()
  }

  const work = async () => {
    leading.lock ??= await stores.coordination.tryLock('finder')
    if (!leading.lock) {
      for (const waiting of idle.splice(0)) waiting.resolve()
      return await rest(LOOK_AGAIN_MS)
    }
    finder ??= await Finder.open(options)
    const wanted = full.splice(0)
    if (wanted.length > 0) await answer(wanted, finder.fullEvaluation())
    // who asks while a step runs waits for the next one: that step may have looked before what the asker committed
    const asked = [...idle]
    woken = false
    if (await finder.step(asked.length > 0)) return
    idle = idle.filter(waiting => !asked.includes(waiting))
    for (const waiting of asked) waiting.resolve()
    if (idle.length > 0 || full.length > 0) return
    const next = finder.nextDue()
    await rest(Math.min(LOOK_AGAIN_MS, next === null ? LOOK_AGAIN_MS : next - (options.clock?.() ?? Date.now())))
    woken = false
  }

  const loop = (async () => {
    while (!closed) {
      try {
        await work()
      } catch (error) {
        log.error({ error: error instanceof Error ? error.message : 'unknown' }, 'the finder failed and will begin again')
        // what it remembers may be half changed: rebuild it from the stores
        finder = null
        for (const waiting of [...idle.splice(0), ...full.splice(0)]) waiting.reject(error)
        if (!closed) await sleep(AFTER_FAILURE_MS)
      }
    }
    for (const waiting of [...idle.splice(0), ...full.splice(0)]) waiting.reject(new Error('the finder is closed'))
    await leading.lock?.release()
  })()

  const ask = (list: () => Waiting[]) => new Promise<void>((resolve, reject) => {
    if (closed) return reject(new Error('the finder is closed'))
    list().push({ resolve, reject })
    wake()
  })
  return {
    idle: () => ask(() => idle),
    fullEvaluation: () => ask(() => full),
    stats: () => finder?.stats() ?? null,
    async close() {
      closed = true
      wake()
      await stopListening()
      stopFollowing?.()
      await loop
    },
  }
}

async function answer(waiting: readonly Waiting[], work: Promise<void>): Promise<void> {
  try {
    await work
    for (const { resolve } of waiting) resolve()
  } catch (error) {
    for (const { reject } of waiting) reject(error)
    throw error
  }
}
