/** The events of many objects at once, only the types that decide whether a replay is safe. */
import { z } from 'zod'
import type { ObjectRef } from '../../model/event.ts'
import type { ClickHouse } from '../clickhouse.ts'
import { defineQuery, UNSCOPED } from '../define-query.ts'
import { objectKey } from '../finding/types.ts'

/** Objects per query: three arrays of bound values must stay well inside a URL when the store is reached over HTTP. */
const OBJECTS_PER_QUERY = 500
/** Newest events of one object that are looked at. */
const EVENTS_PER_OBJECT = 500

const row = z.object({
  namespace: z.string(), objectType: z.string(), objectId: z.string(),
  /** `YYYY-MM-DD hh:mm:ss.mmm` UTC: compares as text */
  time: z.string(),
  type: z.string(), status: z.string(), source: z.string(), eventId: z.string(), integration: z.string(), correlationId: z.string(), errorClass: z.string(),
})
/** One event of one object, narrow. */
export type ObjectEvent = z.infer<typeof row>

const objectEvents = defineQuery({
  name: 'replay.object-events',
  params: z.object({ namespaces: z.array(z.string()), objectTypes: z.array(z.string()), objectIds: z.array(z.string()), types: z.array(z.string()) }),
  row,
  scoped: 'whether a replay is safe is judged on all data; the exceptions it is asked for are scoped',
  sql: `
    SELECT namespace, object_type AS objectType, object_id AS objectId, toString(time) AS time, type, status, source,
           event_id AS eventId, integration, correlation_id AS correlationId, error_class AS errorClass
    FROM events_by_object FINAL
    WHERE (object_type, object_id, namespace) IN (
        SELECT wanted.1, wanted.2, wanted.3
        FROM (SELECT arrayJoin(arrayZip({objectTypes:Array(String)}, {objectIds:Array(String)}, {namespaces:Array(String)})) AS wanted))
      AND type IN {types:Array(String)} AND environment = 'production'
    ORDER BY object_type, object_id, namespace, events_by_object.time DESC, event_key
    LIMIT ${EVENTS_PER_OBJECT} BY object_type, object_id, namespace`,
})

/** Events of the given types per object, by {@link objectKey}. Objects without any are absent. */
export async function objectEventsOf(clickhouse: ClickHouse, objects: readonly ObjectRef[], types: readonly string[]): Promise<Map<string, ObjectEvent[]>> {
  const unique = [...new Map(objects.map(object => [objectKey(object), object])).values()]
  const found = new Map<string, ObjectEvent[]>()
  for (let start = 0; start < unique.length; start += OBJECTS_PER_QUERY) {
    const part = unique.slice(start, start + OBJECTS_PER_QUERY)
    const rows = await objectEvents.run(clickhouse, {
      namespaces: part.map(object => object.namespace), objectTypes: part.map(object => object.type), objectIds: part.map(object => object.id), types: [...types],
    }, UNSCOPED)
    for (const event of rows) {
      const key = objectKey({ namespace: event.namespace, type: event.objectType, id: event.objectId })
      const events = found.get(key)
      if (events) events.push(event)
      else found.set(key, [event])
    }
  }
  return found
}
