/** Life after the history: the same stories go on as their times come, and the middleware measures its queues. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { SeedItem } from '#seeds/history/events.ts'
import type { Group } from '#seeds/history/group.ts'
import { Random } from '#seeds/history/random.ts'
import { queueMeasure } from '#seeds/history/technical.ts'
import { silences } from '#seeds/truth/never-started.ts'
import { Loader } from './load.ts'
import type { LoadOptions } from './load.ts'
import { sendEvents } from './send.ts'

const TICK_MS = 1000
/** each integration's queue is measured this often, so that a few events arrive every second */
const PULSE_MS = 20_000

export interface LiveOptions extends LoadOptions {
  group: Group
  /** events in order, without end (`generateLife`); those already past are sent in bulk first */
  items: Iterator<SeedItem>
  signal: AbortSignal
  /** called when everything up to now has arrived, for the first time */
  onCaughtUp?: () => void
  clock?: () => number
}

/** Sends what is due and then what comes, until `signal` ends it. Throws SendError when the installation refuses. */
export async function live({ group, items, signal, onCaughtUp, clock = Date.now, ...options }: LiveOptions): Promise<void> {
  const loader = new Loader({ ...options, signal })
  const random = new Random('pulse', clock())
  const silent = silences(clock())
  const pulsing = group.integrations.filter(integration => !silent.has(integration.id))
  let next = items.next()
  let pulse = 0
  let caughtUp = false
  while (!signal.aborted) {
    const tick = clock()
    while (!next.done && next.value.at <= clock() && !signal.aborted) {
      await loader.add(next.value)
      next = items.next()
    }
    await loader.flush()
    if (!caughtUp) onCaughtUp?.()
    caughtUp = true
    const measured = Math.ceil((pulsing.length * TICK_MS) / PULSE_MS)
    const measures = Array.from({ length: measured }, () => pulsing[pulse++ % pulsing.length]).flatMap(integration => (integration ? [queueMeasure([], integration.id, tick, random).event] : []))
    await sendEvents({ ...options, signal }, measures)
    await sleep(Math.max(50, TICK_MS - (clock() - tick)), undefined, { signal })
  }
}
