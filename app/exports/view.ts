/** A business view's rows as CSV or NDJSON: the list's own query and filter, page after page, so that file, list and count are one number. */
import { z } from 'zod'
import type { Catalogue } from '#queries/catalogue/catalogue.ts'
import { countView } from '#queries/clickhouse/views/counts.ts'
import { viewFilter } from '#queries/clickhouse/views/filter.ts'
import { listView, type ViewItem } from '#queries/clickhouse/views/list.ts'
import { formatFilter } from '#queries/model/filter.ts'
import type { Stores } from '#queries/stores.ts'
import type { ViewDefinition } from '../views/definition.ts'
import { readViewRequest } from '../views/request.ts'
import { systemsOf } from '../views/view.ts'
import { BYTE_ORDER_MARK, csvBody, csvHead, type Column } from './csv.ts'
import { audited, fileName, type Export, type Exporter } from './export.ts'

const PAGE = 2000

/** The query string of the call: the view's filter, `format`, and `bom=true` for a byte order mark in CSV. */
export const viewExportRequest = viewFilter.extend({ format: z.enum(['csv', 'ndjson']).default('csv'), bom: z.enum(['true', 'false']).default('false') })

const COLUMNS: readonly Column<ViewItem>[] = [
  ['state', row => row.state], ['exception', row => row.exception?.id ?? null], ['kind', row => row.exception?.kind ?? null], ['severity', row => row.exception?.severity ?? null], ['status', row => row.exception?.status ?? null],
  ['title', row => row.exception?.title ?? null], ['assignee', row => row.exception?.assignee ?? null],
  ['namespace', row => row.object?.namespace ?? null], ['objectType', row => row.object?.type ?? null], ['objectId', row => row.object?.id ?? null], ['process', row => row.process], ['step', row => row.step],
  ['integration', row => row.integration], ['system', row => row.system], ['facility', row => row.facility], ['entity', row => row.entity], ['counterpartyId', row => row.counterparty?.id ?? null], ['counterpartyName', row => row.counterparty?.name ?? null],
  ['amount', row => row.amount?.value ?? null], ['currency', row => row.amount?.currency ?? null], ['since', row => row.since], ['dueAt', row => row.dueAt],
]

/**
 * Starts the export of what the page shows for this query string; the audit record is written before the first row. Rows outside the
 * scope are not in it. Throws FilterError.
 */
export async function exportView(stores: Stores, catalogue: Catalogue, by: Exporter, definition: ViewDefinition, search: URLSearchParams): Promise<Export> {
  const asked = new URLSearchParams(search)
  const { format, bom } = z.object({ format: viewExportRequest.shape.format, bom: viewExportRequest.shape.bom }).parse({ format: search.get('format') ?? undefined, bom: search.get('bom') ?? undefined })
  asked.delete('format')
  asked.delete('bom')
  const { filter } = readViewRequest(catalogue, definition, asked)
  const now = new Date()
  const systems = systemsOf(catalogue)
  const { count: rows } = await countView(stores.clickhouse, filter, systems, now, by.scope)
  async function* pieces() {
    if (format === 'csv') yield { text: (bom === 'true' ? BYTE_ORDER_MARK : '') + csvHead(COLUMNS), rows: 0 }
    let cursor: string | null = null
    do {
      const page: { items: ViewItem[]; nextCursor: string | null } = await listView(stores.clickhouse, filter, { limit: PAGE, ...(cursor === null ? {} : { cursor }) }, systems, now, by.scope)
      if (page.items.length > 0) yield { text: format === 'csv' ? csvBody(COLUMNS, page.items) : page.items.map(({ key: _key, ...row }) => `${JSON.stringify(row)}\n`).join(''), rows: page.items.length }
      cursor = page.nextCursor
    } while (cursor !== null)
  }
  const body = await audited({ stores, by, action: 'export.view', format, filter: new URLSearchParams([['view', definition.id], ...formatFilter(viewFilter, filter)]), rows }, pieces())
  return { fileName: fileName(definition.id, format), contentType: format === 'csv' ? 'text/csv; charset=utf-8; header=present' : 'application/x-ndjson; charset=utf-8', rows, body }
}
