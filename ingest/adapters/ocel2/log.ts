/**
 * Reads an OCEL 2.0 log in JSON (https://www.ocel-standard.org, "JSON format"): members eventTypes, objectTypes, events, objects. Each
 * element is cut out of the text and parsed by itself, so a broken one spoils only itself and a large log is in memory once.
 */
import { isUtf8 } from 'node:buffer'
import { z } from 'zod'
import { MAX_DEPTH } from '../../limits.ts'
import { arrayPieces, type Piece } from '../../pipeline/decode.ts'
import { objectMembers, parseExact, skipSpace, type Span } from '../../pipeline/json-scan.ts'

const OPEN_BRACE = 0x7b
const OPEN_BRACKET = 0x5b

const relationships = z.array(z.object({ objectId: z.string(), qualifier: z.string().nullish() })).nullish()
const value = z.union([z.string(), z.number(), z.boolean(), z.null()])

/** An event; what is missing or odd about id, type and time is judged by the pipeline. */
export const ocelEvent = z.object({
  id: z.unknown(), type: z.unknown(), time: z.unknown(),
  attributes: z.array(z.object({ name: z.string(), value })).nullish(),
  relationships,
})
export type OcelEvent = z.infer<typeof ocelEvent>

export const ocelObject = z.object({
  id: z.string(), type: z.string(),
  attributes: z.array(z.object({ name: z.string(), time: z.string().nullish(), value })).nullish(),
  relationships,
})
export type OcelObject = z.infer<typeof ocelObject>

const ocelEventType = z.object({ name: z.string(), attributes: z.array(z.object({ name: z.string() })).nullish() })

export interface OcelLog {
  /** names of the attributes that the log declares for an event type */
  declared(type: string): ReadonlySet<string>
  events: readonly Piece[]
  objects: readonly Piece[]
}

/** Where everything lies in a log; null if the text is no object with an array `events`. */
export function readLog(text: Buffer): OcelLog | null {
  const open = skipSpace(text, text[0] === 0xef ? 3 : 0)
  if (text[open] !== OPEN_BRACE || !isUtf8(text)) return null
  const members = new Map<string, Span>()
  for (const { name, value: span } of objectMembers(text, open)) members.set(name, span)
  const piecesOf = (name: string) => {
    const span = members.get(name)
    return span && text[span.start] === OPEN_BRACKET ? arrayPieces(text, span.start, true) : null
  }
  const events = piecesOf('events')
  if (!events) return null
  const declared = new Map<string, Set<string>>()
  for (const piece of piecesOf('eventTypes') ?? []) {
    const type = parsePiece(text, piece, ocelEventType)
    if (type) declared.set(type.name, new Set(type.attributes?.map(attribute => attribute.name)))
  }
  const none: ReadonlySet<string> = new Set()
  return { declared: type => declared.get(type) ?? none, events, objects: piecesOf('objects') ?? [] }
}

/** The element at a piece, or null if it is not what the schema says. */
export function parsePiece<S extends z.ZodType>(text: Buffer, { start, end, depth, refusal }: Piece, schema: S): z.infer<S> | null {
  if (refusal || depth > MAX_DEPTH) return null
  try {
    const result = schema.safeParse(parseExact(text.toString('utf8', start, end)))
    return result.success ? result.data : null
  } catch {
    return null
  }
}
