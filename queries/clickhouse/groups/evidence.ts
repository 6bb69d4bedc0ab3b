/** What the middleware itself reported around the start of a group: releases, credentials, endpoint checks. */
import { z } from 'zod'
import type { ClickHouse } from '../clickhouse.ts'
import { defineQuery } from '../define-query.ts'
import { readAttributes, storeInstant, toStoreInstant } from '../event-row.ts'
import type { Scope } from '../../model/scope.ts'

const LIMIT = 500
const reports = defineQuery({
  name: 'groups.evidence',
  params: z.object({ integrations: z.array(z.string()), from: z.string(), to: z.string(), near: z.string() }),
  row: z.object({ type: z.string(), at: storeInstant, source: z.string(), id: z.string(), integration: z.string(), status: z.string(), message: z.string(), attributes: z.string() }),
  scoped: true,
  // a credential is announced weeks before; everything else only counts when it is near
  sql: `SELECT type, toString(time) AS at, source, id, integration, status, error_message AS message, attributes
    FROM events FINAL WHERE integration IN {integrations:Array(String)} AND environment = 'production' AND {scope}
      AND time >= toDateTime64({from:String}, 3, 'UTC') AND time < toDateTime64({to:String}, 3, 'UTC')
      AND (type = 'integration.credential.expiring' OR (type IN ('integration.deployment.released', 'integration.endpoint.checked') AND time >= toDateTime64({near:String}, 3, 'UTC')))
    ORDER BY time LIMIT ${LIMIT}`,
})

export interface Report { type: string; at: string; source: string; id: string; integration: string; status: string; message: string; attributes: Record<string, unknown> }

/** Reports of these integrations in [from, to), oldest first; of releases and checks only those from `near` on. */
export async function reportsAround(clickhouse: ClickHouse, integrations: readonly string[], { from, near, to }: { from: Date; near: Date; to: Date }, scope: Scope): Promise<Report[]> {
  if (integrations.length === 0) return []
  const rows = await reports.run(clickhouse, { integrations: [...integrations], from: toStoreInstant(from), near: toStoreInstant(near), to: toStoreInstant(to) }, scope)
  return rows.map(row => ({ ...row, attributes: readAttributes(row.attributes) }))
}
