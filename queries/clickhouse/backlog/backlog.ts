/**
 * Backlog: business objects that are past one step and not yet at the next, due or not; *late* is the share past its due time. One
 * row per (object, expected step); failed attempts are no backlog of their own. Tiles, the heat map and the list read one condition.
 */
import { z } from 'zod'
import type { ClickHouse } from '../clickhouse.ts'
import { defineQuery } from '../define-query.ts'
import { toStoreInstant } from '../event-row.ts'
import { CRITICAL_OBJECTS } from '../exceptions/where.ts'
import { CRITICALITIES } from '../../model/event.ts'
import { exceptionFilter, FilterError } from '../../model/filter.ts'
import type { Paging } from '../../model/filter.ts'
import { fromMinor } from '../../model/money.ts'
import type { Scope } from '../../model/scope.ts'
import { figureRow, moneySql, toFigure } from '../figure.ts'
import type { Figure } from '../figure.ts'
import { bindSaid, saidClause, saidParams } from '../said.ts'

const words = z.array(z.string().max(1024)).default([])
const instant = z.iso.datetime({ offset: true }).optional()
/** Filters of the backlog; `criticality`: of the object, as in the business views; `overdue: true` only what is past its due time; `from`, `to`: what waits since then, from inclusive, to exclusive. */
export const backlogFilter = z.strictObject({ process: words, step: words, expectation: words, integration: words, facility: words, entity: words, objectType: words, objectId: words, counterparty: words, currency: words, criticality: z.array(z.enum(CRITICALITIES)).default([]), from: instant, to: instant, overdue: z.enum(['true', 'false']).optional(), said: exceptionFilter.shape.said })
export type BacklogFilter = z.infer<typeof backlogFilter>

const COLUMNS = { process: 'process', step: 'milestone', expectation: 'expectation', integration: 'integration', facility: 'facility', entity: 'entity', objectType: 'object_type', objectId: 'object_id', currency: 'currency' } as const
/** Bound parameters of the backlog's clauses. */
export const backlogParams = z.object({
  from: z.string().nullish(), to: z.string().nullish(),
  process: words, step: words, expectation: words.optional(), integration: words, facility: words, entity: words, objectType: words, objectId: words, counterparty: words, currency: words, criticality: words.optional(),
  overdue: z.enum(['true', 'false']).optional(), now: z.string(), ...z.object(saidParams).partial().shape,
})

const LATE = `due_at <= {now:DateTime64(3, 'UTC')}`
/** What makes a row backlog at all; `{scope}` included. */
export const WAITS = `{scope} AND kind = 'overdue' AND isNull(met_at) AND isNull(cancelled_at) AND NOT removed`
/** Which amounts of the backlog are one: those of one object; as text, and with the currency as one number. */
export const AMOUNT_KEY = `concat(namespace, char(0), object_type, char(0), object_id)`
const AMOUNT_OF = 'cityHash64(toString(currency), toString(namespace), toString(object_type), object_id)'
export type BacklogParams = z.infer<typeof backlogParams>
/** The clause of each filter that is given, from a closed set. */
export const clausesOf = (given: BacklogParams): ReadonlyMap<string, string> => new Map([
  ...[saidClause(given, 'obligations_open')].flatMap(clause => (clause === null ? [] : [['said', clause] as const])),
  ...(Object.keys(COLUMNS) as (keyof typeof COLUMNS)[]).filter(name => (given[name] ?? []).length > 0).map(name => [name, `${COLUMNS[name]} IN {${name}:Array(String)}`] as const),
  ...(given.counterparty.length > 0 ? [['counterparty', '(counterparty_id IN {counterparty:Array(String)} OR counterparty_name IN {counterparty:Array(String)})'] as const] : []),
  ...((given.criticality ?? []).length === 0 ? [] : [['criticality', CRITICAL_OBJECTS] as const]),
  ...(typeof given.from !== 'string' ? [] : [['from', `anchor_at >= {from:DateTime64(3, 'UTC')}`] as const]),
  ...(typeof given.to !== 'string' ? [] : [['to', `anchor_at < {to:DateTime64(3, 'UTC')}`] as const]),
  ...(given.overdue === undefined ? [] : [['overdue', given.overdue === 'true' ? LATE : `NOT (${LATE})`] as const]),
])
const source = (given: BacklogParams) => `obligations_open FINAL WHERE ${[WAITS, ...clausesOf(given).values()].join(' AND ')}`

