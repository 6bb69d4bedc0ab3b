/**
 * The worklist as people read it: failures with one fingerprint are one line with a count, everything else stands alone. The same
 * condition as every other list and figure of exceptions; pages by key.
 */
import { z } from 'zod'
import type { ClickHouse } from '../clickhouse.ts'
import { defineQuery } from '../define-query.ts'
import { EXCEPTION_KINDS, EXCEPTION_STATUSES, SEVERITIES } from '../../model/exception.ts'
import { exceptionFilter } from '../../model/filter.ts'
import type { ExceptionFilter, Paging } from '../../model/filter.ts'
import { fromMinor } from '../../model/money.ts'
import type { Money } from '../../model/money.ts'
import type { Scope } from '../../model/scope.ts'
import { groupSortKey, lineSortNames, readCursor, rowSortKey, writeCursor } from './sort.ts'
import type { LineSort } from './sort.ts'
import { bindFilter, newest, rowsOf, sourceOf, whereParams } from './where.ts'

/** Ids carried with a group; a larger one must be narrowed before it can be acted on as one. */
export const GROUP_IDS = 5000
/** Members shown when a group is unfolded. */
export const SHOWN_MEMBERS = 2

const stamp = z.string().transform(text => `${text.replace(' ', 'T')}Z`)
const orNull = z.string().transform(text => text || null)
const count = z.coerce.number()
/** The column that makes rows one line, and the number a cursor and the sort's ties go by. */
const KEYS = { group: 'line', single: 'id' } as const
export type Lines = keyof typeof KEYS

const top = defineQuery({
  name: 'exceptions.lines',
  params: whereParams.extend({ lines: z.enum(['group', 'single']), sort: lineSortNames, paged: z.boolean(), after_key: z.string(), after_number: z.string(), limit: z.number() }),
  row: z.object({ number: z.string(), sort_key: z.string() }),
  scoped: true,
  // Which lines, by the narrow columns alone; what they say is read for the page's own only.
  sql(params) {
    const down = params.sort.startsWith('-') ? 'DESC' : 'ASC'
    const rows = params.lines === 'group'
      ? `SELECT line AS number_, ${groupSortKey(params.sort)} AS sort_order FROM ${rowsOf(params)} GROUP BY number_`
      : `SELECT e.id AS number_, ${rowSortKey(params.sort)} AS sort_order FROM ${sourceOf(params)} AS e ${newest(sourceOf(params), params)}`
    return `SELECT toString(number_) AS number, toString(sort_order) AS sort_key FROM (${rows})
      ${params.paged ? `WHERE (sort_order, number_) ${down === 'DESC' ? '<' : '>'} ({after_key:Int128}, {after_number:UInt64})` : ''}
      ORDER BY sort_order ${down}, number_ ${down} LIMIT {limit:UInt32}`
  },
})

const ofLines = whereParams.extend({ lines: z.enum(['group', 'single']), numbers: z.array(z.bigint()) })
type OfLines = z.infer<typeof ofLines>
const members = (params: OfLines) => `${rowsOf(params)} AND ${KEYS[params.lines]} IN {numbers:Array(UInt64)}`
/** Most severe first, then oldest, then by id, as one number: the least of a line is the member that speaks for it. */
const SPEAKING = "bitOr(bitShiftLeft(toUInt128((5 - severity_rank) * 100000000000000 + toUnixTimestamp64Milli(first_seen)), 64), toUInt128(id))"

