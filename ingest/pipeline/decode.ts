/**
 * Step 1, decode: from the bytes of a call to envelopes, in the four forms of the CloudEvents HTTP binding. What cannot be read at one
 * position spoils only that position.
 */
import { isUtf8 } from 'node:buffer'
import { hash } from 'node:crypto'
import type { RejectCode } from '../codes.ts'
import { MAX_DEPTH, MAX_EVENT_BYTES } from '../limits.ts'
import type { Decoded, Refusal, Undecoded } from './item.ts'
import { arrayElements, OPEN_BRACKET, parseExact, scanValue, skipSpace, type Span } from './json-scan.ts'

/** The items of a call. They are found at once, so that their number is known before any is taken, and decoded as they are iterated. */
export interface Items extends Iterable<Decoded | Undecoded> { readonly count: number }

const NEWLINE = 0x0a
const MESSAGES: Partial<Record<RejectCode, string>> = {
  malformed: 'is not a JSON object',
  unreadable: 'is not UTF-8',
  too_deep: `nests deeper than ${MAX_DEPTH} levels`,
  too_large: `an event may have at most ${MAX_EVENT_BYTES} bytes`,
}

/** A place in the text where an event should be, or what is wrong with what is there. */
export interface Piece extends Span { refusal?: Refusal }

/** `application/cloudevents+json`: one event. */
export function decodeStructured(body: Buffer): Items {
  const start = skipSpace(body, afterMark(body))
  const span = scanValue(body, start)
  const whole = skipSpace(body, span.end) === body.length
  return itemsAt(body, [whole ? span : refused(start, body.length, 'malformed')])
}

/** `application/cloudevents-batch+json`: an array of events. */
export function decodeBatch(body: Buffer): Items {
  return itemsAt(body, batchPieces(body))
}

/** Where the events of a batch lie. */
export function batchPieces(body: Buffer): Piece[] {
  const open = skipSpace(body, afterMark(body))
  return body[open] === OPEN_BRACKET ? arrayPieces(body, open) : [refused(0, body.length, isUtf8(body) ? 'malformed' : 'unreadable', 'is not a JSON array')]
}

function arrayPieces(body: Buffer, open: number): Piece[] {
  const pieces: Piece[] = []
  const elements = arrayElements(body, open)
  let next = elements.next()
  while (!next.done) {
    pieces.push(next.value)
    next = elements.next()
  }
  const end = next.value === -1 ? body.length : next.value
  if (next.value === -1) pieces.push(refused(end, end, 'malformed', 'the array is not closed'))
  else if (skipSpace(body, end) < body.length) pieces.push(refused(end, body.length, 'malformed', 'something follows the array'))
  return pieces
}

/** `application/x-ndjson`: one event per line; empty lines are no positions. */
export function decodeLines(body: Buffer): Items {
  return itemsAt(body, linePieces(body))
}

/** Where the events of lines lie. */
export function linePieces(body: Buffer): Piece[] {
  const pieces: Piece[] = []
  let from = afterMark(body)
  while (from < body.length) {
    const newline = body.indexOf(NEWLINE, from)
    const end = newline === -1 ? body.length : newline
    const line = body.subarray(0, end)
    const start = skipSpace(line, from)
    if (start < end) {
      const span = scanValue(line, start)
      pieces.push(skipSpace(line, span.end) === end ? span : refused(start, end, 'malformed'))
    }
    from = end + 1
  }
  return pieces
}

/** Pieces of a text as items. */
export function itemsAt(body: Buffer, pieces: readonly Piece[]): Items {
  return {
    count: pieces.length,
    * [Symbol.iterator]() {
      for (const [position, piece] of pieces.entries()) {
        yield piece.refusal ? undecoded(body, piece, position, piece.refusal.code, piece.refusal.message) : decodeElement(body, piece, position)
      }
    },
  }
}

function refused(start: number, end: number, code: RejectCode, message = MESSAGES[code] ?? 'cannot be read'): Piece {
  return { start, end, depth: 0, refusal: { code, message, path: '' } }
}

/** What a call yields that cannot be read at all: one refused item. */
export function unreadableCall(code: 'unreadable' | 'malformed', message: string, body: Buffer = Buffer.alloc(0)): Items {
  return itemsAt(body, [refused(0, body.length, code, message)])
}