/** Binds a filter; without `from` and `to` their clauses are not there. */
export function bindBacklog({ from, to, said, ...filter }: BacklogFilter, now: Date): z.input<typeof backlogParams> {
  return { ...filter, ...bindSaid(said), now: toStoreInstant(now), ...(from === undefined ? {} : { from: toStoreInstant(from) }), ...(to === undefined ? {} : { to: toStoreInstant(to) }) }
}

const grouped = (value: string | null, name: string) => defineQuery({
  name: `backlog.${name}`,
  params: backlogParams,
  row: figureRow,
  scoped: true,
  sql: given => moneySql({ value, amountOf: AMOUNT_OF, since: 'anchor_at', late: LATE }, source(given)),
})
const total = grouped(null, 'figure')
const groups = { facility: grouped('facility', 'by_facility'), process: grouped('process', 'by_process'), step: grouped('milestone', 'by_step'), integration: grouped('integration', 'by_integration') }
const cells = grouped(`concat(facility, char(0), process)`, 'by_facility_and_process')

/** The figure of the whole backlog that the filter lets through. `oldest`: since when the longest wait lasts. */
export async function backlogFigure(clickhouse: ClickHouse, filter: BacklogFilter, now: Date, scope: Scope): Promise<Figure> {
  return toFigure((await total.run(clickhouse, bindBacklog(filter, now), scope))[0])
}

/** The figure per facility, process, step or integration; the largest count first. */
export async function backlogBy(clickhouse: ClickHouse, group: keyof typeof groups, filter: BacklogFilter, now: Date, scope: Scope): Promise<(Figure & { value: string })[]> {
  const rows = await groups[group].run(clickhouse, bindBacklog(filter, now), scope)
  return rows.map(row => ({ value: row.value, ...toFigure(row) })).sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1))
}

/** The heat map: a figure per facility and process. */
export async function backlogCells(clickhouse: ClickHouse, filter: BacklogFilter, now: Date, scope: Scope): Promise<(Figure & { facility: string; process: string })[]> {
  const rows = await cells.run(clickhouse, bindBacklog(filter, now), scope)
  return rows.map(row => {
    const [facility = '', process = ''] = row.value.split('\0')
    return { facility, process, ...toFigure(row) }
  })
}

/** Filters with counts beside the list. */
const FACETS = ['facility', 'process', 'step', 'integration'] as const
export type BacklogFacet = (typeof FACETS)[number]
/** Counts per value of each facet, the largest first, each over what the other filters let through; `either`: late or not. */
export type BacklogFacets = Record<BacklogFacet, { value: string; count: number }[]> & { either: { count: number; late: number } }

const facets = defineQuery({
  name: 'backlog.facets',
  params: backlogParams,
  row: z.object({ facet: z.enum([...FACETS, 'either']), value: z.string(), count: z.coerce.number(), late: z.coerce.number() }),
  scoped: true,
  // One pass over the table instead of one per facet: each row says which filters let it through.
  sql(given) {
    const clauses = clausesOf(given)
    const judged = [...clauses.keys()].filter(name => name === 'overdue' || FACETS.some(facet => facet === name))
    const always = [...clauses].filter(([name]) => !judged.includes(name)).map(([, clause]) => clause)
    const pass = (free: string) => judged.filter(name => name !== free).map(name => `pass_${name}`).join(' AND ') || '1'
    return `SELECT cell.1 AS facet, cell.2 AS value, countIf(cell.3 = 1) AS count, countIf(cell.3 = 1 AND ${LATE}) AS late
      FROM (SELECT ${Object.values(COLUMNS).join(', ')}, due_at${judged.map(name => `, (${clauses.get(name)}) AS pass_${name}`).join('')} FROM obligations_open FINAL WHERE ${[WAITS, ...always].join(' AND ')})
      ARRAY JOIN [${FACETS.map(name => `('${name}', toString(${COLUMNS[name]}), toUInt8(${pass(name)}))`).join(', ')}, ('either', '', toUInt8(${pass('overdue')}))] AS cell
      GROUP BY facet, value HAVING count > 0 ORDER BY count DESC, value`
  },
})

