/** What a call was answered, with the present state of what it had rejected. */
import { z } from 'zod'
import type { ClickHouse } from '../clickhouse.ts'
import { defineQuery, UNSCOPED } from '../define-query.ts'

const BY_RECEIPT = 'a receipt is shown to the key that got it'

const receiptOf = defineQuery({
  name: 'receipts.one',
  params: z.object({ receipt: z.string(), key: z.string() }),
  row: z.object({ accepted: z.number(), duplicates: z.number(), rejected: z.string() }),
  scoped: BY_RECEIPT,
  sql: 'SELECT accepted, duplicates, rejected FROM receipts FINAL WHERE receipt = {receipt:String} AND key_id = {key:String}',
})

const statusesOf = defineQuery({
  name: 'receipts.rejected_statuses',
  params: z.object({ ids: z.array(z.guid()) }),
  row: z.object({ id: z.string(), status: z.string() }),
  scoped: BY_RECEIPT,
  sql: 'SELECT toString(r.id) AS id, r.status AS status FROM rejected AS r FINAL WHERE r.id IN {ids:Array(UUID)}',
})

/** One entry of the answer's `rejected`; `rejectedId` finds it in the list of rejected events. */
export const receiptRejection = z.object({ index: z.number(), id: z.string().nullable(), code: z.string(), message: z.string(), path: z.string(), rejectedId: z.string() })
export type ReceiptRejection = z.infer<typeof receiptRejection>
export interface Receipt { accepted: number; duplicates: number; rejected: (ReceiptRejection & { status: string })[]; receipt: string }

const IDS_PER_QUERY = 5000

/** The receipt as it was answered to this key, or null; `status` is what became of each rejected event since. */
export async function readReceipt(clickhouse: ClickHouse, receipt: string, keyId: string): Promise<Receipt | null> {
  const [row] = await receiptOf.run(clickhouse, { receipt, key: keyId }, UNSCOPED)
  if (!row) return null
  const rejected = z.array(receiptRejection).parse(JSON.parse(row.rejected))
  const ids = [...new Set(rejected.map(one => one.rejectedId))]
  const statuses = new Map<string, string>()
  for (let from = 0; from < ids.length; from += IDS_PER_QUERY) {
    for (const one of await statusesOf.run(clickhouse, { ids: ids.slice(from, from + IDS_PER_QUERY) }, UNSCOPED)) statuses.set(one.id, one.status)
  }
  return { accepted: row.accepted, duplicates: row.duplicates, receipt, rejected: rejected.map(one => ({ ...one, status: statuses.get(one.rejectedId) ?? 'open' })) }
}
