/** Over a real socket: large bodies, overload, shutting down. */
import { serve, type ServerType } from '@hono/node-server'
import { randomBytes } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import { request as httpRequest } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { BATCH, LINES, openTestIngest, orderEvent, STRUCTURED, type TestIngest } from './support.ts'

let ingest: TestIngest
let server: ServerType
let url = ''
/** what the writer waits for before each table; tests hold it to fill the queue */
let gate: Promise<void> = Promise.resolve()
const MAX_QUEUED = 50

beforeAll(async () => {
  ingest = await openTestIngest({ writer: { maxQueued: MAX_QUEUED, lanes: 1, beforeTable: () => gate } })
  server = serve({ fetch: ingest.app.fetch, port: 0, hostname: '127.0.0.1' })
  await new Promise(resolve => server.once('listening', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(async () => {
  server.close()
  await ingest.dispose()
})

const post = (body: string | Buffer<ArrayBuffer>, headers: Record<string, string>, path = '/v1/events') =>
  fetch(new URL(path, url), { method: 'POST', body, headers: { authorization: `Bearer ${ingest.key}`, ...headers } })

/** Status of a call whose body is written in chunks of 1 MB, as one would see it who first sends and then listens. */
function sendChunks(chunks: Buffer[], headers: Record<string, string>): Promise<number> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(new URL('/v1/events', url), { method: 'POST', headers: { authorization: `Bearer ${ingest.key}`, ...headers } }, response => {
      response.resume()
      response.on('end', () => resolve(response.statusCode ?? 0))
    })
    request.on('error', reject)
    const push = (index: number): void => {
      const chunk = chunks[index]
      if (!chunk) return void request.end()
      if (request.write(chunk)) setImmediate(push, index + 1)
      else request.once('drain', () => push(index + 1))
    }
    push(0)
  })
}

it.each<[string, Record<string, string>]>([['announced', { ...LINES, 'content-length': '50000000' }], ['in chunks', { ...LINES, 'transfer-encoding': 'chunked' }]])('answers 413 to 50 MB %s, so that the sender can read it, and goes on serving', async (_name, headers) => {
  expect(await sendChunks(Array.from({ length: 50 }, () => Buffer.alloc(1_000_000, 0x20)), headers)).toBe(413)
  expect((await post(JSON.stringify(orderEvent('after-413')), STRUCTURED)).status).toBe(202)
})

it('answers 413 to what expands too far while more is coming', async () => {
  const packed = Buffer.concat([gzipSync(Buffer.alloc(70_000_000, 0x20)), gzipSync(randomBytes(20_000_000))])
  const chunks = Array.from({ length: Math.ceil(packed.length / 1_000_000) }, (_, index) => packed.subarray(index * 1_000_000, (index + 1) * 1_000_000))
  expect(await sendChunks(chunks, { ...LINES, 'content-encoding': 'gzip', 'transfer-encoding': 'chunked' })).toBe(413)
})

it('takes gzip over the wire', async () => {
  const events = Array.from({ length: 2000 }, (_, index) => JSON.stringify(orderEvent(`wire-${index}`)))
  const response = await post(gzipSync(events.join('\n')), { ...LINES, 'content-encoding': 'gzip' })
  expect(await response.json()).toMatchObject({ accepted: 2000 })
})

it('answers 503 with Retry-After while too much waits, loses nothing that it took, and recovers', async () => {
  const opened = Promise.withResolvers<void>()
  gate = opened.promise
  const batch = (name: string) => JSON.stringify(Array.from({ length: 40 }, (_, index) => orderEvent(`${name}-${index}`)))
  const taken = [post(batch('over-a'), BATCH)]
  await expect.poll(() => ingest.stats().inFlight).toBe(1)
  taken.push(post(batch('over-b'), BATCH), post(batch('over-c'), BATCH))
  await expect.poll(() => ingest.stats().queued).toBeGreaterThanOrEqual(MAX_QUEUED)
  const refused = await post(batch('over-d'), BATCH)
  expect(refused.status).toBe(503)
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
  expect(await refused.json()).toMatchObject({ code: 'over_capacity' })
  opened.resolve()
  for (const response of await Promise.all(taken)) expect(await response.json()).toMatchObject({ accepted: 40 })
  expect((await post(batch('over-d'), BATCH)).status).toBe(202)
  expect((await ingest.rows('events')).filter(row => String(row.id).startsWith('over-'))).toHaveLength(160)
})

it('merges calls that come together into few batches', async () => {
  const before = ingest.stats().batches
  const answers = await Promise.all(Array.from({ length: 20 }, (_, index) => post(JSON.stringify(orderEvent(`merge-${index}`)), STRUCTURED)))
  expect(answers.filter(({ status }) => status === 202)).toHaveLength(20)
  expect(ingest.stats().batches - before).toBeLessThan(15)
})

it('wakes who waits for events after they can be read', async () => {
  let seen = -1
  const stop = await ingest.stores.coordination.onWake('events', () => void ingest.rows('event_log').then(rows => {
    seen = rows.length
  }))
  const before = (await ingest.rows('event_log')).length
  await post(JSON.stringify(orderEvent('wake')), STRUCTURED)
  await expect.poll(() => seen).toBe(before + 1)
  await stop()
})

it('closing finishes what it took and refuses the rest', async () => {
  const opened = Promise.withResolvers<void>()
  gate = opened.promise
  const last = post(JSON.stringify(orderEvent('closing')), STRUCTURED)
  await expect.poll(() => ingest.stats().inFlight).toBe(1)
  const closed = ingest.close()
  expect((await post(JSON.stringify(orderEvent('too-late')), STRUCTURED)).status).toBe(503)
  await sleep(1)
  opened.resolve()
  expect((await last).status).toBe(202)
  await closed
})
