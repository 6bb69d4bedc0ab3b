import { createRequire } from 'node:module'
import { Session } from 'chdb'
import type { QueryResult } from '#queries/clickhouse/clickhouse.ts'

/** The part of chdb's native library used here. Its own `queryBindAsync` runs all parameterised queries of a process one after the other. */
interface NativeLibrary {
  QueryAsyncConnection(connection: unknown, sql: string, format: string, parameters?: Record<string, string>): Promise<{ bytes: Uint8Array }>
  InsertRawAsyncConnection(connection: unknown, prefix: string, payload: Buffer, countLines: boolean): Promise<unknown>
  StreamQuery(connection: unknown, sql: string, format: string, parameters?: Record<string, string>): unknown
  StreamFetch(stream: unknown): Promise<{ done: boolean; bytes: Uint8Array }>
  StreamCancel(stream: unknown): void
}

/** ClickHouse's format JSONCompact. */
interface CompactAnswer {
  readonly meta: readonly { readonly name: string }[]
  readonly data: readonly unknown[][]
  /** elapsed in seconds */
  readonly statistics: { readonly elapsed: number; readonly rows_read: number | string; readonly bytes_read: number | string }
}

const fromChdb = createRequire(createRequire(import.meta.url).resolve('chdb'))
const native = fromChdb(`@chdb/lib-${process.platform}-${process.arch}${process.platform === 'linux' ? '-gnu' : ''}`) as NativeLibrary

/** One connection to the engine in this process. It does one thing at a time: lease it, see `SessionPool`. */
export class ChdbSession {
  readonly #session: Session

  /** Opens a connection to `path`; the first one of a process starts the engine there and takes its lock. */
  constructor(path: string, connectionArgs: readonly string[]) {
    this.#session = new Session(path, { connectionArgs })
  }

  /** Runs one statement that has no answer. `parameters` are in the text form of `parameterText`. */
  async run(sql: string, parameters: Record<string, string> = {}): Promise<void> {
    await this.#answer(sql, 'Null', parameters)
  }

  /**
   * Runs one SELECT. The format is the one whose end tells how many rows the engine read: chdb's own counter counts the
   * rows it returned.
   */
  async select(sql: string, parameters: Record<string, string>): Promise<QueryResult> {
    const bytes = await this.#answer(sql, 'JSONCompact', parameters)
    const { meta, data, statistics } = JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8')) as CompactAnswer
    const names = meta.map(({ name }) => name)
    const rows = data.map((values) => Object.fromEntries(names.map((name, position) => [name, values[position]])))
    return { rows, statistics: { rowsRead: Number(statistics.rows_read), bytesRead: Number(statistics.bytes_read), elapsedMs: statistics.elapsed * 1000 } }
  }

  async #answer(sql: string, format: string, parameters: Record<string, string>): Promise<Uint8Array> {
    const bound = Object.keys(parameters).length > 0 ? parameters : undefined
    return (await native.QueryAsyncConnection(this.#session.connection, sql, format, bound)).bytes
  }

  /** Streams the bytes of one SELECT block by block; leaving the loop early cancels it. */
  async *stream(sql: string, parameters: Record<string, string>): AsyncGenerator<Uint8Array> {
    const bound = Object.keys(parameters).length > 0 ? parameters : undefined
    const handle = native.StreamQuery(this.#session.connection, sql, 'JSONEachRow', bound)
    let done = false
    try {
      for (;;) {
        const chunk = await native.StreamFetch(handle)
        if (chunk.done) break
        yield chunk.bytes
      }
      done = true
    } finally {
      // Only between two fetches: the fetch's thread reads the handle without a lock. A generator is never left during one.
      if (!done) native.StreamCancel(handle)
    }
  }

  /** Runs `INSERT … FORMAT JSONEachRow` with `payload` as its rows. Do not change `payload` until it resolves. */
  async insert(prefix: string, payload: Buffer): Promise<void> {
    await native.InsertRawAsyncConnection(this.#session.connection, prefix, payload, false)
  }

  /** Frees the connection; no call may be running. */
  close(): void {
    this.#session.close()
  }
}
