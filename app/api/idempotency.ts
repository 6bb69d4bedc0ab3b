/** `Idempotency-Key` on acting calls. */
import { createHash } from 'node:crypto'
import type { Kysely } from 'kysely'
import { keepAnswer, releaseIdempotencyKey, reserveIdempotencyKey } from '#queries/postgres/idempotency.ts'
import type { Database } from '#queries/postgres/schema.ts'
import { Problem } from './problem.ts'

const MAX_KEY = 200

/**
 * Runs an act at most once per key and actor. Only successes are kept: a refused request changed nothing and frees its key.
 * `request` is everything that makes two requests the same (method, address, version, body). `shownOnce`: fields of the answer that are kept as null.
 */
export async function once(db: Kysely<Database>, actorId: string, key: string | undefined, request: unknown, act: () => Promise<Response>, shownOnce: readonly string[] = []): Promise<Response> {
  if (key === undefined) return act()
  if (key === '' || key.length > MAX_KEY) throw new Problem('invalid_body', `Idempotency-Key: 1 to ${MAX_KEY} characters`)
  const hash = createHash('sha256').update(JSON.stringify(request)).digest('hex')
  const reserved = await reserveIdempotencyKey(db, actorId, key, hash, new Date())
  if (reserved.outcome === 'other_request') throw new Problem('idempotency_conflict', 'this Idempotency-Key was used for another request')
  if (reserved.outcome === 'running') throw new Problem('conflict', 'the first request with this Idempotency-Key is still running')
  if (reserved.outcome === 'answered') return Response.json(reserved.answer, { status: reserved.status, headers: { 'idempotency-replayed': 'true', 'cache-control': 'no-store' } })
  let done = false
  try {
    const response = await act()
    if (response.ok) {
      const answer: unknown = await response.clone().json()
      await keepAnswer(db, actorId, key, response.status, shownOnce.length === 0 ? answer : { ...(answer as object), ...Object.fromEntries(shownOnce.map(name => [name, null])) })
      done = true
    }
    return response
  } finally {
    if (!done) await releaseIdempotencyKey(db, actorId, key)
  }
}
