/** Step 3, contract: is it a CloudEvent 1.0 with our extensions, and does `data` keep what the type promises? */
import { CRITICALITIES, ERROR_CLASSES, EVENT_STATUSES, eventData, type EventData, type EventFlag } from '#queries/model/event.ts'
import type { z } from 'zod'
import { INVALID_CODES, MISSING_CODES, type RejectCode } from '../codes.ts'
import { MAX_ID_BYTES } from '../limits.ts'
import { contentHash } from './canonical.ts'
import type { CallContext, Contracted, Decoded, Envelope, Refusal } from './item.ts'
import { parseTime } from './time.ts'

/** CloudEvents strings hold no control characters; half a surrogate pair is no character at all. */
// oxlint-disable-next-line no-control-regex
const CONTROL = /[\u0000-\u001f\u007f-\u009f]/
const ENVIRONMENT = /^[A-Za-z0-9_-]{1,50}$/
const TRACEPARENT = /^[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}/
/** Types that report on the machinery, which every integration may send. */
const TECHNICAL = /^(integration|execution)\./

const REQUIRED = ['id', 'source', 'type'] as const
const OPTIONAL = ['subject', 'dataschema', 'correlationid', 'causationid', 'integration', 'facility'] as const
type TextAttribute = (typeof REQUIRED)[number] | (typeof OPTIONAL)[number]
const MAX_LENGTH: Record<TextAttribute, number> = { id: MAX_ID_BYTES, source: 1024, type: 255, subject: 1024, dataschema: 1024, correlationid: 512, causationid: 1024, integration: 200, facility: 200 }

/** The event with its envelope read and its data validated, or the first thing that is wrong with it. */
export function contract(item: Decoded, context: CallContext): Contracted | Refusal {
  const { event } = item
  const envelope = readEnvelope(event, context.imported)
  if ('code' in envelope) return envelope
  const { flags, refusal } = knownCodes(envelope, context)
  if (refusal) return refusal
  if (envelope.time === null) flags.push('no_time')
  else if (!parseTime(String(event.time))?.offset) flags.push('no_offset')
  const data = flags.includes('uncatalogued_type') ? lenientData(event.data) : strictData(event.data)
  if ('code' in data) return data
  return { ...item, envelope, data: data.value, flags, contentHash: contentHash(event) }
}

function readEnvelope(event: Record<string, unknown>, timeRequired: boolean): Envelope | Refusal {
  if (isAbsent(event.specversion)) return missing('specversion')
  if (event.specversion !== '1.0') return invalid('specversion', 'must be "1.0"')
  const texts: Partial<Record<TextAttribute, string>> = {}
  for (const name of REQUIRED) {
    if (isAbsent(event[name])) return missing(name)
    const text = readText(event[name], name)
    if (typeof text !== 'string') return text
    texts[name] = text
  }
  for (const name of OPTIONAL) {
    const text = isAbsent(event[name]) ? '' : readText(event[name], name)
    if (typeof text !== 'string') return text
    texts[name] = text
  }
  const environment = event.environment ?? 'production'
  if (typeof environment !== 'string' || !ENVIRONMENT.test(environment)) return invalid('environment', 'must be a word of letters, digits, - and _')
  if (isAbsent(event.time) && timeRequired) return missing('time')
  const time = isAbsent(event.time) ? null : typeof event.time === 'string' ? parseTime(event.time) : undefined
  if (time === undefined || (time === null && !isAbsent(event.time))) return invalid('time', 'must be an RFC 3339 time between 1900 and 2299')
  // a trace context that cannot be read is ignored, as W3C Trace Context says
  const trace = typeof event.traceparent === 'string' ? TRACEPARENT.exec(event.traceparent) : null
  return { ...(texts as Record<TextAttribute, string>), environment, traceId: trace?.[1] ?? '', spanId: trace?.[2] ?? '', time: time === null ? null : time.epochMs }
}

function isAbsent(value: unknown): boolean {
  return value === undefined || value === null || value === ''
}

/** Extensions may be numbers or booleans by CloudEvents' type system; they are kept as text. */
function readText(value: unknown, name: TextAttribute): string | Refusal {
  const extension = name !== 'id' && name !== 'source' && name !== 'type'
  const text = extension && (typeof value === 'number' || typeof value === 'boolean') ? String(value) : value
  if (typeof text !== 'string') return invalid(name, 'must be a string')
  if (Buffer.byteLength(text) > MAX_LENGTH[name]) return { code: 'too_large', message: `${name} may have at most ${MAX_LENGTH[name]} bytes`, path: name }
  if (CONTROL.test(text) || !text.isWellFormed()) return invalid(name, 'must not hold control characters or broken Unicode')
  return text
}

