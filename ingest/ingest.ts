/** Ingestion as a whole: what the composition root builds and mounts. */
import type { Hono } from 'hono'
import { createKeyVerifier, type KeyVerifier } from '#queries/postgres/service-keys.ts'
import type { Answer } from './call.ts'
import type { CatalogueSource } from './catalogue.ts'
import { createHttp } from './http/app.ts'
import type { Log } from './log.ts'
import { createTimers, type StepTimes } from './pipeline/timers.ts'
import { createScrubber } from './redaction/scrubber.ts'
import type { IngestStores } from './stores.ts'
import { createWriter, type WriterOptions } from './writer/writer.ts'

export interface IngestOptions {
  stores: IngestStores
  catalogue: CatalogueSource
  environment: { readonly pseudonymKey: string }
  log: Log
  /** for tests: faults and sizes of the writer */
  writer?: Partial<Pick<WriterOptions, 'beforeTable' | 'lanes' | 'maxQueued' | 'patienceMs'>>
}

export interface IngestStats {
  accepted: number
  duplicates: number
  /** per code */
  rejected: Record<string, number>
  queued: number
  inFlight: number
  batches: number
  steps: StepTimes
}

export interface Ingest {
  /** serves `/v1/events`, `/v1/files/:format` and `/api/v1/receipts/:receipt` */
  app: Hono
  /** also for whoever else authenticates service keys: one cache, one revocation */
  keys: KeyVerifier
  /** sums since the start, for /metrics */
  stats(): IngestStats
  /** Takes nothing more (503) and resolves when everything taken is answered. */
  close(): Promise<void>
}

/** Starts ingestion on open, migrated stores. */
export async function createIngest({ stores, catalogue, environment, log, writer: writerOptions }: IngestOptions): Promise<Ingest> {
  const timers = createTimers()
  const scrubber = createScrubber(environment.pseudonymKey)
  const writer = createWriter({ stores, timers, log, ...writerOptions })
  const keys = createKeyVerifier(stores.postgres)
  const stopListening = await stores.coordination.onWake('service-keys', keys.forget)
  const counts = { accepted: 0, duplicates: 0, rejected: {} as Record<string, number> }
  const counted = (answer: Answer) => {
    counts.accepted += answer.accepted
    counts.duplicates += answer.duplicates
    for (const { code } of answer.rejected) counts.rejected[code] = (counts.rejected[code] ?? 0) + 1
  }
  return {
    app: createHttp({ stores, catalogue, keys, writer, timers, scrubber, log, counted }),
    keys,
    stats: () => ({ ...counts, rejected: { ...counts.rejected }, ...writer.stats(), steps: timers.read() }),
    async close() {
      await writer.close()
      await stopListening()
    },
  }
}
