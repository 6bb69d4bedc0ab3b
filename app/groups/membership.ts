/**
 * What the finder asks of groups as it settles: which group a failure belongs to, and what was decided about that group. Members that
 * come later are treated like those that were there: ignored while the group is muted, given to the group's owner.
 */
import type { Transaction } from 'kysely'
import { recordActs } from '#queries/postgres/audit.ts'
import type { Actor } from '#queries/postgres/audit.ts'
import type { ExceptionRow, Verdict } from '#queries/postgres/exceptions.ts'
import { addGroupHistory, lockGrouping, lockMuted, lockTimedOutMutes, NOT_MUTED, noteOrigins, occurrencesOf, rulesInForce, saveGroup, seenOfGroupSince, standingDecisions } from '#queries/postgres/groups.ts'
import type { GroupOrigin, GroupRow, GroupRule } from '#queries/postgres/groups.ts'
import type { Database } from '#queries/postgres/schema.ts'
import { FINGERPRINT_VERSION } from '../exceptions/fingerprint.ts'
import { carryOver } from './carry-over.ts'
import { applySteps, isMuted, muteStep, settledStep, unmuteStep } from './members.ts'
import type { MemberStep } from './members.ts'
import { place } from './place.ts'

export interface Grouping { rules: readonly GroupRule[]; decided: ReadonlyMap<string, GroupRow>; origins: GroupOrigin[] }

/** What is in force now; it stays so until the transaction ends. Called before rows are locked. */
export async function openGrouping(tx: Transaction<Database>): Promise<Grouping> {
  await lockGrouping(tx, 'place')
  const [rules, decided] = [await rulesInForce(tx), await standingDecisions(tx)]
  return { rules, decided: byFingerprint(decided), origins: [] }
}

const byFingerprint = (groups: readonly GroupRow[]) => new Map(groups.map(group => [group.fingerprint, group]))

/** The same verdicts with the group of each failure in the place of its own fingerprint. */
export function inGroups(grouping: Grouping, verdicts: readonly Verdict[]): Verdict[] {
  return verdicts.map(verdict => {
    const { found } = verdict
    if (!found) return verdict
    const placed = place(grouping.rules, { cause: found.fingerprint, facility: found.facility, integration: found.integration, endpoint: found.error?.endpoint ?? null, code: found.error?.code ?? null, message: found.error?.message ?? null })
    grouping.origins.push(...placed.origins)
    return { ...verdict, found: { ...found, fingerprint: placed.fingerprint, cause: { fingerprint: found.fingerprint, version: FINGERPRINT_VERSION } } }
  })
}

/**
 * After a set was settled. `before`: the rows as they were; `after`: those that changed, new ones included. Resolves to the changed
 * rows as they are now, more of them where a mute ended or a group got another name.
 */
export async function settleGroups(tx: Transaction<Database>, grouping: Grouping, actor: Actor, { before, after, now }: { before: ReadonlyMap<number, ExceptionRow>; after: readonly ExceptionRow[]; now: Date }): Promise<ExceptionRow[]> {
  const current = new Map(after.map(row => [Number(row.id), row]))
  const keep = (rows: readonly ExceptionRow[]) => rows.forEach(row => current.set(Number(row.id), row))
  await noteOrigins(tx, grouping.origins)
  const names = renamed(before, after)
  keep(await carryOver(tx, actor, names, now))
  const decided = names.size === 0 ? grouping.decided : byFingerprint(await standingDecisions(tx))
  if (decided.size === 0) return [...current.values()]

  // what fails for another reason now is no longer what was muted
  keep(await applySteps(tx, actor, [...current.values()].filter(row => row.muted_by !== null && row.muted_by !== row.fingerprint).flatMap(row => settledStep(row, decided.get(row.fingerprint), now) ?? [])))
  const came = [...current.values()].filter(row => row.status === 'open' && isNewMember(before.get(Number(row.id)), row))
  keep(await applySteps(tx, actor, came.flatMap(row => assignStep(row, decided.get(row.fingerprint)) ?? [])))
  keep(await applySteps(tx, actor, came.flatMap(row => {
    const group = decided.get(row.fingerprint)
    return (group && isMuted(group, now) && muteStep(current.get(Number(row.id)) ?? row, group)) || []
  })))
  for (const fingerprint of new Set([...current.values()].map(row => row.fingerprint))) {
    const group = decided.get(fingerprint)
    const reason = group && isMuted(group, now) ? await reached(tx, group, now) : null
    if (group && reason) keep(await endMute(tx, actor, group, reason))
  }
  return [...current.values()]
}