function knownCodes({ type, integration, facility }: Envelope, { catalogue, key }: CallContext): { flags: EventFlag[]; refusal?: Refusal } {
  const flags: EventFlag[] = []
  const known = integration === '' ? undefined : catalogue.integration(integration)
  if (!catalogue.isKnownType(type)) flags.push('uncatalogued_type')
  if (integration !== '' && !known) flags.push('uncatalogued_integration')
  if (facility !== '' && !catalogue.facility(facility)) flags.push('uncatalogued_facility')
  const [first] = flags
  if (first && key.strict) return { flags, refusal: { code: 'unknown_code', message: 'the catalogue does not know it, and the key is strict', path: first.slice('uncatalogued_'.length) } }
  if (first) flags.unshift('uncatalogued')
  else if (known?.strict && !known.eventTypes.includes(type) && !TECHNICAL.test(type)) {
    return { flags, refusal: { code: 'contract_violation', message: 'the integration is strict and does not declare this event type', path: 'type' } }
  }
  return { flags }
}

type Read = { value: EventData } | Refusal

function strictData(data: unknown): Read {
  if (isAbsent(data)) return missing('status', 'data.status')
  if (!isObject(data)) return invalid('data', 'must be a JSON object')
  const result = eventData.safeParse(data)
  return result.success ? { value: result.data } : refusalOf(result.error.issues, data)
}

/** An uncatalogued type has no contract: what can be read is kept, the rest is not, and a missing status means that it happened. */
function lenientData(data: unknown): Read {
  const members: Record<string, unknown> = {}
  if (isObject(data)) {
    for (const [name, schema] of Object.entries(eventData.shape)) {
      const result = schema.safeParse(data[name])
      if (result.success) members[name] = result.data
    }
  }
  return { value: { ...members, status: EVENT_STATUSES.find(status => status === members.status) ?? 'succeeded' } }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

const EXPECTED: Record<string, string> = {
  status: `must be one of ${EVENT_STATUSES.join(', ')}`,
  criticality: `must be one of ${CRITICALITIES.join(', ')}`,
  attempt: 'must be a whole number from 1 to 65535',
  durationMs: 'must be a number of milliseconds from 0 to 4294967295',
  endpoint: 'must be a string of at most 500 characters',
  class: `must be one of ${ERROR_CLASSES.join(', ')}`,
}

/** Scalars and the amount have codes of their own; what is wrong inside a structure is a violation of the contract at its path. */
function refusalOf(issues: readonly z.core.$ZodIssue[], data: Record<string, unknown>): Refusal {
  const issue = issues[0]
  const names = (issue?.path ?? []).map(String)
  const path = ['data', ...names].join('.')
  const [member = ''] = names
  if (member === 'status' && isAbsent(data.status)) return missing('status', path)
  const code = INVALID_CODES.find(one => one === `invalid_${member}`)
  const message = EXPECTED[names.at(-1) ?? ''] ?? (issue?.code === 'custom' ? issue.message : expectation(issue))
  return { code: code ?? 'contract_violation', message, path }
}

/** In our words: a validator's own message may quote the value. */
function expectation(issue: z.core.$ZodIssue | undefined): string {
  switch (issue?.code) {
    case 'invalid_type': return `must be of type ${issue.expected}`
    case 'too_big': return `is larger than the contract allows (${String(issue.maximum)})`
    case 'too_small': return `is smaller than the contract allows (${String(issue.minimum)})`
    case 'unrecognized_keys': return 'has members that the contract does not know'
    default: return 'does not fit the contract'
  }
}

function missing(name: string, path = name): Refusal {
  return { code: codeOf(MISSING_CODES, `missing_${name}`), message: `${name} is required`, path }
}

function invalid(name: string, message: string): Refusal {
  return { code: codeOf(INVALID_CODES, `invalid_${name}`), message: `${name} ${message}`, path: name }
}

function codeOf<C extends RejectCode>(codes: readonly C[], code: string): RejectCode {
  return codes.find(one => one === code) ?? 'contract_violation'
}
