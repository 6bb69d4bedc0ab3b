import { sql, type Kysely } from 'kysely'
import { pendingMigrations, readMigrations, type AppliedMigration } from '#queries/migrations.ts'
import type { Database } from './schema.ts'

const ownFolder = new URL('./migrations/', import.meta.url)

/** Any number that nothing else locks in this database. */
const lockNumber = 7_301_466

/**
 * Applies `postgres/migrations/NNNN_name.sql` in order, each in a transaction of its own together with its record in
 * `schema_migrations`. Processes that start at once wait for each other at an advisory lock inside the transaction.
 * @returns the names of the files this call applied
 */
export async function migratePostgres(db: Kysely<Database>, folder: URL = ownFolder): Promise<string[]> {
  const all = await readMigrations(folder)
  await db.transaction().execute(async (transaction) => {
    await lock(transaction)
    await sql`create table if not exists schema_migrations (version integer primary key, name text not null, checksum text not null, applied_at timestamptz not null default now())`.execute(transaction)
  })
  const applied: string[] = []
  for (;;) {
    const name = await applyNext(db, all)
    if (name === null) return applied
    applied.push(name)
  }
}

/** Applies the first that is missing; null if none is. */
async function applyNext(db: Kysely<Database>, all: Awaited<ReturnType<typeof readMigrations>>): Promise<string | null> {
  return await db.transaction().execute(async (transaction) => {
    await lock(transaction)
    const { rows } = await sql<AppliedMigration>`select version, name, checksum from schema_migrations order by version`.execute(transaction)
    const migration = pendingMigrations(all, rows)[0]
    if (!migration) return null
    await sql.raw(migration.sql).execute(transaction)
    await sql`insert into schema_migrations (version, name, checksum) values (${migration.version}, ${migration.name}, ${migration.checksum})`.execute(transaction)
    return migration.name
  })
}

async function lock(transaction: Kysely<Database>): Promise<void> {
  await sql`select pg_advisory_xact_lock(${lockNumber})`.execute(transaction)
}
