/** The worklist as its screen shows it: lines in words, facets with names, ready-made views, filters in force. */
import type { Catalogue } from '#queries/catalogue/catalogue.ts'
import { exceptionFacets, type FacetName, type Facets } from '#queries/clickhouse/exceptions/facets.ts'
import { countExceptions } from '#queries/clickhouse/exceptions/figures.ts'
import { countLines, listLines, type Line, type Lines } from '#queries/clickhouse/exceptions/lines.ts'
import { countViews, type ViewCounts } from '#queries/clickhouse/exceptions/views.ts'
import { exceptionFilter, FilterError, formatFilter, paging, parseFilter, type ExceptionFilter } from '#queries/model/filter.ts'
import type { Money } from '#queries/model/money.ts'
import type { Scope } from '#queries/model/scope.ts'
import type { Stores } from '#queries/stores.ts'
import { ownerName, ruleName } from '../ownership/route.ts'
import { packIds } from './selected-ids.ts'
import { facilityName, integrationName, KIND_LABELS, objectCount, processName, SEVERITY_LABELS, SLA_LABELS, STATUS_LABELS, stepName } from './labels.ts'

/** Values of a facet shown before the rest is folded away. */
const FACET_VALUES = 8

/** What the address asks for: the filter, the page, and whether equal failures are one line. */
export interface WorklistRequest { filter: ExceptionFilter; cursor: string | undefined; limit: number; lines: Lines }

/** Reads the address. Throws FilterError for what it does not know. One failure group's members are always shown one by one. */
export function readWorklistRequest(search: URLSearchParams): WorklistRequest {
  const rest = new URLSearchParams(search)
  const own: Record<string, string> = {}
  for (const name of ['cursor', 'limit', 'lines']) {
    const given = rest.getAll(name)
    if (given.length > 1) throw new FilterError([name], `${name} may be given once`)
    if (given[0] !== undefined) own[name] = given[0]
    rest.delete(name)
  }
  for (const [name, value] of Array.from(rest)) if (value === '' && name !== 'assignee' && name !== 'owner' && name !== 'facility') rest.delete(name, value)
  const { lines = 'group', ...page } = own
  if (lines !== 'group' && lines !== 'single') throw new FilterError(['lines'], 'lines: group or single')
  const pages = paging.safeParse(page)
  if (!pages.success) throw new FilterError(['limit'], 'limit: a whole number from 1 to 200')
  const filter = parseFilter(exceptionFilter, rest)
  return { filter, cursor: pages.data.cursor, limit: pages.data.limit, lines: filter.fingerprint.length > 0 ? 'single' : lines }
}

export interface WorklistRow {
  key: string; id: string; count: number; title: string; kind: Line['kind']; status: Line['status']; severity: Line['severity']; detail: string
  money: Money[]; firstSeen: string; dueAt: string | null; paused: string | null; assignee: string | null; assignees: number; team: string | null; teams: number; fingerprint: string
  /** packed ids of all members (see selected-ids.ts); null where there are too many to act on as one */
  ids: string | null
  objects: number
  members: { id: string; label: string; title: string; amount: Money | null; lastSeen: string }[]
}

export interface FacetView { name: FacetName; label: string; options: { value: string; label: string; count: number; selected: boolean }[]; more: number }
export interface FilterView { name: string; operator: string; value: string; removeTo: string }
export interface TabView { label: string; to: string; count: number; current: boolean }

export interface Worklist {
  asOf: string; newestId: number
  rows: WorklistRow[]; nextCursor: string | null
  count: number; lineCount: number; money: Money[]; withoutAmount: number
  grouped: boolean
  facets: FacetView[]; filters: FilterView[]; tabs: TabView[]
}

/** Reads one page of the worklist with everything around it. `names`: people by id; `me`: who looks. */
export async function readWorklist(stores: Pick<Stores, 'clickhouse'>, catalogue: Catalogue, scope: Scope, request: WorklistRequest, names: ReadonlyMap<string, string>, me: string, now = new Date()): Promise<Worklist> {
  const { clickhouse } = stores
  const { filter, cursor, limit, lines } = request
  const [page, totals, figure, facets, views] = await Promise.all([
    listLines(clickhouse, filter, lines, { cursor, limit }, scope),
    countLines(clickhouse, filter, lines, scope),
    countExceptions(clickhouse, filter, scope),
    exceptionFacets(clickhouse, filter, scope),
    countViews(clickhouse, filter.facility, me, now, scope),
  ])
  return {
    asOf: now.toISOString(), newestId: totals.newest,
    rows: page.items.map(line => rowOf(line, catalogue, names)), nextCursor: page.nextCursor,
    count: figure.count, lineCount: totals.lines, money: figure.money, withoutAmount: figure.withoutAmount,
    grouped: lines === 'group',
    facets: facetViews(facets, filter, catalogue, names), filters: filterViews(filter, catalogue, names, lines), tabs: tabViews(views, filter, me),
  }
}

