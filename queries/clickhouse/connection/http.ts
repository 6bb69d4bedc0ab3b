import { randomUUID } from 'node:crypto'
import { createClient, type ClickHouseClient, type ClickHouseSettings } from '@clickhouse/client'
import type { ClickHouse, InsertRequest, QueryRequest, QueryResult, QuerySettings, QueryStatistics, RecentQuery } from '#queries/clickhouse/clickhouse.ts'
import { StoreError } from '#queries/store-error.ts'
import { aborted, toStoreError } from './errors.ts'
import { plainParameters } from './parameters.ts'
import { RecentQueries } from './recent-queries.ts'
import { commonSettings, plainName, queryTimeoutSeconds, streamBlockRows, streamTimeoutSeconds } from './settings.ts'
import { selectSql } from './statements.ts'

/** Connections to the server; a page sends a handful of queries at a time. */
const connections = 20
/** Beyond any query's own limit: the server ends a query, the client only gives up on a dead server. */
const requestTimeoutMs = 3_700_000

type Settings = Record<string, string | number | boolean>

/** ClickHouse on a server or a cluster, over HTTP. */
export class HttpClickHouse implements ClickHouse {
  readonly database: string
  readonly cluster: string | null
  readonly #client: ClickHouseClient
  readonly #recent = new RecentQueries()
  readonly #running = new Map<string, Promise<void>>()
  #closing: Promise<void> | undefined

  private constructor(client: ClickHouseClient, database: string, cluster: string | null) {
    this.#client = client
    this.database = database
    this.cluster = cluster
  }

  /**
   * Connects to `url` (`http(s)://user:password@host:port/database`, database `signalbox` if none is named) and creates
   * the database if it is not there. Throws `store_unavailable` or `store_denied`.
   */
  static async open(url: string, cluster: string | null): Promise<HttpClickHouse> {
    const address = new URL(url)
    const database = plainName(decodeURIComponent(address.pathname.slice(1)) || 'signalbox')
    address.pathname = '/'
    const options = { url: address, request_timeout: requestTimeoutMs, max_open_connections: connections, application: 'signalbox', use_multipart_params_auto: true, log: { level: 127 as const } }
    const bootstrap = createClient({ ...options, database: 'system' })
    try {
      const found = await bootstrap.query({ query: 'SELECT 1 FROM system.databases WHERE name = {name:String}', query_params: { name: database }, format: 'JSONEachRow' })
      // Asked first: an account that may not create databases can still use the one made for it.
      if ((await found.json()).length === 0) {
        await bootstrap.command({ query: `CREATE DATABASE IF NOT EXISTS ${database}${cluster === null ? '' : ` ON CLUSTER ${plainName(cluster)}`}` })
      }
    } catch (error) {
      throw toStoreError(error, 'open')
    } finally {
      await bootstrap.close()
    }
    return new HttpClickHouse(createClient({ ...options, database, clickhouse_settings: commonSettings as ClickHouseSettings }), database, cluster)
  }

