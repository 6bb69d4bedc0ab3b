/** What people and keys decide about a failure group; each in one transaction with its effect on the members, history and audit record. */
import type { Transaction } from 'kysely'
import { recordActs } from '#queries/postgres/audit.ts'
import type { ExceptionRow } from '#queries/postgres/exceptions.ts'
import { addGroupHistory, addRule, allOrigins, countMembers, endRule, findGroups, lockGrouping, lockMembers, occurrencesOf, openMemberIds, rulesAbout, rulesInForce, saveGroup } from '#queries/postgres/groups.ts'
import type { GroupRow } from '#queries/postgres/groups.ts'
import { lockExceptions } from '#queries/postgres/exceptions.ts'
import type { Database } from '#queries/postgres/schema.ts'
import type { Stores } from '#queries/stores.ts'
import { ActError, type Acting } from '../exceptions/acts.ts'
import { stepOfAct } from '../exceptions/lifecycle.ts'
import { project } from '../exceptions/project.ts'
import { replaceMembers } from './carry-over.ts'
import { WHOLE_GROUP, type GroupAct } from './decisions.ts'
import { applySteps, isMuted, muteStep } from './members.ts'
import { endMute, muteOf } from './membership.ts'
import { sourcesOf } from './place.ts'

/** What was done: how many members it touched, and the groups that came of a split, with how many members went there. */
export interface GroupActResult { fingerprint: string; members: number; version: number; groups: { fingerprint: string; members: number }[]; rule: number | null }

type Tx = Transaction<Database>
interface Given<A extends GroupAct['act']> { tx: Tx; acting: Acting; fingerprint: string; group: GroupRow | undefined; act: Extract<GroupAct, { act: A }>; now: Date }
interface Done { changed: ExceptionRow[]; rule?: number }

/**
 * One decision about a group. `ifMatch`: the version of the group that the actor saw (0: nothing decided yet). Resolves once lists and
 * counts show it too. Throws ActError: `not_found` where no member lies inside the scope, `forbidden` where it would reach beyond it.
 */
export async function actOnGroup(stores: Stores, acting: Acting, fingerprint: string, act: GroupAct, ifMatch: number | null = null, now = new Date()): Promise<GroupActResult> {
  const { done, version } = await stores.postgres.transaction().execute(async tx => {
    await lockGrouping(tx, 'change')
    if ((await countMembers(tx, fingerprint, acting.scope)) === 0 && act.act !== 'undo') throw new ActError('not_found', 'There is no such group')
    if (WHOLE_GROUP.has(act.act) && acting.scope !== 'all') throw new ActError('forbidden', 'This changes the group everywhere, also outside your facilities')
    const group = (await findGroups(tx, [fingerprint])).get(fingerprint)
    if (ifMatch !== null && ifMatch !== (group?.version ?? 0)) throw new ActError('version_conflict', `The group has changed: version ${group?.version ?? 0}, not ${ifMatch}`)
    const result = await carryOut({ tx, acting, fingerprint, group, act, now })
    return { done: result, version: (await findGroups(tx, [fingerprint])).get(fingerprint)?.version ?? 0 }
  })
  await project(stores, done.changed)
  const elsewhere = Map.groupBy(done.changed.filter(row => row.fingerprint !== fingerprint), row => row.fingerprint)
  return { fingerprint, members: done.changed.length, version, groups: [...elsewhere].map(([group, rows]) => ({ fingerprint: group, members: rows.length })), rule: done.rule ?? null }
}

async function carryOut(given: Omit<Given<GroupAct['act']>, 'act'> & { act: GroupAct }): Promise<Done> {
  const { act } = given
  switch (act.act) {
    case 'assign': return await assign({ ...given, act })
    case 'comment': return await note(given, 'commented', { text: act.text })
    case 'cause': return await setCause({ ...given, act })
    case 'mute': return await mute({ ...given, act })
    case 'unmute': return await unmute({ ...given, act })
    case 'split': return await split({ ...given, act })
    case 'merge': return await merge({ ...given, act })
    case 'undo': return await undo({ ...given, act })
  }
}

/** History and audit record of a decision. */
async function note({ tx, acting, fingerprint }: { tx: Tx; acting: Acting; fingerprint: string }, act: string, detail: Record<string, unknown>, before: unknown = null, reason: string | null = null): Promise<Done> {
  await addGroupHistory(tx, acting.actor, [{ fingerprint, act, detail }])
  await recordActs(tx, acting.actor, [{ action: `group.${act}`, subject: { kind: 'group', id: fingerprint }, before, after: detail, reason }])
  return { changed: [] }
}

/** Gives every open member inside the scope to somebody; with the whole group in sight also those that come later. */
async function assign({ tx, acting, fingerprint, group, act, now }: Given<'assign'>): Promise<Done> {
  if (acting.scope === 'all') await saveGroup(tx, fingerprint, { assignee: act.assignee || null })
  const rows = await lockExceptions(tx, await openMemberIds(tx, fingerprint, acting.scope), acting.scope)
  const steps = rows.flatMap(row => {
    const step = row.assignee === (act.assignee || null) ? null : stepOfAct(row, act, now)
    return step ? [{ row, ...step }] : []
  })
  await note({ tx, acting, fingerprint }, 'assigned', { to: act.assignee || null, members: steps.length, later: acting.scope === 'all' }, { assignee: group?.assignee ?? null })
  return { changed: await applySteps(tx, acting.actor, steps) }
}

