/** How all interfaces do, for IT, with the work behind each: rows, sums and the course over time. */
import type { Catalogue } from '#queries/catalogue/catalogue.ts'
import type { ClickHouse } from '#queries/clickhouse/clickhouse.ts'
import { toStoreInstant } from '#queries/clickhouse/event-row.ts'
import { movesCourse, queueCourse } from '#queries/clickhouse/technical/course.ts'
import { burnCounts, endpointChecks, failedAttempts } from '#queries/clickhouse/technical/outcomes.ts'
import type { Scope } from '#queries/model/scope.ts'
import { burnsOf, type Burn } from './burn.ts'
import { HEALTH_WINDOWS } from './health-view.ts'
import { readIntegrations, type IntegrationRow, type ListWindow } from './list.ts'
import { STEP_SECONDS } from './series.ts'
import { readWork, verdictOf, type Verdict, type Work } from './work-state.ts'

export const TECHNICAL_SHOWS = ['all', 'failing', 'late', 'incomplete', 'burning', 'no_data'] as const
export type TechnicalShow = (typeof TECHNICAL_SHOWS)[number]
export const TECHNICAL_SORTS = ['group', '-errors', '-latency', '-queue', '-burn', '-overdue', '-moves'] as const
export type TechnicalSort = (typeof TECHNICAL_SORTS)[number]
export const COURSES = ['moves', 'errors', 'latency', 'queue'] as const
export type Course = (typeof COURSES)[number]

const HOUR = 3_600_000

export interface TechnicalRow extends IntegrationRow {
  work: Work
  verdict: Verdict
  attempts: { failed: number; authentication: number; mapping: number; dead: number }
  /** null: its endpoint was not checked in the window, or the checks are outside the scope */
  endpoint: { checks: number; answered: number; up: boolean; lastAt: string } | null
  burns: Burn[]
}
export type CoursePoint = { at: string; values: Record<'moves' | 'failed' | 'retries' | 'dead' | 'p50' | 'p95' | 'p99' | 'depth' | 'oldest', number | null> }

export interface Technical {
  rows: TechnicalRow[]
  counts: Record<TechnicalShow, number>
  totals: {
    moves: number; perMinute: number; finished: number; failed: number; retries: number; attempts: number; dead: number; authentication: number; mapping: number
    queue: { depth: number; oldest: number } | null; endpoints: { checks: number; answered: number } | null
  }
  course: CoursePoint[]
}

/** Everything on the page at `now`. `integration`: whose course over time is told; '' for all together. */
export async function readTechnical(clickhouse: ClickHouse, catalogue: Catalogue, window: ListWindow, integration: string, now: Date, scope: Scope): Promise<Technical> {
  const to = toStoreInstant(now)
  const since = (hours: number): string => toStoreInstant(new Date(now.getTime() - hours * HOUR))
  const minutes = HEALTH_WINDOWS[window]
  const from = since(minutes / 60)
  const seconds = STEP_SECONDS[window]
  const [list, workFor, attempts, checks, burns, moves, queues] = await Promise.all([
    readIntegrations(clickhouse, catalogue, window, now, scope),
    readWork(clickhouse, now, scope),
    failedAttempts.run(clickhouse, { from, to }, scope),
    endpointChecks.run(clickhouse, { from, to }, scope),
    burnCounts.run(clickhouse, { from: since(72), to, hour: since(1), six: since(6) }, scope),
    movesCourse.run(clickhouse, { integration, from, to, seconds }, scope),
    queueCourse.run(clickhouse, { integration, from, to, seconds }, scope),
  ])
  const of = <R extends { integration: string }>(rows: readonly R[], id: string): R | undefined => rows.find(row => row.integration === id)
  const rows = list.rows.map((row): TechnicalRow => {
    const work = workFor(row.id)
    const checked = of(checks, row.id)
    const found = of(attempts, row.id)
    return {
      ...row, work, verdict: verdictOf(row.state, work.state),
      attempts: { failed: found?.failed ?? 0, authentication: found?.authentication ?? 0, mapping: found?.mapping ?? 0, dead: found?.dead ?? 0 },
      endpoint: checked ? { checks: checked.checks, answered: checked.answered, up: checked.last_status === 'succeeded', lastAt: checked.last_at } : null,
      burns: burnsOf(of(burns, row.id), row.health.slo.target),
    }
  })
  return { rows, counts: countsOf(rows), totals: totalsOf(integration === '' ? rows : rows.filter(row => row.id === integration), moves, minutes), course: courseOf(moves, queues, now, minutes, seconds) }
}

