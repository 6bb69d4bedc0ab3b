/** Global search: one answer for any identifier, each hit with the address of its page. */
import { z } from 'zod'
import { searchCounterparties, searchEvents, searchExceptions, searchObjects, searchTraces } from '#queries/clickhouse/search/search.ts'
import type { Scope } from '#queries/model/scope.ts'
import { replayById } from '#queries/postgres/replays.ts'
import type { Stores } from '#queries/stores.ts'
import { objectNoun, STATUS_LABELS } from '../exceptions/labels.ts'
import { eventPath, objectPath, tracePath } from '../paths.ts'

/** One hit: what it is, its id, a line about it, and the path of its page. `exact`: the words are its whole identifier, whatever the case. */
export const searchHit = z.object({
  kind: z.enum(['exception', 'object', 'trace', 'event', 'replay', 'integration', 'counterparty']), id: z.string(), title: z.string(), detail: z.string().nullable(), href: z.string(), at: z.string().nullable(), exact: z.boolean(),
})
export type SearchHit = z.infer<typeof searchHit>

/** An integration as search knows it. */
export interface SearchableIntegration { id: string; name: string; from: string; to: string }

/** Finds exceptions, objects, traces, events, replays and counterparties by identifier inside the scope, and integrations by name. Blank words find nothing. */
export async function search({ clickhouse, postgres }: Pick<Stores, 'clickhouse' | 'postgres'>, integrations: Iterable<SearchableIntegration>, words: string, scope: Scope): Promise<SearchHit[]> {
  const q = words.trim()
  if (q === '') return []
  const number = q.replace(/^(#|EX-)/i, '')
  const [exceptions, objects, traces, events, counterparties, replay] = await Promise.all([
    searchExceptions.run(clickhouse, { q: number === '' ? q : number }, scope), searchObjects.run(clickhouse, { q }, scope),
    searchTraces.run(clickhouse, { q }, scope), searchEvents.run(clickhouse, { q }, scope), searchCounterparties.run(clickhouse, { q }, scope), replayById(postgres, q, scope),
  ])
  const is = (id: string) => id.toLowerCase() === q.toLowerCase()
  const named = [...integrations].filter(one => `${one.id} ${one.name}`.toLowerCase().includes(q.toLowerCase())).slice(0, 10)
  const hits: SearchHit[] = [
    ...objects.map((row): SearchHit => ({ kind: 'object', id: row.id, title: row.id, detail: [objectNoun(row.type), row.counterparty].filter(Boolean).join(', '), href: objectPath(row), at: row.last_at, exact: is(row.id) })),
    ...exceptions.map((row): SearchHit => ({ kind: 'exception', id: row.id, title: row.title, detail: `${row.id}, ${statusWord(row.status)}`, href: `/exceptions/${row.id}`, at: row.last_seen, exact: row.id === number })),
    ...traces.map((row): SearchHit => ({ kind: 'trace', id: row.correlation_id, title: row.correlation_id, detail: `${row.events} ${row.events === 1 ? 'step' : 'steps'}`, href: tracePath(row.correlation_id), at: row.last_at, exact: true })),
    ...events.map((row): SearchHit => ({ kind: 'event', id: row.id, title: row.id, detail: `${row.type} from ${row.source}`, href: eventPath(row.source, row.id), at: row.time, exact: true })),
    ...(replay ? [{ kind: 'replay' as const, id: replay.id, title: `Replay ${replay.id}`, detail: replay.state.replaceAll('_', ' '), href: `/replays/${encodeURIComponent(replay.id)}`, at: null, exact: true }] : []),
    ...named.map((one): SearchHit => ({ kind: 'integration', id: one.id, title: one.name, detail: one.id, href: `/integrations/${encodeURIComponent(one.id)}`, at: null, exact: is(one.id) || is(one.name) })),
    ...counterparties.map((row): SearchHit => ({ kind: 'counterparty', id: row.id, title: row.name || row.id, detail: `${objectNoun(row.type)} ${row.id}, named by ${row.objects} objects`, href: `/exceptions?counterparty=${encodeURIComponent(row.id)}`, at: row.last_at, exact: is(row.id) })),
  ]
  return hits.sort((a, b) => Number(b.exact) - Number(a.exact))
}

/** The one exact hit, if the words are the whole identifier of one thing only: an object wins over its own trace and exceptions about it. */
export function onlyExact(hits: readonly SearchHit[]): SearchHit | null {
  const exact = hits.filter(hit => hit.exact)
  const [first] = exact
  if (first === undefined) return null
  if (exact.length === 1) return first
  const objects = exact.filter(hit => hit.kind === 'object')
  return objects.length === 1 && exact.every(hit => hit.kind === 'object' || hit.kind === 'trace') ? (objects[0] ?? null) : null
}

function statusWord(status: string): string {
  return ((STATUS_LABELS as Readonly<Record<string, string>>)[status] ?? status).toLowerCase()
}
