/** How an integration does, against its service-level objective. */
import type { ClickHouse } from '#queries/clickhouse/clickhouse.ts'
import { backlogBy, backlogFilter } from '#queries/clickhouse/backlog/backlog.ts'
import { integrationFigures, integrationLastSeen, integrationQueues } from '#queries/clickhouse/health/health.ts'
import { toStoreInstant } from '#queries/clickhouse/event-row.ts'
import type { Integration } from '#queries/catalogue/schema.ts'
import type { Scope } from '#queries/model/scope.ts'
import type { HealthView } from '#queries/model/views.ts'

/** The windows that may be asked for, in minutes. */
export const HEALTH_WINDOWS = { '15m': 15, '1h': 60, '6h': 360, '24h': 1440, '7d': 10_080, '30d': 43_200 } as const
export type HealthWindow = keyof typeof HEALTH_WINDOWS
const MINUTE_MS = 60_000

/** What was counted for one integration; null parts where nothing was seen. */
export interface HealthCounts {
  figures: { events: number; succeeded: number; failed: number; retries: number; dead_letters: number; p50: number | null; p95: number | null; p99: number | null } | null
  queue: { depth: number | null; oldest_seconds: number | null } | null
  backlog: { backlog: number; overdue: number } | null
  lastEventAt: string | null
}

/**
 * The health of the given integrations over the window that ends at `now`, in the order given. Queue depth is the newest measurement
 * of the window, null when there is none: unknown is never zero. `counted` false leaves backlog and overdue at 0, for whoever shows neither.
 */
export async function readHealth(clickhouse: ClickHouse, integrations: readonly Integration[], window: HealthWindow, now: Date, scope: Scope, counted = true): Promise<HealthView[]> {
  const integration = integrations.length === 1 ? (integrations[0]?.id ?? '') : ''
  const to = toStoreInstant(now)
  const from = toStoreInstant(new Date(now.getTime() - HEALTH_WINDOWS[window] * MINUTE_MS))
  const [figures, seen, queues, backlog] = await Promise.all([
    integrationFigures.run(clickhouse, { integration, from, to }, scope),
    integrationLastSeen.run(clickhouse, { integration }, scope),
    integrationQueues.run(clickhouse, { integration, from }, scope),
    counted ? backlogBy(clickhouse, 'integration', backlogFilter.parse({ integration: integration === '' ? [] : [integration] }), now, scope) : [],
  ])
  const of = <R extends { integration: string }>(rows: R[], id: string): R | null => rows.find(row => row.integration === id) ?? null
  // The same rows as the backlog's own list: one number, one definition.
  const waiting = new Map(backlog.map(({ value, count, late }) => [value, { backlog: count, overdue: late }] as const))
  return integrations.map(one => assembleHealth(one, window, {
    figures: of(figures, one.id), queue: of(queues, one.id), backlog: waiting.get(one.id) ?? null, lastEventAt: of(seen, one.id)?.last_event_at ?? null,
  }))
}

/**
 * Puts the figures together; pure. `throughput` is events per minute. Rates are shares of finished moves (succeeded, failed,
 * dead-lettered), null where none finished. `budgetLeft` is the share of the error budget (1 − target) not yet used in the window: 1 is untouched, below 0 overspent.
 */
export function assembleHealth(integration: Integration, window: HealthWindow, counts: HealthCounts): HealthView {
  const { figures, queue, backlog } = counts
  const finished = (figures?.succeeded ?? 0) + (figures?.failed ?? 0)
  const successRate = finished === 0 ? null : (figures?.succeeded ?? 0) / finished
  const errorRate = successRate === null ? null : 1 - successRate
  const target = integration.slo.target
  return {
    integration: integration.id, window,
    throughput: (figures?.events ?? 0) / HEALTH_WINDOWS[window],
    successRate, errorRate,
    latencyMs: { p50: figures?.p50 ?? null, p95: figures?.p95 ?? null, p99: figures?.p99 ?? null },
    retries: figures?.retries ?? 0, deadLetters: figures?.dead_letters ?? 0,
    queue: { depth: queue?.depth ?? null, oldestSeconds: queue?.oldest_seconds ?? null },
    lastEventAt: counts.lastEventAt,
    backlog: backlog?.backlog ?? 0, overdue: backlog?.overdue ?? 0,
    slo: { target, actual: successRate, budgetLeft: errorRate === null ? null : 1 - errorRate / (1 - target) },
  }
}
