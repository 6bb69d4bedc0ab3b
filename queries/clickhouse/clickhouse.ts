/** The narrow port to the events store: what `defineQuery` and the writers need, the same over the embedded engine and over HTTP. */

/** A statement and its bound values. `name` labels log_comment, errors and the developer's query list. */
export interface Statement {
  name: string
  sql: string
  params?: Record<string, unknown>
  settings?: Record<string, string | number | boolean>
  signal?: AbortSignal
}
export interface Statistics { rowsRead: number; bytesRead: number; elapsedMs: number }

export interface ClickHouse {
  /** Runs a SELECT; rows as JSONEachRow objects (64-bit integers and decimals as strings, DateTime64 as text). */
  query(statement: Statement): Promise<{ rows: unknown[]; statistics: Statistics }>
  /** Streams a SELECT in chunks with bounded memory, for exports. */
  stream(statement: Statement): AsyncIterable<unknown[]>
  /** Inserts rows; resolves when they are durable. The same `token` again changes nothing. */
  insert(request: { table: string; rows: readonly object[]; token?: string; columns?: readonly string[] }): Promise<void>
  /** Runs a statement without a result. */
  command(statement: Statement): Promise<void>
  ping(): Promise<boolean>
  close(): Promise<void>
}
