/** The demo's own thread: makes the history and sends it, so that the server's event loop only has to take it. */
import { isMainThread, parentPort, workerData } from 'node:worker_threads'
import { generateLife, plantingOf } from '#seeds/history/generate.ts'
import { readGroup } from '#seeds/history/group.ts'
import { writeTruth } from '#seeds/truth/truth.ts'
import { live } from './live.ts'
import { remember } from './memory.ts'
import type { DemoMemory } from './memory.ts'
import type { LoadProgress } from './load.ts'

/** Started stories after the history's end are this many times as many as before, so that there is something to watch. */
const LIVE_FACTOR = 3
const REMEMBER_EVERY_MS = 2_000

export interface DemoJob { url: string; apiKey: string; dataDirectory: string; truthFile: string; memory: DemoMemory }
export type DemoMessage = { kind: 'progress'; progress: LoadProgress } | { kind: 'caughtUp' } | { kind: 'failed'; message: string } | { kind: 'ended' }

async function run({ url, apiKey, dataDirectory, truthFile, memory }: DemoJob, signal: AbortSignal, tell: (message: DemoMessage) => void): Promise<void> {
  const group = readGroup()
  if (memory.arrived === null) await writeTruth(truthFile, plantingOf({ seed: memory.seed, until: new Date(memory.until), days: memory.days, group }).truth)
  const items = generateLife({
    seed: memory.seed, until: new Date(memory.until), days: memory.days, scale: memory.scale, liveFactor: LIVE_FACTOR, group,
    ...(memory.arrived ? { from: new Date(Date.parse(memory.arrived) - 1) } : {}),
  })
  let state = memory
  let saved = 0
  let saving = Promise.resolve()
  const save = (): void => {
    saved = Date.now()
    saving = saving.then(() => remember(dataDirectory, state))
  }
  await live({
    url, apiKey, group, items, signal,
    onCaughtUp: () => tell({ kind: 'caughtUp' }),
    onProgress: progress => {
      if (Number.isFinite(progress.arrived)) state = { ...state, arrived: new Date(progress.arrived).toISOString() }
      tell({ kind: 'progress', progress })
      if (Date.now() - saved > REMEMBER_EVERY_MS) save()
    },
  }).finally(async () => {
    save()
    await saving
  })
}

if (!isMainThread && parentPort) {
  const port = parentPort
  const stopping = new AbortController()
  const tell = (message: DemoMessage): void => port.postMessage(message)
  port.on('message', () => stopping.abort())
  run(workerData as DemoJob, stopping.signal, tell)
    .catch((error: unknown) => { if (!stopping.signal.aborted) tell({ kind: 'failed', message: error instanceof Error ? error.message : 'unknown' }) })
    .finally(() => {
      tell({ kind: 'ended' })
      port.close()
    })
}
