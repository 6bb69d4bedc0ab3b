/** Brings the exceptions of judged subjects to what the verdicts say: opened, refreshed, closed; with history and audit, in one transaction per set. */
import { recordActs } from '#queries/postgres/audit.ts'
import type { Act, Actor } from '#queries/postgres/audit.ts'
import { addHistory, insertFound, lockExpired, lockSubjects, seenAgainWithin, updateExceptions } from '#queries/postgres/exceptions.ts'
import type { ExceptionRow, FoundException, HistoryEntry, Verdict } from '#queries/postgres/exceptions.ts'
import { replayEffectsFrom } from '#queries/postgres/replays.ts'
import type { Database } from '#queries/postgres/schema.ts'
import type { Stores } from '#queries/stores.ts'
import type { Transaction } from 'kysely'
import { expiryStep, stepOfVerdict } from './lifecycle.ts'
import type { Step } from './lifecycle.ts'

/** Under this name the finder acts. */
export const FINDER: Actor = { kind: 'schedule', id: 'finder', origin: 'worker' }
const VERDICTS_AT_ONCE = 1000

/** Settles verdicts; the same again changes nothing. Resolves to the rows that changed, committed and not yet projected. */
export async function settle(stores: Stores, verdicts: readonly Verdict[], now: Date): Promise<ExceptionRow[]> {
  const changed: ExceptionRow[] = []
  for (let from = 0; from < verdicts.length; from += VERDICTS_AT_ONCE) {
    const part = verdicts.slice(from, from + VERDICTS_AT_ONCE)
    changed.push(...(await stores.postgres.transaction().execute(tx => settleSet(tx, part, now))))
  }
  return changed
}

async function settleSet(tx: Transaction<Database>, verdicts: readonly Verdict[], now: Date): Promise<ExceptionRow[]> {
  const rows = new Map((await lockSubjects(tx, verdicts.map(verdict => verdict.subjectKey))).map(row => [row.subject_key, row]))
  const closing = verdicts.flatMap(verdict => (verdict.found ? [] : [rows.get(verdict.subjectKey)])).filter(row => row !== undefined && row.status !== 'resolved')
  const replayed = await replayEffectsFrom(tx, closing.flatMap(row => (row ? [Number(row.id)] : [])))
  const opened: FoundException[] = []
  const updates: (Step & { row: ExceptionRow; silent: boolean })[] = []
  for (const verdict of verdicts) {
    const row = rows.get(verdict.subjectKey)
    const step = stepOfVerdict(row, verdict, { now, replayed: row && replayed.get(Number(row.id)), rateReached: await rateReached(tx, row, verdict) })
    if (step?.kind === 'open') opened.push(step.found)
    else if (step) updates.push(step)
  }
  return await apply(tx, opened, updates, now)
}

async function rateReached(tx: Transaction<Database>, row: ExceptionRow | undefined, { found }: Verdict): Promise<boolean> {
  if (!row || !found || row.status !== 'ignored' || row.ignore_rate_count === null || row.ignore_rate_seconds === null) return false
  const added = Math.max(0, found.occurrences - row.occurrences)
  return added > 0 && (await seenAgainWithin(tx, Number(row.id), row.ignore_rate_seconds)) + added >= row.ignore_rate_count
}

async function apply(tx: Transaction<Database>, opened: readonly FoundException[], updates: readonly (Step & { row: ExceptionRow; silent: boolean })[], now: Date): Promise<ExceptionRow[]> {
  const inserted = await insertFound(tx, opened, now)
  const updated = await updateExceptions(tx, updates.map(update => ({ id: Number(update.row.id), columns: update.columns })))
  const told = updates.filter(update => !update.silent)
  const after = new Map(updated.map(row => [Number(row.id), row]))
  const reassessed = updates.flatMap(update => {
    const now = after.get(Number(update.row.id))
    return now && 'owner' in update.columns ? reassessments(update.row, now) : []
  })
  const history: HistoryEntry[] = [
    ...inserted.map(row => ({ exceptionId: Number(row.id), act: 'opened', detail: { kind: row.kind, occurrences: row.occurrences, ...(row.owner === null ? {} : { owner: row.owner, rule: ownerRule(row) }) } })),
    ...told.map(update => ({ exceptionId: Number(update.row.id), act: update.act, detail: update.detail })),
    ...reassessed.map(({ row, act, detail }) => ({ exceptionId: Number(row.id), act, detail })),
  ]
  await addHistory(tx, FINDER, history)
  await recordActs(tx, FINDER, [
    ...inserted.map(row => auditOf('exception.opened', row, null, { status: row.status, kind: row.kind })),
    ...told.map(update => auditOf(`exception.${update.act}`, update.row, { status: update.row.status }, { status: after.get(Number(update.row.id))?.status, ...update.detail })),
    ...reassessed.map(({ row, act, detail }) => auditOf(`exception.${act}`, row, null, detail)),
  ])
  return [...inserted, ...updated]
}

/** What rules changed on an exception, as its history tells it: whose it is, how severe it is. */
export function reassessments(before: ExceptionRow, after: ExceptionRow): { row: ExceptionRow; act: string; detail: Record<string, unknown> }[] {
  return [
    ...(before.owner === after.owner ? [] : [{ row: after, act: 'routed', detail: { from: before.owner, to: after.owner, rule: ownerRule(after) } }]),
    ...(before.severity === after.severity ? [] : [{ row: after, act: 'severity_changed', detail: { from: before.severity, to: after.severity, why: after.severity_reasons[0] ?? '' } }]),
  ]
}

/** The id of the rule by which an exception has its owner; '' where none fits and the business owner has it. */
const ownerRule = (row: Pick<ExceptionRow, 'rules'>): string => row.rules.find(rule => rule.startsWith('owner:'))?.slice('owner:'.length) ?? ''

/** An act on an exception as the audit keeps it. */
export function auditOf(action: string, row: ExceptionRow, before: unknown, after: unknown, reason: string | null = null): Act {
  return { action, subject: { kind: 'exception', id: String(row.id) }, before, after, reason, facility: row.facility, entity: row.entity }
}

/** Brings ignored and waiting exceptions whose time is over back to open. Resolves to the changed rows, not yet projected. */
export async function expire(stores: Stores, now: Date): Promise<ExceptionRow[]> {
  return await stores.postgres.transaction().execute(async tx => {
    const rows = await lockExpired(tx, now)
    return await apply(tx, [], rows.map(row => ({ row, silent: false, ...expiryStep(row) })), now)
  })
}
