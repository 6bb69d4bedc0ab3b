/** Global search: one answer for any identifier, each hit with the address of its page. */
import { z } from 'zod'
import type { ClickHouse } from '#queries/clickhouse/clickhouse.ts'
import { searchEvents, searchExceptions, searchObjects, searchTraces } from '#queries/clickhouse/search/search.ts'
import type { Scope } from '#queries/model/scope.ts'

/** One hit: what it is, its id, a line about it, and the path of its page. */
export const searchHit = z.object({ kind: z.enum(['exception', 'object', 'trace', 'event', 'integration']), id: z.string(), title: z.string(), detail: z.string().nullable(), href: z.string(), at: z.string().nullable() })
export type SearchHit = z.infer<typeof searchHit>

/** An integration as search knows it. */
export interface SearchableIntegration { id: string; name: string; from: string; to: string }

/** Finds exceptions, objects, traces and events by identifier inside the scope, and integrations by name. Blank words find nothing. */
export async function search(clickhouse: ClickHouse, integrations: Iterable<SearchableIntegration>, words: string, scope: Scope): Promise<SearchHit[]> {
  const q = words.trim()
  if (q === '') return []
  const [exceptions, objects, traces, events] = await Promise.all([
    searchExceptions.run(clickhouse, { q: q.replace(/^#/, '') }, scope), searchObjects.run(clickhouse, { q }, scope),
    searchTraces.run(clickhouse, { q }, scope), searchEvents.run(clickhouse, { q }, scope),
  ])
  const named = [...integrations].filter(one => `${one.id} ${one.name}`.toLowerCase().includes(q.toLowerCase())).slice(0, 10)
  return [
    ...objects.map((row): SearchHit => ({ kind: 'object', id: row.id, title: row.id, detail: row.counterparty || null, href: objectPath(row), at: row.last_at })),
    ...exceptions.map((row): SearchHit => ({ kind: 'exception', id: row.id, title: row.title, detail: row.status, href: `/exceptions/${row.id}`, at: row.last_seen })),
    ...traces.map((row): SearchHit => ({ kind: 'trace', id: row.correlation_id, title: row.correlation_id, detail: `${row.events} steps`, href: tracePath(row.correlation_id), at: row.last_at })),
    ...events.map((row): SearchHit => ({ kind: 'event', id: row.id, title: row.type, detail: row.source, href: tracePath(row.correlation_id), at: row.time })),
    ...named.map((one): SearchHit => ({ kind: 'integration', id: one.id, title: one.name, detail: null, href: `/integrations/${encodeURIComponent(one.id)}`, at: null })),
  ]
}

/** The path of an object's page. */
export function objectPath(object: { namespace: string; type: string; id: string }): string {
  return `/objects/${encodeURIComponent(object.type)}/${encodeURIComponent(object.id)}?namespace=${encodeURIComponent(object.namespace)}`
}

/** The path of a trace's page. */
export function tracePath(correlationId: string): string {
  return `/traces/${encodeURIComponent(correlationId)}`
}
