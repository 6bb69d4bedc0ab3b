/** The counts beside a list: per facet its values, each facet counted over what the other filters let through. */
import { z } from 'zod'
import type { ClickHouse } from '../clickhouse.ts'
import { defineQuery } from '../define-query.ts'
import type { ExceptionFilter } from '../../model/filter.ts'
import type { Scope } from '../../model/scope.ts'
import { bindFilter, clauses, SLA_STATE, whereParams, whereSql } from './where.ts'

/** The filters that have facets, and their columns. */
const FACETS = {
  kind: 'kind', status: 'status', severity: 'severity', process: 'process', step: 'step', integration: 'integration', facility: 'facility', objectType: 'object_type', owner: 'owner', assignee: 'assignee', currency: 'currency', sla: SLA_STATE,
} as const
export type FacetName = keyof typeof FACETS
const NAMES = Object.keys(FACETS) as FacetName[]

export type Facets = Record<FacetName, { value: string; count: number }[]>

const counting = (name: string, count: string) => defineQuery({
  name,
  params: whereParams,
  row: z.object({ facet: z.enum(NAMES), value: z.string(), count: z.coerce.number() }),
  scoped: true,
  // one pass: each row says for each facet whether all other filters let it through; values that none lets through count 0
  sql(params) {
    const given = clauses(params)
    const own = NAMES.filter(name => given.has(name))
    const pass = (name: FacetName) => own.filter(other => other !== name).map(other => `pass_${other}`).join(' AND ') || '1'
    return `SELECT cell.1 AS facet, cell.2 AS value, ${count} AS count
      FROM (SELECT *${own.map(name => `, (${given.get(name)}) AS pass_${name}`).join('')} FROM exceptions FINAL WHERE ${whereSql(params, NAMES)})
      ARRAY JOIN [${NAMES.map(name => `('${name}', toString(${FACETS[name]}), toUInt8(${pass(name)}))`).join(', ')}] AS cell
      GROUP BY facet, value`
  },
})
const counts = { exceptions: counting('exceptions.facets', 'countIf(cell.3 = 1)'), groups: counting('exceptions.facets_of_groups', 'uniqExactIf(fingerprint, cell.3 = 1)') }

/** Facet values with their counts of exceptions, or of failure groups that have any; the largest first, then by name. An empty value means "none" (nobody assigned, no facility). */
export async function exceptionFacets(clickhouse: ClickHouse, filter: ExceptionFilter, scope: Scope, of: keyof typeof counts = 'exceptions'): Promise<Facets> {
  const rows = await counts[of].run(clickhouse, bindFilter(filter), scope)
  const facets = Object.fromEntries(NAMES.map(name => [name, [] as { value: string; count: number }[]])) as Facets
  for (const { facet, value, count } of rows) facets[facet].push({ value, count })
  for (const name of NAMES) facets[name].sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1))
  return facets
}
