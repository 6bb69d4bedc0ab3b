import { createServer, type RequestListener, type Server } from 'node:http'
import { createServer as createSocketServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { Webhook } from 'standardwebhooks'
import { afterEach, expect, test } from 'vitest'
import { buildTargets, type ReplayCommand } from '#app/replay/targets.ts'

const SECRET = `whsec_${Buffer.from('a secret that only tests ever use').toString('base64')}`
const command: ReplayCommand = {
  specversion: '1.0', id: 'rpl_1-1001', source: 'signalbox', type: 'execution.replay.requested', subject: 'customer_invoice/INV-Ä', time: '2026-11-20T10:00:00.000Z',
  datacontenttype: 'application/json', integration: 'odoo-finstar',
  data: {
    replayId: 'rpl_1', idempotencyKey: 'k', target: { integration: 'odoo-finstar', step: 'finance.customer_invoice.exported', objects: [{ namespace: 'a', type: 'customer_invoice', id: 'INV-Ä' }] },
    originalEvent: { source: 'odoo', id: 'e1' }, correlationId: null, corrections: [], requestedBy: 'p1', approvedBy: null, reason: 'fixed the cost centre', dryRun: false,
  },
}

let closing: (() => void)[] = []
afterEach(() => {
  closing.forEach(close => close())
  closing = []
})

async function listen(server: Server | ReturnType<typeof createSocketServer>): Promise<string> {
  await new Promise<void>(resolve => { server.listen(0, '127.0.0.1', resolve) })
  closing.push(() => {
    server.close()
    if ('closeAllConnections' in server) server.closeAllConnections()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/replays`
}

const deliver = (url: string, timeoutMs = 2000) => buildTargets({ x: { kind: 'http', url, secret: SECRET, timeoutMs } }).get('x')!.deliver(command)
const answering = (listener: RequestListener) => listen(createServer(listener))

test('a signed command that the receiver can verify', async () => {
  let received: unknown
  const url = await answering((request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part)).on('end', () => {
      received = new Webhook(SECRET).verify(Buffer.concat(parts).toString(), request.headers as Record<string, string>)
      response.writeHead(202).end()
    })
  })
  expect(await deliver(url)).toEqual({ outcome: 'delivered' })
  expect(received).toEqual(command)
})

test.each([
  [200, 'delivered'], [204, 'delivered'], [400, 'refused'], [401, 'refused'], [404, 'refused'], [409, 'refused'], [422, 'refused'],
  [302, 'unknown'], [408, 'unknown'], [500, 'unknown'], [502, 'unknown'], [503, 'unknown'],
])('HTTP %i is %s', async (status, outcome) => {
  const url = await answering((_, response) => { response.writeHead(status, { location: '/elsewhere' }).end() })
  expect(await deliver(url)).toMatchObject({ outcome })
})

test('429 says that nothing was taken, and when to come again', async () => {
  const url = await answering((_, response) => { response.writeHead(429, { 'retry-after': '7' }).end() })
  expect(await deliver(url)).toMatchObject({ outcome: 'not_sent', retryAfterMs: 7000 })
})

test('nobody listens: certainly not sent', async () => {
  const server = createServer()
  const url = await listen(server)
  await new Promise(resolve => { server.close(resolve) })
  expect(await deliver(url)).toMatchObject({ outcome: 'not_sent' })
  expect(await deliver('http://no-such-host.invalid/')).toMatchObject({ outcome: 'not_sent' })
})

test('taken and no answer: unknown', async () => {
  expect(await deliver(await answering(() => {}), 200)).toMatchObject({ outcome: 'unknown' })
})

test('the connection breaks after the command was read: unknown', async () => {
  const url = await listen(createSocketServer(socket => { socket.on('data', () => socket.destroy()) }))
  expect(await deliver(url)).toMatchObject({ outcome: 'unknown' })
})

test('the status came and the body breaks off: the status counts', async () => {
  const url = await answering((_, response) => {
    response.writeHead(202, { 'content-length': '100' })
    response.write('x')
    setTimeout(() => response.destroy(), 20)
  })
  expect(await deliver(url)).toEqual({ outcome: 'delivered' })
})

test('a wrong file names the field and not the value', () => {
  expect(() => buildTargets({ x: { kind: 'http', url: 'ftp://host-a', secret: SECRET } })).toThrow(/^REPLAY_TARGETS: x\.url: (?!.*host-a)/)
  expect(() => buildTargets({ x: { kind: 'http', url: 'http://h', secret: 'hunter2' } })).toThrow(/x\.secret: (?!.*hunter2)/)
  expect(() => buildTargets({ x: { kind: 'pigeon' } })).toThrow(/x\.kind/)
})
