/**
 * The finder: follows the event log, keeps obligations, and opens, refreshes and closes exceptions. One process leads at a time.
 *
 * It reads what is new by one cursor per writer, looks at the objects that this touches, and sleeps until something new is
 * committed or the next obligation comes due. All it remembers can be rebuilt from the stores.
 */
import type { CatalogueHandle } from '#queries/catalogue/catalogue.ts'
import { integrationsSince } from '#queries/catalogue/documents.ts'
import { knownIdentities } from '#queries/clickhouse/events/identities.ts'
import { heardEver, heardIn } from '#queries/clickhouse/finding/heard.ts'
import { historiesOf, historiesPage, historiesTouchedBy } from '#queries/clickhouse/finding/histories.ts'
import { readLog } from '#queries/clickhouse/finding/log.ts'
import type { LogEntry } from '#queries/clickhouse/finding/log.ts'
import { FIRST_REJECTED, rejectedByIds, rejectedPage } from '#queries/clickhouse/finding/rejected.ts'
import type { RejectedInput } from '#queries/clickhouse/finding/rejected.ts'
import { newestStateVersion, openObligations, storedObligations } from '#queries/clickhouse/finding/states.ts'
import { technicalHistories, technicalIntegrations, technicalTouchedBy } from '#queries/clickhouse/finding/technical.ts'
import { objectKey } from '#queries/clickhouse/finding/types.ts'
import type { ObjectHistory } from '#queries/clickhouse/finding/types.ts'
import type { ObjectRef } from '#queries/model/event.ts'
import { readCursor, readCursors, saveCursor } from '#queries/postgres/cursors.ts'
import { openRejections, openSubjects } from '#queries/postgres/exceptions.ts'
import { allWaits, markJudged, pendingWaits } from '#queries/postgres/waits.ts'
import type { StoredWait } from '#queries/postgres/waits.ts'
import type { Stores } from '#queries/stores.ts'
import { reassess } from '../ownership/reassess.ts'
import { carryOut, digest } from './digest.ts'
import type { DigestInput, Memory, Stage } from './digest.ts'
import { KnownSubjects } from './known-subjects.ts'
import { tellLoading } from './loading.ts'
import { project, projectPending } from './project.ts'
import { ruleChange } from './rule-change.ts'
import { compileRules } from './rules.ts'
import type { FinderKind, Rules } from './rules.ts'
import { Schedule } from './schedule.ts'
import { expire } from './settle.ts'
import { WATCH_KEYS, Watches } from './watch.ts'

export const READER = 'finder'
/** Under this name the finder keeps how many versions of catalogue documents it has judged everything by. */
const CATALOGUE_READ = 'catalogue'
/** Log entries digested at once: reading the objects of a stretch costs much the same for few and for many. */
const ENTRIES_AT_ONCE = 20_000
/** Objects judged at once when due, and per page of a full evaluation. */
const OBJECTS_AT_ONCE = 2_000
/** A stretch of the log with this many entries, most of them older than a day, is a history being loaded. */
const LOADING_ENTRIES = 500
const OLD_MS = 24 * 3_600_000
/** A load counts as over when no such stretch came for three times as long as between the last two, within these bounds: a slow sender is not done when it breathes. */
const LOADING_QUIET_MS = 5_000
const LOADING_QUIET_AT_MOST_MS = 30_000
/** A process that starts listens for so long before it calls anybody silent. */
const LISTEN_FIRST_MS = 60_000
/** A writer without news for so long (its process may be gone) is asked again only every so often. */
const QUIET_WRITER_MS = 600_000
const ASK_QUIET_MS = 30_000
/** While a history is loaded, only trouble that came due within this time is opened at once. */
const FRESH_MS = 3_600_000

export interface FinderOptions {
  stores: Stores
  catalogue: Pick<CatalogueHandle, 'current'> & Partial<Pick<CatalogueHandle, 'onChange' | 'versions'>>
  log: { warn(fields: object, message: string): void }
  clock?: () => number
  /** what is looked for; by default everything */
  finders?: readonly FinderKind[]
  /** called before each stage of each set; tests die here */
  before?: (stage: Stage) => void | Promise<void>
}

