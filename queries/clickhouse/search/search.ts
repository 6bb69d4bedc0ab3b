/** Search by any identifier: objects and exceptions by the start of their id, events and traces by the whole id. */
import { z } from 'zod'
import { defineQuery } from '../define-query.ts'
import { storeInstant } from '../event-row.ts'

const params = z.object({ q: z.string().min(1).max(1024) })

/** Objects whose id is or starts with the words, exact ones first, whatever the case. */
export const searchObjects = defineQuery({
  name: 'search.objects',
  params,
  row: z.object({ namespace: z.string(), type: z.string(), id: z.string(), counterparty: z.string(), last_at: storeInstant }),
  scoped: true,
  sql: `SELECT namespace, object_type AS type, object_id AS id, counterparty_name AS counterparty, last_at FROM objects FINAL
    WHERE startsWith(lowerUTF8(object_id), lowerUTF8({q:String})) AND {scope}
    ORDER BY lowerUTF8(object_id) = lowerUTF8({q:String}) DESC, last_at DESC, object_type, object_id LIMIT 20`,
})

/** The trace of this correlation id, if any of its steps is inside the scope. */
export const searchTraces = defineQuery({
  name: 'search.traces',
  params,
  row: z.object({ correlation_id: z.string(), events: z.coerce.number(), last_at: storeInstant }),
  scoped: true,
  sql: `SELECT correlation_id, uniqExact(event_key) AS events, max(time) AS last_at FROM events
    WHERE (integration, time, event_key) IN (SELECT integration, time, event_key FROM events_by_correlation WHERE correlation_id = {q:String}) AND {scope}
    GROUP BY correlation_id LIMIT 1`,
})

/** Events with this id, whichever source gave it. */
export const searchEvents = defineQuery({
  name: 'search.events',
  params,
  row: z.object({ source: z.string(), id: z.string(), type: z.string(), correlation_id: z.string(), time: storeInstant }),
  scoped: true,
  sql: `SELECT source, id, type, correlation_id, time FROM events FINAL WHERE id = {q:String} AND {scope} ORDER BY time DESC LIMIT 10`,
})

/** Exceptions with this number, or about an object or failure of this name. */
export const searchExceptions = defineQuery({
  name: 'search.exceptions',
  params,
  row: z.object({ id: z.coerce.string(), title: z.string(), status: z.string(), severity: z.string(), last_seen: storeInstant }),
  scoped: true,
  sql: `SELECT id, title, status, severity, last_seen FROM exceptions FINAL
    WHERE (toString(id) = {q:String} OR object_id = {q:String} OR has(correlation_ids, {q:String}) OR has(event_ids, {q:String})) AND {scope}
    ORDER BY toString(id) = {q:String} DESC, status = 'resolved', severity_rank DESC, last_seen DESC LIMIT 20`,
})

/** Counterparties whose id is or starts with the words, or whose name does, with how many objects name them. */
export const searchCounterparties = defineQuery({
  name: 'search.counterparties',
  params,
  row: z.object({ type: z.string(), id: z.string(), name: z.string(), objects: z.coerce.number(), last_at: storeInstant }),
  scoped: true,
  sql: `SELECT counterparty_type AS type, counterparty_id AS id, any(counterparty_name) AS name, count() AS objects, max(o.last_at) AS last_at FROM objects AS o FINAL
    WHERE counterparty_id != '' AND (startsWith(lowerUTF8(counterparty_id), lowerUTF8({q:String})) OR startsWith(lowerUTF8(counterparty_name), lowerUTF8({q:String}))) AND {scope}
    GROUP BY type, id ORDER BY lowerUTF8(id) = lowerUTF8({q:String}) DESC, objects DESC, id LIMIT 10`,
})
