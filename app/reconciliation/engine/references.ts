/**
 * References as matching compares them: one normal form for what people, banks and systems write in different ways, and the document
 * numbers found in the free text of a payment. Equal after normalising means the same reference; swapped digits are not the same.
 */
import { isBelgianReference, isCreditorReference, isIban, isSwissReference } from './check-digits.ts'

/** References taken from one text, at most. */
const MOST = 64
/** A number that stands for its document without its letters has at least so many digits. */
const CORE_DIGITS = 5
/** Words of this many characters and digits at least are taken for a document number. */
const SHORTEST = { characters: 4, digits: 3 }
/** Groups of digits that are joined over spaces, at most. */
const GROUPS = 4

/** Date or amount as people write them: no document numbers. */
const NO_NUMBER = [/^\d{1,2}[./-]\d{1,2}[./-](\d{2}|\d{4})$/, /^\d{4}-\d{2}-\d{2}(T.*)?$/, /^[+-]?\d{1,3}([.,' ]?\d{3})*[.,]\d{2}$/, /^(19|20)\d{2}$/]
/** A creditor reference as printed, in groups or not. Those whose check digits fail are mistyped, and so are their parts. */
const CREDITOR = /\bRF\d{2}(?: ?[A-Z0-9]*\d[A-Z0-9]*)*/g
/** Stand between the numbers of a list. */
const CONJUNCTIONS = new Set(['AND', 'UND', 'ET', 'E', 'Y', 'EN', 'OG', 'OCH', 'TO', 'BIS', 'VOM', 'OF'])
const TIME = /\b\d{1,2}:\d{2}(?::\d{2})?\b/g
/** Field names of SEPA and SWIFT remittance text, which stand before or between what is meant. */
const FIELD_NAMES = /\b(EREF|KREF|MREF|CRED|DEBT|SVWZ|ABWA|ABWE|IBAN|BIC)\+|\/(INV|ROC|RFB|IPI|CINV|CREN|DEBN|EREF|REMI|USTRD|URI|RFS)\//g

/** Unicode in one form: compatibility characters, accents and letter case gone, all digits 0 to 9. */
export function folded(text: string): string {
  const plain = text.normalize('NFKD').replace(/\p{M}+/gu, '').toUpperCase()
  return plain.replace(/\P{ASCII}/gu, character => (/\p{Nd}/u.test(character) ? digitOf(character) : character))
}

/** Digits of a script stand in a row of ten code points that begins with its zero, and `\p{Nd}` has no others. */
function digitOf(character: string): string {
  const code = character.codePointAt(0) ?? 0
  let value = 0
  while (value < 9 && /\p{Nd}/u.test(String.fromCodePoint(code - value - 1))) value++
  return String(value)
}

/**
 * The normal form: letters and digits only, upper case, no accents, no zeros before a number that follows a letter or begins the
 * reference (`inv-000 1234` → `INV1234`, `2024/0012` → `20240012`). The empty string where nothing is left.
 */
export const normaliseReference = (text: string): string => folded(text).replace(/[^\p{L}\p{N}]+/gu, '').replace(/(^|\p{L})0+(?=\d)/gu, '$1')

/** What a document may be called by: its number's normal form, and its digits alone where they are enough to tell it (`RE-2024-0012` → `20240012`). */
export function referenceForms(reference: string): string[] {
  const whole = normaliseReference(reference)
  if (whole === '') return []
  const body = isCreditorReference(whole) ? normaliseReference(whole.slice(4)) : whole
  const core = /^\p{L}+(\d+)$/u.exec(body)?.[1] ?? ''
  return [...new Set([whole, body, ...(core.length >= CORE_DIGITS ? [core] : [])])]
}

/**
 * The references that a free text may name, in order of appearance, normalised, each once, at most 64: structured references whose check
 * digits hold (ISO 11649, Belgian, Swiss), words with digits, numbers written in groups, and lists that name the letters only once
 * (`INV-1001, 1002 and 1003`). Dates, amounts, times and IBANs are left out. It may name more than was meant: a reference counts only where
 * a document answers to it.
 */
export function extractReferences(text: string): string[] {
  const found = new Set<string>()
  const add = (reference: string): void => {
    if (found.size < MOST && isNumber(reference)) found.add(reference)
  }
  const plain = folded(text).replace(FIELD_NAMES, ' ')
  structured(plain).forEach(add)
  let letters = ''
  let digits = 0
  const phrases = plain.replace(CREDITOR, ' ').replace(TIME, ' ').split(/[,;]\s+|[;()]/u)
  for (const words of phrases.map(wordsOf)) words.forEach((word, index) => {
    for (const part of partsOf(word)) {
      if (!/\d/.test(part) || NO_NUMBER.some(pattern => pattern.test(part)) || isIban(part)) continue
      const whole = normaliseReference(part)
      const named = /^(\p{L}+)(\d+)$/u.exec(whole)
      add(whole)
      if (named) [letters, digits] = [named[1] ?? '', part.replace(/\D/g, '').length]
      else if (/^\d+$/.test(part) && letters !== '' && part.length === digits) add(normaliseReference(`${letters}${part}`))
    }
    const groups = groupsFrom(words, index)
    for (const joined of groups) add(normaliseReference(joined))
    if (/^\p{L}+$/u.test(word) && !CONJUNCTIONS.has(word) && groups.length > 0) [letters, digits] = [word, (groups.at(-1) ?? '').length - word.length]
  })
  return [...found]
}

const wordsOf = (phrase: string): string[] => phrase.split(/[\s,:"'*=?&|<>[\]]+/u).map(word => word.replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, '')).filter(word => word !== '')

const isNumber = (reference: string): boolean => reference.length >= SHORTEST.characters && reference.replace(/\D/g, '').length >= SHORTEST.digits && !/^(19|20)\d{2}$/.test(reference)

/** A word as it stands, and what stands between its slashes where each part could be a number of its own. */
function partsOf(word: string): string[] {
  const parts = word.split('/').filter(part => part !== '')
  return parts.length > 1 && parts.every(part => part.replace(/\D/g, '').length >= SHORTEST.digits) ? [word, ...parts] : [word]
}

/** Letters and groups of digits written with spaces between them, joined: `INV 2024 0012` from `INV` on. */
function groupsFrom(words: readonly string[], start: number): string[] {
  const first = words[start] ?? ''
  if (!/^(\p{L}{1,8}|\p{L}{0,8}[-/.]?\d+)$/u.test(first)) return []
  const joined: string[] = []
  let text = first
  for (let next = start + 1; next < words.length && next - start <= GROUPS; next++) {
    const word = words[next] ?? ''
    if (!/^\d{1,12}$/.test(word)) break
    text += word
    joined.push(text)
  }
  return joined.map(value => value.replace(/[^\p{L}\p{N}]/gu, ''))
}

/** References with check digits, wherever spaces stand in them. */
function structured(text: string): string[] {
  const found: string[] = []
  for (const [match] of text.matchAll(/\bRF\d{2}[A-Z0-9 ]{1,28}/g)) {
    const squeezed = match.replaceAll(' ', '')
    // The text may go on after the reference: the longest piece whose check digits hold.
    for (let length = Math.min(25, squeezed.length); length >= 5; length--) {
      const piece = squeezed.slice(0, length)
      if (!isCreditorReference(piece)) continue
      found.push(...referenceForms(piece))
      break
    }
  }
  for (const [match] of text.matchAll(/\d{3}\/\d{4}\/\d{5}/g)) if (isBelgianReference(match.replaceAll('/', ''))) found.push(normaliseReference(match))
  for (const [match] of text.matchAll(/\b\d{2}(?: ?\d{5}){5}\b/g)) if (isSwissReference(match.replaceAll(' ', ''))) found.push(normaliseReference(match))
  return found
}

/** How the references of two items stand to each other, best first. */
export type ReferenceRelation =
  | { relation: 'same' | 'part' | 'swapped'; left: string; right: string }
  | { relation: 'different' | 'missing'; left: null; right: null }

/** A reference that was cut off must keep so many characters. */
const PART_LENGTH = 7

/**
 * Same: one reference in both. Part: one begins or ends with the other (cut off by a bank's field). Swapped: two neighbouring digits changed
 * places; a hint for a person, never the same. Both lists normalised; the answer names the first such pair in their order.
 */
export function relateReferences(left: readonly string[], right: readonly string[]): ReferenceRelation {
  if (left.length === 0 || right.length === 0) return { relation: 'missing', left: null, right: null }
  const others = new Set(right)
  const same = left.find(reference => others.has(reference))
  if (same !== undefined) return { relation: 'same', left: same, right: same }
  for (const relation of ['part', 'swapped'] as const) {
    const holds = relation === 'part' ? isPart : isSwapped
    for (const a of left) for (const b of right) if (holds(a, b)) return { relation, left: a, right: b }
  }
  return { relation: 'different', left: null, right: null }
}

function isPart(a: string, b: string): boolean {
  const [short, long] = a.length < b.length ? [a, b] : [b, a]
  return short.length >= PART_LENGTH && short !== long && (long.startsWith(short) || long.endsWith(short))
}

function isSwapped(a: string, b: string): boolean {
  if (a.length !== b.length) return false
  const at = [...a].findIndex((character, index) => character !== b[index])
  return at >= 0 && a[at] === b[at + 1] && a[at + 1] === b[at] && a.slice(at + 2) === b.slice(at + 2) && /^\d\d$/.test(a.slice(at, at + 2))
}
