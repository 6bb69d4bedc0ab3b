/**
 * A lane writes one batch at a time under a writer id of its own and numbers its rows without gaps, so that per writer the sequence is
 * the order of commits (see event_log). A batch that the store refuses is sent again with the same token; when it is given up, the lane
 * goes on as a new writer, so that no number of the old one can appear later.
 */
import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { writeBatch, type BeforeTable, type EventBatch } from '#queries/clickhouse/events/write.ts'
import { registerWriter } from '#queries/postgres/ingest-writers.ts'
import type { Log } from '../log.ts'
import type { Timers } from '../pipeline/timers.ts'
import type { IngestStores } from '../stores.ts'
import { sizeOf, type Chunk, type Outcome } from './chunk.ts'
import { deduplicate, type Deduplicated } from './deduplicate.ts'
import type { Identities } from './identities.ts'

export interface LaneOptions {
  name: string
  stores: IngestStores
  identities: Identities
  timers: Timers
  log: Log
  /** how long a batch is tried again before its calls are told to come back, ms */
  patienceMs: number
  beforeTable?: BeforeTable
}

const FIRST_PAUSE_MS = 50
const LONGEST_PAUSE_MS = 2000

export interface Lane {
  /** Writes the chunks as one batch; resolves with their outcomes when all is durable. Rejects with the store's error when patience ends. */
  write(chunks: readonly Chunk[]): Promise<Outcome[]>
}

/** A lane that is registered at its first batch. */
export function createLane({ name, stores, identities, timers, log, patienceMs, beforeTable }: LaneOptions): Lane {
  let writer: { id: string; nextSequence: number; batches: number } | null = null

  const registered = async () => {
    if (writer) return writer
    const host = hostname()
    const id = `${host}-${randomUUID()}`
    await registerWriter(stores.postgres, { id, host, lane: name })
    writer = { id, nextSequence: 1, batches: 0 }
    return writer
  }

  /** Tries until it works or patience ends; what failed is repeated as it is. */
  const insist = async <T>(what: string, work: () => Promise<T>): Promise<T> => {
    const deadline = performance.now() + patienceMs
    for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
      try {
        return await work()
      } catch (error) {
        if (performance.now() + pause > deadline) throw error
        log.warn({ lane: name, what, error }, 'the store refused; trying again')
        await sleep(pause)
      }
    }
  }

  const writeOnce = async (chunks: readonly Chunk[]): Promise<Outcome[]> => {
    const size = chunks.reduce((sum, chunk) => sum + sizeOf(chunk), 0)
    const me = await insist('register', registered)
    const { fresh, outcomes } = await timers.timeAsync('deduplicate', size, () => insist('deduplicate', () => deduplicate(chunks, identities, stores.clickhouse)))
    const batch = numbered(chunks, fresh, outcomes, me)
    me.batches++
    try {
      await timers.timeAsync('write', size, () => insist('write', () => writeBatch(stores.clickhouse, batch, `${me.id}-${me.batches}`, beforeTable)))
    } catch (error) {
      writer = null
      throw error
    }
    me.nextSequence += batch.events.length + batch.rejected.length
    identities.remember(batch.events.map(event => [event.row.event_key, event.contentHash] as const))
    if (batch.events.length + batch.rejected.length > 0) await stores.coordination.wake('events').catch((error: unknown) => log.warn({ error }, 'nobody was woken'))
    return outcomes
  }

  return {
    async write(chunks) {
      const keys = [...new Set(chunks.flatMap(chunk => chunk.prepared.map(event => event.row.event_key)))]
      const claim = await identities.claim(keys)
      try {
        return await writeOnce(chunks)
      } finally {
        claim.release()
      }
    },
  }
}

function numbered(chunks: readonly Chunk[], fresh: Deduplicated['fresh'], outcomes: readonly Outcome[], writer: { id: string; nextSequence: number }): EventBatch {
  let sequence = writer.nextSequence
  for (const { row } of fresh) {
    row.writer = writer.id
    row.sequence = sequence++
  }
  const refused = new Map(chunks.flatMap((chunk, index) => [...chunk.rejected, ...(outcomes[index]?.conflicts ?? [])]).map(row => [row.id, row]))
  return {
    events: fresh,
    rejected: [...refused.values()].map(row => ({ row, sequence: sequence++ })),
    receipts: chunks.flatMap((chunk, index) => {
      const outcome = outcomes[index]
      return chunk.receipt && outcome ? [chunk.receipt(outcome)] : []
    }),
    writer: writer.id,
  }
}
