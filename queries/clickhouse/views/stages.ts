/** How far objects came in a window of time, and how long each step took: the reached part of a pipeline. */
import { z } from 'zod'
import type { ClickHouse } from '../clickhouse.ts'
import { clausesOf } from '../backlog/backlog.ts'
import { defineQuery } from '../define-query.ts'
import { toStoreInstant } from '../event-row.ts'
import { figureRow, moneySql, toFigure } from '../figure.ts'
import type { Figure } from '../figure.ts'
import type { Scope } from '../../model/scope.ts'
import { clauses } from '../exceptions/where.ts'
import { bindView, viewParams } from './filter.ts'
import type { ViewFilter } from './filter.ts'

const params = viewParams.extend({ pairs: z.array(z.string()), objects: z.array(z.string()), since: z.string() })
const SINCE = `toDateTime64({since:String}, 3, 'UTC')`
/** The filters that an object itself answers. */
const ABOUT_OBJECTS = ['facility', 'entity', 'counterparty', 'currency', 'objectId', 'criticality'] as const

const reached = defineQuery({
  name: 'views.reached',
  params,
  row: figureRow,
  scoped: true,
  sql: given => {
    const own = clauses(given)
    const where = ABOUT_OBJECTS.flatMap(name => own.get(name) ?? [])
    return moneySql({ value: 'toString(type_)', amountKey: 'concat(toString(object_type), char(0), object_id, char(0), toString(namespace))', since: 'at_', late: '0' }, `(
      SELECT object_type, object_id, namespace, amount_minor, currency, type_, at_ FROM objects FINAL ARRAY JOIN milestone_types AS type_, milestone_times AS at_
      WHERE ${['{scope}', 'object_type IN {objects:Array(String)}', `concat(object_type, ' ', type_) IN {pairs:Array(String)}`, `at_ >= ${SINCE}`, ...where].join(' AND ')})`)
  },
})

/** A milestone and the type of object that has it. */
export interface StageMilestone { type: string; object: string }

/** Per milestone how many objects reached it since then, with their money; each object once, at the last time it reached it. */
export async function countReached(clickhouse: ClickHouse, stages: readonly StageMilestone[], filter: ViewFilter, since: Date, now: Date, scope: Scope): Promise<Map<string, Figure>> {
  const objects = [...new Set(stages.map(stage => stage.object))]
  const asked = { ...bindView({ ...filter, objectType: objects }, new Map(), now), pairs: stages.map(stage => `${stage.object} ${stage.type}`), objects, since: toStoreInstant(since) }
  return new Map((await reached.run(clickhouse, asked, scope)).map(row => [row.value, toFigure(row)]))
}

const waits = defineQuery({
  name: 'views.waits',
  params: viewParams.extend({ since: z.string() }),
  row: z.object({ step: z.string(), met: z.coerce.number(), in_time: z.coerce.number(), seconds: z.array(z.coerce.number()).length(2) }),
  scoped: true,
  sql: given => {
    const own = clausesOf({ ...given, overdue: undefined })
    const critical = clauses(given).get('criticality')
    return `SELECT toString(milestone) AS step, count() AS met, countIf(met_at <= due_at) AS in_time,
        arrayMap(t -> round(t / 1000), quantilesExactInclusive(0.5, 0.9)(toUnixTimestamp64Milli(assumeNotNull(met_at)) - toUnixTimestamp64Milli(anchor_at))) AS seconds
      FROM obligations FINAL WHERE ${['{scope}', `kind = 'overdue'`, 'NOT removed', `met_at >= ${SINCE}`, 'met_at >= anchor_at', ...own.values(), ...(critical === undefined ? [] : [critical])].join(' AND ')} GROUP BY step`
  },
})

/** Per step of those done since then: how many, how many within their time, median and 90th percentile of the wait in seconds of plain time. */
export interface StepWait { met: number; inTime: number; median: number; p90: number }

/** Waits by step; a step that nothing reached is not in it. */
export async function stepWaits(clickhouse: ClickHouse, filter: ViewFilter, since: Date, now: Date, scope: Scope): Promise<Map<string, StepWait>> {
  const rows = await waits.run(clickhouse, { ...bindView({ ...filter, step: [] }, new Map(), now), since: toStoreInstant(since) }, scope)
  return new Map(rows.map(row => [row.step, { met: row.met, inTime: row.in_time, median: row.seconds[0] ?? 0, p90: row.seconds[1] ?? 0 }]))
}
