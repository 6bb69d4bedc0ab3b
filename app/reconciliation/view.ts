/** Sets and runs as the interfaces answer them, inside a scope. */
import type { ReconciliationSet } from '#queries/catalogue/reconciliation.ts'
import { movement, sumsOf } from '#queries/clickhouse/reconciliation/results.ts'
import type { ReconSetView, ReconTotal } from '#queries/model/reconciliation.ts'
import type { Scope } from '#queries/model/scope.ts'
import type { RunView } from '#queries/postgres/reconciliation.ts'
import type { Stores } from '#queries/stores.ts'

/**
 * A set with its last run. Who sees everything sees what the run moved; who sees a part sees how that part stands, all of it as new,
 * because runs keep no totals per facility.
 */
export async function setView({ clickhouse }: Stores, set: ReconciliationSet, run: RunView | undefined, scope: Scope): Promise<ReconSetView> {
  const { absolute, relative, days } = set.tolerances
  return {
    set: set.id, name: set.name, sides: set.sides.map(side => side.id), tolerances: { absolute, relative, days },
    lastRun: run ? { id: run.id, status: run.status, startedAt: run.startedAt, finishedAt: run.finishedAt, totals: scope === 'all' ? run.totals : await totalsNow(clickhouse, set.id, scope) } : null,
  }
}

/** How a set stands inside a scope, as if all of it were new. */
export async function totalsNow(clickhouse: Stores['clickhouse'], set: string, scope: Scope): Promise<ReconTotal[]> {
  return movement([], await sumsOf(clickhouse, set, scope))
}
