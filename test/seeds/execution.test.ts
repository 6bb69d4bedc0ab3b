/** The simulated execution layer: what it does is in the ledger, whatever it says. */
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { IncomingMessage, Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { Webhook } from 'standardwebhooks'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { eventData } from '#queries/model/event.ts'
import type { Rule } from '#seeds/execution/behaviours.ts'
import { startExecutionLayer } from '#seeds/execution/server.ts'
import type { ExecutionLayer } from '#seeds/execution/server.ts'
import type { CloudEvent } from '#seeds/history/events.ts'

const SECRET = `whsec_${Buffer.from('a secret of the test, long enough').toString('base64')}`
const STEP = 'finance.customer_invoice.exported'
const COMMAND = {
  specversion: '1.0', id: 'r1-17', source: 'signalbox', type: 'execution.replay.requested', subject: 'customer_invoice/INV-1', time: '2026-11-20T10:00:00Z', facility: 'rosenfluh',
  data: {
    replayId: 'r1', idempotencyKey: 'k1', target: { integration: 'odoo-ledgerline-invoice-export', step: STEP, objects: [{ namespace: 'solvane-ch', type: 'customer_invoice', id: 'INV-1' }] },
    originalEvent: { source: 'odoo', id: 'e-1' }, correlationId: 'c-1', corrections: [], requestedBy: 'p1', approvedBy: null, reason: 'test', dryRun: false,
  },
}

let directory: string
let receiver: Server
let received: CloudEvent[]
let layer: ExecutionLayer

/** stands for the installation: keeps what the layer reports */
async function receive(request: IncomingMessage): Promise<number> {
  const chunks: Buffer[] = []
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk)
  const events = gunzipSync(Buffer.concat(chunks)).toString('utf8').split('\n').map(line => JSON.parse(line) as CloudEvent)
  received.push(...events)
  return events.length
}

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'signalbox-execution-'))
  received = []
  receiver = createServer((request, response) => {
    void receive(request).then(accepted => response.writeHead(202, { 'content-type': 'application/json' }).end(JSON.stringify({ accepted, duplicates: 0, rejected: [], receipt: 'r' })))
  })
  await new Promise<void>(resolve => receiver.listen(0, '127.0.0.1', resolve))
  layer = await startExecutionLayer({
    port: 0, secret: SECRET, signalbox: { url: `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`, apiKey: 'sbx_test' },
    ledgerFile: join(directory, 'ledger.ndjson'), paceMs: 1, lateMs: 30, followUpMs: null,
  })
})

afterEach(async () => {
  await layer.close()
  await new Promise(resolve => receiver.close(resolve))
  await rm(directory, { recursive: true })
})

/** the HTTP status, or null when the connection broke */
async function send(command: unknown = COMMAND, secret = SECRET): Promise<number | null> {
  const body = JSON.stringify(command)
  const now = new Date()
  try {
    const response = await fetch(layer.url, {
      method: 'POST', body, signal: AbortSignal.timeout(400),
      headers: { 'webhook-id': 'm1', 'webhook-timestamp': String(Math.floor(now.getTime() / 1000)), 'webhook-signature': new Webhook(secret).sign('m1', now, body) },
    })
    return response.status
  } catch {
    return null
  }
}
const behave = (behaviour: Rule['behaviour']): void => layer.behave([{ behaviour }])
const types = (): string[] => received.map(event => event.type.replace('execution.replay.', ''))

test('succeed: acts once, the missing step comes, and it says so', async () => {
  expect(await send()).toBe(202)
  await layer.idle()
  expect(types()).toEqual(['accepted', STEP, 'completed'])
  expect(layer.ledger()).toMatchObject([{ idempotencyKey: 'k1', step: STEP, objects: [{ id: 'INV-1' }] }])
  const [accepted, step] = received as [CloudEvent, CloudEvent]
  expect(accepted.data.attributes).toMatchObject({ replayId: 'r1', idempotencyKey: 'k1' })
  expect(step).toMatchObject({ integration: 'odoo-ledgerline-invoice-export', facility: 'rosenfluh', correlationid: 'c-1', data: { status: 'succeeded', objects: [{ id: 'INV-1', namespace: 'solvane-ch', role: 'subject' }] } })
  for (const event of received) expect(eventData.safeParse(event.data).success).toBe(true)
})

test.each([
  ['fail', 202, ['accepted', 'failed'], 0],
  ['refuse', 202, ['refused'], 0],
  ['refuse_call', 422, [], 0],
  ['answer_late', 202, ['accepted', STEP, 'completed'], 1],
  ['never_answer', 202, [], 0],
  ['hang', null, [], 0],
  ['complete_without_effect', 202, ['accepted', 'completed'], 0],
  ['die_after_acting', null, [], 1],
  ['die_after_acting_reported', null, [STEP], 1],
] as const)('%s: answers the call with %s and reports %j', async (behaviour, status, reports, effects) => {
  behave(behaviour)
  expect(await send()).toBe(status)
  await layer.idle()
  expect(types()).toEqual(reports)
  expect(layer.ledger()).toHaveLength(effects)
})

test('the same command twice is done twice, unless the key is honoured', async () => {
  await send()
  await send()
  await layer.idle()
  expect(layer.ledger()).toHaveLength(2)
  layer.behave([], { honourIdempotencyKey: true })
  await send()
  await layer.idle()
  expect(layer.ledger()).toHaveLength(2)
  expect(types().filter(type => type === 'completed')).toHaveLength(3)
})

test('what is not signed with its secret is not taken, and what is no command neither', async () => {
  expect(await send(COMMAND, `whsec_${Buffer.from('another secret of another party').toString('base64')}`)).toBe(401)
  expect(await send({ ...COMMAND, type: 'execution.replay.completed' })).toBe(400)
  expect(layer.ledger()).toEqual([])
})

test('a trial run has no effect', async () => {
  await send({ ...COMMAND, data: { ...COMMAND.data, dryRun: true } })
  await layer.idle()
  expect(types()).toEqual(['accepted', 'completed'])
  expect(layer.ledger()).toEqual([])
})

test('rules and the ledger are there for tests over HTTP', async () => {
  const base = new URL('/', layer.url)
  expect((await fetch(new URL('/rules', base), { method: 'PUT', body: JSON.stringify([{ behaviour: 'fail', step: STEP }]) })).status).toBe(200)
  expect((await fetch(new URL('/rules', base), { method: 'PUT', body: JSON.stringify([{ behaviour: 'explode' }]) })).status).toBe(400)
  await send()
  await layer.idle()
  expect(types()).toEqual(['accepted', 'failed'])
  expect(await (await fetch(new URL('/ledger', base))).json()).toEqual([])
})
