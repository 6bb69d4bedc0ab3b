/** The failed attempts themselves, or those that were tried again, newest first: the rows behind every count of them. */
import { z } from 'zod'
import { ERROR_CLASSES } from '../../model/event.ts'
import { decodeCursor, pageOf } from '../../model/cursor.ts'
import type { Paging } from '../../model/filter.ts'
import type { Scope } from '../../model/scope.ts'
import type { ClickHouse } from '../clickhouse.ts'
import { defineQuery } from '../define-query.ts'
import { storeInstant, toStoreInstant } from '../event-row.ts'
import { FAILED_ATTEMPT } from '../health/errors.ts'
import { IN_WINDOW, MOVES, RETRIED } from '../health/health.ts'

const words = z.array(z.string().max(1024)).default([])
/** Filters of the list: what stopped the attempt, and `status` dead_lettered for those that were given up. `retried`: moves that were tried again, whatever came of them, instead of those that failed. */
export const attemptFilter = z.strictObject({ integration: words, errorClass: z.array(z.enum(ERROR_CLASSES)).default([]), status: z.array(z.enum(['failed', 'dead_lettered', 'retrying'])).default([]), retried: z.literal('true').optional() })
export type AttemptFilter = z.infer<typeof attemptFilter>

const params = z.object({ integration: words, errorClass: words, status: words, retried: z.literal('true').optional(), from: z.string(), to: z.string() })
const where = (given: z.infer<typeof params>): string => [
  ...(given.retried ? [MOVES, RETRIED] : [FAILED_ATTEMPT]), IN_WINDOW, '{scope}',
  ...(given.integration.length > 0 ? ['integration IN {integration:Array(String)}'] : []),
  ...(given.errorClass.length > 0 ? ['error_class IN {errorClass:Array(String)}'] : []),
  ...(given.status.length > 0 ? ['status IN {status:Array(String)}'] : []),
].join(' AND ')

const total = defineQuery({ name: 'technical.attempt_count', params, row: z.object({ attempts: z.coerce.number() }), scoped: true, sql: given => `SELECT count() AS attempts FROM events FINAL WHERE ${where(given)}` })

const row = z.object({
  source: z.string(), id: z.string(), type: z.string(), time: storeInstant, status: z.string(), attempt: z.coerce.number(), integration: z.string(), facility: z.string(),
  error_class: z.string(), error_code: z.string(), error_message: z.string(), object_types: z.array(z.string()), object_ids: z.array(z.string()), object_namespaces: z.array(z.string()),
})
const list = defineQuery({
  name: 'technical.attempts',
  params: params.extend({ paged: z.boolean(), after_time: z.string(), after_source: z.string(), after_id: z.string(), limit: z.number() }),
  row,
  scoped: true,
  sql: given => `SELECT source, id, type, time, status, attempt, integration, facility, error_class, error_code, error_message, object_types, object_ids, object_namespaces
    FROM events FINAL WHERE ${where(given)}${given.paged ? ` AND (time, source, id) < (toDateTime64({after_time:String}, 3, 'UTC'), {after_source:String}, {after_id:String})` : ''}
    ORDER BY time DESC, source DESC, id DESC LIMIT {limit:UInt32}`,
})

export interface Attempt {
  source: string; id: string; type: string; time: string; status: string; attempt: number; integration: string; facility: string | null
  errorClass: string; errorCode: string; message: string; object: { namespace: string; type: string; id: string } | null
}
const position = z.tuple([z.iso.datetime(), z.string(), z.string()])

/** A page of failed attempts in [from, to) and how many there are over all pages. Throws CursorError. */
export async function listAttempts(clickhouse: ClickHouse, filter: AttemptFilter, from: Date, to: Date, paging: Paging, scope: Scope): Promise<{ items: Attempt[]; nextCursor: string | null; count: number }> {
  const after = decodeCursor('attempts', position, paging.cursor)
  const bound = { ...filter, from: toStoreInstant(from), to: toStoreInstant(to) }
  const [rows, [counted]] = await Promise.all([
    list.run(clickhouse, { ...bound, paged: after !== undefined, after_time: toStoreInstant(after?.[0] ?? from), after_source: after?.[1] ?? '', after_id: after?.[2] ?? '', limit: paging.limit + 1 }, scope),
    total.run(clickhouse, bound, scope),
  ])
  const page = pageOf(rows, paging.limit, 'attempts', last => [last.time, last.source, last.id])
  return { items: page.items.map(toAttempt), nextCursor: page.nextCursor, count: counted?.attempts ?? 0 }
}

function toAttempt(from: z.infer<typeof row>): Attempt {
  const [type, id, namespace] = [from.object_types[0], from.object_ids[0], from.object_namespaces[0]]
  return {
    source: from.source, id: from.id, type: from.type, time: from.time, status: from.status, attempt: from.attempt, integration: from.integration, facility: from.facility || null,
    errorClass: from.error_class, errorCode: from.error_code, message: from.error_message, object: type === undefined || id === undefined ? null : { namespace: namespace ?? 'default', type, id },
  }
}
