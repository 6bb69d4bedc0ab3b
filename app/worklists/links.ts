/** Linking exceptions: both ends tell it in their history, and both must lie inside the scope of whoever links. */
import { z } from 'zod'
import { exceptionNumber } from '#queries/model/exception.ts'
import { recordActs } from '#queries/postgres/audit.ts'
import { addHistory, lockExceptions, updateExceptions } from '#queries/postgres/exceptions.ts'
import { deleteLink, insertLink, RELATIONS } from '#queries/postgres/links.ts'
import type { Stores } from '#queries/stores.ts'
import type { Acting } from '../exceptions/acts.ts'
import { project } from '../exceptions/project.ts'
import { auditOf } from '../exceptions/settle.ts'

/** `to`: the other exception's id, with or without `EX-`. */
export const linkInput = z.strictObject({ relation: z.enum(RELATIONS), to: z.string().trim().transform(text => text.replace(/^EX-/i, '')).pipe(z.string().regex(/^[1-9]\d{0,14}$/, 'the id of an exception')) })
export type LinkInput = z.infer<typeof linkInput>

/** Why nothing was linked or unlinked. `not_found` also for what lies outside the scope. */
export class LinkError extends Error {
  readonly code: 'not_found' | 'same' | 'linked_already'
  constructor(code: LinkError['code'], message: string) {
    super(message)
    this.code = code
  }
}

/** Says that this exception is a duplicate of, caused by, or related to another. Resolves to the link's id. Throws LinkError. */
export async function linkExceptions(stores: Stores, { actor, scope }: Acting, id: string, { relation, to }: LinkInput): Promise<string> {
  const from = exceptionNumber(id)
  const other = exceptionNumber(to)
  if (from === null || other === null) throw new LinkError('not_found', 'There is no such exception.')
  if (from === other) throw new LinkError('same', 'An exception cannot be linked to itself.')
  const { link, changed } = await stores.postgres.transaction().execute(async tx => {
    const rows = await lockExceptions(tx, [from, other], scope)
    if (rows.length < 2) throw new LinkError('not_found', `EX-${to} is not there, or outside what you may see.`)
    const link = await insertLink(tx, relation, from, other, actor.id)
    if (link === undefined) throw new LinkError('linked_already', 'They are linked so already.')
    await addHistory(tx, actor, [
      { exceptionId: from, act: 'linked', detail: { relation, outgoing: true, exception: String(other) } }, { exceptionId: other, act: 'linked', detail: { relation, outgoing: relation === 'related', exception: String(from) } },
    ])
    await recordActs(tx, actor, rows.map(row => auditOf('exception.linked', row, null, { relation, from: String(from), to: String(other) })))
    return { link, changed: await updateExceptions(tx, rows.map(row => ({ id: Number(row.id), columns: {} }))) }
  })
  await project(stores, changed)
  return link
}

/** Takes a link of this exception away; its other end may lie outside the scope. Throws LinkError. */
export async function unlinkExceptions(stores: Stores, { actor, scope }: Acting, id: string, link: string): Promise<void> {
  const number = exceptionNumber(id)
  const changed = await stores.postgres.transaction().execute(async tx => {
    const rows = number === null ? [] : await lockExceptions(tx, [number], scope)
    const gone = number === null || rows.length === 0 ? undefined : await deleteLink(tx, link, number)
    if (!gone) throw new LinkError('not_found', 'There is no such link.')
    const ends = [gone.from, gone.to]
    await addHistory(tx, actor, ends.map(end => ({ exceptionId: end, act: 'unlinked', detail: { relation: gone.relation, exception: String(ends.find(each => each !== end)) } })))
    await recordActs(tx, actor, rows.map(row => auditOf('exception.unlinked', row, { relation: gone.relation, from: String(gone.from), to: String(gone.to) }, null)))
    return await updateExceptions(tx, rows.map(row => ({ id: Number(row.id), columns: {} })))
  })
  await project(stores, changed)
}
