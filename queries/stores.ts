import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Kysely } from 'kysely'
import type { ClickHouse } from './clickhouse/clickhouse.ts'
import { openClickHouse } from './clickhouse/connection/open.ts'
import { migrateClickHouse } from './clickhouse/migrate.ts'
import type { Environment } from './environment.ts'
import { openPostgres } from './postgres/connection/open.ts'
import { migratePostgres } from './postgres/migrate.ts'
import type { Coordination, Postgres } from './postgres/postgres.ts'
import type { Database } from './postgres/schema.ts'

/** Both stores, as everything else is handed them. Nobody but the code that shows a notice needs to ask what is embedded. */
export interface Stores {
  readonly clickhouse: ClickHouse
  readonly postgres: Kysely<Database>
  readonly coordination: Coordination
  readonly embedded: { readonly clickhouse: boolean; readonly postgres: boolean }
  /** true if both answer */
  ping(): Promise<boolean>
  /** Stops running queries and frees both; more calls after it change nothing. */
  close(): Promise<void>
}

type Location = Pick<Environment, 'dataDirectory' | 'clickhouseUrl' | 'clickhouseCluster' | 'databaseUrl'>

/**
 * Opens both stores, not yet migrated. The embedded ClickHouse comes first: its lock guards the whole data directory,
 * since the embedded PostgreSQL takes none and two processes on it lose rows. A second process gets `store_locked`.
 */
export async function openStores(environment: Location): Promise<Stores> {
  const { clickhouseUrl, databaseUrl, dataDirectory } = environment
  if (clickhouseUrl !== null && databaseUrl === null) throw new Error('DATABASE_URL: required when CLICKHOUSE_URL is set (nothing would lock the embedded database)')
  await mkdir(dataDirectory, { recursive: true })
  const clickhouse = await openClickHouse(clickhouseUrl === null ? { dataDirectory: join(dataDirectory, 'clickhouse') } : { url: clickhouseUrl, cluster: environment.clickhouseCluster })
  try {
    const postgres = await openPostgres(databaseUrl === null ? { dataDirectory: join(dataDirectory, 'postgres') } : { url: databaseUrl })
    return combineStores(clickhouse, postgres, { clickhouse: clickhouseUrl === null, postgres: databaseUrl === null })
  } catch (error) {
    await clickhouse.close()
    throw error
  }
}

/** Two opened stores as one. Closing frees the lock on the directory last. */
export function combineStores(clickhouse: ClickHouse, postgres: Postgres, embedded: Stores['embedded']): Stores {
  return {
    clickhouse,
    postgres: postgres.db,
    coordination: postgres.coordination,
    embedded,
    ping: async () => (await Promise.all([clickhouse.ping(), postgres.ping()])).every(Boolean),
    close: async () => {
      try {
        await postgres.close()
      } finally {
        await clickhouse.close()
      }
    },
  }
}

const lockEveryMs = 100

/** Brings both stores to this version's schema; of several processes starting at once one does it and the others wait. */
export async function migrateStores(stores: Stores): Promise<void> {
  let lock = await stores.coordination.tryLock('migrate')
  while (lock === null) {
    await sleep(lockEveryMs)
    lock = await stores.coordination.tryLock('migrate')
  }
  try {
    await migratePostgres(stores.postgres)
    await migrateClickHouse(stores.clickhouse)
  } finally {
    await lock.release()
  }
}
