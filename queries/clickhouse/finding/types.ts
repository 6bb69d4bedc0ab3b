/** What finding reads and writes, as values: an object's history, its state, its obligations. Instants are epoch milliseconds UTC. */
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

export interface ObjectHistory extends ObjectRef { events: ObjectEvent[] }

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

/** A row of `obligations`: something that must be seen on an object by `dueAt`. Open: neither met nor cancelled nor removed. */
export interface Obligation {
  process: string
  /** the expectation's id; `failed:<step>` or `negative:<milestone>` for what a failure or a "no" obliges to */
  expectation: string
  milestone: string
  kind: 'failed' | 'overdue'
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
