/** The events that a statement was computed from: an integration's in a stretch of time, all moves or the failed attempts of one kind. */
import { z } from 'zod'
import { decodeCursor, pageOf } from '../../model/cursor.ts'
import type { Paging } from '../../model/filter.ts'
import type { Scope } from '../../model/scope.ts'
import type { ClickHouse } from '../clickhouse.ts'
import { defineQuery } from '../define-query.ts'
import { storeInstant, toStoreInstant } from '../event-row.ts'
import { FAILED_ATTEMPT } from '../health/errors.ts'
import { IN_WINDOW, MOVES } from '../health/health.ts'

/** Which events: `errorClass` or `errorCode` given (may be empty): failed attempts of exactly that class and code; neither: all moves. */
export interface Evidence { integration: string; from: Date; to: Date; errorClass?: string | undefined; errorCode?: string | undefined }

const params = z.object({ integration: z.string(), from: z.string(), to: z.string(), failed: z.boolean(), errorClass: z.string(), errorCode: z.string() })
const where = (given: z.infer<typeof params>): string => `integration = {integration:String} AND ${IN_WINDOW} AND {scope} AND ${given.failed ? `${FAILED_ATTEMPT} AND error_class = {errorClass:String} AND error_code = {errorCode:String}` : MOVES}`

const total = defineQuery({ name: 'assistance.evidence_count', params, row: z.object({ events: z.coerce.number(), mean_ms: z.coerce.number().nullable() }), scoped: true, sql: given => `SELECT count() AS events, if(count(duration_ms) = 0, NULL, exp2(avg(log2(greatest(duration_ms, 1))))) AS mean_ms FROM events FINAL WHERE ${where(given)}` })
const row = z.object({
  source: z.string(), id: z.string(), type: z.string(), time: storeInstant, status: z.string(), facility: z.string(), duration_ms: z.number().nullable(), error_class: z.string(), error_code: z.string(), error_message: z.string(),
  object_types: z.array(z.string()), object_ids: z.array(z.string()), object_namespaces: z.array(z.string()),
})
const list = defineQuery({
  name: 'assistance.evidence',
  params: params.extend({ paged: z.boolean(), after_time: z.string(), after_source: z.string(), after_id: z.string(), limit: z.number() }),
  row,
  scoped: true,
  sql: given => `SELECT source, id, type, time, status, facility, duration_ms, error_class, error_code, error_message, object_types, object_ids, object_namespaces
    FROM events FINAL WHERE ${where(given)}${given.paged ? ` AND (time, source, id) < (toDateTime64({after_time:String}, 3, 'UTC'), {after_source:String}, {after_id:String})` : ''}
    ORDER BY time DESC, source DESC, id DESC LIMIT {limit:UInt32}`,
})

export interface EvidenceEvent {
  source: string; id: string; type: string; time: string; status: string; facility: string; durationMs: number | null; errorClass: string; errorCode: string; message: string
  object: { namespace: string; type: string; id: string } | null
}
const position = z.tuple([z.iso.datetime(), z.string(), z.string()])

/** A page of them, newest first, how many there are in all, and the geometric mean of what they took (ms; null where none says). Throws CursorError. */
export async function listEvidence(clickhouse: ClickHouse, evidence: Evidence, paging: Paging, scope: Scope): Promise<{ items: EvidenceEvent[]; nextCursor: string | null; count: number; meanMs: number | null }> {
  const after = decodeCursor('assistance.evidence', position, paging.cursor)
  const bound = {
    integration: evidence.integration, from: toStoreInstant(evidence.from), to: toStoreInstant(evidence.to), failed: evidence.errorClass !== undefined || evidence.errorCode !== undefined,
    errorClass: evidence.errorClass ?? '', errorCode: evidence.errorCode ?? '',
  }
  const [rows, [counted]] = await Promise.all([
    list.run(clickhouse, { ...bound, paged: after !== undefined, after_time: toStoreInstant(after?.[0] ?? evidence.from), after_source: after?.[1] ?? '', after_id: after?.[2] ?? '', limit: paging.limit + 1 }, scope),
    total.run(clickhouse, bound, scope),
  ])
  const page = pageOf(rows, paging.limit, 'assistance.evidence', last => [last.time, last.source, last.id])
  return { items: page.items.map(toEvent), nextCursor: page.nextCursor, count: counted?.events ?? 0, meanMs: counted?.mean_ms ?? null }
}

function toEvent(from: z.infer<typeof row>): EvidenceEvent {
  const [type, id, namespace] = [from.object_types[0], from.object_ids[0], from.object_namespaces[0]]
  return {
    source: from.source, id: from.id, type: from.type, time: from.time, status: from.status, facility: from.facility, durationMs: from.duration_ms, errorClass: from.error_class, errorCode: from.error_code,
    message: from.error_message, object: type === undefined || id === undefined ? null : { namespace: namespace ?? 'default', type, id },
  }
}
