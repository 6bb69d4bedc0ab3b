/** What could not be taken as it is, newest first. */
import { z } from 'zod'
import { decodeCursor, pageOf } from '../../model/cursor.ts'
import type { Paging } from '../../model/filter.ts'
import { fromMinor } from '../../model/money.ts'
import type { Scope } from '../../model/scope.ts'
import type { ClickHouse } from '../clickhouse.ts'
import { defineQuery } from '../define-query.ts'
import { storeInstant, storeInstantOrNull, toStoreInstant } from '../event-row.ts'

const words = z.array(z.string().max(1024)).default([])
const instant = z.iso.datetime({ offset: true }).optional()

/** Filters of the rejected list. */
export const rejectedFilter = z.strictObject({
  code: words, status: words, integration: words, facility: words, entity: words, system: words, correlationId: words, objectType: words, objectId: words, receipt: words,
  from: instant, to: instant,
  environment: words,
  q: z.string().max(200).optional(),
})
export type RejectedFilter = z.infer<typeof rejectedFilter>

/** `rejected` of the read interfaces: only canonical fields that passed redaction; the original is its hash and size. */
export const rejectedView = z.object({
  id: z.string(), receivedAt: z.string(), receipt: z.string(), index: z.number(), source: z.string().nullable(), eventId: z.string().nullable(), type: z.string().nullable(),
  integration: z.string().nullable(), facility: z.string().nullable(), entity: z.string().nullable(), environment: z.string(), correlationId: z.string().nullable(),
  code: z.string(), message: z.string(), path: z.string().nullable(), eventTime: z.string().nullable(),
  objects: z.array(z.object({ type: z.string(), id: z.string() })), amount: z.object({ value: z.string(), currency: z.string() }).nullable(),
  contentHash: z.string(), contentBytes: z.number(), status: z.string(),
})

const row = z.object({
  id: z.string(), received_at: storeInstant, receipt: z.string(), position: z.coerce.number(), source: z.string(), event_id: z.string(), type: z.string(),
  integration: z.string(), facility: z.string(), entity: z.string(), environment: z.string(), correlation_id: z.string(), code: z.string(), message: z.string(), path: z.string(),
  event_time: storeInstantOrNull, object_types: z.array(z.string()), object_ids: z.array(z.string()), amount_minor: z.string().nullable(), currency: z.string(),
  content_hash: z.string(), content_bytes: z.coerce.number(), status: z.string(),
})

const CONDITIONS = {
  code: 'code IN {code:Array(String)}', status: 'status IN {status:Array(String)}', integration: 'integration IN {integration:Array(String)}',
  facility: 'facility IN {facility:Array(String)}', entity: 'entity IN {entity:Array(String)}', system: 'source IN {system:Array(String)}',
  correlationId: 'correlation_id IN {correlationId:Array(String)}', objectType: 'hasAny(object_types, {objectType:Array(String)})',
  objectId: 'hasAny(object_ids, {objectId:Array(String)})', receipt: 'receipt IN {receipt:Array(String)}', environment: 'environment IN {environment:Array(String)}',
} as const

/** The conditions of the filters that are given, with the scope; those named in `without` left out. */
function conditions(params: RejectedFilter, without: readonly string[] = []): string[] {
  const where = ['{scope}']
  for (const name of Object.keys(CONDITIONS) as (keyof typeof CONDITIONS)[]) if (params[name].length > 0 && !without.includes(name)) where.push(CONDITIONS[name])
  if (params.from !== undefined) where.push(`received_at >= toDateTime64({from:String}, 3, 'UTC')`)
  if (params.to !== undefined) where.push(`received_at < toDateTime64({to:String}, 3, 'UTC')`)
  if (params.q !== undefined) where.push('(positionCaseInsensitiveUTF8(event_id, {q:String}) > 0 OR positionCaseInsensitiveUTF8(message, {q:String}) > 0 OR has(object_ids, {q:String}))')
  return where
}

const bind = (filter: RejectedFilter): RejectedFilter => ({
  ...filter, ...(filter.from === undefined ? {} : { from: toStoreInstant(filter.from) }), ...(filter.to === undefined ? {} : { to: toStoreInstant(filter.to) }),
})

