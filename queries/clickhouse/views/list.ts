/** The rows of a business view: stuck work and work that is not yet due, sorted by the store, in pages by key. */
import { z } from 'zod'
import type { ClickHouse } from '../clickhouse.ts'
import { defineQuery } from '../define-query.ts'
import { storeInstant, storeInstantOrNull } from '../event-row.ts'
import { DIGITS } from '../exceptions/where.ts'
import { decodeCursor, pageOf } from '../../model/cursor.ts'
import { EXCEPTION_KINDS, EXCEPTION_STATUSES, SEVERITIES } from '../../model/exception.ts'
import type { Paging } from '../../model/filter.ts'
import { fromMinor } from '../../model/money.ts'
import type { Money } from '../../model/money.ts'
import type { Scope } from '../../model/scope.ts'
import { bindView, VIEW_STATES, viewFilter, viewParams } from './filter.ts'
import type { SystemOf, ViewFilter, ViewState } from './filter.ts'
import { viewSource } from './source.ts'

const row = z.object({
  state: z.enum(VIEW_STATES), exception_id: z.string(), kind_: z.string(), title_: z.string(), status_: z.string(), severity_: z.string(), assignee_: z.string(),
  namespace: z.string(), object_type: z.string(), object_id: z.string(), process: z.string(), step: z.string(), integration: z.string(), system_: z.string(), facility: z.string(), entity: z.string(),
  counterparty_id: z.string(), counterparty_name: z.string(), amount_minor: z.string().nullable(), currency: z.string(), since_: storeInstant, due_: storeInstantOrNull, order_number: z.string(), order_text: z.string(), row_key: z.string(),
})
const COLUMNS = `state, exception_id, kind_, title_, status_, severity_, assignee_, namespace, object_type, object_id, process, step, integration, system_, facility, entity, counterparty_id, counterparty_name,
  toString(amount_minor) AS amount_minor, currency, toString(since) AS since_, toString(due) AS due_`

/** Sorts by a whole number, then by a text; what has no value comes last in both directions. `severity` ascending is most severe first. */
function orderOf(sort: ViewFilter['sort']): { number: string; text: string } {
  const last = sort.startsWith('-') ? '-toInt128(10000000000000000000000)' : 'toInt128(10000000000000000000000)'
  const text = (column: string) => ({ number: `if(${column} = '', ${last}, toInt128(0))`, text: `lowerUTF8(toString(${column}))` })
  const number = (expression: string) => ({ number: expression, text: `''` })
  switch (sort.replace('-', '')) {
    case 'firstSeen': return number('toInt128(toUnixTimestamp64Milli(since))')
    case 'amount': return number(`if(isNull(amount_minor), ${last}, toInt128(assumeNotNull(amount_minor)) * toInt128(pow(10, 4 - ${DIGITS})))`)
    case 'severity': return number('(toInt128(5 - rank_) * 100000000000000 + toUnixTimestamp64Milli(since))')
    case 'counterparty': return text('counterparty_name')
    case 'facility': return text('facility')
    case 'objectId': return text('object_id')
    default: return number(`if(isNull(due), ${last}, toInt128(toUnixTimestamp64Milli(assumeNotNull(due))))`)
  }
}

const list = defineQuery({
  name: 'views.list',
  params: viewParams.extend({ sort: viewFilter.shape.sort.unwrap(), limit: z.number(), paged: z.boolean(), after_number: z.string(), after_text: z.string(), after_key: z.string() }),
  row,
  scoped: true,
  sql(given) {
    const down = given.sort.startsWith('-')
    const { number, text } = orderOf(given.sort)
    const after = given.paged ? `WHERE (number_, text_, row_key) ${down ? '<' : '>'} ({after_number:Int128}, {after_text:String}, {after_key:String})` : ''
    const order = ['number_', 'text_', 'row_key'].map(column => `${column} ${down ? 'DESC' : 'ASC'}`).join(', ')
    return `SELECT ${COLUMNS}, toString(number_) AS order_number, text_ AS order_text, row_key
      FROM (SELECT *, ${number} AS number_, ${text} AS text_, arrayStringConcat([state, toString(object_type), object_id, toString(namespace), toString(process), toString(step), exception_id], char(0)) AS row_key FROM ${viewSource(given)}) AS page
      ${after} ORDER BY ${order} LIMIT {limit:UInt32}`
  },
})

/** A row: the exception where it is stuck, else the step that is awaited. */
export interface ViewItem {
  key: string; state: ViewState
  exception: { id: string; kind: (typeof EXCEPTION_KINDS)[number]; title: string; status: (typeof EXCEPTION_STATUSES)[number]; severity: (typeof SEVERITIES)[number]; assignee: string | null } | null
  object: { namespace: string; type: string; id: string } | null
  process: string; step: string; integration: string | null; system: string | null; facility: string | null; entity: string | null
  counterparty: { id: string; name: string } | null
  amount: Money | null
  /** since when it is stuck; else since when it waits */
  since: string
  dueAt: string | null
}

const position = z.tuple([z.string().regex(/^-?\d{1,38}$/), z.string(), z.string()])

/** One page. Throws CursorError for a cursor of another list or sort. */
export async function listView(clickhouse: ClickHouse, filter: ViewFilter, paging: Paging, systemOf: SystemOf, now: Date, scope: Scope): Promise<{ items: ViewItem[]; nextCursor: string | null }> {
  const kind = `view ${filter.sort}`
  const after = decodeCursor(kind, position, paging.cursor)
  const rows = await list.run(clickhouse, {
    ...bindView(filter, systemOf, now), sort: filter.sort, limit: paging.limit + 1, paged: after !== undefined, after_number: after?.[0] ?? '0', after_text: after?.[1] ?? '', after_key: after?.[2] ?? '',
  }, scope)
  const page = pageOf(rows, paging.limit, kind, last => [last.order_number, last.order_text, last.row_key])
  return { items: page.items.map(toItem), nextCursor: page.nextCursor }
}

const enums = { kind: z.enum(EXCEPTION_KINDS), status: z.enum(EXCEPTION_STATUSES), severity: z.enum(SEVERITIES) }
function toItem(from: z.infer<typeof row>): ViewItem {
  return {
    key: from.row_key, state: from.state,
    exception: from.exception_id === '' ? null : { id: from.exception_id, kind: enums.kind.parse(from.kind_), title: from.title_, status: enums.status.parse(from.status_), severity: enums.severity.parse(from.severity_), assignee: from.assignee_ || null },
    object: from.object_id === '' ? null : { namespace: from.namespace, type: from.object_type, id: from.object_id },
    process: from.process, step: from.step, integration: from.integration || null, system: from.system_ || null, facility: from.facility || null, entity: from.entity || null,
    counterparty: from.counterparty_id === '' ? null : { id: from.counterparty_id, name: from.counterparty_name || from.counterparty_id },
    amount: from.amount_minor === null ? null : fromMinor(from.amount_minor, from.currency), since: from.since_, dueAt: from.due_,
  }
}
