import { randomUUID } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { drainPending } from 'chdb'
import type { ClickHouse, InsertRequest, QueryRequest, QueryResult, QuerySettings, RecentQuery } from '#queries/clickhouse/clickhouse.ts'
import { StoreError } from '#queries/store-error.ts'
import { ChdbSession } from './chdb-session.ts'
import { aborted, toStoreError } from './errors.ts'
import { insertPrefix, selectSql } from './statements.ts'
import { parameterText, plainParameters } from './parameters.ts'
import { RecentQueries } from './recent-queries.ts'
import { decodeRows, encodeRows } from './rows.ts'
import { SessionPool } from './session-pool.ts'
import { commonSettings, plainName, queryTimeoutSeconds, settingLiteral, streamBlockRows, streamTimeoutSeconds, stringLiteral } from './settings.ts'

/** The grants in `chdb-config.xml` name it too. */
const database = 'signalbox'
const readers = 4
const writers = 2
/** A KILL finds nothing before its query has begun, so it is repeated. */
const killEveryMs = 25

interface Lease {
  readonly session: ChdbSession
  /** stands in `log_comment`; KILL finds the query by it */
  readonly tag: string
  readonly waitedMs: number
}

/**
 * ClickHouse in this process, through a pool of chdb sessions.
 *
 * chdb's own client adapter leaks rows of a failed query into the next result, makes settings last, runs parameterised
 * queries one by one and cannot abort. So: a session serves one call at a time, settings are set before and put back
 * after, a failed or abandoned call is followed by a statement that flushes what it left, and a control session that is
 * never leased kills what is aborted.
 */
export class EmbeddedClickHouse implements ClickHouse {
  readonly database = database
  readonly cluster = null
  readonly #control: ChdbSession
  readonly #readers: SessionPool
  readonly #writers: SessionPool
  readonly #recent = new RecentQueries()
  readonly #running = new Map<string, { over: Promise<void>; end: () => void }>()
  #controlQueue: Promise<unknown> = Promise.resolve()
  #closing: Promise<void> | undefined

  private constructor(control: ChdbSession, readerSessions: readonly ChdbSession[], writerSessions: readonly ChdbSession[]) {
    this.#control = control
    this.#readers = new SessionPool(readerSessions)
    this.#writers = new SessionPool(writerSessions)
  }

  /**
   * Opens the engine on a directory of its own and takes its lock.
   * Throws `store_locked` if another process has it (or this process has another one open).
   */
  static async open(directory: string): Promise<EmbeddedClickHouse> {
    const settings = Object.entries({ ...commonSettings, max_execution_time: queryTimeoutSeconds })
    const file = (name: string): string => fileURLToPath(new URL(name, import.meta.url))
    // Users written in the configuration file itself are not read: without `users_config` everybody may everything.
    const connectionArgs = [`--config-file=${file('./chdb-config.xml')}`, `--users_config=${file('./chdb-users.xml')}`, ...settings.map(([name, value]) => `--${name}=${value}`)]
    const opened: ChdbSession[] = []
    try {
      for (let count = 0; count < 1 + readers + writers; count++) opened.push(new ChdbSession(directory, connectionArgs))
      for (const [position, session] of opened.entries()) {
        if (position === 0) await session.run(`CREATE DATABASE IF NOT EXISTS ${database}`)
        await session.run(`USE ${database}`)
      }
    } catch (error) {
      for (const session of opened) session.close()
      throw openError(error)
    }
    const [control, ...rest] = opened
    return new EmbeddedClickHouse(control as ChdbSession, rest.slice(0, readers), rest.slice(readers))
  }

