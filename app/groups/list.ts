/** The list of failure groups: lines of the worklist's own query, with their trend and what was decided about each. */
import { z } from 'zod'
import type { Catalogue } from '#queries/catalogue/catalogue.ts'
import { exceptionFacets } from '#queries/clickhouse/exceptions/facets.ts'
import { countExceptions } from '#queries/clickhouse/exceptions/figures.ts'
import { countLines, listLines, type Line } from '#queries/clickhouse/exceptions/lines.ts'
import type { LineSort } from '#queries/clickhouse/exceptions/sort.ts'
import { groupTrends, type TrendPoint } from '#queries/clickhouse/groups/trend.ts'
import { countGroupViews, TO_DO, type GroupViewCounts } from '#queries/clickhouse/groups/views.ts'
import { EXCEPTION_STATUSES } from '#queries/model/exception.ts'
import { exceptionFilter, formatFilter, paging, parseFilter, type ExceptionFilter, type Paging } from '#queries/model/filter.ts'
import type { GroupView } from '#queries/model/group.ts'
import type { Scope } from '#queries/model/scope.ts'
import { findGroups, mutedGroups, type GroupRow } from '#queries/postgres/groups.ts'
import type { Stores } from '#queries/stores.ts'
import { facilityName, integrationName, stepName } from '../exceptions/labels.ts'
import { facetViews, filterViews, lineTitle, type FacetView, type FilterView } from '../exceptions/worklist.ts'
import { isMuted } from './members.ts'

const DAY = 86_400_000
/** Days of the trend in a line. */
export const TREND_DAYS = 14
/** No group has this name: what a view of nothing asks for. */
const NONE = 'none'

export const GROUP_VIEWS = ['open', 'new', 'mine', 'muted', 'all'] as const
export type GroupListView = (typeof GROUP_VIEWS)[number]
const VIEW_LABELS: Readonly<Record<GroupListView, string>> = { open: 'To do', new: 'New since yesterday', mine: 'Mine', muted: 'Muted', all: 'All, closed too' }
const SORTS = ['severity', 'count', 'firstSeen', 'lastSeen', 'amount'] as const

const FACETS = [
  { name: 'kind', label: 'Kind' }, { name: 'severity', label: 'Severity' }, { name: 'integration', label: 'Integration' }, { name: 'step', label: 'Step' }, { name: 'facility', label: 'Facility' },
  { name: 'process', label: 'Process' }, { name: 'objectType', label: 'Object' }, { name: 'assignee', label: 'Owner' }, { name: 'currency', label: 'Currency' },
] as const

/** The filters of exceptions, a ready-made view, and the sorts of groups. Without a status, what the view says. */
export const groupListFilter = exceptionFilter.omit({ sort: true, status: true }).extend({
  status: z.array(z.enum(EXCEPTION_STATUSES)).default([]),
  view: z.enum(GROUP_VIEWS).default('open'),
  sort: z.enum([...SORTS, ...SORTS.map(name => `-${name}` as const)]).default('severity'),
})
export type GroupListFilter = z.infer<typeof groupListFilter>

/** What the address asks for. Throws FilterError for what it does not know. Names without a value are left out, as forms send them. */
export function readGroupList(search: URLSearchParams): { filter: GroupListFilter; page: Paging } {
  const rest = new URLSearchParams([...search].filter(([name, value]) => value !== '' || name === 'assignee' || name === 'facility'))
  const read = parseFilter(groupListFilter.extend(paging.shape), rest)
  const { cursor, limit, ...filter } = read
  return { filter, page: { cursor, limit } }
}

/** The members that the list's filter and view mean. */
function membersOf(filter: GroupListFilter, me: string, muted: readonly string[], now: Date): { filter: ExceptionFilter; sort: LineSort } {
  const { view, sort, status, ...rest } = filter
  const open = { ...rest, sort: 'severity' as const, status: status.length > 0 ? status : [...TO_DO] }
  switch (view) {
    case 'open': return { sort, filter: open }
    case 'new': return { sort, filter: { ...open, from: since(now) } }
    case 'mine': return { sort, filter: { ...open, assignee: [me] } }
    case 'muted': return { sort, filter: { ...open, status, fingerprint: muted.length > 0 ? [...muted] : [NONE] } }
    case 'all': return { sort, filter: { ...open, status } }
  }
}

