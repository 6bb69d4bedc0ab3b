/** The exception: one trouble about one object at one step of one process, as the read interfaces answer it. */
import { z } from 'zod'
import { objectRef } from './event.ts'

export const EXCEPTION_KINDS = ['failed', 'overdue', 'mismatch', 'rejected'] as const
export const EXCEPTION_STATUSES = ['open', 'acknowledged', 'waiting', 'resolved', 'ignored'] as const
export const SEVERITIES = ['critical', 'high', 'normal', 'low'] as const
/** What a person may give as the reason when resolving; shown as "resolved, not verified". */
export const RESOLUTION_CODES = ['fixed_at_source', 'fixed_in_target', 'posted_by_hand', 'duplicate', 'not_needed', 'accepted_as_is', 'false_alarm', 'other'] as const
/** How the clock stands: `paused` waits for somebody else, `none` has no due time. */
export const SLA_STATES = ['on_time', 'at_risk', 'breached', 'paused', 'none'] as const
export type SlaState = (typeof SLA_STATES)[number]
export type ExceptionKind = (typeof EXCEPTION_KINDS)[number]
export type ExceptionStatus = (typeof EXCEPTION_STATUSES)[number]
export type Severity = (typeof SEVERITIES)[number]
export type ResolutionCode = (typeof RESOLUTION_CODES)[number]

export const exceptionResolution = z.object({
  code: z.string(),
  by: z.enum(['person', 'recovered', 'verified']),
  at: z.string(),
  note: z.string().nullable(),
})

/** `exception` of the read interfaces. Every field is always present; `version` goes into If-Match. */
export const exceptionView = z.object({
  id: z.string(),
  kind: z.enum(EXCEPTION_KINDS),
  type: z.string(),
  title: z.string(),
  explanation: z.string(),
  status: z.enum(EXCEPTION_STATUSES),
  severity: z.enum(SEVERITIES),
  severityReasons: z.array(z.string()),
  process: z.string().nullable(),
  step: z.string().nullable(),
  integration: z.string().nullable(),
  facility: z.string().nullable(),
  entity: z.string().nullable(),
  counterparty: z.object({ type: z.string(), id: z.string(), name: z.string().nullable() }).nullable(),
  object: objectRef.nullable(),
  amount: z.object({ value: z.string(), currency: z.string() }).nullable(),
  firstSeen: z.string(),
  lastSeen: z.string(),
  detectedAt: z.string(),
  dueAt: z.string().nullable(),
  occurrences: z.number(),
  fingerprint: z.string(),
  /** whose it is by the ownership rules: a team's id, or a person's e-mail address */
  owner: z.string().nullable(),
  assignee: z.string().nullable(),
  correlationIds: z.array(z.string()),
  eventIds: z.array(z.string()),
  resolution: exceptionResolution.nullable(),
  version: z.number(),
})
export type ExceptionView = z.infer<typeof exceptionView>

/** `"1001"` → 1001; null for what cannot be the id of an exception. */
export function exceptionNumber(id: string): number | null {
  return /^[1-9]\d{0,14}$/.test(id) ? Number(id) : null
}