const details = defineQuery({
  name: 'exceptions.line_details',
  params: ofLines,
  row: z.object({
    number: z.string(), count, speaker: z.string(), first_members: z.array(z.string()), ids: z.array(z.string()), facilities: z.array(z.string()), owners: z.array(z.string()), assignees: z.array(z.string()), statuses: z.array(z.string()),
    first: stamp, last: stamp, detected: stamp, due: stamp.nullable(), occurrences: count, objects: count, mixed: z.number(), bare: count,
  }),
  scoped: true,
  // The most severe member, then the oldest, speaks for the line. Names end in _ inside: an alias that is also a column would be taken for the aggregate in the condition.
  sql: params => `SELECT toString(number_) AS number, count_ AS count, toString(speaker_) AS speaker, arrayMap(i -> toString(i), arraySlice(ids_, 1, ${SHOWN_MEMBERS})) AS first_members, arrayMap(i -> toString(i), ids_) AS ids,
      facilities_ AS facilities, owners_ AS owners, assignees_ AS assignees, statuses_ AS statuses, toString(first_) AS first, toString(last_) AS last, toString(detected_) AS detected, toString(due_) AS due, occurrences_ AS occurrences, objects_ AS objects, mixed_ AS mixed, bare_ AS bare
    FROM (
      SELECT ${KEYS[params.lines]} AS number_, count() AS count_, CAST(min(${SPEAKING}) AS UInt64) AS speaker_, groupArraySorted(${GROUP_IDS + 1})(id) AS ids_,
        arraySort(groupUniqArray(20)(toString(facility))) AS facilities_, arraySort(groupUniqArray(3)(toString(owner))) AS owners_, arraySort(groupUniqArray(3)(toString(assignee))) AS assignees_, arraySort(groupUniqArray(toString(status))) AS statuses_,
        min(first_seen) AS first_, max(last_seen) AS last_, max(detected_at) AS detected_, min(due_at) AS due_, sum(occurrences) AS occurrences_, uniqExactIf(object_of, object_of != 0) AS objects_, min(shape) != max(shape) AS mixed_,
        countIf(isNull(amount_minor)) AS bare_
      FROM ${members(params)} GROUP BY number_)`,
})

const money = defineQuery({
  name: 'exceptions.line_money',
  params: ofLines,
  row: z.object({ number: z.string(), currency: z.string(), minor: z.string() }),
  scoped: true,
  // Each business amount counts once, with its largest value where it is told differently, as in every figure.
  sql: params => `SELECT toString(number_) AS number, currency_ AS currency, toString(sum(toInt128(minor_))) AS minor
    FROM (SELECT ${KEYS[params.lines]} AS number_, any(toString(currency)) AS currency_, max(assumeNotNull(amount_minor)) AS minor_ FROM ${members(params)} AND isNotNull(amount_minor) GROUP BY number_, amount_of)
    GROUP BY number_, currency_ ORDER BY number_, currency_`,
})

const words = defineQuery({
  name: 'exceptions.line_words',
  params: z.object({ ids: z.array(z.bigint()) }),
  row: z.object({
    id: z.string(), title: z.string(), kind: z.enum(EXCEPTION_KINDS), status: z.enum(EXCEPTION_STATUSES), severity: z.enum(SEVERITIES), process: orNull, step: orNull, integration: orNull, counterparty: orNull,
    fingerprint: z.string(), object_type: orNull, object_id: z.string(), minor: z.string().nullable(), currency: z.string(), last: stamp,
  }),
  scoped: true,
  // PREWHERE may stand before FINAL here: versions of a row share its key. From all exceptions: one that was resolved meanwhile still has its words.
  sql: `SELECT toString(e.id) AS id, title, kind, status, severity, process, step, integration, counterparty_name AS counterparty, fingerprint, object_type, object_id, toString(amount_minor) AS minor, currency, toString(last_seen) AS last
    FROM exceptions AS e FINAL PREWHERE e.id IN {ids:Array(UInt64)} WHERE {scope}`,
})
type Words = z.infer<typeof words.row>

const totals = defineQuery({
  name: 'exceptions.line_count',
  params: whereParams.extend({ lines: z.enum(['group', 'single']) }),
  row: z.object({ lines: count, newest: count }),
  scoped: true,
  sql: params => `SELECT ${params.lines === 'group' ? 'uniqExact(line)' : 'count()'} AS lines, max(id) AS newest FROM ${rowsOf(params)}`,
})