const since = (now: Date): string => new Date(now.getTime() - DAY).toISOString()

/** A page of groups as the API answers it. `zone`: whose days the trend counts. */
export async function listGroups(stores: Stores, catalogue: Catalogue, asked: GroupListFilter, page: Paging, who: { id: string; scope: Scope; zone: string }, now = new Date()): Promise<{ items: GroupView[]; nextCursor: string | null }> {
  const muted = await mutedGroups(stores.postgres)
  const { filter, sort } = membersOf(asked, who.id, muted, now)
  const { items, nextCursor } = await listLines(stores.clickhouse, filter, 'group', page, who.scope, sort)
  return { items: await viewsOf(stores, catalogue, items, who, now), nextCursor }
}

/** Lines with their trend and decisions. */
export async function viewsOf(stores: Stores, catalogue: Catalogue, lines: readonly Line[], { scope, zone }: { scope: Scope; zone: string }, now: Date): Promise<GroupView[]> {
  const fingerprints = lines.map(line => line.fingerprint)
  const days = lastDays(now, zone, TREND_DAYS)
  const [decided, trends] = await Promise.all([
    findGroups(stores.postgres, fingerprints),
    groupTrends(stores.clickhouse, fingerprints, 'day', zone, new Date((days[0] ?? 0) * 1000), now, scope),
  ])
  return lines.map(line => toView(line, catalogue, decided.get(line.fingerprint), fillTrend(days, trends.get(line.fingerprint) ?? []), now))
}

function toView(line: Line, catalogue: Catalogue, group: GroupRow | undefined, trend: GroupView['trend'], now: Date): GroupView {
  return {
    fingerprint: line.fingerprint, title: lineTitle(line, catalogue), kind: line.kind, severity: line.severity, count: line.count, objects: line.objects, occurrences: line.occurrences,
    process: line.process, step: line.step, integration: line.integration, facilities: line.facilities.filter(id => id !== ''), money: line.money, withoutAmount: line.withoutAmount,
    statuses: EXCEPTION_STATUSES.filter(status => line.statuses.includes(status)), firstSeen: line.firstSeen, lastSeen: line.lastSeen, trend,
    assignee: group?.assignee ?? (line.assignees.length === 1 && line.assignees[0] !== '' ? (line.assignees[0] ?? null) : null), mute: group ? muteView(group, now) : null, suspectedCause: group?.suspected_cause ?? null, version: group?.version ?? 0,
  }
}

/** A mute that is in force; null for none. */
export function muteView(group: GroupRow, now: Date): GroupView['mute'] {
  if (!isMuted(group, now) || group.muted_at === null) return null
  return {
    at: group.muted_at.toISOString(), by: group.muted_by ?? '', until: group.mute_until?.toISOString() ?? null, count: group.mute_count,
    rate: group.mute_rate_count === null || group.mute_rate_seconds === null ? null : { count: group.mute_rate_count, seconds: group.mute_rate_seconds }, reason: group.mute_reason ?? '',
  }
}

/** The starts (epoch seconds) of the last days in a zone, oldest first, today included. */
export function lastDays(now: Date, zone: string, days: number): number[] {
  return Array.from({ length: days }, (_, index) => startOfDay(new Date(now.getTime() - (days - 1 - index) * DAY), zone))
}

function startOfDay(at: Date, zone: string): number {
  const parts = Object.fromEntries(new Intl.DateTimeFormat('en-GB', { timeZone: zone, hourCycle: 'h23', hour: '2-digit', minute: '2-digit', second: '2-digit' }).formatToParts(at).map(part => [part.type, Number(part.value)]))
  const seconds = Math.floor(at.getTime() / 1000) - ((parts['hour'] ?? 0) * 3600 + (parts['minute'] ?? 0) * 60 + (parts['second'] ?? 0))
  // a day on which the clock changed began an hour earlier or later than its clock says
  const hour = Number(new Intl.DateTimeFormat('en-GB', { timeZone: zone, hourCycle: 'h23', hour: '2-digit' }).format(new Date(seconds * 1000)))
  return hour === 0 ? seconds : hour > 12 ? seconds + (24 - hour) * 3600 : seconds - hour * 3600
}

