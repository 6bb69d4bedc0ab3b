/**
 * The worklist as people read it: failures with one fingerprint are one line with a count, everything else stands alone. The same
 * condition as every other list and figure of exceptions; pages by key.
 */
import { z } from 'zod'
import type { ClickHouse } from '../clickhouse.ts'
import { defineQuery } from '../define-query.ts'
import { EXCEPTION_KINDS, EXCEPTION_STATUSES, SEVERITIES } from '../../model/exception.ts'
import { exceptionFilter, FilterError } from '../../model/filter.ts'
import type { ExceptionFilter, Paging } from '../../model/filter.ts'
import { fromMinor } from '../../model/money.ts'
import type { Money } from '../../model/money.ts'
import type { Scope } from '../../model/scope.ts'
import { bindFilter, DIGITS, whereParams, whereSql } from './where.ts'

/** Ids carried with a group; a larger one must be narrowed before it can be acted on as one. */
export const GROUP_IDS = 5000
/** Members shown when a group is unfolded. */
export const SHOWN_MEMBERS = 2

const stamp = z.string().transform(text => `${text.replace(' ', 'T')}Z`)
const orNull = z.string().transform(text => text || null)
const memberRow = z.tuple([z.string(), z.string(), z.string(), z.string().nullable(), z.string(), stamp])

const lineRow = z.object({
  line: z.string(), count: z.coerce.number(), id: z.string(), title: z.string(), kind: z.enum(EXCEPTION_KINDS), status: z.enum(EXCEPTION_STATUSES), severity: z.enum(SEVERITIES),
  process: orNull, step: orNull, integration: orNull, facilities: z.array(z.string()), counterparty: orNull, fingerprint: z.string(),
  first_seen: stamp, last_seen: stamp, due_at: stamp.nullable(), occurrences: z.coerce.number(), objects: z.coerce.number(), owners: z.array(z.string()), assignees: z.array(z.string()), statuses: z.array(z.string()),
  shapes: z.coerce.number(), object_type: orNull, object_id: orNull,
  money: z.array(z.tuple([z.string(), z.string()])), bare: z.coerce.number(), ids: z.array(z.string()), members: z.array(memberRow), sort_key: z.string(),
})

const ms = (expression: string) => `toInt128(toUnixTimestamp64Milli(${expression}))`
const NONE_UP = 'toInt128(10000000000000000000000)'
/** The sorts of the worklist, and by how many a line stands for. */
export type LineSort = ExceptionFilter['sort'] | 'count' | '-count'
/** One whole number per line and sort; what has no value comes last in both directions. */
function sortKey(sort: LineSort): string {
  const none = sort.startsWith('-') ? `-${NONE_UP}` : NONE_UP
  switch (sort) {
    case 'count': case '-count': return 'toInt128(count())'
    case 'severity': case '-severity': return `(toInt128(5 - max(severity_rank)) * 100000000000000 + ${ms('min(first_seen)')})`
    case 'firstSeen': case '-firstSeen': return ms('min(first_seen)')
    case 'lastSeen': case '-lastSeen': return ms('max(last_seen)')
    case 'detectedAt': case '-detectedAt': return ms('max(detected_at)')
    case 'dueAt': case '-dueAt': return `if(isNull(min(due_at)), ${none}, ${ms('assumeNotNull(min(due_at))')})`
    case 'amount': case '-amount': return `if(countIf(isNotNull(amount_minor)) = 0, ${none}, sumIf(toInt128(assumeNotNull(amount_minor)) * toInt128(pow(10, 4 - ${DIGITS})), isNotNull(amount_minor)))`
  }
}

const sortNames = z.union([exceptionFilter.shape.sort.unwrap(), z.enum(['count', '-count'])])
const GROUPED = { group: 'fingerprint', single: 'toString(id)' } as const
export type Lines = keyof typeof GROUPED