const sum = <R>(rows: readonly R[], of: (row: R) => number): number => rows.reduce((total, row) => total + of(row), 0)

/** Sums over the rows; moves and what became of them are those of the course. */
function totalsOf(rows: readonly TechnicalRow[], course: readonly { moves: number; finished: number; failed: number; retries: number }[], minutes: number): Technical['totals'] {
  const queues = rows.filter(row => row.health.queue.depth !== null)
  const checked = rows.flatMap(row => row.endpoint ?? [])
  const moves = sum(course, step => step.moves)
  return {
    moves, perMinute: moves / minutes, finished: sum(course, step => step.finished), failed: sum(course, step => step.failed), retries: sum(course, step => step.retries),
    attempts: sum(rows, row => row.attempts.failed), dead: sum(rows, row => row.attempts.dead), authentication: sum(rows, row => row.attempts.authentication), mapping: sum(rows, row => row.attempts.mapping),
    queue: queues.length === 0 ? null : { depth: sum(queues, row => row.health.queue.depth ?? 0), oldest: Math.max(...queues.map(row => row.health.queue.oldestSeconds ?? 0)) },
    endpoints: checked.length === 0 ? null : { checks: sum(checked, one => one.checks), answered: sum(checked, one => one.answered) },
  }
}

/** The rows that a view lets through. */
export function showRows(rows: readonly TechnicalRow[], show: TechnicalShow): TechnicalRow[] {
  return rows.filter(row => {
    switch (show) {
      case 'all': return true
      case 'incomplete': return row.verdict === 'false_comfort'
      case 'burning': return row.burns.some(burn => burn.tooFast)
      default: return row.state === show
    }
  })
}

const countsOf = (rows: readonly TechnicalRow[]): Technical['counts'] => Object.fromEntries(TECHNICAL_SHOWS.map(show => [show, showRows(rows, show).length])) as Technical['counts']

/** Sorted copies; `group` keeps the order of the list. What has no value comes last. */
export function sortRows(rows: readonly TechnicalRow[], sort: TechnicalSort): TechnicalRow[] {
  const worst = (row: TechnicalRow): number => Math.max(...row.burns.map(burn => burn.rate ?? -1))
  const value: Record<TechnicalSort, (row: TechnicalRow) => number> = {
    group: () => 0, '-errors': row => row.health.errorRate ?? -1, '-latency': row => row.health.latencyMs.p95 ?? -1, '-queue': row => row.health.queue.depth ?? -1,
    '-burn': worst, '-overdue': row => row.work.overdue + row.work.exceptions, '-moves': row => row.health.throughput,
  }
  return [...rows].sort((a, b) => value[sort](b) - value[sort](a))
}

/** All steps of the window; a step in which nothing was heard has no values. */
function courseOf(moves: readonly { at: string; moves: number; failed: number; retries: number; dead: number; p50: number | null; p95: number | null; p99: number | null }[], queues: readonly { at: string; depth: number; oldest: number }[], now: Date, minutes: number, seconds: number): CoursePoint[] {
  const step = seconds * 1000
  const bySlot = <R extends { at: string }>(rows: readonly R[]): Map<number, R> => new Map(rows.map(row => [Math.floor(Date.parse(row.at) / step), row]))
  const [moved, queued] = [bySlot(moves), bySlot(queues)]
  const last = Math.floor(now.getTime() / step)
  const count = Math.round((minutes * 60) / seconds)
  return Array.from({ length: count }, (_, index) => {
    const slot = last - count + 1 + index
    const [move, queue] = [moved.get(slot), queued.get(slot)]
    return {
      at: new Date(slot * step).toISOString(),
      values: { moves: move?.moves ?? null, failed: move?.failed ?? null, retries: move?.retries ?? null, dead: move?.dead ?? null, p50: move?.p50 ?? null, p95: move?.p95 ?? null, p99: move?.p99 ?? null, depth: queue?.depth ?? null, oldest: queue?.oldest ?? null },
    }
  })
}
