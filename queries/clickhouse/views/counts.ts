/** How much a business view holds: per state, per value of its filters, per supplier or facility. */
import { z } from 'zod'
import type { ClickHouse } from '../clickhouse.ts'
import { defineQuery } from '../define-query.ts'
import { figureRow, moneySql, toFigure } from '../figure.ts'
import type { Figure } from '../figure.ts'
import type { Scope } from '../../model/scope.ts'
import { bindView, VIEW_STATES, viewParams } from './filter.ts'
import type { SystemOf, ViewFilter, ViewState } from './filter.ts'
import { facetSource, VIEW_FACETS, viewSource } from './source.ts'
import type { ViewFacet } from './source.ts'

const grouped = (name: string, value: string) => defineQuery({
  name: `views.${name}`,
  params: viewParams,
  row: figureRow,
  scoped: true,
  sql: given => moneySql({ value, amountKey: 'amount_key', since: 'since', late: `state = 'stuck'` }, viewSource(given)),
})
const byState = grouped('by_state', 'toString(state)')
const total = grouped('total', `''`)
const GROUPS = {
  counterparty: grouped('by_counterparty', 'concat(counterparty_id, char(0), counterparty_name)'),
  facility: grouped('by_facility', 'toString(facility)'), step: grouped('by_step', 'toString(step)'), integration: grouped('by_integration', 'toString(integration)'),
}
const bySteps = grouped('by_step_and_state', `concat(toString(step), char(0), toString(state))`)
export type ViewGroup = keyof typeof GROUPS

/** The figure of each state under all other filters. A state without rows is a real zero. */
export async function countStates(clickhouse: ClickHouse, filter: ViewFilter, systemOf: SystemOf, now: Date, scope: Scope): Promise<Record<ViewState, Figure>> {
  const rows = await byState.run(clickhouse, bindView({ ...filter, state: [...VIEW_STATES] }, systemOf, now), scope)
  const of = (state: ViewState) => toFigure(rows.find(row => row.value === state))
  return { stuck: of('stuck'), at_risk: of('at_risk'), on_time: of('on_time') }
}

/** The figure of what the list shows over all its pages; `late` is the stuck part. */
export async function countView(clickhouse: ClickHouse, filter: ViewFilter, systemOf: SystemOf, now: Date, scope: Scope): Promise<Figure> {
  return toFigure((await total.run(clickhouse, bindView(filter, systemOf, now), scope))[0])
}

/** The figure per supplier (value: id), facility, step or integration; the largest count first. */
export async function countViewBy(clickhouse: ClickHouse, group: ViewGroup, filter: ViewFilter, systemOf: SystemOf, now: Date, scope: Scope): Promise<(Figure & { value: string; name: string })[]> {
  const rows = await GROUPS[group].run(clickhouse, bindView(filter, systemOf, now), scope)
  return rows.map(row => {
    const [value = '', name = value] = row.value.split('\0')
    return { value, name: name || value, ...toFigure(row) }
  }).sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1))
}

/** The figure per step and state, whatever steps and states the filter names. */
export async function countSteps(clickhouse: ClickHouse, filter: ViewFilter, systemOf: SystemOf, now: Date, scope: Scope): Promise<(Figure & { step: string; state: ViewState })[]> {
  const rows = await bySteps.run(clickhouse, bindView({ ...filter, step: [], state: [...VIEW_STATES] }, systemOf, now), scope)
  return rows.flatMap(row => {
    const [step = '', given = ''] = row.value.split('\0')
    const state = VIEW_STATES.find(each => each === given)
    return state ? [{ step, state, ...toFigure(row) }] : []
  })
}

const VALUE: Readonly<Record<ViewFacet, string>> = { facility: 'toString(facility)', entity: 'toString(entity)', counterparty: 'toString(counterparty_id)', system: 'system_', step: 'toString(step)' }
/** Values shown of one facet at most. */
const MOST = 200
const facets = defineQuery({
  name: 'views.facets',
  params: viewParams,
  row: z.object({ facet: z.enum(VIEW_FACETS), value: z.string(), name: z.string(), count: z.coerce.number() }),
  scoped: true,
  // one pass: each row says for each facet whether all other filters let it through
  sql: given => `SELECT cell.1 AS facet, cell.2 AS value, any(cell.3) AS name, countIf(cell.4 = 1) AS count FROM ${facetSource(given)}
    ARRAY JOIN [${VIEW_FACETS.map(name => `('${name}', ${VALUE[name]}, ${name === 'counterparty' ? 'toString(counterparty_name)' : `''`}, toUInt8(${VIEW_FACETS.filter(other => other !== name).map(other => `pass_${other}`).join(' AND ')}))`).join(', ')}] AS cell
    WHERE cell.2 != '' GROUP BY facet, value ORDER BY count DESC, value LIMIT ${MOST} BY facet`,
})

/** Values with their counts beside the list, the largest first; `name` is a counterparty's, else empty. */
export async function viewFacets(clickhouse: ClickHouse, filter: ViewFilter, systemOf: SystemOf, now: Date, scope: Scope): Promise<Record<ViewFacet, { value: string; name: string; count: number }[]>> {
  const found: Record<ViewFacet, { value: string; name: string; count: number }[]> = { facility: [], entity: [], counterparty: [], system: [], step: [] }
  for (const { facet, ...rest } of await facets.run(clickhouse, bindView(filter, systemOf, now), scope)) found[facet].push(rest)
  return found
}
