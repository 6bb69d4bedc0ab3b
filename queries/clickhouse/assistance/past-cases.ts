/**
 * Closed exceptions that are like one, nearest first: of the same group; else of the same integration, step, kind and class of error; else
 * of the same kind of object at the same step. What closed them is told per nearness.
 */
import { z } from 'zod'
import type { ClickHouse } from '../clickhouse.ts'
import { defineQuery } from '../define-query.ts'
import { storeInstant } from '../event-row.ts'
import type { Scope } from '../../model/scope.ts'

/** How near a closed case is, nearest first. */
export const NEARNESS = ['group', 'error', 'step'] as const
export type Nearness = (typeof NEARNESS)[number]

/** Of more than these the newest count: what helped years ago helps less. */
const MOST = 2000
const text = z.string()
const params = z.object({ id: text, fingerprint: text, integration: text, step: text, kind: text, objectType: text })

/**
 * The closed cases with their nearness, 1 to 3. The inner set is asked of every version and names the newest `MOST`; a row counts if its
 * newest version is in it, so FINAL reads by key only what may count (as in ../exceptions/where.ts).
 */
const CASES = `
  SELECT id, title, resolution_code, resolution_by, resolution_note, assumeNotNull(resolution_at) AS at, greatest(0, dateDiff('second', first_seen, at)) AS took,
    multiIf(fingerprint = {fingerprint:String}, 1, integration != '' AND integration = {integration:String} AND step = {step:String} AND error_class = own_class, 2, object_type != '' AND object_type = {objectType:String} AND step = {step:String}, 3, 0) AS near
  FROM exceptions FINAL
  WHERE {scope} AND status = 'resolved' AND resolution_code != '' AND isNotNull(resolution_at) AND environment = 'production' AND id != {id:UInt64} AND near > 0
    AND (id, version) IN (SELECT id, version FROM exceptions WHERE {scope} AND status = 'resolved' AND isNotNull(resolution_at)
      AND (fingerprint = {fingerprint:String} OR ({step:String} != '' AND step = {step:String} AND kind = {kind:String})) ORDER BY resolution_at DESC LIMIT ${MOST})`
const OWN_CLASS = `(SELECT argMax(error_class, version) FROM exceptions WHERE id = {id:UInt64}) AS own_class`
const number = z.coerce.number()

const endings = defineQuery({
  name: 'assistance.past_endings',
  params,
  row: z.object({ near: number, code: text, by: z.enum(['person', 'recovered', 'verified']), count: number, median_seconds: number, last_at: storeInstant }),
  scoped: true,
  sql: `WITH ${OWN_CLASS} SELECT near, resolution_code AS code, resolution_by AS by, count() AS count, quantileExact(0.5)(took) AS median_seconds, toString(max(at)) AS last_at
    FROM (${CASES}) GROUP BY near, code, by ORDER BY near, count DESC, code, by`,
})
const cases = defineQuery({
  name: 'assistance.past_cases',
  params: params.extend({ limit: z.number() }),
  row: z.object({ id: text, title: text, code: text, by: z.enum(['person', 'recovered', 'verified']), note: text, near: number, resolved_at: storeInstant, seconds: number }),
  scoped: true,
  // what a person did teaches more than what went away by itself
  sql: `WITH ${OWN_CLASS} SELECT toString(id) AS id, title, resolution_code AS code, resolution_by AS by, resolution_note AS note, near, toString(at) AS resolved_at, took AS seconds
    FROM (${CASES}) ORDER BY near, resolution_by = 'recovered', at DESC, id DESC LIMIT {limit:UInt32} BY near`,
})

export interface Like { id: string; fingerprint: string; integration: string | null; step: string | null; kind: string; objectType: string | null }
export interface PastEnding { near: Nearness; code: string; by: 'person' | 'recovered' | 'verified'; count: number; medianSeconds: number; lastAt: string }
export interface PastCase { id: string; title: string; code: string; by: 'person' | 'recovered' | 'verified'; note: string | null; near: Nearness; at: string; seconds: number }

/** What closed cases like this one, and at most `limit` of them per nearness: those that a person closed first, then the newest. */
export async function pastCases(clickhouse: ClickHouse, like: Like, limit: number, scope: Scope): Promise<{ endings: PastEnding[]; cases: PastCase[] }> {
  const bound = { id: like.id, fingerprint: like.fingerprint, integration: like.integration ?? '', step: like.step ?? '', kind: like.kind, objectType: like.objectType ?? '' }
  const [ended, found] = await Promise.all([endings.run(clickhouse, bound, scope), cases.run(clickhouse, { ...bound, limit }, scope)])
  const nearness = (near: number): Nearness => NEARNESS[near - 1] ?? 'step'
  return {
    endings: ended.map(({ near, median_seconds: medianSeconds, last_at: lastAt, ...row }) => ({ ...row, near: nearness(near), medianSeconds, lastAt })),
    cases: found.map(({ near, note, resolved_at: at, ...row }) => ({ ...row, near: nearness(near), note: note || null, at })),
  }
}
