/** The product without its web server: stores, the demo group's catalogue, ingestion and the worker in one process, fed as over HTTP. */
import { gzipSync } from 'node:zlib'
import type { FinderKind } from '#app/exceptions/rules.ts'
import { startWorker, type Worker } from '#app/worker.ts'
import { createIngest, type Ingest } from '#ingest/ingest.ts'
import type { CatalogueDocument } from '#queries/catalogue/check.ts'
import { openCatalogue, type CatalogueHandle } from '#queries/catalogue/catalogue.ts'
import { readDocumentFiles, seedCatalogue } from '#queries/catalogue/documents.ts'
import { createServiceKey } from '#queries/postgres/service-keys.ts'
import type { SeedItem } from '#seeds/history/events.ts'
import { openTestStores, type TestStores } from './stores.ts'

const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined }
/** Events of one call; below the limit of 20,000. */
const EVENTS_A_CALL = 5_000

export interface Answer { accepted: number; duplicates: number; rejected: { index: number; id: string | null; code: string }[] }

export interface TestProduct {
  stores: TestStores
  catalogue: CatalogueHandle
  ingest: Ingest
  worker: Worker
  /** a service key that may send and read everything */
  key: string
  /** sends one body to `/v1/events` */
  send(body: Uint8Array | string, contentType: string): Promise<Answer>
  /** Sends items in order, events as NDJSON in large calls; returns the codes of raw ones that were not answered as they expect. */
  load(items: Iterable<SeedItem>): Promise<{ sent: number; surprises: string[] }>
  dispose(): Promise<void>
}

/** Starts it on fresh stores; `clock` is what the worker takes for now (default: the machine's), `finders` what it looks for (default: everything), `documents` what the catalogue has beside the demo group's. */
export async function openTestProduct({ documents = [], ...options }: { clock?: () => number; finders?: readonly FinderKind[]; documents?: readonly CatalogueDocument[] } = {}): Promise<TestProduct> {
  const stores = await openTestStores()
  await seedCatalogue(stores.postgres, [...(await readDocumentFiles('seeds/standard')), ...(await readDocumentFiles('seeds/group')), ...documents], 'test')
  const catalogue = await openCatalogue(stores.postgres, { coordination: stores.coordination, onError: error => { throw error } })
  const ingest = await createIngest({ stores, catalogue, environment: { pseudonymKey: 'a key that only tests ever use, 32+' }, log: quiet })
  const worker = await startWorker({ stores, catalogue, log: quiet, ...options })
  const { key } = await createServiceKey(stores.postgres, { name: 'test', scopes: ['ingest:*', 'read', 'admin'], strict: false }, { kind: 'schedule', id: 'test', origin: '' })

  const send = async (body: Uint8Array | string, contentType: string): Promise<Answer> => {
    const response = await ingest.app.request('/v1/events', { method: 'POST', body: gzipSync(body) as Uint8Array<ArrayBuffer>, headers: { authorization: `Bearer ${key}`, 'content-type': contentType, 'content-encoding': 'gzip' } })
    return (await response.json()) as Answer
  }
  return {
    stores, catalogue, ingest, worker, key, send,
    async load(items) {
      const surprises: string[] = []
      let sent = 0
      let lines: string[] = []
      const flush = async () => {
        if (lines.length === 0) return
        const answer = await send(lines.join('\n'), 'application/x-ndjson')
        for (const rejected of answer.rejected) surprises.push(`event ${rejected.id ?? rejected.index}: ${rejected.code}`)
        sent += lines.length
        lines = []
      }
      for (const item of items) {
        if (item.kind === 'event') {
          if (lines.push(JSON.stringify(item.event)) >= EVENTS_A_CALL) await flush()
          continue
        }
        await flush()
        const code = (await send(item.body, item.contentType)).rejected[0]?.code ?? null
        if (code !== item.expect) surprises.push(`${item.caseKind}: ${code ?? 'accepted'} instead of ${item.expect ?? 'accepted'}`)
        sent++
      }
      await flush()
      return { sent, surprises }
    },
    async dispose() {
      await worker.close()
      await ingest.close()
      await catalogue.close()
      await stores.dispose()
    },
  }
}