  async query(request: QueryRequest): Promise<QueryResult> {
    return await this.#recorded(request.name, 'query', async (note) => {
      const parameters = textParameters(request)
      return await this.#leased(this.#readers, request, async ({ session, waitedMs }) => {
        const result = await session.select(selectSql(request.sql), parameters)
        note({ waitedMs, rowsRead: result.statistics.rowsRead, bytesRead: result.statistics.bytesRead })
        return result
      })
    })
  }

  async *stream(request: QueryRequest): AsyncGenerator<unknown[]> {
    const end = this.#recent.start(request.name, 'stream')
    const settings = { max_block_size: streamBlockRows, max_execution_time: streamTimeoutSeconds, ...request.settings }
    let rowsRead = 0
    let bytesRead = 0
    let error: string | undefined
    let complete = false
    let lease: Lease | undefined
    let stopKilling: (() => void) | undefined
    try {
      const parameters = textParameters(request)
      lease = await this.#lease(this.#readers, request, settings)
      stopKilling = this.#killOnAbort(lease.tag, request.signal)
      for await (const bytes of lease.session.stream(selectSql(request.sql), parameters)) {
        const rows = decodeRows(bytes)
        rowsRead += rows.length
        bytesRead += bytes.length
        if (rows.length > 0) yield rows
        if (request.signal?.aborted) throw aborted(request.name)
      }
      complete = true
    } catch (thrown) {
      const failure = request.signal?.aborted ? aborted(request.name) : toStoreError(thrown, request.name)
      error = failure.code
      throw failure
    } finally {
      stopKilling?.()
      if (lease) await this.#giveBack(this.#readers, lease, settings, !complete)
      end({ waitedMs: lease?.waitedMs ?? 0, rowsRead, bytesRead, ...(error === undefined ? {} : { error }) })
    }
  }

  async insert(request: InsertRequest): Promise<void> {
    if (request.rows.length === 0) return
    const name = `insert.${request.table}`
    await this.#recorded(name, 'insert', async (note) => {
      const prefix = insertPrefix(request)
      const payload = encodeRows(request.rows)
      await this.#leased(this.#writers, { name, settings: { max_execution_time: 0 } }, async ({ session, waitedMs }) => {
        note({ waitedMs, rowsRead: request.rows.length, bytesRead: payload.length })
        await session.insert(prefix, payload)
      })
    })
  }

  async command(request: QueryRequest): Promise<void> {
    await this.#recorded(request.name, 'command', async (note) => {
      const parameters = textParameters(request)
      const settings = { max_execution_time: 0, ...request.settings }
      await this.#leased(this.#writers, { ...request, settings }, async ({ session, waitedMs }) => {
        note({ waitedMs })
        await session.run(request.sql, parameters)
      })
    })
  }

  async ping(): Promise<boolean> {
    if (this.#closing) return false
    return await this.#onControl('SELECT 1').then(
      () => true,
      () => false,
    )
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
    const stops = calls.map(([tag]) => this.#killUntilOver(tag))
    await Promise.all(calls.map(([, { over }]) => over))
    for (const stop of stops) stop()
    await this.#controlQueue
    this.#readers.close()
    this.#writers.close()
    this.#control.close()
    await drainPending()
  }

  /** Keeps a record of the call and turns whatever is thrown into a `StoreError`. */
  async #recorded<T>(name: string, kind: RecentQuery['kind'], work: (note: (seen: Partial<RecentQuery>) => void) => Promise<T>): Promise<T> {
    const end = this.#recent.start(name, kind)
    let seen: Partial<RecentQuery> = {}
    try {
      const result = await work((more) => {
        seen = more
      })
      end({ waitedMs: seen.waitedMs ?? 0, rowsRead: seen.rowsRead ?? 0, bytesRead: seen.bytesRead ?? 0 })
      return result
    } catch (thrown) {
      const error = toStoreError(thrown, name)
      end({ waitedMs: seen.waitedMs ?? 0, error: error.code })
      throw error
    }
  }

  /**
   * Runs `work` alone on a session. On abort it rejects at once, kills the query, and gives the session back when the
   * engine has really stopped.
   */
  async #leased<T>(pool: SessionPool, request: Pick<QueryRequest, 'name' | 'settings' | 'signal'>, work: (lease: Lease) => Promise<T>): Promise<T> {
    const { signal } = request
    const settings = request.settings ?? {}
    const run = async (): Promise<T> => {
      const lease = await this.#lease(pool, request, settings)
      const stopKilling = this.#killOnAbort(lease.tag, signal)
      let failed = true
      try {
        const result = await work(lease)
        failed = false
        return result
      } finally {
        stopKilling()
        await this.#giveBack(pool, lease, settings, failed)
      }
    }
    if (!signal) return await run()
    const { promise, reject } = Promise.withResolvers<never>()
    const onAbort = (): void => reject(aborted(request.name))
    signal.addEventListener('abort', onAbort, { once: true })
    try {
      return await Promise.race([run(), promise])
    } finally {
      signal.removeEventListener('abort', onAbort)
    }
  }

  async #lease(pool: SessionPool, request: Pick<QueryRequest, 'name' | 'signal'>, settings: QuerySettings): Promise<Lease> {
    if (this.#closing) throw new StoreError('store_closed', request.name, { explanation: 'the store has been closed' })
    if (request.signal?.aborted) throw aborted(request.name)
    // Before a session is taken: one whose settings cannot be put back would never be given back.
    const assignments = Object.entries(settings).map(([name, value]) => `${plainName(name)}=${settingLiteral(value)}`)
    const tag = `${request.name}/${randomUUID()}`
    const over = Promise.withResolvers<void>()
    this.#running.set(tag, { over: over.promise, end: over.resolve })
    const asked = performance.now()
    const session = await pool.lease()
    const lease = { session, tag, waitedMs: performance.now() - asked }
    try {
      if (this.#closing || request.signal?.aborted) throw aborted(request.name)
      await session.run(`SET ${[...assignments, `log_comment=${stringLiteral(tag)}`].join(', ')}`)
      return lease
    } catch (error) {
      await this.#giveBack(pool, lease, settings, true)
      throw error
    }
  }

  /**
   * Puts the session back as it was. `flush` drops what a failed or abandoned query left in it: up to its whole output so
   * far, which would come in front of the next result (the next lease's SET would swallow it too, but it is memory until then).
   */
  async #giveBack(pool: SessionPool, lease: Lease, settings: QuerySettings, flush: boolean): Promise<void> {
    const base: QuerySettings = { ...commonSettings, max_execution_time: queryTimeoutSeconds }
    const restore = Object.keys(settings).map((name) => `SET ${plainName(name)}=${name in base ? settingLiteral(base[name] as string | number | boolean) : 'DEFAULT'}`)
    for (const statement of [...(flush ? ['SELECT 1 FORMAT Null'] : []), ...restore]) {
      // An error here is the old query's, said again; the statement after it runs on a clean session.
      await lease.session.run(statement).catch(() => lease.session.run(statement).catch(() => undefined))
    }
    this.#running.get(lease.tag)?.end()
    this.#running.delete(lease.tag)
    pool.release(lease.session)
  }

  #killOnAbort(tag: string, signal: AbortSignal | undefined): () => void {
    if (!signal) return () => undefined
    let stop: (() => void) | undefined
    const kill = (): void => {
      stop = this.#killUntilOver(tag)
    }
    if (signal.aborted) kill()
    else signal.addEventListener('abort', kill, { once: true })
    return () => {
      signal.removeEventListener('abort', kill)
      stop?.()
    }
  }

  /** Kills the query until the returned function is called. */
  #killUntilOver(tag: string): () => void {
    const kill = (): void => void this.#onControl(`KILL QUERY WHERE Settings['log_comment'] = ${stringLiteral(tag)} ASYNC FORMAT Null`).catch(() => undefined)
    kill()
    const timer = setInterval(kill, killEveryMs)
    return () => clearInterval(timer)
  }

  #onControl(sql: string): Promise<unknown> {
    const next = this.#controlQueue.then(() => this.#control.run(sql))
    this.#controlQueue = next.catch(() => undefined)
    return next
  }
}

function textParameters(request: QueryRequest): Record<string, string> {
  const plain = plainParameters(request)
  return Object.fromEntries(Object.entries(plain).map(([name, value]) => [name, parameterText(value)]))
}

/** The engine prints why it does not start, but throws only that it did not: nearly always the lock. */
function openError(error: unknown): StoreError {
  const text = error instanceof Error ? error.message : String(error)
  if (!text.includes('Failed to create connection')) return toStoreError(error, 'open')
  const explanation = 'the data directory cannot be opened, most likely because another process uses it: stop that one first, or set SIGNALBOX_DATA to another directory'
  return new StoreError('store_locked', 'open', { engineText: text, explanation })
}
