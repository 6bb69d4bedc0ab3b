/** A value that can be bound to `{name:Type}`. Instants are sent as UTC text with milliseconds. */
export type ParameterValue = string | number | bigint | boolean | Date | null | readonly ParameterValue[]

/** Settings of one query, by ClickHouse's own names; they end with the query. */
export type QuerySettings = Readonly<Record<string, string | number | boolean>>

/** One SELECT: its name labels the error, the record of recent queries and `log_comment`. */
export interface QueryRequest {
  /** letters, digits, dot, dash and underscore */
  readonly name: string
  /** without a FORMAT clause; values stand as `{name:Type}` */
  readonly sql: string
  readonly params?: Readonly<Record<string, ParameterValue>>
  readonly settings?: QuerySettings
  /** Aborting rejects at once with `store_aborted` and stops the query in the engine. */
  readonly signal?: AbortSignal
}

export interface QueryStatistics {
  readonly rowsRead: number
  readonly bytesRead: number
  readonly elapsedMs: number
}

export interface QueryResult {
  /** objects as in JSONEachRow: 64-bit integers and decimals are strings, instants are `YYYY-MM-DD hh:mm:ss.SSS` in UTC */
  readonly rows: unknown[]
  readonly statistics: QueryStatistics
}

export interface InsertRequest {
  readonly table: string
  /** one object per row; an unknown column is refused, an absent one takes its default */
  readonly rows: readonly object[]
  /** The same token again for the same rows changes nothing, if the table has a deduplication window. */
  readonly token?: string
  readonly columns?: readonly string[]
}

/** What the developer sees of one call: never its parameters or rows. */
export interface RecentQuery {
  readonly name: string
  readonly kind: 'query' | 'stream' | 'insert' | 'command'
  readonly startedAt: Date
  /** including the wait for a free session */
  readonly elapsedMs: number
  readonly waitedMs: number
  readonly rowsRead: number
  readonly bytesRead: number
  /** the error's stable code, null if it went well */
  readonly error: string | null
  /** the page or call it was run for, and which request of it; null for background work */
  readonly cause: { readonly name: string; readonly request: string } | null
}

/** The events store. The same whether the engine is in this process or behind HTTP; every error is a `StoreError`. */
export interface ClickHouse {
  /** own database of this application */
  readonly database: string
  /** name of the cluster the tables live on, null on a single node */
  readonly cluster: string | null
  /** runs a SELECT and gives all its rows; for answers that fit a page, not for exports */
  query(request: QueryRequest): Promise<QueryResult>
  /** streams rows in chunks with bounded memory, for exports; leaving the loop early stops the query */
  stream(request: QueryRequest): AsyncIterable<unknown[]>
  /** inserts rows; resolves when they are durable. Atomic per partition only: on an error retry with the same token */
  insert(request: InsertRequest): Promise<void>
  /** runs DDL or an INSERT SELECT */
  command(request: QueryRequest): Promise<void>
  /** false if the engine does not answer */
  ping(): Promise<boolean>
  /** the last calls, newest first */
  recentQueries(): readonly RecentQuery[]
  /** stops running queries, waits for them, frees the engine; more calls after it change nothing */
  close(): Promise<void>
}
