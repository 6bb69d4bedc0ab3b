/** Addresses of screens that are linked from many places. Ids are case-sensitive and percent-encoded. */

/** The path of an object's page. */
export function objectPath(object: { namespace: string; type: string; id: string }, tab?: 'events'): string {
  return `/objects/${encodeURIComponent(object.type)}/${encodeURIComponent(object.id)}?namespace=${encodeURIComponent(object.namespace)}${tab ? `&tab=${tab}` : ''}`
}

/** The path of a trace's page. */
export function tracePath(correlationId: string): string {
  return `/traces/${encodeURIComponent(correlationId)}`
}

/** The path of a raw event's page. */
export function eventPath(source: string, id: string): string {
  return `/events/${encodeURIComponent(source)}/${encodeURIComponent(id)}`
}

/** A query string with some names set anew (`null` or empty takes one away); the cursor goes unless it is set. Starts with `?`, or `.` when nothing is left. */
export function withParameters(search: URLSearchParams | string, changes: Readonly<Record<string, string | readonly string[] | null>>): string {
  const next = new URLSearchParams(search)
  next.delete('cursor')
  for (const [name, value] of Object.entries(changes)) {
    next.delete(name)
    for (const one of value === null ? [] : typeof value === 'string' ? [value] : value) next.append(name, one)
  }
  const query = next.toString()
  return query === '' ? '.' : `?${query}`
}
