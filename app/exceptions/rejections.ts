/** Rejected input as exceptions: each is one, until it is taken after all. Pure. */
import type { RejectedInput } from '#queries/clickhouse/finding/rejected.ts'
import { minorDigits } from '#queries/model/money.ts'
import type { Verdict } from '#queries/postgres/exceptions.ts'
import { assess, type Unassessed } from '../ownership/assess.ts'
import { fingerprintOf } from './fingerprint.ts'
import type { Rules } from './rules.ts'
import { sentence } from './words.ts'
import { subjectKey } from './verdicts.ts'

/** The subject key of a rejected input. */
export const rejectedKey = (id: string): string => subjectKey('rejected', id)

/**
 * Whether a rejected input is still trouble. `corrected`: an event of the same (source, id) was accepted. That does not settle an
 * identity conflict, where the accepted one is what it conflicts with.
 */
export function rejectionVerdict(input: RejectedInput, corrected: boolean, rules: Rules, now: number): Verdict {
  const key = rejectedKey(input.id)
  if (input.status !== 'open') return { subjectKey: key, found: null, closed: { code: 'redriven', at: input.receivedAt, seen: true } }
  if (corrected && input.code !== 'id_conflict') return { subjectKey: key, found: null, closed: { code: 'corrected', at: input.receivedAt, seen: true } }
  const from = rules.integration(input.integration)?.name || input.integration || input.source || 'An unknown sender'
  const amount = input.amountMinor !== null && minorDigits(input.currency) !== undefined ? input.amountMinor : null
  const what = input.objectId ? `${sentence(input.objectType).toLowerCase()} ${input.objectId}` : input.eventId ? `event ${input.eventId}` : 'an event'
  const unassessed: Unassessed = {
    subjectKey: key, kind: 'rejected', type: input.code, title: `${from} sent ${what}, which could not be taken: ${reason(input)}`.slice(0, 500),
    explanation: `${sentence(input.code)}${input.path ? ` at ${input.path}` : ''}. Nothing of it counts until it is sent again in a form that can be taken.`,
    process: null, step: input.type || null, integration: input.integration || null, system: rules.integration(input.integration)?.from ?? null,
    facility: input.facility || null, entity: input.entity || null, counterpartyType: null, counterpartyId: null, counterpartyName: null,
    namespace: null, objectType: input.objectType || null, objectId: input.objectId || null,
    amountMinor: amount, currency: amount === null ? null : input.currency, amountKey: amount === null ? null : key,
    firstSeen: input.receivedAt, lastSeen: input.receivedAt, evidenceAt: input.receivedAt, dueAt: null, occurrences: 1,
    fingerprint: fingerprintOf({ integration: input.integration, step: input.type, errorClass: input.code, message: '', code: input.path || input.code, fallback: key }),
    error: { code: input.code, class: '', message: input.message, endpoint: '' },
    correlationIds: input.correlationId ? [input.correlationId] : [], eventIds: input.eventId ? [input.eventId] : [], environment: input.environment || 'production',
    criticality: '', warnAt: null, beganAt: null, serves: [],
  }
  return { subjectKey: key, closed: null, found: { ...unassessed, ...assess(unassessed, rules, now) } }
}

function reason(input: RejectedInput): string {
  return (input.message || sentence(input.code)).replace(/[.\s]+$/u, '')
}
