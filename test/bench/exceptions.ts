/**
 * The worklist over a million exceptions (100,000 without --full) while 50 of them change each second through acts and settling: random
 * filters, each asked for its first page, a deep page, its lines, figure, count and facets. Once with a tenth open, as a group that
 * has been at it for years, and once with all open. Baseline: one column of all rows added up, without FINAL, interleaved: what the
 * machine has to give at that moment.
 */
import { sql } from 'kysely'
import { actOnExceptions } from '#app/exceptions/acts.ts'
import type { ExceptionAct } from '#app/exceptions/lifecycle.ts'
import { project } from '#app/exceptions/project.ts'
import { settle } from '#app/exceptions/settle.ts'
import { exceptionFacets } from '#queries/clickhouse/exceptions/facets.ts'
import { countExceptions, howManyExceptions } from '#queries/clickhouse/exceptions/figures.ts'
import { listLines } from '#queries/clickhouse/exceptions/lines.ts'
import { listExceptions } from '#queries/clickhouse/exceptions/list.ts'
import { removeGone } from '#queries/clickhouse/open-tables.ts'
import type { ExceptionFilter } from '#queries/model/filter.ts'
import type { Scope } from '#queries/model/scope.ts'
import type { Stores } from '#queries/stores.ts'
import { benchException, benchExceptions, type BenchShape } from '#seeds/bench/exceptions.ts'
import { Random } from '#seeds/history/random.ts'
import { projectAll, randomFilter, toRow } from '#test/support/exceptions/rows.ts'
import { openTestStores } from '#test/support/stores.ts'
import { median, percentile, timed, type BenchOptions, type Report } from './figures.ts'

const SEED = 20261121
/** Random filters at full size, and otherwise. */
const FILTERS = { full: 300, small: 60 }
/** Pages walked to a deep one, and their size. */
const WALKED = 5
const WALKED_LIMIT = 200
/** Exceptions that change, spread evenly over all; changes in each round of the live load, and how often there is one. */
const ALIVE = 5000
const AT_ONCE = 10
const EVERY_MS = 200
const FIRST_ID = 1001
const ACTS: readonly ExceptionAct[] = [{ act: 'assign', assignee: 'person-1' }, { act: 'resolve', code: 'fixed_at_source' }, { act: 'reopen', reason: 'bench' }]

/** Measures both shapes, one after the other, each on stores of its own. */
export async function benchExceptionList({ full, scale }: BenchOptions, report: Report): Promise<void> {
  const count = Math.round((full ? 1_000_000 : 100_000) * (scale ?? 1))
  for (const open of [0.1, 1]) await measure(count, full ? FILTERS.full : FILTERS.small, { seed: SEED, open, until: Date.now() }, report)
}

async function measure(count: number, filters: number, shape: BenchShape, report: Report): Promise<void> {
  const stores = await openTestStores()
  const name = `${count} exceptions, ${shape.open * 100} % open`
  try {
    await projectAll(stores.clickhouse, benchExceptions(count, shape))
    // As the worker does each minute with what has been over for a while; here all of it was written a moment ago.
    await removeGone(stores.clickhouse, 'exceptions', -1)
    for (const table of ['exceptions', 'exceptions_open']) await stores.clickhouse.command({ name: 'bench.merge', sql: `OPTIMIZE TABLE ${table} FINAL` })
    const live = await startLive(stores, count, shape)
    const times = await ask(stores, count, filters, shape)
    const changes = await live.stop()
    const baseline = median(times.get('baseline') ?? [])
    for (const [what, ms] of times) {
      if (what === 'baseline') continue
      report({ metric: `${name}: ${what} p50`, value: median(ms), unit: 'ms', baseline, n: ms.length })
      report({ metric: `${name}: ${what} p95`, value: percentile(ms, 0.95), unit: 'ms', baseline, n: ms.length })
    }
    report({ metric: `${name}: baseline p95`, value: percentile(times.get('baseline') ?? [], 0.95), unit: 'ms', n: times.get('baseline')?.length ?? 0 })
    report({ metric: `${name}: changes meanwhile`, value: changes.made / (changes.ms / 1000), unit: 'changes/s', n: changes.made })
  } finally {
    await stores.dispose()
  }
}

