/** Other groups of the same integration, step or error code: candidates for being the same problem, or for having the same cause. */
import { z } from 'zod'
import type { ClickHouse } from '../clickhouse.ts'
import { defineQuery } from '../define-query.ts'
import { storeInstant, toStoreInstant } from '../event-row.ts'
import type { Scope } from '../../model/scope.ts'

const LIMIT = 200
const params = z.object({ fingerprint: z.string(), integrations: z.array(z.string()), steps: z.array(z.string()), codes: z.array(z.string()), since: z.string() })
const neighbours = defineQuery({
  name: 'groups.neighbours',
  params,
  // names end in _ where a column of that name stands in the condition
  row: z.object({ fingerprint: z.string(), count: z.coerce.number(), open: z.coerce.number(), title_: z.string(), message: z.string(), code: z.string(), integration_: z.string(), step_: z.string(), first_at: storeInstant, last_at: storeInstant }),
  scoped: true,
  sql: `SELECT fingerprint, count() AS count, countIf(status != 'resolved') AS open, argMax(title, last_seen) AS title_, argMax(error_message, last_seen) AS message, argMax(error_code, last_seen) AS code,
      argMax(integration, last_seen) AS integration_, argMax(step, last_seen) AS step_, toString(min(first_seen)) AS first_at, toString(max(last_seen)) AS last_at
    FROM exceptions FINAL WHERE {scope} AND environment = 'production' AND kind = 'failed' AND fingerprint != {fingerprint:String} AND last_seen >= toDateTime64({since:String}, 3, 'UTC')
      AND (integration IN {integrations:Array(String)} OR step IN {steps:Array(String)} OR (error_code != '' AND error_code IN {codes:Array(String)}))
    GROUP BY fingerprint ORDER BY open DESC, count DESC, fingerprint LIMIT ${LIMIT}`,
})

const begun = defineQuery({
  name: 'groups.begun_near',
  params: z.object({ fingerprint: z.string(), from: z.string(), to: z.string() }),
  row: z.object({ fingerprint: z.string(), integration: z.string(), system: z.string(), title: z.string(), count: z.coerce.number(), first_at: storeInstant }),
  scoped: true,
  sql: `SELECT fingerprint, any(integration) AS integration, any(system) AS system, argMin(title, first_seen) AS title, count() AS count, toString(min(first_seen)) AS first_at
    FROM exceptions FINAL WHERE {scope} AND environment = 'production' AND kind = 'failed' AND fingerprint != {fingerprint:String}
    GROUP BY fingerprint HAVING min(first_seen) >= toDateTime64({from:String}, 3, 'UTC') AND min(first_seen) < toDateTime64({to:String}, 3, 'UTC')
    ORDER BY count DESC, fingerprint LIMIT 20`,
})

/** Up to 200 groups of failures that share integration, step or code with this one and were seen since; the largest open ones first. */
export async function neighbouringGroups(clickhouse: ClickHouse, of: { fingerprint: string; integrations: readonly string[]; steps: readonly string[]; codes: readonly string[] }, since: Date, scope: Scope) {
  const rows = await neighbours.run(clickhouse, { fingerprint: of.fingerprint, integrations: [...of.integrations], steps: [...of.steps], codes: [...of.codes], since: toStoreInstant(since) }, scope)
  return rows.map(({ title_: title, integration_: integration, step_: step, ...row }) => ({ ...row, title, integration, step }))
}

/** Other groups of failures that began in [from, to). */
export async function groupsBegunNear(clickhouse: ClickHouse, fingerprint: string, from: Date, to: Date, scope: Scope) {
  return await begun.run(clickhouse, { fingerprint, from: toStoreInstant(from), to: toStoreInstant(to) }, scope)
}
