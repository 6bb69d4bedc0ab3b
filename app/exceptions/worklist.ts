/** The worklist as its screen shows it: lines in words, facets with names, filters in force, what is new. */
import type { Catalogue } from '#queries/catalogue/catalogue.ts'
import { exceptionFacets, type FacetName, type Facets } from '#queries/clickhouse/exceptions/facets.ts'
import { countExceptions } from '#queries/clickhouse/exceptions/figures.ts'
import { countLines, listLines, type Line } from '#queries/clickhouse/exceptions/lines.ts'
import { exceptionFilter, formatFilter, type ExceptionFilter } from '#queries/model/filter.ts'
import type { Money } from '#queries/model/money.ts'
import type { Scope } from '#queries/model/scope.ts'
import type { WorklistQuery } from '#queries/model/worklist-query.ts'
import { readOf } from '#queries/postgres/reading.ts'
import type { Stores } from '#queries/stores.ts'
import { ownerName, ruleName } from '../ownership/route.ts'
import { packIds } from './selected-ids.ts'
import { facilityName, integrationName, KIND_LABELS, objectCount, processName, SEVERITY_LABELS, SLA_LABELS, STATUS_LABELS, stepName, saidWords } from './labels.ts'

/** Values of a facet shown before the rest is folded away. */
const FACET_VALUES = 8

export interface WorklistRow {
  key: string; id: string; count: number; title: string; kind: Line['kind']; status: Line['status']; severity: Line['severity']; detail: string
  money: Money[]; firstSeen: string; dueAt: string | null; paused: string | null; assignee: string | null; assignees: number; team: string | null; teams: number; fingerprint: string
  /** found since the person's last visit and not opened by them */
  unread: boolean
  facility: string | null; process: string | null; step: string | null; integration: string | null; counterparty: string | null; statusName: string; lastSeen: string; occurrences: number
  /** packed ids of all members (see selected-ids.ts); null where there are too many to act on as one */
  ids: string | null
  objects: number
  members: { id: string; label: string; title: string; amount: Money | null; lastSeen: string }[]
}

export interface FacetView { name: FacetName; label: string; options: { value: string; label: string; count: number; selected: boolean }[]; more: number }
export interface FilterView { name: string; operator: string; value: string; removeTo: string }
/** What was found since the person's last visit, within the filters in force. */
export interface FreshView { since: string; count: number; to: string }

export interface Worklist {
  asOf: string; newestId: number
  fresh: FreshView | null
  rows: WorklistRow[]; nextCursor: string | null
  count: number; lineCount: number; money: Money[]; withoutAmount: number
  grouped: boolean
  facets: FacetView[]; filters: FilterView[]
  /** the filter with `me` and `now` as they were read: what a file or a frozen selection is made from */
  resolved: string
}

/** Reads one page of the worklist with everything around it. `names`: people by id; `me`: who looks; `since`: end of their last visit. */
export async function readWorklist(stores: Pick<Stores, 'clickhouse' | 'postgres'>, catalogue: Catalogue, scope: Scope, request: WorklistQuery, names: ReadonlyMap<string, string>, me: string, since: string | null, now: Date): Promise<Worklist> {
  const { clickhouse } = stores
  const { filter, cursor, limit, lines } = request
  const [page, totals, figure, facets, fresh] = await Promise.all([
    listLines(clickhouse, filter, lines, { cursor, limit }, scope),
    countLines(clickhouse, filter, lines, scope),
    countExceptions(clickhouse, filter, scope),
    exceptionFacets(clickhouse, filter, scope),
    since === null || filter.detectedFrom !== undefined ? null : countExceptions(clickhouse, { ...filter, detectedFrom: since }, scope),
  ])
  const isNew = (line: Line) => since !== null && line.detectedAt >= since
  const opened = since === null ? new Set<string>() : await readOf(stores.postgres, me, page.items.filter(isNew).map(line => Number(line.id)), since)
  return {
    asOf: now.toISOString(), newestId: totals.newest,
    fresh: fresh && since !== null && fresh.count > 0 ? { since, count: fresh.count, to: addressOf(changed(request.given, 'detectedFrom', since)) } : null,
    rows: page.items.map(line => ({ ...rowOf(line, catalogue, names), unread: isNew(line) && !opened.has(line.id) })), nextCursor: page.nextCursor,
    count: figure.count, lineCount: totals.lines, money: figure.money, withoutAmount: figure.withoutAmount,
    grouped: lines === 'group',
    facets: facetViews(facets, filter, catalogue, names), filters: filterViews(request, catalogue, names), resolved: formatFilter(exceptionFilter, filter).toString(),
  }
}

