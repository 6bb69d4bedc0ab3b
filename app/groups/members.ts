/** What a decision about a group does to its members: the same statuses, histories and audit records as acts on each of them. */
import type { Transaction } from 'kysely'
import { recordActs } from '#queries/postgres/audit.ts'
import type { Actor } from '#queries/postgres/audit.ts'
import { addHistory, updateExceptions } from '#queries/postgres/exceptions.ts'
import type { ExceptionRow } from '#queries/postgres/exceptions.ts'
import type { GroupRow } from '#queries/postgres/groups.ts'
import type { Database } from '#queries/postgres/schema.ts'
import { NOT_IGNORED, NOT_WAITING } from '../exceptions/lifecycle.ts'
import type { Step } from '../exceptions/lifecycle.ts'

export interface MemberStep extends Step { row: ExceptionRow }

/** A group's mute is in force until its time is over; counts and rates end it when they are reached. */
export function isMuted(group: Pick<GroupRow, 'muted_at' | 'mute_until'> | undefined, now: Date): boolean {
  return group !== undefined && group.muted_at !== null && (group.mute_until === null || group.mute_until > now)
}

/** How a member becomes ignored with its group; null where a person, or its end, has put it elsewhere. */
export function muteStep(row: ExceptionRow, group: GroupRow): MemberStep | null {
  if (row.status === 'resolved' || row.status === 'ignored') return null
  return {
    row, act: 'ignored',
    columns: { status: 'ignored', ...NOT_IGNORED, ...NOT_WAITING, ignore_until: group.mute_until?.toISOString() ?? null, ignored_occurrences: row.occurrences, muted_by: group.fingerprint },
    detail: { group: group.fingerprint, until: group.mute_until?.toISOString() ?? null, reason: group.mute_reason },
  }
}

/** How a member comes back that was ignored with its group. `reason`: time, count, rate, person, group. */
export function unmuteStep(row: ExceptionRow, reason: string): MemberStep {
  return { row, act: 'reopened', columns: { status: 'open', ...NOT_IGNORED }, detail: { from: 'ignored', reason, group: row.muted_by } }
}

/** How a member goes to another group: there it is ignored exactly if that group is muted, unless a person ignored it by itself. */
export function moveStep(row: ExceptionRow, fingerprint: string, groups: ReadonlyMap<string, GroupRow>, now: Date): MemberStep | null {
  if (row.fingerprint === fingerprint) return null
  const also = settledStep(row, groups.get(fingerprint), now)
  return { row, act: 'regrouped', columns: { ...also?.columns, fingerprint }, detail: { from: row.fingerprint, to: fingerprint, ...(also ? { [also.act]: true } : {}) } }
}

/** What a member must become to fit its group: ignored if that is muted, open if it was ignored only with another; null if it fits. */
export function settledStep(row: ExceptionRow, group: GroupRow | undefined, now: Date): MemberStep | null {
  if (group && isMuted(group, now)) return muteStep({ ...row, status: row.muted_by === null ? row.status : 'open' }, group)
  return row.status === 'ignored' && row.muted_by !== null ? unmuteStep(row, 'group') : null
}

/** Carries steps out, with history and audit. Resolves to the rows after. */
export async function applySteps(tx: Transaction<Database>, actor: Actor, steps: readonly MemberStep[], reason: string | null = null): Promise<ExceptionRow[]> {
  if (steps.length === 0) return []
  const changed: ExceptionRow[] = []
  // one statement per set of columns, so that a group of mixed moves is a few statements
  changed.push(...(await updateExceptions(tx, steps.map(step => ({ id: Number(step.row.id), columns: step.columns })))))
  const after = new Map(changed.map(row => [Number(row.id), row]))
  await addHistory(tx, actor, steps.map(step => ({ exceptionId: Number(step.row.id), act: step.act, detail: step.detail })))
  await recordActs(tx, actor, steps.map(({ row, act, detail }) => ({
    action: `exception.${act}`, subject: { kind: 'exception', id: String(row.id) }, facility: row.facility, entity: row.entity, reason,
    before: { status: row.status, assignee: row.assignee }, after: { status: after.get(Number(row.id))?.status, assignee: after.get(Number(row.id))?.assignee, ...detail },
  })))
  return changed
}
