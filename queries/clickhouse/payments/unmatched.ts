/** Unmatched payments by what was said when they were received. The payments are the worklist's, under whatever filter asks. */
import { z } from 'zod'
import type { ClickHouse } from '../clickhouse.ts'
import { defineQuery } from '../define-query.ts'
import { bindFilter, rowsOf, whereParams } from '../exceptions/where.ts'
import { EXCEPTION_KINDS } from '../../model/exception.ts'
import { fromMinor } from '../../model/money.ts'
import type { Money } from '../../model/money.ts'
import type { ExceptionFilter } from '../../model/filter.ts'
import type { Scope } from '../../model/scope.ts'

/** The event that says how a payment came. */
export const RECEIVED = 'payments.payment.received'
const count = z.coerce.number()

const query = defineQuery({
  name: 'payments.unmatched',
  params: whereParams,
  row: z.object({ kind_: z.enum(EXCEPTION_KINDS), method: z.string(), via: z.string(), said: count, bare: count, money: z.string(), payments: count, minor: z.string(), oldest: z.string() }),
  scoped: true,
  sql: given => `SELECT kind_, method, via, said, bare, money, count() AS payments, toString(sum(minor_)) AS minor, toString(min(first_seen)) AS oldest
    FROM (SELECT e.kind AS kind_, e.first_seen AS first_seen, if(isNull(e.amount_minor), '', toString(e.currency)) AS money, toInt128(ifNull(e.amount_minor, 0)) AS minor_,
        r.method AS method, r.via AS via, r.said AS said, toUInt8(r.said = 1 AND r.reference = '') AS bare
      FROM (SELECT * FROM ${rowsOf(given)}) AS e
      LEFT JOIN (SELECT namespace, object_type, object_id, argMax(JSONExtractString(attributes, 'method'), time) AS method, argMax(JSONExtractString(attributes, 'reference'), time) AS reference, argMax(toString(integration), time) AS via, toUInt8(1) AS said
        FROM events_by_object WHERE object_type = 'payment' AND object_id IN (SELECT object_id FROM ${rowsOf(given)}) AND type = '${RECEIVED}' AND status = 'succeeded' AND {scope}
        GROUP BY namespace, object_type, object_id) AS r ON e.namespace = r.namespace AND e.object_type = r.object_type AND e.object_id = r.object_id)
    GROUP BY kind_, method, via, said, bare, money`,
})

/** Unmatched payments alike in all these; `said` false: no receipt was seen, so method and way are not known; `bare`: received without a reference. */
export interface UnmatchedPart { kind: (typeof EXCEPTION_KINDS)[number]; method: string; via: string; said: boolean; bare: boolean; payments: number; money: Money | null; oldest: string }

/** The parts of everything that the filter lets through; their `payments` add up to its count. */
export async function unmatchedParts(clickhouse: ClickHouse, filter: ExceptionFilter, scope: Scope): Promise<UnmatchedPart[]> {
  const rows = await query.run(clickhouse, bindFilter(filter), scope)
  return rows.map(row => ({
    kind: row.kind_, method: row.method, via: row.via, said: row.said === 1, bare: row.bare === 1, payments: row.payments, money: row.money === '' ? null : fromMinor(row.minor, row.money), oldest: `${row.oldest.replace(' ', 'T')}Z`,
  }))
}
