/** When the failures of each group began, by the hour, closed ones too: for what comes again at the same time. */
import { z } from 'zod'
import { defineQuery } from '../define-query.ts'

/**
 * Groups of failed and rejected ones that began in at least `least` different hours of [from, to) (epoch hours): the hours, in no order, and
 * how many began in each. What is overdue is left out: it becomes late when a calendar says so, and calendars have rhythms of their own.
 */
export const groupHours = defineQuery({
  name: 'assistance.group_hours',
  params: z.object({ from: z.int(), to: z.int(), least: z.int() }),
  row: z.object({ fingerprint: z.string(), title: z.string(), integration_: z.string(), class: z.string(), code: z.string(), hours: z.array(z.coerce.number()), counts: z.array(z.coerce.number()) }),
  scoped: true,
  sql: `SELECT fingerprint, argMax(title, last_at) AS title, argMax(integration, last_at) AS integration_, argMax(class, last_at) AS class, argMax(code, last_at) AS code,
      groupArray(at) AS hours, groupArray(began) AS counts
    FROM (SELECT fingerprint, intDiv(toUnixTimestamp(first_seen), 3600) AS at, count() AS began, max(last_seen) AS last_at, argMax(title, last_seen) AS title, argMax(integration, last_seen) AS integration,
        argMax(error_class, last_seen) AS class, argMax(error_code, last_seen) AS code
      FROM exceptions FINAL WHERE {scope} AND environment = 'production' AND kind IN ('failed', 'rejected')
        AND first_seen >= toDateTime({from:UInt32} * 3600, 'UTC') AND first_seen < toDateTime({to:UInt32} * 3600, 'UTC')
      GROUP BY fingerprint, at)
    GROUP BY fingerprint HAVING length(hours) >= {least:UInt32}`,
})
