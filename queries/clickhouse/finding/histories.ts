/**
 * The histories of business objects: everything production reported about them, one row per object with one array per column (per
 * event rows would repeat 25 names each; measured three times the bytes). Duplicate rows are collapsed by the reader, which
 * spares FINAL. Which objects: those that a stretch of the event log touches, named ones, or a page of all.
 */
import { z } from 'zod'
import type { ClickHouse } from '../clickhouse.ts'
import { defineQuery, UNSCOPED } from '../define-query.ts'
import { toInstant } from '../events/rows.ts'
import type { ObjectRef } from '../../model/event.ts'
import type { ObjectEvent, ObjectHistory } from './types.ts'

const FINDING_SEES_ALL = 'finding judges every object, whoever may see it'
const texts = z.array(z.string())
const numbers = z.array(z.number())

const historyRow = z.object({
  namespace: z.string(), object_type: z.string(), object_id: z.string(),
  event_keys: texts, event_ids: texts, types: texts, times: numbers, statuses: texts, attempts: numbers, retryables: numbers,
  error_codes: texts, error_classes: texts, error_messages: texts, endpoints: texts, roles: texts, integrations: texts, facilities: texts, entities: texts, correlations: texts,
  criticalities: texts, amounts: texts, currencies: texts, counterparty_types: texts, counterparty_ids: texts, counterparty_names: texts, attribute_texts: texts, orders: texts,
})

/** `which`: a subquery of (object_type, object_id, namespace). Attributes only where the rules read them; error texts only of failures. */
const historySql = (which: string) => `
  SELECT namespace, object_type, object_id,
    groupArray(toString(event_key)) AS event_keys, groupArray(event_id) AS event_ids, groupArray(type) AS types,
    groupArray(toFloat64(toUnixTimestamp64Milli(time))) AS times,
    groupArray(status) AS statuses, groupArray(attempt) AS attempts, groupArray(toUInt8(if(isNull(retryable), 2, assumeNotNull(retryable)))) AS retryables,
    groupArray(error_code) AS error_codes, groupArray(error_class) AS error_classes, groupArray(if(status = 'succeeded', '', error_message)) AS error_messages, groupArray(if(status = 'succeeded', '', endpoint)) AS endpoints,
    groupArray(role) AS roles, groupArray(integration) AS integrations, groupArray(facility) AS facilities, groupArray(entity) AS entities,
    groupArray(correlation_id) AS correlations, groupArray(criticality) AS criticalities, groupArray(ifNull(toString(amount_minor), '')) AS amounts, groupArray(currency) AS currencies,
    groupArray(counterparty_type) AS counterparty_types, groupArray(counterparty_id) AS counterparty_ids, groupArray(counterparty_name) AS counterparty_names,
    groupArray(if(has({attribute_types:Array(String)}, type) OR startsWith(type, 'integration.step.'), attributes, '')) AS attribute_texts,
    groupArray(if(position(attributes, '"purchaseOrder"') > 0, JSONExtractString(attributes, 'purchaseOrder'), '')) AS orders
  FROM events_by_object
  WHERE (object_type, object_id, namespace) IN (${which}) AND environment = 'production'
  GROUP BY namespace, object_type, object_id`

const touchedByLog = `
  SELECT object_type, object_id, object_namespace FROM events
  ARRAY JOIN object_types AS object_type, object_ids AS object_id, object_namespaces AS object_namespace
  WHERE (integration, time, event_key) IN (
    SELECT integration, time, event_key FROM event_log WHERE writer = {writer:String} AND sequence > {after:UInt64} AND sequence <= {upTo:UInt64} AND kind = 'event')`

const attributeTypes = { attribute_types: texts }
const historiesOfLog = defineQuery({
  name: 'finding.histories_of_log',
  params: z.object({ ...attributeTypes, writer: z.string(), after: z.number(), upTo: z.number() }),
  row: historyRow,
  scoped: FINDING_SEES_ALL,
  sql: historySql(touchedByLog),
})
const historiesOfObjects = defineQuery({
  name: 'finding.histories_of_objects',
  params: z.object({ ...attributeTypes, types: texts, ids: texts, namespaces: texts }),
  row: historyRow,
  scoped: FINDING_SEES_ALL,
  sql: historySql('SELECT arrayJoin(arrayZip({types:Array(String)}, {ids:Array(String)}, {namespaces:Array(String)})) AS ref'),
})
/** A page of objects by key, of all types or only of some. */
const pageParams = { types: texts, type: z.string(), id: z.string(), namespace: z.string(), limit: z.number() }
const pageSql = (params: { types: string[] }) => `SELECT object_type, object_id, namespace FROM events_by_object
    WHERE (object_type, object_id, namespace) > ({type:String}, {id:String}, {namespace:String})${params.types.length > 0 ? ' AND object_type IN {types:Array(String)}' : ''}
    GROUP BY object_type, object_id, namespace ORDER BY object_type, object_id, namespace LIMIT {limit:UInt32}`