/** A value for each start; what was not counted is a real zero. */
export function fillTrend(starts: readonly number[], points: readonly TrendPoint[]): GroupView['trend'] {
  const counts = new Map(points.map(point => [point.at, point.count]))
  return starts.map(start => ({ at: new Date(start * 1000).toISOString(), count: counts.get(start) ?? 0 }))
}

/** Where a group fails and what is unusual about it, in words. */
export function groupDetail(group: GroupView, catalogue: Catalogue): string {
  const where = group.facilities.length === 1 ? facilityName(catalogue, group.facilities[0] ?? null) : group.facilities.length > 1 ? `${group.facilities.length}${group.facilities.length === 20 ? ' or more' : ''} facilities` : null
  const closed = group.statuses.length === 1 && group.statuses[0] === 'resolved' ? 'closed' : null
  return [closed, integrationName(catalogue, group.integration), stepName(catalogue, group.step), where].filter(Boolean).join(' · ')
}

export interface TabView { label: string; to: string; count: number; current: boolean }

export interface GroupList {
  asOf: string; items: GroupView[]; nextCursor: string | null
  /** groups over all pages, and the failures in them */
  groups: number; failures: number; money: GroupView['money']
  sort: GroupListFilter['sort']; facets: FacetView[]; filters: FilterView[]; tabs: TabView[]
}

/** The list's page with everything around it. `names`: people by id. */
export async function readGroupPage(stores: Stores, catalogue: Catalogue, search: URLSearchParams, who: { id: string; scope: Scope; zone: string }, names: ReadonlyMap<string, string>, now = new Date()): Promise<GroupList> {
  const { filter: asked, page } = readGroupList(search)
  const muted = await mutedGroups(stores.postgres)
  const { filter, sort } = membersOf(asked, who.id, muted, now)
  const { clickhouse } = stores
  const [lines, totals, figure, facets, views] = await Promise.all([
    listLines(clickhouse, filter, 'group', page, who.scope, sort), countLines(clickhouse, filter, 'group', who.scope), countExceptions(clickhouse, filter, who.scope),
    exceptionFacets(clickhouse, filter, who.scope, 'groups'), countGroupViews(clickhouse, asked.facility, { me: who.id, muted, since: new Date(now.getTime() - DAY) }, who.scope),
  ])
  return {
    asOf: now.toISOString(), items: await viewsOf(stores, catalogue, lines.items, who, now), nextCursor: lines.nextCursor, groups: totals.lines, failures: figure.count, money: figure.money, sort: asked.sort,
    facets: facetViews(facets, { ...filter, status: asked.status }, catalogue, names, FACETS), filters: chips(asked, catalogue, names), tabs: tabs(views, asked),
  }
}

/** What is filtered by beside the view, each with the address without it. */
function chips(asked: GroupListFilter, catalogue: Catalogue, names: ReadonlyMap<string, string>): FilterView[] {
  const { view, sort, ...rest } = asked
  const plain = exceptionFilter.parse({ ...rest, status: asked.status.length > 0 ? asked.status : undefined })
  const keep = [...(view === 'open' ? [] : [['view', view]]), ...(sort === 'severity' ? [] : [['sort', sort]])] as [string, string][]
  return filterViews({ given: formatFilter(exceptionFilter, plain), filter: plain }, catalogue, names, search => {
    for (const [name, value] of keep) search.set(name, value)
    return search.size > 0 ? `/groups?${search}` : '/groups'
  })
}

function tabs(views: GroupViewCounts, asked: GroupListFilter): TabView[] {
  const counts: Readonly<Record<GroupListView, number>> = { open: views.open, new: views.fresh, mine: views.mine, muted: views.muted, all: views.all }
  return GROUP_VIEWS.map(view => {
    const to = formatFilter(groupListFilter, { view, facility: asked.facility })
    return { label: VIEW_LABELS[view], to: to.size > 0 ? `/groups?${to}` : '/groups', count: counts[view], current: view === asked.view }
  })
}
