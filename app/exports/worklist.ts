/** The exceptions worklist as CSV: the list's own query and filter, page after page, so that file, list and count are one number. */
import { z } from 'zod'
import { countExceptions } from '#queries/clickhouse/exceptions/figures.ts'
import { listExceptions } from '#queries/clickhouse/exceptions/list.ts'
import type { ExceptionView } from '#queries/model/exception.ts'
import { exceptionFilter, formatFilter } from '#queries/model/filter.ts'
import type { Stores } from '#queries/stores.ts'
import { BYTE_ORDER_MARK, csvBody, csvHead, type Column } from './csv.ts'
import { audited, fileName, type Export, type Exporter } from './export.ts'

const PAGE = 2000

/** The query string of the call: the worklist's filter and `bom=true` for a byte order mark. */
export const worklistRequest = exceptionFilter.extend({ bom: z.enum(['true', 'false']).default('false') })
export type WorklistRequest = z.infer<typeof worklistRequest>

const COLUMNS: readonly Column<ExceptionView>[] = [
  ['id', row => row.id], ['kind', row => row.kind], ['type', row => row.type], ['title', row => row.title], ['explanation', row => row.explanation], ['status', row => row.status],
  ['severity', row => row.severity], ['severityReasons', row => row.severityReasons.join('; ')], ['process', row => row.process], ['step', row => row.step], ['integration', row => row.integration],
  ['facility', row => row.facility], ['entity', row => row.entity],
  ['counterpartyType', row => row.counterparty?.type ?? null], ['counterpartyId', row => row.counterparty?.id ?? null], ['counterpartyName', row => row.counterparty?.name ?? null],
  ['namespace', row => row.object?.namespace ?? null], ['objectType', row => row.object?.type ?? null], ['objectId', row => row.object?.id ?? null],
  ['amount', row => row.amount?.value ?? null], ['currency', row => row.amount?.currency ?? null],
  ['firstSeen', row => row.firstSeen], ['lastSeen', row => row.lastSeen], ['detectedAt', row => row.detectedAt], ['dueAt', row => row.dueAt], ['occurrences', row => row.occurrences],
  ['fingerprint', row => row.fingerprint], ['owner', row => row.owner], ['assignee', row => row.assignee], ['correlationIds', row => row.correlationIds.join('; ')], ['eventIds', row => row.eventIds.join('; ')],
  ['resolutionCode', row => row.resolution?.code ?? null], ['resolutionBy', row => row.resolution?.by ?? null], ['resolutionAt', row => row.resolution?.at ?? null], ['resolutionNote', row => row.resolution?.note ?? null],
]

/** Starts the export; the audit record is written before the first row. Exceptions outside the scope are not in it. */
export async function exportWorklist(stores: Stores, by: Exporter, request: WorklistRequest): Promise<Export> {
  const { bom, ...filter } = request
  const { count: rows } = await countExceptions(stores.clickhouse, filter, by.scope)
  async function* pieces() {
    yield { text: (bom === 'true' ? BYTE_ORDER_MARK : '') + csvHead(COLUMNS), rows: 0 }
    let cursor: string | null = null
    do {
      const page: { items: ExceptionView[]; nextCursor: string | null } = await listExceptions(stores.clickhouse, filter, { limit: PAGE, ...(cursor === null ? {} : { cursor }) }, by.scope)
      if (page.items.length > 0) yield { text: csvBody(COLUMNS, page.items), rows: page.items.length }
      cursor = page.nextCursor
    } while (cursor !== null)
  }
  const body = await audited({ stores, by, action: 'export.exceptions', format: 'csv', filter: formatFilter(exceptionFilter, filter), rows }, pieces())
  return { fileName: fileName('exceptions', 'csv'), contentType: 'text/csv; charset=utf-8; header=present', rows, body }
}
