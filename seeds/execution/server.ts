/**
 * The simulated execution layer: takes replay commands over HTTP, signed by Standard Webhooks, and answers through ingestion.
 *
 * `POST /replays` a command · `GET /ledger` what was done · `PUT /rules` how to behave (JSON array of rules) · `GET /healthz`.
 * It listens on this machine only; the last three are for tests and for looking.
 */
import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Webhook } from 'standardwebhooks'
import { z } from 'zod'
import { sendEvents } from '#seeds/demo/send.ts'
import { readGroup } from '#seeds/history/group.ts'
import type { Group } from '#seeds/history/group.ts'
import { BEHAVIOURS } from './behaviours.ts'
import type { Rule } from './behaviours.ts'
import { replayCommand } from './command.ts'
import { Layer } from './layer.ts'
import { openLedger } from './ledger.ts'
import type { Effect } from './ledger.ts'

const HOST = '127.0.0.1'
const LARGEST_BODY = 1024 * 1024

const rulesBody = z.array(z.strictObject({
  behaviour: z.enum(BEHAVIOURS), integration: z.string().optional(), step: z.string().optional(), objectId: z.string().optional(), share: z.number().min(0).max(1).optional(),
}))

export interface ExecutionOptions {
  /** 0 takes any free one */
  port: number
  /** of Standard Webhooks: `whsec_…`, base64 */
  secret: string
  /** the installation to report to; its key must be able to ingest for every integration */
  signalbox: { url: string; apiKey: string }
  ledgerFile: string
  rules?: readonly Rule[]
  honourIdempotencyKey?: boolean
  paceMs?: number
  lateMs?: number
  followUpMs?: number | null
  group?: Group
  onError?: (message: string) => void
}

export interface ExecutionLayer {
  /** where replay commands go */
  url: string
  behave(rules: readonly Rule[], options?: { honourIdempotencyKey?: boolean }): void
  ledger(): Effect[]
  idle(): Promise<void>
  close(): Promise<void>
}

/** Starts the simulated execution layer. Throws when the port is taken or the ledger cannot be opened. */
export async function startExecutionLayer(options: ExecutionOptions): Promise<ExecutionLayer> {
  const webhook = new Webhook(options.secret)
  const ledger = openLedger(options.ledgerFile)
  const stopping = new AbortController()
  const layer = new Layer({
    group: options.group ?? readGroup(), ledger, rules: options.rules ?? [], honourIdempotencyKey: options.honourIdempotencyKey ?? false,
    paceMs: options.paceMs ?? 900, lateMs: options.lateMs ?? 20_000, followUpMs: options.followUpMs ?? null, onError: options.onError ?? (() => undefined),
    send: async events => { await sendEvents({ ...options.signalbox, signal: stopping.signal }, events) },
  })
  const server = createServer((request, response) => {
    route(request, response).catch(() => { response.destroy() })
  })

  async function route(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = `${request.method ?? ''} ${new URL(request.url ?? '/', `http://${HOST}`).pathname}`
    if (path === 'GET /healthz') return answer(response, 200, { status: 'up' })
    if (path === 'GET /ledger') return answer(response, 200, ledger.all())
    if (path !== 'POST /replays' && path !== 'PUT /rules') return answer(response, 404, { code: 'not_found' })
    const body = await readBody(request)
    if (body === null) return answer(response, 413, { code: 'too_large' })
    if (path === 'PUT /rules') {
      const rules = rulesBody.safeParse(parse(body))
      if (!rules.success) return answer(response, 400, { code: 'malformed' })
      layer.rules = rules.data.map(({ behaviour, integration, step, objectId, share }) => ({ behaviour, ...(integration !== undefined && { integration }), ...(step !== undefined && { step }), ...(objectId !== undefined && { objectId }), ...(share !== undefined && { share }) }))
      return answer(response, 200, { rules: layer.rules.length })
    }
    takeCommand(request, response, body)
  }

  function takeCommand(request: IncomingMessage, response: ServerResponse, body: string): void {
    try {
      webhook.verify(body, Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)])), { jsonParse: false })
    } catch {
      return answer(response, 401, { code: 'bad_signature' })
    }
    const command = replayCommand.safeParse(parse(body))
    if (!command.success) return answer(response, 400, { code: 'malformed' })
    const end = layer.take(command.data)
    if (end === 'taken') answer(response, 202, { taken: command.data.id })
    else if (end === 'refused') answer(response, 422, { code: 'refused' })
    else if (end === 'dropped') response.destroy()
  }

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port, HOST, resolve)
  })
  return {
    url: `http://${HOST}:${(server.address() as AddressInfo).port}/replays`,
    behave(rules, { honourIdempotencyKey } = {}) {
      layer.rules = rules
      if (honourIdempotencyKey !== undefined) layer.honourIdempotencyKey = honourIdempotencyKey
    },
    ledger: () => ledger.all(),
    idle: () => layer.idle(),
    async close() {
      stopping.abort()
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
      await layer.close()
      ledger.close()
    },
  }
}

function answer(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

/** The body as text; null if it is larger than a command can be. */
async function readBody(request: IncomingMessage): Promise<string | null> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > LARGEST_BODY) return null
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined // judged as malformed by whoever asked
  }
}
