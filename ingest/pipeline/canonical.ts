/**
 * The canonical content of an event and its hash: what makes two events under one identity the same. It does not depend on the
 * binding, the order of members, white space, the spelling of the instant, or the catalogue of the day. Left out is what belongs to
 * the transport: content type, trace context, extensions that nobody keeps. A null member is an absent one.
 */
import { hash } from 'node:crypto'
import { parseTime } from './time.ts'

const ATTRIBUTES = ['id', 'source', 'type', 'subject', 'dataschema', 'correlationid', 'causationid', 'integration', 'facility'] as const

/** JSON text with sorted members and without null ones. The input must not nest deeper than the stack allows (it was checked). */
export function canonicalJson(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null'
  let text = ''
  if (Array.isArray(value)) {
    for (const element of value) text += `${text === '' ? '' : ','}${canonicalJson(element)}`
    return `[${text}]`
  }
  for (const name of Object.keys(value).sort()) {
    const member = (value as Record<string, unknown>)[name]
    if (member !== null && member !== undefined) text += `${text === '' ? '' : ','}${JSON.stringify(name)}:${canonicalJson(member)}`
  }
  return `{${text}}`
}

/** SHA-256 (hex) of an event's canonical content. */
export function contentHash(event: Record<string, unknown>): string {
  const content: Record<string, unknown> = { data: event.data, environment: event.environment ?? 'production' }
  for (const name of ATTRIBUTES) content[name] = event[name]
  const time = typeof event.time === 'string' ? parseTime(event.time) : null
  content.time = time === null ? event.time : time.epochMs
  return hash('sha256', canonicalJson(content), 'hex')
}

/** First 64 bits of a SHA-256 (hex) as a decimal string, for a UInt64 column. */
export function hash64(sha256: string): string {
  return BigInt(`0x${sha256.slice(0, 16)}`).toString()
}

/** First 128 bits of SHA-256 over the parts joined by zero bytes, in the form of a UUID. */
export function keyOf(...parts: string[]): string {
  const hex = hash('sha256', parts.join('\0'), 'hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20, 32)}`
}
