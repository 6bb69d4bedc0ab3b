/** Where the backlog stands against its due times. The same rows as the backlog: objects past one step and not yet at the next. */
import { z } from 'zod'
import type { ClickHouse } from '../clickhouse.ts'
import { defineQuery } from '../define-query.ts'
import { toStoreInstant } from '../event-row.ts'
import type { Scope } from '../../model/scope.ts'

const count = z.coerce.number()
const row = z.object({ breached: count, at_risk: count, on_time: count })
const AT = `toDateTime64({now:String}, 3, 'UTC')`

const levels = defineQuery({
  name: 'tower.service_levels',
  params: z.object({ facility: z.array(z.string()), now: z.string() }),
  row,
  scoped: true,
  sql: params => `SELECT countIf(due_at <= ${AT}) AS breached, countIf(due_at > ${AT} AND warn_at <= ${AT}) AS at_risk, countIf(due_at > ${AT} AND warn_at > ${AT}) AS on_time
    FROM obligations_open FINAL WHERE {scope} AND kind = 'overdue'${params.facility.length > 0 ? ' AND facility IN {facility:Array(String)}' : ''}`,
})

/** Past due, past the warning share of the time allowed, and the rest; together the backlog's count. */
export async function serviceLevels(clickhouse: ClickHouse, facility: string[], now: Date, scope: Scope): Promise<{ breached: number; atRisk: number; onTime: number }> {
  const [found] = await levels.run(clickhouse, { facility, now: toStoreInstant(now) }, scope)
  return { breached: found?.breached ?? 0, atRisk: found?.at_risk ?? 0, onTime: found?.on_time ?? 0 }
}
