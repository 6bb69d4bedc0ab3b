import type { RecentQuery } from '#queries/clickhouse/clickhouse.ts'
import { currentCause } from './cause.ts'

/** A ring of the last calls, for the developer's screen. */
export class RecentQueries {
  readonly #size: number
  #entries: RecentQuery[] = []

  /** @param size how many calls are kept */
  constructor(size = 2000) {
    this.#size = size
  }

  /** Starts the clock of one call; call the result once, when it is over. */
  start(name: string, kind: RecentQuery['kind']): (end: { waitedMs?: number; rowsRead?: number; bytesRead?: number; error?: string }) => number {
    const startedAt = new Date()
    const started = performance.now()
    const cause = currentCause() ?? null
    return ({ waitedMs = 0, rowsRead = 0, bytesRead = 0, error }) => {
      const elapsedMs = performance.now() - started
      if (this.#entries.length >= this.#size) this.#entries = this.#entries.slice(-Math.floor(this.#size / 2))
      this.#entries.push({ name, kind, startedAt, elapsedMs, waitedMs, rowsRead, bytesRead, error: error ?? null, cause })
      return elapsedMs
    }
  }

  /** newest first */
  list(): readonly RecentQuery[] {
    return this.#entries.toReversed()
  }
}
