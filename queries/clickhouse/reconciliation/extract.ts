/**
 * Items from events. An item is computed from all events of its object, so that order, repeats, late corrections and cancellations make
 * no difference; what is new replaces what was there. Either everything, or the objects that a stretch of the event log touches.
 */
import { ALWAYS, workingMs } from '../../catalogue/calendar.ts'
import type { ItemSource, ReconciliationSet } from '../../catalogue/reconciliation.ts'
import type { ClickHouse } from '../clickhouse.ts'
import { UNHURRIED } from './reach.ts'
import { amountOf, attribute, Bound, fulfils, linkValues } from './expressions.ts'

/** A stretch of one writer's log. */
export interface LogRange { writer: string; after: number; upTo: number }

const COLUMNS = `set_id, item_id, item, side, namespace, object_type, object_id, line, event_type, event_id, minor, sign, currency, quantity, account, day, links, link_names, link_values,
  counterparty_type, counterparty_id, counterparty_name, facility, entity, integration, criticality, correlation_id, first_at, due_at, excluded, optional, opens, removed, version`

/** Columns of an event that an item is made of. */
const CARRIED = ['time', 'type', 'id', 'attributes', 'amount_minor', 'currency', 'counterparty_type', 'counterparty_id', 'counterparty_name', 'facility', 'entity', 'integration', 'criticality', 'correlation_id', 'object_types', 'object_ids']

/** Event types that a set reads. */
export function typesOf(set: ReconciliationSet): string[] {
  return [...new Set(set.sides.flatMap(side => side.items.flatMap(item => [...item.from, ...item.cancelledBy])))]
}

/**
 * Brings the items of a set up to date, under this version. `range` null: from all events there are, and items that no event makes any
 * more are removed.
 */
export async function extractItems(clickhouse: ClickHouse, set: ReconciliationSet, range: LogRange | null, version: number, types: ReadonlySet<string> | null = null): Promise<void> {
  for (const side of set.sides) {
    for (const source of side.items) {
      if (types && ![...source.from, ...source.cancelledBy].some(type => types.has(type))) continue
      await extractSource(clickhouse, set.id, side.id, source, range, version)
    }
  }
  if (range === null) await removeOlder(clickhouse, set.id, version)
}

/** The newest event of each object that makes its item, one row per object. */
function newestSql(source: ItemSource, range: LogRange | null, bound: Bound): string {
  const from = bound.texts(source.from)
  const types = bound.texts([...source.from, ...source.cancelledBy])
  const object = bound.text(source.object)
  const only = [fulfils(source.only, bound), ...Object.entries(source.unless).map(([path, value]) => `NOT ${fulfils({ [path]: value }, bound)}`)].join(' AND ')
  const touched = range === null ? '' : ` AND (integration, time, event_key) IN (
      SELECT integration, time, event_key FROM events_by_object WHERE object_type = ${object} AND type IN ${types} AND (object_type, object_id, namespace) IN (
        SELECT object_type, object_id, object_namespace FROM events ARRAY JOIN object_types AS object_type, object_ids AS object_id, object_namespaces AS object_namespace
        WHERE object_type = ${object} AND type IN ${types} AND (integration, time, event_key) IN (SELECT integration, time, event_key FROM event_log
          WHERE writer = ${bound.text(range.writer)} AND sequence > ${bound.add(range.after, 'UInt64')} AND sequence <= ${bound.add(range.upTo, 'UInt64')} AND kind = 'event')))`
  const carried = CARRIED.map(name => `tupleElement(newest, '${name}') AS ${name}`).join(', ')
  return `SELECT namespace, object_type, object_id, first_at, cancelled, ${carried}
    FROM (
      SELECT namespace, object_type, object_id, minIf(time, makes) AS first_at, countIf(NOT makes) > 0 AND maxIf(time, NOT makes) >= maxIf(time, makes) AS cancelled,
        argMaxIf(CAST(tuple(${CARRIED.join(', ')}), 'Tuple(${TUPLE_TYPE})'), (time, received_at, event_key), makes) AS newest, countIf(makes) AS made
      FROM (
        SELECT ${CARRIED.filter(name => name !== 'object_types' && name !== 'object_ids').join(', ')}, object_types, object_ids, received_at, event_key, type IN ${from} AS makes,
          object_types[position] AS object_type, object_ids[position] AS object_id, object_namespaces[position] AS namespace
        FROM events ARRAY JOIN arrayFilter((i, t) -> t = ${object}, arrayEnumerate(object_types), object_types) AS position
        WHERE type IN ${types} AND status = 'succeeded' AND environment = 'production' AND (NOT makes OR ${only})${touched})
      GROUP BY namespace, object_type, object_id)
    WHERE made > 0`
}

const TUPLE_TYPE = `time DateTime64(3, \\'UTC\\'), type String, id String, attributes String, amount_minor Nullable(Int64), currency String, counterparty_type String, counterparty_id String, counterparty_name String,
  facility String, entity String, integration String, criticality String, correlation_id String, object_types Array(String), object_ids Array(String)`

