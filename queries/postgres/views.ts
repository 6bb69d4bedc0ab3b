/** Saved views of the worklist: named addresses, private or shared. What a view shows is judged by its reader's scope when it is read, never here. */
import { sql, type Kysely, type Selectable, type Transaction } from 'kysely'
import type { Database, SavedViewTable } from './schema.ts'

export const VIEW_AUDIENCES = ['private', 'role', 'everybody'] as const
export type ViewAudience = (typeof VIEW_AUDIENCES)[number]

/** A saved view. `query`: the worklist's address without its path; `role`: set exactly when shared with a role. */
export interface SavedView { id: string; ownerId: string; name: string; query: string; audience: ViewAudience; role: string | null; version: number; updatedAt: string }
/** What a person says of a view. */
export interface ViewContent { name: string; query: string; audience: ViewAudience; role: string | null }
/** Whose views: own ones, those shared with the role, those for everybody. */
export interface ViewReader { id: string; role: string | null }

const visible = (db: Kysely<Database>, reader: ViewReader) => db.selectFrom('saved_view').selectAll().where(eb => eb.or([
  eb('owner_id', '=', reader.id), eb('audience', '=', 'everybody'), eb.and([eb('audience', '=', 'role'), eb('role', '=', reader.role ?? '')]),
]))

/** The views that the reader may open, own ones first, then by name. At most 200. */
export async function listViews(db: Kysely<Database>, reader: ViewReader): Promise<SavedView[]> {
  const rows = await visible(db, reader).orderBy(sql`owner_id <> ${reader.id}`).orderBy(sql`lower(name)`).orderBy('id').limit(200).execute()
  return rows.map(toView)
}

/** One view that the reader may open; undefined otherwise. */
export async function findView(db: Kysely<Database>, id: string, reader: ViewReader): Promise<SavedView | undefined> {
  if (!isViewNumber(id)) return undefined
  const row = await visible(db, reader).where('id', '=', Number(id)).executeTakeFirst()
  return row && toView(row)
}

/** The view of this number, locked, whoever it belongs to; undefined if there is none. */
export async function lockView(tx: Transaction<Database>, id: string): Promise<SavedView | undefined> {
  if (!isViewNumber(id)) return undefined
  const row = await tx.selectFrom('saved_view').selectAll().where('id', '=', Number(id)).forUpdate().executeTakeFirst()
  return row && toView(row)
}

/** Adds a view; undefined if the owner already has one of this name (case ignored). */
export async function insertView(tx: Transaction<Database>, ownerId: string, content: ViewContent): Promise<SavedView | undefined> {
  const row = await tx.insertInto('saved_view').values({ owner_id: ownerId, name: content.name, query: content.query, audience: content.audience, role: content.role })
    .onConflict(conflict => conflict.doNothing()).returningAll().executeTakeFirst()
  return row && toView(row)
}

/** How many views a person owns. */
export async function countOwnViews(tx: Kysely<Database>, ownerId: string): Promise<number> {
  const row = await tx.selectFrom('saved_view').select(eb => eb.fn.countAll().as('count')).where('owner_id', '=', ownerId).executeTakeFirst()
  return Number(row?.count ?? 0)
}

/** True if the owner has another view of this name (case ignored). */
export async function isNameTaken(tx: Kysely<Database>, ownerId: string, name: string, exceptId: string): Promise<boolean> {
  const row = await tx.selectFrom('saved_view').select('id').where('owner_id', '=', ownerId).where(sql`lower(name)`, '=', name.toLowerCase()).where('id', '<>', Number(exceptId)).executeTakeFirst()
  return row !== undefined
}

/** Changes a view and counts its version up. */
export async function updateView(tx: Transaction<Database>, id: string, content: ViewContent): Promise<SavedView> {
  const row = await tx.updateTable('saved_view').set(eb => ({ name: content.name, query: content.query, audience: content.audience, role: content.role, version: eb('version', '+', 1), updated_at: sql<string>`now()` }))
    .where('id', '=', Number(id)).returningAll().executeTakeFirstOrThrow()
  return toView(row)
}

/** Takes a view away, with everybody's choice and watching of it. */
export async function deleteView(tx: Transaction<Database>, id: string): Promise<void> {
  await tx.deleteFrom('view_choice').where('view', '=', id).execute()
  await tx.deleteFrom('watch').where('kind', '=', 'view').where('subject', '=', id).execute()
  await tx.deleteFrom('saved_view').where('id', '=', Number(id)).execute()
}

/** The view that a person's worklist opens with: a number, a shipped view's id, or null. */
export async function chosenView(db: Kysely<Database>, personId: string): Promise<string | null> {
  return (await db.selectFrom('view_choice').select('view').where('person_id', '=', personId).executeTakeFirst())?.view ?? null
}

/** Chooses it, or none. */
export async function chooseView(tx: Transaction<Database>, personId: string, view: string | null): Promise<void> {
  if (view === null) await tx.deleteFrom('view_choice').where('person_id', '=', personId).execute()
  else await tx.insertInto('view_choice').values({ person_id: personId, view }).onConflict(conflict => conflict.column('person_id').doUpdateSet({ view })).execute()
}

/** True for what can be the number of a saved view; shipped ones are called by words. */
export function isViewNumber(id: string): boolean {
  return /^[1-9]\d{0,14}$/.test(id)
}

function toView(row: Selectable<SavedViewTable>): SavedView {
  return {
    id: String(row.id), ownerId: row.owner_id, name: row.name, query: row.query, audience: VIEW_AUDIENCES.find(each => each === row.audience) ?? 'private', role: row.role, version: row.version,
    updatedAt: row.updated_at.toISOString(),
  }
}