/** A line in words; pure. */
export function rowOf(line: Line, catalogue: Catalogue, names: ReadonlyMap<string, string>): WorklistRow {
  const [assignee] = line.assignees.filter(id => id !== '')
  return {
    key: line.key, id: line.id, count: line.count, title: lineTitle(line, catalogue), kind: line.kind, status: line.status, severity: line.severity, detail: detailOf(line, catalogue),
    money: line.money, firstSeen: line.firstSeen, dueAt: line.dueAt, paused: line.statuses.length === 1 && line.status === 'waiting' ? 'waits for somebody else' : null,
    assignee: assignee === undefined ? null : (names.get(assignee) ?? assignee), assignees: line.assignees.length, team: ownerName(catalogue, line.owners[0] ?? null, names), teams: line.owners.length, fingerprint: line.fingerprint,
    ids: line.ids === null ? null : packIds(line.ids), objects: line.objects,
    members: line.count > 1 ? line.members.map(member => ({ id: member.id, label: member.objectId || member.id, title: member.title, amount: member.amount, lastSeen: member.lastSeen })) : [],
  }
}

/** One exception speaks for itself; a group says what its members have in common. */
export function lineTitle(line: Pick<Line, 'count' | 'title' | 'mixed' | 'objectId' | 'objectType' | 'objects' | 'kind' | 'step'>, catalogue: Catalogue): string {
  if (line.count === 1) return line.title
  if (!line.mixed && line.objectId && line.title.includes(line.objectId)) return line.title.replace(line.objectId, `${line.objectId} and ${line.count - 1} more`)
  if (!line.mixed) return line.title
  const step = stepName(catalogue, line.step)
  const what = objectCount(line.objectType, line.objects || line.count)
  if (line.kind === 'failed' && line.step !== null && catalogue.milestoneOf(line.step)?.milestone.negative) return `“${step}” for ${what}`
  if (step === null) return `${line.title} and ${line.count - 1} more`
  return line.kind === 'overdue' ? `“${step}” is missing for ${what}` : `“${step}” failed for ${what}`
}

function detailOf(line: Line, catalogue: Catalogue): string {
  const where = line.facilities.filter(id => id !== '')
  const facility = where.length === 1 ? facilityName(catalogue, where[0] ?? null) : where.length > 1 ? `${where.length}${where.length === 20 ? ' or more' : ''} facilities` : null
  const who = line.count === 1 ? line.counterparty : null
  const status = line.statuses.length === 1 && line.status !== 'open' ? STATUS_LABELS[line.status] : null
  return [status, integrationName(catalogue, line.integration), who, facility].filter(Boolean).join(' · ')
}

const FACETS: readonly { name: FacetName; label: string }[] = [
  { name: 'kind', label: 'Kind' }, { name: 'severity', label: 'Severity' }, { name: 'status', label: 'Status' }, { name: 'process', label: 'Process' },
  { name: 'sla', label: 'Service level' }, { name: 'owner', label: 'Owner' }, { name: 'assignee', label: 'Assigned to' },
  { name: 'facility', label: 'Facility' }, { name: 'integration', label: 'Integration' }, { name: 'currency', label: 'Currency' },
]
/** Closed lists are shown whole, zero included. */
const CLOSED: Partial<Record<FacetName, Readonly<Record<string, string>>>> = { kind: KIND_LABELS, severity: SEVERITY_LABELS, status: STATUS_LABELS, sla: SLA_LABELS }

function facetViews(facets: Facets, filter: ExceptionFilter, catalogue: Catalogue, names: ReadonlyMap<string, string>): FacetView[] {
  return FACETS.map(({ name, label }) => {
    const chosen: readonly string[] = filter[name]
    const closed = CLOSED[name]
    const found = facets[name].map(each => each.value)
    const values = closed ? Object.keys(closed) : [...new Set([...chosen, ...found])].filter(value => value !== '' || name === 'assignee' || name === 'owner')
    const count = new Map(facets[name].map(each => [each.value, each.count]))
    const options = values.map(value => ({ value, label: valueLabel(name, value, catalogue, names), count: count.get(value) ?? 0, selected: chosen.includes(value) }))
    if (!closed) options.sort((a, b) => b.count - a.count || a.label.localeCompare(b.label, 'en'))
    const shown = closed ? options : options.filter((option, index) => option.selected || index < FACET_VALUES)
    return { name, label, options: shown, more: options.length - shown.length }
  }).filter(facet => facet.options.length > 0)
}

