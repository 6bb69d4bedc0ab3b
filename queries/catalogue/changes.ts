/** Which documents of the catalogue were changed when: for whoever asks what happened before a trouble. */
import type { Kysely } from 'kysely'
import type { Database } from '../postgres/schema.ts'

export interface CatalogueChange { kind: string; id: string; version: number; by: string; at: string }

const LIMIT = 50

/** Documents of which a second or later version came into force in [from, to), oldest first. The catalogue belongs to no facility. */
export async function catalogueChanges(db: Kysely<Database>, from: Date, to: Date): Promise<CatalogueChange[]> {
  const rows = await db.selectFrom('catalogue_document').select(['kind', 'id', 'version', 'created_by', 'created_at'])
    .where('version', '>', 1).where('created_at', '>=', from).where('created_at', '<', to).orderBy('created_at').limit(LIMIT).execute()
  return rows.map(row => ({ kind: row.kind, id: row.id, version: row.version, by: row.created_by, at: row.created_at.toISOString() }))
}
