/** What finding reads and writes, as values: an object's history, its state, its obligations. Instants are epoch milliseconds UTC. */
import { z } from 'zod'
import type { ObjectRef } from '../../model/event.ts'

/** One event of an object's history: the narrow row of `events_by_object`, duplicates already collapsed. Empty text means "not given". */
export interface ObjectEvent {
  eventKey: string
  eventId: string
  type: string
  time: number
  status: string
  attempt: number
  /** null: the step did not say */
  retryable: boolean | null
  errorCode: string
  errorClass: string
  errorMessage: string
  /** what the step called; empty where it did not say */
  endpoint: string
  role: string
  integration: string
  facility: string
  entity: string
  correlationId: string
  criticality: string
  /** integer minor units as decimal text */
  amountMinor: string | null
  currency: string
  counterpartyType: string
  counterpartyId: string
  counterpartyName: string
  /** JSON text; only filled for types whose attributes the rules read */
  attributes: string
  /** `attributes.purchaseOrder`, else empty */
  purchaseOrder: string
  /** true where this object is what the event is about; only determined for events that can be trouble */
  subject: boolean
}

/** `serves`: types of other objects that its first own event names, where rules ask for them. */
export interface ObjectHistory extends ObjectRef { events: ObjectEvent[]; serves?: string[] }

/** A row of `objects`. */
export interface ObjectState extends ObjectRef {
  firstAt: number
  lastAt: number
  events: number
  facility: string
  entity: string
  counterpartyType: string
  counterpartyId: string
  counterpartyName: string
  criticality: string
  amountMinor: string | null
  currency: string
  milestones: { type: string; at: number }[]
  correlationId: string
}

export const OBLIGATION_KINDS = ['failed', 'overdue', 'mismatch'] as const
export type ObligationKind = (typeof OBLIGATION_KINDS)[number]

/** A row of `obligations`: something that must be seen on an object by `dueAt`. Open: neither met nor cancelled nor removed. */
export interface Obligation {
  process: string
  /** the expectation's id; `failed:<step>`, `negative:<milestone>` or `agreement:<id>` for what a failure, a "no" or a difference obliges to */
  expectation: string
  milestone: string
  kind: ObligationKind
  anchorType: string
  anchorAt: number
  warnAt: number
  dueAt: number
  metAt: number | null
  cancelledAt: number | null
  removed: boolean
  integration: string
  facility: string
  entity: string
  counterpartyType: string
  counterpartyId: string
  counterpartyName: string
  criticality: string
  amountMinor: string | null
  currency: string
  correlationId: string
}

/** True while the obligation waits to be met. */
export const isOpen = (obligation: Pick<Obligation, 'metAt' | 'cancelledAt' | 'removed'>): boolean =>
  obligation.metAt === null && obligation.cancelledAt === null && !obligation.removed

/** Objects as one text, for maps and sets; unambiguous whatever the parts hold. */
export const objectKey = (ref: ObjectRef): string => JSON.stringify([ref.namespace, ref.type, ref.id])

const keyParts = z.tuple([z.string(), z.string(), z.string()])
/** The object of a key that {@link objectKey} made. */
export function objectOfKey(key: string): ObjectRef {
  const [namespace, type, id] = keyParts.parse(JSON.parse(key))
  return { namespace, type, id }
}
