/**
 * A new version of the fingerprint gives the same failures another name. What people decided about the old name goes along, and what
 * is closed under the old name stays the past of the new one: a merge rule from old to new, made by the finder, sees to both.
 */
import type { Transaction } from 'kysely'
import type { Actor } from '#queries/postgres/audit.ts'
import type { ExceptionRow } from '#queries/postgres/exceptions.ts'
import { addGroupHistory, addRule, findGroups, lockByCause, noteOrigins, rulesAbout, rulesInForce, saveGroup } from '#queries/postgres/groups.ts'
import type { GroupRow } from '#queries/postgres/groups.ts'
import type { Database } from '#queries/postgres/schema.ts'
import { applySteps, moveStep } from './members.ts'
import { place } from './place.ts'

/** `names`: old cause → new cause. Resolves to the rows that changed their group thereby. The same again changes nothing. */
export async function carryOver(tx: Transaction<Database>, actor: Actor, names: ReadonlyMap<string, string>, now: Date): Promise<ExceptionRow[]> {
  if (names.size === 0) return []
  const known = await rulesAbout(tx, [...names.keys()])
  const done = new Set(known.filter(rule => rule.kind === 'merge' && rule.created_by_kind === 'schedule').map(rule => rule.source))
  const fresh = new Map([...names].filter(([old]) => !done.has(old)))
  if (fresh.size === 0) return []
  const decided = await findGroups(tx, [...fresh.keys(), ...fresh.values()])
  for (const [old, name] of fresh) {
    const group = decided.get(old)
    if (group && !decided.has(name)) {
      const { fingerprint: _old, version: _version, ...values } = group
      await saveGroup(tx, name, values)
    }
    for (const rule of known.filter(each => each.source === old && each.undone_at === null)) {
      await addRule(tx, { kind: rule.created_by_kind, id: rule.created_by }, { kind: rule.kind, source: name, target: rule.target, dimension: rule.dimension, value: rule.value, origin: rule.origin, reason: rule.reason })
    }
    await addRule(tx, actor, { kind: 'merge', source: old, target: name, dimension: null, value: null, origin: old, reason: 'The same failures under a new fingerprint' })
    await addGroupHistory(tx, actor, [{ fingerprint: name, act: 'carried_over', detail: { from: old } }])
  }
  return await replaceMembers(tx, actor, [...fresh.keys()], now)
}

/** Places everything anew that was found as one of these causes. Resolves to what changed its group. */
export async function replaceMembers(tx: Transaction<Database>, actor: Actor, causes: readonly string[], now: Date, reason: string | null = null): Promise<ExceptionRow[]> {
  const [rules, rows] = [await rulesInForce(tx), await lockByCause(tx, causes)]
  const placed = rows.map(row => ({ row, ...place(rules, { cause: row.cause ?? row.fingerprint, facility: row.facility, integration: row.integration, endpoint: row.endpoint, code: row.error_code, message: row.error_message }) }))
  await noteOrigins(tx, placed.flatMap(each => each.origins))
  const groups = await findGroups(tx, [...new Set(placed.map(each => each.fingerprint))])
  await shiftBaselines(tx, placed.filter(({ row, fingerprint }) => row.fingerprint !== fingerprint), groups)
  return await applySteps(tx, actor, placed.flatMap(({ row, fingerprint }) => moveStep(row, fingerprint, groups, now) ?? []), reason)
}

/** What comes from another group is not seen again: a mute that counts does not count it. */
async function shiftBaselines(tx: Transaction<Database>, moves: readonly { row: ExceptionRow; fingerprint: string }[], groups: ReadonlyMap<string, GroupRow>): Promise<void> {
  for (const [fingerprint, arrivals] of Map.groupBy(moves, move => move.fingerprint)) {
    const baseline = groups.get(fingerprint)?.mute_baseline ?? null
    if (baseline !== null) await saveGroup(tx, fingerprint, { mute_baseline: Number(baseline) + arrivals.reduce((sum, { row }) => sum + row.occurrences, 0) })
  }
}
