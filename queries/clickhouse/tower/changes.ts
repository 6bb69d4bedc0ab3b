/** What changed since an instant: failure groups that are new or grew, and what was closed and how. */
import { z } from 'zod'
import type { ClickHouse } from '../clickhouse.ts'
import { defineQuery } from '../define-query.ts'
import { toStoreInstant } from '../event-row.ts'
import { bindFilter, rowsOf, whereParams, whereSql } from '../exceptions/where.ts'
import { EXCEPTION_KINDS, SEVERITIES } from '../../model/exception.ts'
import type { ExceptionFilter } from '../../model/filter.ts'
import { fromMinor, type Money } from '../../model/money.ts'
import type { Scope } from '../../model/scope.ts'

const count = z.coerce.number()
const SINCE = `toDateTime64({since:String}, 3, 'UTC')`
const params = whereParams.extend({ since: z.string() })

const groups = defineQuery({
  name: 'tower.changed_groups',
  params: params.extend({ limit: z.number() }),
  row: z.object({
    fingerprint: z.string(), title_: z.string(), object_: z.string(), type_: z.string(), kind_: z.enum(EXCEPTION_KINDS), severity_: z.enum(SEVERITIES), step_: z.string(), shapes: count,
    total: count, fresh: count, newest: z.string().transform(text => `${text.replace(' ', 'T')}Z`), facilities: z.array(z.string()), amounts: z.tuple([z.array(z.string()), z.array(z.string())]), groups: count,
  }),
  scoped: true,
  sql: given => `SELECT fingerprint, argMin(title, id) AS title_, argMin(object_id, id) AS object_, argMin(object_type, id) AS type_, argMax(kind, severity_rank) AS kind_, argMax(severity, severity_rank) AS severity_,
      argMin(step, id) AS step_, uniqExact(replaceOne(title, object_id, '')) AS shapes, count() AS total, countIf(first_seen >= ${SINCE}) AS fresh, toString(min(first_seen)) AS newest,
      arraySort(groupUniqArray(20)(toString(facility))) AS facilities,
      maxMapIf([concat(toString(currency), amount_key)], [assumeNotNull(amount_minor)], isNotNull(amount_minor)) AS found, (found.1, arrayMap(v -> toString(v), found.2)) AS amounts,
      count() OVER () AS groups
    FROM ${rowsOf(given)}
    GROUP BY fingerprint HAVING fresh > 0
    ORDER BY max(severity_rank) DESC, fresh DESC, fingerprint LIMIT {limit:UInt32}`,
})

const closed = defineQuery({
  name: 'tower.closed',
  params,
  row: z.object({ by_person: count, recovered: count, verified: count }),
  scoped: true,
  sql: given => `SELECT countIf(resolution_by = 'person') AS by_person, countIf(resolution_by = 'recovered') AS recovered, countIf(resolution_by = 'verified') AS verified
    FROM exceptions FINAL WHERE ${whereSql(given, ['status'])} AND status = 'resolved' AND resolution_at >= ${SINCE}
      AND id IN (SELECT id FROM exceptions WHERE resolution_at >= ${SINCE})`,
})

export interface ChangedGroup {
  fingerprint: string; title: string; objectId: string; objectType: string; kind: (typeof EXCEPTION_KINDS)[number]; severity: (typeof SEVERITIES)[number]; step: string
  /** true if the members' titles differ in more than the object's id */
  mixed: boolean
  /** all that are open, and those first seen since */
  total: number; fresh: number
  firstSeen: string; facilities: string[]; money: Money[]
}
export interface Changes { groups: ChangedGroup[]; groupCount: number; closed: { byPerson: number; recovered: number; verified: number } }

/** The `limit` most severe groups with anything first seen since, how many such groups there are, and what was closed since. */
export async function changesSince(clickhouse: ClickHouse, filter: ExceptionFilter, since: Date, limit: number, scope: Scope): Promise<Changes> {
  const bound = { ...bindFilter(filter), since: toStoreInstant(since) }
  const [rows, [ended]] = await Promise.all([groups.run(clickhouse, { ...bound, limit }, scope), closed.run(clickhouse, bound, scope)])
  return {
    groups: rows.map(row => ({
      fingerprint: row.fingerprint, title: row.title_, objectId: row.object_, objectType: row.type_, kind: row.kind_, severity: row.severity_, step: row.step_, mixed: row.shapes > 1,
      total: row.total, fresh: row.fresh, firstSeen: row.newest, facilities: row.facilities, money: sums(row.amounts),
    })),
    groupCount: rows[0]?.groups ?? 0,
    closed: { byPerson: ended?.by_person ?? 0, recovered: ended?.recovered ?? 0, verified: ended?.verified ?? 0 },
  }
}

function sums([keys, minors]: readonly [readonly string[], readonly string[]]): Money[] {
  const perCurrency = new Map<string, bigint>()
  keys.forEach((key, index) => perCurrency.set(key.slice(0, 3), (perCurrency.get(key.slice(0, 3)) ?? 0n) + BigInt(minors[index] ?? '0')))
  return [...perCurrency].sort(([a], [b]) => (a < b ? -1 : 1)).map(([currency, minor]) => fromMinor(minor, currency))
}
