/**
 * All steps that share a correlation id. The gap in a trace is judged on everything that is known, so these reads are not scoped:
 * what lies outside is blanked where the trace is put together (app/traces), which also decides whether the trace may be seen at all.
 */
import { z } from 'zod'
import { EVENT_COLUMNS, eventRow, storeInstant } from '../event-row.ts'
import { defineQuery } from '../define-query.ts'

const WHY = 'the gap of a trace is judged on all data; app/traces blanks the steps outside the scope'

/** The events of a trace, oldest first, at most 2,000. */
export const traceEvents = defineQuery({
  name: 'traces.events',
  params: z.object({ correlationId: z.string() }),
  row: eventRow,
  scoped: WHY,
  sql: `SELECT ${EVENT_COLUMNS} FROM events FINAL
    WHERE (integration, time, event_key) IN (SELECT integration, time, event_key FROM events_by_correlation WHERE correlation_id = {correlationId:String} ORDER BY time LIMIT 2000)
    ORDER BY time, event_key`,
})

/** What is still expected of these objects: neither met nor cancelled. Failures that wait to be recovered are steps of the trace, not expectations. `objects` are (type, id, namespace). */
export const openObligations = defineQuery({
  name: 'traces.open_obligations',
  params: z.object({ types: z.array(z.string()), ids: z.array(z.string()), namespaces: z.array(z.string()) }),
  row: z.object({ milestone: z.string(), anchor_type: z.string(), anchor_at: storeInstant, due_at: storeInstant, integration: z.string() }),
  scoped: WHY,
  sql: `SELECT milestone, anchor_type, anchor_at, due_at, integration FROM obligations FINAL
    WHERE (object_type, object_id, namespace) IN (SELECT arrayJoin(arrayZip({types:Array(String)}, {ids:Array(String)}, {namespaces:Array(String)})))
      AND kind = 'overdue' AND met_at IS NULL AND cancelled_at IS NULL AND NOT removed
    ORDER BY due_at, milestone LIMIT 200`,
})
