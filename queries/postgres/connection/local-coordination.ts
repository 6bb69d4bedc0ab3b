import { EventEmitter } from 'node:events'
import type { Coordination, HeldLock } from '#queries/postgres/postgres.ts'
import { outsideTransaction } from './guarded-kysely.ts'

/** Coordination where there is one process: the embedded database's directory is locked, so nobody else can be there. */
export class LocalCoordination implements Coordination {
  readonly #channels = new EventEmitter().setMaxListeners(0)
  readonly #held = new Set<string>()

  async onWake(channel: string, listener: () => void): Promise<() => Promise<void>> {
    this.#channels.on(channel, listener)
    return async () => void this.#channels.off(channel, listener)
  }

  async wake(channel: string): Promise<void> {
    // Later and outside: a listener is no part of what its waker does, nor of its transaction.
    outsideTransaction(() => setImmediate(() => this.#channels.emit(channel)))
  }

  async tryLock(name: string): Promise<HeldLock | null> {
    if (this.#held.has(name)) return null
    this.#held.add(name)
    let released = false
    return {
      release: async () => {
        if (!released) this.#held.delete(name)
        released = true
      },
    }
  }
}
