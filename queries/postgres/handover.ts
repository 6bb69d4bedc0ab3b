/** Hand-over notes: what one shift tells the next, pinned until its last day or until somebody is done with it. */
import { sql, type Kysely, type Selectable, type Transaction } from 'kysely'
import { inScope, type Scope } from '../model/scope.ts'
import type { Database, HandoverNoteTable } from './schema.ts'

/** `role` null: for everybody. `view`: pinned on that view too. `facility` null: about no facility in particular. `lastDay`: `YYYY-MM-DD`. */
export interface HandoverNote { id: string; authorId: string; role: string | null; view: string | null; facility: string | null; entity: string | null; text: string; at: string; lastDay: string; doneAt: string | null; doneBy: string | null }
export interface HandoverContent { role: string | null; view: string | null; facility: string | null; entity: string | null; text: string; lastDay: string }

/** The notes in force on a day for this role inside the scope, and the person's own; newest first. At most 100. */
export async function openNotes(db: Kysely<Database>, reader: { id: string; role: string | null }, scope: Scope, day: string): Promise<HandoverNote[]> {
  const rows = await db.selectFrom('handover_note').selectAll().where('done_at', 'is', null).where('last_day', '>=', day)
    .where(eb => eb.or([eb('role', 'is', null), eb('role', '=', reader.role ?? ''), eb('author_id', '=', reader.id)]))
    .where(eb => eb.or([eb('facility', 'is', null), placeCondition(scope)]))
    .orderBy('at', 'desc').orderBy('id', 'desc').limit(100).execute()
  return rows.map(toNote)
}

/** The condition over a note's facility and entity. */
const placeCondition = (scope: Scope) => (scope === 'all' ? sql<boolean>`true` : sql<boolean>`(facility = any(${[...scope.facilities]}::text[]) or entity = any(${[...scope.entities]}::text[]))`)

/** Adds a note. */
export async function insertNote(tx: Transaction<Database>, authorId: string, content: HandoverContent): Promise<HandoverNote> {
  const row = await tx.insertInto('handover_note').values({ author_id: authorId, role: content.role, view: content.view, facility: content.facility, entity: content.entity, text: content.text, last_day: content.lastDay }).returningAll().executeTakeFirstOrThrow()
  return toNote(row)
}

/** Ends a note that the reader may see; undefined if there is none in force. */
export async function finishNote(tx: Transaction<Database>, id: string, reader: { id: string; role: string | null }, scope: Scope): Promise<HandoverNote | undefined> {
  if (!/^[1-9]\d{0,14}$/.test(id)) return undefined
  const row = await tx.selectFrom('handover_note').selectAll().where('id', '=', Number(id)).where('done_at', 'is', null).forUpdate().executeTakeFirst()
  const mine = row && (row.role === null || row.role === reader.role || row.author_id === reader.id) && (row.facility === null || inScope(scope, row))
  if (!row || !mine) return undefined
  await tx.updateTable('handover_note').set({ done_at: sql<string>`now()`, done_by: reader.id }).where('id', '=', row.id).execute()
  return toNote(row)
}

function toNote(row: Selectable<HandoverNoteTable>): HandoverNote {
  return {
    id: String(row.id), authorId: row.author_id, role: row.role, view: row.view, facility: row.facility, entity: row.entity, text: row.text, at: row.at.toISOString(), lastDay: String(row.last_day),
    doneAt: row.done_at?.toISOString() ?? null, doneBy: row.done_by,
  }
}
