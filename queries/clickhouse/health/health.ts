/**
 * How integrations do, from their own events of the production environment. What is counted are moves (business events and
 * `integration.step.*`), not measurements of the middleware about itself. Rates are over finished moves: succeeded, failed, dead-lettered.
 */
import { z } from 'zod'
import { defineQuery } from '../define-query.ts'
import { storeInstant } from '../event-row.ts'

/** Business events and `integration.step.*` of the production environment: what is counted as moved. */
export const MOVES = `(NOT startsWith(type, 'integration.') OR startsWith(type, 'integration.step.')) AND environment = 'production' AND integration != ''`
/** A move that was tried again, or is the further try. */
export const RETRIED = `(status = 'retrying' OR attempt > 1)`
/** [from, to) */
export const IN_WINDOW = `time >= toDateTime64({from:String}, 3, 'UTC') AND time < toDateTime64({to:String}, 3, 'UTC')`
/** `integration` '' means all. */
export const ONE_OR_ALL = `({integration:String} = '' OR integration = {integration:String})`
const params = z.object({ integration: z.string(), from: z.string(), to: z.string() })
const number = z.coerce.number()
const milliseconds = z.coerce.number().nullable()

/** Counts and latency percentiles (ms) per integration in the window [from, to); `integration` '' means all. */
export const integrationFigures = defineQuery({
  name: 'health.figures',
  params,
  row: z.object({
    integration: z.string(), events: number, succeeded: number, failed: number, retries: number, dead_letters: number,
    p50: milliseconds, p95: milliseconds, p99: milliseconds, last_event_at: storeInstant,
  }),
  scoped: true,
  sql: `SELECT integration, count() AS events, countIf(status = 'succeeded') AS succeeded, countIf(status IN ('failed', 'dead_lettered')) AS failed,
      countIf(${RETRIED}) AS retries, countIf(status = 'dead_lettered') AS dead_letters,
      if(count(duration_ms) = 0, NULL, quantile(0.5)(duration_ms)) AS p50, if(count(duration_ms) = 0, NULL, quantile(0.95)(duration_ms)) AS p95,
      if(count(duration_ms) = 0, NULL, quantile(0.99)(duration_ms)) AS p99, max(time) AS last_event_at
    FROM events FINAL WHERE ${ONE_OR_ALL} AND ${IN_WINDOW} AND ${MOVES} AND {scope} GROUP BY integration`,
})

/** When each integration was last heard of, whatever the window. */
export const integrationLastSeen = defineQuery({
  name: 'health.last_seen',
  params: z.object({ integration: z.string() }),
  row: z.object({ integration: z.string(), last_event_at: storeInstant }),
  scoped: true,
  sql: `SELECT integration, max(time) AS last_event_at FROM events WHERE ${ONE_OR_ALL} AND ${MOVES} AND {scope} GROUP BY integration`,
})

/** The newest queue measurement of each integration. Queues belong to no facility, so those who see part of the group do not get them. */
export const integrationQueues = defineQuery({
  name: 'health.queues',
  params: z.object({ integration: z.string(), from: z.string() }),
  row: z.object({ integration: z.string(), depth: number.nullable(), oldest_seconds: number.nullable(), measured_at: storeInstant }),
  scoped: true,
  sql: `SELECT integration, argMax(JSONExtract(attributes, 'depth', 'Nullable(Float64)'), time) AS depth,
      argMax(JSONExtract(attributes, 'oldestSeconds', 'Nullable(Float64)'), time) AS oldest_seconds, max(time) AS measured_at
    FROM events WHERE ${ONE_OR_ALL} AND type = 'integration.queue.measured' AND environment = 'production' AND integration != ''
      AND time >= toDateTime64({from:String}, 3, 'UTC') AND {scope} GROUP BY integration`,
})

/** Moves and failures in equal steps of `step` seconds over the window; steps without events are left out. */
export const integrationSeries = defineQuery({
  name: 'health.series',
  params: params.extend({ step: z.int().min(60) }),
  row: z.object({ integration: z.string(), at: storeInstant, events: number, failed: number, p95: milliseconds }),
  scoped: true,
  sql: `SELECT integration, toDateTime64(toStartOfInterval(time, toIntervalSecond({step:UInt32}), 'UTC'), 3, 'UTC') AS at, count() AS events,
      countIf(status IN ('failed', 'dead_lettered')) AS failed, if(count(duration_ms) = 0, NULL, quantile(0.95)(duration_ms)) AS p95
    FROM events FINAL WHERE ${ONE_OR_ALL} AND ${IN_WINDOW} AND ${MOVES} AND {scope} GROUP BY integration, at ORDER BY integration, at`,
})
