/** What the finder derives and keeps: object states and obligations, each row replaced by a higher version. */
import { z } from 'zod'
import type { ClickHouse } from '../clickhouse.ts'
import { defineQuery, UNSCOPED } from '../define-query.ts'
import { toInstant } from '../events/rows.ts'
import type { ObjectRef } from '../../model/event.ts'
import { OBLIGATION_KINDS } from './types.ts'
import type { ObjectState, Obligation, ObligationKind } from './types.ts'

/** Rows per insert: the event loop stalls with the size of an insert (embedded: 0.4 s at 50,000). */
const ROWS_PER_INSERT = 8000
const FINDING_SEES_ALL = 'finding keeps every obligation, whoever may see it'

async function insert(clickhouse: ClickHouse, table: string, rows: readonly object[]): Promise<void> {
  for (let from = 0; from < rows.length; from += ROWS_PER_INSERT) await clickhouse.insert({ table, rows: rows.slice(from, from + ROWS_PER_INSERT) })
}

/** Writes object states; a row of the same object with a lower version is replaced. */
export async function writeStates(clickhouse: ClickHouse, states: readonly ObjectState[], version: number): Promise<void> {
  await insert(clickhouse, 'objects', states.map(state => ({
    namespace: state.namespace, object_type: state.type, object_id: state.id, first_at: toInstant(state.firstAt), last_at: toInstant(state.lastAt), events: state.events,
    facility: state.facility, entity: state.entity, counterparty_type: state.counterpartyType, counterparty_id: state.counterpartyId, counterparty_name: state.counterpartyName,
    criticality: state.criticality, amount_minor: state.amountMinor, currency: state.currency, milestone_types: state.milestones.map(item => item.type),
    milestone_times: state.milestones.map(item => toInstant(item.at)), environment: 'production', correlation_id: state.correlationId, version,
  })))
}

/** Writes obligations; a row of the same (object, process, expectation) with a lower version is replaced. */
export async function writeObligations(clickhouse: ClickHouse, rows: readonly { object: ObjectRef; obligation: Obligation }[], version: number): Promise<void> {
  await insert(clickhouse, 'obligations', rows.map(({ object, obligation }) => ({
    namespace: object.namespace, object_type: object.type, object_id: object.id, process: obligation.process, expectation: obligation.expectation, milestone: obligation.milestone, kind: obligation.kind,
    anchor_type: obligation.anchorType, anchor_at: toInstant(obligation.anchorAt), warn_at: toInstant(obligation.warnAt), due_at: toInstant(obligation.dueAt),
    met_at: obligation.metAt === null ? null : toInstant(obligation.metAt), cancelled_at: obligation.cancelledAt === null ? null : toInstant(obligation.cancelledAt), removed: obligation.removed,
    integration: obligation.integration, facility: obligation.facility, entity: obligation.entity, counterparty_type: obligation.counterpartyType, counterparty_id: obligation.counterpartyId,
    counterparty_name: obligation.counterpartyName, criticality: obligation.criticality, amount_minor: obligation.amountMinor, currency: obligation.currency, correlation_id: obligation.correlationId, version,
  })))
}

const openDue = defineQuery({
  name: 'finding.open_obligations',
  params: z.object({}),
  row: z.object({ namespace: z.string(), object_type: z.string(), object_id: z.string(), due: z.number() }),
  scoped: FINDING_SEES_ALL,
  sql: `SELECT namespace, object_type, object_id, toFloat64(toUnixTimestamp64Milli(min(due_at))) AS due FROM obligations_open FINAL GROUP BY namespace, object_type, object_id`,
})
const newestVersion = defineQuery({
  name: 'finding.newest_version',
  params: z.object({}),
  row: z.object({ version: z.coerce.number() }),
  scoped: FINDING_SEES_ALL,
  sql: 'SELECT greatest((SELECT max(version) FROM objects), (SELECT max(version) FROM obligations)) AS version',
})

/** When what is open is first due, per object, for rebuilding the due-time heap at start: in portions, as there may be a million. Epoch milliseconds. */
export async function* openObligations(clickhouse: ClickHouse): AsyncGenerator<{ object: ObjectRef; dueAt: number }> {
  for await (const rows of openDue.stream(clickhouse, {}, UNSCOPED)) {
    for (const row of rows) yield { object: { namespace: row.namespace, type: row.object_type, id: row.object_id }, dueAt: row.due }
  }
}

/** The highest version written so far; 0 on an empty store. A new leader goes on above it, however its clock stands. */
export async function newestStateVersion(clickhouse: ClickHouse): Promise<number> {
  return (await newestVersion.run(clickhouse, {}, UNSCOPED))[0]?.version ?? 0
}

const storedKeys = defineQuery({
  name: 'finding.stored_obligations',
  params: z.object({ types: z.array(z.string()), type: z.string(), id: z.string(), namespace: z.string(), end_type: z.string(), end_id: z.string(), end_namespace: z.string() }),
  row: z.object({ namespace: z.string(), object_type: z.string(), object_id: z.string(), process: z.string(), expectation: z.string(), milestone: z.string(), kind: z.enum(OBLIGATION_KINDS) }),
  scoped: FINDING_SEES_ALL,
  sql: ({ types }) => `SELECT namespace, object_type, object_id, process, expectation, milestone, kind FROM obligations FINAL
    WHERE (object_type, object_id, namespace) > ({type:String}, {id:String}, {namespace:String})
      AND (object_type, object_id, namespace) <= ({end_type:String}, {end_id:String}, {end_namespace:String})${types.length > 0 ? ' AND object_type IN {types:Array(String)}' : ''} AND NOT removed`,
})

export interface StoredObligation { object: ObjectRef; process: string; expectation: string; milestone: string; kind: ObligationKind }

/** The obligations kept for objects in (after, upTo] (`types`: of these types only; null: all), for judging anew to find those that a change of the catalogue ended. */
export async function storedObligations(clickhouse: ClickHouse, after: ObjectRef | null, upTo: ObjectRef, types: readonly string[] | null = null): Promise<StoredObligation[]> {
  const params = { types: [...(types ?? [])], type: after?.type ?? '', id: after?.id ?? '', namespace: after?.namespace ?? '', end_type: upTo.type, end_id: upTo.id, end_namespace: upTo.namespace }
  const rows = await storedKeys.run(clickhouse, params, UNSCOPED)
  return rows.map(row => ({ object: { namespace: row.namespace, type: row.object_type, id: row.object_id }, process: row.process, expectation: row.expectation, milestone: row.milestone, kind: row.kind }))
}