/** A line in words; pure. */
export function rowOf(line: Line, catalogue: Catalogue, names: ReadonlyMap<string, string>): Omit<WorklistRow, 'unread'> {
  const [assignee] = line.assignees.filter(id => id !== '')
  return {
    key: line.key, id: line.id, count: line.count, title: lineTitle(line, catalogue), kind: line.kind, status: line.status, severity: line.severity, detail: detailOf(line, catalogue),
    money: line.money, firstSeen: line.firstSeen, dueAt: line.dueAt, paused: line.statuses.length === 1 && line.status === 'waiting' ? 'waits for somebody else' : null,
    assignee: assignee === undefined ? null : (names.get(assignee) ?? assignee), assignees: line.assignees.length, team: ownerName(catalogue, line.owners[0] ?? null, names), teams: line.owners.length, fingerprint: line.fingerprint,
    facility: placeOf(line, catalogue), process: processName(catalogue, line.process), step: stepName(catalogue, line.step), integration: integrationName(catalogue, line.integration),
    counterparty: line.count === 1 ? line.counterparty : null, statusName: line.statuses.length === 1 ? STATUS_LABELS[line.status] : 'Several', lastSeen: line.lastSeen, occurrences: line.occurrences,
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

function placeOf(line: Line, catalogue: Catalogue): string | null {
  const where = line.facilities.filter(id => id !== '')
  return where.length === 1 ? facilityName(catalogue, where[0] ?? null) : where.length > 1 ? `${where.length}${where.length === 20 ? ' or more' : ''} facilities` : null
}

function detailOf(line: Line, catalogue: Catalogue): string {
  const who = line.count === 1 ? line.counterparty : null
  const status = line.statuses.length === 1 && line.status !== 'open' ? STATUS_LABELS[line.status] : null
  return [status, integrationName(catalogue, line.integration), who, placeOf(line, catalogue)].filter(Boolean).join(' · ')
}

const FACETS: readonly { name: FacetName; label: string }[] = [
  { name: 'kind', label: 'Kind' }, { name: 'severity', label: 'Severity' }, { name: 'status', label: 'Status' }, { name: 'process', label: 'Process' },
  { name: 'sla', label: 'Service level' }, { name: 'owner', label: 'Owner' }, { name: 'assignee', label: 'Assigned to' },
  { name: 'facility', label: 'Facility' }, { name: 'integration', label: 'Integration' }, { name: 'currency', label: 'Currency' },
]
/** Closed lists are shown whole, zero included. */
const CLOSED: Partial<Record<FacetName, Readonly<Record<string, string>>>> = { kind: KIND_LABELS, severity: SEVERITY_LABELS, status: STATUS_LABELS, sla: SLA_LABELS }

/** Facets in words, those of the worklist or others; values that are chosen stay in sight. */
export function facetViews(facets: Facets, filter: ExceptionFilter, catalogue: Catalogue, names: ReadonlyMap<string, string>, which: readonly { name: FacetName; label: string }[] = FACETS): FacetView[] {
  return which.map(({ name, label }) => {
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
  if (name === 'said') return saidWords(catalogue, value)
  // the same four words
  if (name === 'criticality') return CLOSED.severity?.[value] ?? value
  if (name === 'facility') return facilityName(catalogue, value)
  if (name === 'integration') return integrationName(catalogue, value) ?? value
  if (name === 'process') return processName(catalogue, value) ?? value
  if (name === 'step') return stepName(catalogue, value) ?? value
  if (name === 'objectType') return value.replaceAll('_', ' ')
  if (name === 'entity') return catalogue.entity(value)?.name ?? value
  if (name === 'system') return catalogue.systems.get(value)?.name ?? value
  return CLOSED[name as FacetName]?.[value] ?? value
}

const CHIP_NAMES: Readonly<Record<string, readonly [name: string, operator: string]>> = {
  kind: ['Kind', 'is'], status: ['Status', 'is'], severity: ['Severity', 'is'], process: ['Process', 'is'], step: ['Step', 'is'], integration: ['Integration', 'is'], facility: ['Facility', 'is'], entity: ['Entity', 'is'],
  system: ['System', 'is'], counterparty: ['Counterparty', 'is'], owner: ['Owner', 'is'], sla: ['Service level', 'is'], rule: ['Decided by', 'rule'], criticality: ['Criticality', 'is'], said: ['What was said', 'is'], assignee: ['Assigned to', 'is'], objectType: ['Object', 'is'], objectId: ['Object', 'is'], correlationId: ['Correlation', 'is'], fingerprint: ['Failure group', 'is'],
  currency: ['Currency', 'is'], amountMin: ['Amount', 'from'], amountMax: ['Amount', 'up to'], from: ['First seen', 'from'], to: ['First seen', 'before'], dueBefore: ['Due', 'before'], detectedFrom: ['Found', 'since'], environment: ['Environment', 'is'], q: ['Text', 'contains'],
}

/** The filters in force in words, each with the address without it; `toAddress` names the list that they are of. */
export function filterViews({ given, filter }: Pick<WorklistQuery, 'given' | 'filter'>, catalogue: Catalogue, names: ReadonlyMap<string, string>, toAddress = addressOf): FilterView[] {
  const resolved = formatFilter(exceptionFilter, filter)
  return [...new Set(resolved.keys())].filter(name => name !== 'sort').map(name => {
    const [label, operator] = CHIP_NAMES[name] ?? [name, 'is']
    const instant = name === 'from' || name === 'to' || name === 'dueBefore' || name === 'detectedFrom'
    const values = resolved.getAll(name).map(value => (instant ? (given.get(name) === 'now' ? 'now' : value) : valueLabel(name, value, catalogue, names)))
    return { name: label, operator, value: values.join(', '), removeTo: toAddress(changed(given, name, null)) }
  })
}

/** What an address shows, as short sentences for whoever names it as a view. */
export function describeQuery(query: WorklistQuery, catalogue: Catalogue): string[] {
  const me = new Map(query.given.getAll('assignee').includes('me') ? query.filter.assignee.map(id => [id, 'whoever reads']) : [])
  return [...filterViews(query, catalogue, me).map(filter => `${filter.name} ${filter.operator} ${filter.value}`), ...(query.lines === 'single' ? ['one by one'] : [])]
}

function changed(given: URLSearchParams, name: string, value: string | null): URLSearchParams {
  const next = new URLSearchParams(given)
  next.delete(name)
  if (value !== null) next.set(name, value)
  return next
}

function addressOf(search: URLSearchParams): string {
  return search.size > 0 ? `/exceptions?${search}` : '/exceptions?view=all-open'
}
