/**
 * Failure groups: what people decided about all failures of one cause (owner, mute, cause), and the rules that split and join groups.
 * Members are exceptions; their `fingerprint` is the group they are in, their `cause` what they were found as.
 */
import { sql } from 'kysely'
import type { Kysely, Selectable, Transaction } from 'kysely'
import type { Scope } from '../model/scope.ts'
import type { ExceptionRow } from './exceptions.ts'
import { scopeCondition } from './scope.ts'
import type { Database, FailureGroupRuleTable, FailureGroupTable } from './schema.ts'
import { jsonb } from './jsonb.ts'

export type GroupRow = Selectable<FailureGroupTable>
export type GroupRule = Selectable<FailureGroupRuleTable>
type Db = Kysely<Database> | Transaction<Database>

/**
 * Keeps placing failures and changing the rules apart until the transaction ends: many may place at once, one may change alone.
 * Taken before any row is locked.
 */
export async function lockGrouping(tx: Transaction<Database>, how: 'place' | 'change'): Promise<void> {
  await sql`select ${sql.raw(how === 'place' ? 'pg_advisory_xact_lock_shared' : 'pg_advisory_xact_lock')}(hashtext('signalbox failure groups'))`.execute(tx)
}

/** The rules in force, in the order in which they are applied. */
export async function rulesInForce(db: Db): Promise<GroupRule[]> {
  return await db.selectFrom('failure_group_rule').selectAll().where('undone_at', 'is', null).orderBy('id').execute()
}

/** Groups whose new members something happens to: muted ones and those with an owner. */
export async function standingDecisions(db: Db): Promise<GroupRow[]> {
  return await db.selectFrom('failure_group').selectAll().where(eb => eb.or([eb('muted_at', 'is not', null), eb('assignee', 'is not', null)])).execute()
}

/** What is decided about these groups, by fingerprint. */
export async function findGroups(db: Db, fingerprints: readonly string[]): Promise<Map<string, GroupRow>> {
  if (fingerprints.length === 0) return new Map()
  const rows = await db.selectFrom('failure_group').selectAll().where('fingerprint', '=', sql<string>`any(${[...fingerprints]}::text[])`).execute()
  return new Map(rows.map(row => [row.fingerprint, row]))
}

/** The fingerprints of all groups that are muted. */
export async function mutedGroups(db: Db): Promise<string[]> {
  return (await db.selectFrom('failure_group').select('fingerprint').where('muted_at', 'is not', null).orderBy('fingerprint').execute()).map(row => row.fingerprint)
}

/** Changes what is decided about a group; the first decision makes its row. Resolves to the row after. */
export async function saveGroup(tx: Transaction<Database>, fingerprint: string, values: Partial<Omit<GroupRow, 'fingerprint' | 'version'>>): Promise<GroupRow> {
  return await tx.insertInto('failure_group').values({ fingerprint, ...values })
    .onConflict(conflict => conflict.column('fingerprint').doUpdateSet(eb => ({ ...values, version: eb('failure_group.version', '+', 1) })))
    .returningAll().executeTakeFirstOrThrow()
}

/** Nothing of a mute. */
export const NOT_MUTED = { muted_at: null, muted_by: null, mute_until: null, mute_count: null, mute_baseline: null, mute_rate_count: null, mute_rate_seconds: null, mute_reason: null } as const

/** Mutes whose time is over, locked. */
export async function lockTimedOutMutes(tx: Transaction<Database>, now: Date): Promise<GroupRow[]> {
  return await tx.selectFrom('failure_group').selectAll().where('muted_at', 'is not', null).where('mute_until', '<=', now).orderBy('fingerprint').forUpdate().execute()
}

export interface NewRule { kind: 'merge' | 'split'; source: string; target: string | null; dimension: string | null; value: string | null; origin: string; reason: string }

/** Adds a rule after all others. */
export async function addRule(tx: Transaction<Database>, actor: { kind: string; id: string }, rule: NewRule): Promise<GroupRule> {
  return await tx.insertInto('failure_group_rule').values({ ...rule, created_by_kind: actor.kind, created_by: actor.id }).returningAll().executeTakeFirstOrThrow()
}

