/** GET objects/{type}, objects/{type}/{id}, …/events, traces/{correlationId}. */
import { z } from 'zod'
import { toStoredEvent, toStoreInstant } from '#queries/clickhouse/event-row.ts'
import { listObjects, objectFilter, objectListItem } from '#queries/clickhouse/objects/list.ts'
import { objectEvents } from '#queries/clickhouse/objects/story.ts'
import { decodeCursor, pageOf } from '#queries/model/cursor.ts'
import { objectRef, storedEvent, type ObjectRef } from '#queries/model/event.ts'
import { paging } from '#queries/model/filter.ts'
import { listOf, objectView, traceView } from '#queries/model/views.ts'
import { locateObject, readObject } from '../../objects/object-view.ts'
import { readTrace } from '../../traces/trace-view.ts'
import { defineRoute, listQuery, splitPaging } from '../define-route.ts'
import { Problem } from '../problem.ts'

const objectParams = z.strictObject({ type: z.string().min(1).max(100), id: z.string().min(1).max(1024) })
const namespaceQuery = z.strictObject({ namespace: z.string().min(1).max(200).optional() })
const candidates = z.object({ candidates: z.array(objectRef) })
const AMBIGUOUS = { 300: { 'application/json': candidates } } as const
const eventPosition = z.tuple([z.iso.datetime(), z.guid()])

/** The answer to a name that several objects go by: choose with ?namespace=. */
function choose(found: ObjectRef[]): Response {
  return Response.json(candidates.parse({ candidates: found }), { status: 300, headers: { 'cache-control': 'no-store' } })
}

const listOfObjects = defineRoute({
  id: 'listObjects', method: 'get', path: '/objects/{type}', act: 'read', summary: 'Business objects of a type, the most recently touched first',
  params: objectParams.pick({ type: true }), query: listQuery(objectFilter), answer: listOf(objectListItem),
  async handle({ params, query, scope, services }) {
    const { filter, page } = splitPaging(query)
    return { ...(await listObjects(services.stores.clickhouse, params.type, filter, page, scope)), asOf: new Date().toISOString() }
  },
})

const oneObject = defineRoute({
  id: 'getObject', method: 'get', path: '/objects/{type}/{id}', act: 'read', summary: 'What every system says of a business object, its milestones and what is still due',
  params: objectParams, query: namespaceQuery, answer: objectView, also: AMBIGUOUS,
  async handle({ params, query, scope, services }) {
    const found = await readObject(services.stores.clickhouse, params.type, params.id, query.namespace, scope)
    if (found.outcome === 'absent') throw new Problem('not_found', 'no object of this name in your scope')
    return found.outcome === 'ambiguous' ? choose(found.candidates) : found.view
  },
})

const eventsOfObject = defineRoute({
  id: 'listObjectEvents', method: 'get', path: '/objects/{type}/{id}/events', act: 'read', summary: 'The events of a business object, newest first',
  params: objectParams, query: z.strictObject({ ...namespaceQuery.shape, ...paging.shape }), answer: listOf(storedEvent), also: AMBIGUOUS,
  async handle({ params, query, scope, services }) {
    const { clickhouse } = services.stores
    const found = await locateObject(clickhouse, params.type, params.id, query.namespace, scope)
    if (found.outcome === 'absent') throw new Problem('not_found', 'no object of this name in your scope')
    if (found.outcome === 'ambiguous') return choose(found.candidates)
    const after = decodeCursor('object-events', eventPosition, query.cursor)
    const rows = await objectEvents.run(clickhouse, {
      ...params, namespace: found.namespace, limit: query.limit + 1, before_time: after ? toStoreInstant(after[0]) : null, before_key: after ? after[1] : null,
    }, scope)
    const page = pageOf(rows, query.limit, 'object-events', row => [row.time, row.event_key])
    return { items: page.items.map(toStoredEvent), nextCursor: page.nextCursor, asOf: new Date().toISOString() }
  },
})

const oneTrace = defineRoute({
  id: 'getTrace', method: 'get', path: '/traces/{correlationId}', act: 'read', summary: 'All steps under one correlation id, and what is missing',
  params: z.strictObject({ correlationId: z.string().min(1).max(1024) }), answer: traceView,
  async handle({ params, scope, services }) {
    const trace = await readTrace(services.stores.clickhouse, params.correlationId, scope)
    if (trace === null) throw new Problem('not_found', 'no trace of this id in your scope')
    return trace
  },
})

export const OBJECT_ROUTES = [listOfObjects, oneObject, eventsOfObject, oneTrace]
