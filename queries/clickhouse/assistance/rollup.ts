/** Writes `integration_hours`: which hours of which integrations have news, and those hours computed again from `events`. */
import { z } from 'zod'
import type { ClickHouse } from '../clickhouse.ts'
import { defineQuery, UNSCOPED } from '../define-query.ts'
import { FAILED_ATTEMPT } from '../health/errors.ts'
import { MOVES } from '../health/health.ts'

/** An hour of an integration; `hour` in epoch hours. */
export interface IntegrationHour { integration: string; hour: number }

const news = defineQuery({
  name: 'assistance.hours_with_news',
  params: z.object({ writer: z.string(), after: z.number(), limit: z.number() }),
  row: z.object({ integration: z.string(), hour: z.coerce.number(), up_to: z.coerce.number() }),
  scoped: 'the roll-up counts for everybody; who reads it is scoped',
  // the same limit in both, so that what is named is what the cursor moves over
  sql: `SELECT integration, intDiv(toUnixTimestamp(time), 3600) AS hour, max(sequence) AS up_to
    FROM (SELECT integration, time, sequence FROM event_log WHERE writer = {writer:String} AND sequence > {after:UInt64} ORDER BY sequence LIMIT {limit:UInt32})
    GROUP BY integration, hour`,
})

/** The hours that the next `limit` entries of a writer touch, and the last sequence among them; `upTo` is `after` where there is nothing new. */
export async function hoursWithNews(clickhouse: ClickHouse, writer: string, after: number, limit: number): Promise<{ hours: IntegrationHour[]; upTo: number }> {
  const rows = await news.run(clickhouse, { writer, after, limit }, UNSCOPED)
  return { hours: rows.filter(row => row.integration !== '').map(({ integration, hour }) => ({ integration, hour })), upTo: rows.reduce((last, row) => Math.max(last, row.up_to), after) }
}

/** Computes these hours again and replaces them; `version` must grow from call to call. They should lie near each other in time: what is read is their span. */
export async function rewriteHours(clickhouse: ClickHouse, hours: readonly IntegrationHour[], version: number): Promise<void> {
  if (hours.length === 0) return
  const numbers = hours.map(each => each.hour)
  await clickhouse.command({
    name: 'assistance.rewrite_hours',
    sql: `INSERT INTO integration_hours (integration, hour, facility, entity, moves, durations, log_ms, failure_keys, failure_counts, version)
      SELECT integration, at, facility, entity, moved, timed, log, failures.1, failures.2, {version:UInt64}
      FROM (SELECT integration, toStartOfHour(toDateTime(time, 'UTC')) AS at, facility, entity,
          countIf(${MOVES}) AS moved, countIf(${MOVES} AND isNotNull(duration_ms)) AS timed, sumIf(log2(greatest(ifNull(duration_ms, 1), 1)), ${MOVES} AND isNotNull(duration_ms)) AS log,
          sumMapIf([concat(error_class, char(0), error_code)], [toUInt32(1)], ${FAILED_ATTEMPT}) AS failures
        FROM events FINAL
        WHERE integration IN {integrations:Array(String)} AND time >= fromUnixTimestamp64Milli({from:Int64}, 'UTC') AND time < fromUnixTimestamp64Milli({to:Int64}, 'UTC')
          AND environment = 'production'
          AND (integration, intDiv(toUnixTimestamp(time), 3600)) IN (SELECT pair.1, pair.2 FROM (SELECT arrayJoin(arrayZip({names:Array(String)}, {numbers:Array(UInt32)})) AS pair))
        GROUP BY integration, at, facility, entity)`,
    params: {
      integrations: [...new Set(hours.map(each => each.integration))], from: Math.min(...numbers) * 3_600_000, to: (Math.max(...numbers) + 1) * 3_600_000,
      names: hours.map(each => each.integration), numbers, version,
    },
  })
}
