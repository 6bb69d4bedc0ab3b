/** What the frame around every page shows: who is signed in, what they may open, the counts of the navigation, their facilities. */
import { countEach } from '#queries/clickhouse/exceptions/count-each.ts'
import { exceptionFilter } from '#queries/model/filter.ts'
import { inScope, type Scope } from '#queries/model/scope.ts'
import { listReplays } from '#queries/postgres/replays.ts'
import { isLoading } from '../exceptions/loading.ts'
import { headlineFilter } from '../exceptions/summary.ts'
import { PAGE_ACCESS } from '../auth/access.ts'
import { can, scopeFor, type Principal } from '../auth/principal.ts'
import { countForMe } from '../worklists/queue.ts'
import type { Services } from './context.ts'

/** Replays counted at most; more are shown as this many. */
const REPLAYS_COUNTED = 200
/** The headlines that have an entry of their own in the navigation. */
const HEADLINES = ['rejected', 'stuck_purchase_orders', 'failed_invoice_exports', 'unmatched_payments', 'uncaptured_charges'] as const

export interface FrameFacility { id: string; name: string }
export interface Frame {
  asOf: string
  user: { id: string; name: string; role: string }
  /** counts of the navigation by key; null where it could not be counted */
  counts: Record<string, number | null>
  facilities: FrameFacility[]
  /** a history is being loaded: what is wrong in it is not shown yet */
  loading: boolean
  /** addresses in the navigation that the person may open */
  open: string[]
}

/** Reads the frame. Each count is the same definition as the page it leads to. */
export async function readFrame({ stores, catalogue }: Services, principal: Principal): Promise<Frame> {
  const scope = scopeFor(principal, 'read')
  const current = catalogue.current()
  const headlines = HEADLINES.map(key => ({ key, filter: headlineFilter(current, key) }))
  const asked = [{ key: 'exceptions', filter: exceptionFilter.parse({}) }, ...headlines].flatMap(({ key, filter }) => (filter ? [{ key, filter }] : []))
  const [counted, replays, queue, loading] = await Promise.all([
    countEach(stores.clickhouse, asked.map(({ filter }) => filter), scope),
    listReplays(stores.postgres, { scope, states: ['awaiting_approval'], limit: REPLAYS_COUNTED }),
    countForMe(stores, principal),
    isLoading(stores, Date.now()),
  ])
  const counts = Object.fromEntries(asked.map(({ key }, index) => [key, counted[index] ?? null]))
  const facilities = facilitiesIn(scope, [...current.facilities.values()])
  return {
    asOf: new Date().toISOString(),
    user: { id: principal.id, name: principal.name, role: `${principal.roleName} · ${scopeWords(scope, facilities)}` },
    counts: { ...counts, queue: queue === 0 ? null : queue, replays: replays.items.length === 0 ? null : replays.items.length },
    facilities,
    loading,
    open: Object.entries(PAGE_ACCESS).flatMap(([page, act]) => (act === 'public' || can(principal, act) ? [page] : [])),
  }
}

/** The facilities that the scope shows, by name. */
export function facilitiesIn(scope: Scope, all: readonly { id: string; name: string; city: string; entity: string }[]): FrameFacility[] {
  return all.filter(facility => inScope(scope, { facility: facility.id, entity: facility.entity }))
    .map(({ id, name, city }) => ({ id, name: `${name}, ${city}` })).sort((a, b) => a.name.localeCompare(b.name, 'en'))
}

function scopeWords(scope: Scope, facilities: readonly FrameFacility[]): string {
  if (scope === 'all') return 'all facilities'
  return facilities.length === 1 ? (facilities[0]?.name ?? '') : `${facilities.length} facilities`
}
