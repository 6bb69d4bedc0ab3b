/**
 * Reads an OCEL 2.0 log in JSON (https://www.ocel-standard.org, "JSON format"): members eventTypes, objectTypes, events, objects. Each
 * element is cut out of the text and parsed by itself, so a broken one spoils only itself and a large log is in memory once.
 */
import { isUtf8 } from 'node:buffer'
import { setImmediate as turn } from 'node:timers/promises'
import { z } from 'zod'
import { MAX_DEPTH } from '../../limits.ts'
import { arrayElements, memberAt, nextMember, OPEN_BRACKET, parseExact, scanValue, skipSpace, type Span } from '../../pipeline/json-scan.ts'

const OPEN_BRACE = 0x7b

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
  events: OcelArray
  objects: OcelArray
}
/** Where the elements of an array lie; `closed` false: the text ended first. */
export interface OcelArray { spans: readonly Span[]; closed: boolean }

const NOTHING: OcelArray = { spans: [], closed: true }
/** Elements scanned before the event loop gets its turn. */
const ELEMENTS_PER_TURN = 2000

/** Where everything lies in a log; null if the text is no object with an array `events`. The text is scanned once, in turns. */
export async function readLog(text: Buffer): Promise<OcelLog | null> {
  const open = skipSpace(text, text[0] === 0xef ? 3 : 0)
  if (text[open] !== OPEN_BRACE || !isUtf8(text)) return null
  const arrays = new Map<string, OcelArray>()
  for (let at = skipSpace(text, open + 1); at !== -1;) {
    const member = memberAt(text, at)
    if (!member) break
    let end: number
    if (text[member.value] === OPEN_BRACKET) {
      const array = await scanArray(text, member.value)
      arrays.set(member.name, array)
      end = array.closed ? array.end : text.length
    } else end = scanValue(text, member.value).end
    at = nextMember(text, end)
  }
  const events = arrays.get('events')
  if (!events) return null
  const declared = new Map<string, Set<string>>()
  for (const span of arrays.get('eventTypes')?.spans ?? []) {
    const type = parseSpan(text, span, ocelEventType)
    if (type) declared.set(type.name, new Set(type.attributes?.map(attribute => attribute.name)))
  }
  const none: ReadonlySet<string> = new Set()
  return { declared: type => declared.get(type) ?? none, events, objects: arrays.get('objects') ?? NOTHING }
}

async function scanArray(text: Buffer, open: number): Promise<OcelArray & { end: number }> {
  const spans: Span[] = []
  const elements = arrayElements(text, open)
  for (let next = elements.next(); ; next = elements.next()) {
    if (next.done) return { spans, closed: next.value !== -1, end: next.value }
    spans.push(next.value)
    if (spans.length % ELEMENTS_PER_TURN === 0) await turn()
  }
}

/** The element at a span, or null if it is not what the schema says. */
export function parseSpan<S extends z.ZodType>(text: Buffer, { start, end, depth }: Span, schema: S): z.infer<S> | null {
  if (depth > MAX_DEPTH) return null
  try {
    const result = schema.safeParse(parseExact(text.toString('utf8', start, end)))
    return result.success ? result.data : null
  } catch {
    return null
  }
}
