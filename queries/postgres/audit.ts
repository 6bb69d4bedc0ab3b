/** The record of acts: every act of a person, a key or a schedule, written in the transaction of the act. */
import { sql } from 'kysely'
import type { Kysely, Transaction } from 'kysely'
import { z } from 'zod'
import { FilterError } from '../model/filter.ts'
import type { Paging } from '../model/filter.ts'
import type { Scope } from '../model/scope.ts'
import { scopeCondition } from './scope.ts'
import type { Database } from './schema.ts'
import { jsonb } from './jsonb.ts'

/** Who acts: a signed-in person, a service key, or a schedule of ours. `origin`: from where (address, or the process for schedules). */
export interface Actor { kind: 'person' | 'key' | 'schedule'; id: string; origin: string }

export interface Act {
  action: string
  subject: { kind: string; id: string }
  before?: unknown
  after?: unknown
  reason?: string | null
  facility?: string | null
  entity?: string | null
}

/** Records one act; takes the transaction of the act, so that neither exists without the other. */
export async function recordAct(tx: Transaction<Database>, actor: Actor, act: Act): Promise<void> {
  await recordActs(tx, actor, [act])
}

/** Records many acts of one actor in one statement. */
export async function recordActs(tx: Transaction<Database>, actor: Actor, acts: readonly Act[]): Promise<void> {
  if (acts.length === 0) return
  const rows = acts.map(act => ({
    action: act.action, subject_kind: act.subject.kind, subject_id: act.subject.id, before: act.before ?? null, after: act.after ?? null,
    reason: act.reason ?? null, facility: act.facility ?? null, entity: act.entity ?? null,
  }))
  await sql`
    insert into audit_record (actor_kind, actor_id, origin, action, subject_kind, subject_id, before, after, reason, facility, entity)
    select ${actor.kind}::text, ${actor.id}::text, ${actor.origin}::text, action, subject_kind, subject_id, before, after, reason, facility, entity
    from jsonb_to_recordset(${jsonb(rows)}::jsonb)
      as act(action text, subject_kind text, subject_id text, before jsonb, after jsonb, reason text, facility text, entity text)`.execute(tx)
}

/** One record as the audit list answers it. */
export interface AuditView {
  sequence: number; at: string; actor: { kind: string; id: string }; origin: string; action: string
  subject: { kind: string; id: string }; before: unknown; after: unknown; reason: string | null; facility: string | null; entity: string | null
}

export const auditFilter = z.strictObject({
  actor: z.array(z.string().max(200)).default([]),
  action: z.array(z.string().max(100)).default([]),
  subjectKind: z.array(z.string().max(100)).default([]),
  subjectId: z.array(z.string().max(1024)).default([]),
  from: z.iso.datetime({ offset: true }).optional(),
  to: z.iso.datetime({ offset: true }).optional(),
})
export type AuditFilter = z.infer<typeof auditFilter>

/**
 * The records inside the scope, newest first. Acts without a facility or entity (sign-ins, catalogue changes) are seen only with
 * the scope `'all'`. Throws FilterError for a cursor that is none of ours.
 */
export async function listAudit(db: Kysely<Database>, filter: AuditFilter, paging: Paging, scope: Scope): Promise<{ items: AuditView[]; nextCursor: string | null }> {
  let query = db.selectFrom('audit_record').selectAll().where(scopeCondition(scope)).orderBy('sequence', 'desc').limit(paging.limit + 1)
  if (paging.cursor !== undefined) query = query.where('sequence', '<', readCursor(paging.cursor))
  if (filter.actor.length > 0) query = query.where('actor_id', 'in', filter.actor)
  if (filter.action.length > 0) query = query.where('action', 'in', filter.action)
  if (filter.subjectKind.length > 0) query = query.where('subject_kind', 'in', filter.subjectKind)
  if (filter.subjectId.length > 0) query = query.where('subject_id', 'in', filter.subjectId)
  if (filter.from !== undefined) query = query.where('at', '>=', new Date(filter.from))
  if (filter.to !== undefined) query = query.where('at', '<', new Date(filter.to))
  const rows = await query.execute()
  const shown = rows.slice(0, paging.limit)
  const last = shown.at(-1)
  return {
    items: shown.map(row => ({
      sequence: Number(row.sequence), at: row.at.toISOString(), actor: { kind: row.actor_kind, id: row.actor_id }, origin: row.origin, action: row.action,
      subject: { kind: row.subject_kind, id: row.subject_id }, before: row.before, after: row.after, reason: row.reason, facility: row.facility, entity: row.entity,
    })),
    nextCursor: rows.length > paging.limit && last ? Buffer.from(`1:${last.sequence}`).toString('base64url') : null,
  }
}

function readCursor(cursor: string): number {
  const match = /^1:(\d{1,15})$/.exec(Buffer.from(cursor, 'base64url').toString())
  if (!match) throw new FilterError(['cursor'], 'cursor: not one of this list')
  return Number(match[1])
}
