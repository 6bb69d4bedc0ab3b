/** Rejected input as the finder reads it. */
import { z } from 'zod'
import type { ClickHouse } from '../clickhouse.ts'
import { defineQuery, UNSCOPED } from '../define-query.ts'

const COLUMNS = `toString(r.id) AS id, source, event_id AS eventId, type, integration, facility, entity, environment, correlation_id AS correlationId, code, message, path,
  toFloat64(toUnixTimestamp64Milli(ifNull(event_time, received_at))) AS time, toFloat64(toUnixTimestamp64Milli(received_at)) AS receivedAt,
  object_types[1] AS objectType, object_ids[1] AS objectId, toString(amount_minor) AS amountMinor, currency, status,
  lower(hex(substring(SHA256(concat(source, char(0), event_id)), 1, 16))) AS identity`

const rejectedRow = z.object({
  id: z.string(), source: z.string(), eventId: z.string(), type: z.string(), integration: z.string(), facility: z.string(), entity: z.string(), environment: z.string(), correlationId: z.string(),
  code: z.string(), message: z.string(), path: z.string(), time: z.number(), receivedAt: z.number(), objectType: z.string(), objectId: z.string(), amountMinor: z.string().nullable(), currency: z.string(), status: z.string(), identity: z.string(),
})

/** One rejected input. `identity`: the key that a corrected event of the same (source, id) would have; null where it named neither. Times in epoch ms. */
export type RejectedInput = Omit<z.infer<typeof rejectedRow>, 'identity'> & { identity: string | null }

const byIds = defineQuery({
  name: 'finding.rejected_by_id',
  params: z.object({ ids: z.array(z.guid()) }),
  row: rejectedRow,
  scoped: 'finding judges everything that was rejected',
  sql: `SELECT ${COLUMNS} FROM rejected AS r FINAL WHERE r.id IN {ids:Array(UUID)}`,
})
const page = defineQuery({
  name: 'finding.rejected_page',
  params: z.object({ after: z.guid(), limit: z.number() }),
  row: rejectedRow,
  scoped: 'finding judges everything that was rejected',
  sql: `SELECT ${COLUMNS} FROM rejected AS r FINAL WHERE r.id > {after:UUID} ORDER BY r.id LIMIT {limit:UInt32}`,
})

const IDS_PER_QUERY = 5000
export const FIRST_REJECTED = '00000000-0000-0000-0000-000000000000'

/** The rejected inputs with these ids. */
export async function rejectedByIds(clickhouse: ClickHouse, ids: readonly string[]): Promise<RejectedInput[]> {
  const found: RejectedInput[] = []
  for (let from = 0; from < ids.length; from += IDS_PER_QUERY) found.push(...(await byIds.run(clickhouse, { ids: ids.slice(from, from + IDS_PER_QUERY) }, UNSCOPED)).map(toInput))
  return found
}

/** The next rejected inputs after an id ({@link FIRST_REJECTED} to begin). */
export async function rejectedPage(clickhouse: ClickHouse, after: string, limit: number): Promise<RejectedInput[]> {
  return (await page.run(clickhouse, { after, limit }, UNSCOPED)).map(toInput)
}

function toInput(row: z.infer<typeof rejectedRow>): RejectedInput {
  const key = row.identity
  return { ...row, identity: row.source && row.eventId ? `${key.slice(0, 8)}-${key.slice(8, 12)}-${key.slice(12, 16)}-${key.slice(16, 20)}-${key.slice(20)}` : null }
}
