/** Step 5, normalise: one spelling for each thing: instants in UTC, money in minor units, a correlation id wherever one can be had. */
import { toInstant, type EventRow } from '#queries/clickhouse/events/rows.ts'
import { toMinor } from '#queries/model/money.ts'
import { keyOf } from './canonical.ts'
import type { CallContext, Contracted, Prepared } from './item.ts'
import { timeFlags } from './time.ts'

export interface Normalised { item: Contracted; prepared: Prepared }

/** The event's row without its objects. A type, integration or facility that the catalogue does not know keeps only canonical fields. */
export function normalise(item: Contracted, context: CallContext): Normalised {
  const { envelope, data } = item
  const { receivedAt, catalogue } = context
  const time = envelope.time ?? receivedAt
  const correlationId = envelope.correlationid || envelope.traceId || envelope.subject
  const flags = [...item.flags, ...timeFlags(time, receivedAt)]
  if (correlationId === '') flags.push('no_correlation')
  const keepsAttributes = context.imported || !flags.includes('uncatalogued')
  const row: EventRow = {
    event_key: keyOf(envelope.source, envelope.id),
    source: envelope.source,
    id: envelope.id,
    type: envelope.type,
    subject: envelope.subject,
    time: toInstant(time),
    received_at: toInstant(receivedAt),
    status: data.status,
    attempt: data.attempt ?? 1,
    integration: envelope.integration,
    facility: envelope.facility,
    entity: catalogue.entityFor(envelope.integration, envelope.facility),
    environment: envelope.environment,
    correlation_id: correlationId,
    causation_id: envelope.causationid,
    trace_id: envelope.traceId,
    span_id: envelope.spanId,
    duration_ms: typeof data.durationMs === 'number' ? Math.round(data.durationMs) : null,
    endpoint: data.endpoint ?? '',
    error_code: data.error?.code ?? '',
    error_class: data.error ? data.error.class ?? 'unknown' : '',
    error_message: data.error?.message ?? '',
    retryable: data.error?.retryable ?? null,
    criticality: data.criticality ?? '',
    object_namespaces: [], object_types: [], object_ids: [], object_systems: [], object_roles: [], object_states: [],
    amount_minor: data.amount ? toMinor(data.amount).toString() : null,
    currency: data.amount?.currency ?? '',
    counterparty_type: data.counterparty?.type ?? '',
    counterparty_id: data.counterparty?.id ?? '',
    counterparty_name: data.counterparty?.name ?? '',
    dataschema: envelope.dataschema,
    attributes: keepsAttributes ? JSON.stringify(data.attributes ?? {}) : '{}',
    flags,
    writer: '',
    sequence: 0,
  }
  const { position, bytes, event, contentHash } = item
  return { item, prepared: { position, bytes, event, contentHash, row, timeless: envelope.time === null } }
}
