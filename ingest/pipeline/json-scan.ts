/**
 * Finds the pieces of a JSON text without parsing it: where each element of an array or each member of an object lies, and how deep
 * it nests. So a batch is judged event by event (one broken element spoils only itself), 10,000 levels cost nothing, and a file of
 * 256 MiB is never in memory twice. It does not validate: what it cuts out is parsed by JSON.parse later.
 */

const QUOTE = 0x22, BACKSLASH = 0x5c, COMMA = 0x2c, COLON = 0x3a
export const OPEN_BRACKET = 0x5b
const CLOSE_BRACKET = 0x5d, OPEN_BRACE = 0x7b, CLOSE_BRACE = 0x7d

/** A piece [start, end) of the text; `depth` is its deepest nesting, 0 for a scalar. */
export interface Span { start: number; end: number; depth: number }

function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09
}

/** Index of the first byte at or after `from` that is not JSON white space. */
export function skipSpace(text: Uint8Array, from: number): number {
  let at = from
  while (at < text.length && isSpace(text[at])) at++
  return at
}

/** Index after the string that opens at `from`; the text's length if it never closes. */
function skipString(text: Uint8Array, from: number): number {
  for (let at = from + 1; at < text.length; at++) {
    const byte = text[at]
    if (byte === BACKSLASH) at++
    else if (byte === QUOTE) return at + 1
  }
  return text.length
}

/** The value that starts at `from` and ends before the next comma, closing bracket or brace of its own level, or at the text's end. */
export function scanValue(text: Uint8Array, from: number): Span {
  let level = 0
  let depth = 0
  let at = from
  while (at < text.length) {
    const byte = text[at]
    if (byte === QUOTE) {
      at = skipString(text, at)
      continue
    }
    if (byte === OPEN_BRACE || byte === OPEN_BRACKET) {
      level++
      if (level > depth) depth = level
    } else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) {
      if (level === 0) break
      level--
    } else if (byte === COMMA && level === 0) break
    at++
  }
  let end = at
  while (end > from && isSpace(text[end - 1])) end--
  return { start: from, end, depth }
}

/**
 * The elements of the array whose `[` is at `open`. Returns the index after its `]`, or -1 if the text ends first (the last element
 * is then what was there).
 */
export function* arrayElements(text: Uint8Array, open: number): Generator<Span, number> {
  let at = skipSpace(text, open + 1)
  if (text[at] === CLOSE_BRACKET) return at + 1
  while (at < text.length) {
    const span = scanValue(text, at)
    yield span
    at = skipSpace(text, span.end)
    if (text[at] === CLOSE_BRACKET) return at + 1
    if (text[at] === CLOSE_BRACE) at++ // a stray brace: the element before it is judged by itself
    if (text[at] === COMMA) at = skipSpace(text, at + 1)
  }
  return -1
}

/** The member of an object whose name opens at `at`: its name (as JSON.parse reads it) and where its value starts; null if there is no member. */
export function memberAt(text: Buffer, at: number): { name: string; value: number } | null {
  if (text[at] !== QUOTE) return null
  const end = skipString(text, at)
  const name = parseOrUndefined(text.toString('utf8', at, end))
  const colon = skipSpace(text, end)
  return typeof name === 'string' && text[colon] === COLON ? { name, value: skipSpace(text, colon + 1) } : null
}

/** Where the next member of an object may open, after a value that ends at `end`; -1 if none follows. */
export function nextMember(text: Buffer, end: number): number {
  const comma = skipSpace(text, end)
  return text[comma] === COMMA ? skipSpace(text, comma + 1) : -1
}

function parseOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Numbers that a double cannot hold exactly: 16 digits and more, or an exponent. */
const DELICATE_NUMBER = /(?:^|[\s:,[])-?(?:\d[\d.]{15,}|\d[\d.]*[eE])/

interface SourceContext { source?: string }

/**
 * JSON.parse that loses no digit: a number that a double cannot hold (beyond 2^53, 1e400, too many decimals) is kept as the text that
 * was sent. Throws SyntaxError.
 */
export function parseExact(text: string): unknown {
  if (!DELICATE_NUMBER.test(text)) return JSON.parse(text)
  // the reviver's third argument is not in TypeScript's library yet; it is in Node 22
  const reviver = (_name: string, value: unknown, context?: SourceContext) =>
    typeof value === 'number' && context?.source !== undefined && !isExact(value, context.source) ? context.source : value
  return JSON.parse(text, reviver as (name: string, value: unknown) => unknown)
}

function isExact(value: number, source: string): boolean {
  if (!Number.isFinite(value)) return false
  if (Number.isInteger(value)) return Number.isSafeInteger(value)
  return source.replace(/[-.]|^0+|[eE].*$/g, '').length <= 15
}
