/** The other answers of the read interfaces (INTERFACES.md "Reading"): summary, object, trace, health, rejected. Every field is always present. */
import { z } from 'zod'
import { objectRef, storedEvent, EVENT_STATUSES } from './event.ts'

const amount = z.object({ value: z.string(), currency: z.string() })

export const FIGURE_KEYS = ['stuck_purchase_orders', 'failed_invoice_exports', 'unmatched_payments', 'uncaptured_charges', 'backlog', 'overdue', 'rejected'] as const
export const summaryView = z.object({
  asOf: z.string(),
  figures: z.array(z.object({ key: z.enum(FIGURE_KEYS), count: z.number(), money: z.array(amount), oldest: z.string().nullable(), href: z.string() })),
  byFacility: z.array(z.object({ facility: z.string(), count: z.number(), overdue: z.number(), money: z.array(amount), oldest: z.string().nullable() })),
  accepted: z.object({ total: z.number(), rejected: z.number() }),
})
export type SummaryView = z.infer<typeof summaryView>

export const objectView = objectRef.extend({
  states: z.array(z.object({ system: z.string(), state: z.string(), asOf: z.string() })),
  milestones: z.array(z.object({ type: z.string(), at: z.string().nullable(), dueAt: z.string().nullable() })),
  amounts: z.array(amount),
  related: z.array(objectRef.extend({ via: z.string() })),
  exceptions: z.array(z.string()),
  lastEventAt: z.string().nullable(),
})
export type ObjectView = z.infer<typeof objectView>

export const traceView = z.object({
  correlationId: z.string(),
  events: z.array(storedEvent),
  spans: z.array(z.object({ traceId: z.string(), spanId: z.string(), parentSpanId: z.string().nullable(), name: z.string(), service: z.string(), start: z.string(), end: z.string(), status: z.enum(EVENT_STATUSES) })),
  missing: z.array(z.object({ milestone: z.string(), dueAt: z.string(), integration: z.string().nullable() })),
  objects: z.array(objectRef),
})
export type TraceView = z.infer<typeof traceView>

export const healthView = z.object({
  integration: z.string(),
  window: z.string(),
  throughput: z.number(),
  successRate: z.number().nullable(),
  errorRate: z.number().nullable(),
  latencyMs: z.object({ p50: z.number().nullable(), p95: z.number().nullable(), p99: z.number().nullable() }),
  retries: z.number(),
  deadLetters: z.number(),
  queue: z.object({ depth: z.number().nullable(), oldestSeconds: z.number().nullable() }),
  lastEventAt: z.string().nullable(),
  backlog: z.number(),
  overdue: z.number(),
  slo: z.object({ target: z.number(), actual: z.number().nullable(), budgetLeft: z.number().nullable() }),
})
export type HealthView = z.infer<typeof healthView>

/** A list answer: items, the cursor of the next page, and the instant the figures are of. */
export const listOf = <T extends z.ZodType>(item: T) => z.object({ items: z.array(item), nextCursor: z.string().nullable(), asOf: z.string() })
