/** How many groups each ready-made view of the list has, in one pass. */
import { z } from 'zod'
import type { ClickHouse } from '../clickhouse.ts'
import { defineQuery } from '../define-query.ts'
import { toStoreInstant } from '../event-row.ts'
import { bindFilter, rowsOf, whereParams } from '../exceptions/where.ts'
import { exceptionFilter } from '../../model/filter.ts'
import type { Scope } from '../../model/scope.ts'

const count = z.coerce.number()
const row = z.object({ open: count, fresh: count, mine: count, muted: count, all: count })
export type GroupViewCounts = z.infer<typeof row>
/** A member that somebody has to do something about. */
export const TO_DO = ['open', 'acknowledged', 'waiting'] as const
const IS_TO_DO = `status IN ('open', 'acknowledged', 'waiting')`

const views = defineQuery({
  name: 'groups.views',
  params: whereParams.extend({ me: z.string(), since: z.string(), muted: z.array(z.string()) }),
  row,
  scoped: true,
  sql: params => `SELECT uniqExactIf(line, ${IS_TO_DO}) AS open, uniqExactIf(line, ${IS_TO_DO} AND first_seen >= toDateTime64({since:String}, 3, 'UTC')) AS fresh,
      uniqExactIf(line, ${IS_TO_DO} AND assignee = {me:String}) AS mine, uniqExactIf(line, has({muted:Array(String)}, fingerprint)) AS muted, uniqExact(line) AS all
    FROM ${rowsOf(params)}`,
})

/** Counts of groups; `facilities` empty: all of the scope. `me`: who looks; `muted`: the groups that are muted; `since`: from when one is new. */
export async function countGroupViews(clickhouse: ClickHouse, facilities: string[], { me, muted, since }: { me: string; muted: readonly string[]; since: Date }, scope: Scope): Promise<GroupViewCounts> {
  const filter = exceptionFilter.parse({ status: [], facility: facilities })
  const [found] = await views.run(clickhouse, { ...bindFilter(filter), me, since: toStoreInstant(since), muted: [...muted] }, scope)
  return found ?? { open: 0, fresh: 0, mine: 0, muted: 0, all: 0 }
}
