/** What a query is run for: the page or call that a person waits for. Kept along the asynchronous calls of a request. */
import { AsyncLocalStorage } from 'node:async_hooks'

export interface Cause {
  /** the pattern of the page or the call, never an address with identifiers */
  name: string
  /** the request's id */
  request: string
}

const current = new AsyncLocalStorage<Cause>()

/** Runs `work`; every query it starts, however deep, counts as asked for by `cause`. */
export function runFor<T>(cause: Cause, work: () => T): T {
  return current.run(cause, work)
}

/** What the running code is for; undefined in background work. */
export function currentCause(): Cause | undefined {
  return current.getStore()
}
