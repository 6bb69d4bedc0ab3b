import { createRequire } from 'node:module'
import { Session } from 'chdb'
import type { QueryStatistics } from '#queries/clickhouse/clickhouse.ts'

/** The part of chdb's native library used here. Its own `queryBindAsync` runs all parameterised queries of a process one after the other. */
interface NativeLibrary {
  QueryAsyncConnection(connection: unknown, sql: string, format: string, parameters?: Record<string, string>): Promise<NativeResult>
  InsertRawAsyncConnection(connection: unknown, prefix: string, payload: Buffer, countLines: boolean): Promise<unknown>
  StreamQuery(connection: unknown, sql: string, format: string, parameters?: Record<string, string>): unknown
  StreamFetch(stream: unknown): Promise<{ done: boolean; bytes: Uint8Array }>
  StreamCancel(stream: unknown): void
}

interface NativeResult {
  readonly bytes: Uint8Array
  readonly rowsRead: number
  readonly bytesRead: number
  /** seconds */
  readonly elapsed: number
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

  /** Runs one statement. `parameters` are in the text form of `parameterText`. */
  async run(sql: string, parameters: Record<string, string> = {}): Promise<{ bytes: Uint8Array; statistics: QueryStatistics }> {
    const bound = Object.keys(parameters).length > 0 ? parameters : undefined
    const result = await native.QueryAsyncConnection(this.#session.connection, sql, 'JSONEachRow', bound)
    return {
      bytes: result.bytes,
      statistics: { rowsRead: Number(result.rowsRead), bytesRead: Number(result.bytesRead), elapsedMs: Number(result.elapsed) * 1000 },
    }
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
