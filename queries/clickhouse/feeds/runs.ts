/** Feed runs: one row per run with the time, the control totals and the failures of each step. */
import { z } from 'zod'
import type { ClickHouse } from '../clickhouse.ts'
import { defineQuery } from '../define-query.ts'
import { toStoreInstant } from '../event-row.ts'
import type { Scope } from '../../model/scope.ts'

const STEPS = ['opened', 'produced', 'delivered', 'loaded'] as const
export type FeedStep = (typeof STEPS)[number]
const number = z.coerce.number()
/** Epoch is how ClickHouse says that no row fitted. */
const instant = z.string().transform(text => (text.startsWith('1970-01-01') ? null : `${text.replace(' ', 'T')}Z`))
const totalsShape = z.object({ count: z.number().nullish(), sum: z.union([z.string(), z.number()]).nullish(), currency: z.string().nullish() })

const query = defineQuery({
  name: 'feeds.runs',
  params: z.object({ since: z.string(), now: z.string(), facility: z.array(z.string()), integration: z.array(z.string()) }),
  row: z.object({
    namespace: z.string(), object_id: z.string(), integration: z.string(), facility: z.string(), feed: z.string(), first_at: instant,
    opened: instant, produced: instant, delivered: instant, loaded: instant, produced_totals: z.string(), delivered_totals: z.string(), loaded_totals: z.string(),
    failures: number, failed_step: z.string(), error: z.string(), last_failed: instant, correlation_id: z.string(), is_late: number, was_late: number,
  }),
  scoped: true,
  sql: given => {
    const done = (step: FeedStep) => `type = 'feeds.feed_run.${step}' AND status = 'succeeded'`
    const failed = `status IN ('failed', 'dead_lettered') AND startsWith(type, 'feeds.feed_run.')`
    const totals = (step: FeedStep) => `argMaxIf(JSONExtractRaw(attributes, 'controlTotals'), time, ${done(step)}) AS ${step}_totals`
    // An object read only where it has an event since then; the whole of its events then counts.
    return `SELECT namespace, object_id, integration_ AS integration, facility_ AS facility, feed, toString(first_) AS first_at, ${STEPS.map(step => `toString(${step}_) AS ${step}`).join(', ')}, produced_totals, delivered_totals, loaded_totals,
        failures, failed_step, error, toString(last_failed_) AS last_failed, correlation AS correlation_id, late.is_late AS is_late, late.was_late AS was_late
      FROM (SELECT namespace, object_id, argMinIf(toString(integration), time, startsWith(type, 'feeds.')) AS integration_, argMin(toString(facility), time) AS facility_, anyIf(JSONExtractString(attributes, 'feed'), JSONExtractString(attributes, 'feed') != '') AS feed,
          min(time) AS first_, ${STEPS.map(step => `minIf(time, ${done(step)}) AS ${step}_`).join(', ')}, ${(['produced', 'delivered', 'loaded'] as const).map(totals).join(', ')},
          uniqExactIf(event_key, ${failed}) AS failures, argMaxIf(toString(type), time, ${failed}) AS failed_step, argMaxIf(error_message, time, ${failed}) AS error, maxIf(time, ${failed}) AS last_failed_, any(correlation_id) AS correlation
        FROM events_by_object WHERE object_type = 'feed_run' AND environment = 'production' AND {scope}
        GROUP BY namespace, object_id
        HAVING first_ >= toDateTime64({since:String}, 3, 'UTC')${given.facility.length > 0 ? ' AND facility_ IN {facility:Array(String)}' : ''}${given.integration.length > 0 ? ' AND integration_ IN {integration:Array(String)}' : ''}) AS run
      LEFT JOIN (SELECT namespace, object_id, toUInt8(countIf(isNull(met_at) AND isNull(cancelled_at) AND due_at <= {now:DateTime64(3, 'UTC')}) > 0) AS is_late, toUInt8(countIf(isNotNull(met_at) AND met_at > due_at) > 0) AS was_late
        FROM obligations FINAL WHERE object_type = 'feed_run' AND kind = 'overdue' AND NOT removed AND {scope} GROUP BY namespace, object_id) AS late USING (namespace, object_id)
      ORDER BY first_ DESC, object_id DESC LIMIT 4000`
  },
})

/** Control totals as a step said them; null parts were not said. */
export interface ControlTotals { count: number | null; sum: string | null; currency: string | null }
export interface FeedRun {
  object: { namespace: string; type: 'feed_run'; id: string }
  integration: string; facility: string | null
  /** what the run is of; '' where no event says so */
  feed: string
  firstAt: string
  at: Record<FeedStep, string | null>
  totals: Record<Exclude<FeedStep, 'opened'>, ControlTotals | null>
  failures: number; failedStep: FeedStep | null; error: string; lastFailedAt: string | null
  /** a next step is past its due time; one came after it */
  isLate: boolean; wasLate: boolean
}

/** The runs that began since then, newest first; at most 4,000. */
export async function feedRuns(clickhouse: ClickHouse, filter: { facility: string[]; integration: string[] }, since: Date, now: Date, scope: Scope): Promise<FeedRun[]> {
  const rows = await query.run(clickhouse, { ...filter, since: toStoreInstant(since), now: toStoreInstant(now) }, scope)
  return rows.map(row => ({
    object: { namespace: row.namespace, type: 'feed_run', id: row.object_id }, integration: row.integration, facility: row.facility || null, feed: row.feed, firstAt: row.first_at ?? toStoreInstant(since),
    at: { opened: row.opened, produced: row.produced, delivered: row.delivered, loaded: row.loaded },
    totals: { produced: readTotals(row.produced_totals), delivered: readTotals(row.delivered_totals), loaded: readTotals(row.loaded_totals) },
    failures: row.failures, failedStep: STEPS.find(step => row.failed_step === `feeds.feed_run.${step}`) ?? null, error: row.error, lastFailedAt: row.last_failed, isLate: row.is_late === 1, wasLate: row.was_late === 1,
  }))
}

/** What a sender put there is not trusted to be totals: anything else is none. */
function readTotals(raw: string): ControlTotals | null {
  if (raw === '') return null
  try {
    const { count, sum, currency } = totalsShape.parse(JSON.parse(raw))
    return { count: count ?? null, sum: sum === null || sum === undefined ? null : String(sum), currency: currency ?? null }
  } catch {
    return null
  }
}
