/** An event as one line of a list, with the catalogue's names. */
import type { Catalogue } from '#queries/catalogue/catalogue.ts'
import type { StoredEvent } from '#queries/model/event.ts'
import { facilityName, integrationName, stepName } from '../exceptions/labels.ts'
import { eventPath, tracePath } from '../paths.ts'
import { systemName } from './system-name.ts'

export interface EventLine {
  key: string; to: string; traceTo: string | null; time: string; name: string; type: string; status: StoredEvent['status']; attempt: number | null
  system: string; integration: string | null; facility: string | null; amount: StoredEvent['amount']; error: string | null; flags: readonly string[]
}

/** The line of an event. */
export function toEventLine(event: StoredEvent, catalogue: Catalogue): EventLine {
  return {
    key: `${event.source} ${event.id}`, to: eventPath(event.source, event.id), traceTo: event.correlationId === null ? null : tracePath(event.correlationId), time: event.time,
    name: stepName(catalogue, event.type) ?? event.type, type: event.type, status: event.status, attempt: event.attempt,
    system: systemName(catalogue, event.source), integration: integrationName(catalogue, event.integration), facility: event.facility === null ? null : facilityName(catalogue, event.facility),
    amount: event.amount, error: event.error?.message ?? event.error?.code ?? null, flags: event.flags,
  }
}