const lines = defineQuery({
  name: 'exceptions.lines',
  params: whereParams.extend({ lines: z.enum(['group', 'single']), sort: sortNames, after: z.boolean(), after_key: z.string(), after_line: z.string(), limit: z.number() }),
  row: lineRow,
  scoped: true,
  // A group's money counts each business amount once, with its largest value where it is told differently, as every figure does; its first member (most severe, then oldest) speaks for it.
  sql(params) {
    const down = params.sort.startsWith('-')
    const first = (column: string) => `argMin(${column}, (5 - severity_rank, first_seen, id))`
    const order = down ? 'DESC' : 'ASC'
    // Names end in _ inside: an alias that is also a column would be taken for the aggregate in the condition.
    return `SELECT line, count_ AS count, id_ AS id, title_ AS title, kind_ AS kind, status_ AS status, severity_ AS severity, process_ AS process, step_ AS step, integration_ AS integration, facilities, counterparty,
        fingerprint_ AS fingerprint, toString(first_) AS first_seen, toString(last_) AS last_seen, toString(due_) AS due_at, occurrences_ AS occurrences, objects, shapes, object_type_ AS object_type, object_id_ AS object_id,
        owners, assignees, statuses,
        arraySort(arrayMap(c -> (c, toString(arraySum((k, v) -> if(startsWith(k, c), toInt128(v), toInt128(0)), amounts.1, amounts.2))), arrayDistinct(arrayMap(k -> substring(k, 1, 3), amounts.1)))) AS money,
        bare, ids, members, toString(sort_order) AS sort_key
      FROM (
        SELECT ${GROUPED[params.lines]} AS line, count() AS count_, toString(${first('id')}) AS id_, ${first('title')} AS title_, ${first('kind')} AS kind_, ${first('status')} AS status_, ${first('severity')} AS severity_,
          ${first('process')} AS process_, ${first('step')} AS step_, ${first('integration')} AS integration_, ${first('counterparty_name')} AS counterparty, ${first('fingerprint')} AS fingerprint_,
          ${first('object_type')} AS object_type_, ${first('object_id')} AS object_id_, uniqExact(replaceOne(title, object_id, '')) AS shapes,
          arraySort(groupUniqArray(20)(toString(facility))) AS facilities, arraySort(groupUniqArray(3)(toString(owner))) AS owners, arraySort(groupUniqArray(3)(assignee)) AS assignees, arraySort(groupUniqArray(toString(status))) AS statuses,
          min(first_seen) AS first_, max(last_seen) AS last_, min(due_at) AS due_, sum(occurrences) AS occurrences_, uniqExactIf((object_type, object_id, namespace), object_id != '') AS objects,
          maxMapIf([concat(toString(currency), amount_key)], [assumeNotNull(amount_minor)], isNotNull(amount_minor)) AS amounts, countIf(isNull(amount_minor)) AS bare,
          arrayMap(i -> toString(i), arraySlice(arraySort(groupArray(id)), 1, ${GROUP_IDS + 1})) AS ids,
          arrayMap(m -> (toString(m.1), m.2, m.3, m.4, m.5, m.6), arraySlice(arraySort(m -> m.1, groupArray((id, object_id, title, toString(amount_minor), toString(currency), toString(last_seen)))), 1, ${SHOWN_MEMBERS})) AS members,
          ${sortKey(params.sort)} AS sort_order
        FROM exceptions FINAL WHERE ${whereSql(params)}
        GROUP BY line)
      ${params.after ? `WHERE (sort_order, line) ${down ? '<' : '>'} ({after_key:Int128}, {after_line:String})` : ''}
      ORDER BY sort_order ${order}, line ${order} LIMIT {limit:UInt32}`
  },
})

const totals = defineQuery({
  name: 'exceptions.line_count',
  params: whereParams.extend({ lines: z.enum(['group', 'single']) }),
  row: z.object({ lines: z.coerce.number(), newest: z.coerce.number() }),
  scoped: true,
  sql: params => `SELECT uniqExact(${GROUPED[params.lines]}) AS lines, max(id) AS newest FROM exceptions FINAL WHERE ${whereSql(params)}`,
})