const historiesOfPage = defineQuery({
  name: 'finding.histories_of_page',
  params: z.object({ ...attributeTypes, ...pageParams }),
  row: historyRow,
  scoped: FINDING_SEES_ALL,
  sql: params => historySql(pageSql(params)),
})
const pageEnd = defineQuery({
  name: 'finding.page_end',
  params: z.object(pageParams),
  row: z.object({ object_type: z.string(), object_id: z.string(), namespace: z.string() }),
  scoped: FINDING_SEES_ALL,
  sql: params => `SELECT object_type, object_id, namespace FROM (${pageSql(params)}) ORDER BY object_type DESC, object_id DESC, namespace DESC LIMIT 1`,
})

/** What decides whose failure an event is, and of which objects it is asked for what they came to be (null: of all). */
export interface SubjectRules { attributeTypes: readonly string[]; negativeTypes: readonly string[]; servingTypes: readonly string[] | null }

/** Objects per query: over HTTP the parameters travel in the address, which a server cuts at 1 MiB; ids may have 1,024 bytes. */
const OBJECTS_PER_QUERY = 500

/** The histories of all objects that the log entries (after, upTo] of a writer touch. */
export async function historiesTouchedBy(clickhouse: ClickHouse, range: { writer: string; after: number; upTo: number }, rules: SubjectRules): Promise<ObjectHistory[]> {
  const rows = await historiesOfLog.run(clickhouse, { attribute_types: [...rules.attributeTypes], ...range }, UNSCOPED)
  return await withLinks(clickhouse, rows.map(toHistory), rules)
}

/** The histories of the named objects; an object without production events is left out. */
export async function historiesOf(clickhouse: ClickHouse, refs: readonly ObjectRef[], rules: SubjectRules): Promise<ObjectHistory[]> {
  const found: ObjectHistory[] = []
  for (let from = 0; from < refs.length; from += OBJECTS_PER_QUERY) {
    const part = refs.slice(from, from + OBJECTS_PER_QUERY)
    const params = { attribute_types: [...rules.attributeTypes], types: part.map(ref => ref.type), ids: part.map(ref => ref.id), namespaces: part.map(ref => ref.namespace) }
    found.push(...(await historiesOfObjects.run(clickhouse, params, UNSCOPED)).map(toHistory))
  }
  return await withLinks(clickhouse, found, rules)
}

/** The histories of the next `limit` objects after `after` in key order, and where to go on; null at the end. `types`: only objects of these types; null: all. */
export async function historiesPage(clickhouse: ClickHouse, after: ObjectRef | null, limit: number, rules: SubjectRules, types: readonly string[] | null = null): Promise<{ histories: ObjectHistory[]; next: ObjectRef | null }> {
  const params = { types: [...(types ?? [])], type: after?.type ?? '', id: after?.id ?? '', namespace: after?.namespace ?? '', limit }
  const [rows, [end]] = await Promise.all([
    historiesOfPage.run(clickhouse, { attribute_types: [...rules.attributeTypes], ...params }, UNSCOPED),
    pageEnd.run(clickhouse, params, UNSCOPED),
  ])
  const histories = await withLinks(clickhouse, rows.map(toHistory), rules)
  return { histories, next: end ? { namespace: end.namespace, type: end.object_type, id: end.object_id } : null }
}

function toHistory(row: z.infer<typeof historyRow>): ObjectHistory {
  const at = (values: readonly string[], index: number) => values[index] ?? ''
  const events = row.event_keys.map((eventKey, index): ObjectEvent => ({
    eventKey, eventId: at(row.event_ids, index), type: at(row.types, index),
    time: row.times[index] ?? 0, status: at(row.statuses, index), attempt: row.attempts[index] ?? 0,
    retryable: row.retryables[index] === 2 ? null : row.retryables[index] === 1,
    errorCode: at(row.error_codes, index), errorClass: at(row.error_classes, index), errorMessage: at(row.error_messages, index), endpoint: at(row.endpoints, index), role: at(row.roles, index),
    integration: at(row.integrations, index), facility: at(row.facilities, index), entity: at(row.entities, index), correlationId: at(row.correlations, index),
    criticality: at(row.criticalities, index), amountMinor: row.amounts[index] || null, currency: at(row.currencies, index),
    counterpartyType: at(row.counterparty_types, index), counterpartyId: at(row.counterparty_ids, index), counterpartyName: at(row.counterparty_names, index),
    attributes: at(row.attribute_texts, index), purchaseOrder: at(row.orders, index), subject: at(row.roles, index) === 'subject',
  }))
  return { namespace: row.namespace, type: row.object_type, id: row.object_id, events, serves: [] }
}

