/** Hand-over notes: what one shift tells the next, dated, pinned on the queue (and on a view) until its last day or until done. */
import { z } from 'zod'
import type { Catalogue } from '#queries/catalogue/catalogue.ts'
import { inScope, type Scope } from '#queries/model/scope.ts'
import { recordAct, type Actor } from '#queries/postgres/audit.ts'
import { finishNote, insertNote, openNotes, type HandoverNote } from '#queries/postgres/handover.ts'
import type { Stores } from '#queries/stores.ts'
import { isRole, ROLE_NAMES, ROLES } from '../auth/roles.ts'
import { facilityName } from '../exceptions/labels.ts'
import { dayIn } from '../exceptions/local-time.ts'

/** A note may be pinned this many days at most. */
const MOST_DAYS = 60

/** What a person writes. `role` null: for everybody; `lastDay`: the last day it is pinned, in the writer's zone. */
export const noteContent = z.strictObject({
  text: z.string().trim().min(1).max(2000), role: z.enum(ROLES).nullable(), view: z.string().max(40).nullable(), facility: z.string().max(100).nullable(), lastDay: z.iso.date(),
})
export type NoteInput = z.infer<typeof noteContent>

export interface NoteReader { id: string; role: string | null; timeZone: string }
/** A note in words. `forWhom`: `Finance leads`, `Everybody`. */
export interface NoteView { id: string; text: string; author: string; at: string; lastDay: string; forWhom: string; facility: string | null }

/** Why a note was not kept. */
export class NoteError extends Error {
  readonly code: 'not_found' | 'out_of_scope' | 'bad_day'
  constructor(code: NoteError['code'], message: string) {
    super(message)
    this.code = code
  }
}

/** The notes in force today for this reader inside the scope, newest first. `view`: only those pinned on it. */
export async function readNotes(stores: Pick<Stores, 'postgres'>, catalogue: Catalogue, reader: NoteReader, scope: Scope, names: ReadonlyMap<string, string>, now: Date, view: string | null = null): Promise<NoteView[]> {
  const notes = await openNotes(stores.postgres, reader, scope, dayIn(reader.timeZone, now))
  return notes.filter(note => view === null || note.view === view).map(note => noteView(note, catalogue, names))
}

/** Keeps a note. Somebody who may not see all facilities writes about one of theirs. Throws NoteError. */
export async function writeNote(stores: Pick<Stores, 'postgres'>, catalogue: Catalogue, actor: Actor, input: NoteInput, scope: Scope, timeZone: string, now: Date): Promise<HandoverNote> {
  const facility = input.facility === null ? null : catalogue.facility(input.facility)
  if (facility === undefined || (facility === null ? scope !== 'all' : !inScope(scope, { facility: facility.id, entity: facility.entity }))) throw new NoteError('out_of_scope', 'Choose one of your facilities.')
  const today = dayIn(timeZone, now)
  if (input.lastDay < today || Date.parse(input.lastDay) - Date.parse(today) > MOST_DAYS * 86_400_000) throw new NoteError('bad_day', `Choose a day from today on, at most ${MOST_DAYS} days ahead.`)
  const content = { ...input, entity: facility?.entity ?? null }
  return await stores.postgres.transaction().execute(async tx => {
    const note = await insertNote(tx, actor.id, content)
    await recordAct(tx, actor, { action: 'handover.written', subject: { kind: 'handover_note', id: note.id }, after: { role: note.role, view: note.view, lastDay: note.lastDay }, facility: note.facility, entity: note.entity })
    return note
  })
}

/** Takes a note down. Throws NoteError. */
export async function endNote(stores: Pick<Stores, 'postgres'>, actor: Actor, reader: { id: string; role: string | null }, scope: Scope, id: string): Promise<void> {
  await stores.postgres.transaction().execute(async tx => {
    const note = await finishNote(tx, id, reader, scope)
    if (!note) throw new NoteError('not_found', 'This note is not there any more.')
    await recordAct(tx, actor, { action: 'handover.done', subject: { kind: 'handover_note', id }, facility: note.facility, entity: note.entity })
  })
}

function noteView(note: HandoverNote, catalogue: Catalogue, names: ReadonlyMap<string, string>): NoteView {
  return {
    id: note.id, text: note.text, author: names.get(note.authorId) ?? note.authorId, at: note.at, lastDay: note.lastDay,
    forWhom: note.role === null ? 'Everybody' : isRole(note.role) ? ROLE_NAMES[note.role] : note.role, facility: note.facility === null ? null : facilityName(catalogue, note.facility),
  }
}
