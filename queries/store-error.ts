/** Stable codes of what can go wrong in a store. Callers branch on these, never on text. */
export type StoreErrorCode =
  | 'store_aborted'
  | 'store_closed'
  | 'store_denied'
  | 'store_failed'
  | 'store_locked'
  | 'store_memory'
  | 'store_overloaded'
  | 'store_parameter'
  | 'store_timeout'
  | 'store_unavailable'

/** What the store itself answered, kept where neither JSON, nor an inspector, nor a log serialiser finds it. */
const engineTexts = new WeakMap<StoreError, string>()

/**
 * A failed call to a store.
 *
 * A store's own error text quotes the rows and values it failed on, so it must not reach a log. The message here
 * holds only the query's name and the engine's error code. `cause` is not enumerable and says no more than that either
 * (log serialisers follow `cause` even where it is not enumerable). `engineText()` gives the full text.
 */
export class StoreError extends Error {
  override readonly name = 'StoreError'
  /** Stable code, see `StoreErrorCode`. */
  readonly code: StoreErrorCode
  /** Name of the query that failed. */
  readonly query: string
  /** The engine's own code, such as `SYNTAX_ERROR (62)`; null where it gave none. */
  readonly engineCode: string | null

  constructor(code: StoreErrorCode, query: string, details: { engineCode?: string | null; engineText?: string; explanation?: string } = {}) {
    const engineCode = details.engineCode ?? null
    super(`${query}: ${details.explanation ?? code}${engineCode === null ? '' : `, ${engineCode}`}`)
    this.code = code
    this.query = query
    this.engineCode = engineCode
    Object.defineProperty(this, 'cause', { value: new Error(engineCode ?? code), enumerable: false })
    engineTexts.set(this, details.engineText ?? '')
  }
}

/** The store's full text of an error. It may quote stored data: show it to a developer at a terminal, never log it. */
export function engineText(error: StoreError): string {
  return engineTexts.get(error) ?? ''
}
