import type { ClickHouse } from '#queries/clickhouse/clickhouse.ts'
import { EmbeddedClickHouse } from './embedded.ts'
import { HttpClickHouse } from './http.ts'

/** Where the events are kept: in this process under a directory, or on a server. */
export type ClickHouseLocation = { readonly dataDirectory: string } | { readonly url: string; readonly cluster: string | null }

/**
 * Opens the events store. This folder is the only place that knows which of the two it is.
 * Throws a `StoreError`: `store_locked` if another process has the directory, `store_unavailable`, `store_denied`.
 */
export async function openClickHouse(location: ClickHouseLocation): Promise<ClickHouse> {
  return 'url' in location ? await HttpClickHouse.open(location.url, location.cluster) : await EmbeddedClickHouse.open(location.dataDirectory)
}