/** Ends a rule; undefined if there is none in force with this id. */
export async function endRule(tx: Transaction<Database>, actor: { id: string }, id: number, reason: string, now: Date): Promise<GroupRule | undefined> {
  return await tx.updateTable('failure_group_rule').set({ undone_at: now, undone_by: actor.id, undone_reason: reason }).where('id', '=', id).where('undone_at', 'is', null).returningAll().executeTakeFirst()
}

/** Every rule that names one of these groups, in force or not, oldest first. */
export async function rulesAbout(db: Db, fingerprints: readonly string[]): Promise<GroupRule[]> {
  const list = sql<string>`any(${[...fingerprints]}::text[])`
  return await db.selectFrom('failure_group_rule').selectAll().where(eb => eb.or([eb('source', '=', list), eb('target', '=', list)])).orderBy('id').execute()
}

export interface GroupOrigin { fingerprint: string; ruleId: number; dimension: string; value: string }

/** Notes which groups splits have made. */
export async function noteOrigins(tx: Transaction<Database>, origins: readonly GroupOrigin[]): Promise<void> {
  if (origins.length === 0) return
  const rows = [...new Map(origins.map(origin => [origin.fingerprint, origin])).values()].map(origin => ({ fingerprint: origin.fingerprint, rule_id: origin.ruleId, dimension: origin.dimension, value: origin.value }))
  await tx.insertInto('failure_group_origin').values(rows).onConflict(conflict => conflict.column('fingerprint').doNothing()).execute()
}

/** From which split each group comes, with the group that was split. */
export async function allOrigins(db: Db): Promise<(GroupOrigin & { source: string })[]> {
  const rows = await db.selectFrom('failure_group_origin').innerJoin('failure_group_rule', 'failure_group_rule.id', 'failure_group_origin.rule_id')
    .select(['failure_group_origin.fingerprint', 'failure_group_origin.rule_id', 'failure_group_origin.dimension', 'failure_group_origin.value', 'failure_group_rule.source']).execute()
  return rows.map(row => ({ fingerprint: row.fingerprint, ruleId: Number(row.rule_id), dimension: row.dimension, value: row.value, source: row.source }))
}

/** Members by the group they are in, locked; `resolved` false leaves those out that are closed. */
export async function lockMembers(tx: Transaction<Database>, fingerprint: string, resolved: boolean): Promise<ExceptionRow[]> {
  let query = tx.selectFrom('exception').selectAll().where('fingerprint', '=', fingerprint)
  if (!resolved) query = query.where('status', '<>', 'resolved')
  return await query.orderBy('id').forUpdate().execute()
}

/** Exceptions by what they were found as, locked. */
export async function lockByCause(tx: Transaction<Database>, causes: readonly string[]): Promise<ExceptionRow[]> {
  return await tx.selectFrom('exception').selectAll().where('cause', '=', sql<string>`any(${[...causes]}::text[])`).orderBy('id').forUpdate().execute()
}

/** Members that are ignored because their group is muted, locked. */
export async function lockMuted(tx: Transaction<Database>, fingerprint: string): Promise<ExceptionRow[]> {
  return await tx.selectFrom('exception').selectAll().where('muted_by', '=', fingerprint).where('status', '=', 'ignored').orderBy('id').forUpdate().execute()
}

/** Members inside the scope, closed ones included; 0 where the group is not there for whoever asks. */
export async function countMembers(db: Db, fingerprint: string, scope: Scope): Promise<number> {
  const row = await db.selectFrom('exception').select(eb => eb.fn.countAll<string>().as('members')).where('fingerprint', '=', fingerprint).where(scopeCondition(scope)).executeTakeFirstOrThrow()
  return Number(row.members)
}

/** Ids of the members inside the scope that are not closed. */
export async function openMemberIds(db: Db, fingerprint: string, scope: Scope): Promise<number[]> {
  const rows = await db.selectFrom('exception').select('id').where('fingerprint', '=', fingerprint).where('status', '<>', 'resolved').where(scopeCondition(scope)).orderBy('id').execute()
  return rows.map(row => Number(row.id))
}

/** How often anything of the group was seen, all members together. */
export async function occurrencesOf(db: Db, fingerprint: string): Promise<number> {
  const row = await db.selectFrom('exception').select(eb => eb.fn.sum<string | null>('occurrences').as('times')).where('fingerprint', '=', fingerprint).executeTakeFirstOrThrow()
  return Number(row.times ?? 0)
}

