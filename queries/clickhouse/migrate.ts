import { pendingMigrations, readMigrations, type AppliedMigration, type Migration } from '#queries/migrations.ts'
import type { ClickHouse } from './clickhouse.ts'

const ownFolder = new URL('./migrations/', import.meta.url)

/**
 * Applies `clickhouse/migrations/NNNN_name.sql` in order and records each with its checksum in `schema_migrations`.
 *
 * Statements end with a semicolon at the end of a line. One text serves a single node and a cluster: `{database}`,
 * `{on_cluster}` and `{engine:MergeTree}` are filled in. ClickHouse has no transaction around DDL, so a file that fails
 * half-way is run again from its start: every statement must bear that (IF NOT EXISTS).
 * @returns the names of the applied files
 */
export async function migrateClickHouse(clickhouse: ClickHouse, folder: URL = ownFolder): Promise<string[]> {
  const history = `CREATE TABLE IF NOT EXISTS {database}.schema_migrations {on_cluster} (version UInt32, name String, checksum String, applied_at DateTime64(3, 'UTC') DEFAULT now64(3))
    ENGINE = {engine:ReplacingMergeTree(applied_at)} ORDER BY version`
  await clickhouse.command({ name: 'migrate.history', sql: fillPlaceholders(history, clickhouse) })
  const applied = await clickhouse.query({ name: 'migrate.applied', sql: 'SELECT version, name, checksum FROM schema_migrations FINAL ORDER BY version' })
  const pending = pendingMigrations(await readMigrations(folder), applied.rows as AppliedMigration[])
  for (const migration of pending) await apply(clickhouse, migration)
  return pending.map(({ name }) => name)
}

async function apply(clickhouse: ClickHouse, migration: Migration): Promise<void> {
  for (const [position, statement] of splitStatements(migration.sql).entries()) {
    await clickhouse.command({ name: `migrate.${migration.name}.${position + 1}`, sql: fillPlaceholders(statement, clickhouse) })
  }
  const { version, name, checksum } = migration
  await clickhouse.insert({ table: 'schema_migrations', rows: [{ version, name, checksum }], columns: ['version', 'name', 'checksum'] })
}

/** Fills in where a statement runs: `{engine:X(args)}` becomes `X(args)` or, on a cluster, `ReplicatedX(args)`. */
export function fillPlaceholders(sql: string, target: Pick<ClickHouse, 'database' | 'cluster'>): string {
  return sql
    .replaceAll('{database}', target.database)
    .replaceAll('{on_cluster}', target.cluster === null ? '' : `ON CLUSTER '${target.cluster}'`)
    .replaceAll(/\{engine:(\w+)(\([^{}]*\))?\}/g, (_, engine: string, args: string | undefined) => `${target.cluster === null ? '' : 'Replicated'}${engine}${args ?? ''}`)
}

/** The statements of a file, without comments. A semicolon ends one only at the end of a line and outside quotes. */
export function splitStatements(sql: string): string[] {
  // Quoted text first, so that neither a comment sign nor a semicolon inside it counts.
  const parts = sql.matchAll(/'(?:[^'\\]|\\.|'')*'|`[^`]*`|"[^"]*"|--[^\n]*|\/\*[\s\S]*?\*\/|;[ \t]*(?=--|\n|$)|[^'`"\-/;]+|[\s\S]/g)
  const statements = ['']
  for (const [part] of parts) {
    if (part.startsWith('--') || part.startsWith('/*')) continue
    if (/^;[ \t]*$/.test(part)) statements.push('')
    else statements[statements.length - 1] += part
  }
  return statements.map((statement) => statement.trim()).filter((statement) => statement !== '')
}
