/**
 * The events of a trail in the order of their time, read in windows: an export of any size holds one page in memory and no reader of
 * the store between two pages, however slowly it is fetched.
 */
import { z } from 'zod'
import { exceptionFilter } from '../../model/filter.ts'
import type { Scope } from '../../model/scope.ts'
import type { ClickHouse } from '../clickhouse.ts'
import { defineQuery } from '../define-query.ts'
import { EVENT_COLUMNS, eventRow, toStoreInstant, type EventRow } from '../event-row.ts'
import { bindFilter, whereParams, whereSql } from '../exceptions/where.ts'

/** Events in memory at a time, and the size that windows aim at. */
const PAGE = 5000

const words = z.array(z.string().max(1024)).default([])

/**
 * What a trail holds. `set=events`: the events that match. `set=exceptions`: all events of the objects of the exceptions that the
 * worklist shows for the same filter; then every name of the worklist means what it means there, and only `type`, `source` and
 * `namespace` narrow the events. Left out: `exceptions` where a filter is given that only exceptions have.
 */
export const trailFilter = exceptionFilter.omit({ sort: true }).extend({
  set: z.enum(['events', 'exceptions']).optional(),
  namespace: words, type: words, source: words,
})
export type TrailFilter = z.infer<typeof trailFilter>

const EXCEPTIONS_ONLY = ['kind', 'severity', 'process', 'step', 'system', 'counterparty', 'owner', 'sla', 'rule', 'criticality', 'said', 'assignee', 'fingerprint', 'currency', 'amountMin', 'amountMax', 'dueBefore', 'detectedFrom', 'q'] as const

/** Which set a filter asks for. */
export function trailSet(filter: TrailFilter): 'events' | 'exceptions' {
  return filter.set ?? (EXCEPTIONS_ONLY.some(name => (Array.isArray(filter[name]) ? filter[name].length > 0 : filter[name] !== undefined)) ? 'exceptions' : 'events')
}

const trailParams = whereParams.extend({ set: z.enum(['events', 'exceptions']), namespace: z.array(z.string()), type: z.array(z.string()), source: z.array(z.string()) })
type TrailParams = z.infer<typeof trailParams>

const windows = defineQuery({
  name: 'exports.trail-windows',
  params: trailParams,
  row: z.object({ hour: z.string(), events: z.coerce.number() }),
  scoped: true,
  sql: params => `SELECT toString(toStartOfHour(events.time)) AS hour, count() AS events FROM events FINAL WHERE ${trailSql(params)} GROUP BY hour ORDER BY hour`,
})

const page = defineQuery({
  name: 'exports.trail-page',
  params: trailParams.extend({ start: z.string(), end: z.string(), afterTime: z.string(), afterKey: z.string(), limit: z.number() }),
  row: eventRow,
  scoped: true,
  sql: params => `
    SELECT ${EVENT_COLUMNS} FROM events FINAL
    WHERE ${trailSql(params)} AND time >= {start:DateTime64(3, 'UTC')} AND time < {end:DateTime64(3, 'UTC')}
      AND (time, event_key) > ({afterTime:DateTime64(3, 'UTC')}, {afterKey:UUID})
    ORDER BY time, event_key LIMIT {limit:UInt32}`,
})

/** A stretch of time [start, end) and how many events of the trail lie in it. */
export interface TrailWindow { start: string; end: string; events: number }

/** The trail cut into windows of about one page; their `events` add up to the trail's size at this moment. */
export async function trailWindows(clickhouse: ClickHouse, filter: TrailFilter, scope: Scope): Promise<TrailWindow[]> {
  const found: TrailWindow[] = []
  for (const { hour, events } of await windows.run(clickhouse, bind(filter), scope)) {
    const end = toStoreInstant(new Date(Date.parse(`${hour.replace(' ', 'T')}Z`) + 3_600_000))
    const last = found.at(-1)
    if (last && last.events + events <= PAGE) {
      last.end = end
      last.events += events
    } else {
      found.push({ start: `${hour}.000`, end, events })
    }
  }
  return found
}

/** The events of the windows, oldest first, in pages. */
export async function* trailEvents(clickhouse: ClickHouse, filter: TrailFilter, within: readonly TrailWindow[], scope: Scope): AsyncGenerator<EventRow[]> {
  const params = bind(filter)
  for (const { start, end } of within) {
    let after = { afterTime: '1900-01-01 00:00:00.000', afterKey: '00000000-0000-0000-0000-000000000000' }
    for (;;) {
      const rows = await page.run(clickhouse, { ...params, start, end, ...after, limit: PAGE }, scope)
      if (rows.length > 0) yield rows
      const last = rows.at(-1)
      if (!last || rows.length < PAGE) break
      after = { afterTime: toStoreInstant(last.time), afterKey: last.event_key }
    }
  }
}

function bind(filter: TrailFilter): TrailParams {
  return { ...bindFilter({ ...filter, sort: 'severity' }), set: trailSet(filter), namespace: filter.namespace, type: filter.type, source: filter.source }
}

/** The condition of a trail: clauses from a closed set, values bound. */
function trailSql(params: TrailParams): string {
  const clauses = ['{scope}']
  const any = (name: 'type' | 'source' | 'integration' | 'facility' | 'entity' | 'environment') => {
    if (params[name].length > 0) clauses.push(`${name} IN {${name}:Array(String)}`)
  }
  any('type')
  any('source')
  if (params.set === 'exceptions') {
    if (params.namespace.length > 0) clauses.push('hasAny(object_namespaces, {namespace:Array(String)})')
    clauses.push(`${KEY} IN (SELECT integration, time, event_key FROM events_by_object
      WHERE (object_type, object_id, namespace) IN (SELECT object_type, object_id, namespace FROM exceptions FINAL WHERE object_id != '' AND ${whereSql(params)}))`)
    return clauses.join(' AND ')
  }
  any('integration')
  any('facility')
  any('entity')
  any('environment')
  if (params.from !== null) clauses.push(`events.time >= {from:DateTime64(3, 'UTC')}`)
  if (params.to !== null) clauses.push(`events.time < {to:DateTime64(3, 'UTC')}`)
  if (params.correlationId.length > 0) clauses.push(`${KEY} IN (SELECT integration, time, event_key FROM events_by_correlation WHERE correlation_id IN {correlationId:Array(String)})`)
  const object = []
  if (params.objectType.length > 0) object.push('object_type IN {objectType:Array(String)}')
  if (params.objectId.length > 0) object.push('object_id IN {objectId:Array(String)}')
  if (params.namespace.length > 0) object.push('namespace IN {namespace:Array(String)}')
  // One object must fit all that is asked of it: three separate conditions on the event would mix its objects.
  if (object.length > 0) clauses.push(`${KEY} IN (SELECT integration, time, event_key FROM events_by_object WHERE ${object.join(' AND ')})`)
  return clauses.join(' AND ')
}

/** The sorting key of `events`, which every side table carries. */
const KEY = '(integration, events.time, event_key)'
