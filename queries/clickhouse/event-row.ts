/** A row of `events` as every read of whole events selects it, and the `event` of the read interfaces made from it. */
import { z } from 'zod'
import { ERROR_CLASSES, EVENT_STATUSES, type ErrorClass, type StoredEvent } from '../model/event.ts'
import { fromMinor } from '../model/money.ts'

/** `2026-11-20 08:15:00.123` (UTC, as the store writes it) → `2026-11-20T08:15:00.123Z`. */
export const storeInstant = z.string().transform(text => (text.endsWith('Z') ? text : `${text.replace(' ', 'T')}Z`))
/** An instant that may be missing. */
export const storeInstantOrNull = z.string().nullable().transform(text => (text === null ? null : text.endsWith('Z') ? text : `${text.replace(' ', 'T')}Z`))

/** An ISO instant as the store's parameters take it. */
export function toStoreInstant(instant: Date | string): string {
  return new Date(instant).toISOString().replace('T', ' ').replace('Z', '')
}

/** The columns of an event row, in one place: every query of whole events selects these. */
export const EVENT_COLUMNS = [
  'event_key', 'id', 'source', 'type', 'subject', 'time', 'received_at', 'status', 'attempt', 'integration', 'facility', 'entity', 'environment', 'correlation_id',
  'object_namespaces', 'object_types', 'object_ids', 'object_systems', 'object_roles', 'object_states',
  'amount_minor', 'currency', 'error_code', 'error_class', 'error_message', 'retryable', 'duration_ms', 'endpoint',
  'counterparty_type', 'counterparty_id', 'counterparty_name', 'criticality', 'flags', 'attributes',
].join(', ')

const count = z.coerce.number()
export const eventRow = z.object({
  event_key: z.string(), id: z.string(), source: z.string(), type: z.string(), subject: z.string(),
  time: storeInstant, received_at: storeInstant,
  status: z.enum(EVENT_STATUSES), attempt: count,
  integration: z.string(), facility: z.string(), entity: z.string(), environment: z.string(), correlation_id: z.string(),
  object_namespaces: z.array(z.string()), object_types: z.array(z.string()), object_ids: z.array(z.string()),
  object_systems: z.array(z.string()), object_roles: z.array(z.string()), object_states: z.array(z.string()),
  amount_minor: z.string().nullable(), currency: z.string(),
  error_code: z.string(), error_class: z.string(), error_message: z.string(), retryable: z.boolean().nullable(),
  duration_ms: count.nullable(), endpoint: z.string(),
  counterparty_type: z.string(), counterparty_id: z.string(), counterparty_name: z.string(), criticality: z.string(),
  flags: z.array(z.string()), attributes: z.string(),
})
export type EventRow = z.infer<typeof eventRow>

/** The `event` of the read interfaces. An attempt of 0 in the store means that none was reported. */
export function toStoredEvent(row: EventRow): StoredEvent {
  const hasError = row.error_code !== '' || row.error_class !== '' || row.error_message !== ''
  return {
    id: row.id, source: row.source, type: row.type, time: row.time, receivedAt: row.received_at, status: row.status,
    attempt: row.attempt === 0 ? null : row.attempt,
    integration: orNull(row.integration), facility: orNull(row.facility), correlationId: orNull(row.correlation_id),
    objects: row.object_ids.map((id, index) => ({
      namespace: row.object_namespaces[index] ?? 'default', type: row.object_types[index] ?? '', id,
      system: orNull(row.object_systems[index]), role: orNull(row.object_roles[index]), state: orNull(row.object_states[index]),
    })),
    amount: row.amount_minor === null ? null : fromMinor(row.amount_minor, row.currency),
    error: hasError ? { code: orNull(row.error_code), class: errorClass(row.error_class), message: orNull(row.error_message), retryable: row.retryable } : null,
    durationMs: row.duration_ms,
    flags: row.flags,
    attributes: readAttributes(row.attributes),
  }
}

/** Attributes from their stored JSON text; an empty text is none. */
export function readAttributes(text: string): Record<string, unknown> {
  return text === '' ? {} : z.record(z.string(), z.unknown()).parse(JSON.parse(text))
}

function orNull(text: string | undefined): string | null {
  return text === undefined || text === '' ? null : text
}

function errorClass(text: string): ErrorClass | null {
  return (ERROR_CLASSES as readonly string[]).includes(text) ? (text as ErrorClass) : null
}