export interface LineMember { id: string; objectId: string; title: string; amount: Money | null; lastSeen: string }
export interface Line {
  /** what the line stands for: a fingerprint, or an id */
  key: string; count: number; id: string; title: string
  kind: (typeof EXCEPTION_KINDS)[number]; status: (typeof EXCEPTION_STATUSES)[number]; severity: (typeof SEVERITIES)[number]
  process: string | null; step: string | null; integration: string | null; facilities: string[]; counterparty: string | null; fingerprint: string
  /** `detectedAt`: when the newest member was found */
  firstSeen: string; lastSeen: string; detectedAt: string; dueAt: string | null; occurrences: number; objects: number
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

/**
 * A page of lines inside the scope, sorted as the filter says or by `sort`. Throws FilterError for a cursor that is not one of this list and sort.
 * What a line says is read after its place in the list: a member that changes in between is shown as it is then.
 */
export async function listLines(clickhouse: ClickHouse, filter: ExceptionFilter, grouping: Lines, paging: Paging, scope: Scope, sort: LineSort = filter.sort): Promise<{ items: Line[]; nextCursor: string | null }> {
  const after = readCursor(paging.cursor, grouping, sort)
  const bound = { ...bindFilter(filter), lines: grouping }
  const places = await top.run(clickhouse, { ...bound, sort, paged: after !== null, after_key: after?.key ?? '0', after_number: after?.number ?? '0', limit: paging.limit + 1 }, scope)
  const shown = places.slice(0, paging.limit)
  const last = shown.at(-1)
  return {
    items: await readLines(clickhouse, bound, shown.map(({ number }) => number), scope),
    nextCursor: places.length > paging.limit && last ? writeCursor(grouping, sort, { key: last.sort_key, number: last.number }) : null,
  }
}

/** What the lines say, in the order of their numbers; a line that has no members any more is left out. */
async function readLines(clickhouse: ClickHouse, bound: z.infer<typeof whereParams> & { lines: Lines }, numbers: readonly string[], scope: Scope): Promise<Line[]> {
  if (numbers.length === 0) return []
  const params = { ...bound, numbers: numbers.map(BigInt) }
  const [facts, amounts] = await Promise.all([details.run(clickhouse, params, scope), money.run(clickhouse, params, scope)])
  const ids = new Set(facts.flatMap(line => [line.speaker, ...line.first_members]))
  const said = new Map((await words.run(clickhouse, { ids: [...ids].map(BigInt) }, scope)).map(row => [row.id, row]))
  const factsOf = new Map(facts.map(line => [line.number, line]))
  const moneyOf = Map.groupBy(amounts, amount => amount.number)
  return numbers.flatMap((number): Line[] => {
    const line = factsOf.get(number)
    const speaker = said.get(line?.speaker ?? '')
    if (!line || !speaker) return []
    return [{
      key: bound.lines === 'group' ? speaker.fingerprint : number, count: line.count, id: speaker.id, title: speaker.title, kind: speaker.kind, status: speaker.status, severity: speaker.severity,
      process: speaker.process, step: speaker.step, integration: speaker.integration, facilities: line.facilities, counterparty: speaker.counterparty, fingerprint: speaker.fingerprint,
      firstSeen: line.first, lastSeen: line.last, detectedAt: line.detected, dueAt: line.due, occurrences: line.occurrences, objects: line.objects, objectType: speaker.object_type, objectId: speaker.object_id || null,
      mixed: line.mixed === 1, owners: line.owners, assignees: line.assignees, statuses: line.statuses, money: (moneyOf.get(number) ?? []).map(({ currency, minor }) => fromMinor(minor, currency)), withoutAmount: line.bare,
      ids: line.ids.length > GROUP_IDS ? null : line.ids, members: line.first_members.flatMap(id => said.get(id) ?? []).map(toMember),
    }]
  })
}

function toMember(row: Words): LineMember {
  return { id: row.id, objectId: row.object_id, title: row.title, amount: row.minor === null || row.currency === '' ? null : fromMinor(row.minor, row.currency), lastSeen: row.last }
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
  sql: params => `SELECT uniqExactIf(object_of, object_of != 0) AS objects FROM ${rowsOf(params)}`,
})

/** How many business objects a frozen selection is about. */
export async function countObjects(clickhouse: ClickHouse, ids: readonly string[], scope: Scope): Promise<number> {
  const [row] = await objects.run(clickhouse, bindFilter(exceptionFilter.parse({ status: [], environment: [] }), ids), scope)
  return row?.objects ?? 0
}
