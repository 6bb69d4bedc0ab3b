/** `GET /api/v1/live`: server-sent events. */
import { Hono } from 'hono'
import { streamSSE } from 'hono/streaming'
import type { Authenticate } from '../api/server.ts'
import { Problem, problemOf, problemResponse } from '../api/problem.ts'
import { can, scopeFor } from '../auth/principal.ts'
import type { LiveHub } from './hub.ts'

const HEARTBEAT_MS = 20_000
/** After this the browser connects again and is judged anew: a revoked session or key does not listen for ever. */
const LIFETIME_MS = 10 * 60_000
const RETRY_MS = 3000

export interface LiveStream { app: Hono; /** Ends every open stream. */ close(): void }

/**
 * The stream: an `exceptions` event with `{changed, many, counts, asOf}` at once and whenever something in the scope changes, a
 * comment as heartbeat. The event id is a position; a browser that comes back with `Last-Event-ID` hears what it missed.
 */
export function createLiveStream(hub: LiveHub, authenticate: Authenticate): LiveStream {
  const open = new Set<() => void>()
  const app = new Hono()
  app.get('/api/v1/live', async c => {
    const principal = await authenticate(c.req.raw)
    if (!can(principal, 'read')) throw new Problem('forbidden', 'this needs the permission "read"')
    const last = c.req.header('last-event-id')
    c.header('x-accel-buffering', 'no')
    return streamSSE(c, async stream => {
      let queue: Promise<unknown> = Promise.resolve()
      const enqueue = (work: () => Promise<unknown>) => (queue = queue.then(work, () => undefined))
      const ended = Promise.withResolvers<void>()
      const stop = hub.listen(scopeFor(principal, 'read'), last !== undefined && /^\d{1,15}$/.test(last) ? Number(last) : null, ({ position, ...news }) => {
        void enqueue(() => stream.writeSSE({ event: 'exceptions', id: String(position), retry: RETRY_MS, data: JSON.stringify(news) }))
      })
      const heartbeat = setInterval(() => void enqueue(() => stream.write(': still here\n\n')), HEARTBEAT_MS)
      const lifetime = setTimeout(ended.resolve, LIFETIME_MS)
      open.add(ended.resolve)
      stream.onAbort(ended.resolve)
      await ended.promise
      open.delete(ended.resolve)
      clearInterval(heartbeat)
      clearTimeout(lifetime)
      stop()
    })
  })
  app.onError(error => {
    const problem = problemOf(error)
    if (problem) return problemResponse(problem, null)
    throw error
  })
  return { app, close: () => open.forEach(end => end()) }
}