// Bound instants are in the store's own form, which the filter's schema would refuse.
const bound = rejectedFilter.extend({ from: z.string().optional(), to: z.string().optional() })

const FACETS = { code: 'code', integration: 'integration', facility: 'facility', status: 'status' } as const
/** What the rejected list can be narrowed by, with counts. */
export type RejectedFacet = keyof typeof FACETS
const facet = (name: RejectedFacet) => defineQuery({
  name: `rejected.by_${name}`,
  params: bound,
  row: z.object({ value: z.string(), count: z.coerce.number() }),
  scoped: true,
  sql: params => `SELECT ${FACETS[name]} AS value, count() AS count FROM rejected FINAL WHERE ${conditions(params, [name]).join(' AND ')} GROUP BY value ORDER BY count DESC, value LIMIT 60`,
})
const facets = { code: facet('code'), integration: facet('integration'), facility: facet('facility'), status: facet('status') }
const total = defineQuery({
  name: 'rejected.count',
  params: bound,
  row: z.object({ count: z.coerce.number() }),
  scoped: true,
  sql: params => `SELECT count() AS count FROM rejected FINAL WHERE ${conditions(params).join(' AND ')}`,
})

/** How many the filter lets through, and per facet how many each value would, under all other filters. */
export async function countRejected(clickhouse: ClickHouse, filter: RejectedFilter, scope: Scope): Promise<{ total: number; facets: Record<RejectedFacet, { value: string; count: number }[]> }> {
  const given = bind(filter)
  const [all, code, integration, facility, status] = await Promise.all([
    total.run(clickhouse, given, scope), facets.code.run(clickhouse, given, scope), facets.integration.run(clickhouse, given, scope), facets.facility.run(clickhouse, given, scope), facets.status.run(clickhouse, given, scope),
  ])
  return { total: all[0]?.count ?? 0, facets: { code, integration, facility, status } }
}

const query = defineQuery({
  name: 'rejected.list',
  params: bound.extend({ limit: z.int(), last_at: z.string().optional(), last_id: z.string().optional() }),
  row,
  scoped: true,
  sql: params => {
    const where = conditions(params)
    if (params.last_at !== undefined) where.push(`(received_at, id) < (toDateTime64({last_at:String}, 3, 'UTC'), toUUID({last_id:String}))`)
    return `SELECT id, received_at, receipt, position, source, event_id, type, integration, facility, entity, environment, correlation_id, code, message, path, event_time,
      object_types, object_ids, amount_minor, currency, content_hash, content_bytes, status
      FROM rejected FINAL WHERE ${where.join(' AND ')} ORDER BY received_at DESC, id DESC LIMIT {limit:UInt32}`
  },
})

/** One page of what was rejected inside the scope. Throws CursorError. */
export async function listRejected(clickhouse: ClickHouse, filter: RejectedFilter, paging: Paging, scope: Scope): Promise<{ items: z.infer<typeof rejectedView>[]; nextCursor: string | null }> {
  const after = decodeCursor('rejected', z.tuple([z.iso.datetime(), z.guid()]), paging.cursor)
  const rows = await query.run(clickhouse, {
    ...bind(filter), limit: paging.limit + 1,
    ...(after ? { last_at: toStoreInstant(after[0]), last_id: after[1] } : {}),
  }, scope)
  const page = pageOf(rows, paging.limit, 'rejected', last => [last.received_at, last.id])
  return { items: page.items.map(toView), nextCursor: page.nextCursor }
}

function toView(from: z.infer<typeof row>): z.infer<typeof rejectedView> {
  return {
    id: from.id, receivedAt: from.received_at, receipt: from.receipt, index: from.position, source: from.source || null, eventId: from.event_id || null, type: from.type || null,
    integration: from.integration || null, facility: from.facility || null, entity: from.entity || null, environment: from.environment, correlationId: from.correlation_id || null,
    code: from.code, message: from.message, path: from.path || null, eventTime: from.event_time,
    objects: from.object_ids.map((id, index) => ({ type: from.object_types[index] ?? '', id })),
    amount: from.amount_minor === null ? null : fromMinor(from.amount_minor, from.currency),
    contentHash: from.content_hash, contentBytes: from.content_bytes, status: from.status,
  }
}