async function setCause({ tx, acting, fingerprint, group, act, now }: Given<'cause'>): Promise<Done> {
  const text = act.text || null
  await saveGroup(tx, fingerprint, { suspected_cause: text, suspected_by: text === null ? null : acting.actor.id, suspected_at: text === null ? null : now })
  return await note({ tx, acting, fingerprint }, 'cause_set', { text }, { text: group?.suspected_cause ?? null })
}

async function mute({ tx, acting, fingerprint, group, act, now }: Given<'mute'>): Promise<Done> {
  if (isMuted(group, now)) throw new ActError('not_allowed', 'The group is muted already')
  if (act.until && new Date(act.until) <= now) throw new ActError('not_allowed', 'That time is over already')
  const muted = await saveGroup(tx, fingerprint, {
    muted_at: now, muted_by: acting.actor.id, mute_until: act.until ? new Date(act.until) : null, mute_count: act.count ?? null, mute_baseline: await occurrencesOf(tx, fingerprint),
    mute_rate_count: act.rate?.count ?? null, mute_rate_seconds: act.rate?.seconds ?? null, mute_reason: act.reason,
  })
  const steps = (await lockMembers(tx, fingerprint, false)).flatMap(row => muteStep(row, muted) ?? [])
  await note({ tx, acting, fingerprint }, 'muted', { ...muteOf(muted), members: steps.length }, null, act.reason)
  return { changed: await applySteps(tx, acting.actor, steps, act.reason) }
}

async function unmute({ tx, acting, group, act, now }: Given<'unmute'>): Promise<Done> {
  if (!group || !isMuted(group, now)) throw new ActError('not_allowed', 'The group is not muted')
  return { changed: await endMute(tx, acting.actor, group, 'person', act.reason ?? null) }
}

async function split({ tx, acting, fingerprint, act, now }: Given<'split'>): Promise<Done> {
  const value = act.by === 'text' ? (act.value ?? '').toLowerCase() : (act.value ?? null)
  const same = (await rulesInForce(tx)).find(rule => rule.kind === 'split' && rule.source === fingerprint && rule.dimension === act.by && (rule.value === value || rule.value === null))
  if (same) throw new ActError('not_allowed', 'The group is split like this already')
  const rule = await addRule(tx, acting.actor, { kind: 'split', source: fingerprint, target: null, dimension: act.by, value, origin: fingerprint, reason: act.reason })
  const changed = await placeAgain(tx, acting, fingerprint, act.reason, now)
  if (changed.length === 0) throw new ActError('not_allowed', 'No failure of this group would go to another one')
  const groups = [...Map.groupBy(changed, row => row.fingerprint)].map(([group, rows]) => ({ fingerprint: group, members: rows.length }))
  const detail = { rule: Number(rule.id), by: act.by, value, groups, reason: act.reason }
  await note({ tx, acting, fingerprint }, 'split', detail, null, act.reason)
  await addGroupHistory(tx, acting.actor, groups.map(group => ({ fingerprint: group.fingerprint, act: 'split_from', detail: { rule: Number(rule.id), from: fingerprint, by: act.by, members: group.members } })))
  return { changed, rule: Number(rule.id) }
}

async function merge({ tx, acting, fingerprint, act, now }: Given<'merge'>): Promise<Done> {
  if (act.into === fingerprint) throw new ActError('not_allowed', 'A group cannot be joined to itself')
  if ((await countMembers(tx, act.into, acting.scope)) === 0 && (await rulesAbout(tx, [act.into])).length === 0) throw new ActError('not_found', 'There is no group to join it to')
  const rule = await addRule(tx, acting.actor, { kind: 'merge', source: fingerprint, target: act.into, dimension: null, value: null, origin: fingerprint, reason: act.reason })
  const changed = await placeAgain(tx, acting, fingerprint, act.reason, now)
  const detail = { rule: Number(rule.id), into: act.into, members: changed.length, reason: act.reason }
  await note({ tx, acting, fingerprint }, 'merged', detail, null, act.reason)
  await addGroupHistory(tx, acting.actor, [{ fingerprint: act.into, act: 'merged_from', detail: { rule: Number(rule.id), from: fingerprint, members: changed.length, reason: act.reason } }])
  return { changed, rule: Number(rule.id) }
}

/** Undoes a split or a merge. The others stay, and everything is placed as if the rule had never been. */
async function undo({ tx, acting, fingerprint, act, now }: Given<'undo'>): Promise<Done> {
  const ended = await endRule(tx, acting.actor, act.rule, act.reason ?? '', now)
  if (!ended || ended.created_by_kind === 'schedule') throw new ActError('not_found', 'There is no such rule in force')
  const changed = await placeAgain(tx, acting, ended.source, act.reason ?? null, now)
  const detail = { rule: Number(ended.id), kind: ended.kind, source: ended.source, target: ended.target, members: changed.length, reason: act.reason ?? null }
  const about = new Set([fingerprint, ended.source, ...(ended.target ? [ended.target] : [])])
  for (const group of about) await note({ tx, acting, fingerprint: group }, 'rule_undone', detail, null, act.reason ?? null)
  return { changed, rule: Number(ended.id) }
}

/** Places everything again that may pass through this group. */
async function placeAgain(tx: Tx, acting: Acting, fingerprint: string, reason: string | null, now: Date): Promise<ExceptionRow[]> {
  return await replaceMembers(tx, acting.actor, sourcesOf(fingerprint, await rulesInForce(tx), await allOrigins(tx)), now, reason)
}
