import type { ChdbSession } from './chdb-session.ts'

/** Hands out sessions one user at a time, first come first served: what a session is set to is seen by nobody else. */
export class SessionPool {
  readonly #all: readonly ChdbSession[]
  readonly #idle: ChdbSession[]
  readonly #waiting: ((session: ChdbSession) => void)[] = []

  constructor(sessions: readonly ChdbSession[]) {
    this.#all = sessions
    this.#idle = [...sessions]
  }

  /** Resolves to a session of one's own; give it back with `release`. */
  async lease(): Promise<ChdbSession> {
    const idle = this.#idle.pop()
    return idle ?? (await new Promise<ChdbSession>((resolve) => this.#waiting.push(resolve)))
  }

  release(session: ChdbSession): void {
    const next = this.#waiting.shift()
    if (next) next(session)
    else this.#idle.push(session)
  }

  /** Closes every session; all must have been released. */
  close(): void {
    for (const session of this.#all) session.close()
  }
}
