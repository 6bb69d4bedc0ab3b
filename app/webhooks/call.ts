/**
 * One call of a webhook, signed by Standard Webhooks (headers `webhook-id`, `webhook-timestamp`, `webhook-signature` over
 * `id.timestamp.body`). The id is that of the outbox row: a receiver that keeps ids sees a repeated call as the same. No redirect is followed.
 */
import * as http from 'node:http'
import * as https from 'node:https'
import { Webhook } from 'standardwebhooks'
import { ForbiddenAddress, resolveAllowed, urlProblem } from './guard.ts'

const TIMEOUT_MS = 15_000
const ANSWER_BYTES = 16_384

export interface WebhookCall { url: string; secret: string; id: string; body: string; allowPrivate: boolean; now: Date }
/** `later`: worth trying again, the receiver may have taken it. `forbidden`: the guard does not let it go there. */
export interface WebhookAnswer { outcome: 'sent' | 'later' | 'refused' | 'forbidden'; code: string | null; reply: string }

/** Calls a webhook. Never throws: what went wrong is the answer. */
export async function callWebhook(call: WebhookCall): Promise<WebhookAnswer> {
  const problem = urlProblem(call.url, call.allowPrivate)
  if (problem) return { outcome: 'forbidden', code: null, reply: problem }
  const url = new URL(call.url)
  try {
    return await post(url, await resolveAllowed(url.hostname, call.allowPrivate), call)
  } catch (error) {
    if (error instanceof ForbiddenAddress) return { outcome: 'forbidden', code: null, reply: `${error.message}.` }
    return { outcome: 'later', code: null, reply: 'No connection could be made' }
  }
}

function post(url: URL, to: { address: string; family: number }, { secret, id, body, now }: WebhookCall): Promise<WebhookAnswer> {
  const secure = url.protocol === 'https:'
  const { promise, resolve, reject } = Promise.withResolvers<WebhookAnswer>()
  const request = (secure ? https : http).request(url, {
    method: 'POST', agent: false,
    // The address that was checked, whatever the name says now.
    lookup: (_name, options, done) => (options.all ? done(null, [to]) : done(null, to.address, to.family)),
    headers: {
      'content-type': 'application/json', 'content-length': Buffer.byteLength(body), 'user-agent': 'Signalbox',
      'webhook-id': id, 'webhook-timestamp': String(Math.floor(now.getTime() / 1000)), 'webhook-signature': new Webhook(secret).sign(id, now, body),
    },
  })
  const timer = setTimeout(() => request.destroy(new Error('timeout')), TIMEOUT_MS)
  request.on('error', reject)
  request.on('close', () => clearTimeout(timer))
  request.on('response', response => {
    resolve(judge(response.statusCode ?? 0))
    let read = 0
    response.on('data', (chunk: Buffer) => {
      read += chunk.length
      if (read > ANSWER_BYTES) response.destroy()
    })
    response.on('error', () => undefined)
  })
  request.end(body)
  return promise
}

function judge(status: number): WebhookAnswer {
  const code = String(status)
  const reply = `HTTP ${status}`
  if (status >= 200 && status < 300) return { outcome: 'sent', code, reply }
  if (status === 410) return { outcome: 'refused', code, reply: `${reply}: the receiver wants no more` }
  if (status >= 300 && status < 400) return { outcome: 'refused', code, reply: `${reply}: redirects are not followed` }
  return { outcome: status >= 400 && status < 500 && ![408, 425, 429].includes(status) ? 'refused' : 'later', code, reply }
}
