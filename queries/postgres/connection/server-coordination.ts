import { setTimeout as sleep } from 'node:timers/promises'
import { Client, type ClientConfig, type QueryResultRow } from 'pg'
import type { Coordination, HeldLock } from '#queries/postgres/postgres.ts'
import { outsideTransaction } from './guarded-kysely.ts'

const reconnectMs = 1000

/**
 * Coordination through a PostgreSQL server, on two connections of its own: one listens (and reconnects), one holds the
 * advisory locks. If the second is lost, its locks are gone and their holders are not told, so what is done
 * under a lock must bear being done twice.
 */
export class ServerCoordination implements Coordination {
  readonly #config: ClientConfig
  readonly #listeners = new Map<string, Set<() => void>>()
  readonly #held = new Set<string>()
  readonly #last = new WeakMap<Client, Promise<unknown>>()
  #listening: Promise<Client> | undefined
  #locking: Promise<Client> | undefined
  #closed = false

  constructor(config: ClientConfig) {
    this.#config = config
  }

  async onWake(channel: string, listener: () => void): Promise<() => Promise<void>> {
    const listeners = this.#listeners.get(channel) ?? new Set()
    this.#listeners.set(channel, listeners.add(listener))
    const client = await this.#listener()
    await this.#ask(client, `LISTEN ${client.escapeIdentifier(channel)}`)
    return async () => {
      listeners.delete(listener)
      if (listeners.size > 0 || this.#closed) return
      this.#listeners.delete(channel)
      await this.#ask(await this.#listener(), `UNLISTEN ${client.escapeIdentifier(channel)}`)
    }
  }

  async wake(channel: string): Promise<void> {
    await this.#ask(await this.#locker(), 'select pg_notify($1, $2)', [channel, ''])
  }

  async tryLock(name: string): Promise<HeldLock | null> {
    // An advisory lock is the session's, and a session may take it twice: within this process the set decides.
    if (this.#held.has(name)) return null
    this.#held.add(name)
    try {
      const client = await this.#locker()
      const { rows } = await this.#ask<{ locked: boolean }>(client, 'select pg_try_advisory_lock(hashtextextended($1, 0)) as locked', [name])
      if (!rows[0]?.locked) {
        this.#held.delete(name)
        return null
      }
      let released = false
      return {
        release: async () => {
          if (released) return
          released = true
          this.#held.delete(name)
          if (!this.#closed) await this.#ask(client, 'select pg_advisory_unlock(hashtextextended($1, 0))', [name]).catch(() => undefined)
        },
      }
    } catch (error) {
      this.#held.delete(name)
      throw error
    }
  }

  /** Ends both connections, and with them every lock. */
  async close(): Promise<void> {
    this.#closed = true
    this.#listeners.clear()
    const clients = await Promise.all([this.#listening, this.#locking].map((client) => client?.catch(() => undefined)))
    await Promise.all(clients.map((client) => client?.end()))
  }

  /** A connection does one thing at a time. */
  async #ask<Row extends QueryResultRow>(client: Client, text: string, values: unknown[] = []): Promise<{ rows: Row[] }> {
    const answer = (this.#last.get(client) ?? Promise.resolve()).then(() => client.query<Row>(text, values))
    this.#last.set(client, answer.catch(() => undefined))
    return await answer
  }

  #locker(): Promise<Client> {
    this.#locking ??= this.#connect(() => {
      this.#locking = undefined
      this.#held.clear()
    })
    return this.#locking
  }

  #listener(): Promise<Client> {
    this.#listening ??= this.#connect(() => {
      this.#listening = undefined
      void this.#listenAgain()
    }).then((client) => {
      client.on('notification', ({ channel }) => this.#tell(channel))
      return client
    })
    return this.#listening
  }

  async #connect(onLost: () => void): Promise<Client> {
    const client = new Client(this.#config)
    let lost = false
    const lose = (): void => {
      if (!lost && !this.#closed) onLost()
      lost = true
    }
    client.on('error', lose)
    client.on('end', lose)
    try {
      await outsideTransaction(() => client.connect())
    } catch (error) {
      lose()
      throw error
    }
    return client
  }

  async #listenAgain(): Promise<void> {
    await sleep(reconnectMs)
    if (this.#closed || this.#listeners.size === 0) return
    try {
      const client = await this.#listener()
      for (const channel of this.#listeners.keys()) await this.#ask(client, `LISTEN ${client.escapeIdentifier(channel)}`)
      // What was said in between is not known: everybody looks.
      for (const channel of this.#listeners.keys()) this.#tell(channel)
    } catch {
      // The connection that failed has started the next attempt.
    }
  }

  #tell(channel: string): void {
    for (const listener of this.#listeners.get(channel) ?? []) outsideTransaction(listener)
  }
}
