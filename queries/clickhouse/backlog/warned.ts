/** What is not late yet and soon will be: waits whose warning time has come, for the people who are told in time. */
import { z } from 'zod'
import type { ClickHouse } from '../clickhouse.ts'
import { defineQuery, UNSCOPED } from '../define-query.ts'
import type { ObjectRef } from '../../model/event.ts'
import { fromMinor } from '../../model/money.ts'
import type { Money } from '../../model/money.ts'

const SEES_ALL = 'the planner of warnings judges for every recipient; each is told only what lies in their own scope'
const OPEN = `kind = 'overdue' AND isNull(met_at) AND isNull(cancelled_at) AND NOT removed`
const ms = (column: string) => `toFloat64(toUnixTimestamp64Milli(${column}))`
const instant = (ms: number) => new Date(ms).toISOString().slice(0, 23).replace('T', ' ')

const upcomingRow = z.object({ namespace: z.string(), object_type: z.string(), object_id: z.string(), warn: z.number() })
const upcoming = defineQuery({
  name: 'warned.upcoming',
  params: z.object({ after: z.string(), until: z.string() }),
  row: upcomingRow,
  scoped: SEES_ALL,
  sql: `SELECT namespace, object_type, object_id, ${ms('min(warn_at)')} AS warn FROM obligations_open FINAL
    WHERE ${OPEN} AND warn_at > {after:DateTime64(3, 'UTC')} AND warn_at <= {until:DateTime64(3, 'UTC')} AND due_at > now64(3)
    GROUP BY namespace, object_type, object_id`,
})
const written = defineQuery({
  name: 'warned.written',
  params: z.object({ version: z.string(), after: z.string(), until: z.string() }),
  row: upcomingRow,
  scoped: SEES_ALL,
  // Without FINAL: a row that has been replaced since is judged again when its time comes.
  sql: `SELECT namespace, object_type, object_id, ${ms('min(warn_at)')} AS warn FROM obligations
    WHERE version > {version:UInt64} AND ${OPEN} AND warn_at > {after:DateTime64(3, 'UTC')} AND warn_at <= {until:DateTime64(3, 'UTC')} AND due_at > now64(3)
    GROUP BY namespace, object_type, object_id`,
})

export interface UpcomingWarning { object: ObjectRef; warnAt: number }
const toUpcoming = (row: z.infer<typeof upcomingRow>): UpcomingWarning => ({ object: { namespace: row.namespace, type: row.object_type, id: row.object_id }, warnAt: row.warn })

/** Objects with a warning in (after, until], with the earliest of each; one pass over all obligations. Epoch ms. */
export async function upcomingWarnings(clickhouse: ClickHouse, after: number, until: number): Promise<UpcomingWarning[]> {
  return (await upcoming.run(clickhouse, { after: instant(after), until: instant(until) }, UNSCOPED)).map(toUpcoming)
}

/** The same among what was written with a version above `version`. */
export async function warningsWrittenAfter(clickhouse: ClickHouse, version: number, after: number, until: number): Promise<UpcomingWarning[]> {
  return (await written.run(clickhouse, { version: String(version), after: instant(after), until: instant(until) }, UNSCOPED)).map(toUpcoming)
}

const warnedRow = z.object({
  namespace: z.string(), object_type: z.string(), object_id: z.string(), process: z.string(), expectation: z.string(), milestone: z.string(), anchor: z.number(), warn: z.number(), due: z.number(),
  integration: z.string(), facility: z.string(), entity: z.string(), counterparty_id: z.string(), counterparty_name: z.string(), criticality: z.string(), amount: z.string().nullable(), currency: z.string(),
})
const warned = defineQuery({
  name: 'warned.of_objects',
  params: z.object({ types: z.array(z.string()), ids: z.array(z.string()), namespaces: z.array(z.string()), now: z.string() }),
  row: warnedRow,
  scoped: SEES_ALL,
  sql: `SELECT namespace, object_type, object_id, process, expectation, milestone, ${ms('anchor_at')} AS anchor, ${ms('warn_at')} AS warn, ${ms('due_at')} AS due,
      integration, facility, entity, counterparty_id, counterparty_name, criticality, toString(amount_minor) AS amount, currency
    FROM obligations_open FINAL
    WHERE (object_type, object_id, namespace) IN (SELECT arrayJoin(arrayZip({types:Array(String)}, {ids:Array(String)}, {namespaces:Array(String)})))
      AND object_type IN {types:Array(String)} AND object_id IN {ids:Array(String)} AND ${OPEN} AND due_at > {now:DateTime64(3, 'UTC')}
    ORDER BY due_at, object_type, object_id, process, expectation`,
})

/** A step that is awaited and not late. Instants are epoch ms; `criticality` '' where none was given. */
export interface AwaitedStep {
  object: ObjectRef; process: string; expectation: string; step: string; anchorAt: number; warnAt: number; dueAt: number
  integration: string; facility: string; entity: string; counterpartyId: string; counterparty: string; criticality: string; amount: Money | null
}

/** What these objects still wait for and is not late at `now`, warned or not; what is due first on top. */
export async function awaitedSteps(clickhouse: ClickHouse, objects: readonly ObjectRef[], now: number): Promise<AwaitedStep[]> {
  if (objects.length === 0) return []
  const rows = await warned.run(clickhouse, { types: objects.map(ref => ref.type), ids: objects.map(ref => ref.id), namespaces: objects.map(ref => ref.namespace), now: instant(now) }, UNSCOPED)
  return rows.map(row => ({
    object: { namespace: row.namespace, type: row.object_type, id: row.object_id }, process: row.process, expectation: row.expectation, step: row.milestone, anchorAt: row.anchor, warnAt: row.warn, dueAt: row.due,
    integration: row.integration, facility: row.facility, entity: row.entity, counterpartyId: row.counterparty_id, counterparty: row.counterparty_name, criticality: row.criticality,
    amount: row.amount === null ? null : fromMinor(row.amount, row.currency),
  }))
}
