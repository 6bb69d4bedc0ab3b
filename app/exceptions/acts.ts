/** What people and keys do to exceptions: one transaction for the row, its history and its audit record, then the worklist shows it. */
import { randomUUID } from 'node:crypto'
import { recordActs } from '#queries/postgres/audit.ts'
import type { Actor } from '#queries/postgres/audit.ts'
import { addHistory, findException, lockExceptions, toView, updateExceptions } from '#queries/postgres/exceptions.ts'
import type { ExceptionRow } from '#queries/postgres/exceptions.ts'
import { exceptionNumber } from '#queries/model/exception.ts'
import type { ExceptionView } from '#queries/model/exception.ts'
import type { Scope } from '#queries/model/scope.ts'
import { addMentions } from '#queries/postgres/mentions.ts'
import { listPeople } from '#queries/postgres/people.ts'
import { changedSince, findUndo, keepUndo, takeUndo, type Undoable, type UndoItem } from '#queries/postgres/undo.ts'
import { recordWaits } from '#queries/postgres/waits.ts'
import type { Stores } from '#queries/stores.ts'
import { maySee, namedIn } from '../worklists/mentions.ts'
import { EVENTS_CHANNEL } from './finder-loop.ts'
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
    const { changed: [after], before } = await perform(tx, actor, [row], act)
    if (UNDOABLE.includes(act.act) && before.length > 0) await keepUndo(tx, randomUUID(), actor.id, act.act, before)
    if (!after) throw new ActError('not_allowed', `An exception that is ${row.status} cannot be changed by ${act.act}`)
    return after
  })
  await show(stores, act.act, [changed])
  return toView(changed)
}

/** Why one of many was left as it is: outside the scope or gone, a status that does not allow it, changed by somebody else since the selection was seen. */
export interface Skipped { id: string; code: 'not_found' | 'not_allowed' | 'changed'; /** of what the scope shows */ title?: string; status?: string; by?: { kind: string; id: string } }
/** `undo`: what takes it back for a while; null where there is nothing to take back. */
export interface BulkResult { done: ExceptionView[]; skipped: Skipped[]; undo: string | null }

/** Acts that only say who looks after something; they can be taken back. */
const UNDOABLE: readonly ExceptionAct['act'][] = ['assign', 'acknowledge']
/** How long a taken-back act may lie behind: the toast's 10 s, a slow line and a slow hand. */
const UNDO_SECONDS = 45
/** Histories carry the start of their transaction, which may lie this much before what a list showed. */
const OVERLAP_MS = 2000

/**
 * One act on a frozen list of exceptions, all in one transaction; those outside the scope, in a status that does not allow it, or
 * changed by somebody else after `seenAt` (when the person saw them; null: not judged) are skipped and named.
 */
export async function actOnExceptions(stores: Stores, { actor, scope }: Acting, ids: readonly string[], act: ExceptionAct, seenAt: Date | null = null): Promise<BulkResult> {
  const numbers = ids.flatMap(id => exceptionNumber(id) ?? [])
  const { rows, changed, meanwhile, undo } = await stores.postgres.transaction().execute(async tx => {
    const locked = await lockExceptions(tx, [...new Set(numbers)], scope)
    const meanwhile = seenAt === null ? new Map<string, { kind: string; id: string }>() : await changedSince(tx, locked.map(row => Number(row.id)), new Date(seenAt.getTime() - OVERLAP_MS), actor.id)
    const { changed, before } = await perform(tx, actor, locked.filter(row => !meanwhile.has(String(row.id))), act)
    const undo = UNDOABLE.includes(act.act) && before.length > 0 ? randomUUID() : null
    if (undo !== null) await keepUndo(tx, undo, actor.id, act.act, before)
    return { rows: new Map(locked.map(row => [String(row.id), row])), changed, meanwhile, undo }
  })
  await show(stores, act.act, changed)
  const done = new Set(changed.map(row => String(row.id)))
  return {
    done: changed.map(toView), undo,
    skipped: [...new Set(ids)].filter(id => !done.has(id)).map(id => {
      const row = rows.get(id)
      const by = meanwhile.get(id)
      return row ? { id, code: by ? 'changed' : 'not_allowed', title: row.title, status: row.status, ...(by ? { by } : {}) } : { id, code: 'not_found' }
    }),
  }
}

