/** How far background readers have read each writer of the event log. */
import type { Kysely } from 'kysely'
import type { Database } from './schema.ts'

/** writer → the last sequence the reader has digested; a writer that was never read stands at 0. Every registered writer is in it. */
export async function readCursors(db: Kysely<Database>, reader: string): Promise<Map<string, number>> {
  const rows = await db
    .selectFrom('ingest_writer')
    .leftJoin('reader_cursor', join => join.onRef('reader_cursor.writer', '=', 'ingest_writer.id').on('reader_cursor.reader', '=', reader))
    .select(['ingest_writer.id', 'reader_cursor.sequence'])
    .execute()
  return new Map(rows.map(row => [row.id, Number(row.sequence ?? 0)]))
}

/** How far a reader is in one thing that is no writer of the log; 0 where it never was. */
export async function readCursor(db: Kysely<Database>, reader: string, of: string): Promise<number> {
  const row = await db.selectFrom('reader_cursor').select('sequence').where('reader', '=', reader).where('writer', '=', of).executeTakeFirst()
  return Number(row?.sequence ?? 0)
}

/** Moves a cursor forward; it never goes back. */
export async function saveCursor(db: Kysely<Database>, reader: string, writer: string, sequence: number): Promise<void> {
  await db
    .insertInto('reader_cursor')
    .values({ reader, writer, sequence })
    .onConflict(conflict => conflict.columns(['reader', 'writer']).doUpdateSet({ sequence: eb => eb.fn('greatest', ['reader_cursor.sequence', 'excluded.sequence']) }))
    .execute()
}
