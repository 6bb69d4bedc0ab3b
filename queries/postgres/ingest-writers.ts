/** The writers of events: readers of the event log learn from here which sequences there are. */
import type { Kysely } from 'kysely'
import type { Database } from './schema.ts'

/** Registers a writer; must be durable before the writer's first insert, else a reader would not look for its rows. */
export async function registerWriter(db: Kysely<Database>, writer: { id: string; host: string; lane: string }): Promise<void> {
  await db.insertInto('ingest_writer').values(writer).execute()
}
