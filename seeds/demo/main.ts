/** The demo group comes to life: its history is loaded on the first start, and it lives on from where it stopped on every other. */
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import type { LoadProgress } from './load.ts'
import { recall, remember } from './memory.ts'
import type { DemoMemory } from './memory.ts'
import type { DemoJob, DemoMessage } from './worker.ts'

/** What the demo needs to say; both pino and the console fit. */
export interface DemoLog { info(message: string): void; error(message: string): void }

export interface DemoOptions {
  /** base address of the running installation */
  url: string
  /** a service key that may ingest for every integration */
  apiKey: string
  dataDirectory: string
  /** of a first start; a later one keeps its own */
  seed: number
  log: DemoLog
  days?: number
  scale?: number
  onProgress?: (progress: LoadProgress) => void
}

export interface Demo {
  /** true if this start loads a history from the beginning */
  first: boolean
  /** the planted cases of this demo, as JSON; there from `caughtUp` on */
  truthFile: string
  /** resolves when everything up to now has arrived; rejects when the installation refuses the events */
  caughtUp: Promise<void>
  close(): Promise<void>
}

/** Starts the demo group's life against a running installation. It goes on in its own thread until closed. */
export async function startDemo({ url, apiKey, dataDirectory, seed, log, days = 90, scale = 1, onProgress }: DemoOptions): Promise<Demo> {
  const known = await recall(dataDirectory)
  const memory: DemoMemory = known ?? { seed, until: new Date(Math.floor(Date.now() / 1000) * 1000).toISOString(), days, scale, arrived: null }
  const truthFile = join(dataDirectory, 'ground-truth.json')
  if (!known) await remember(dataDirectory, memory)
  const { promise: caughtUp, resolve, reject } = Promise.withResolvers<void>()
  caughtUp.catch(() => undefined) // reported in the log below; whoever awaits it hears of it too
  const { promise: ended, resolve: end } = Promise.withResolvers<void>()
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { workerData: { url, apiKey, dataDirectory, truthFile, memory } satisfies DemoJob })
  const fail = (reason: string): void => {
    log.error(`the demo group's life has stopped: ${reason}`)
    reject(new Error(reason))
  }
  worker.on('message', (message: DemoMessage) => {
    if (message.kind === 'progress') onProgress?.(message.progress)
    else if (message.kind === 'caughtUp') resolve()
    else if (message.kind === 'failed') fail(message.message)
    else end()
  })
  worker.on('error', error => fail(error.message))
  worker.on('exit', () => {
    end()
    reject(new Error('the demo was closed'))
  })
  return {
    first: known === null, truthFile, caughtUp,
    async close() {
      worker.postMessage('stop')
      await ended
      await worker.terminate()
    },
  }
}
