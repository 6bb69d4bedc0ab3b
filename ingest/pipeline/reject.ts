/** What is kept of an event that was not taken: canonical fields that passed redaction, a hash and a size; never the body. */
import { toInstant } from '#queries/clickhouse/events/rows.ts'
import type { RejectedRow } from '#queries/clickhouse/rejected/rows.ts'
import { money, toMinor } from '#queries/model/money.ts'
import { contentHash, keyOf } from './canonical.ts'
import type { CallContext, Decoded, Refusal, Undecoded } from './item.ts'
import { parseTime } from './time.ts'

const MAX_TEXT = 1024
const MAX_OBJECTS = 100

/** The row of a refused event. Nothing of it is trusted: each field is read for itself, cut to length and scrubbed. */
export function rejectedRow(item: Decoded | Undecoded, refusal: Refusal, context: CallContext): RejectedRow {
  const { key, catalogue, scrubber, receivedAt, receipt } = context
  const event = 'event' in item ? item.event : {}
  const content = 'event' in item ? contentHash(item.event) : item.contentHash
  const data = isObject(event.data) ? event.data : {}
  const clip = (value: unknown) => (typeof value === 'string' || typeof value === 'number' ? String(value).slice(0, MAX_TEXT).toWellFormed() : '')
  const text = (value: unknown) => scrubber.text(clip(value))
  const objects = Array.isArray(data.objects) ? data.objects.filter(isObject).slice(0, MAX_OBJECTS) : []
  const amount = money.safeParse(data.amount)
  const time = typeof event.time === 'string' ? parseTime(event.time) : null
  // what cannot be read belongs to the only integration that its key may send
  const integration = text(event.integration) || onlyIntegration(context)
  const facility = text(event.facility)
  const source = text(event.source)
  const eventId = clip(event.id)
  return {
    id: keyOf(source, eventId, refusal.code, content),
    received_at: toInstant(receivedAt),
    receipt,
    position: item.position,
    source,
    event_id: eventId,
    type: text(event.type),
    integration,
    facility,
    entity: catalogue.entityFor(integration, facility),
    environment: text(event.environment) || 'production',
    correlation_id: text(event.correlationid) || text(event.subject),
    code: refusal.code,
    message: refusal.message,
    path: refusal.path,
    event_time: time === null ? null : toInstant(time.epochMs),
    object_types: objects.map(object => text(object.type)),
    object_ids: objects.map(object => clip(object.id)),
    amount_minor: amount.success ? toMinor(amount.data).toString() : null,
    currency: amount.success ? amount.data.currency : '',
    content_hash: content,
    content_bytes: item.bytes,
    key_id: key.id,
    version: receivedAt,
  }
}

function onlyIntegration({ key }: CallContext): string {
  const integrations = new Set(key.scopes.filter(scope => scope.act === 'ingest').map(scope => scope.integration))
  const [only] = integrations
  return integrations.size === 1 && typeof only === 'string' ? only : ''
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
