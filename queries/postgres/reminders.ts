/** Waits on a third party that have ended without anybody having done something since: what a reminder is for. */
import { sql, type Kysely } from 'kysely'
import type { Scope } from '../model/scope.ts'
import { scopeCondition } from './scope.ts'
import type { Database } from './schema.ts'

/** `party`: whom it waited for; `endedAt`: when the time was over; `isMine`: it is assigned to the person. */
export interface EndedWait { exceptionId: string; isMine: boolean; party: string; endedAt: string }

/** Exceptions inside the scope that this person set to wait or owns, open again because the time was over, and not touched by a person since. Newest first. */
export async function endedWaits(db: Kysely<Database>, personId: string, scope: Scope, limit: number): Promise<EndedWait[]> {
  const rows = await sql<{ id: string; mine: boolean; party: string | null; at: Date }>`
    select exception.id::text as id, coalesce(exception.assignee = ${personId} and exception.environment = 'production', false) as mine, wait.detail ->> 'party' as party, ended.at
    from (select distinct exception_id from exception_history where act = 'waiting' and actor_id = ${personId}
          union select id from exception where assignee = ${personId} and status <> 'resolved') as mine
    join exception on exception.id = mine.exception_id
    join lateral (select id, at, detail from exception_history where exception_id = exception.id and act = 'reopened' order by id desc limit 1) as ended on ended.detail ->> 'from' = 'waiting' and ended.detail ->> 'reason' = 'time'
    join lateral (select detail from exception_history where exception_id = exception.id and act = 'waiting' and id < ended.id order by id desc limit 1) as wait on true
    where exception.status = 'open' and ${scopeCondition(scope)}
      and not exists (select 1 from exception_history as later where later.exception_id = exception.id and later.id > ended.id and later.actor_kind = 'person')
    order by ended.at desc, exception.id limit ${limit}`.execute(db)
  return rows.rows.map(row => ({ exceptionId: row.id, isMine: row.mine, party: row.party ?? '', endedAt: row.at.toISOString() }))
}
