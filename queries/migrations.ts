import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'

/** One numbered SQL file, as written. */
export interface Migration {
  readonly version: number
  /** file name */
  readonly name: string
  readonly sql: string
  /** SHA-256 of the text, in hexadecimal */
  readonly checksum: string
}

/** What a store remembers of an applied migration. */
export interface AppliedMigration {
  readonly version: number
  readonly name: string
  readonly checksum: string
}

/** The migrations of a folder, `NNNN_name.sql` each, in order. Throws if a name is wrong or a number stands twice. */
export async function readMigrations(folder: URL): Promise<Migration[]> {
  const files = (await readdir(folder)).filter((file) => file.endsWith('.sql')).sort()
  const migrations = await Promise.all(files.map((file) => readMigration(folder, file)))
  const twice = migrations.find(({ version }, position) => migrations[position - 1]?.version === version)
  if (twice) throw new Error(`migration ${twice.name}: its number is taken`)
  return migrations
}

async function readMigration(folder: URL, file: string): Promise<Migration> {
  const number = /^(\d{4})_[a-z0-9_]+\.sql$/.exec(file)?.[1]
  if (number === undefined) throw new Error(`migration ${file}: expected a name like 0001_events.sql`)
  // A checkout on Windows may change line ends; that is no other migration.
  const sql = (await readFile(new URL(file, folder), 'utf8')).replaceAll('\r\n', '\n')
  return { version: Number(number), name: file, sql, checksum: createHash('sha256').update(sql).digest('hex') }
}

/**
 * What is still to be applied. Throws if an applied one has been changed or is not there any more (a newer version's
 * store under an older program), or if one would be applied out of order.
 */
export function pendingMigrations(all: readonly Migration[], applied: readonly AppliedMigration[]): Migration[] {
  for (const done of applied) {
    const migration = all.find(({ version }) => version === done.version)
    if (!migration) throw new Error(`the store has migration ${done.name}, which this version of the program does not know: it was written by a newer one`)
    if (migration.checksum !== done.checksum) throw new Error(`migration ${migration.name} was changed after it had been applied: add a new one instead`)
  }
  const last = Math.max(0, ...applied.map(({ version }) => version))
  const pending = all.filter(({ version }) => !applied.some((done) => done.version === version))
  const late = pending.find(({ version }) => version < last)
  if (late) throw new Error(`migration ${late.name} comes before ones that have been applied: give it a higher number`)
  return pending
}
