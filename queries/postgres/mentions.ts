/** Whom comments name, until they have looked. */
import { sql, type Kysely, type Transaction } from 'kysely'
import type { Scope } from '../model/scope.ts'
import { scopeCondition } from './scope.ts'
import type { Database } from './schema.ts'

export interface NewMention { exceptionId: number; personId: string }
/** `text`: the comment; `isMine`: the exception is among those assigned to the person as well. */
export interface Mention { exceptionId: string; isMine: boolean; at: string; by: { kind: string; id: string }; text: string }

/** Keeps mentions beside the comment that the same transaction adds to the history. */
export async function addMentions(tx: Transaction<Database>, by: { kind: string; id: string }, mentions: readonly NewMention[]): Promise<void> {
  if (mentions.length === 0) return
  await sql`
    insert into mention (person_id, exception_id, by_kind, by_id)
    select person, exception, ${by.kind}::text, ${by.id}::text
    from jsonb_to_recordset(${JSON.stringify(mentions.map(each => ({ person: each.personId, exception: each.exceptionId })))}::jsonb) as new(person text, exception bigint)`.execute(tx)
}

/** The mentions that the person has not looked at, of exceptions inside the scope; the newest of each exception, newest first. */
export async function openMentions(db: Kysely<Database>, personId: string, scope: Scope, limit: number): Promise<Mention[]> {
  const rows = await sql<{ exception_id: string; at: Date; by_kind: string; by_id: string; text: string | null; mine: boolean }>`
    select * from (
      select distinct on (mention.exception_id) mention.exception_id::text as exception_id, mention.at, mention.by_kind, mention.by_id,
        coalesce(exception.assignee = ${personId} and exception.status <> 'resolved' and exception.environment = 'production', false) as mine,
        (select history.detail ->> 'text' from exception_history as history where history.exception_id = mention.exception_id and history.act = 'commented' and history.at = mention.at limit 1) as text
      from mention join exception on exception.id = mention.exception_id
      where mention.person_id = ${personId} and mention.seen_at is null and ${scopeCondition(scope)}
      order by mention.exception_id, mention.id desc) as newest
    order by at desc, exception_id limit ${limit}`.execute(db)
  return rows.rows.map(row => ({ exceptionId: row.exception_id, isMine: row.mine, at: row.at.toISOString(), by: { kind: row.by_kind, id: row.by_id }, text: row.text ?? '' }))
}

/** The person has looked at these exceptions. */
export async function markMentionsSeen(db: Kysely<Database>, personId: string, exceptionIds: readonly number[]): Promise<void> {
  if (exceptionIds.length === 0) return
  await db.updateTable('mention').set({ seen_at: sql<string>`now()` }).where('person_id', '=', personId).where('seen_at', 'is', null).where('exception_id', '=', sql<number>`any(${[...exceptionIds]}::bigint[])`).execute()
}

/** The person has looked at all of them. */
export async function markAllMentionsSeen(db: Kysely<Database>, personId: string): Promise<void> {
  await db.updateTable('mention').set({ seen_at: sql<string>`now()` }).where('person_id', '=', personId).where('seen_at', 'is', null).execute()
}
