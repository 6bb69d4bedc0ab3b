/** Failures as the finder finds them, settled into real stores without their events. */
import { exceptionFilter, type ExceptionFilter } from '#queries/model/filter.ts'
import type { FoundException } from '#queries/postgres/exceptions.ts'
import { fingerprintOf } from '#app/exceptions/fingerprint.ts'
import { project } from '#app/exceptions/project.ts'
import { settle } from '#app/exceptions/settle.ts'
import type { TestStores } from '#test/support/stores.ts'

export const T0 = Date.UTC(2026, 10, 10, 8)
export const HOUR = 3_600_000
export const ada = { actor: { kind: 'person' as const, id: 'ada', origin: '10.0.0.1' }, scope: 'all' as const }

export interface Failure { id: string; message: string; code?: string; class?: string; endpoint?: string; facility?: string; integration?: string; at?: number; occurrences?: number; minor?: string; currency?: string; counterparty?: string }

/** One failed export of an invoice. */
export function failure({ id, message, code = '', class: errorClass = 'mapping', endpoint = '', facility = 'north', integration = 'odoo-ledger', at = T0, occurrences = 1, minor = '1000', currency = 'EUR', counterparty }: Failure): FoundException {
  return {
    subjectKey: `key-${id}`, kind: 'failed', type: 'customer_invoice_exported_failed', title: `Invoice ${id} was refused: ${message}`, explanation: '', severity: 'normal', severityReasons: [], process: 'order-to-cash', step: 'finance.customer_invoice.exported', integration,
    system: null, facility, entity: `${facility}-ag`, counterpartyType: counterparty ? 'supplier' : null, counterpartyId: counterparty ?? null, counterpartyName: counterparty ?? null, namespace: 'default', objectType: 'customer_invoice', objectId: id, amountMinor: minor, currency, amountKey: id,
    firstSeen: at, lastSeen: at, evidenceAt: at + occurrences, dueAt: null, occurrences, correlationIds: [], eventIds: [], environment: 'production', criticality: '', warnAt: null, beganAt: null, serves: [], owner: null, rules: [],
    fingerprint: fingerprintOf({ integration, step: 'finance.customer_invoice.exported', errorClass, message, code, endpoint, fallback: id }), error: { code, class: errorClass, message, endpoint },
  }
}

/** Settles and projects, as the finder does. */
export async function find(stores: TestStores, failures: readonly Failure[], now = new Date(T0 + HOUR)): Promise<string[]> {
  const found = failures.map(failure)
  await project(stores, await settle(stores, found.map(each => ({ subjectKey: each.subjectKey, found: each, closed: null })), now))
  return found.map(each => each.fingerprint)
}

/** What was missing is there: each closes by itself. */
export async function recover(stores: TestStores, ids: readonly string[], at: number): Promise<void> {
  await project(stores, await settle(stores, ids.map(id => ({ subjectKey: `key-${id}`, found: null, closed: { code: 'milestone_seen', at, seen: true } })), new Date(at)))
}

/** Status, group and owner of members by the id of their invoice. */
export async function statesOf(stores: TestStores, ids: readonly string[]): Promise<Record<string, { status: string; fingerprint: string; assignee: string | null }>> {
  const rows = await stores.postgres.selectFrom('exception').select(['object_id', 'status', 'fingerprint', 'assignee']).where('object_id', 'in', [...ids]).orderBy('id').execute()
  return Object.fromEntries(rows.map(row => [row.object_id ?? '', { status: row.status, fingerprint: row.fingerprint, assignee: row.assignee }]))
}

/** A filter as the worklist's address gives it. */
export const asked = (filter: Partial<ExceptionFilter> = {}): ExceptionFilter => exceptionFilter.parse(filter)
