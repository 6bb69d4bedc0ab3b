/** The rows that ingestion writes, one type per table of migrations 0001, 0003 and 0004; nothing else lists these columns. */
import type { Criticality, ErrorClass, EventFlag, EventStatus } from '../../model/event.ts'

/** `YYYY-MM-DD hh:mm:ss.mmm` in UTC, as DateTime64(3, 'UTC') reads it. */
export type Instant = string

/** Epoch milliseconds → the stores' text of an instant. Throws RangeError outside what a Date holds. */
export function toInstant(epochMs: number): Instant {
  return new Date(epochMs).toISOString().slice(0, 23).replace('T', ' ')
}

/** The stores' text of an instant → RFC 3339 in UTC. */
export function fromInstant(instant: Instant): string {
  return `${instant.replace(' ', 'T')}Z`
}

export interface EventRow {
  event_key: string
  source: string
  id: string
  type: string
  subject: string
  time: Instant
  received_at: Instant
  status: EventStatus
  attempt: number
  integration: string
  facility: string
  entity: string
  environment: string
  correlation_id: string
  causation_id: string
  trace_id: string
  span_id: string
  duration_ms: number | null
  endpoint: string
  error_code: string
  error_class: ErrorClass | ''
  error_message: string
  retryable: boolean | null
  criticality: Criticality | ''
  object_namespaces: string[]
  object_types: string[]
  object_ids: string[]
  object_systems: string[]
  object_roles: string[]
  object_states: string[]
  /** minor units as a decimal string: 64 bits do not fit a JSON number */
  amount_minor: string | null
  currency: string
  counterparty_type: string
  counterparty_id: string
  counterparty_name: string
  dataschema: string
  /** a JSON object as text */
  attributes: string
  flags: EventFlag[]
  writer: string
  sequence: number
}

export interface ObjectEventRow {
  namespace: string
  object_type: string
  object_id: string
  time: Instant
  event_key: string
  type: string
  status: EventStatus
  attempt: number
  retryable: boolean | null
  error_code: string
  error_class: ErrorClass | ''
  error_message: string
  role: string
  system: string
  state: string
  source: string
  event_id: string
  integration: string
  facility: string
  entity: string
  environment: string
  correlation_id: string
  criticality: Criticality | ''
  amount_minor: string | null
  currency: string
  counterparty_type: string
  counterparty_id: string
  counterparty_name: string
  attributes: string
  endpoint: string
  received_at: Instant
}

export interface CorrelationRow { correlation_id: string; time: Instant; event_key: string; integration: string }
/** `content_hash`: 64 bits as a decimal string. */
export interface IdentityRow { event_key: string; content_hash: string; integration: string; time: Instant }
export interface LogRow { writer: string; sequence: number; kind: 'event' | 'rejected'; event_key: string; integration: string; time: Instant }
/** `rejected`: the answer's list as JSON text. */
export interface ReceiptRow { receipt: string; received_at: Instant; accepted: number; duplicates: number; rejected: string; key_id: string }
export interface AssignedTimeRow { event_key: string; time: Instant }
export interface ObjectAttributeRow {
  namespace: string; object_type: string; object_id: string; name: string; time: Instant; source: string
  /** tells two values of the same name and time apart */
  position: number
  value: string; received_at: Instant
}

/** The narrow rows of an event, one per object that it touches. */
export function objectRows(event: EventRow): ObjectEventRow[] {
  return event.object_ids.map((objectId, index) => ({
    namespace: event.object_namespaces[index] ?? 'default',
    object_type: event.object_types[index] ?? '',
    object_id: objectId,
    time: event.time,
    event_key: event.event_key,
    type: event.type,
    status: event.status,
    attempt: event.attempt,
    retryable: event.retryable,
    error_code: event.error_code,
    error_class: event.error_class,
    error_message: event.error_message,
    role: event.object_roles[index] ?? '',
    system: event.object_systems[index] ?? '',
    state: event.object_states[index] ?? '',
    source: event.source,
    event_id: event.id,
    integration: event.integration,
    facility: event.facility,
    entity: event.entity,
    environment: event.environment,
    correlation_id: event.correlation_id,
    criticality: event.criticality,
    amount_minor: event.amount_minor,
    currency: event.currency,
    counterparty_type: event.counterparty_type,
    counterparty_id: event.counterparty_id,
    counterparty_name: event.counterparty_name,
    attributes: event.attributes,
    endpoint: event.endpoint,
    received_at: event.received_at,
  }))
}