/** `objects`: histories judged, an object as often as it was. */
export interface FinderStats { entries: number; sets: number; objects: number; scheduled: number; deferred: number; failures: number }

interface Stretch { entries: LogEntry[]; upTo: number; histories: ObjectHistory[] }

/** One leader's finder. Its calls must not overlap; `app/exceptions/finder-loop.ts` sees to that. */
export class Finder {
  readonly #options: FinderOptions
  readonly #memory: Memory
  /** open rejected inputs by the identity that would correct them */
  readonly #rejections: Map<string, string[]>
  #cursors: Map<string, number>
  readonly #writers = new Map<string, { newsAt: number; askedAt: number }>()
  #ahead: { writer: string; after: number; stretch: Promise<Stretch | null> } | null = null
  #catalogue: ReturnType<CatalogueHandle['current']>
  #rules: Rules
  /** the catalogue changed while nobody followed it, or whoever did died before everything was judged */
  #behind = false
  #watches: Watches
  readonly #listensUntil: number
  #loadingUntil = -Infinity
  #loadedAt = -Infinity
  #quietMs = LOADING_QUIET_MS
  #stats = { entries: 0, sets: 0, objects: 0, failures: 0 }

  private constructor(options: FinderOptions, memory: Memory, cursors: Map<string, number>) {
    this.#options = options
    this.#memory = memory
    this.#cursors = cursors
    this.#rejections = new Map()
    this.#catalogue = options.catalogue.current()
    this.#rules = compileRules(this.#catalogue, options.finders)
    this.#watches = new Watches(this.#catalogue, new Map())
    this.#listensUntil = this.#clock() + LISTEN_FIRST_MS
  }

  /** Rebuilds what the finder remembers and finishes what a predecessor left between two stores. */
  static async open(options: FinderOptions): Promise<Finder> {
    const { stores } = options
    const [known, version, cursors, waits] = await Promise.all([
      KnownSubjects.load(stores.postgres), newestStateVersion(stores.clickhouse), readCursors(stores.postgres, READER), allWaits(stores.postgres),
    ])
    const memory: Memory = { known, schedule: new Schedule(), deferred: new Map(), technical: new Set(), waits: new Map(), version }
    const finder = new Finder(options, memory, cursors)
    finder.#remember(waits)
    for await (const { object, dueAt } of openObligations(stores.clickhouse)) {
      memory.schedule.set(object, dueAt)
      if (object.type === '') memory.technical.add(object.id)
    }
    await finder.#loadRejections()
    await finder.#loadWatches()
    finder.#behind = (await readCursor(stores.postgres, READER, CATALOGUE_READ)) < (options.catalogue.versions?.() ?? 0)
    await projectPending(stores)
    // everything else that is open is past its due time and judged again now; rejected input has none
    await finder.#reassess('rejected')
    return finder
  }

