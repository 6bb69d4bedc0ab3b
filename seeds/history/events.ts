/** What the generator makes: CloudEvents as systems would send them, and raw bodies for those that are deliberately bad. */
import type { Criticality, ErrorClass, EventStatus } from '#queries/model/event.ts'
import type { Amount } from './money.ts'

export interface SeedObject { type: string; id: string; namespace: string; system?: string; role?: string; state?: string }
export interface SeedError { code: string; class: ErrorClass; message: string; retryable: boolean }
export interface Party { type: string; id: string; name: string }

/** `data` of an event; absent members are left out as real senders do. */
export interface SeedData {
  status: EventStatus
  attempt?: number
  durationMs?: number
  endpoint?: string
  error?: SeedError
  objects?: SeedObject[]
  amount?: Amount
  counterparty?: Party
  criticality?: Criticality
  attributes?: Record<string, unknown>
}

/** A structured CloudEvent 1.0 with Signalbox's extension attributes. */
export interface CloudEvent {
  specversion: '1.0'
  id: string
  source: string
  type: string
  subject?: string
  time: string
  datacontenttype: 'application/json'
  integration: string
  facility?: string
  correlationid?: string
  causationid?: string
  traceparent?: string
  environment?: string
  data: SeedData
}

/** A normal event with its instant (epoch ms), so that sorting needs no parsing. */
export interface EventItem { kind: 'event'; at: number; event: CloudEvent }
/** A deliberately bad or merely odd request body; `expect` is the code it must be rejected with, null when it must be accepted. */
export interface RawItem { kind: 'raw'; at: number; body: Uint8Array; contentType: string; expect: string | null; caseKind: string }
export type SeedItem = EventItem | RawItem
