/** What is known of one business object: its own steps, the objects met in them, what is still expected, its exceptions. */
import { z } from 'zod'
import { EVENT_COLUMNS, eventRow, storeInstant, storeInstantOrNull } from '../event-row.ts'
import { defineQuery } from '../define-query.ts'

const identity = { namespace: z.string(), type: z.string(), id: z.string() }
const OF_OBJECT = 'object_type = {type:String} AND object_id = {id:String} AND namespace = {namespace:String}'

/** The namespaces under which (type, id) is known to whoever asks. */
export const objectNamespaces = defineQuery({
  name: 'objects.namespaces',
  params: z.object({ type: z.string(), id: z.string() }),
  row: z.object({ namespace: z.string() }),
  scoped: true,
  sql: `SELECT DISTINCT namespace FROM events_by_object WHERE object_type = {type:String} AND object_id = {id:String} AND {scope} ORDER BY namespace LIMIT 50`,
})

/** The object's steps inside the scope, oldest first: enough to derive states, milestones and amounts. At most 5,000, the newest ones. */
export const objectSteps = defineQuery({
  name: 'objects.steps',
  params: z.object(identity),
  row: z.object({
    time: storeInstant, type: z.string(), status: z.string(), role: z.string(), system: z.string(), state: z.string(), source: z.string(),
    integration: z.string(), amount_minor: z.string().nullable(), currency: z.string(), environment: z.string(),
    event_id: z.string(), correlation_id: z.string(), facility: z.string(), counterparty_name: z.string(), error_message: z.string(),
  }),
  scoped: true,
  sql: `SELECT * FROM (
    SELECT time, type, status, role, system, state, source, integration, amount_minor, currency, environment, event_id, correlation_id, facility, counterparty_name, error_message, event_key
    FROM events_by_object FINAL WHERE ${OF_OBJECT} AND {scope}
    ORDER BY time DESC, event_key DESC LIMIT 5000
  ) ORDER BY time, event_key`,
})

/** How many steps of the object lie outside the scope: told as a number, nothing else. Zero for those who see everything. */
export const objectStepsOutside = defineQuery({
  name: 'objects.steps_outside',
  params: z.object(identity),
  row: z.object({ steps: z.coerce.number() }),
  scoped: true,
  sql: `SELECT uniqExact(event_key) AS steps FROM events_by_object WHERE ${OF_OBJECT} AND NOT ({scope})`,
})

/** Other objects named in the object's steps, with one event type that names both. */
export const objectRelated = defineQuery({
  name: 'objects.related',
  params: z.object(identity),
  row: z.object({ namespace: z.string(), type: z.string(), id: z.string(), via: z.string() }),
  scoped: true,
  sql: `SELECT other.1 AS namespace, other.2 AS type, other.3 AS id, argMin(event_type, seen) AS via FROM (
    SELECT arrayJoin(arrayZip(object_namespaces, object_types, object_ids)) AS other, type AS event_type, time AS seen
    FROM events FINAL
    WHERE (integration, time, event_key) IN (SELECT integration, time, event_key FROM events_by_object WHERE ${OF_OBJECT} AND {scope}) AND {scope}
  )
  WHERE NOT (other.1 = {namespace:String} AND other.2 = {type:String} AND other.3 = {id:String})
  GROUP BY namespace, type, id ORDER BY min(seen), type, id LIMIT 200`,
})

/** What was or is expected of the object after its milestones (see obligations). */
export const objectObligations = defineQuery({
  name: 'objects.obligations',
  params: z.object(identity),
  row: z.object({
    process: z.string(), milestone: z.string(), kind: z.string(), anchor_type: z.string(), anchor_at: storeInstant, due_at: storeInstant,
    met_at: storeInstantOrNull, cancelled_at: storeInstantOrNull, integration: z.string(),
  }),
  scoped: true,
  sql: `SELECT process, milestone, kind, anchor_type, anchor_at, due_at, met_at, cancelled_at, integration
    FROM obligations FINAL WHERE ${OF_OBJECT} AND kind = 'overdue' AND NOT removed AND {scope} ORDER BY due_at, milestone`,
})

/** How many events name the object inside the scope. */
export const objectEventCount = defineQuery({
  name: 'objects.event_count',
  params: z.object(identity),
  row: z.object({ events: z.coerce.number() }),
  scoped: true,
  sql: `SELECT uniqExact(event_key) AS events FROM events_by_object WHERE ${OF_OBJECT} AND {scope}`,
})

/**
 * What an import said of the object itself: the newest value of each attribute and how many it had. Imported attributes carry no facility,
 * so they are read only where a step of the object lies in the scope.
 */
export const objectAttributes = defineQuery({
  name: 'objects.attributes',
  params: z.object(identity),
  row: z.object({ name: z.string(), value: z.string(), time: storeInstant, source: z.string(), values: z.coerce.number() }),
  scoped: true,
  sql: `SELECT name, argMax(a.value, (a.time, a.position)) AS value, max(a.time) AS time, argMax(a.source, (a.time, a.position)) AS source, uniqExact(a.time, a.source, a.position) AS values
    FROM object_attributes AS a WHERE ${OF_OBJECT} AND (SELECT count() FROM events_by_object WHERE ${OF_OBJECT} AND {scope}) > 0
    GROUP BY name ORDER BY name LIMIT 200`,
})

/** The object's exceptions, whatever their status, newest first. */
export const objectExceptions = defineQuery({
  name: 'objects.exceptions',
  params: z.object(identity),
  row: z.object({ id: z.coerce.string(), status: z.string() }),
  scoped: true,
  sql: `SELECT id, status FROM exceptions FINAL WHERE ${OF_OBJECT} AND {scope} ORDER BY id DESC LIMIT 200`,
})

/** The object's whole events, newest first, in pages: `before` is the sort position of the last row seen. */
export const objectEvents = defineQuery({
  name: 'objects.events',
  params: z.object({ ...identity, limit: z.int(), before_time: z.string().nullable(), before_key: z.string().nullable() }),
  row: eventRow,
  scoped: true,
  sql: params => `SELECT ${EVENT_COLUMNS} FROM events FINAL
    WHERE (integration, time, event_key) IN (SELECT integration, time, event_key FROM events_by_object WHERE ${OF_OBJECT} AND {scope}) AND {scope}
    ${params.before_time === null ? '' : `AND (time, event_key) < (toDateTime64({before_time:String}, 3, 'UTC'), toUUID({before_key:String}))`}
    ORDER BY time DESC, event_key DESC LIMIT {limit:UInt32}`,
})
