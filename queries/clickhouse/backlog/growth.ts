/**
 * How the backlog came about, by the events' own time: what came, what went (its next step was seen, or it was cancelled), what was open.
 * The rows are those of the backlog and of everything that ever was in it, so the last `open` of a flow is the backlog's own count.
 * What recurs on one object (a stock level) is known with its current round only.
 */
import { z } from 'zod'
import type { ClickHouse } from '../clickhouse.ts'
import { defineQuery } from '../define-query.ts'
import { toStoreInstant } from '../event-row.ts'
import type { Scope } from '../../model/scope.ts'
import { clausesOf, backlogParams, bindBacklog } from './backlog.ts'
import type { BacklogFilter } from './backlog.ts'

const number = z.coerce.number()
const NOW = `{now:DateTime64(3, 'UTC')}`
const BEGIN = `{begin:DateTime64(3, 'UTC')}`
/** When a wait began; what is dated ahead counts as of now, as in the backlog. */
const BEGAN = `least(anchor_at, ${NOW})`
/** When it ended; null while it lasts. An end after `now` is not yet one. */
const ENDED = `if(isNull(met_at) AND isNull(cancelled_at), NULL, least(ifNull(met_at, cancelled_at), ifNull(cancelled_at, met_at)))`
/** Filters that describe a wait now (since when, late or not) say nothing of the past. */
const OF_NOW: ReadonlySet<string> = new Set(['from', 'to', 'overdue'])

const params = backlogParams.extend({ begin: z.string() })
type Params = z.infer<typeof params>
/** Waits of the filter with `began` and `ended`; those that ended before they began never waited. */
const waits = (given: Params, columns: string) => `SELECT ${columns}, ${BEGAN} AS began, ${ENDED} AS ended FROM obligations FINAL
  WHERE {scope} AND kind = 'overdue' AND NOT removed${[...clausesOf(given)].filter(([name]) => !OF_NOW.has(name)).map(([, clause]) => ` AND ${clause}`).join('')}
    AND (isNull(met_at) AND isNull(cancelled_at) OR ended > anchor_at)`

const flowOf = (name: string, part: string) => defineQuery({
  name,
  params: params.extend({ seconds: z.int().min(60) }),
  row: z.object({ part: z.string(), slot: number, came: number, went: number, stays: number }),
  scoped: true,
  // Slot -1 holds everything before the window.
  sql: given => `SELECT part, toInt64(cell.1) AS slot, sum(cell.2) AS came, sum(cell.3) AS went, sum(cell.4) AS stays
    FROM (${waits(given, `${part} AS part`)})
    ARRAY JOIN [(if(began < ${BEGIN}, -1, intDiv(dateDiff('millisecond', ${BEGIN}, began), {seconds:UInt32} * 1000)), 1, 0, toUInt8(isNull(ended))),
      (if(isNull(ended) OR ended > ${NOW}, -2, if(ended < ${BEGIN}, -1, intDiv(dateDiff('millisecond', ${BEGIN}, assumeNotNull(ended)), {seconds:UInt32} * 1000))), 0, 1, 0)] AS cell
    WHERE cell.1 != -2 GROUP BY part, slot ORDER BY part, slot`,
})
const flow = flowOf('backlog.flow', `''`)
const flowsBy = { entity: flowOf('backlog.flow_by_entity', 'toString(entity)'), facility: flowOf('backlog.flow_by_facility', 'toString(facility)'), process: flowOf('backlog.flow_by_process', 'toString(process)') }
export type FlowGroup = keyof typeof flowsBy

/** A step of time: open when it begins, what came and went within it, and what of that which came still waits now. */
export interface FlowStep { at: string; open: number; came: number; went: number; stays: number }

/** The flow in equal steps of `stepSeconds` from `begin` to `now`, oldest first; the last step is the running one. */
export async function backlogFlow(clickhouse: ClickHouse, filter: BacklogFilter, begin: Date, stepSeconds: number, now: Date, scope: Scope): Promise<FlowStep[]> {
  const rows = await flow.run(clickhouse, { ...bindBacklog(filter, now), begin: toStoreInstant(begin), seconds: stepSeconds }, scope)
  return stepsOf(rows, begin, stepSeconds, now)
}

