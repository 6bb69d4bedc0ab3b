/**
 * Follows the event log: what is new becomes items, sets whose items changed are run again as far as that reaches, and what disagrees
 * becomes exceptions. The cursor moves last; every stage before it can be done twice.
 */
import type { CatalogueHandle } from '#queries/catalogue/catalogue.ts'
import { newestVersions } from '#queries/catalogue/documents.ts'
import type { ReconciliationSet } from '#queries/catalogue/reconciliation.ts'
import { extractItems, typesOf } from '#queries/clickhouse/reconciliation/extract.ts'
import type { LogRange } from '#queries/clickhouse/reconciliation/extract.ts'
import { dueItems, everyType, logBeyond, newestItemVersion, typesOfLog } from '#queries/clickhouse/reconciliation/findings.ts'
import { readCursors, saveCursor } from '#queries/postgres/cursors.ts'
import { changedDecisions, endBrokenRuns, openRequests, runNumbers, takeRequest } from '#queries/postgres/reconciliation.ts'
import type { Stores } from '#queries/stores.ts'
import type { FinderKind } from '../exceptions/rules.ts'
import { settleMismatches } from './mismatches.ts'
import { runSet } from './run.ts'

export const READER = 'reconciliation'
/** So many new entries are a history: everything is read anew, which costs less than following them. */
const BULK_ENTRIES = 20_000

export interface FollowOptions {
  stores: Stores
  catalogue: Pick<CatalogueHandle, 'current'>
  log: { warn(fields: object, message: string): void }
  clock?: () => number
  /** what is looked for; by default everything. Without `mismatch` sets are run and nothing is opened */
  finders?: readonly FinderKind[]
}

/** One leader's follower. Its calls must not overlap. */
export class Follower {
  readonly #options: FollowOptions
  #version = 0
  #decisionsSeen = new Date(0)
  #opened = false

  constructor(options: FollowOptions) {
    this.#options = options
  }

  /** How many log entries are not yet read. */
  async pending(): Promise<number> {
    const { stores } = this.#options
    let entries = 0
    for (const [writer, after] of await readCursors(stores.postgres, READER)) entries += (await logBeyond(stores.clickhouse, writer, after)).entries
    return entries
  }

  /** Does everything there is to do now. Resolves to the sets that were run. */
  async round(): Promise<string[]> {
    const { stores, catalogue } = this.#options
    await this.#open()
    const sets = catalogue.current().reconciliationSets
    const now = new Date(this.#options.clock?.() ?? Date.now())
    // asked before the log is read: what they cover is there then
    const requests = (await openRequests(stores.postgres)).filter(request => sets.has(request.set))
    const [versions, numbers] = await Promise.all([newestVersions(stores.postgres, 'reconciliation_set'), runNumbers(stores.postgres)])
    const ranges = await this.#news()
    const stale = new Set([...sets.keys()].filter(id => numbers.succeeded.get(id)?.ruleVersion !== (versions.get(id) ?? 1)))
    // of sets that never ran: what came before this round, if anything did
    const before = [...sets.keys()].some(id => !numbers.succeeded.has(id)) && (ranges.length === 0 || ranges.some(range => range.after > 0)) ? await everyType(stores.clickhouse) : new Set<string>()
    const decided = Map.groupBy(await changedDecisions(stores.postgres, this.#decisionsSeen), each => each.set)
    const due = new Map((await dueItems(stores.clickhouse, now)).map(each => [each.set, each.due]))
    const bulk = ranges.reduce((sum, range) => sum + range.entries, 0) > BULK_ENTRIES
    const heard = bulk ? null : new Set((await Promise.all(ranges.map(range => typesOfLog(stores.clickhouse, range)))).flat())
    const ran: string[] = []
    for (const set of sets.values()) {
      const requested = requests.find(request => request.set === set.id)
      const touched = heard !== null && typesOf(set).some(type => heard.has(type))
      // a set that never ran has nothing to look at until one of its events comes, unless it is newer than what was read already
      const never = !numbers.succeeded.has(set.id)
      const full = bulk || requested !== undefined || (never ? touched || typesOf(set).some(type => before.has(type)) : stale.has(set.id))
      if (!full && !touched && !decided.has(set.id) && !due.get(set.id)) continue
      if (full) await extractItems(stores.clickhouse, set, null, this.#next())
      else if (touched) for (const range of ranges) await extractItems(stores.clickhouse, set, range, this.#next(), heard)
      const outcome = await this.#run(set, versions.get(set.id) ?? 1, { full, now, since: numbers.succeeded.get(set.id)?.number ?? 0, items: (decided.get(set.id) ?? []).flatMap(each => each.items), requested })
      if (outcome) ran.push(set.id)
    }
    for (const request of requests) await takeRequest(stores.postgres, request.id)
    if (ran.length > 0 && (this.#options.finders?.includes('mismatch') ?? true)) await settleMismatches(stores, catalogue.current(), now.getTime())
    for (const range of ranges) await saveCursor(stores.postgres, READER, range.writer, range.upTo)
    this.#decisionsSeen = new Date(Date.now() - 60_000)
    return ran
  }

  /** When something expected comes due (epoch ms); null if nothing does. */
  async nextDue(): Promise<number | null> {
    const next = (await dueItems(this.#options.stores.clickhouse, new Date(0))).map(each => each.next)
    return next.length === 0 ? null : Math.min(...next)
  }

  async #run(set: ReconciliationSet, ruleVersion: number, { full, now, since, items, requested }: { full: boolean; now: Date; since: number; items: readonly string[]; requested: { id: string; requestedBy: string } | undefined }): Promise<boolean> {
    const outcome = await runSet({
      stores: this.#options.stores, set, number: this.#next(), ruleVersion, now, since: full ? null : { number: since, items },
      ...(requested && { requested: { id: requested.id, by: requested.requestedBy } }),
    })
    if (outcome?.status === 'failed') this.#options.log.warn({ set: set.id, run: outcome.id }, 'a reconciliation does not tie out')
    return outcome !== null
  }

  async #news(): Promise<(LogRange & { entries: number })[]> {
    const { stores } = this.#options
    const ranges = []
    for (const [writer, after] of await readCursors(stores.postgres, READER)) {
      const { newest, entries } = await logBeyond(stores.clickhouse, writer, after)
      if (entries > 0) ranges.push({ writer, after, upTo: newest, entries })
    }
    return ranges
  }

  async #open(): Promise<void> {
    if (this.#opened) return
    const { stores } = this.#options
    await endBrokenRuns(stores.postgres)
    this.#version = Math.max((await runNumbers(stores.postgres)).newest, await newestItemVersion(stores.clickhouse))
    this.#opened = true
  }

  #next(): number {
    this.#version = Math.max(this.#version + 1, Date.now())
    return this.#version
  }
}
