/**
 * The durable batcher: concurrent calls share an insert (group commit). While a batch is being written the next one gathers, so a
 * lonely event waits for nobody and a crowd pays once. It never holds more than it is allowed to: `hasRoom` says so at the door.
 */
import type { BeforeTable } from '#queries/clickhouse/events/write.ts'
import type { Log } from '../log.ts'
import type { Timers } from '../pipeline/timers.ts'
import type { IngestStores } from '../stores.ts'
import { sizeOf, type Chunk, type Outcome } from './chunk.ts'
import { createIdentities } from './identities.ts'
import { createLane, type Lane } from './lane.ts'

/** Rows of `events` in one insert: the event loop stalls for the time it takes to write them as JSON. */
export const MAX_BATCH = 5000
/** Events that may wait; some 2 kB each. */
const MAX_QUEUED = 40_000
const RECENT_IDENTITIES = 200_000
const PATIENCE_MS = 20_000

export interface WriterOptions {
  stores: IngestStores
  timers: Timers
  log: Log
  /** batches in flight at once (default 2: more gain nothing on the embedded engine's two writing sessions) */
  lanes?: number
  patienceMs?: number
  /** events that may wait before `hasRoom` says no */
  maxQueued?: number
  beforeTable?: BeforeTable
}

export interface Writer {
  /** Writes a chunk (at most MAX_BATCH events); resolves when it is durable, rejects with the store's error if it could not be. */
  submit(chunk: Chunk): Promise<Outcome>
  hasRoom(): boolean
  stats(): { queued: number; batches: number; inFlight: number }
  /** Takes nothing more; resolves when everything taken is settled. */
  close(): Promise<void>
}

/** Thrown to calls that come after `close`. */
export class WriterClosed extends Error {
  readonly code = 'closed'
}

interface Waiting { chunk: Chunk; resolve: (outcome: Outcome) => void; reject: (error: unknown) => void }

/** A writer with its lanes; the first batch registers them. */
export function createWriter({ stores, timers, log, lanes = 2, patienceMs = PATIENCE_MS, maxQueued = MAX_QUEUED, beforeTable }: WriterOptions): Writer {
  const identities = createIdentities(RECENT_IDENTITIES)
  const idle: Lane[] = Array.from({ length: lanes }, (_, index) => createLane({ name: `lane-${index + 1}`, stores, identities, timers, log, patienceMs, beforeTable }))
  const queue: Waiting[] = []
  const running = new Set<Promise<void>>()
  let queued = 0
  let batches = 0
  let closed = false

  /** The chunks of the next batch: as many as fit, at least one. */
  const next = (): Waiting[] => {
    let size = 0
    let count = 0
    for (const { chunk } of queue) {
      if (count > 0 && size + sizeOf(chunk) > MAX_BATCH) break
      size += sizeOf(chunk)
      count++
    }
    queued -= size
    return queue.splice(0, count)
  }

  const dispatch = () => {
    while (queue.length > 0) {
      const lane = idle.shift()
      if (!lane) return
      const batch = next()
      batches++
      const run = lane.write(batch.map(waiting => waiting.chunk)).then(
        outcomes => batch.forEach((waiting, index) => waiting.resolve(outcomes[index] ?? { accepted: 0, duplicates: 0, conflicts: [] })),
        (error: unknown) => batch.forEach(waiting => waiting.reject(error)),
      ).finally(() => {
        running.delete(run)
        idle.push(lane)
        dispatch()
      })
      running.add(run)
    }
  }

  return {
    submit(chunk) {
      if (closed) return Promise.reject(new WriterClosed('ingestion is closing'))
      const { promise, resolve, reject } = Promise.withResolvers<Outcome>()
      queue.push({ chunk, resolve, reject })
      queued += sizeOf(chunk)
      // calls that arrive in the same turn of the event loop share the batch
      queueMicrotask(dispatch)
      return promise
    },
    hasRoom: () => !closed && queued < maxQueued,
    stats: () => ({ queued, batches, inFlight: running.size }),
    async close() {
      closed = true
      while (running.size > 0 || queue.length > 0) {
        dispatch()
        await Promise.allSettled(running)
      }
    },
  }
}
