/**
 * The event: a CloudEvents 1.0 envelope with Signalbox's extensions and `data`, as INTERFACES.md fixes it.
 * `eventData` validates what arrives; `storedEvent` is what the read interfaces answer.
 */
import { z } from 'zod'
import { money } from './money.ts'

export const EVENT_STATUSES = ['succeeded', 'failed', 'retrying', 'dead_lettered', 'started', 'skipped'] as const
export const ERROR_CLASSES = ['mapping', 'validation', 'authentication', 'connection', 'rate_limit', 'timeout', 'duplicate', 'business_rule', 'unknown'] as const
export const CRITICALITIES = ['critical', 'high', 'normal', 'low'] as const
export type EventStatus = (typeof EVENT_STATUSES)[number]
export type ErrorClass = (typeof ERROR_CLASSES)[number]
export type Criticality = (typeof CRITICALITIES)[number]

/** An error as a step reports it; `retryable` false means trying again cannot help. */
export const eventError = z.object({
  code: z.string().max(200).nullish(),
  class: z.enum(ERROR_CLASSES).nullish(),
  message: z.string().max(8192).nullish(),
  retryable: z.boolean().nullish(),
})

/** A business object that an event touches. Identity is (namespace, type, id); ids are case-sensitive. */
export const eventObject = z.object({
  type: z.string().min(1).max(100),
  id: z.string().min(1).max(1024),
  namespace: z.string().min(1).max(200).nullish(),
  system: z.string().max(200).nullish(),
  role: z.string().max(100).nullish(),
  state: z.string().max(200).nullish(),
})

export const counterparty = z.object({ type: z.string().max(100), id: z.string().max(1024), name: z.string().max(500).nullish() })

/** `data` of an event. Unknown members are dropped (the contract's allow-list), never an error. */
export const eventData = z.object({
  status: z.enum(EVENT_STATUSES),
  attempt: z.int().min(1).max(65535).nullish(),
  durationMs: z.number().min(0).max(4_294_967_295).nullish(),
  endpoint: z.string().max(500).nullish(),
  error: eventError.nullish(),
  objects: z.array(eventObject).max(1000).nullish(),
  amount: money.nullish(),
  counterparty: counterparty.nullish(),
  criticality: z.enum(CRITICALITIES).nullish(),
  attributes: z.record(z.string(), z.unknown()).nullish(),
})
export type EventData = z.infer<typeof eventData>

/** Flags that an accepted event may carry: it was kept as it came, and this is what is odd about it. */
export const EVENT_FLAGS = ['uncatalogued', 'uncatalogued_type', 'uncatalogued_integration', 'uncatalogued_facility', 'future_time', 'old_time', 'no_offset', 'no_time', 'no_correlation'] as const
export type EventFlag = (typeof EVENT_FLAGS)[number]

/** (namespace, type, id): the identity of a business object. */
export const objectRef = z.object({ namespace: z.string(), type: z.string(), id: z.string() })
export type ObjectRef = z.infer<typeof objectRef>

/** `event` of the read interfaces. Every field is always present. */
export const storedEvent = z.object({
  id: z.string(),
  source: z.string(),
  type: z.string(),
  time: z.string(),
  receivedAt: z.string(),
  status: z.enum(EVENT_STATUSES),
  attempt: z.number().nullable(),
  integration: z.string().nullable(),
  facility: z.string().nullable(),
  correlationId: z.string().nullable(),
  objects: z.array(objectRef.extend({ system: z.string().nullable(), role: z.string().nullable(), state: z.string().nullable() })),
  amount: z.object({ value: z.string(), currency: z.string() }).nullable(),
  error: z.object({ code: z.string().nullable(), class: z.enum(ERROR_CLASSES).nullable(), message: z.string().nullable(), retryable: z.boolean().nullable() }).nullable(),
  durationMs: z.number().nullable(),
  flags: z.array(z.string()),
  attributes: z.record(z.string(), z.unknown()),
})
export type StoredEvent = z.infer<typeof storedEvent>