async function extractSource(clickhouse: ClickHouse, set: string, side: string, source: ItemSource, range: LogRange | null, version: number): Promise<void> {
  const plain = new Bound()
  const sql = itemsSql(source, newestSql(source, range, plain), plain)
  await insertItems(clickhouse, set, side, source, sql, plain, version)
  if (!source.rest || source.lines === null) return
  const rest = new Bound()
  const list = attribute(source.lines, rest)
  const lines = amountOf({ amount: 'line', lines: 'line' }, rest)
  const beyond = `(SELECT *, '' AS line_json, 'rest' AS line_name, ifNull(amount_minor, 0) - arraySum(arrayMap(line_json -> ${lines.minor}, JSONExtractArrayRaw(${list}))) AS beyond FROM (${newestSql(source, range, rest)}))`
  await insertItems(clickhouse, set, side, { ...source, lines: null, expectedFor: 'P0D' }, `SELECT *, beyond AS signed, toString(currency) AS unit, toDecimal64(0, 4) AS units FROM ${beyond} WHERE beyond != 0`, rest, version)
}

function itemsSql(source: ItemSource, newest: string, bound: Bound): string {
  const name = source.suffix === null ? `''` : bound.text(source.suffix)
  const rows = source.lines === null
    ? `(SELECT *, '' AS line_json, ${name} AS line_name FROM (${newest}))`
    : `(SELECT *, line_json, if(${lineName(bound)} = '', toString(line_number), ${lineName(bound)}) AS line_name FROM (SELECT *, ${attribute(source.lines, bound)} AS list_json FROM (${newest}))
        ARRAY JOIN JSONExtractArrayRaw(list_json) AS line_json, arrayEnumerate(JSONExtractArrayRaw(list_json)) AS line_number)`
  const { minor, currency, quantity } = amountOf(source, bound)
  return `SELECT *, ${minor} AS signed, ${currency} AS unit, ${quantity} AS units FROM ${rows}`
}

const lineName = (bound: Bound): string => {
  const [line, other] = [attribute('line.line', bound), attribute('line.purchaseOrderLine', bound)]
  return `if(${line} = '', ${other}, ${line})`
}

async function insertItems(clickhouse: ClickHouse, set: string, side: string, source: ItemSource, rows: string, bound: Bound, version: number): Promise<void> {
  const links = Object.entries(source.links).map(([link, from]) => {
    const values = from.map(each => linkValues(each, bound))
    const all = values.length === 1 ? (values[0] ?? '[]') : `arrayConcat(${values.join(', ')})`
    // a link of party alone would tie all a customer ever had; with the amount it is a candidate
    const text = link === 'party' ? `arrayMap(x -> concat(x, '#', toString(abs(signed)), '#', unit), ${all})` : all
    return `arrayMap(x -> (${bound.text(link)}, x), ${text})`
  })
  const excluded = source.excluded.map(({ when, because }) => `${fulfils(when, bound)}, ${bound.text(because)}, `).join('')
  const dates = [...source.dates.map(path => `toDateOrNull(substring(${attribute(path, bound)}, 1, 10))`), 'toDate(time)']
  const direction = typeof source.direction === 'string' ? (source.direction === 'debit' ? '-1' : '1') : `if(lower(${attribute(source.direction.attribute, bound)}) = 'debit', -1, 1)`
  const seconds = bound.add(Math.round(workingMs(ALWAYS, source.expectedFor) / 1000), 'Int64')
  await clickhouse.command({
    name: 'reconciliation.extract',
    sql: `INSERT INTO recon_items (${COLUMNS})
      SELECT ${bound.text(set)} AS set_id,
        concat(${bound.text(side)}, ':', encodeURLComponent(namespace), '/', encodeURLComponent(object_type), '/', encodeURLComponent(object_id), if(line_name = '', '', concat('#', encodeURLComponent(line_name)))) AS item_id,
        cityHash64(set_id, item_id) AS item, ${bound.text(side)} AS side, namespace, object_type, object_id, line_name AS line, type AS event_type, id AS event_id,
        abs(signed) AS minor, toInt8(if(signed < 0, -1, 1) * ${direction}) AS sign, unit AS currency, units AS quantity,
        ${source.account === null ? `''` : attribute(source.account, bound)} AS account, coalesce(${dates.join(', ')}) AS day,
        arrayMap(x -> cityHash64(x.1, x.2), pairs) AS links, arrayMap(x -> x.1, pairs) AS link_names, arrayMap(x -> x.2, pairs) AS link_values,
        counterparty_type, counterparty_id, counterparty_name, facility, entity, integration, criticality, correlation_id, first_at, time + toIntervalSecond(${seconds}) AS due_at,
        ${excluded === '' ? `''` : `multiIf(${excluded}'')`} AS excluded, ${source.optional} AS optional, ${source.opens} AS opens, cancelled AS removed, ${bound.add(version, 'UInt64')} AS version
      FROM (SELECT *, arrayFilter(x -> x.2 != '', arrayDistinct(arrayConcat(${links.join(', ')}))) AS pairs FROM (${rows}))`,
    params: bound.params, settings: UNHURRIED,
  })
}

/** Items that nothing makes any more. */
async function removeOlder(clickhouse: ClickHouse, set: string, version: number): Promise<void> {
  const kept = COLUMNS.replace(/removed, version$/, '').trim().replace(/,$/, '')
  await clickhouse.command({
    name: 'reconciliation.remove_older',
    sql: `INSERT INTO recon_items (${COLUMNS}) SELECT ${kept}, true, {version:UInt64} FROM recon_items FINAL WHERE set_id = {set:String} AND version < {version:UInt64} AND NOT removed`,
    params: { set, version }, settings: UNHURRIED,
  })
}