/** How often anything of the group was found or seen again after an instant. */
export async function seenOfGroupSince(db: Db, fingerprint: string, since: Date): Promise<number> {
  const row = await sql<{ times: string }>`
    select coalesce(sum(case when h.act = 'opened' then coalesce((h.detail ->> 'occurrences')::integer, 1) else coalesce((h.detail ->> 'added')::integer, 0) end), 0)::text as times
    from exception e join exception_history h on h.exception_id = e.id
    where e.fingerprint = ${fingerprint} and h.act in ('opened', 'seen_again', 'reopened') and h.at > ${since}`.execute(db)
  return Number(row.rows[0]?.times ?? 0)
}

export interface GroupHistoryEntry { fingerprint: string; act: string; detail: Record<string, unknown> }
export interface GroupHistoryView { at: string; actor: { kind: string; id: string }; act: string; detail: Record<string, unknown> }

/** Adds to the histories of groups, in one statement. */
export async function addGroupHistory(tx: Transaction<Database>, actor: { kind: string; id: string }, entries: readonly GroupHistoryEntry[]): Promise<void> {
  if (entries.length === 0) return
  await tx.insertInto('failure_group_history').values(entries.map(entry => ({ fingerprint: entry.fingerprint, actor_kind: actor.kind, actor_id: actor.id, act: entry.act, detail: jsonb(entry.detail) }))).execute()
}

/** What was decided about a group, oldest first. Whether its members may be seen is the caller's question. */
export async function groupHistory(db: Db, fingerprint: string): Promise<GroupHistoryView[]> {
  const rows = await db.selectFrom('failure_group_history').selectAll().where('fingerprint', '=', fingerprint).orderBy('id').execute()
  return rows.map(row => ({ at: row.at.toISOString(), actor: { kind: row.actor_kind, id: row.actor_id }, act: row.act, detail: row.detail as Record<string, unknown> }))
}

export interface PastEnding { act: string; code: string; count: number; medianSeconds: number; lastAt: string }
export interface PastNote { exceptionId: string; title: string; act: string; code: string; note: string | null; actor: { kind: string; id: string }; at: string; tookSeconds: number }

/** How members inside the scope ended before, per way of ending, those that came back included; took: from first seen to the end. */
export async function pastEndings(db: Db, fingerprint: string, scope: Scope): Promise<PastEnding[]> {
  const { rows } = await sql<{ act: string; code: string; count: string; median: number | null; last: Date }>`
    select h.act, coalesce(h.detail ->> 'code', '') as code, count(*)::text as count,
      percentile_cont(0.5) within group (order by greatest(0, extract(epoch from h.at - first_seen)))::float8 as median, max(h.at) as last
    from exception join exception_history h on h.exception_id = exception.id
    where fingerprint = ${fingerprint} and h.act in ('resolved', 'recovered', 'verified') and ${scopeCondition(scope)}
    group by 1, 2 order by count(*) desc, 1, 2`.execute(db)
  return rows.map(row => ({ act: row.act, code: row.code, count: Number(row.count), medianSeconds: row.median ?? 0, lastAt: row.last.toISOString() }))
}

/** The newest endings that a person gave or explained, each with who, how and how long it took. */
export async function pastNotes(db: Db, fingerprint: string, scope: Scope, limit: number): Promise<PastNote[]> {
  const { rows } = await sql<{ id: number; title: string; act: string; code: string | null; note: string | null; actor_kind: string; actor_id: string; at: Date; took: number }>`
    select exception.id, title, h.act, h.detail ->> 'code' as code, h.detail ->> 'note' as note, h.actor_kind, h.actor_id, h.at, greatest(0, extract(epoch from h.at - first_seen))::float8 as took
    from exception join exception_history h on h.exception_id = exception.id
    where fingerprint = ${fingerprint} and h.act in ('resolved', 'verified') and ${scopeCondition(scope)}
    order by h.id desc limit ${limit}`.execute(db)
  return rows.map(row => ({
    exceptionId: String(row.id), title: row.title, act: row.act, code: row.code ?? '', note: row.note, actor: { kind: row.actor_kind, id: row.actor_id }, at: row.at.toISOString(), tookSeconds: row.took,
  }))
}
