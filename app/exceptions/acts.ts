/** What people and keys do to exceptions: one transaction for the row, its history and its audit record, then the worklist shows it. */
import { recordActs } from '#queries/postgres/audit.ts'
import type { Actor } from '#queries/postgres/audit.ts'
import { addHistory, lockExceptions, toView, updateExceptions } from '#queries/postgres/exceptions.ts'
import type { ExceptionRow } from '#queries/postgres/exceptions.ts'
import { exceptionNumber } from '#queries/model/exception.ts'
import type { ExceptionView } from '#queries/model/exception.ts'
import type { Scope } from '#queries/model/scope.ts'
import type { Stores } from '#queries/stores.ts'
import { stepOfAct } from './lifecycle.ts'
import type { ExceptionAct } from './lifecycle.ts'
import { project } from './project.ts'
import { auditOf } from './settle.ts'

/** Why an act did not happen. `not_found` also for what lies outside the scope; `version_conflict` is 409, `not_allowed` 409 with the status. */
export class ActError extends Error {
  readonly code: 'not_found' | 'version_conflict' | 'not_allowed' | 'forbidden'
  constructor(code: ActError['code'], message: string) {
    super(message)
    this.code = code
  }
}

/** Who acts and what they may see. */
export interface Acting { actor: Actor; scope: Scope }

/**
 * One act on one exception. `ifMatch`: the version the actor saw. Resolves to the exception once lists and counts show it too.
 * Throws ActError.
 */
export async function actOnException(stores: Stores, { actor, scope }: Acting, id: string, act: ExceptionAct, ifMatch: number | null = null): Promise<ExceptionView> {
  const number = exceptionNumber(id)
  if (number === null) throw new ActError('not_found', 'There is no such exception')
  const changed = await stores.postgres.transaction().execute(async tx => {
    const [row] = await lockExceptions(tx, [number], scope)
    if (!row) throw new ActError('not_found', 'There is no such exception')
    if (ifMatch !== null && ifMatch !== row.version) throw new ActError('version_conflict', `It has changed: version ${row.version}, not ${ifMatch}`)
    const [after] = await perform(tx, actor, [row], act)
    if (!after) throw new ActError('not_allowed', `An exception that is ${row.status} cannot be changed by ${act.act}`)
    return after
  })
  await project(stores, [changed])
  return toView(changed)
}

export interface BulkResult { done: ExceptionView[]; skipped: { id: string; code: 'not_found' | 'not_allowed' }[] }

/** One act on a frozen list of exceptions, all in one transaction; those outside the scope or in a status that does not allow it are skipped and named. */
export async function actOnExceptions(stores: Stores, { actor, scope }: Acting, ids: readonly string[], act: ExceptionAct): Promise<BulkResult> {
  const numbers = ids.flatMap(id => exceptionNumber(id) ?? [])
  const { rows, changed } = await stores.postgres.transaction().execute(async tx => {
    const locked = await lockExceptions(tx, [...new Set(numbers)], scope)
    return { rows: new Set(locked.map(row => String(row.id))), changed: await perform(tx, actor, locked, act) }
  })
  await project(stores, changed)
  const done = new Set(changed.map(row => String(row.id)))
  return {
    done: changed.map(toView),
    skipped: [...new Set(ids)].filter(id => !done.has(id)).map(id => ({ id, code: rows.has(id) ? 'not_allowed' : 'not_found' })),
  }
}

async function perform(tx: Parameters<typeof lockExceptions>[0], actor: Actor, rows: readonly ExceptionRow[], act: ExceptionAct): Promise<ExceptionRow[]> {
  const now = new Date()
  const steps = rows.flatMap(row => {
    const step = stepOfAct(row, act, now)
    return step ? [{ row, step }] : []
  })
  const changed = await updateExceptions(tx, steps.map(({ row, step }) => ({ id: Number(row.id), columns: step.columns })))
  const after = new Map(changed.map(row => [Number(row.id), row]))
  await addHistory(tx, actor, steps.map(({ row, step }) => ({ exceptionId: Number(row.id), act: step.act, detail: step.detail })))
  await recordActs(tx, actor, steps.map(({ row, step }) => auditOf(`exception.${step.act}`, row, { status: row.status, assignee: row.assignee }, { status: after.get(Number(row.id))?.status, assignee: after.get(Number(row.id))?.assignee, ...step.detail }, reasonOf(act))))
  return changed
}

function reasonOf(act: ExceptionAct): string | null {
  if (act.act === 'ignore' || act.act === 'reopen') return act.reason ?? null
  return act.act === 'resolve' ? (act.note ?? null) : null
}
