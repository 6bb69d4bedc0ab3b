/** The trail: an object's, a trace's or a filtered set's events as CSV or NDJSON, for `GET /api/v1/exports/trail`. */
import { z } from 'zod'
import { toStoredEvent } from '#queries/clickhouse/event-row.ts'
import { trailEvents, trailFilter, trailWindows } from '#queries/clickhouse/exports/trail.ts'
import type { StoredEvent } from '#queries/model/event.ts'
import { formatFilter } from '#queries/model/filter.ts'
import type { Stores } from '#queries/stores.ts'
import { BYTE_ORDER_MARK, csvBody, csvHead, type Column } from './csv.ts'
import { audited, fileName, type Export, type Exporter } from './export.ts'

/** The query string of the call: the trail's filter, `format`, and `bom=true` for a byte order mark in CSV. */
export const trailRequest = trailFilter.extend({ format: z.enum(['csv', 'ndjson']).default('ndjson'), bom: z.enum(['true', 'false']).default('false') })
export type TrailRequest = z.infer<typeof trailRequest>

const COLUMNS: readonly Column<StoredEvent>[] = [
  ['time', event => event.time], ['receivedAt', event => event.receivedAt], ['type', event => event.type], ['status', event => event.status], ['attempt', event => event.attempt],
  ['source', event => event.source], ['id', event => event.id], ['integration', event => event.integration], ['facility', event => event.facility], ['correlationId', event => event.correlationId],
  ['objects', event => event.objects.map(object => `${object.type} ${object.id} (${object.namespace})`).join('; ')],
  ['states', event => event.objects.flatMap(object => (object.state === null ? [] : [`${object.id}: ${object.state}`])).join('; ')],
  ['amount', event => event.amount?.value ?? null], ['currency', event => event.amount?.currency ?? null],
  ['errorCode', event => event.error?.code ?? null], ['errorClass', event => event.error?.class ?? null], ['errorMessage', event => event.error?.message ?? null], ['retryable', event => event.error?.retryable ?? null],
  ['durationMs', event => event.durationMs], ['flags', event => event.flags.join('; ')], ['attributes', event => (Object.keys(event.attributes).length === 0 ? null : JSON.stringify(event.attributes))],
]

/** Starts the export; the audit record is written before the first row. Events outside the scope are not in it. */
export async function exportTrail(stores: Stores, by: Exporter, request: TrailRequest): Promise<Export> {
  const { format, bom, ...filter } = request
  const windows = await trailWindows(stores.clickhouse, filter, by.scope)
  const rows = windows.reduce((sum, window) => sum + window.events, 0)
  async function* pieces() {
    if (format === 'csv') yield { text: (bom === 'true' ? BYTE_ORDER_MARK : '') + csvHead(COLUMNS), rows: 0 }
    for await (const page of trailEvents(stores.clickhouse, filter, windows, by.scope)) {
      const events = page.map(toStoredEvent)
      yield { text: format === 'csv' ? csvBody(COLUMNS, events) : events.map(event => `${JSON.stringify(event)}\n`).join(''), rows: events.length }
    }
  }
  const body = await audited({ stores, by, action: 'export.trail', format, filter: formatFilter(trailFilter, filter), rows }, pieces())
  return { fileName: fileName('trail', format), contentType: format === 'csv' ? 'text/csv; charset=utf-8; header=present' : 'application/x-ndjson; charset=utf-8', rows, body }
}
