/**
 * The worklist's address: the exceptions filter, how it is shown, and two words that a shared address needs: `me` for whoever reads
 * (in `assignee`) and `now`, `now+8h`, `now-7d` for when (in `from`, `to`, `dueBefore`, `detectedFrom`).
 */
import { exceptionFilter, FilterError, paging, parseFilter, type ExceptionFilter } from './filter.ts'
import { DEFAULT_COLUMNS, WORKLIST_COLUMNS, type WorklistColumn } from './worklist-columns.ts'

export type WorklistLines = 'group' | 'single'
/** What an address asks for. `given`: the address as it was written, without page and view; `view`: the view it claims to be. */
export interface WorklistQuery { filter: ExceptionFilter; lines: WorklistLines; columns: readonly WorklistColumn[]; view: string | null; cursor: string | undefined; limit: number; given: URLSearchParams }
/** Who reads, and when. */
export interface WorklistReader { me: string; now: Date }

const INSTANTS = ['from', 'to', 'dueBefore', 'detectedFrom'] as const
const UNIT_MS = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const
const OWN = ['cursor', 'limit', 'lines', 'cols', 'view'] as const

/** Reads the worklist's address. Throws FilterError for what it does not know. One failure group's members are always shown one by one. */
export function readWorklistQuery(search: URLSearchParams, reader: WorklistReader): WorklistQuery {
  const given = new URLSearchParams(search)
  const own: Partial<Record<(typeof OWN)[number], string>> = {}
  for (const name of OWN) {
    const values = given.getAll(name)
    if (name === 'cols') {
      if (values.length > 0) own.cols = values.join(',')
    } else if (values.length > 1) throw new FilterError([name], `${name} may be given once`)
    else if (values[0] !== undefined) own[name] = values[0]
    given.delete(name)
  }
  for (const [name, value] of Array.from(given)) if (value === '' && name !== 'assignee' && name !== 'owner' && name !== 'facility') given.delete(name, value)
  const { lines = 'group', cols, view, ...page } = own
  if (lines !== 'group' && lines !== 'single') throw new FilterError(['lines'], 'lines: group or single')
  const pages = paging.safeParse(page)
  if (!pages.success) throw new FilterError(['limit'], 'limit: a whole number from 1 to 200')
  const filter = parseFilter(exceptionFilter, resolved(given, reader))
  const columns = readColumns(cols)
  const written = inOrder(given, filter)
  if (lines === 'single') written.set('lines', lines)
  if (columns !== DEFAULT_COLUMNS) written.set('cols', columns.join(','))
  return { filter, lines: filter.fingerprint.length > 0 ? 'single' : lines, columns, view: view || null, cursor: pages.data.cursor, limit: pages.data.limit, given: written }
}

/** The address without page and view, names in a fixed order, `me` and `now` as written: what a saved view keeps. Throws FilterError. */
export function normalWorklistQuery(query: string): string {
  return readWorklistQuery(new URLSearchParams(query), { me: 'me', now: new Date(0) }).given.toString()
}

function readColumns(text: string | undefined): readonly WorklistColumn[] {
  if (text === undefined || text === '') return DEFAULT_COLUMNS
  const names = text.split(',')
  const unknown = names.find(name => !WORKLIST_COLUMNS.some(column => column === name))
  if (unknown !== undefined) throw new FilterError(['cols'], `cols: ${WORKLIST_COLUMNS.join(', ')}`)
  const columns = WORKLIST_COLUMNS.filter(column => names.includes(column))
  return columns.join() === DEFAULT_COLUMNS.join() ? DEFAULT_COLUMNS : columns
}

/** `me` and `now` replaced by who reads and when. */
function resolved(given: URLSearchParams, { me, now }: WorklistReader): URLSearchParams {
  const search = new URLSearchParams()
  for (const [name, value] of given) {
    if (name === 'assignee' && value === 'me') search.append(name, me)
    else if (INSTANTS.some(instant => instant === name) && value.startsWith('now')) search.append(name, relativeInstant(name, value, now))
    else search.append(name, value)
  }
  return search
}

function relativeInstant(name: string, text: string, now: Date): string {
  const match = /^now(?:([+-])(\d{1,4})([mhd]))?$/.exec(text.replace(' ', '+'))
  if (!match) throw new FilterError([name], `${name}: an instant, or now, now+8h, now-7d`)
  const [, sign, count = '0', unit = 'm'] = match
  const by = Number(count) * UNIT_MS[unit as keyof typeof UNIT_MS]
  return new Date(now.getTime() + (sign === '-' ? -by : by)).toISOString()
}

/** What was given, names in a fixed order, without what is usual anyway. */
function inOrder(given: URLSearchParams, filter: ExceptionFilter): URLSearchParams {
  const usual = exceptionFilter.parse({})
  const search = new URLSearchParams()
  for (const name of Object.keys(exceptionFilter.shape) as (keyof ExceptionFilter)[]) {
    if (JSON.stringify(filter[name]) === JSON.stringify(usual[name])) continue
    for (const value of given.getAll(name)) search.append(name, value)
  }
  return search
}
