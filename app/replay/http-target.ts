/**
 * Delivery over HTTP, signed by Standard Webhooks (https://www.standardwebhooks.com): headers `webhook-id`, `webhook-timestamp`,
 * `webhook-signature` over `id.timestamp.body`.
 *
 * node:http and not fetch: the difference between "refused before anything left" and "left, no answer" decides whether a posting may
 * be tried again, and fetch does not tell them apart. Each command has its own connection, for a reused one may have died unnoticed.
 */
import * as http from 'node:http'
import * as https from 'node:https'
import { Webhook } from 'standardwebhooks'
import type { Delivery, HttpTargetConfiguration, ReplayCommand, ReplayTarget } from './targets.ts'

/** Only this much of an answer is read; what it says comes as an event, never from here. */
const ANSWER_BYTES = 65_536
/** These 4xx say "not now", and that nothing was taken. */
const LATER = new Set([425, 429])

/** A target of kind `http`. */
export function httpTarget(name: string, configuration: HttpTargetConfiguration): ReplayTarget {
  const webhook = new Webhook(configuration.secret)
  return {
    name,
    ratePerSecond: configuration.ratePerSecond,
    answerWithinMs: configuration.answerWithinMs,
    answersFrom: configuration.answersFrom,
    deliver(command) {
      return send(configuration, webhook, command)
    },
  }
}

function send(configuration: HttpTargetConfiguration, webhook: Webhook, command: ReplayCommand): Promise<Delivery> {
  const body = JSON.stringify(command)
  const now = new Date()
  const url = new URL(configuration.url)
  const secure = url.protocol === 'https:'
  const { promise, resolve } = Promise.withResolvers<Delivery>()
  let connected = false
  const request = (secure ? https : http).request(url, {
    method: 'POST',
    agent: false,
    headers: {
      'content-type': 'application/cloudevents+json',
      'content-length': Buffer.byteLength(body),
      'webhook-id': command.id,
      'webhook-timestamp': String(Math.floor(now.getTime() / 1000)),
      'webhook-signature': webhook.sign(command.id, now, body),
    },
  })
  const timer = setTimeout(() => request.destroy(new Error('timeout')), configuration.timeoutMs)
  request.on('socket', socket => socket.once(secure ? 'secureConnect' : 'connect', () => { connected = true }))
  request.on('error', () => {
    resolve(connected
      ? { outcome: 'unknown', why: 'the connection ended after the command was sent and before an answer came' }
      : { outcome: 'not_sent', why: 'no connection could be made', retryAfterMs: null })
  })
  request.on('response', response => {
    // The status line is the answer; a body that breaks off afterwards changes nothing.
    resolve(judge(response))
    let read = 0
    response.on('data', (chunk: Buffer) => {
      read += chunk.length
      if (read > ANSWER_BYTES) response.destroy()
    })
    response.on('error', () => {})
  })
  request.on('close', () => clearTimeout(timer))
  request.end(body)
  return promise
}

function judge(response: http.IncomingMessage): Delivery {
  const status = response.statusCode ?? 0
  if (status >= 200 && status < 300) return { outcome: 'delivered' }
  if (LATER.has(status)) return { outcome: 'not_sent', why: `the target asked to come later (HTTP ${status})`, retryAfterMs: retryAfter(response.headers['retry-after']) }
  // 408 is also what a proxy says that gave up waiting for the target itself.
  if (status >= 400 && status < 500 && status !== 408) return { outcome: 'refused', code: `http_${status}`, why: `the target does not take the command (HTTP ${status})` }
  return { outcome: 'unknown', why: `the target answered HTTP ${status}, which does not say whether it took the command` }
}

/** `Retry-After` in seconds or as an HTTP date → ms from now; null if absent or unreadable. */
function retryAfter(header: string | undefined): number | null {
  if (header === undefined) return null
  const ms = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - Date.now()
  return Number.isFinite(ms) ? Math.max(0, ms) : null
}
