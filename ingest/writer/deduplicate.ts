/** Step 7, deduplicate: which events of a batch are new, which are known, and which contradict what is known under their identity. */
import type { ClickHouse } from '#queries/clickhouse/clickhouse.ts'
import { assignTimes, knownIdentities } from '#queries/clickhouse/events/identities.ts'
import type { EventRow } from '#queries/clickhouse/events/rows.ts'
import { hash64 } from '../pipeline/canonical.ts'
import type { Refusal } from '../pipeline/item.ts'
import { rejectedRow } from '../pipeline/reject.ts'
import type { Chunk, Outcome } from './chunk.ts'
import type { Identities } from './identities.ts'

const CONFLICT: Refusal = { code: 'id_conflict', message: 'another event with other content has this source and id', path: 'id' }

export interface Deduplicated {
  /** to be written */
  fresh: { row: EventRow; contentHash: string }[]
  /** one per chunk, in their order */
  outcomes: Outcome[]
}

/**
 * Judges the chunks in their order, against the store and against each other; the first event of an identity holds. The keys must be
 * claimed. Events without a time get theirs here.
 */
export async function deduplicate(chunks: readonly Chunk[], identities: Identities, clickhouse: ClickHouse): Promise<Deduplicated> {
  const keys = new Set(chunks.flatMap(chunk => chunk.prepared.map(event => event.row.event_key)))
  const known = new Map<string, string>()
  const unknown: string[] = []
  for (const key of keys) {
    const contentHash = identities.recent(key)
    if (contentHash === undefined) unknown.push(key)
    else known.set(key, contentHash)
  }
  for (const [key, contentHash] of await knownIdentities(clickhouse, unknown)) known.set(key, contentHash)

  const fresh: Deduplicated['fresh'] = []
  const timeless: EventRow[] = []
  const outcomes = chunks.map(({ context, prepared }): Outcome => {
    const outcome: Outcome = { accepted: 0, duplicates: 0, conflicts: [] }
    for (const event of prepared) {
      const contentHash = hash64(event.contentHash)
      const before = known.get(event.row.event_key)
      if (before === contentHash) outcome.duplicates++
      else if (before !== undefined) outcome.conflicts.push(rejectedRow(event, CONFLICT, context))
      else {
        known.set(event.row.event_key, contentHash)
        fresh.push({ row: event.row, contentHash })
        if (event.timeless) timeless.push(event.row)
        outcome.accepted++
      }
    }
    return outcome
  })
  if (timeless.length > 0) {
    const times = await assignTimes(clickhouse, timeless.map(row => ({ event_key: row.event_key, time: row.time })))
    for (const row of timeless) row.time = times.get(row.event_key) ?? row.time
  }
  return { fresh, outcomes }
}
