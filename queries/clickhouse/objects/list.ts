/** Business objects of one type, most recently touched first. */
import { z } from 'zod'
import { decodeCursor, pageOf } from '../../model/cursor.ts'
import type { Paging } from '../../model/filter.ts'
import { fromMinor } from '../../model/money.ts'
import type { Scope } from '../../model/scope.ts'
import type { ClickHouse } from '../clickhouse.ts'
import { defineQuery } from '../define-query.ts'
import { storeInstant, toStoreInstant } from '../event-row.ts'

const words = z.array(z.string().max(1024)).default([])
const instant = z.iso.datetime({ offset: true }).optional()

/** Filters of the list of objects; the names are those of every list. */
export const objectFilter = z.strictObject({
  facility: words, entity: words, counterparty: words, objectId: words, correlationId: words, currency: words,
  from: instant, to: instant,
  environment: z.array(z.string()).default(['production']),
  q: z.string().max(200).optional(),
})
export type ObjectFilter = z.infer<typeof objectFilter>

const row = z.object({
  namespace: z.string(), type: z.string(), id: z.string(), first_at: storeInstant, last_at: storeInstant, events: z.coerce.number(),
  facility: z.string(), entity: z.string(), counterparty_type: z.string(), counterparty_id: z.string(), counterparty_name: z.string(), criticality: z.string(),
  amount_minor: z.string().nullable(), currency: z.string(), milestone: z.string(), milestone_at: z.string(),
})

const CONDITIONS = {
  facility: 'facility IN {facility:Array(String)}', entity: 'entity IN {entity:Array(String)}', counterparty: 'counterparty_id IN {counterparty:Array(String)}',
  objectId: 'object_id IN {objectId:Array(String)}', correlationId: 'correlation_id IN {correlationId:Array(String)}', currency: 'currency IN {currency:Array(String)}',
  environment: 'environment IN {environment:Array(String)}',
} as const

const query = defineQuery({
  name: 'objects.list',
  // Bound instants are in the store's own form, which the filter's schema would refuse.
  params: objectFilter.extend({ from: z.string().optional(), to: z.string().optional(), type: z.string(), limit: z.int(), last_at: z.string().optional(), last_id: z.string().optional(), last_namespace: z.string().optional() }),
  row,
  scoped: true,
  sql: params => {
    const where = ['object_type = {type:String}', '{scope}']
    for (const name of Object.keys(CONDITIONS) as (keyof typeof CONDITIONS)[]) if (params[name].length > 0) where.push(CONDITIONS[name])
    if (params.from !== undefined) where.push(`last_at >= toDateTime64({from:String}, 3, 'UTC')`)
    if (params.to !== undefined) where.push(`last_at < toDateTime64({to:String}, 3, 'UTC')`)
    if (params.q !== undefined) where.push('(positionCaseInsensitiveUTF8(object_id, {q:String}) > 0 OR positionCaseInsensitiveUTF8(counterparty_name, {q:String}) > 0)')
    if (params.last_at !== undefined) where.push(`(last_at, object_id, namespace) < (toDateTime64({last_at:String}, 3, 'UTC'), {last_id:String}, {last_namespace:String})`)
    return `SELECT namespace, object_type AS type, object_id AS id, first_at, last_at, events, facility, entity, counterparty_type, counterparty_id, counterparty_name, criticality,
      amount_minor, currency, milestone_types[-1] AS milestone, if(empty(milestone_times), '', toString(milestone_times[-1])) AS milestone_at
      FROM objects FINAL WHERE ${where.join(' AND ')} ORDER BY last_at DESC, object_id DESC, namespace DESC LIMIT {limit:UInt32}`
  },
})

/** An object in a list: who and what it is, and the milestone it reached last. */
export const objectListItem = z.object({
  namespace: z.string(), type: z.string(), id: z.string(), facility: z.string().nullable(), entity: z.string().nullable(),
  counterparty: z.object({ type: z.string(), id: z.string(), name: z.string().nullable() }).nullable(),
  criticality: z.string().nullable(), amount: z.object({ value: z.string(), currency: z.string() }).nullable(),
  milestone: z.object({ type: z.string(), at: z.string() }).nullable(), firstEventAt: z.string(), lastEventAt: z.string(), events: z.number(),
})

const position = z.tuple([z.iso.datetime(), z.string(), z.string()])

/** One page of the objects of a type inside the scope. Throws CursorError. */
export async function listObjects(clickhouse: ClickHouse, type: string, filter: ObjectFilter, paging: Paging, scope: Scope): Promise<{ items: z.infer<typeof objectListItem>[]; nextCursor: string | null }> {
  const after = decodeCursor('objects', position, paging.cursor)
  const rows = await query.run(clickhouse, {
    ...filter, type, limit: paging.limit + 1,
    ...(filter.from === undefined ? {} : { from: toStoreInstant(filter.from) }), ...(filter.to === undefined ? {} : { to: toStoreInstant(filter.to) }),
    ...(after ? { last_at: toStoreInstant(after[0]), last_id: after[1], last_namespace: after[2] } : {}),
  }, scope)
  const page = pageOf(rows, paging.limit, 'objects', last => [last.last_at, last.id, last.namespace])
  return { items: page.items.map(toItem), nextCursor: page.nextCursor }
}

function toItem(from: z.infer<typeof row>): z.infer<typeof objectListItem> {
  return {
    namespace: from.namespace, type: from.type, id: from.id, facility: from.facility || null, entity: from.entity || null,
    counterparty: from.counterparty_id === '' ? null : { type: from.counterparty_type, id: from.counterparty_id, name: from.counterparty_name || null },
    criticality: from.criticality || null, amount: from.amount_minor === null ? null : fromMinor(from.amount_minor, from.currency),
    milestone: from.milestone === '' ? null : { type: from.milestone, at: storeInstant.parse(from.milestone_at) },
    firstEventAt: from.first_at, lastEventAt: from.last_at, events: from.events,
  }
}
