/** What people watch: exceptions, business objects, views; and what others did to the watched exceptions since they looked. */
import { sql, type Kysely, type Transaction } from 'kysely'
import type { Scope } from '../model/scope.ts'
import { scopeCondition } from './scope.ts'
import type { Database } from './schema.ts'

export const WATCH_KINDS = ['exception', 'object', 'view'] as const
export type WatchKind = (typeof WATCH_KINDS)[number]
/** `subject`: an exception's id, `JSON [namespace, type, id]` of an object, a view's id. */
export interface Watch { kind: WatchKind; subject: string; since: string; seenAt: string }

/** More is no watching. */
export const MOST_WATCHES = 500

/** The subject of a watched object. */
export function objectSubject(object: { namespace: string; type: string; id: string }): string {
  return JSON.stringify([object.namespace, object.type, object.id])
}

/** Everything a person watches, newest first. */
export async function listWatches(db: Kysely<Database>, personId: string): Promise<Watch[]> {
  const rows = await db.selectFrom('watch').selectAll().where('person_id', '=', personId).orderBy('since', 'desc').orderBy('subject').limit(MOST_WATCHES).execute()
  return rows.flatMap(row => {
    const kind = WATCH_KINDS.find(each => each === row.kind)
    return kind ? [{ kind, subject: row.subject, since: row.since.toISOString(), seenAt: row.seen_at.toISOString() }] : []
  })
}

/** Which of these subjects of one kind the person watches. */
export async function watchedOf(db: Kysely<Database>, personId: string, kind: WatchKind, subjects: readonly string[]): Promise<Set<string>> {
  if (subjects.length === 0) return new Set()
  const rows = await db.selectFrom('watch').select('subject').where('person_id', '=', personId).where('kind', '=', kind).where('subject', '=', sql<string>`any(${[...subjects]}::text[])`).execute()
  return new Set(rows.map(row => row.subject))
}

/** Begins or ends watching; false if it was so already. */
export async function setWatch(tx: Transaction<Database>, personId: string, kind: WatchKind, subject: string, watching: boolean): Promise<boolean> {
  if (!watching) {
    const gone = await tx.deleteFrom('watch').where('person_id', '=', personId).where('kind', '=', kind).where('subject', '=', subject).executeTakeFirst()
    return gone.numDeletedRows > 0n
  }
  const made = await tx.insertInto('watch').values({ person_id: personId, kind, subject }).onConflict(conflict => conflict.doNothing()).executeTakeFirst()
  return (made.numInsertedOrUpdatedRows ?? 0n) > 0n
}

/** The person has looked at everything they watch: what comes from now on is news. */
export async function markAllWatchesSeen(db: Kysely<Database>, personId: string): Promise<void> {
  await db.updateTable('watch').set({ seen_at: sql<string>`now()` }).where('person_id', '=', personId).execute()
}

/** The person has looked at this one. */
export async function markWatchSeen(db: Kysely<Database>, personId: string, kind: WatchKind, subject: string): Promise<void> {
  await db.updateTable('watch').set({ seen_at: sql<string>`now()` }).where('person_id', '=', personId).where('kind', '=', kind).where('subject', '=', subject).execute()
}

/** What happened to a watched exception: the newest act, and how many acts since the person looked. */
export interface WatchedChange { exceptionId: string; act: string; at: string; actorKind: string; actorId: string; times: number }

/**
 * Watched exceptions inside the scope that somebody else changed since the person looked: watched themselves or through their object.
 * One row per exception with its newest act. Being seen again is no change worth telling.
 */
export async function watchedChanges(db: Kysely<Database>, personId: string, scope: Scope, limit: number): Promise<WatchedChange[]> {
  const rows = await sql<{ id: string; act: string; at: Date; actor_kind: string; actor_id: string; times: string }>`
    with watched as (
      select exception.id, max(mine.seen_at) as seen_at from watch as mine join exception on
        (mine.kind = 'exception' and exception.id = case when mine.kind = 'exception' then mine.subject::bigint end)
        where mine.person_id = ${personId} and ${scopeCondition(scope)} group by exception.id
      union all
      select exception.id, max(mine.seen_at) from watch as mine join exception on mine.kind = 'object' and exception.object_type = case when mine.kind = 'object' then mine.subject::jsonb ->> 1 end
        and exception.object_id = case when mine.kind = 'object' then mine.subject::jsonb ->> 2 end and exception.namespace = case when mine.kind = 'object' then mine.subject::jsonb ->> 0 end
        where mine.person_id = ${personId} and ${scopeCondition(scope)} group by exception.id
    ), news as (
      select history.exception_id, history.act, history.at, history.actor_kind, history.actor_id, count(*) over (partition by history.exception_id) as times,
        row_number() over (partition by history.exception_id order by history.id desc) as nth
      from (select id, max(seen_at) as seen_at from watched group by id) as watched join exception_history as history on history.exception_id = watched.id
      left join exception_read as opened on opened.person_id = ${personId} and opened.exception_id = watched.id
      where history.at > greatest(watched.seen_at, opened.at) and history.act <> 'seen_again' and not (history.actor_kind = 'person' and history.actor_id = ${personId})
    )
    select exception_id::text as id, act, at, actor_kind, actor_id, times::text as times from news where nth = 1 order by at desc, exception_id desc limit ${limit}`.execute(db)
  return rows.rows.map(row => ({ exceptionId: row.id, act: row.act, at: row.at.toISOString(), actorKind: row.actor_kind, actorId: row.actor_id, times: Number(row.times) }))
}
