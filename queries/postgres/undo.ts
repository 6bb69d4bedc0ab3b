/** What an act replaced, for as long as it may be undone. */
import { sql, type Kysely, type Transaction } from 'kysely'
import { z } from 'zod'
import type { Database } from './schema.ts'

/** What one exception had before: the columns to put back, and the version that the act left. */
export const undoItem = z.object({ id: z.number(), version: z.number(), columns: z.record(z.string(), z.unknown()) })
export type UndoItem = z.infer<typeof undoItem>

/** Keeps what an act replaced and forgets what nobody can undo any more. */
export async function keepUndo(tx: Transaction<Database>, id: string, actorId: string, act: string, items: readonly UndoItem[]): Promise<void> {
  await tx.deleteFrom('undoable_act').where('at', '<', sql<Date>`now() - interval '10 minutes'`).execute()
  await tx.insertInto('undoable_act').values({ id, actor_id: actorId, act, items: JSON.stringify(items) }).execute()
}

/** Takes what this actor did under this id at most so many seconds ago; undefined if it is gone, too old, or somebody else's. */
export async function takeUndo(tx: Transaction<Database>, id: string, actorId: string, seconds: number): Promise<{ act: string; items: UndoItem[] } | undefined> {
  const row = await tx.deleteFrom('undoable_act').where('id', '=', id).where('actor_id', '=', actorId).where('at', '>=', sql<Date>`now() - make_interval(secs => ${seconds})`).returning(['act', 'items']).executeTakeFirst()
  return row && { act: row.act, items: z.array(undoItem).parse(row.items) }
}

/** An act on one exception that may still be taken back, until an instant (RFC 3339). */
export interface Undoable { id: string; act: string; until: string }

/** What this actor did to this exception alone, at most so many seconds ago, if it still stands at the version that the act left; null if nothing. */
export async function findUndo(db: Kysely<Database>, actorId: string, exception: { id: number; version: number }, seconds: number): Promise<Undoable | null> {
  const row = await db.selectFrom('undoable_act').select(['id', 'act', sql<Date>`at + make_interval(secs => ${seconds})`.as('until')])
    .where('actor_id', '=', actorId).where('at', '>=', sql<Date>`now() - make_interval(secs => ${seconds})`)
    .where(sql<boolean>`jsonb_array_length(items) = 1 and items @> ${JSON.stringify([exception])}::jsonb`)
    .orderBy('at', 'desc').limit(1).executeTakeFirst()
  return row ? { id: row.id, act: row.act, until: row.until.toISOString() } : null
}

/** Which of these exceptions somebody other than `actorId` changed after an instant; being seen again is no change. By exception: who did it last. */
export async function changedSince(db: Kysely<Database>, ids: readonly number[], after: Date, actorId: string): Promise<Map<string, { kind: string; id: string }>> {
  if (ids.length === 0) return new Map()
  const rows = await sql<{ exception_id: string; actor_kind: string; actor_id: string }>`
    select distinct on (exception_id) exception_id::text as exception_id, actor_kind, actor_id from exception_history
    where exception_id = any(${[...ids]}::bigint[]) and at > ${after.toISOString()}::timestamptz and act <> 'seen_again' and not (actor_kind = 'person' and actor_id = ${actorId})
    order by exception_id, id desc`.execute(db)
  return new Map(rows.rows.map(row => [row.exception_id, { kind: row.actor_kind, id: row.actor_id }]))
}
