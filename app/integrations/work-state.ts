/**
 * Whether the business work of an integration is done, beside whether the interface is up: an interface that answers says nothing about
 * the orders that wait behind it. The counts are those of the worklist and of the backlog.
 */
import { backlogBy, backlogFilter } from '#queries/clickhouse/backlog/backlog.ts'
import type { ClickHouse } from '#queries/clickhouse/clickhouse.ts'
import { countExceptionsBy } from '#queries/clickhouse/exceptions/figures.ts'
import { exceptionFilter } from '#queries/model/filter.ts'
import type { Scope } from '#queries/model/scope.ts'
import type { IntegrationState } from './states.ts'

/** `incomplete`: something failed and was not made good, or is past its due time; `waiting`: all that waits is in time; `done`: nothing waits. */
export type WorkState = 'incomplete' | 'waiting' | 'done'
export interface Work { state: WorkState; exceptions: number; overdue: number; backlog: number }

/** The work of one integration from its counts; pure. */
export function workOf(counts: { exceptions: number; overdue: number; backlog: number }): Work {
  return { ...counts, state: counts.exceptions > 0 || counts.overdue > 0 ? 'incomplete' : counts.backlog > 0 ? 'waiting' : 'done' }
}

/** What the two states say together. `false_comfort`: the interface is up and the work behind it is not completed. */
export type Verdict = 'false_comfort' | 'both_down' | 'interface_only' | 'unknown' | 'fine'
/** Judges both states together; pure. */
export function verdictOf(state: IntegrationState, work: WorkState): Verdict {
  if (work === 'incomplete') return state === 'clear' ? 'false_comfort' : state === 'no_data' ? 'unknown' : 'both_down'
  if (state === 'failing' || state === 'late') return 'interface_only'
  return state === 'no_data' ? 'unknown' : 'fine'
}

const NOTHING = { exceptions: 0, overdue: 0, backlog: 0 }

/** The work of every integration that has any at `now`; of one where `integration` is given. What is not in the map has nothing to do. */
export async function readWork(clickhouse: ClickHouse, now: Date, scope: Scope, integration: string[] = []): Promise<(id: string) => Work> {
  const [exceptions, backlog] = await Promise.all([
    countExceptionsBy(clickhouse, 'integration', exceptionFilter.parse({ integration }), scope),
    backlogBy(clickhouse, 'integration', backlogFilter.parse({ integration }), now, scope),
  ])
  const counts = new Map<string, typeof NOTHING>()
  for (const { value, count } of exceptions) counts.set(value, { ...NOTHING, exceptions: count })
  for (const { value, count, late } of backlog) counts.set(value, { ...(counts.get(value) ?? NOTHING), backlog: count, overdue: late })
  return id => workOf(counts.get(id) ?? NOTHING)
}
