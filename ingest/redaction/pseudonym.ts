/** Keyed pseudonyms: the same value gives the same word, and nobody without the key can go back or check a guess. */
import { createHmac } from 'node:crypto'

export type PseudonymKind = 'email' | 'iban' | 'card' | 'phone' | 'person'

/** Hex digits of a pseudonym: 64 bits, so that a million values collide with a chance of one in 37 million. */
const DIGITS = 16

/** `[email:0f3c…]` of a value; spelling that does not change the value (case, spaces, separators) does not change the word. */
export function pseudonym(key: string, kind: PseudonymKind, value: string): string {
  const canonical = kind === 'email' || kind === 'person' ? value.trim().toLowerCase() : value.replace(/[^0-9A-Za-z]/g, '').toUpperCase()
  return `[${kind}:${createHmac('sha256', key).update(`${kind}\0${canonical}`).digest('hex').slice(0, DIGITS)}]`
}
