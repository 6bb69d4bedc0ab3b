/** One event by its identity. */
import { z } from 'zod'
import { defineQuery } from '../define-query.ts'
import { EVENT_COLUMNS, eventRow } from '../event-row.ts'

/** The event (source, id) if it lies inside the scope. Looked up by identity first, so that no more than one granule of events is read. */
export const eventByIdentity = defineQuery({
  name: 'events.one',
  params: z.object({ source: z.string().min(1), id: z.string().min(1) }),
  row: eventRow.extend({ causation_id: z.string(), trace_id: z.string(), span_id: z.string(), dataschema: z.string() }),
  scoped: true,
  sql: `WITH lower(hex(substring(SHA256(concat({source:String}, char(0), {id:String})), 1, 16))) AS digest,
      toUUID(concat(substring(digest, 1, 8), '-', substring(digest, 9, 4), '-', substring(digest, 13, 4), '-', substring(digest, 17, 4), '-', substring(digest, 21, 12))) AS wanted
    SELECT ${EVENT_COLUMNS}, causation_id, trace_id, span_id, dataschema FROM events FINAL
    WHERE (integration, time, event_key) IN (SELECT integration, time, event_key FROM event_identities WHERE event_key = wanted)
      AND source = {source:String} AND id = {id:String} AND {scope} LIMIT 1`,
})