/** The counts beside the list. */
export async function backlogFacets(clickhouse: ClickHouse, filter: BacklogFilter, now: Date, scope: Scope): Promise<BacklogFacets> {
  const found: BacklogFacets = { facility: [], process: [], step: [], integration: [], either: { count: 0, late: 0 } }
  for (const { facet, value, count, late } of await facets.run(clickhouse, bindBacklog(filter, now), scope)) {
    if (facet === 'either') found.either = { count, late }
    else found[facet].push({ value, count })
  }
  return found
}

const stamp = z.string().transform(text => `${text.replace(' ', 'T')}Z`)
const listRow = z.object({
  namespace: z.string(), object_type: z.string(), object_id: z.string(), process: z.string(), expectation: z.string(), milestone: z.string(), anchor_type: z.string(), anchor_at: stamp, warn_at: stamp, due_at: stamp,
  integration: z.string(), facility: z.string(), entity: z.string(), counterparty_name: z.string(), criticality: z.string(), amount_minor: z.string().nullable(), currency: z.string(), late: z.number(), due_ms: z.string(),
})
const list = defineQuery({
  name: 'backlog.list',
  params: backlogParams.extend({ after: z.boolean(), after_due: z.string(), after_key: z.array(z.string()).length(5), limit: z.number() }),
  row: listRow,
  scoped: true,
  sql: given => `SELECT namespace, object_type, object_id, process, expectation, milestone, anchor_type, toString(o.anchor_at) AS anchor_at, toString(o.warn_at) AS warn_at, toString(o.due_at) AS due_at,
      integration, facility, entity, counterparty_name, criticality, toString(o.amount_minor) AS amount_minor, currency, late, toString(due_order) AS due_ms
    FROM (SELECT *, toUInt8(${LATE}) AS late, toUnixTimestamp64Milli(due_at) AS due_order FROM ${source(given)}) AS o
    ${given.after ? 'WHERE (due_order, object_type, object_id, namespace, process, expectation) > ({after_due:Int64}, {after_key:Array(String)}[1], {after_key:Array(String)}[2], {after_key:Array(String)}[3], {after_key:Array(String)}[4], {after_key:Array(String)}[5])' : ''}
    ORDER BY o.due_at, object_type, object_id, o.namespace, process, expectation LIMIT {limit:UInt32}`,
})

export interface BacklogItem {
  object: { namespace: string; type: string; id: string }
  process: string; expectation: string; step: string; after: string; since: string; warnAt: string; dueAt: string; overdue: boolean
  integration: string | null; facility: string | null; entity: string | null; counterparty: string | null; criticality: string | null; amount: { value: string; currency: string } | null
}

const cursorShape = z.tuple([z.literal(1), z.string().regex(/^-?\d{1,18}$/), z.array(z.string()).length(5)])

/** A page of the backlog, what is due first on top. Throws FilterError for a cursor that is not one of this list. */
export async function listBacklog(clickhouse: ClickHouse, filter: BacklogFilter, paging: Paging, now: Date, scope: Scope): Promise<{ items: BacklogItem[]; nextCursor: string | null }> {
  const [, due, key] = paging.cursor === undefined ? [1, '0', ['', '', '', '', '']] as const : readCursor(paging.cursor)
  const rows = await list.run(clickhouse, { ...bindBacklog(filter, now), after: paging.cursor !== undefined, after_due: due, after_key: [...key], limit: paging.limit + 1 }, scope)
  const shown = rows.slice(0, paging.limit)
  const last = shown.at(-1)
  const nextCursor = rows.length > paging.limit && last
    ? Buffer.from(JSON.stringify([1, last.due_ms, [last.object_type, last.object_id, last.namespace, last.process, last.expectation]])).toString('base64url') : null
  return { items: shown.map(toItem), nextCursor }
}

function readCursor(cursor: string): z.infer<typeof cursorShape> {
  try {
    return cursorShape.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString()))
  } catch {
    throw new FilterError(['cursor'], 'cursor: not one of this list')
  }
}

function toItem(row: z.infer<typeof listRow>): BacklogItem {
  return {
    object: { namespace: row.namespace, type: row.object_type, id: row.object_id }, process: row.process, expectation: row.expectation, step: row.milestone, after: row.anchor_type,
    since: row.anchor_at, warnAt: row.warn_at, dueAt: row.due_at, overdue: row.late === 1,
    integration: row.integration || null, facility: row.facility || null, entity: row.entity || null, counterparty: row.counterparty_name || null, criticality: row.criticality || null,
    amount: row.amount_minor === null ? null : fromMinor(row.amount_minor, row.currency),
  }
}
