import { StoreError, type StoreErrorCode } from '#queries/store-error.ts'

/** Codes from ClickHouse's `ErrorCodes.cpp` that callers can do something about. */
const meaning: Readonly<Record<string, StoreErrorCode>> = {
  '76': 'store_locked', // CANNOT_OPEN_FILE, given for a data directory in use
  '159': 'store_timeout', // TIMEOUT_EXCEEDED
  '160': 'store_timeout', // TOO_SLOW
  '202': 'store_overloaded', // TOO_MANY_SIMULTANEOUS_QUERIES
  '241': 'store_memory', // MEMORY_LIMIT_EXCEEDED
  '252': 'store_overloaded', // TOO_MANY_PARTS
  '291': 'store_denied', // DATABASE_ACCESS_DENIED
  '394': 'store_aborted', // QUERY_WAS_CANCELLED
  '457': 'store_parameter', // BAD_QUERY_PARAMETER
  '497': 'store_denied', // ACCESS_DENIED
  '516': 'store_denied', // AUTHENTICATION_FAILED
  '735': 'store_aborted', // QUERY_WAS_CANCELLED_BY_CLIENT
}
const networkCodes = new Set(['ECONNREFUSED', 'ECONNRESET', 'ENOTFOUND', 'EAI_AGAIN', 'EPIPE', 'ETIMEDOUT', 'EHOSTUNREACH'])

/** Any error of an engine as a `StoreError` that names the query and quotes nothing. A `StoreError` stays what it is. */
export function toStoreError(error: unknown, query: string): StoreError {
  if (error instanceof StoreError) return error
  const text = error instanceof Error ? error.message : String(error)
  const own = error as { code?: unknown; type?: unknown } | null
  if (typeof own?.code === 'string' && networkCodes.has(own.code)) return new StoreError('store_unavailable', query, { engineCode: own.code, engineText: text })
  const number = typeof own?.code === 'string' && /^\d+$/.test(own.code) ? own.code : /Code: (\d+)/.exec(text)?.[1]
  if (number === undefined) {
    const code = /timeout/i.test(text) ? 'store_timeout' : /socket|connect/i.test(text) ? 'store_unavailable' : 'store_failed'
    return new StoreError(code, query, { engineText: text })
  }
  const type = typeof own?.type === 'string' ? own.type : [...text.matchAll(/\(([A-Z][A-Z0-9_]+)\)/g)].at(-1)?.[1]
  return new StoreError(meaning[number] ?? 'store_failed', query, { engineCode: type === undefined ? number : `${type} (${number})`, engineText: text })
}

/** The error of an aborted call. */
export function aborted(query: string): StoreError {
  return new StoreError('store_aborted', query, { explanation: 'stopped on request' })
}