/** Asks every question for each of the random filters; every second one inside the scope of a facility. */
async function ask({ clickhouse }: Stores, count: number, filters: number, shape: BenchShape): Promise<Map<string, number[]>> {
  const random = new Random('bench.exceptions.questions', SEED)
  const times = new Map<string, number[]>()
  for (let asked = 0; asked < filters; asked++) {
    const one = benchException(random.int(0, count - 1), shape)
    const filter = randomFilter(random, one, shape.until)
    const scope: Scope = random.chance(0.5) ? 'all' : { facilities: [one.facility ?? ''], entities: [] }
    const deep = asked % 10 === 0 ? await walk(clickhouse, filter, scope) : null
    const questions: Record<string, () => Promise<unknown>> = {
      baseline: () => clickhouse.query({ name: 'bench.baseline', sql: 'SELECT sum(occurrences) AS sum FROM exceptions' }),
      'first page': () => listExceptions(clickhouse, filter, { limit: 50 }, scope),
      ...(deep !== null && { 'deep page': () => listExceptions(clickhouse, filter, { limit: 50, cursor: deep }, scope) }),
      lines: () => listLines(clickhouse, filter, 'group', { limit: 50 }, scope),
      'count with money': () => countExceptions(clickhouse, filter, scope), count: () => howManyExceptions(clickhouse, filter, scope), facets: () => exceptionFacets(clickhouse, filter, scope),
    }
    for (const [what, question] of Object.entries(questions)) times.set(what, [...(times.get(what) ?? []), await timed(question)])
  }
  return times
}

/** The cursor after some pages; null where the list is shorter. */
async function walk(clickhouse: Stores['clickhouse'], filter: ExceptionFilter, scope: Scope): Promise<string | null> {
  let cursor: string | null = null
  for (let page = 0; page < WALKED; page++) {
    const { nextCursor }: { nextCursor: string | null } = await listExceptions(clickhouse, filter, { limit: WALKED_LIMIT, ...(cursor === null ? {} : { cursor }) }, scope)
    cursor = nextCursor
    if (cursor === null) return null
  }
  return cursor
}

/** Changes that go on until stopped: people take, resolve and reopen; the finder opens new ones. */
async function startLive(stores: Stores, count: number, shape: BenchShape): Promise<{ stop(): Promise<{ made: number; ms: number }> }> {
  const stride = Math.max(1, Math.floor(count / ALIVE))
  const ids = Array.from({ length: Math.min(ALIVE, count) }, (_, index) => FIRST_ID + index * stride)
  for (let from = 0; from < ids.length; from += 500) {
    const rows = ids.slice(from, from + 500).map(id => toRow(benchException(id - FIRST_ID, shape)))
    await sql`insert into exception overriding system value select * from jsonb_populate_recordset(null::exception, ${JSON.stringify(rows)}::jsonb)`.execute(stores.postgres)
  }
  await sql`update exception set projected_version = version`.execute(stores.postgres)
  await sql`select setval(pg_get_serial_sequence('exception', 'id'), ${FIRST_ID + count})`.execute(stores.postgres)
  const random = new Random('bench.exceptions.live', SEED)
  const acting = { actor: { kind: 'person' as const, id: 'bench', origin: 'bench' }, scope: 'all' as const }
  const started = performance.now()
  let stopped = false
  let made = 0
  const loop = (async () => {
    for (let round = 0; !stopped; round++) {
      const next = started + (round + 1) * EVERY_MS
      const chosen = Array.from({ length: AT_ONCE - 1 }, () => String(random.pick(ids)))
      const act = random.pick(ACTS)
      made += (await actOnExceptions(stores, acting, chosen, act)).done.length
      const { id: _id, status: _status, assignee: _assignee, version: _version, detectedAt: _detectedAt, resolutionCode: _code, resolutionBy: _by, resolutionAt: _at, amountMinor, ...found } = benchException(count + round, shape)
      await project(stores, await settle(stores, [{ subjectKey: `bench:live:${round}`, closed: null, found: { ...found, subjectKey: `bench:live:${round}`, severityReasons: [], criticality: 'normal', warnAt: null, beganAt: null, serves: [], owner: null, rules: [], amountMinor: amountMinor === null ? null : String(amountMinor), evidenceAt: found.lastSeen } }], new Date()))
      made++
      await new Promise(resolve => setTimeout(resolve, Math.max(0, next - performance.now())))
    }
  })()
  return {
    async stop() {
      stopped = true
      await loop
      return { made, ms: performance.now() - started }
    },
  }
}
