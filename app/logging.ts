/**
 * JSON logs. Redaction comes first: what may carry a secret or a payload is removed by path before a line is written, and callers
 * log identifiers of requests and queries, never bodies.
 */
import { pino, type Logger } from 'pino'

export type Log = Logger

const SECRET_PATHS = ['password', 'token', 'secret', 'key', 'authorization', 'cookie', 'body', 'payload', 'rows', 'params'].flatMap(name => [name, `*.${name}`, `*.*.${name}`])

/**
 * A logger for one role of the process. `level` as pino names it (`silent` for tests). Errors are written as code, name, message of
 * our own errors and stack; a store's own text, which quotes rows, hangs on a non-enumerable cause and is not written.
 */
export function createLog({ level, role }: { level: string; role: string }): Log {
  return pino({
    level,
    base: { role },
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: { level: label => ({ level: label }) },
    redact: { paths: SECRET_PATHS, censor: '[removed]' },
    serializers: { err: serializeError },
  })
}

function serializeError(error: unknown) {
  if (!(error instanceof Error)) return { type: typeof error }
  const code = 'code' in error && typeof error.code === 'string' ? error.code : null
  return { name: error.name, code, message: error.message, stack: error.stack ?? null }
}
