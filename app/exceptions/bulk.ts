/** Acting on many exceptions: what a form selected, frozen; what came of it, item by item. */
import { matchingIds } from '#queries/clickhouse/exceptions/ids.ts'
import { exceptionFilter, FilterError, parseFilter } from '#queries/model/filter.ts'
import type { Scope } from '#queries/model/scope.ts'
import type { Stores } from '#queries/stores.ts'
import { doneText } from './act-form.ts'
import type { BulkResult } from './acts.ts'
import { STATUS_LABELS } from './labels.ts'
import type { ActName } from './lifecycle.ts'
import { MOST_AT_ONCE, unpackIds } from './selected-ids.ts'
import type { ExceptionStatus } from '#queries/model/exception.ts'

/** Items named in an answer; how many more there are is said. */
const NAMED = 200

/** A frozen selection: exactly these, as the person saw them at `seenAt`. */
export interface Selection { ids: string[]; seenAt: Date | null }
/** One that was left as it is, in words. */
export interface SkippedView { id: string; title: string | null; why: string }
/** What an act on the list answers. */
export interface ActResult { text?: string; problem?: string; skipped?: SkippedView[]; unnamed?: number; undo?: string | null }

/**
 * The selection of a form. Either `ids` packed, or the list as it was seen: `filter` (the list's filter, `me` and `now` resolved),
 * `newest` (its greatest id) with `line` for each ticked line (an id or a failure group) or `all`. `seenAt` is when the list was read:
 * what changed since is told apart when acting. A sentence for the person where it cannot be read.
 */
export async function readSelection(stores: Pick<Stores, 'clickhouse'>, form: FormData | URLSearchParams, scope: Scope): Promise<Selection | { problem: string }> {
  const text = (name: string) => String(form.get(name) ?? '')
  const seen = Date.parse(text('seenAt'))
  const seenAt = Number.isNaN(seen) ? null : new Date(seen)
  if (form.has('ids')) {
    const ids = unpackIds(text('ids'), MOST_AT_ONCE)
    if (ids === null) return { problem: `The selection cannot be read, or names more than ${MOST_AT_ONCE.toLocaleString('en')} exceptions.` }
    return ids.length === 0 ? { problem: 'Nothing is selected any more.' } : { ids, seenAt }
  }
  const newest = Number(text('newest'))
  if (!Number.isSafeInteger(newest) || newest < 0) return { problem: 'The selection cannot be read. Go back to the list and select again.' }
  try {
    const filter = parseFilter(exceptionFilter, new URLSearchParams(text('filter')))
    const lines = form.getAll('line').map(String)
    const groups = lines.filter(line => !/^\d+$/.test(line))
    const found = form.has('all') ? await matchingIds(stores.clickhouse, filter, newest, scope, MOST_AT_ONCE)
      : groups.length === 0 ? [] : await matchingIds(stores.clickhouse, { ...filter, fingerprint: groups }, newest, scope, MOST_AT_ONCE)
    const ids = found === null ? null : [...new Set([...found, ...(form.has('all') ? [] : lines.filter(line => /^[1-9]\d{0,14}$/.test(line)))])]
    if (ids === null || ids.length > MOST_AT_ONCE) return { problem: `More than ${MOST_AT_ONCE.toLocaleString('en')} match. Narrow the list, then select again.` }
    return ids.length === 0 ? { problem: 'Nothing is selected. Tick lines in the list first.' } : { ids, seenAt }
  } catch (error) {
    if (error instanceof FilterError) return { problem: 'The selection cannot be read. Go back to the list and select again.' }
    throw error
  }
}

/** What was done, in words, with each one that was left and why. `names`: people by id. */
export function bulkAnswer(act: ActName, { done, skipped, undo }: BulkResult, names: ReadonlyMap<string, string>): ActResult {
  const why = (item: BulkResult['skipped'][number]): string => {
    if (item.code === 'not_found') return 'is not there, or outside what you may change'
    if (item.code === 'not_allowed') return `is ${(STATUS_LABELS[item.status as ExceptionStatus] ?? item.status ?? '').toLowerCase()}, which does not allow this`
    const by = item.by?.kind === 'person' ? (names.get(item.by.id) ?? 'somebody else') : item.by?.kind === 'key' ? 'a program' : 'the systems'
    return `changed meanwhile by ${by}`
  }
  return {
    text: doneText(act, done.length, skipped.length), undo: done.length > 0 ? undo : null, unnamed: Math.max(0, skipped.length - NAMED),
    skipped: skipped.slice(0, NAMED).map(item => ({ id: item.id, title: item.title ?? null, why: why(item) })),
  }
}
