/** How much was taken and how much was not, of all time. */
import { z } from 'zod'
import type { ClickHouse } from '../clickhouse.ts'
import { defineQuery } from '../define-query.ts'
import type { Scope } from '../../model/scope.ts'

/** The integration of the readiness canary; no figure counts it. */
export const CANARY_INTEGRATION = 'signalbox-canary'

const accepted = defineQuery({
  name: 'events.accepted',
  params: z.object({ canary: z.string() }),
  row: z.object({ total: z.coerce.number() }),
  scoped: true,
  sql: `SELECT count() AS total FROM events FINAL WHERE environment = 'production' AND integration != {canary:String} AND {scope}`,
})
const rejected = defineQuery({
  name: 'events.rejected',
  params: z.object({ canary: z.string() }),
  row: z.object({ total: z.coerce.number() }),
  scoped: true,
  sql: `SELECT count() AS total FROM rejected FINAL WHERE environment IN ('production', '') AND integration != {canary:String} AND {scope}`,
})

/** Distinct production events that were accepted, and inputs that were rejected, inside the scope. */
export async function acceptedTotals(clickhouse: ClickHouse, scope: Scope): Promise<{ total: number; rejected: number }> {
  const params = { canary: CANARY_INTEGRATION }
  const [[taken], [refused]] = await Promise.all([accepted.run(clickhouse, params, scope), rejected.run(clickhouse, params, scope)])
  return { total: taken?.total ?? 0, rejected: refused?.total ?? 0 }
}
