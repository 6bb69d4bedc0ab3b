/**
 * Failures without a business object: steps of an integration as such. Each integration is read as one nameless object (type '',
 * its id), so that the same evaluation and the same obligations serve it.
 */
import { z } from 'zod'
import type { ClickHouse } from '../clickhouse.ts'
import { defineQuery, UNSCOPED } from '../define-query.ts'
import type { ObjectEvent, ObjectHistory } from './types.ts'

const FINDING_SEES_ALL = 'finding judges every integration, whoever may see it'
const OF_PRODUCTION = `empty(object_ids) AND environment = 'production'`
/** The outcome of a step; technical events say it in their type (the same rule as app/exceptions/failures.ts, which judges again). */
const FAILS = `(type IN ('integration.step.failed', 'integration.step.dead_lettered', 'integration.step.retried') OR (NOT startsWith(type, 'integration.step.') AND status IN ('failed', 'dead_lettered', 'retrying')))`
const SUCCEEDS = `(type = 'integration.step.succeeded' OR (NOT startsWith(type, 'integration.step.') AND status = 'succeeded'))`
const STEP = `if(startsWith(type, 'integration.step.'), concat('integration.step ', JSONExtractString(attributes, 'step')), toString(type))`

const touched = defineQuery({
  name: 'finding.technical_touched',
  params: z.object({ writer: z.string(), after: z.number(), upTo: z.number(), watched: z.array(z.string()) }),
  row: z.object({ integration: z.string() }),
  scoped: FINDING_SEES_ALL,
  sql: `SELECT DISTINCT integration FROM events
    WHERE (integration, time, event_key) IN (
      SELECT integration, time, event_key FROM event_log WHERE writer = {writer:String} AND sequence > {after:UInt64} AND sequence <= {upTo:UInt64} AND kind = 'event')
      AND ${OF_PRODUCTION} AND (${FAILS} OR (${SUCCEEDS} AND integration IN {watched:Array(String)}))`,
})

const outcomes = defineQuery({
  name: 'finding.technical_outcomes',
  params: z.object({ integrations: z.array(z.string()) }),
  row: z.object({
    eventKey: z.string(), eventId: z.string(), type: z.string(), time: z.number(), status: z.string(), attempt: z.number(), retryable: z.boolean().nullable(),
    errorCode: z.string(), errorClass: z.string(), errorMessage: z.string(), endpoint: z.string(), integration: z.string(), facility: z.string(), entity: z.string(), correlationId: z.string(), criticality: z.string(), attributes: z.string(),
  }),
  scoped: FINDING_SEES_ALL,
  // of the successes only those that follow a failure matter
  sql: `SELECT eventKey, eventId, type, time, status, attempt, retryable, errorCode, errorClass, errorMessage, endpoint, integration, facility, entity, correlationId, criticality, attributes
    FROM (
      SELECT toString(event_key) AS eventKey, id AS eventId, type, toFloat64(toUnixTimestamp64Milli(events.time)) AS time, status, attempt, retryable,
        error_code AS errorCode, error_class AS errorClass, error_message AS errorMessage, endpoint, integration, facility, entity, correlation_id AS correlationId, criticality, attributes,
        ${FAILS} AS fails,
        lagInFrame(toUInt8(${FAILS}), 1, 0) OVER (PARTITION BY integration, ${STEP} ORDER BY events.time, NOT ${FAILS} ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS after_failure
      FROM events FINAL
      WHERE integration IN {integrations:Array(String)} AND ${OF_PRODUCTION} AND (${FAILS} OR ${SUCCEEDS}))
    WHERE fails OR after_failure = 1`,
})

const failing = defineQuery({
  name: 'finding.technical_integrations',
  params: z.object({}),
  row: z.object({ integration: z.string() }),
  scoped: FINDING_SEES_ALL,
  sql: `SELECT DISTINCT integration FROM events WHERE ${OF_PRODUCTION} AND ${FAILS}`,
})

/** Integrations with news in the log entries (after, upTo]: a failure without an object, or a success of one that is `watched` for it. */
export async function technicalTouchedBy(clickhouse: ClickHouse, range: { writer: string; after: number; upTo: number }, watched: readonly string[]): Promise<string[]> {
  return (await touched.run(clickhouse, { ...range, watched: [...watched] }, UNSCOPED)).map(row => row.integration)
}

/** Every integration that ever failed without an object. */
export async function technicalIntegrations(clickhouse: ClickHouse): Promise<string[]> {
  return (await failing.run(clickhouse, {}, UNSCOPED)).map(row => row.integration)
}

/** The technical histories of integrations, as nameless objects. */
export async function technicalHistories(clickhouse: ClickHouse, integrations: readonly string[]): Promise<ObjectHistory[]> {
  if (integrations.length === 0) return []
  const histories = new Map<string, ObjectEvent[]>()
  for (const row of await outcomes.run(clickhouse, { integrations: [...integrations] }, UNSCOPED)) {
    const events = histories.get(row.integration) ?? []
    events.push({ ...row, role: '', amountMinor: null, currency: '', counterpartyType: '', counterpartyId: '', counterpartyName: '', purchaseOrder: '', subject: true })
    histories.set(row.integration, events)
  }
  return [...histories].map(([id, events]) => ({ namespace: '', type: '', id, events }))
}