/** The same flow per legal entity, facility or process; those that nothing ever waited for are not in it. */
export async function backlogFlowBy(clickhouse: ClickHouse, group: FlowGroup, filter: BacklogFilter, begin: Date, stepSeconds: number, now: Date, scope: Scope): Promise<Map<string, FlowStep[]>> {
  const rows = await flowsBy[group].run(clickhouse, { ...bindBacklog(filter, now), begin: toStoreInstant(begin), seconds: stepSeconds }, scope)
  return new Map([...Map.groupBy(rows, row => row.part)].map(([part, own]) => [part, stepsOf(own, begin, stepSeconds, now)]))
}

function stepsOf(rows: readonly { slot: number; came: number; went: number; stays: number }[], begin: Date, stepSeconds: number, now: Date): FlowStep[] {
  const bySlot = new Map(rows.map(row => [row.slot, row]))
  const steps = Math.floor((now.getTime() - begin.getTime()) / (stepSeconds * 1000)) + 1
  let open = (bySlot.get(-1)?.came ?? 0) - (bySlot.get(-1)?.went ?? 0)
  return Array.from({ length: Math.max(0, steps) }, (_, slot): FlowStep => {
    const { came = 0, went = 0, stays = 0 } = bySlot.get(slot) ?? {}
    const step = { at: new Date(begin.getTime() + slot * stepSeconds * 1000).toISOString(), open, came, went, stays }
    open += came - went
    return step
  })
}

const GROUPS = { facility: 'facility', process: 'process', step: 'milestone', integration: 'integration' } as const
export type GrowthGroup = keyof typeof GROUPS
const grouped = (group: GrowthGroup) => defineQuery({
  name: `backlog.growth_by_${group}`,
  params,
  row: z.object({ value: z.string(), came: number, went: number, open: number, late: number }),
  scoped: true,
  sql: given => `SELECT value, countIf(began >= ${BEGIN}) AS came, countIf(isNotNull(ended) AND ended >= ${BEGIN} AND ended <= ${NOW}) AS went,
      countIf(isNull(ended)) AS open, countIf(isNull(ended) AND due_at <= ${NOW}) AS late
    FROM (${waits(given, `toString(${GROUPS[group]}) AS value, due_at`)})
    GROUP BY value HAVING came > 0 OR went > 0 OR open > 0 ORDER BY came - went DESC, open DESC, value`,
})
const groups = { facility: grouped('facility'), process: grouped('process'), step: grouped('step'), integration: grouped('integration') }

/** What came and went since `begin` per facility, process, step or integration, and what is open now; the one that grew most first. */
export interface Growth { value: string; came: number; went: number; open: number; late: number }
export async function backlogGrowth(clickhouse: ClickHouse, group: GrowthGroup, filter: BacklogFilter, begin: Date, now: Date, scope: Scope): Promise<Growth[]> {
  return groups[group].run(clickhouse, { ...bindBacklog(filter, now), begin: toStoreInstant(begin) }, scope)
}

const younger = defineQuery({
  name: 'backlog.ageing',
  params: backlogParams.extend({ bounds: z.array(z.string()) }),
  row: z.object({ younger: z.array(number), all: number }),
  scoped: true,
  sql: given => `SELECT sumForEach(arrayMap(b -> toUInt64(anchor_at >= toDateTime64(b, 3, 'UTC')), {bounds:Array(String)})) AS younger, count() AS all
    FROM obligations_open FINAL WHERE {scope} AND kind = 'overdue' AND isNull(met_at) AND isNull(cancelled_at) AND NOT removed${[...clausesOf(given)].map(([, clause]) => ` AND ${clause}`).join('')}`,
})

/** How long the backlog waits: how many wait since each of `bounds` (newest first) or later, and since before the last; each step without those before it. */
export async function backlogAgeing(clickhouse: ClickHouse, filter: BacklogFilter, bounds: readonly Date[], now: Date, scope: Scope): Promise<number[]> {
  const [row] = await younger.run(clickhouse, { ...bindBacklog(filter, now), bounds: bounds.map(toStoreInstant) }, scope)
  const counts = [...bounds.map((_, index) => row?.younger[index] ?? 0), row?.all ?? 0]
  return counts.map((count, index) => count - (counts[index - 1] ?? 0))
}