export interface LineMember { id: string; objectId: string; title: string; amount: Money | null; lastSeen: string }
export interface Line {
  /** what the line stands for: a fingerprint, or an id */
  key: string; count: number; id: string; title: string
  kind: (typeof EXCEPTION_KINDS)[number]; status: (typeof EXCEPTION_STATUSES)[number]; severity: (typeof SEVERITIES)[number]
  process: string | null; step: string | null; integration: string | null; facilities: string[]; counterparty: string | null; fingerprint: string
  firstSeen: string; lastSeen: string; dueAt: string | null; occurrences: number; objects: number
  /** of the member that speaks for the line */
  objectType: string | null; objectId: string | null
  /** true if the members' titles differ in more than the object's id */
  mixed: boolean
  /** of all members, at most three; an empty one is nobody */
  owners: string[]; assignees: string[]; statuses: string[]
  money: Money[]; withoutAmount: number
  /** of all members; null where there are more than can be acted on as one */
  ids: string[] | null
  members: LineMember[]
}

const cursorShape = z.tuple([z.literal(1), z.enum(['group', 'single']), sortNames, z.string().regex(/^-?\d{1,38}$/), z.string().max(1000)])

/** A page of lines inside the scope, sorted as the filter says or by `sort`. Throws FilterError for a cursor that is not one of this list, grouping and sort. */
export async function listLines(clickhouse: ClickHouse, filter: ExceptionFilter, grouping: Lines, paging: Paging, scope: Scope, sort: LineSort = filter.sort): Promise<{ items: Line[]; nextCursor: string | null }> {
  const after = paging.cursor === undefined ? null : readCursor(paging.cursor, grouping, sort)
  const rows = await lines.run(clickhouse, { ...bindFilter(filter), lines: grouping, sort, after: after !== null, after_key: after?.key ?? '0', after_line: after?.line ?? '', limit: paging.limit + 1 }, scope)
  const shown = rows.slice(0, paging.limit)
  const last = shown.at(-1)
  const nextCursor = rows.length > paging.limit && last ? Buffer.from(JSON.stringify([1, grouping, sort, last.sort_key, last.line])).toString('base64url') : null
  return { items: shown.map(toLine), nextCursor }
}

/** How many lines the list has over all its pages, and the greatest id among its exceptions (0 if there are none). */
export async function countLines(clickhouse: ClickHouse, filter: ExceptionFilter, grouping: Lines, scope: Scope): Promise<{ lines: number; newest: number }> {
  const [row] = await totals.run(clickhouse, { ...bindFilter(filter), lines: grouping }, scope)
  return row ?? { lines: 0, newest: 0 }
}

const objects = defineQuery({
  name: 'exceptions.objects',
  params: whereParams,
  row: z.object({ objects: z.coerce.number() }),
  scoped: true,
  sql: params => `SELECT uniqExactIf((object_type, object_id, namespace), object_id != '') AS objects FROM exceptions FINAL WHERE ${whereSql(params)}`,
})

/** How many business objects a frozen selection is about. */
export async function countObjects(clickhouse: ClickHouse, ids: readonly string[], scope: Scope): Promise<number> {
  const [row] = await objects.run(clickhouse, bindFilter(exceptionFilter.parse({ status: [], environment: [] }), ids), scope)
  return row?.objects ?? 0
}

function readCursor(cursor: string, grouping: Lines, sort: LineSort): { key: string; line: string } {
  try {
    const [, lineKind, lineSort, key, line] = cursorShape.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString()))
    if (lineKind === grouping && lineSort === sort) return { key, line }
  } catch {
    // answered below like any other cursor that is not ours
  }
  throw new FilterError(['cursor'], 'cursor: not one of this list and sort')
}

function toLine(row: z.infer<typeof lineRow>): Line {
  return {
    key: row.line, count: row.count, id: row.id, title: row.title, kind: row.kind, status: row.status, severity: row.severity, process: row.process, step: row.step, integration: row.integration,
    facilities: row.facilities, counterparty: row.counterparty, fingerprint: row.fingerprint, firstSeen: row.first_seen, lastSeen: row.last_seen, dueAt: row.due_at, occurrences: row.occurrences, objects: row.objects,
    objectType: row.object_type, objectId: row.object_id, mixed: row.shapes > 1, owners: row.owners, assignees: row.assignees, statuses: row.statuses, money: row.money.map(([currency, minor]) => fromMinor(minor, currency)), withoutAmount: row.bare, ids: row.ids.length > GROUP_IDS ? null : row.ids,
    members: row.members.map(([id, objectId, title, minor, currency, lastSeen]) => ({ id, objectId, title, amount: minor === null ? null : fromMinor(minor, currency), lastSeen })),
  }
}
