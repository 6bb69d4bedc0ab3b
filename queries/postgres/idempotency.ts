/** Answers kept under an Idempotency-Key: the same key and request gives the same answer again, another request under it is refused. */
import type { Kysely } from 'kysely'
import type { Database } from './schema.ts'

/** Status of a request that has begun and not ended. */
const RUNNING = 0
/** After this a request that never ended (its process died) may be tried again under its key. */
const GIVEN_UP_AFTER_MS = 60_000

export type Reservation =
  | { outcome: 'ours' }
  | { outcome: 'answered'; status: number; answer: unknown }
  | { outcome: 'running' }
  | { outcome: 'other_request' }

/** Claims a key for a request of this actor, or says what became of it before. */
export async function reserveIdempotencyKey(db: Kysely<Database>, actorId: string, key: string, requestHash: string, now: Date): Promise<Reservation> {
  const inserted = await db.insertInto('idempotency').values({ actor_id: actorId, key, request_hash: requestHash, status: RUNNING, created_at: now })
    .onConflict(conflict => conflict.columns(['actor_id', 'key']).doNothing()).returning('key').executeTakeFirst()
  if (inserted) return { outcome: 'ours' }
  const known = await db.selectFrom('idempotency').selectAll().where('actor_id', '=', actorId).where('key', '=', key).executeTakeFirst()
  if (!known) return { outcome: 'running' }
  if (known.request_hash !== requestHash) return { outcome: 'other_request' }
  if (known.status !== RUNNING) return { outcome: 'answered', status: known.status, answer: known.answer }
  const taken = await db.updateTable('idempotency').set({ created_at: now }).where('actor_id', '=', actorId).where('key', '=', key).where('status', '=', RUNNING)
    .where('created_at', '<', new Date(now.getTime() - GIVEN_UP_AFTER_MS)).returning('key').executeTakeFirst()
  return taken ? { outcome: 'ours' } : { outcome: 'running' }
}

/** Keeps the answer of a request that was carried out. */
export async function keepAnswer(db: Kysely<Database>, actorId: string, key: string, status: number, answer: unknown): Promise<void> {
  await db.updateTable('idempotency').set({ status, answer: JSON.stringify(answer) }).where('actor_id', '=', actorId).where('key', '=', key).execute()
}

/** Frees a key whose request changed nothing, so that it can be tried again. */
export async function releaseIdempotencyKey(db: Kysely<Database>, actorId: string, key: string): Promise<void> {
  await db.deleteFrom('idempotency').where('actor_id', '=', actorId).where('key', '=', key).where('status', '=', RUNNING).execute()
}
