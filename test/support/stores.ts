import { createHash, generateKeyPairSync, randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import { openClickHouse } from '#queries/clickhouse/connection/open.ts'
import { readMigrations } from '#queries/migrations.ts'
import { openEmbedded, openPostgres } from '#queries/postgres/connection/open.ts'
import { migratePostgres } from '#queries/postgres/migrate.ts'
import type { Postgres } from '#queries/postgres/postgres.ts'
import { combineStores, migrateStores, type Stores } from '#queries/stores.ts'
import { onServers } from './backend.ts'

/** Stores of one test, empty and migrated. */
export interface TestStores extends Stores {
  /** where a test may put files; the embedded stores are in it too */
  readonly dataDirectory: string
  /** for code that opens the stores itself; open it only after `close()` when embedded */
  readonly variables: Readonly<Record<string, string>>
  /** closes them and removes everything */
  dispose(): Promise<void>
}

let open = false

/**
 * Fresh, migrated stores: embedded, or on the run's servers with `SIGNALBOX_TEST_BACKEND=server`. A process can have one
 * chdb, so dispose one before opening the next (Vitest runs each file in a process of its own).
 */
export async function openTestStores(): Promise<TestStores> {
  if (open) throw new Error('this process has test stores already: share them (beforeAll) or dispose them first')
  open = true
  const dataDirectory = await mkdtemp(join(tmpdir(), 'signalbox-test-'))
  try {
    const opened = onServers ? await openOnServers() : await openInDirectory(dataDirectory)
    await migrateStores(opened.stores)
    const dispose = async (): Promise<void> => {
      await opened.stores.close()
      await opened.drop()
      await rm(dataDirectory, { recursive: true, force: true })
      open = false
    }
    return { ...opened.stores, dataDirectory, variables: { SIGNALBOX_DATA: dataDirectory, ...opened.variables }, dispose }
  } catch (error) {
    open = false
    throw error
  }
}

interface Opened {
  readonly stores: Stores
  readonly variables: Record<string, string>
  drop(): Promise<void>
}

async function openInDirectory(directory: string): Promise<Opened> {
  // The names are those of openStores, so that a program can be started on what a test has written.
  const [clickhouse, postgres] = await Promise.all([openClickHouse({ dataDirectory: join(directory, 'clickhouse') }), openMigratedPglite(join(directory, 'postgres'))])
  return { stores: combineStores(clickhouse, postgres, { clickhouse: true, postgres: true }), variables: {}, drop: async () => undefined }
}

async function openOnServers(): Promise<Opened> {
  const servers = { clickhouse: process.env['SIGNALBOX_TEST_CLICKHOUSE'], postgres: process.env['SIGNALBOX_TEST_POSTGRES'] }
  if (!servers.clickhouse || !servers.postgres) throw new Error('the servers of this run are not there: see global-setup.ts')
  const database = `test_${randomUUID().replaceAll('-', '')}`
  const url = `${servers.clickhouse}/${database}`
  const pg = await createDatabase(servers.postgres, database)
  const [clickhouse, postgres] = await Promise.all([openClickHouse({ url, cluster: null }), openPostgres({ url: pg.url })])
  const secret = 'a secret that only tests ever use'
  const signingKey = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
  return {
    stores: combineStores(clickhouse, postgres, { clickhouse: false, postgres: false }),
    variables: { CLICKHOUSE_URL: url, DATABASE_URL: pg.url, SESSION_SECRET: secret, PSEUDONYM_KEY: secret, SIGNING_KEY: signingKey },
    drop: async () => {
      const again = await openClickHouse({ url: servers.clickhouse as string, cluster: null })
      await again.command({ name: 'test.drop', sql: `DROP DATABASE IF EXISTS ${database} SYNC` })
      await again.close()
      await pg.drop()
    },
  }
}

/** A new database on a PostgreSQL server. */
export async function createDatabase(server: string, name: string): Promise<{ url: string; drop: () => Promise<void> }> {
  const onServer = async (statement: string): Promise<void> => {
    const client = new Client({ connectionString: `${server}/postgres` })
    await client.connect()
    await client.query(statement).finally(() => client.end())
  }
  await onServer(`create database ${name}`)
  return { url: `${server}/${name}`, drop: () => onServer(`drop database if exists ${name} with (force)`) }
}

/** PGlite takes 3 s to make a database and 0.4 s to load one: a migrated one is kept for each state of the migrations. */
async function openMigratedPglite(directory: string): Promise<Postgres> {
  const migrations = await readMigrations(new URL('../../queries/postgres/migrations/', import.meta.url))
  const state = createHash('sha256').update(migrations.map(({ checksum }) => checksum).join()).digest('hex').slice(0, 16)
  const dump = join(tmpdir(), `signalbox-test-postgres-${state}.tar`)
  if (!existsSync(dump)) {
    const fresh = await openEmbedded(null)
    await migratePostgres(fresh.db)
    // Written aside and renamed: another worker sees a whole file or none.
    const aside = `${dump}.${randomUUID()}`
    await writeFile(aside, await fresh.dump())
    await rename(aside, dump)
    await fresh.close()
  }
  return await openEmbedded(directory, dump)
}
