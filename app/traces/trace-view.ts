/** A trace: every step under one correlation id, and the gap where the next step should be. */
import type { ClickHouse } from '#queries/clickhouse/clickhouse.ts'
import { UNSCOPED } from '#queries/clickhouse/define-query.ts'
import { toStoredEvent, type EventRow } from '#queries/clickhouse/event-row.ts'
import { openObligations, traceEvents } from '#queries/clickhouse/traces/trace.ts'
import type { ObjectRef, StoredEvent } from '#queries/model/event.ts'
import { inScope, type Scope } from '#queries/model/scope.ts'
import type { TraceView } from '#queries/model/views.ts'

/** Marks a step elsewhere in a trace: that it happened, when and how it went, and nothing else. Shown as "outside your scope". */
export const OUTSIDE_SCOPE = 'outside_scope'

/** Something still expected, as `traces.open_obligations` answers it. */
export interface OpenObligation { milestone: string; anchor_type: string; anchor_at: string; due_at: string; integration: string }

/** Reads a trace; null where no step of it lies in the scope. */
export async function readTrace(clickhouse: ClickHouse, correlationId: string, scope: Scope): Promise<TraceView | null> {
  const rows = await traceEvents.run(clickhouse, { correlationId }, UNSCOPED)
  if (!rows.some(row => inScope(scope, row))) return null
  const touched = objectsOf(rows)
  const obligations = touched.length === 0 ? [] : await openObligations.run(clickhouse, { types: touched.map(o => o.type), ids: touched.map(o => o.id), namespaces: touched.map(o => o.namespace) }, UNSCOPED)
  return assembleTrace(correlationId, rows, obligations, scope)
}

/**
 * Puts the trace together; pure. What is missing is what an event of this trace started and nothing anywhere has met: judged on all
 * data, so that a step done elsewhere never shows as a gap. Steps outside the scope are blanked, objects named only there left out.
 */
export function assembleTrace(correlationId: string, rows: readonly EventRow[], obligations: readonly OpenObligation[], scope: Scope): TraceView {
  const anchors = new Set(rows.map(row => `${row.type} ${row.time}`))
  const missing = new Map<string, TraceView['missing'][number]>()
  for (const open of obligations) {
    if (!anchors.has(`${open.anchor_type} ${open.anchor_at}`) || missing.has(open.milestone)) continue
    missing.set(open.milestone, { milestone: open.milestone, dueAt: open.due_at, integration: open.integration || null })
  }
  return {
    correlationId,
    events: rows.map((row, index) => (inScope(scope, row) ? toStoredEvent(row) : blank(row, index))),
    spans: [],
    missing: [...missing.values()],
    objects: objectsOf(rows.filter(row => inScope(scope, row))),
  }
}

function blank(row: EventRow, index: number): StoredEvent {
  return {
    id: `${OUTSIDE_SCOPE}:${index}`, source: '', type: row.type, time: row.time, receivedAt: row.received_at, status: row.status, attempt: null,
    integration: null, facility: null, correlationId: row.correlation_id, objects: [], amount: null, error: null, durationMs: null, flags: [OUTSIDE_SCOPE], attributes: {},
  }
}

function objectsOf(rows: readonly EventRow[]): ObjectRef[] {
  const objects = new Map<string, ObjectRef>()
  for (const row of rows) {
    for (const [index, id] of row.object_ids.entries()) {
      const object = { namespace: row.object_namespaces[index] ?? 'default', type: row.object_types[index] ?? '', id }
      objects.set(JSON.stringify([object.namespace, object.type, id]), object)
    }
  }
  return [...objects.values()]
}