  stats(): FinderStats {
    return { ...this.#stats, scheduled: this.#memory.schedule.size, deferred: this.#memory.deferred.size }
  }

  /** Does the next piece of work; false if there is nothing to do now. `settleNow`: a load does not hold anything back. */
  async step(settleNow: boolean): Promise<boolean> {
    await this.#followCatalogue()
    if (await this.#readNews(settleNow)) return true
    if (settleNow || this.#clock() >= this.#loadingUntil) {
      this.#loadingUntil = -Infinity
      if (await this.#judgeDeferred()) {
        // judging a whole history takes its time too
        if (!settleNow) await tellLoading(this.#options.stores, this.#clock() + LOADING_QUIET_MS)
        return true
      }
    }
    if (await this.#judgeWaits()) return true
    if (await this.#judgeDue()) return true
    if (await this.#judgeWatches(settleNow)) return true
    const expired = await expire(this.#options.stores, new Date(this.#clock()))
    await project(this.#options.stores, expired)
    return expired.length > 0
  }

  /** When there will be work though nothing new comes (epoch ms); null if never. */
  nextDue(): number | null {
    const times = [this.#memory.schedule.next(), this.#memory.deferred.size > 0 ? this.#loadingUntil : null, this.#nextWatch()].filter(at => at !== null)
    return times.length > 0 ? Math.min(...times) : null
  }

  /** Judges everything anew: every object, every integration, every rejected input. Gives the same as following the log did. */
  async fullEvaluation(): Promise<void> {
    const { clickhouse } = this.#options.stores
    await this.#loadWatches()
    await this.#evaluateObjects(null)
    const integrations = [...new Set([...(await technicalIntegrations(clickhouse)), ...this.#memory.technical])]
    await this.#digest({ histories: await technicalHistories(clickhouse, integrations), rejected: [] })
    let afterRejected = FIRST_REJECTED
    for (;;) {
      const inputs = await rejectedPage(clickhouse, afterRejected, OBJECTS_AT_ONCE)
      const last = inputs.at(-1)
      if (!last) break
      await this.#digest({ histories: [], rejected: await this.#withCorrections(inputs, new Set()) })
      afterRejected = last.id
    }
  }

  /** Judges every object anew; with `types` only those of these types. */
  async #evaluateObjects(types: readonly string[] | null): Promise<void> {
    const { clickhouse } = this.#options.stores
    let after: ObjectRef | null = null
    for (;;) {
      const { histories, next }: Awaited<ReturnType<typeof historiesPage>> = await historiesPage(clickhouse, after, OBJECTS_AT_ONCE, this.#rules, types)
      if (next === null) return
      await this.#digest({ histories, rejected: [], stored: await storedObligations(clickhouse, after, next, types) })
      after = next
    }
  }

  async #followCatalogue(): Promise<void> {
    const [current, versions] = [this.#options.catalogue.current(), this.#options.catalogue.versions?.()]
    if (current === this.#catalogue && !this.#behind) return
    const rules = compileRules(current, this.#options.finders)
    const change = ruleChange({ catalogue: this.#catalogue, rules: this.#rules }, { catalogue: current, rules })
    this.#catalogue = current
    this.#rules = rules
    this.#ahead = null
    if (change.everything || this.#behind) await this.fullEvaluation()
    else {
      if (change.objectTypes.length > 0) await this.#evaluateObjects(change.objectTypes)
      // what is trouble is the same: only how severe it is and whose
      if (change.assessment) await this.#reassess(null)
    }
    this.#behind = false
    if (versions !== undefined) await saveCursor(this.#options.stores.postgres, READER, CATALOGUE_READ, versions)
  }

  async #reassess(kind: 'rejected' | null): Promise<void> {
    const { schedule } = this.#memory
    await reassess(this.#options.stores, this.#rules, this.#clock(), { kind, onMoment: (ref, at) => schedule.sooner(ref, at) })
  }

  /** Digests a stretch of each writer that has news. Writers that were quiet for long are asked less often, unless `all`. */
  async #readNews(all: boolean): Promise<boolean> {
    const { stores } = this.#options
    for (const [writer, sequence] of await readCursors(stores.postgres, READER)) this.#cursors.set(writer, Math.max(sequence, this.#cursors.get(writer) ?? 0))
    const asked = Date.now()
    let news = false
    for (const writer of this.#cursors.keys()) {
      const { newsAt, askedAt } = this.#writers.get(writer) ?? { newsAt: asked, askedAt: 0 }
      if (!all && asked - newsAt > QUIET_WRITER_MS && asked - askedAt < ASK_QUIET_MS) continue
      const some = await this.#digestStretch(writer)
      this.#writers.set(writer, { newsAt: some ? asked : newsAt, askedAt: asked })
      news ||= some
    }
    return news
  }

  async #digestStretch(writer: string): Promise<boolean> {
    const after = this.#cursors.get(writer) ?? 0
    const ready = this.#ahead?.writer === writer && this.#ahead.after === after ? this.#ahead.stretch : this.#loadStretch(writer, after)
    this.#ahead = null
    const stretch = await ready
    if (stretch === null) return false
    const { entries, upTo, histories } = stretch
    const loading = this.#noticeLoading(entries)
    if (entries.length === ENTRIES_AT_ONCE) this.#loadAhead(writer, upTo)
    const { clickhouse } = this.#options.stores
    // which integrations are watched depends on the stretch before, so this is not read ahead
    const integrations = await technicalTouchedBy(clickhouse, { writer, after, upTo }, [...this.#memory.technical])
    await this.#digest({ histories: [...histories, ...(await technicalHistories(clickhouse, integrations))], rejected: await this.#rejectedIn(entries) })
    this.#watches.hear(await heardIn(clickhouse, { writer, after, upTo }, this.#watches.types))
    await this.#options.before?.('cursor')
    await saveCursor(this.#options.stores.postgres, READER, writer, upTo)
    this.#cursors.set(writer, upTo)
    this.#stats.entries += entries.length
    // digesting takes its time too, and is no quiet
    if (loading) {
      this.#loadingUntil = this.#clock() + this.#quietMs
      await tellLoading(this.#options.stores, this.#loadingUntil)
    }
    return true
  }

  async #loadStretch(writer: string, after: number): Promise<Stretch | null> {
    const { clickhouse } = this.#options.stores
    const entries = await readLog(clickhouse, writer, after, ENTRIES_AT_ONCE)
    const last = entries.at(-1)
    if (!last) return null
    const range = { writer, after, upTo: last.sequence }
    return { entries, upTo: last.sequence, histories: await historiesTouchedBy(clickhouse, range, this.#rules) }
  }

  /** Reads the next stretch while this one is written: what it reads can only be older than the log after it, which comes in its turn. */
  #loadAhead(writer: string, after: number): void {
    const stretch = this.#loadStretch(writer, after)
    stretch.catch(() => {}) // whoever takes it hears of it
    this.#ahead = { writer, after, stretch }
  }

  #noticeLoading(entries: readonly LogEntry[]): boolean {
    const old = entries.filter(entry => entry.ageMs > OLD_MS).length
    if (entries.length < LOADING_ENTRIES || old * 2 <= entries.length) return false
    const now = this.#clock()
    const gap = now - this.#loadedAt
    this.#quietMs = gap < 2 * LOADING_QUIET_AT_MOST_MS ? Math.min(Math.max(3 * gap, LOADING_QUIET_MS), LOADING_QUIET_AT_MOST_MS) : LOADING_QUIET_MS
    this.#loadedAt = now
    this.#loadingUntil = now + this.#quietMs
    return true
  }

  /** The rejected inputs of a stretch, and those that an accepted event of it corrects. */
  async #rejectedIn(entries: readonly LogEntry[]): Promise<DigestInput['rejected']> {
    const accepted = new Set(entries.filter(entry => entry.kind === 'event').map(entry => entry.eventKey))
    const ids = new Set(entries.filter(entry => entry.kind === 'rejected').map(entry => entry.eventKey))
    for (const [identity, waiting] of this.#rejections) if (accepted.has(identity)) for (const id of waiting) ids.add(id)
    if (ids.size === 0) return []
    return await this.#withCorrections(await rejectedByIds(this.#options.stores.clickhouse, [...ids]), accepted)
  }

  async #withCorrections(inputs: readonly RejectedInput[], accepted: ReadonlySet<string>): Promise<{ input: RejectedInput; corrected: boolean }[]> {
    const asked = [...new Set(inputs.flatMap(input => input.identity ?? []))].filter(identity => !accepted.has(identity))
    const stored = await knownIdentities(this.#options.stores.clickhouse, asked)
    return inputs.map(input => {
      const corrected = input.identity !== null && (accepted.has(input.identity) || stored.has(input.identity))
      if (input.identity !== null && !corrected) this.#rejections.set(input.identity, [...new Set([...(this.#rejections.get(input.identity) ?? []), input.id])])
      return { input, corrected }
    })
  }

  async #loadRejections(): Promise<void> {
    const ids = (await openRejections(this.#options.stores.postgres)).flatMap(key => /^\["rejected","([0-9a-f-]{36})"\]$/.exec(key)?.[1] ?? [])
    await this.#withCorrections(await rejectedByIds(this.#options.stores.clickhouse, ids), new Set())
  }

  /** Reads anew what is watched for and when it was last heard of, and closes what is watched for no longer. */
  async #loadWatches(): Promise<void> {
    const { stores, before = () => {} } = this.#options
    this.#watches = new Watches(this.#catalogue, await integrationsSince(stores.postgres), this.#rules.finders.has('overdue'))
    this.#watches.hear(await heardEver(stores.clickhouse, this.#watches.types))
    const watched = this.#watches.keys()
    const gone = (await openSubjects(stores.postgres, WATCH_KEYS)).filter(key => !watched.has(key))
    if (gone.length === 0) return
    const now = this.#clock()
    await carryOut({ stores, memory: this.#memory, now, before }, gone.map(key => ({ subjectKey: key, found: null, closed: { code: 'not_expected', at: now, seen: false } })))
  }

  /** When silence may be judged: not while a history is loaded, nor before senders that could not reach us had time to. */
  #nextWatch(): number | null {
    const next = this.#watches.next()
    return next === null ? null : Math.max(next, this.#loadingUntil, this.#listensUntil)
  }

  async #judgeWatches(settleNow: boolean): Promise<boolean> {
    const now = this.#clock()
    const next = this.#watches.next()
    if (next === null || next > now || (!settleNow && now < Math.max(this.#loadingUntil, this.#listensUntil))) return false
    const { stores, before = () => {} } = this.#options
    try {
      await carryOut({ stores, memory: this.#memory, now, before }, this.#watches.judge(now, this.#rules))
    } catch (error) {
      this.#watches.reset()
      throw error
    }
    return true
  }

  async #judgeDeferred(): Promise<boolean> {
    const refs = [...this.#memory.deferred.values()].slice(0, OBJECTS_AT_ONCE)
    return await this.#judge(refs)
  }

  async #judgeDue(): Promise<boolean> {
    const now = this.#clock()
    const refs = this.#memory.schedule.take(now, OBJECTS_AT_ONCE)
    try {
      return await this.#judge(refs)
    } catch (error) {
      for (const ref of refs) this.#memory.schedule.set(ref, now)
      throw error
    }
  }

  /** Judges the objects whose waits began or ended: their due times depend on them. */
  async #judgeWaits(): Promise<boolean> {
    const { postgres } = this.#options.stores
    const changed = await pendingWaits(postgres, OBJECTS_AT_ONCE)
    if (changed.length === 0) return false
    this.#remember(changed)
    await this.#judge([...new Map(changed.map(wait => [objectKey(wait.object), wait.object])).values()])
    await markJudged(postgres, changed)
    return true
  }

  #remember(waits: readonly StoredWait[]): void {
    for (const { id, object, process, milestone, from, until, endedAt, party } of waits) {
      const key = objectKey(object)
      const mine = this.#memory.waits.get(key) ?? new Map()
      mine.set(id, { process, milestone, from, until, endedAt, party })
      this.#memory.waits.set(key, mine)
    }
  }

  async #judge(refs: readonly ObjectRef[]): Promise<boolean> {
    if (refs.length === 0) return false
    const { clickhouse } = this.#options.stores
    const [histories, technical] = await Promise.all([
      historiesOf(clickhouse, refs.filter(ref => ref.type !== ''), this.#rules),
      technicalHistories(clickhouse, refs.filter(ref => ref.type === '').map(ref => ref.id)),
    ])
    for (const ref of refs) this.#memory.deferred.delete(JSON.stringify([ref.namespace, ref.type, ref.id]))
    await this.#digest({ histories: [...histories, ...technical], rejected: [] })
    return true
  }

  async #digest(input: DigestInput): Promise<void> {
    const { stores, log, before = () => {} } = this.#options
    const now = this.#clock()
    await digest({
      stores, rules: this.#rules, memory: this.#memory, now, before,
      deferBefore: now < this.#loadingUntil ? now - FRESH_MS : -Infinity,
      onFailure: (objectType, error) => {
        this.#stats.failures += 1
        log.warn({ objectType, error: error instanceof Error ? error.name : 'unknown' }, 'an object could not be evaluated')
      },
    }, input)
    this.#stats.sets += 1
    this.#stats.objects += input.histories.length
  }

  #clock(): number {
    return this.#options.clock?.() ?? Date.now()
  }
}
