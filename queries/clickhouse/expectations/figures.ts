/** How each expectation does: what waits, how much of it is at risk or late, and how much came in time. */
import { z } from 'zod'
import type { ClickHouse } from '../clickhouse.ts'
import { defineQuery } from '../define-query.ts'
import { toStoreInstant } from '../event-row.ts'
import type { Scope } from '../../model/scope.ts'

const count = z.coerce.number()
const row = z.object({ process: z.string(), expectation: z.string(), open: count, late: count, at_risk: count, due: count, in_time: count })
const NOW = `{now:DateTime64(3, 'UTC')}`
const FROM = `{from:DateTime64(3, 'UTC')}`
/** Waits still: the condition of the backlog. */
const OPEN = `isNull(met_at) AND isNull(cancelled_at)`
/** Was to be judged in the window: met in it, or due in it and not called off before. */
const JUDGED = `((met_at >= ${FROM} AND met_at <= ${NOW}) OR (isNull(met_at) AND due_at >= ${FROM} AND due_at <= ${NOW} AND (isNull(cancelled_at) OR cancelled_at > due_at)))`

const figures = defineQuery({
  name: 'expectations.figures',
  params: z.object({ process: z.string(), expectation: z.string(), from: z.string(), now: z.string() }),
  row,
  scoped: true,
  sql: given => `SELECT process, expectation, countIf(${OPEN}) AS open, countIf(${OPEN} AND due_at <= ${NOW}) AS late, countIf(${OPEN} AND due_at > ${NOW} AND warn_at <= ${NOW}) AS at_risk,
      countIf(${JUDGED}) AS due, countIf(${JUDGED} AND met_at <= due_at) AS in_time
    FROM obligations FINAL WHERE {scope} AND kind = 'overdue' AND NOT removed${given.expectation === '' ? '' : ' AND process = {process:String} AND expectation = {expectation:String}'}
    GROUP BY process, expectation`,
})

/** Counts at `now`; `due` and `inTime` are of the last `days` days: what was met or came due in them, and how much of it in time. */
export interface ExpectationFigures { open: number; late: number; atRisk: number; due: number; inTime: number }
const DAY = 86_400_000

/** The figures of every expectation that has any, by `process/expectation`; `only`: of one. */
export async function expectationFigures(clickhouse: ClickHouse, now: Date, days: number, scope: Scope, only?: { process: string; expectation: string }): Promise<Map<string, ExpectationFigures>> {
  const params = { process: only?.process ?? '', expectation: only?.expectation ?? '', from: toStoreInstant(new Date(now.getTime() - days * DAY)), now: toStoreInstant(now) }
  const rows = await figures.run(clickhouse, params, scope)
  return new Map(rows.map(item => [`${item.process}/${item.expectation}`, { open: item.open, late: item.late, atRisk: item.at_risk, due: item.due, inTime: item.in_time }]))
}
