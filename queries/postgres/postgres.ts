import type { Kysely } from 'kysely'
import type { Database } from './schema.ts'

/** A lock that is held; it also ends with the process. */
export interface HeldLock {
  release(): Promise<void>
}

/** How the processes of one installation keep out of each other's way and wake each other. */
export interface Coordination {
  /** Calls `listener` when any process wakes `channel`; more wakes at once may come as one. Returns what ends it. */
  onWake(channel: string, listener: () => void): Promise<() => Promise<void>>
  /** Wakes `channel` everywhere, this process too. Call it after the commit, not inside the transaction. */
  wake(channel: string): Promise<void>
  /** The lock `name` if nobody holds it (this process counts as well), else null. It does not wait. */
  tryLock(name: string): Promise<HeldLock | null>
}

/** The decisions store. */
export interface Postgres {
  readonly db: Kysely<Database>
  readonly coordination: Coordination
  /** false if it does not answer */
  ping(): Promise<boolean>
  /** waits for running queries, then frees everything; more calls after it change nothing */
  close(): Promise<void>
}
