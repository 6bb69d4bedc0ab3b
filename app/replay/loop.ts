/** A background loop that one process leads: woken by channels and by time, quiet otherwise. */
import type { Coordination, HeldLock } from '#queries/postgres/postgres.ts'

/** Longest sleep, ms: also how soon a follower tries to lead. */
const LONGEST_SLEEP = 15_000
const FIRST_BACKOFF = 500

/** What a loop writes to. */
export interface LoopLog { warn(fields: object, message: string): void; error(fields: object, message: string): void }

export interface Loop {
  /** Resolves when a cycle that began after the call found nothing more to do; rejects with the error of a failed cycle. At once if another process leads. */
  idle(): Promise<void>
  /** Ends the loop after the cycle under way. */
  close(): Promise<void>
}

export interface LoopDefinition {
  /** the lock's name, too */
  name: string
  channels: readonly string[]
  coordination: Coordination
  log: LoopLog
  /** once, when this process starts to lead */
  onLead(): Promise<void>
  /** one round; true: there may be more to do at once */
  cycle(closing: () => boolean): Promise<boolean>
  /** epoch ms at which there is something to do by time alone */
  nextAt(): Promise<number | null>
}

/** Starts the loop. */
export async function startLoop(definition: LoopDefinition): Promise<Loop> {
  const { coordination, log, name } = definition
  let closing = false
  let due = true
  let wakeUp: (() => void) | null = null
  let lock: HeldLock | null = null
  let failures = 0
  let waiters: PromiseWithResolvers<void>[] = []

  const poke = () => {
    due = true
    wakeUp?.()
  }
  const settle = (how: (waiter: PromiseWithResolvers<void>) => void) => {
    const settled = waiters
    waiters = []
    settled.forEach(how)
  }
  const sleep = (ms: number) => new Promise<void>(resolve => {
    const timer = setTimeout(resolve, ms)
    wakeUp = () => {
      clearTimeout(timer)
      resolve()
    }
  }).finally(() => { wakeUp = null })

  const round = async (): Promise<number> => {
    if (!lock) {
      lock = await coordination.tryLock(name)
      if (!lock) {
        settle(waiter => waiter.resolve())
        return LONGEST_SLEEP
      }
      await definition.onLead()
    }
    const asked = waiters
    due = false
    while (await definition.cycle(() => closing) && !closing);
    failures = 0
    if (due) return 0
    waiters = waiters.filter(waiter => !asked.includes(waiter))
    asked.forEach(waiter => waiter.resolve())
    const at = await definition.nextAt()
    return waiters.length > 0 ? 0 : Math.min(LONGEST_SLEEP, at === null ? LONGEST_SLEEP : Math.max(0, at - Date.now()))
  }

  const run = async () => {
    while (!closing) {
      let ms: number
      try {
        ms = await round()
      } catch (error) {
        log.error({ err: error, loop: name }, 'a background round failed; it is tried again')
        settle(waiter => waiter.reject(error))
        ms = Math.min(LONGEST_SLEEP, FIRST_BACKOFF * 2 ** failures++)
        due = false
      }
      if (!closing && !due && ms > 0) await sleep(ms)
    }
  }

  const quiet = await Promise.all(definition.channels.map(channel => coordination.onWake(channel, poke)))
  const running = run()
  return {
    idle() {
      const waiter = Promise.withResolvers<void>()
      waiters.push(waiter)
      poke()
      return waiter.promise
    },
    async close() {
      closing = true
      poke()
      await running
      settle(waiter => waiter.resolve())
      await Promise.all(quiet.map(end => end()))
      await lock?.release()
    },
  }
}
