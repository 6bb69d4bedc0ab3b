/** Several filters in one query: the parameters of each under its own number (`kind_0`, `kind_1`, …), the clauses those of the list. */
import { z } from 'zod'
import { bindFilter, clauses, whereParams } from './where.ts'
import type { ExceptionFilter } from '../../model/filter.ts'
import type { ClauseName, WhereParams } from './where.ts'

const NAMES = Object.keys(whereParams.shape)

export const severalParams = z.looseObject({ filters: z.number() })

/** Binds the filters, as of `now`. */
export function bindSeveral(filters: readonly ExceptionFilter[], now = new Date()): z.input<typeof severalParams> {
  const bound = filters.flatMap((filter, index) => Object.entries(bindFilter(filter, null, now)).map(([name, value]) => [`${name}_${index}`, value] as const))
  return { filters: filters.length, ...Object.fromEntries(bound) }
}

/** The filters as they were bound. */
export function severalFilters(params: z.infer<typeof severalParams>): WhereParams[] {
  return Array.from({ length: params.filters }, (_, index) => whereParams.parse(Object.fromEntries(NAMES.map(name => [name, params[`${name}_${index}`]]))))
}

/** The condition of each filter, without the scope and without the clauses named; `1` where it asks nothing. */
export function severalConditions(params: z.infer<typeof severalParams>, without: readonly ClauseName[] = []): string[] {
  return severalFilters(params).map((own, index) => {
    const given = [...clauses(own)].filter(([name]) => !without.includes(name)).map(([, sql]) => sql.replaceAll(/\{(\w+):/g, `{$1_${index}:`))
    return given.join(' AND ') || '1'
  })
}
