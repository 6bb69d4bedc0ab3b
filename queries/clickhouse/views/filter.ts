/** The filter of the business views: the interfaces' names, the state of the work, and how critical the object is. */
import { z } from 'zod'
import { CRITICALITIES } from '../../model/event.ts'
import { EXCEPTION_KINDS, EXCEPTION_STATUSES } from '../../model/exception.ts'
import { exceptionFilter, type ExceptionFilter } from '../../model/filter.ts'
import { bindFilter, whereParams } from '../exceptions/where.ts'

/** `stuck`: an exception that nobody has closed · `at_risk`: not yet due, past the warning · `on_time`: not yet due, before it. */
export const VIEW_STATES = ['stuck', 'at_risk', 'on_time'] as const
export type ViewState = (typeof VIEW_STATES)[number]

export const VIEW_SORTS = ['dueAt', 'firstSeen', 'amount', 'severity', 'counterparty', 'facility', 'objectId'] as const
const sort = z.enum([...VIEW_SORTS, ...VIEW_SORTS.map(field => `-${field}` as const)]).default('dueAt')

const words = z.array(z.string().max(1024)).default([])
/** Filters of a business view. `kind` and `status` speak of what is stuck only. */
export const viewFilter = z.strictObject({
  state: z.array(z.enum(VIEW_STATES)).default(['stuck']),
  kind: z.array(z.enum(EXCEPTION_KINDS)).default([]),
  status: z.array(z.enum(EXCEPTION_STATUSES)).default(['open', 'acknowledged', 'waiting', 'ignored']),
  process: words, step: words, integration: words, facility: words, entity: words, system: words, counterparty: words,
  criticality: z.array(z.enum(CRITICALITIES)).default([]),
  objectType: words, objectId: words, currency: words,
  q: z.string().max(200).optional(),
  sort,
})
export type ViewFilter = z.infer<typeof viewFilter>

/** The system that an integration leads to, by integration: what the catalogue says, bound so that open work has a system as exceptions have. */
export type SystemOf = ReadonlyMap<string, string>

export const viewParams = whereParams.extend({ state: z.array(z.string()), now: z.string(), overdue: z.enum(['true', 'false']).optional(), integrations: z.array(z.string()), systems: z.array(z.string()) })
export type ViewParams = z.infer<typeof viewParams>

/** The part of the filter that exceptions know: what is stuck. */
export function stuckFilter(filter: ViewFilter): ExceptionFilter {
  const { state: _state, sort: _sort, ...rest } = filter
  return exceptionFilter.parse(rest)
}

/** Binds a filter as of `now`. */
export function bindView(filter: ViewFilter, systemOf: SystemOf, now: Date): z.input<typeof viewParams> {
  return { ...bindFilter(stuckFilter(filter)), state: filter.state, now: now.toISOString().slice(0, 23).replace('T', ' '), overdue: 'false', integrations: [...systemOf.keys()], systems: [...systemOf.values()] }
}