const subjectsOf = defineQuery({
  name: 'finding.subjects',
  params: z.object({ integrations: texts, times: texts, keys: texts }),
  row: z.object({ event_key: z.string(), object_type: z.string(), object_id: z.string(), namespace: z.string() }),
  scoped: FINDING_SEES_ALL,
  // the one with role "subject", else the first of the type that the event's type names, else the first
  sql: `SELECT toString(event_key) AS event_key, object_types[position] AS object_type, object_ids[position] AS object_id, object_namespaces[position] AS namespace
    FROM (
      SELECT event_key, object_types, object_ids, object_namespaces, indexOf(object_roles, 'subject') AS by_role,
        indexOf(object_types, splitByChar('.', toString(type))[2]) AS by_type, if(by_role > 0, by_role, if(by_type > 0, by_type, 1)) AS position
      FROM events
      WHERE (integration, time, event_key) IN (SELECT arrayJoin(arrayZip({integrations:Array(String)}, {times:Array(DateTime64(3, 'UTC'))}, {keys:Array(UUID)})) AS ref))`,
})

const EVENTS_PER_QUERY = 2000

/** Marks whose trouble the events that can be trouble are; those that say so by role are marked already. */
async function withSubjects(clickhouse: ClickHouse, histories: ObjectHistory[], rules: SubjectRules): Promise<ObjectHistory[]> {
  const negative = new Set(rules.negativeTypes)
  // an event that names its subject settles it for all its objects that are here
  const named = new Set(histories.flatMap(history => history.events.filter(event => event.subject).map(event => event.eventKey)))
  const unsure = histories.flatMap(history => history.events
    .filter(event => !event.subject && !named.has(event.eventKey) && (event.status !== 'succeeded' || negative.has(event.type) || event.type.startsWith('integration.step.')) && event.status !== 'skipped')
    .map(event => ({ history, event })))
  const wanted = [...new Map(unsure.map(({ event }) => [event.eventKey, event])).values()]
  const subjects = new Map<string, string>()
  for (let from = 0; from < wanted.length; from += EVENTS_PER_QUERY) {
    const part = wanted.slice(from, from + EVENTS_PER_QUERY)
    const params = { integrations: part.map(event => event.integration), times: part.map(event => toInstant(event.time)), keys: part.map(event => event.eventKey) }
    for (const row of await subjectsOf.run(clickhouse, params, UNSCOPED)) subjects.set(row.event_key, JSON.stringify([row.namespace, row.object_type, row.object_id]))
  }
  for (const { history, event } of unsure) event.subject = subjects.get(event.eventKey) === JSON.stringify([history.namespace, history.type, history.id])
  return histories
}

const withLinks = async (clickhouse: ClickHouse, histories: ObjectHistory[], rules: SubjectRules): Promise<ObjectHistory[]> => await withServed(clickhouse, await withSubjects(clickhouse, histories, rules), rules)

const namedWith = defineQuery({
  name: 'finding.named_with',
  params: z.object({ integrations: texts, times: texts, keys: texts }),
  row: z.object({ event_key: z.string(), types: texts }),
  scoped: FINDING_SEES_ALL,
  sql: `SELECT toString(event_key) AS event_key, arraySort(arrayDistinct(arrayMap(t -> toString(t), object_types))) AS types FROM events
    WHERE (integration, time, event_key) IN (SELECT arrayJoin(arrayZip({integrations:Array(String)}, {times:Array(DateTime64(3, 'UTC'))}, {keys:Array(UUID)})) AS ref)`,
})

/** Says for what the objects that rules ask it of came to be: the types that the first event of their own names beside them. */
async function withServed(clickhouse: ClickHouse, histories: ObjectHistory[], { servingTypes }: SubjectRules): Promise<ObjectHistory[]> {
  const first = histories.filter(history => servingTypes === null || servingTypes.includes(history.type)).flatMap(history => {
    const own = history.events.filter(event => event.status === 'succeeded' && event.type.split('.')[1] === history.type)
    const event = own.sort((a, b) => a.time - b.time || (a.eventKey < b.eventKey ? -1 : 1))[0]
    return event ? [{ history, event }] : []
  })
  for (let from = 0; from < first.length; from += EVENTS_PER_QUERY) {
    const part = first.slice(from, from + EVENTS_PER_QUERY)
    const params = { integrations: part.map(({ event }) => event.integration), times: part.map(({ event }) => toInstant(event.time)), keys: part.map(({ event }) => event.eventKey) }
    const named = new Map((await namedWith.run(clickhouse, params, UNSCOPED)).map(row => [row.event_key, row.types]))
    for (const { history, event } of part) history.serves = (named.get(event.eventKey) ?? []).filter(type => type !== history.type)
  }
  return histories
}
