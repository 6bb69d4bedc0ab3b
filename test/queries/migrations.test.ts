import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { sql } from 'kysely'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { fillPlaceholders, migrateClickHouse, splitStatements } from '#queries/clickhouse/migrate.ts'
import { pendingMigrations, readMigrations } from '#queries/migrations.ts'
import { migratePostgres } from '#queries/postgres/migrate.ts'
import { migrateStores } from '#queries/stores.ts'
import { openTestStores, type TestStores } from '#test/support/stores.ts'

let stores: TestStores
let made: string[] = []

beforeAll(async () => {
  stores = await openTestStores()
})
afterAll(() => stores.dispose())
afterEach(async () => {
  for (const folder of made) await rm(folder, { recursive: true })
  made = []
})

/** A folder of migrations with these files. */
async function folderOf(files: Record<string, string>): Promise<URL> {
  const folder = await mkdtemp(join(tmpdir(), 'signalbox-migrations-'))
  made.push(folder)
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text)
  return pathToFileURL(`${folder}/`)
}

/** What this project's own folder holds, so that a test can add to it. */
async function ownFiles(store: 'clickhouse' | 'postgres'): Promise<Record<string, string>> {
  const own = await readMigrations(new URL(`../../queries/${store}/migrations/`, import.meta.url))
  return Object.fromEntries(own.map(({ name, sql: text }) => [name, text]))
}

const tableNames = async (): Promise<unknown[]> => (await stores.clickhouse.query({ name: 'test.tables', sql: 'SELECT name FROM system.tables WHERE database = currentDatabase() ORDER BY name' })).rows

describe('both stores', () => {
  it('are the same after a second run, also by two at once', async () => {
    const before = await tableNames()
    await Promise.all([migrateStores(stores), migrateStores(stores)])
    expect(await migrateClickHouse(stores.clickhouse)).toEqual([])
    expect(await migratePostgres(stores.postgres)).toEqual([])
    expect(await tableNames()).toEqual(before)
  })
})

describe('ClickHouse', () => {
  it('runs a new file statement by statement, and again as a whole if it failed half-way', async () => {
    const broken = `-- why; and how\nCREATE TABLE IF NOT EXISTS {database}.first {on_cluster} (a UInt8 COMMENT 'x;\n--y') ENGINE = {engine:ReplacingMergeTree(a)} ORDER BY a;\nNOT SQL;\n`
    const files = await ownFiles('clickhouse')
    await expect(migrateClickHouse(stores.clickhouse, await folderOf({ ...files, '9001_first.sql': broken }))).rejects.toMatchObject({ code: 'store_failed', query: 'migrate.9001_first.sql.2' })
    const repaired = await folderOf({ ...files, '9001_first.sql': broken.replace('NOT SQL', 'INSERT INTO {database}.first VALUES (1)') })
    expect(await migrateClickHouse(stores.clickhouse, repaired)).toEqual(['9001_first.sql'])
    expect(await migrateClickHouse(stores.clickhouse, repaired)).toEqual([])
    const { rows } = await stores.clickhouse.query({ name: 'test.first', sql: `SELECT a, (SELECT comment FROM system.columns WHERE table = 'first' AND database = currentDatabase()) AS comment FROM first` })
    expect(rows).toEqual([{ a: 1, comment: 'x;\n--y' }])
  })

  it('splits at a semicolon that ends a line, not inside quotes or comments', () => {
    expect(splitStatements(`-- a;\nSELECT 1; -- b;\nSELECT ';\n', "x;\n", 'it''s;\n', '\\';\n' /* c;\n */, 4 / 2 - 1;\n\n;\nSELECT 3`)).toEqual(['SELECT 1', `SELECT ';\n', "x;\n", 'it''s;\n', '\\';\n' , 4 / 2 - 1`, 'SELECT 3'])
  })

  it('fills in where it runs', () => {
    const text = 'CREATE TABLE {database}.t {on_cluster} (a UInt8) ENGINE = {engine:ReplacingMergeTree(a)} ORDER BY a; {engine:MergeTree}'
    expect(fillPlaceholders(text, { database: 'signalbox', cluster: null })).toBe('CREATE TABLE signalbox.t  (a UInt8) ENGINE = ReplacingMergeTree(a) ORDER BY a; MergeTree')
    expect(fillPlaceholders(text, { database: 'd', cluster: 'main' })).toBe(`CREATE TABLE d.t ON CLUSTER 'main' (a UInt8) ENGINE = ReplicatedReplacingMergeTree(a) ORDER BY a; ReplicatedMergeTree`)
  })
})

describe('PostgreSQL', () => {
  it('applies a file whole or not at all', async () => {
    const files = await ownFiles('postgres')
    const broken = `create table half (a int);\ninsert into half values (1);\nselect 1 / 0;`
    await expect(migratePostgres(stores.postgres, await folderOf({ ...files, '9001_half.sql': broken }))).rejects.toMatchObject({ code: '22012' })
    expect((await sql<{ found: string | null }>`select to_regclass('half')::text as found`.execute(stores.postgres)).rows).toEqual([{ found: null }])
    const repaired = await folderOf({ ...files, '9001_half.sql': broken.replace('1 / 0', '1 / 1'), '9002_more.sql': `-- a comment; with one\ninsert into half values (2);` })
    const both = await Promise.all([migratePostgres(stores.postgres, repaired), migratePostgres(stores.postgres, repaired)])
    expect(both.flat().toSorted()).toEqual(['9001_half.sql', '9002_more.sql'])
    expect((await sql<{ a: number }>`select a from half order by a`.execute(stores.postgres)).rows).toEqual([{ a: 1 }, { a: 2 }])
  })
})

describe('files', () => {
  it('must be numbered, each once', async () => {
    await expect(readMigrations(await folderOf({ '1_short.sql': '' }))).rejects.toThrow('migration 1_short.sql: expected a name like 0001_events.sql')
    await expect(readMigrations(await folderOf({ '0001_a.sql': '', '0001_b.sql': '' }))).rejects.toThrow('its number is taken')
  })

  it('must be the ones that were applied, in order', async () => {
    const all = await readMigrations(await folderOf({ '0001_a.sql': 'select 1', '0003_c.sql': 'select 3\r\n' }))
    const [a, c] = all
    if (!a || !c) throw new Error('two files')
    expect(pendingMigrations(all, []).map(({ name }) => name)).toEqual(['0001_a.sql', '0003_c.sql'])
    expect(pendingMigrations(all, [a])).toEqual([c])
    expect(() => pendingMigrations(all, [{ ...a, checksum: 'other' }])).toThrow('0001_a.sql was changed after it had been applied')
    expect(() => pendingMigrations(all, [a, { version: 4, name: '0004_d.sql', checksum: '' }])).toThrow('which this version of the program does not know')
    expect(() => pendingMigrations(all, [c])).toThrow('0001_a.sql comes before ones that have been applied')
  })
})
