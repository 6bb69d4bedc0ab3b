/** What the address of a business view asks for, inside what the view is about. */
import type { Catalogue } from '#queries/catalogue/catalogue.ts'
import { viewFilter } from '#queries/clickhouse/views/filter.ts'
import type { ViewFilter } from '#queries/clickhouse/views/filter.ts'
import { FilterError, paging, parseFilter } from '#queries/model/filter.ts'
import type { Paging } from '#queries/model/filter.ts'
import { headlineFilter } from '../exceptions/summary.ts'
import { VIEW_WINDOWS, type ViewDefinition, type ViewWindow } from './definition.ts'

export interface ViewRequest {
  /** the list's filter: the view's defaults under what the address says */
  filter: ViewFilter
  /** the figure at the head: the view's defaults under the address's places and parties only */
  headline: ViewFilter
  page: Paging
  window: ViewWindow
}

/** Filters of the address that hold for every figure of the page; the others choose rows of the list. */
export const PLACES = ['facility', 'entity', 'system', 'integration', 'counterparty', 'criticality', 'currency'] as const

/** The view's own filter: its headline's where it has one. */
export function viewDefaults(catalogue: Catalogue, definition: ViewDefinition): ViewFilter {
  const headline = definition.headline === null ? undefined : headlineFilter(catalogue, definition.headline)
  const given = headline && { process: headline.process, objectType: headline.objectType, step: headline.step, kind: headline.kind }
  return viewFilter.parse({ process: [...definition.within.process], objectType: [...definition.within.objectType], ...definition.defaults, ...given })
}

/** Reads the address. Throws FilterError for an unknown name, a bad value, or a value that is not this view's. */
export function readViewRequest(catalogue: Catalogue, definition: ViewDefinition, search: URLSearchParams): ViewRequest {
  const rest = new URLSearchParams(search)
  const own: Record<string, string> = {}
  for (const name of ['cursor', 'limit', 'window']) {
    const given = rest.getAll(name)
    if (given.length > 1) throw new FilterError([name], `${name} may be given once`)
    if (given[0] !== undefined) own[name] = given[0]
    rest.delete(name)
  }
  for (const [name, value] of Array.from(rest)) if (value === '' && name !== 'facility') rest.delete(name, value)
  const { window = '30d', ...page } = own
  if (!Object.hasOwn(VIEW_WINDOWS, window)) throw new FilterError(['window'], `window: ${Object.keys(VIEW_WINDOWS).join(', ')}`)
  const pages = paging.safeParse(page)
  if (!pages.success) throw new FilterError(['limit'], 'limit: a whole number from 1 to 200')
  const asked = parseFilter(viewFilter, rest)
  for (const name of ['process', 'objectType', 'step'] as const) {
    const strange = asked[name].find(value => definition.within[name] !== undefined && !definition.within[name].includes(value))
    if (strange !== undefined) throw new FilterError([name], `${name}: "${strange}" is not part of this view`)
  }
  const defaults = viewDefaults(catalogue, definition)
  const given = Object.fromEntries(Object.entries(asked).filter(([name]) => rest.has(name)))
  const places = Object.fromEntries(PLACES.map(name => [name, asked[name]]))
  return { filter: { ...defaults, ...given }, headline: { ...defaults, ...places }, page: pages.data, window: window as ViewWindow }
}
