/** Failures of the machinery that are about no business object: by hand, each with a twin that a later success recovers. */
import type { EventItem, SeedError } from '#seeds/history/events.ts'
import { ERRORS } from '#seeds/history/trouble.ts'
import { technicalEvent } from '#seeds/history/technical.ts'
import type { PlantOptions } from './plant.ts'
import { DueTimes } from './slow-due.ts'
import { slowSeverity } from './slow-severity.ts'
import type { NearMiss, TruthRow } from './truth.ts'

const MINUTE = 60_000

/** `step` is the technical step's name, which is the exception's milestone. */
const ROWS: readonly { kind: string; integration: string; step: string; error: SeedError; agoMinutes: number; recoveredAfterMinutes: number | null; environment?: string }[] = [
  { kind: 'token-not-refreshed', integration: 'salesforce-odoo-orders', step: 'refresh-token', error: ERRORS.expired, agoMinutes: 190, recoveredAfterMinutes: null },
  { kind: 'mailbox-not-fetched', integration: 'edi-odoo-order-responses', step: 'fetch-mailbox', error: ERRORS.unreachable, agoMinutes: 300, recoveredAfterMinutes: null },
  { kind: 'schema-not-loaded', integration: 'ehr-panorama-activity', step: 'load-schema', error: ERRORS.refused, agoMinutes: 1500, recoveredAfterMinutes: null },
  { kind: 'token-not-refreshed', integration: 'hr-odoo-employees', step: 'refresh-token', error: ERRORS.expired, agoMinutes: 200, recoveredAfterMinutes: 12 },
  { kind: 'mailbox-not-fetched', integration: 'portal-odoo-confirmations', step: 'fetch-mailbox', error: ERRORS.unreachable, agoMinutes: 310, recoveredAfterMinutes: 8 },
  { kind: 'schema-not-loaded', integration: 'hr-panorama-headcount', step: 'load-schema', error: ERRORS.refused, agoMinutes: 1400, recoveredAfterMinutes: 70 },
  { kind: 'token-not-refreshed', integration: 'odoo-edi-orders', step: 'refresh-token', error: ERRORS.expired, agoMinutes: 220, recoveredAfterMinutes: null, environment: 'test' },
]

/** The events and the truth of technical failures without an object. */
export function technicalCases({ group, until }: PlantOptions): { items: EventItem[]; cases: TruthRow[]; nearMisses: NearMiss[] } {
  const items: EventItem[] = []
  const cases: TruthRow[] = []
  const nearMisses: NearMiss[] = []
  const due = new DueTimes(group)
  for (const { kind, integration, step, error, agoMinutes, recoveredAfterMinutes, environment } of ROWS) {
    const at = until - agoMinutes * MINUTE
    const failed = technicalEvent('integration.step.dead_lettered', integration, at, { status: 'dead_lettered', attempt: group.integration(integration).maxAttempts, error, attributes: { step } })
    items.push(environment ? { ...failed, event: { ...failed.event, environment } } : failed)
    if (environment) {
      nearMisses.push({ caseKind: kind, twin: `in the ${environment} environment`, finder: 'failed', milestone: step, object: null, integration, event: null })
      continue
    }
    if (recoveredAfterMinutes !== null) {
      items.push(technicalEvent('integration.step.succeeded', integration, at + recoveredAfterMinutes * MINUTE, { status: 'succeeded', attributes: { step } }))
      nearMisses.push({ caseKind: kind, twin: 'recovered by a later success', finder: 'failed', milestone: step, object: null, integration, event: null })
      continue
    }
    const when = new Date(at).toISOString()
    cases.push({
      caseKind: kind, finder: 'failed', process: null, milestone: step, object: null, integration, facility: null, entity: null, amount: null,
      anchorAt: when, dueAt: when, firstSeen: when, criticality: null, severity: slowSeverity({ finder: 'failed', process: null, milestone: step, objectType: null, criticality: null, amount: null, clock: null, threeDays: due.passed('P3D', null, at, until) }), code: null, event: null,
    })
  }
  return { items, cases, nearMisses }
}
