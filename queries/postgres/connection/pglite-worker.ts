import { readFile } from 'node:fs/promises'
import { parentPort, workerData } from 'node:worker_threads'
import { PGlite } from '@electric-sql/pglite'
import type { WorkerRequest, WorkerSettings } from './pglite-protocol.ts'

// The thread of the embedded PostgreSQL: bytes of the PostgreSQL protocol in, bytes of its answer out.
const settings = workerData as WorkerSettings
const port = parentPort
if (!port) throw new Error('to be started as a worker thread')

const dump = settings.dumpFile === null ? null : new Blob([await readFile(settings.dumpFile)])
const database = await PGlite.create({ ...(settings.dataDirectory === null ? {} : { dataDir: settings.dataDirectory }), ...(dump ? { loadDataDir: dump } : {}) })
port.postMessage({ ready: true })

// One after the other: an answer belongs to the bytes before it.
let last: Promise<void> = Promise.resolve()
port.on('message', (request: WorkerRequest) => {
  last = last.then(() => answer(request))
})

async function answer(request: WorkerRequest): Promise<void> {
  try {
    if (request.kind === 'protocol') {
      const bytes = await database.execProtocolRaw(request.bytes)
      port?.postMessage({ id: request.id, bytes })
    } else if (request.kind === 'dump') {
      const file = await database.dumpDataDir('none')
      port?.postMessage({ id: request.id, bytes: new Uint8Array(await file.arrayBuffer()) })
    } else {
      await database.close()
      port?.postMessage({ id: request.id, bytes: new Uint8Array() })
      port?.close()
    }
  } catch (error) {
    port?.postMessage({ id: request.id, error: error instanceof Error ? error.message : String(error) })
  }
}
