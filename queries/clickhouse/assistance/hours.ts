/** What integrations moved per hour, from the roll-up: small enough to compare an hour with the same hour of every week before. */
import { z } from 'zod'
import { defineQuery } from '../define-query.ts'

const numbers = z.array(z.coerce.number())
const params = z.object({ from: z.int(), to: z.int() })
/** [from, to) in epoch hours. */
const HOURS = `hour >= toDateTime({from:UInt32} * 3600, 'UTC') AND hour < toDateTime({to:UInt32} * 3600, 'UTC')`
const AT = 'intDiv(toUnixTimestamp(hour), 3600)'

/**
 * Per integration the hours (epoch hours) in which something moved, in no order, with moves, how many of those say how long they took,
 * and the sum of the binary logarithms of their milliseconds.
 */
export const hourlyMoves = defineQuery({
  name: 'assistance.hourly_moves',
  params,
  row: z.object({ integration: z.string(), hours: numbers, moves: numbers, durations: numbers, logs: numbers }),
  scoped: true,
  sql: `SELECT integration, groupArray(at) AS hours, groupArray(moved) AS moves, groupArray(timed) AS durations, groupArray(log) AS logs
    FROM (SELECT integration, ${AT} AS at, sum(moves) AS moved, sum(durations) AS timed, sum(log_ms) AS log FROM integration_hours FINAL WHERE ${HOURS} AND {scope} GROUP BY integration, at HAVING moved > 0)
    GROUP BY integration`,
})

/** How much of what an integration moved belongs to each facility; '' for what belongs to none. */
export const facilityShares = defineQuery({
  name: 'assistance.facility_shares',
  params,
  row: z.object({ integration: z.string(), facility: z.string(), moves: z.coerce.number() }),
  scoped: true,
  sql: `SELECT integration, facility, sum(moves) AS moves FROM integration_hours FINAL WHERE ${HOURS} AND {scope} GROUP BY integration, facility HAVING moves > 0`,
})

/** Failed attempts per integration, error class and code: the hours (epoch hours) in which there were any, in no order, and how many. */
export const failureHours = defineQuery({
  name: 'assistance.failure_hours',
  params,
  row: z.object({ integration: z.string(), error_class: z.string(), error_code: z.string(), hours: numbers, attempts: numbers }),
  scoped: true,
  sql: `SELECT integration, splitByChar(char(0), key)[1] AS error_class, splitByChar(char(0), key)[2] AS error_code, groupArray(at) AS hours, groupArray(failed) AS attempts
    FROM (SELECT integration, toString(failure.1) AS key, ${AT} AS at, sum(failure.2) AS failed
      FROM integration_hours FINAL ARRAY JOIN arrayZip(failure_keys, failure_counts) AS failure WHERE ${HOURS} AND notEmpty(failure_keys) AND {scope} GROUP BY integration, key, at)
    GROUP BY integration, key`,
})

/** The hours (epoch hours, in no order) in which anything at all was heard of anything. */
export const heardHours = defineQuery({
  name: 'assistance.heard_hours',
  params,
  row: z.object({ hours: numbers }),
  scoped: 'whether anything arrives here at all is nobody’s business content',
  sql: `SELECT groupUniqArray(${AT}) AS hours FROM integration_hours WHERE ${HOURS} AND moves > 0`,
})