/** Binary mode: attributes in `ce-` headers, `data` in the body. `headers` as they came, names in lower case. */
export function decodeBinary(headers: Iterable<[string, string]>, contentType: string, body: Buffer): Items {
  return Object.assign([binaryItem(headers, contentType, body)], { count: 1 })
}

function binaryItem(headers: Iterable<[string, string]>, contentType: string, body: Buffer): Decoded | Undecoded {
  const whole: Span = { start: 0, end: body.length, depth: 0 }
  const event: Record<string, unknown> = {}
  for (const [name, value] of headers) {
    if (!name.startsWith('ce-')) continue
    const text = headerText(value)
    if (text === null) return undecoded(body, whole, 0, 'unreadable')
    event[name.slice('ce-'.length)] = text
  }
  if (body.length === 0) return { position: 0, bytes: 0, event }
  if (!isJson(contentType)) return { position: 0, bytes: body.length, event: { ...event, data: body.toString('latin1') } }
  const span = scanValue(body, skipSpace(body, afterMark(body)))
  const data = skipSpace(body, span.end) === body.length ? parseSpan(body, span, MAX_DEPTH - 1) : 'malformed'
  return typeof data === 'string' ? undecoded(body, whole, 0, data) : { position: 0, bytes: body.length, event: { ...event, data: data.value } }
}

/** The envelope at a span of the text, or why there is none; the pieces of files are decoded by it too. */
export function decodeElement(body: Buffer, span: Span, position: number): Decoded | Undecoded {
  const parsed = parseSpan(body, span, MAX_DEPTH)
  if (typeof parsed === 'string') return undecoded(body, span, position, parsed)
  const event = parsed.value
  if (typeof event !== 'object' || event === null || Array.isArray(event)) return undecoded(body, span, position, 'malformed')
  return { position, bytes: span.end - span.start, event: withDecodedData(event as Record<string, unknown>) }
}

function parseSpan(body: Buffer, { start, end, depth }: Span, maxDepth: number): { value: unknown } | 'too_large' | 'too_deep' | 'unreadable' | 'malformed' {
  if (end - start > MAX_EVENT_BYTES) return 'too_large'
  if (depth > maxDepth) return 'too_deep'
  const bytes = body.subarray(start, end)
  if (!isUtf8(bytes)) return 'unreadable'
  try {
    return { value: parseExact(bytes.toString('utf8')) }
  } catch {
    return 'malformed'
  }
}

/** `data_base64` is `data` in another encoding; what is no JSON stays text and is judged by the contract. */
function withDecodedData(event: Record<string, unknown>): Record<string, unknown> {
  if (typeof event.data_base64 !== 'string' || event.data !== undefined) return event
  const { data_base64: encoded, ...rest } = event
  const bytes = Buffer.from(encoded, 'base64')
  const parsed = parseSpan(bytes, scanValue(bytes, skipSpace(bytes, 0)), MAX_DEPTH - 1)
  return { ...rest, data: typeof parsed === 'string' ? encoded : parsed.value }
}

function undecoded(body: Buffer, { start, end }: Span, position: number, code: RejectCode, message = MESSAGES[code] ?? 'cannot be read'): Undecoded {
  return { position, bytes: end - start, refusal: { code, message, path: '' }, contentHash: hash('sha256', body.subarray(start, end), 'hex') }
}

/** UTF-8 byte order marks are skipped, though JSON does not allow them. */
function afterMark(body: Buffer): number {
  return body[0] === 0xef && body[1] === 0xbb && body[2] === 0xbf ? 3 : 0
}

function isJson(contentType: string): boolean {
  const type = contentType.split(';')[0]?.trim().toLowerCase() ?? ''
  return type === '' || type === 'application/json' || type === 'text/json' || type.endsWith('+json')
}

/** A header's value: percent-encoded UTF-8 by the CloudEvents binding; raw UTF-8, as some senders write, is taken too. Null if it is neither. */
function headerText(value: string): string | null {
  const unquoted = /^"(.*)"$/s.exec(value)?.[1]?.replace(/\\(.)/gs, '$1') ?? value
  const bytes = Buffer.from(unquoted.replace(/%([0-9A-Fa-f]{2})/g, (_match, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))), 'latin1')
  return isUtf8(bytes) ? bytes.toString('utf8') : null
}
