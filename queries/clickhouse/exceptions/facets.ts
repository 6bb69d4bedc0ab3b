/** The counts beside a list: per facet its values, each facet counted over what the other filters let through. */
import { z } from 'zod'
import type { ClickHouse } from '../clickhouse.ts'
import { defineQuery } from '../define-query.ts'
import type { ExceptionFilter } from '../../model/filter.ts'
import type { Scope } from '../../model/scope.ts'
import { asksAllOpen, bindFilter, clauses, newest, SLA_STATE, sourceOf, whereParams } from './where.ts'
import type { WhereParams } from './where.ts'

/** The filters that have facets, and their columns or what is worked out of them. */
const FACETS = {
  kind: 'kind', status: 'status', severity: 'severity', process: 'process', step: 'step', integration: 'integration', facility: 'facility', objectType: 'object_type', owner: 'owner', assignee: 'assignee', currency: 'currency', sla: SLA_STATE,
} as const
export type FacetName = keyof typeof FACETS
const NAMES = Object.keys(FACETS) as FacetName[]

export type Facets = Record<FacetName, { value: string; count: number }[]>

/** The facets whose filter is given and keeps anything out: a status list that is the table itself does not. */
function judged(params: WhereParams): { name: FacetName; clause: string }[] {
  const given = clauses(params)
  return NAMES.filter(name => given.has(name) && !(name === 'status' && asksAllOpen(params))).map(name => ({ name, clause: given.get(name) ?? '1' }))
}

const counting = (name: string, all: string, some: (condition: string) => string, counted = '') => defineQuery({
  name,
  params: whereParams,
  row: z.object({ place: z.number(), value: z.string(), count: z.coerce.number() }),
  scoped: true,
  // One pass: the rows are read once and counted once per facet. Each row says for each given facet whether it lets the row through;
  // a facet's values are counted over the rows that all others let through, and values that none lets through count 0.
  sql(params) {
    const own = judged(params)
    const columns = NAMES.map(name => `facet_${name}`)
    const through = (free: FacetName | null) => own.filter(({ name }) => name !== free).map(({ name }) => `pass_${name}`).join(' AND ')
    const count = (free: FacetName | null) => (through(free) === '' ? all : some(through(free)))
    const ofPlace = own.map(({ name }) => `place = ${NAMES.indexOf(name) + 1}, count_${name}, `).join('')
    return `SELECT place, [${columns.map(column => `toString(${column})`).join(', ')}][place] AS value, ${ofPlace === '' ? 'count_all' : `multiIf(${ofPlace}count_all)`} AS count
      FROM (
        SELECT ${columns.join(', ')}, multiIf(${columns.map((column, index) => `grouping(${column}) = 0, ${index + 1}`).join(', ')}, 0) AS place,
          ${count(null)} AS count_all${own.map(({ name }) => `, ${count(name)} AS count_${name}`).join('')}
        FROM (SELECT ${NAMES.map(name => `toLowCardinality(${FACETS[name]}) AS facet_${name}`).join(', ')}${own.map(({ name, clause }) => `, (${clause}) AS pass_${name}`).join('')}${counted} FROM ${sourceOf(params)} ${newest(sourceOf(params), params, NAMES)})
        GROUP BY GROUPING SETS (${columns.map(column => `(${column})`).join(', ')}))`
  },
})
const counts = {
  exceptions: counting('exceptions.facets', 'count()', condition => `countIf(${condition})`),
  groups: counting('exceptions.facets_of_groups', 'uniqExact(line)', condition => `uniqExactIf(line, ${condition})`, ', line'),
}

const resolving = (name: string, count: string) => defineQuery({
  name,
  params: whereParams,
  row: z.object({ count: z.coerce.number() }),
  scoped: true,
  sql: params => `SELECT ${count} AS count FROM exceptions ${newest('exceptions', params, ['status'])} AND status = 'resolved'`,
})
const resolved = { exceptions: resolving('exceptions.facets_resolved', 'count()'), groups: resolving('exceptions.facets_of_resolved_groups', 'uniqExact(line)') }

/** Facet values with their counts of exceptions, or of failure groups that have any; the largest first, then by name. An empty value means "none" (nobody assigned, no facility). */
export async function exceptionFacets(clickhouse: ClickHouse, filter: ExceptionFilter, scope: Scope, of: keyof typeof counts = 'exceptions'): Promise<Facets> {
  const bound = bindFilter(filter)
  const elsewhere = sourceOf(bound) === 'exceptions_open'
  const [rows, [over]] = await Promise.all([counts[of].run(clickhouse, bound, scope), elsewhere ? resolved[of].run(clickhouse, bound, scope) : []])
  const facets = Object.fromEntries(NAMES.map(name => [name, [] as { value: string; count: number }[]])) as Facets
  for (const { place, value, count } of rows) {
    const name = NAMES[place - 1]
    if (name) facets[name].push({ value, count })
  }
  if (over) facets.status.push({ value: 'resolved', count: over.count })
  for (const name of NAMES) facets[name].sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1))
  return facets
}
