/** Loading: everything arrives once and in order of need, whatever the installation answers in between. */
import { createServer } from 'node:http'
import type { IncomingMessage, Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gunzipSync } from 'node:zlib'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { load } from '#seeds/demo/load.ts'
import { SendError } from '#seeds/demo/send.ts'
import { generateHistory } from '#seeds/history/generate.ts'

const UNTIL = new Date('2026-11-20T14:30:00Z')
let server: Server
let url: string
let ids: string[]
let raws: number
/** statuses to answer before taking anything */
let refusals: number[]

beforeEach(async () => {
  ids = []
  raws = 0
  refusals = []
  server = createServer((request, response) => { void take(request).then(({ status, body }) => response.writeHead(status, { 'content-type': 'application/json', 'retry-after': '0' }).end(JSON.stringify(body))) })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterEach(() => new Promise(resolve => server.close(resolve)))

async function take(request: IncomingMessage): Promise<{ status: number; body: unknown }> {
  const chunks: Buffer[] = []
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk)
  const refusal = refusals.shift()
  if (refusal !== undefined) return { status: refusal, body: { code: 'over_capacity' } }
  if (request.headers['content-type'] !== 'application/x-ndjson') {
    raws++
    return { status: 400, body: { accepted: 0, duplicates: 0, rejected: [{ index: 0, id: null, code: 'malformed' }] } }
  }
  const lines = gunzipSync(Buffer.concat(chunks)).toString('utf8').split('\n')
  ids.push(...lines.map(line => (JSON.parse(line) as { id: string }).id))
  return { status: 202, body: { accepted: lines.length, duplicates: 0, rejected: [] } }
}

test('a history arrives whole, and progress says how far', async () => {
  refusals = [503, 429]
  const options = { seed: 3, until: UNTIL, days: 10, scale: 0.02 }
  const expected = [...generateHistory(options)]
  const steps: number[] = []
  const totals = await load(generateHistory(options), { url, apiKey: 'sbx_test', batch: 500, onProgress: progress => steps.push(progress.arrived) })
  const events = expected.filter(item => item.kind === 'event').map(item => item.event.id)
  expect(ids.toSorted()).toEqual(events.toSorted())
  expect(raws).toBe(expected.length - events.length)
  expect(totals).toMatchObject({ sent: expected.length, accepted: events.length, rejected: raws })
  expect(steps).toEqual(steps.toSorted((a, b) => a - b))
  expect(steps.at(-1)).toBe(expected.at(-1)?.at)
})

test('a refused key stops it', async () => {
  refusals = [403]
  await expect(load(generateHistory({ seed: 3, until: UNTIL, days: 2, scale: 0.01 }), { url, apiKey: 'sbx_wrong', batch: 100 })).rejects.toThrow(SendError)
})
