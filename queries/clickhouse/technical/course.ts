/** How the interfaces did over time, in equal steps; steps without events are left out. */
import { z } from 'zod'
import { defineQuery } from '../define-query.ts'
import { storeInstant } from '../event-row.ts'
import { IN_WINDOW, MOVES, ONE_OR_ALL, RETRIED } from '../health/health.ts'

const number = z.coerce.number()
const milliseconds = z.coerce.number().nullable()
const params = z.object({ integration: z.string(), from: z.string(), to: z.string(), seconds: z.int().min(60) })
const AT = `toDateTime64(toStartOfInterval(time, toIntervalSecond({seconds:UInt32}), 'UTC'), 3, 'UTC')`
const percentile = (share: number): string => `if(count(duration_ms) = 0, NULL, quantile(${share})(duration_ms))`

/** Moves, failures, retries, dead letters and latency percentiles (ms) per step of `seconds`; `integration` '' means all together. */
export const movesCourse = defineQuery({
  name: 'technical.moves_course',
  params,
  row: z.object({ at: storeInstant, moves: number, finished: number, failed: number, retries: number, dead: number, p50: milliseconds, p95: milliseconds, p99: milliseconds }),
  scoped: true,
  sql: `SELECT ${AT} AS at, count() AS moves, countIf(status IN ('succeeded', 'failed', 'dead_lettered')) AS finished, countIf(status IN ('failed', 'dead_lettered')) AS failed,
      countIf(${RETRIED}) AS retries, countIf(status = 'dead_lettered') AS dead, ${percentile(0.5)} AS p50, ${percentile(0.95)} AS p95, ${percentile(0.99)} AS p99
    FROM events FINAL WHERE ${ONE_OR_ALL} AND ${IN_WINDOW} AND ${MOVES} AND {scope} GROUP BY at ORDER BY at`,
})

/**
 * The deepest queue and the longest wait in it (seconds) per step; over several integrations the sum of their deepest and the longest of all.
 * Queues belong to no facility, so those who see part of the group do not get them.
 */
export const queueCourse = defineQuery({
  name: 'technical.queue_course',
  params,
  row: z.object({ at: storeInstant, depth: number, oldest: number }),
  scoped: true,
  sql: `SELECT at, sum(deepest) AS depth, max(longest) AS oldest
    FROM (SELECT ${AT} AS at, integration, max(ifNull(JSONExtract(attributes, 'depth', 'Nullable(Float64)'), 0)) AS deepest, max(ifNull(JSONExtract(attributes, 'oldestSeconds', 'Nullable(Float64)'), 0)) AS longest
      FROM events WHERE ${ONE_OR_ALL} AND type = 'integration.queue.measured' AND environment = 'production' AND integration != '' AND ${IN_WINDOW} AND {scope} GROUP BY at, integration)
    GROUP BY at ORDER BY at`,
})
