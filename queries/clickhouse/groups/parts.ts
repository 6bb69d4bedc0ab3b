/** What one group is made of: counts per facility, kind of object, partner and so on, and what its errors say. */
import { z } from 'zod'
import type { ClickHouse } from '../clickhouse.ts'
import { defineQuery } from '../define-query.ts'
import { storeInstant } from '../event-row.ts'
import { bindFilter, rowsOf, whereParams, whereSql } from '../exceptions/where.ts'
import type { ExceptionFilter } from '../../model/filter.ts'
import type { Scope } from '../../model/scope.ts'

/** The parts and the columns that they count. */
const PARTS = { facility: 'facility', objectType: 'object_type', integration: 'integration', step: 'step', counterparty: 'counterparty_id', errorCode: 'error_code', endpoint: 'endpoint', status: 'status' } as const
export type PartName = keyof typeof PARTS
const NAMES = Object.keys(PARTS) as PartName[]
export interface Part { value: string; label: string; count: number }

const parts = defineQuery({
  name: 'groups.parts',
  params: whereParams,
  row: z.object({ part: z.enum(NAMES), value: z.string(), label: z.string(), count: z.coerce.number() }),
  scoped: true,
  sql: params => `SELECT cell.1 AS part, cell.2 AS value, any(if(cell.1 = 'counterparty', counterparty_name, '')) AS label, count() AS count
    FROM exceptions FINAL ARRAY JOIN [${NAMES.map(name => `('${name}', toString(${PARTS[name]}))`).join(', ')}] AS cell
    WHERE ${whereSql(params)} GROUP BY part, value ORDER BY part, count DESC, value LIMIT 50 BY part`,
})

/** Counts per value, the largest first, at most 50 values each. An empty value means that there is none. */
export async function groupParts(clickhouse: ClickHouse, filter: ExceptionFilter, scope: Scope): Promise<Record<PartName, Part[]>> {
  const rows = await parts.run(clickhouse, bindFilter(filter), scope)
  const found = Object.fromEntries(NAMES.map(name => [name, [] as Part[]])) as Record<PartName, Part[]>
  for (const { part, value, label, count } of rows) found[part].push({ value, label, count })
  return found
}

const messages = defineQuery({
  name: 'groups.messages',
  params: whereParams.extend({ limit: z.number() }),
  row: z.object({ message: z.string(), code: z.string(), class: z.string(), count: z.coerce.number(), last_at: storeInstant, exception: z.string() }),
  scoped: true,
  sql: params => `SELECT error_message AS message, error_code AS code, error_class AS class, count() AS count, toString(max(last_seen)) AS last_at, toString(argMax(id, last_seen)) AS exception
    FROM ${rowsOf(params)} AND (error_message != '' OR error_code != '') GROUP BY message, code, class ORDER BY count DESC, last_at DESC LIMIT {limit:UInt32}`,
})

/** Different messages of the members as they were stored (redacted at the door), the most frequent first, then the newest. */
export async function groupMessages(clickhouse: ClickHouse, filter: ExceptionFilter, limit: number, scope: Scope) {
  return await messages.run(clickhouse, { ...bindFilter(filter), limit }, scope)
}

const classes = defineQuery({
  name: 'groups.classes',
  params: whereParams,
  row: z.object({ class: z.string(), count: z.coerce.number() }),
  scoped: true,
  sql: params => `SELECT error_class AS class, count() AS count FROM ${rowsOf(params)} GROUP BY class ORDER BY count DESC`,
})

/** How many members failed by each class of error, the most frequent first. */
export async function groupClasses(clickhouse: ClickHouse, filter: ExceptionFilter, scope: Scope): Promise<{ class: string; count: number }[]> {
  return await classes.run(clickhouse, bindFilter(filter), scope)
}
