/** Import into the stores of this machine, while no server has them open. */
import { randomUUID } from 'node:crypto'
import { openCatalogue } from '#queries/catalogue/catalogue.ts'
import { readEnvironment } from '#queries/environment.ts'
import { migrateStores, openStores } from '#queries/stores.ts'
import { take } from '../call.ts'
import { isImported, readFile } from '../http/files.ts'
import type { Log } from '../log.ts'
import { createTimers } from '../pipeline/timers.ts'
import { createScrubber } from '../redaction/scrubber.ts'
import { createWriter } from '../writer/writer.ts'
import type { ImportTarget } from './target.ts'

/** The person at the terminal holds the data directory: may send everything. Receipts are kept under this id. */
const TERMINAL = { id: 'import', name: 'import', scopes: [{ act: 'ingest', integration: null, place: null }], strict: false } as const

const warn = (_fields: object, message: string) => void process.stderr.write(`${message}\n`)
const log: Log = { info: () => {}, warn, error: warn }

/** Opens and migrates the stores that the environment names. Rejects with `store_locked` if a server has them. */
export async function openLocal(): Promise<ImportTarget> {
  const environment = readEnvironment()
  const stores = await openStores(environment)
  await migrateStores(stores)
  const catalogue = await openCatalogue(stores.postgres)
  const timers = createTimers()
  const writer = createWriter({ stores, timers, log })
  return {
    where: environment.publicUrl ?? `http://127.0.0.1:${environment.port}`,
    async send(format, file, origin, progress) {
      const call = { key: TERMINAL, catalogue: catalogue.current(), scrubber: createScrubber(environment.pseudonymKey), receivedAt: Date.now(), receipt: randomUUID(), imported: isImported(format) }
      const items = await readFile(format, file, origin, call, stores.clickhouse, { add: () => {} })
      progress(0, items.count, 'events')
      const { receipt, ...answer } = await take(items, call, { writer, timers }, done => progress(done, items.count, 'events'))
      return { ...answer, receipts: [receipt] }
    },
    async close() {
      await writer.close()
      await catalogue.close()
      await stores.close()
    },
  }
}