/** The words for one value of a filter. */
export function valueLabel(name: string, value: string, catalogue: Catalogue, names: ReadonlyMap<string, string>): string {
  if (name === 'assignee') return value === '' ? 'Nobody' : (names.get(value) ?? value)
  if (name === 'owner') return ownerName(catalogue, value, names) ?? 'Nobody'
  if (name === 'rule') return ruleName(catalogue, value)
  if (name === 'facility') return facilityName(catalogue, value)
  if (name === 'integration') return integrationName(catalogue, value) ?? value
  if (name === 'process') return processName(catalogue, value) ?? value
  if (name === 'step') return stepName(catalogue, value) ?? value
  if (name === 'entity') return catalogue.entity(value)?.name ?? value
  if (name === 'system') return catalogue.systems.get(value)?.name ?? value
  return CLOSED[name as FacetName]?.[value] ?? value
}

const CHIP_NAMES: Readonly<Record<string, readonly [name: string, operator: string]>> = {
  kind: ['Kind', 'is'], status: ['Status', 'is'], severity: ['Severity', 'is'], process: ['Process', 'is'], step: ['Step', 'is'], integration: ['Integration', 'is'], facility: ['Facility', 'is'], entity: ['Entity', 'is'],
  system: ['System', 'is'], counterparty: ['Counterparty', 'is'], owner: ['Owner', 'is'], sla: ['Service level', 'is'], rule: ['Decided by', 'rule'], assignee: ['Assigned to', 'is'], objectType: ['Object', 'is'], objectId: ['Object', 'is'], correlationId: ['Correlation', 'is'], fingerprint: ['Failure group', 'is'],
  currency: ['Currency', 'is'], amountMin: ['Amount', 'from'], amountMax: ['Amount', 'up to'], from: ['First seen', 'from'], to: ['First seen', 'before'], dueBefore: ['Due', 'before'], environment: ['Environment', 'is'], q: ['Text', 'contains'],
}

function filterViews(filter: ExceptionFilter, catalogue: Catalogue, names: ReadonlyMap<string, string>, lines: Lines): FilterView[] {
  const given = formatFilter(exceptionFilter, filter)
  return [...new Set(given.keys())].filter(name => name !== 'sort').map(name => {
    const [label, operator] = CHIP_NAMES[name] ?? [name, 'is']
    const rest = new URLSearchParams(given)
    rest.delete(name)
    if (lines === 'single' && name !== 'fingerprint' && filter.fingerprint.length === 0) rest.set('lines', 'single')
    const instant = name === 'from' || name === 'to' || name === 'dueBefore'
    const values = given.getAll(name).map(value => (instant ? value : name === 'objectType' ? value.replaceAll('_', ' ') : valueLabel(name, value, catalogue, names)))
    return { name: label, operator, value: values.join(', '), removeTo: addressOf(rest) }
  })
}

function tabViews(counts: ViewCounts, filter: ExceptionFilter, me: string): TabView[] {
  const place = filter.facility
  const view = (label: string, count: number, over: Partial<ExceptionFilter>, isCurrent: boolean): TabView => ({ label, count, current: isCurrent, to: addressOf(formatFilter(exceptionFilter, { ...over, facility: place })) })
  const { facility: _place, sort: _sort, ...asked } = filter
  const { facility: _none, sort: _default, ...plain } = exceptionFilter.parse({})
  const same = (over: Partial<ExceptionFilter>) => JSON.stringify(asked) === JSON.stringify({ ...plain, ...over })
  const tabs: [string, number, Partial<ExceptionFilter>][] = [
    ['All open', counts.all, {}], ['Assigned to me', counts.mine, { assignee: [me] }], ['Past due', counts.breached, { sla: ['breached'] }],
    ['Critical', counts.critical, { severity: ['critical'] }], ['Waiting', counts.waiting, { status: ['waiting'] }], ['Unassigned', counts.nobody, { assignee: [''] }],
  ]
  return tabs.map(([label, count, over]) => view(label, count, over, same(over)))
}

const addressOf = (search: URLSearchParams) => (search.size > 0 ? `/exceptions?${search}` : '/exceptions')