/** Takes back an assignment or acknowledgment of this actor; what was changed since stays and is counted. Null if it can no longer be taken back. */
export async function undoAct(stores: Stores, { actor, scope }: Acting, undo: string): Promise<{ done: number; left: number } | null> {
  const result = await stores.postgres.transaction().execute(async tx => {
    const kept = await takeUndo(tx, undo, actor.id, UNDO_SECONDS)
    if (!kept) return null
    const items = new Map(kept.items.map(item => [item.id, item]))
    const rows = (await lockExceptions(tx, [...items.keys()], scope)).filter(row => row.version === items.get(Number(row.id))?.version)
    const changed = await updateExceptions(tx, rows.map(row => ({ id: Number(row.id), columns: items.get(Number(row.id))?.columns ?? {} })))
    await recordWaits(tx, rows.map(row => ({ row, columns: items.get(Number(row.id))?.columns ?? {} })), new Date())
    const after = new Map(changed.map(row => [Number(row.id), row]))
    await addHistory(tx, actor, rows.map(row => ({ exceptionId: Number(row.id), act: 'undone', detail: { act: kept.act } })))
    await recordActs(tx, actor, rows.map(row => auditOf('exception.undone', row, { status: row.status, assignee: row.assignee }, { status: after.get(Number(row.id))?.status, assignee: after.get(Number(row.id))?.assignee, act: kept.act })))
    return { act: kept.act, changed, left: items.size - rows.length }
  })
  if (result === null) return null
  await show(stores, result.act, result.changed)
  return { done: result.changed.length, left: result.left }
}

/** The actor's own last act on one exception as long as it may be taken back: nothing has changed it since. */
export async function undoableOf(stores: Pick<Stores, 'postgres'>, actor: Pick<Actor, 'id'>, exception: Pick<ExceptionView, 'id' | 'version'>): Promise<Undoable | null> {
  return await findUndo(stores.postgres, actor.id, { id: Number(exception.id), version: exception.version }, UNDO_SECONDS)
}

/**
 * Takes back the actor's own last assignment or acknowledgment of one exception. `ifMatch`: the version the actor saw. Throws ActError:
 * `not_allowed` where there is nothing to take back, or somebody changed it since.
 */
export async function undoOnException(stores: Stores, { actor, scope }: Acting, id: string, ifMatch: number | null = null): Promise<ExceptionView> {
  const number = exceptionNumber(id)
  const row = number === null ? undefined : await findException(stores.postgres, number, scope)
  if (!row) throw new ActError('not_found', 'There is no such exception')
  if (ifMatch !== null && ifMatch !== row.version) throw new ActError('version_conflict', `It has changed: version ${row.version}, not ${ifMatch}`)
  const kept = await undoableOf(stores, actor, row)
  const undone = kept && (await undoAct(stores, { actor, scope }, kept.id))
  if (!undone || undone.done === 0) throw new ActError('not_allowed', 'Nothing of yours can be taken back here any more')
  return (await findException(stores.postgres, Number(id), scope)) ?? row
}

/** Shows what changed, and wakes the finder: an act that sets the status may have begun or ended a wait, on which due times depend. */
async function show(stores: Stores, act: string, changed: readonly ExceptionRow[]): Promise<void> {
  await project(stores, changed)
  if (changed.length > 0 && act !== 'comment' && act !== 'assign') await stores.coordination.wake(EVENTS_CHANNEL)
}

async function perform(tx: Parameters<typeof lockExceptions>[0], actor: Actor, rows: readonly ExceptionRow[], act: ExceptionAct): Promise<{ changed: ExceptionRow[]; before: UndoItem[] }> {
  const now = new Date()
  const named = act.act === 'comment' && act.text.includes('@') ? namedIn(act.text, await listPeople(tx)) : []
  const steps = rows.flatMap(row => {
    const step = stepOfAct(row, act, now)
    if (!step) return []
    const mentions = named.filter(person => maySee(person, row)).map(person => person.id)
    return [{ row, step: mentions.length > 0 ? { ...step, detail: { ...step.detail, mentions } } : step, mentions }]
  })
  const changed = await updateExceptions(tx, steps.map(({ row, step }) => ({ id: Number(row.id), columns: step.columns })))
  await recordWaits(tx, steps.map(({ row, step }) => ({ row, columns: step.columns })), now)
  const after = new Map(changed.map(row => [Number(row.id), row]))
  await addHistory(tx, actor, steps.map(({ row, step }) => ({ exceptionId: Number(row.id), act: step.act, detail: step.detail })))
  await addMentions(tx, actor, steps.flatMap(({ row, mentions }) => mentions.filter(id => id !== actor.id).map(personId => ({ exceptionId: Number(row.id), personId }))))
  await recordActs(tx, actor, steps.map(({ row, step }) => auditOf(`exception.${step.act}`, row, { status: row.status, assignee: row.assignee }, { status: after.get(Number(row.id))?.status, assignee: after.get(Number(row.id))?.assignee, ...step.detail }, reasonOf(act))))
  const before = steps.map(({ row, step }) => ({ id: Number(row.id), version: after.get(Number(row.id))?.version ?? row.version, columns: Object.fromEntries(Object.keys(step.columns).map(name => [name, row[name as keyof ExceptionRow]])) }))
  return { changed, before }
}

function reasonOf(act: ExceptionAct): string | null {
  if (act.act === 'ignore' || act.act === 'reopen') return act.reason ?? null
  return act.act === 'resolve' ? (act.note ?? null) : null
}
