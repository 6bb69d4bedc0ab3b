/**
 * What is looked for in free text. Patterns need context or a check digit: one in ten random 16-digit references passes the Luhn
 * check, and span ids look like phone numbers.
 */
import type { PseudonymKind } from './pseudonym.ts'

export interface Pattern {
  kind: PseudonymKind
  expression: RegExp
  /** the found text and up to 40 characters before it */
  accept(found: string, before: string): boolean
}

/** A credential behind its scheme; an ordinary word behind `basic` is none. */
export const CREDENTIAL = /\b(bearer|basic)\s+(?:[^\s"',;&]{16,}|(?=[^\s"',;&]*\d)[^\s"',;&]{8,})/gi
/** Words that announce a secret; the value behind them is never kept, not even as a pseudonym. */
export const SECRET = /\b((?:password|passwd|pwd|secret|token|api[_-]?key|authorization)["']?\s*[=:]\s*["']?)(?!\[secret\]|(?:bearer|basic)\b)([^\s"',;&]{4,})/gi
/** Keys that say themselves what they are. */
export const SECRET_KEY = /\b(?:sbx|sk_live|sk_test|rk_live|whsec|xox[abp])[_-][A-Za-z0-9_-]{8,}/g

const CARD_CONTEXT = /\b(card|credit|debit|visa|master\s?card|amex|pan|karte|carte|tarjeta)\b.{0,30}$/is
const PHONE_CONTEXT = /\b(phone|tel|telephone|mobile|cell|fax|call|natel|telefon|tél)\b.{0,12}$/is

export const PATTERNS: readonly Pattern[] = [
  { kind: 'email', expression: /[A-Za-z0-9._%+'-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})*\.[A-Za-z]{2,24}/g, accept: () => true },
  { kind: 'iban', expression: /\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,4})?\b/g, accept: isIban },
  { kind: 'card', expression: /\b\d(?:[ -]?\d){12,18}\b/g, accept: (found, before) => isLuhn(found) && (/^\d{4}([ -])\d{4}\1\d{4}\1\d{1,7}$/.test(found) || CARD_CONTEXT.test(before)) },
  { kind: 'phone', expression: /(?<![\w+])\+\d{1,3}[ ().-]{1,2}\d(?:[ ()./-]{0,2}\d){5,12}\b/g, accept: () => true },
  { kind: 'phone', expression: /(?<![\w])\+?\(?\d(?:[ ()./-]{0,2}\d){6,14}\b/g, accept: (_found, before) => PHONE_CONTEXT.test(before) },
]

/** ISO 13616: country, two check digits, and 97 divides the rearranged number with remainder 1. */
function isIban(found: string): boolean {
  const text = found.replaceAll(' ', '')
  if (text.length < 15 || text.length > 34) return false
  let remainder = 0
  for (const character of text.slice(4) + text.slice(0, 4)) {
    const value = Number.parseInt(character, 36)
    remainder = (remainder * (value > 9 ? 100 : 10) + value) % 97
  }
  return remainder === 1
}

/** ISO/IEC 7812: every second digit from the right doubled, the digits' sum divisible by 10. */
function isLuhn(found: string): boolean {
  const digits = found.replace(/\D/g, '')
  let sum = 0
  for (let index = 0; index < digits.length; index++) {
    const digit = Number(digits[digits.length - 1 - index])
    sum += index % 2 === 0 ? digit : digit > 4 ? digit * 2 - 9 : digit * 2
  }
  return sum % 10 === 0
}
