/** What went wrong per integration and why, how its endpoint answered, and how fast it uses up its error budget. */
import { z } from 'zod'
import { defineQuery } from '../define-query.ts'
import { storeInstant } from '../event-row.ts'
import { FAILED_ATTEMPT } from '../health/errors.ts'
import { IN_WINDOW, MOVES, ONE_OR_ALL } from '../health/health.ts'

const number = z.coerce.number()
const CHECKED = `type = 'integration.endpoint.checked' AND environment = 'production' AND integration != ''`

/** Failed attempts of each integration in [from, to) by what stopped them; `dead`: given up. */
export const failedAttempts = defineQuery({
  name: 'technical.failed_attempts',
  params: z.object({ from: z.string(), to: z.string() }),
  row: z.object({ integration: z.string(), failed: number, authentication: number, mapping: number, dead: number }),
  scoped: true,
  sql: `SELECT integration, count() AS failed, countIf(error_class = 'authentication') AS authentication, countIf(error_class = 'mapping') AS mapping, countIf(status = 'dead_lettered') AS dead
    FROM events FINAL WHERE ${FAILED_ATTEMPT} AND ${IN_WINDOW} AND {scope} GROUP BY integration`,
})

/** Checks of each integration's endpoint in [from, to), and how the newest one went. Endpoints belong to no facility. */
export const endpointChecks = defineQuery({
  name: 'technical.endpoint_checks',
  params: z.object({ integration: z.string().default(''), from: z.string(), to: z.string() }),
  row: z.object({ integration: z.string(), checks: number, answered: number, last_status: z.string(), last_at: storeInstant }),
  scoped: true,
  sql: `SELECT integration, count() AS checks, countIf(status = 'succeeded') AS answered, argMax(status, time) AS last_status, max(time) AS last_at
    FROM events FINAL WHERE ${ONE_OR_ALL} AND ${CHECKED} AND ${IN_WINDOW} AND {scope} GROUP BY integration`,
})

/** Finished moves and failed ones of each integration in the hours before `to`: 1, 6 and 72 (3 days). */
export const burnCounts = defineQuery({
  name: 'technical.burn',
  params: z.object({ integration: z.string().default(''), from: z.string(), to: z.string(), hour: z.string(), six: z.string() }),
  row: z.object({ integration: z.string(), finished_1h: number, failed_1h: number, finished_6h: number, failed_6h: number, finished_3d: number, failed_3d: number }),
  scoped: true,
  sql: `SELECT integration, countIf(since_1h AND over) AS finished_1h, countIf(since_1h AND fails) AS failed_1h, countIf(since_6h AND over) AS finished_6h, countIf(since_6h AND fails) AS failed_6h,
      countIf(over) AS finished_3d, countIf(fails) AS failed_3d
    FROM (SELECT integration, status IN ('succeeded', 'failed', 'dead_lettered') AS over, status IN ('failed', 'dead_lettered') AS fails,
        time >= toDateTime64({hour:String}, 3, 'UTC') AS since_1h, time >= toDateTime64({six:String}, 3, 'UTC') AS since_6h
      FROM events FINAL WHERE ${ONE_OR_ALL} AND ${IN_WINDOW} AND ${MOVES} AND {scope})
    GROUP BY integration`,
})
