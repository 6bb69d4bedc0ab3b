/** Facets and filter chips of a list, from counts and the query string. */
import type { ActiveFilter } from '../components/FilterChips.tsx'
import type { FacetGroup } from '../components/fields/Facets.tsx'

/** Values shown of one facet unless the list says otherwise; chosen ones always are. */
const MOST = 10

/** A facet with its counts, the chosen values kept even where they count nothing. */
export function facetGroup(name: string, label: string, counts: readonly { value: string; count: number; label: string }[], chosen: readonly string[], labelOf: (value: string) => string = value => value, most = MOST): Omit<FacetGroup, 'more'> {
  const named = counts.filter(one => one.value !== '')
  const shown = named.filter((one, index) => index < most || chosen.includes(one.value))
  const gone = chosen.filter(value => !named.some(one => one.value === value)).map(value => ({ value, count: 0, label: labelOf(value) }))
  return { name, label, options: [...shown, ...gone].map(one => ({ value: one.value, label: one.label, count: one.count, selected: chosen.includes(one.value) })) }
}

/** The filters in force that have a label, each with the query string without it. */
export function activeFilters(search: URLSearchParams, labels: Readonly<Record<string, string>>, valueOf: (name: string, value: string) => string): ActiveFilter[] {
  return [...search].flatMap(([name, value]): ActiveFilter[] => {
    const label = Object.hasOwn(labels, name) ? labels[name] : undefined
    if (label === undefined) return []
    const rest = new URLSearchParams(search)
    rest.delete(name, value)
    rest.delete('cursor')
    const query = rest.toString()
    return [{ name: label, value: valueOf(name, value), removeTo: query === '' ? '.' : `?${query}` }]
  })
}
