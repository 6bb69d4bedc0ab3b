/** Runs the follower while this process leads: soon after new events, when something comes due, and at once when asked. */
import type { HeldLock } from '#queries/postgres/postgres.ts'
import { EVENTS_CHANNEL } from '../exceptions/finder-loop.ts'
import { Follower } from './follow.ts'
import type { FollowOptions } from './follow.ts'

/** Who asks for a run, or decides, wakes it. */
export const RECONCILIATION_CHANNEL = 'reconciliation'
/** So long after an event the sets are run, together with all that came meanwhile. */
const SETTLE_MS = 5_000
/** Entries still coming in at this rate between two looks are a history being loaded: it is waited for, up to so many looks. */
const LOADING_ENTRIES = 2_000
const MOST_LOOKS = 60
/** Also the longest that something due waits. */
const LOOK_AGAIN_MS = 60_000

export interface RunningReconciliation {
  /** Resolves when all that was committed before the call is reconciled and its mismatches are shown. Rejects if that fails. */
  now(): Promise<void>
  close(): Promise<void>
}

/** Starts it. `follows` false: only when asked. */
export async function startReconciliation({ follows, ...options }: FollowOptions & { follows: boolean; log: { error(fields: object, message: string): void } }): Promise<RunningReconciliation> {
  const { stores } = options
  const follower = new Follower(options)
  const leading: { lock: HeldLock | null } = { lock: null }
  let work: Promise<unknown> = Promise.resolve()
  let timer: { at: number; handle: NodeJS.Timeout } | null = null
  let closed = false
  let looks = 0
  let seen = 0

  const alone = <T>(piece: () => Promise<T>): Promise<T | null> => {
    const mine = work.then(async () => {
      if (closed) return null
      leading.lock ??= await stores.coordination.tryLock('reconciliation')
      return leading.lock ? await piece() : null
    })
    work = mine.catch(() => undefined)
    return mine
  }
  const attempt = () => {
    timer = null
    alone(async () => {
      const pending = await follower.pending()
      const loading = pending - seen > LOADING_ENTRIES && ++looks < MOST_LOOKS
      seen = loading ? pending : 0
      if (!loading) {
        looks = 0
        await follower.round()
      }
      return loading
    }).then(loading => later(loading ? SETTLE_MS : LOOK_AGAIN_MS), () => {
      options.log.error({}, 'the reconciliation failed and will begin again')
      later(LOOK_AGAIN_MS)
    })
  }
  const later = (ms: number) => {
    const at = Date.now() + ms
    if (closed || !follows || (timer && timer.at <= at)) return
    if (timer) clearTimeout(timer.handle)
    timer = { at, handle: setTimeout(attempt, ms).unref() }
  }
  const stops = [
    await stores.coordination.onWake(EVENTS_CHANNEL, () => later(SETTLE_MS)),
    await stores.coordination.onWake(RECONCILIATION_CHANNEL, () => void alone(() => follower.round()).catch(() => options.log.error({}, 'a reconciliation that was asked for failed'))),
  ]
  later(SETTLE_MS)
  return {
    async now() {
      await alone(() => follower.round())
    },
    async close() {
      closed = true
      if (timer) clearTimeout(timer.handle)
      for (const stop of stops) await stop()
      await work
      await leading.lock?.release()
    },
  }
}
