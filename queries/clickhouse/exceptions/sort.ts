/** How lists of exceptions are sorted: one whole number per row or line, and how a cursor carries it. */
import { z } from 'zod'
import { exceptionFilter, FilterError } from '../../model/filter.ts'
import { DIGITS } from './where.ts'

export const sortNames = exceptionFilter.shape.sort.unwrap()
/** The sorts of the worklist, and by how many a line stands for. */
export const lineSortNames = z.enum([...sortNames.options, 'count', '-count'])
export type LineSort = z.infer<typeof lineSortNames>

/** Larger than any instant in milliseconds and any severity; what has no value comes last in both directions. */
const NONE = 'toInt64(9000000000000000000)'
/** The same beyond any amount in ten-thousandths. */
const NO_AMOUNT = 'toInt128(10000000000000000000000)'
/** Ten-thousandths, so that currencies of any number of decimals sort by value. */
const TEN_THOUSANDTHS = `toInt128(assumeNotNull(amount_minor)) * toInt128(pow(10, 4 - ${DIGITS}))`

/** The key of a single row, over the columns of alias `e`. `severity` ascending is most severe first, then oldest. */
export function rowSortKey(sort: LineSort): string {
  const sign = sort.startsWith('-') ? '-' : ''
  switch (sort) {
    case 'count': case '-count': return 'toInt64(1)'
    case 'severity': case '-severity': return '(toInt64(5 - e.severity_rank) * 100000000000000 + toUnixTimestamp64Milli(e.first_seen))'
    case 'firstSeen': case '-firstSeen': return 'toUnixTimestamp64Milli(e.first_seen)'
    case 'lastSeen': case '-lastSeen': return 'toUnixTimestamp64Milli(e.last_seen)'
    case 'detectedAt': case '-detectedAt': return 'toUnixTimestamp64Milli(e.detected_at)'
    case 'dueAt': case '-dueAt': return `if(isNull(e.due_at), ${sign}${NONE}, toUnixTimestamp64Milli(assumeNotNull(e.due_at)))`
    case 'amount': case '-amount': return `if(isNull(e.amount_minor), ${sign}${NO_AMOUNT}, ${TEN_THOUSANDTHS})`
  }
}

/** The key of a group of rows: its most severe and oldest, its newest, its earliest due time, its sum. */
export function groupSortKey(sort: LineSort): string {
  const sign = sort.startsWith('-') ? '-' : ''
  switch (sort) {
    case 'count': case '-count': return 'toInt64(count())'
    case 'severity': case '-severity': return '(toInt64(5 - max(severity_rank)) * 100000000000000 + toUnixTimestamp64Milli(min(first_seen)))'
    case 'firstSeen': case '-firstSeen': return 'toUnixTimestamp64Milli(min(first_seen))'
    case 'lastSeen': case '-lastSeen': return 'toUnixTimestamp64Milli(max(last_seen))'
    case 'detectedAt': case '-detectedAt': return 'toUnixTimestamp64Milli(max(detected_at))'
    case 'dueAt': case '-dueAt': return `if(isNull(min(due_at)), ${sign}${NONE}, toUnixTimestamp64Milli(assumeNotNull(min(due_at))))`
    case 'amount': case '-amount': return `if(countIf(isNotNull(amount_minor)) = 0, ${sign}${NO_AMOUNT}, sumIf(${TEN_THOUSANDTHS}, isNotNull(amount_minor)))`
  }
}

const cursorShape = z.tuple([z.literal(2), z.enum(['list', 'group', 'single']), lineSortNames, z.string().regex(/^-?\d{1,38}$/), z.string().regex(/^\d{1,20}$/)])
export type CursorOf = z.infer<typeof cursorShape>[1]
/** Where a page ends: the sort key and the number (id or line) of its last entry. */
export interface Position { key: string; number: string }

/** An opaque cursor, bound to its kind of list and its sort. */
export function writeCursor(of: CursorOf, sort: LineSort, { key, number }: Position): string {
  return Buffer.from(JSON.stringify([2, of, sort, key, number])).toString('base64url')
}

/** Reads it back; null for none. Throws FilterError for a cursor of another list or sort. */
export function readCursor(cursor: string | undefined, of: CursorOf, sort: LineSort): Position | null {
  if (cursor === undefined) return null
  try {
    const [, cursorOf, cursorSort, key, number] = cursorShape.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString()))
    if (cursorOf === of && cursorSort === sort) return { key, number }
  } catch {
    // answered below like any other cursor that is not ours
  }
  throw new FilterError(['cursor'], 'cursor: not one of this list and sort')
}
