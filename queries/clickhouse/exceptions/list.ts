/** The worklist: exceptions by filter, sorted, in pages by key (never by offset: pages do not slip while rows come and go). */
import { z } from 'zod'
import type { ClickHouse } from '../clickhouse.ts'
import { defineQuery } from '../define-query.ts'
import { exceptionView } from '../../model/exception.ts'
import type { ExceptionView } from '../../model/exception.ts'
import { exceptionFilter } from '../../model/filter.ts'
import type { ExceptionFilter, Paging } from '../../model/filter.ts'
import { fromMinor } from '../../model/money.ts'
import type { Scope } from '../../model/scope.ts'
import { readCursor, rowSortKey, sortNames, writeCursor } from './sort.ts'
import { bindFilter, newest, sourceOf, whereParams } from './where.ts'

const stamp = z.string().transform(text => `${text.replace(' ', 'T')}Z`)
const orNull = z.string().transform(text => text || null)

const listRow = z.object({
  id: z.string(), kind: z.string(), type: z.string(), title: z.string(), explanation: z.string(), status: z.string(), severity: z.string(), severity_reasons: z.array(z.string()),
  process: orNull, step: orNull, integration: orNull, facility: orNull, entity: orNull, counterparty_type: z.string(), counterparty_id: z.string(), counterparty_name: orNull,
  namespace: z.string(), object_type: z.string(), object_id: z.string(), amount_minor: z.string().nullable(), currency: z.string(),
  first_seen: stamp, last_seen: stamp, detected_at: stamp, due_at: stamp.nullable(), occurrences: z.number(), fingerprint: z.string(), owner: orNull, assignee: orNull,
  correlation_ids: z.array(z.string()), event_ids: z.array(z.string()), resolution_code: orNull, resolution_by: z.string(), resolution_at: stamp.nullable(), resolution_note: orNull,
  version: z.coerce.number(), sort_key: z.string(),
})

const COLUMNS = `toString(id) AS id, kind, type, title, explanation, status, severity, severity_reasons, process, step, integration, facility, entity, counterparty_type, counterparty_id, counterparty_name,
  namespace, object_type, object_id, toString(amount_minor) AS amount_minor, currency, toString(first_seen) AS first_seen, toString(last_seen) AS last_seen, toString(detected_at) AS detected_at,
  toString(due_at) AS due_at, occurrences, fingerprint, owner, assignee, correlation_ids, event_ids, resolution_code, resolution_by, toString(resolution_at) AS resolution_at, resolution_note, version`

const list = defineQuery({
  name: 'exceptions.list',
  params: whereParams.extend({ sort: sortNames, paged: z.boolean(), limit: z.number(), after_key: z.string(), after_id: z.string() }),
  row: listRow,
  scoped: true,
  // First which rows, by the narrow columns; then those rows whole, by their key, out of the same snapshot. PREWHERE may stand before FINAL here: versions of a row share its key.
  sql(params) {
    const down = params.sort.startsWith('-') ? 'DESC' : 'ASC'
    const key = rowSortKey(params.sort)
    const after = params.paged ? ` AND (${key}, e.id) ${down === 'DESC' ? '<' : '>'} ({after_key:Int128}, {after_id:UInt64})` : ''
    return `SELECT ${COLUMNS}, toString(sort_order) AS sort_key
      FROM (SELECT e.*, ${key} AS sort_order FROM ${sourceOf(params)} AS e FINAL PREWHERE e.id IN (
        SELECT e.id FROM ${sourceOf(params)} AS e ${newest(sourceOf(params), params)}${after} ORDER BY ${key} ${down}, e.id ${down} LIMIT {limit:UInt32})) AS page
      ORDER BY sort_order ${down}, page.id ${down}`
  },
})

/**
 * A page of exceptions inside the scope. `ids`: only these (a frozen selection, with the filter on top).
 * Throws FilterError for a cursor that is not one of this list and sort.
 */
export async function listExceptions(clickhouse: ClickHouse, filter: ExceptionFilter, paging: Paging, scope: Scope, ids: readonly string[] | null = null): Promise<{ items: ExceptionView[]; nextCursor: string | null }> {
  const after = readCursor(paging.cursor, 'list', filter.sort)
  const rows = await list.run(clickhouse, { ...bindFilter(filter, ids), sort: filter.sort, paged: after !== null, after_key: after?.key ?? '0', after_id: after?.number ?? '0', limit: paging.limit + 1 }, scope)
  const shown = rows.slice(0, paging.limit)
  const last = shown.at(-1)
  const nextCursor = rows.length > paging.limit && last ? writeCursor('list', filter.sort, { key: last.sort_key, number: last.id }) : null
  return { items: shown.map(toView), nextCursor }
}

/** One exception as the worklist has it; undefined outside the scope. */
export async function exceptionById(clickhouse: ClickHouse, id: string, scope: Scope): Promise<ExceptionView | undefined> {
  const filter = exceptionFilter.parse({ status: [], environment: [] })
  return (await listExceptions(clickhouse, filter, { limit: 1 }, scope, [id])).items[0]
}

function toView(row: z.infer<typeof listRow>): ExceptionView {
  return exceptionView.parse({
    id: row.id, kind: row.kind, type: row.type, title: row.title, explanation: row.explanation, status: row.status, severity: row.severity, severityReasons: row.severity_reasons,
    process: row.process, step: row.step, integration: row.integration, facility: row.facility, entity: row.entity,
    counterparty: row.counterparty_id === '' ? null : { type: row.counterparty_type, id: row.counterparty_id, name: row.counterparty_name },
    object: row.object_id === '' ? null : { namespace: row.namespace, type: row.object_type, id: row.object_id },
    amount: row.amount_minor === null || row.currency === '' ? null : fromMinor(row.amount_minor, row.currency),
    firstSeen: row.first_seen, lastSeen: row.last_seen, detectedAt: row.detected_at, dueAt: row.due_at, occurrences: row.occurrences, fingerprint: row.fingerprint, owner: row.owner, assignee: row.assignee,
    correlationIds: row.correlation_ids, eventIds: row.event_ids,
    resolution: row.resolution_code === null ? null : { code: row.resolution_code, by: row.resolution_by, at: row.resolution_at ?? row.last_seen, note: row.resolution_note },
    version: row.version,
  })
}