/** Found for the first time, back after it was closed, or come from another group. */
function isNewMember(before: ExceptionRow | undefined, after: ExceptionRow): boolean {
  return before === undefined || before.status === 'resolved' || before.fingerprint !== after.fingerprint
}

function assignStep(row: ExceptionRow, group: GroupRow | undefined): MemberStep | null {
  const owner = group?.assignee ?? null
  if (owner === null || row.assignee !== null) return null
  return { row, act: 'assigned', columns: { assignee: owner }, detail: { from: null, to: owner, group: row.fingerprint } }
}

/** Whether a mute by count or rate is over. */
async function reached(tx: Transaction<Database>, group: GroupRow, now: Date): Promise<'count' | 'rate' | null> {
  const { fingerprint, mute_count: count, mute_baseline: baseline, mute_rate_count: rate, mute_rate_seconds: seconds, muted_at: mutedAt } = group
  if (count !== null && (await occurrencesOf(tx, fingerprint)) - Number(baseline ?? 0) >= count) return 'count'
  if (rate === null || seconds === null || mutedAt === null) return null
  const since = new Date(Math.max(now.getTime() - seconds * 1000, mutedAt.getTime()))
  return (await seenOfGroupSince(tx, fingerprint, since)) >= rate ? 'rate' : null
}

/** Ends a mute: its members are open again. `reason`: time, count, rate or person. Resolves to the changed members. */
export async function endMute(tx: Transaction<Database>, actor: Actor, group: GroupRow, reason: string, note: string | null = null): Promise<ExceptionRow[]> {
  await saveGroup(tx, group.fingerprint, NOT_MUTED)
  const detail = { reason, note }
  await addGroupHistory(tx, actor, [{ fingerprint: group.fingerprint, act: 'mute_ended', detail }])
  await recordActs(tx, actor, [{ action: 'group.mute_ended', subject: { kind: 'group', id: group.fingerprint }, before: muteOf(group), after: detail, reason: note }])
  return await applySteps(tx, actor, (await lockMuted(tx, group.fingerprint)).map(row => unmuteStep(row, reason)), note)
}

/** Ends the mutes whose time is over, before the members' own times are looked at. */
export async function endTimedOutMutes(tx: Transaction<Database>, actor: Actor, now: Date): Promise<ExceptionRow[]> {
  const changed: ExceptionRow[] = []
  for (const group of await lockTimedOutMutes(tx, now)) changed.push(...(await endMute(tx, actor, group, 'time')))
  return changed
}

/** A mute as the audit keeps it. */
export function muteOf(group: GroupRow): Record<string, unknown> {
  return {
    until: group.mute_until?.toISOString() ?? null, count: group.mute_count,
    rate: group.mute_rate_count === null ? null : { count: group.mute_rate_count, seconds: group.mute_rate_seconds }, reason: group.mute_reason,
  }
}

/** Causes that changed their name for the same evidence: another version of the fingerprint. */
function renamed(before: ReadonlyMap<number, ExceptionRow>, after: readonly ExceptionRow[]): Map<string, string> {
  const names = new Map<string, string>()
  for (const row of after) {
    const was = before.get(Number(row.id))
    if (was && was.cause !== null && row.cause !== null && was.cause !== row.cause && was.cause_version < row.cause_version && was.evidence_at.getTime() === row.evidence_at.getTime() && !names.has(was.cause)) names.set(was.cause, row.cause)
  }
  return names
}

