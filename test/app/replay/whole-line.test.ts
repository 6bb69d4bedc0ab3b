import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Webhook } from 'standardwebhooks'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startReplayDispatcher, type ReplayDispatcher } from '#app/replay/dispatcher.ts'
import { approveReplay, createReplay, previewReplay, selectExceptions } from '#app/replay/requests.ts'
import { buildTargets, type ReplayCommand } from '#app/replay/targets.ts'
import { startWorker, type Worker } from '#app/worker.ts'
import { createIngest, type Ingest } from '#ingest/ingest.ts'
import { openCatalogue, type CatalogueHandle } from '#queries/catalogue/catalogue.ts'
import { readDocumentFiles, seedCatalogue } from '#queries/catalogue/documents.ts'
import { listExceptions } from '#queries/clickhouse/exceptions/list.ts'
import { exceptionFilter } from '#queries/model/filter.ts'
import { createServiceKey } from '#queries/postgres/service-keys.ts'
import { replayById } from '#queries/postgres/replays.ts'
import { openTestStores, type TestStores } from '#test/support/stores.ts'
import { finance, support } from './line.ts'

/*
 * From an event to a decision and back, with nothing replaced: events through ingestion, the finder, the shipped catalogue, a signed
 * call to an execution layer that answers through ingestion again. Two exports are dead-lettered; for INV-1 the layer does the work
 * and the business event comes, for INV-2 it only says so.
 */
const STEP = 'finance.customer_invoice.exported'
const SECRET = `whsec_${Buffer.from('a secret that only tests ever use').toString('base64')}`
const log = { info() {}, warn() {}, error() {} }

let stores: TestStores
let catalogue: CatalogueHandle
let ingest: Ingest
let worker: Worker
let dispatcher: ReplayDispatcher
let key: string
const layer = createServer((request, response) => {
  const parts: Buffer[] = []
  request.on('data', (part: Buffer) => parts.push(part)).on('end', async () => {
    const { data, facility } = new Webhook(SECRET).verify(Buffer.concat(parts).toString(), request.headers as Record<string, string>) as ReplayCommand
    response.writeHead(202).end()
    const [object] = data.target.objects
    for (const verb of ['accepted', 'completed']) {
      await send({ id: `${data.idempotencyKey}-${verb}`, type: `execution.replay.${verb}`, integration: 'layer-replays', facility, data: { status: 'succeeded', objects: [{ type: 'replay', id: data.replayId }], attributes: { replayId: data.replayId, idempotencyKey: data.idempotencyKey } } })
    }
    if (object?.id === 'INV-1') await send({ id: `again-${object.id}`, type: data.target.step, integration: data.target.integration, facility, data: { status: 'succeeded', attempt: 6, objects: [{ ...object, role: 'subject' }] } })
  })
})

async function send(event: Record<string, unknown>): Promise<void> {
  const response = await ingest.app.request('/v1/events', {
    method: 'POST', headers: { authorization: `Bearer ${key}`, 'content-type': 'application/cloudevents+json' },
    body: JSON.stringify({ specversion: '1.0', source: 'middleware', time: new Date().toISOString(), correlationid: 'c-1', ...event }),
  })
  expect({ status: response.status, ...(await response.json() as object) }).toMatchObject({ status: 202, rejected: [] })
}

beforeAll(async () => {
  stores = await openTestStores()
  const documents = [...await readDocumentFiles('seeds/standard'), ...await readDocumentFiles('seeds/group')]
  await seedCatalogue(stores.postgres, documents, 'test')
  catalogue = await openCatalogue(stores.postgres)
  ingest = await createIngest({ stores, catalogue, environment: { pseudonymKey: 'a key that only tests ever use, 32+' }, log })
  key = (await createServiceKey(stores.postgres, { name: 'test', scopes: ['ingest:*'] }, { kind: 'schedule', id: 'test', origin: '' })).key
  worker = await startWorker({ stores, catalogue, log })
  await new Promise<void>(resolve => { layer.listen(0, '127.0.0.1', resolve) })
}, 120_000)
afterAll(async () => {
  await dispatcher.close()
  await worker.close()
  await ingest.close()
  await catalogue.close()
  await new Promise(resolve => {
    layer.close(resolve)
    layer.closeAllConnections()
  })
  await stores.dispose()
})

test('a failed export is found, replayed with approval, and closed because its milestone was seen; the one that is only said to be done stays open', async () => {
  for (const id of ['INV-1', 'INV-2']) {
    await send({ id: `export-${id}`, type: STEP, integration: 'odoo-ledgerline-invoice-export', facility: 'rosenfluh', data: {
      status: 'dead_lettered', attempt: 5, error: { code: 'MAP-041', class: 'mapping', message: 'cost centre 4210 is unknown', retryable: false },
      objects: [{ type: 'customer_invoice', id, role: 'subject' }], amount: { value: '1284.50', currency: 'CHF' },
    } })
  }
  await worker.idle()
  const everything = exceptionFilter.parse({ status: [] })
  const list = async () => (await listExceptions(stores.clickhouse, everything, { limit: 10 }, 'all')).items.toSorted((a, b) => ((a.object?.id ?? '') < (b.object?.id ?? '') ? -1 : 1))
  const found = await list()
  expect(found.map(item => [item.object?.id, item.kind, item.status])).toEqual([['INV-1', 'failed', 'open'], ['INV-2', 'failed', 'open']])

  const context = { stores, catalogue, log, targets: buildTargets({ 'execution-layer': { kind: 'http', url: `http://127.0.0.1:${(layer.address() as AddressInfo).port}/`, secret: SECRET, answersFrom: 'layer-replays' } }) }
  dispatcher = await startReplayDispatcher(context)
  const exceptionIds = await selectExceptions(context, exceptionFilter.parse({ kind: ['failed'], step: [STEP] }), 'all')
  expect(exceptionIds.toSorted()).toEqual(found.map(item => item.id).toSorted())
  const shown = await previewReplay(context, support, { exceptionIds, corrections: [] })
  expect(shown).toMatchObject({ totals: { safe: 2, postingMoney: [{ value: '2569.00', currency: 'CHF' }] }, approval: { needed: true } })
  const replay = await createReplay(context, support, { exceptionIds, reason: 'cost centre 4210 was created', corrections: [], includeUnknown: [], selectionHash: shown.selectionHash })
  await approveReplay(context, finance, replay.id, { contentHash: replay.contentHash })

  await expect.poll(async () => {
    await dispatcher.idle()
    return (await replayById(stores.postgres, replay.id, 'all'))?.items.byState
  }, { timeout: 20_000 }).toEqual({ verified: 1, completed: 1 })
  await worker.idle()
  expect((await list()).map(item => [item.object?.id, item.status, item.resolution?.by])).toEqual([['INV-1', 'resolved', 'verified'], ['INV-2', 'open', undefined]])
}, 60_000)