  async query(request: QueryRequest): Promise<QueryResult> {
    // Only at its end does the server know the statistics, and whether the query fails after its first block.
    const settings = { max_execution_time: queryTimeoutSeconds, ...request.settings, wait_end_of_query: 1 }
    return await this.#call(request, 'query', settings, async (options, note) => {
      const result = await this.#client.query({ query: selectSql(request.sql), format: 'JSONEachRow', ...options })
      const statistics = readSummary(result.response_headers['x-clickhouse-summary'])
      note(statistics)
      return { rows: await result.json<unknown>(), statistics }
    })
  }

  async *stream(request: QueryRequest): AsyncGenerator<unknown[]> {
    const end = this.#recent.start(request.name, 'stream')
    const settings = { max_block_size: streamBlockRows, max_execution_time: streamTimeoutSeconds, ...request.settings }
    let rowsRead = 0
    let error: string | undefined
    let complete = false
    const call = this.#begin(request)
    try {
      const result = await this.#client.query({ query: selectSql(request.sql), format: 'JSONEachRow', ...call.options(settings) })
      for await (const chunk of result.stream<unknown>()) {
        const rows = chunk.map((row) => row.json<unknown>())
        rowsRead += rows.length
        if (rows.length > 0) yield rows
        if (request.signal?.aborted) throw aborted(request.name)
      }
      complete = true
    } catch (thrown) {
      const failure = request.signal?.aborted ? aborted(request.name) : toStoreError(thrown, request.name)
      error = failure.code
      throw failure
    } finally {
      if (!complete) call.stop()
      call.over()
      end({ rowsRead, ...(error === undefined ? {} : { error }) })
    }
  }

  async insert(request: InsertRequest): Promise<void> {
    if (request.rows.length === 0) return
    const settings = { max_execution_time: 0, ...(request.token === undefined ? {} : { insert_deduplication_token: request.token }) }
    await this.#call({ name: `insert.${request.table}` }, 'insert', settings, async (options, note) => {
      note({ rowsRead: request.rows.length })
      const columns = request.columns?.map(plainName) as [string, ...string[]] | undefined
      await this.#client.insert({ table: plainName(request.table), values: request.rows, format: 'JSONEachRow', ...(columns ? { columns } : {}), ...options })
    })
  }

  async command(request: QueryRequest): Promise<void> {
    const settings = { max_execution_time: 0, ...request.settings, wait_end_of_query: 1 }
    await this.#call(request, 'command', settings, async (options) => {
      await this.#client.command({ query: request.sql, ...options })
    })
  }

  async ping(): Promise<boolean> {
    if (this.#closing) return false
    const { success } = await this.#client.ping({ select: true })
    return success
  }

  recentQueries(): readonly RecentQuery[] {
    return this.#recent.list()
  }

  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #close(): Promise<void> {
    const calls = [...this.#running.entries()]
    for (const [id] of calls) this.#kill(id)
    await Promise.all(calls.map(([, over]) => over))
    await this.#client.close()
  }

  async #call<T>(
    request: Pick<QueryRequest, 'name' | 'params' | 'signal'>,
    kind: RecentQuery['kind'],
    settings: Settings,
    work: (options: CallOptions, note: (seen: Partial<QueryStatistics>) => void) => Promise<T>,
  ): Promise<T> {
    const end = this.#recent.start(request.name, kind)
    let seen: Partial<QueryStatistics> = {}
    const call = this.#begin(request)
    try {
      const result = await work(call.options(settings), (more) => {
        seen = more
      })
      end({ rowsRead: seen.rowsRead ?? 0, bytesRead: seen.bytesRead ?? 0 })
      return result
    } catch (thrown) {
      const error = request.signal?.aborted ? aborted(request.name) : toStoreError(thrown, request.name)
      if (error.code === 'store_aborted' || error.code === 'store_timeout') call.stop()
      end({ error: error.code })
      throw error
    } finally {
      call.over()
    }
  }

  /** Gives a call its id, by which KILL finds it: closing the connection alone stops a query only where the server is set to. */
  #begin(request: Pick<QueryRequest, 'name' | 'params' | 'signal'>): { options: (settings: Settings) => CallOptions; stop: () => void; over: () => void } {
    if (this.#closing) throw new StoreError('store_closed', request.name, { explanation: 'the store has been closed' })
    if (request.signal?.aborted) throw aborted(request.name)
    const id = randomUUID()
    const ended = Promise.withResolvers<void>()
    this.#running.set(id, ended.promise)
    return {
      options: (settings) => ({
        query_id: id,
        query_params: plainParameters(request),
        clickhouse_settings: { ...checked(settings), log_comment: `${request.name}/${id}` } as ClickHouseSettings,
        ...(request.signal ? { abort_signal: request.signal } : {}),
      }),
      stop: () => this.#kill(id),
      over: () => {
        this.#running.delete(id)
        ended.resolve()
      },
    }
  }

  #kill(id: string): void {
    void this.#client.command({ query: 'KILL QUERY WHERE query_id = {id:String} ASYNC', query_params: { id } }).catch(() => undefined)
  }
}

interface CallOptions {
  query_id: string
  query_params: Record<string, unknown>
  clickhouse_settings: ClickHouseSettings
  abort_signal?: AbortSignal
}

function checked(settings: QuerySettings): QuerySettings {
  for (const name of Object.keys(settings)) plainName(name)
  return settings
}

/** The `X-ClickHouse-Summary` header: counters as decimal strings, time in nanoseconds. */
function readSummary(header: string | string[] | undefined): QueryStatistics {
  const summary = typeof header === 'string' ? (JSON.parse(header) as Record<string, string>) : {}
  return { rowsRead: Number(summary['read_rows'] ?? 0), bytesRead: Number(summary['read_bytes'] ?? 0), elapsedMs: Number(summary['elapsed_ns'] ?? 0) / 1e6 }
}
