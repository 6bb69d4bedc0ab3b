/** The demo against the real ingestion over HTTP: everything arrives, a second start goes on where the first stopped, a replay has its effect. */
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { serve } from '@hono/node-server'
import { Webhook } from 'standardwebhooks'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startDemo } from '#seeds/demo/main.ts'
import { recall } from '#seeds/demo/memory.ts'
import { startExecutionLayer } from '#seeds/execution/server.ts'
import { generateHistory } from '#seeds/history/generate.ts'
import type { GroundTruth } from '#seeds/truth/truth.ts'
import { openTestProduct, type TestProduct } from '#test/support/product.ts'

const SMALL = { seed: 5, days: 6, scale: 0.02 }
const SECRET = `whsec_${Buffer.from('a secret of the demo test, long enough').toString('base64')}`
let product: TestProduct
let server: Server
let url: string
let directory: string
const complaints: string[] = []
const log = { info: () => undefined, error: (message: string) => { complaints.push(message) } }

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'signalbox-demo-'))
  product = await openTestProduct()
  server = serve({ fetch: product.ingest.app.fetch, port: 0, hostname: '127.0.0.1' }) as Server
  await new Promise<void>(resolve => (server.listening ? resolve() : server.once('listening', resolve)))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(async () => {
  server.closeAllConnections()
  await new Promise(resolve => server.close(resolve))
  await product.dispose()
  await rm(directory, { recursive: true })
})

async function stored(): Promise<{ events: number; distinct: number; last: string }> {
  const { rows } = await product.stores.clickhouse.query({ name: 'test-stored', sql: 'SELECT toUInt32(count()) events, toUInt32(uniqExact(source, id)) AS distinct, toString(max(time)) AS last FROM events FINAL' })
  return rows[0] as { events: number; distinct: number; last: string }
}

test('a first start loads the history and the truth, and lives on; a second goes on from there', async () => {
  const first = await startDemo({ url, apiKey: product.key, dataDirectory: directory, log, ...SMALL })
  expect(first.first).toBe(true)
  await first.caughtUp
  await first.close()
  const memory = await recall(directory)
  const until = new Date(memory?.until ?? '')
  const raws = [...generateHistory({ ...SMALL, until })]
  const good = raws.filter(item => item.kind === 'event' || item.expect === null).length
  const truth = JSON.parse(await readFile(first.truthFile, 'utf8')) as GroundTruth
  expect(truth.until).toBe(until.toISOString())
  expect(truth.cases.length).toBeGreaterThan(400)
  const loaded = await stored()
  // one of the good raw ones is an equal duplicate; what came after `until` and the queue measures come on top
  expect(loaded.events).toBeGreaterThanOrEqual(good - 1)
  expect(loaded.distinct).toBe(loaded.events)
  // at night a small group may be silent for a while: what arrived last is known, not how long ago
  const lastArrival = Math.max(...raws.map(item => item.at))
  expect(Date.parse(memory?.arrived ?? '')).toBeGreaterThanOrEqual(lastArrival)

  const second = await startDemo({ url, apiKey: product.key, dataDirectory: directory, log, ...SMALL, seed: 99 })
  expect(second.first).toBe(false)
  await second.caughtUp
  await second.close()
  const after = await stored()
  expect((await recall(directory))?.seed).toBe(SMALL.seed)
  expect(after.distinct).toBe(after.events)
  expect(after.events - loaded.events).toBeLessThan(500)
  expect(complaints).toEqual([])
}, 180_000)

test('a refused key is reported', async () => {
  const other = join(directory, 'other')
  const demo = await startDemo({ url, apiKey: 'sbx_not_a_key', dataDirectory: other, log, ...SMALL })
  await expect(demo.caughtUp).rejects.toThrow('401')
  await demo.close()
  expect(complaints.splice(0)).toHaveLength(1)
})

test('a replayed step is stored as an event of its own, and the layer’s answers with it', async () => {
  const layer = await startExecutionLayer({ port: 0, secret: SECRET, signalbox: { url, apiKey: product.key }, ledgerFile: join(directory, 'ledger.ndjson'), paceMs: 1, followUpMs: 1 })
  const body = JSON.stringify({
    specversion: '1.0', id: 'r9-1', source: 'signalbox', type: 'execution.replay.requested', facility: 'rosenfluh',
    data: { replayId: 'r9', idempotencyKey: 'k9', target: { integration: 'odoo-ledgerline-invoice-export', step: 'finance.customer_invoice.exported', objects: [{ namespace: 'solvane-ch', type: 'customer_invoice', id: 'INV-R9' }] }, originalEvent: null, correlationId: 'c9', corrections: [], requestedBy: 'p', approvedBy: null, reason: 'test', dryRun: false },
  })
  const now = new Date()
  const response = await fetch(layer.url, { method: 'POST', body, headers: { 'webhook-id': 'm', 'webhook-timestamp': String(Math.floor(now.getTime() / 1000)), 'webhook-signature': new Webhook(SECRET).sign('m', now, body) } })
  expect(response.status).toBe(202)
  await layer.idle()
  await layer.close()
  const { rows } = await product.stores.clickhouse.query({ name: 'test-replayed', sql: `SELECT type, flags FROM events FINAL WHERE correlation_id = 'c9' ORDER BY type` })
  // the posting follows the export by itself
  expect(rows).toEqual(['execution.replay.accepted', 'execution.replay.completed', 'finance.customer_invoice.exported', 'finance.customer_invoice.posted'].map(type => ({ type, flags: [] })))
})
