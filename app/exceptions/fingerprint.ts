/** Which failures are one problem: a fingerprint of integration, step, error class and the message without what varies. */
import { createHash } from 'node:crypto'
import { normaliseMessage } from './message.ts'

/**
 * Raised with every change of how a fingerprint comes about. Rows with a lower one are brought to the new one as they are judged again,
 * at the latest by the night's full evaluation, and what people decided about the old group goes along (app/groups/membership.ts).
 */
export const FINGERPRINT_VERSION = 2

/** What tells failure groups apart. */
export interface FingerprintParts { integration: string; step: string; errorClass: string; message: string; code: string; endpoint?: string; fallback: string }

/** Classes that are one cause for whatever goes the same way; a mapping or a rule fails each for reasons of the case. */
const OUTSIDE_THE_CASE: ReadonlySet<string> = new Set(['authentication', 'connection', 'rate_limit', 'timeout'])

/**
 * 16 hexadecimal digits; equal for equal problems. A message without a word must not make one group of everything: the first given
 * of `code`, `endpoint`, an error class that lies outside the case, and `fallback` (the subject) stands in for it.
 */
export function fingerprintOf(parts: FingerprintParts): string {
  const words = normaliseMessage(parts.message).replaceAll('#', ' ').replace(/\s+/gu, ' ').trim()
  const { code, endpoint = '', errorClass } = parts
  const what = /\p{L}/u.test(words) ? ['message', words] : code ? ['code', code] : endpoint ? ['endpoint', endpoint] : OUTSIDE_THE_CASE.has(errorClass) ? ['class'] : ['object', parts.fallback]
  return hashOf([parts.integration, parts.step, errorClass, ...what])
}

/** The group that a split makes of another: the same origin, dimension and value give the same group again. */
export function splitFingerprint(origin: string, dimension: string, value: string): string {
  return hashOf(['split', origin, dimension, value])
}

function hashOf(parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 16)
}
