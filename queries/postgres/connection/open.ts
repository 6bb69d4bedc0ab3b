import { Pool } from 'pg'
import type { Postgres } from '#queries/postgres/postgres.ts'
import { guardedKysely } from './guarded-kysely.ts'
import { LocalCoordination } from './local-coordination.ts'
import { PgliteThread } from './pglite.ts'
import { ServerCoordination } from './server-coordination.ts'
import { typeParsers } from './types.ts'

/** Where the decisions are kept. `dumpFile` starts an empty directory from a dump; a null directory is in memory (tests). */
export type PostgresLocation = { readonly dataDirectory: string | null; readonly dumpFile?: string } | { readonly url: string }

/** The embedded database can also be dumped. */
export interface EmbeddedPostgres extends Postgres {
  /** the whole database as an uncompressed tar */
  dump(): Promise<Uint8Array>
}

/** Sessions of a server speak UTC and ISO whatever the server is set to, so that text forms are the same everywhere. */
const sessionOptions = '-c timezone=UTC -c datestyle=ISO,MDY -c intervalstyle=postgres'
const poolSize = 10

/** Opens the decisions store. The caller holds the lock on an embedded directory. */
export async function openPostgres(location: PostgresLocation): Promise<Postgres> {
  return 'url' in location ? await openServer(location.url) : await openEmbedded(location.dataDirectory, location.dumpFile)
}

/** Opens the embedded PostgreSQL: one connection, so every transaction has the database to itself. */
export async function openEmbedded(dataDirectory: string | null, dumpFile?: string): Promise<EmbeddedPostgres> {
  const thread = await PgliteThread.open({ dataDirectory, dumpFile: dumpFile ?? null })
  const pool = new Pool({ stream: () => thread.socket() as never, max: 1, user: 'postgres', database: 'postgres', types: typeParsers, idleTimeoutMillis: 0 })
  // If the thread dies, the next query says so; without a listener the event would end the process.
  pool.on('error', () => undefined)
  const db = await guardedKysely(pool)
  await pool.query("set timezone = 'UTC'; set datestyle = 'ISO, MDY'; set intervalstyle = 'postgres'")
  const close = once(async () => {
    await db.destroy()
    await thread.close()
  })
  return { db, coordination: new LocalCoordination(), ping: () => answers(pool), close, dump: () => thread.dump() }
}

async function openServer(url: string): Promise<Postgres> {
  const config = { connectionString: url, application_name: 'signalbox', options: sessionOptions }
  const pool = new Pool({ ...config, max: poolSize, types: typeParsers })
  // A lost idle connection is replaced at the next use, which reports what is wrong if something is.
  pool.on('error', () => undefined)
  const coordination = new ServerCoordination(config)
  try {
    await pool.query('select 1')
  } catch (error) {
    await pool.end()
    throw error
  }
  const db = await guardedKysely(pool)
  const close = once(async () => {
    await coordination.close()
    await db.destroy()
  })
  return { db, coordination, ping: () => answers(pool), close }
}

async function answers(pool: Pool): Promise<boolean> {
  return await pool.query('select 1').then(
    () => true,
    () => false,
  )
}

/** The same promise at every call. */
function once(work: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | undefined
  return () => (done ??= work())
}
