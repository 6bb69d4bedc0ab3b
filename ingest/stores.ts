/** What ingestion needs of the stores; `openStores` gives more. */
import type { ClickHouse } from '#queries/clickhouse/clickhouse.ts'
import type { Database } from '#queries/postgres/schema.ts'
import type { Kysely } from 'kysely'

export interface IngestStores {
  clickhouse: ClickHouse
  postgres: Kysely<Database>
  coordination: {
    onWake(channel: string, listener: () => void): Promise<() => Promise<void>>
    wake(channel: string): Promise<void>
  }
}
