/** `POST /v1/files/{format}`: which formats there are. */
import type { ClickHouse } from '#queries/clickhouse/clickhouse.ts'
import type { CallContext } from '../pipeline/item.ts'
import { unreadableCall, type Items } from '../pipeline/decode.ts'

/** A format's reader; `imported`: see CallContext. */
export interface FileReader {
  imported: boolean
  items(body: Buffer | null, deps: { call: CallContext; clickhouse: ClickHouse }): Promise<Items>
}

/** The reader of a format with the query's parameters, or null for an unknown format. */
export function readFile(_format: string, _parameters: URLSearchParams): FileReader | null {
  void unreadableCall
  return null
}
