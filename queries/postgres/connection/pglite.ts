import { Duplex } from 'node:stream'
import { Worker } from 'node:worker_threads'
import { StoreError } from '#queries/store-error.ts'
import type { WorkerAnswer, WorkerRequest, WorkerSettings } from './pglite-protocol.ts'

type Call = { readonly resolve: (bytes: Uint8Array) => void; readonly reject: (error: Error) => void }
type RequestBody = WorkerRequest extends infer Each ? (Each extends WorkerRequest ? Omit<Each, 'id'> : never) : never

/**
 * The embedded PostgreSQL (PGlite) in a thread of its own: a query blocks its thread, and the thread that acknowledges
 * events must not wait for it. Nothing but PostgreSQL's own protocol crosses, so `pg` and its type parsers serve the
 * embedded database and a server alike. PGlite takes no lock on its directory: whoever opens it holds one (see `stores.ts`).
 */
export class PgliteThread {
  readonly #worker: Worker
  readonly #calls = new Map<number, Call>()
  #next = 0
  #failure: Error | undefined

  private constructor(worker: Worker) {
    this.#worker = worker
    worker.on('message', (answer: WorkerAnswer) => this.#settle(answer))
    worker.on('error', () => this.#fail(new StoreError('store_failed', 'pglite', { explanation: 'the embedded database has stopped' })))
    worker.on('exit', () => this.#fail(new StoreError('store_closed', 'pglite', { explanation: 'the store has been closed' })))
  }

  /** Starts the thread and resolves when the database answers. */
  static async open(settings: WorkerSettings): Promise<PgliteThread> {
    const worker = new Worker(new URL('./pglite-worker.ts', import.meta.url), { workerData: settings })
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    worker.once('message', () => resolve())
    worker.once('error', (error) => reject(new StoreError('store_failed', 'open', { engineText: String(error), explanation: 'the embedded database did not start' })))
    await promise
    return new PgliteThread(worker)
  }

  /** Sends messages of the PostgreSQL protocol and gives the answer's bytes. */
  async exchange(bytes: Uint8Array): Promise<Uint8Array> {
    return await this.#ask({ kind: 'protocol', bytes })
  }

  /** The whole database as an uncompressed tar, to start another one from. */
  async dump(): Promise<Uint8Array> {
    return await this.#ask({ kind: 'dump' })
  }

  /** Closes the database and ends the thread. */
  async close(): Promise<void> {
    await this.#ask({ kind: 'close' })
    await this.#worker.terminate()
  }

  /** A stream that `pg` takes for a socket to a server. */
  socket(): Duplex {
    return new PgliteSocket(this)
  }

  #ask(body: RequestBody): Promise<Uint8Array> {
    if (this.#failure) return Promise.reject(this.#failure)
    const id = this.#next++
    const { promise, resolve, reject } = Promise.withResolvers<Uint8Array>()
    this.#calls.set(id, { resolve, reject })
    this.#worker.postMessage({ ...body, id })
    return promise
  }

  #settle(answer: WorkerAnswer): void {
    if ('ready' in answer) return
    const call = this.#calls.get(answer.id)
    this.#calls.delete(answer.id)
    if ('bytes' in answer) call?.resolve(answer.bytes)
    else call?.reject(new StoreError('store_failed', 'pglite', { engineText: answer.error }))
  }

  #fail(error: Error): void {
    this.#failure ??= error
    for (const call of this.#calls.values()) call.reject(error)
    this.#calls.clear()
  }
}

/** Message types and layouts: "Frontend/Backend Protocol" in PostgreSQL's manual. */
const terminate = 'X'.charCodeAt(0)
/** AuthenticationOk, then ReadyForQuery (idle): PGlite has no accounts, so the greeting is answered here. */
const greeting = Buffer.from([...Buffer.from('R'), 0, 0, 0, 8, 0, 0, 0, 0, ...Buffer.from('Z'), 0, 0, 0, 5, ...Buffer.from('I')])

class PgliteSocket extends Duplex {
  readonly #thread: PgliteThread
  #greeted = false

  constructor(thread: PgliteThread) {
    super()
    this.#thread = thread
  }

  /** `pg` calls these on its socket. */
  connect(): this {
    process.nextTick(() => this.emit('connect'))
    return this
  }
  setNoDelay(): this {
    return this
  }
  setKeepAlive(): this {
    return this
  }
  ref(): this {
    return this
  }
  unref(): this {
    return this
  }

  override _read(): void {}

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    if (!this.#greeted) {
      this.#greeted = true
      this.push(greeting)
      done()
    } else if (chunk[0] === terminate) {
      this.push(null)
      done()
    } else {
      void this.#forward(chunk, done)
    }
  }

  async #forward(chunk: Buffer, done: (error?: Error | null) => void): Promise<void> {
    let failure: Error | null = null
    try {
      const answer = await this.#thread.exchange(chunk)
      this.push(Buffer.from(answer.buffer, answer.byteOffset, answer.byteLength))
    } catch (error) {
      failure = error as Error
    }
    done(failure)
  }

  /** `pg` corks the messages of one query: they go over together. */
  override _writev(chunks: { chunk: Buffer; encoding: BufferEncoding }[], done: (error?: Error | null) => void): void {
    this._write(Buffer.concat(chunks.map(({ chunk }) => chunk)), 'utf8', done)
  }
}
