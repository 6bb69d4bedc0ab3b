/** Which failures are one problem: a fingerprint of integration, step, error class and the message without what varies. */
import { createHash } from 'node:crypto'

/**
 * The message without what differs between two cases of one cause: quoted values, addresses, ids, dates, amounts and numbers.
 * Words stay, in lower case. `Cost centre 4210 unknown for "INV-9"` → `cost centre # unknown for #`.
 */
export function normaliseMessage(message: string): string {
  return message
    .toLowerCase()
    .replace(/"[^"]*"|'[^']*'|`[^`]*`|“[^”]*”|‘[^’]*’|«[^»]*»/gu, '#')
    .replace(/\b[\w.+-]+@[\w-]+(\.[\w-]+)+\b/gu, '#')
    .replace(/\bhttps?:\/\/\S+/gu, '#')
    // any word with a digit in it: numbers, dates, ids, hashes, amounts
    .replace(/[\p{L}\p{N}_]*\p{N}[\p{L}\p{N}_]*(?:[-./:,+][\p{L}\p{N}_]*)*/gu, '#')
    .replace(/\b(?:[\p{L}]+-)+#/gu, '#')
    .replace(/#(?:[\s:,.-]*#)+/gu, '#')
    .replace(/\s+/gu, ' ')
    .trim()
}

/** What tells failure groups apart. An empty message must not collapse everything into one group: `code`, else `fallback` (the object) stands in. */
export interface FingerprintParts { integration: string; step: string; errorClass: string; message: string; code: string; fallback: string }

/** 16 hexadecimal digits; equal for equal problems. */
export function fingerprintOf(parts: FingerprintParts): string {
  const message = normaliseMessage(parts.message)
  const what = /\p{L}/u.test(message) ? ['message', message] : parts.code ? ['code', parts.code] : ['object', parts.fallback]
  return createHash('sha256').update(JSON.stringify([parts.integration, parts.step, parts.errorClass, ...what])).digest('hex').slice(0, 16)
}
