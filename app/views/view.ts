/** A business view as its page shows it: figures at the head, stages, filters, rows in words. Every number leads to its rows. */
import type { Catalogue } from '#queries/catalogue/catalogue.ts'
import type { Figure } from '#queries/clickhouse/figure.ts'
import { countStates, countSteps, countView, countViewBy, viewFacets } from '#queries/clickhouse/views/counts.ts'
import { objectFacts } from '#queries/clickhouse/views/facts.ts'
import { stuckFilter, VIEW_STATES, type SystemOf, type ViewFilter, type ViewState } from '#queries/clickhouse/views/filter.ts'
import { listView, type ViewItem } from '#queries/clickhouse/views/list.ts'
import { countReached, stepWaits } from '#queries/clickhouse/views/stages.ts'
import type { ViewFacet } from '#queries/clickhouse/views/source.ts'
import { EXCEPTION_KINDS } from '#queries/model/exception.ts'
import { exceptionFilter, formatFilter } from '#queries/model/filter.ts'
import { fromMinor, toMinor, type Money } from '#queries/model/money.ts'
import type { Scope } from '#queries/model/scope.ts'
import type { Stores } from '#queries/stores.ts'
import { headlineFigures, type HeadlineFigure } from '../exceptions/headline-figures.ts'
import { facilityName, objectNoun, processName, stepName } from '../exceptions/labels.ts'
import { activeFilters } from '../lists/facets.ts'
import { objectPath } from '../paths.ts'
import { VIEW_WINDOWS, type ViewDefinition, type ViewWindow } from './definition.ts'
import type { ViewRequest } from './request.ts'
import { stagesOf } from './stages.ts'

const DAY_MS = 86_400_000
/** Suppliers and facilities shown beside the list. */
const GROUPS_SHOWN = 6

export interface ViewTile extends HeadlineFigure { key: string; name: string; definition: string; to: string; current: boolean }
export interface ViewStage {
  milestone: string; name: string; object: string; reached: number | null; reachedMoney: Money[]
  stuck: number; stuckMoney: Money[]; atRisk: number; onTime: number; waitingMoney: Money[]; oldest: string | null; median: number | null; p90: number | null; inTime: number | null
  toStuck: string; toWaiting: string; current: boolean
}
export interface ViewFilterGroup { name: string; label: string; options: { value: string; label: string; count: number | null; selected: boolean }[] }
export interface ViewRow extends ViewItem { objectName: string; objectTo: string | null; exceptionTo: string | null; stepName: string; processName: string; facilityName: string; systemName: string | null; criticality: string | null; reached: { name: string; at: string | null } | null }
export interface ViewGroupBar { value: string; name: string; count: number; money: Money[]; to: string }

export interface BusinessView {
  id: string; title: string; noun: { one: string; many: string }; counterparty: string; asOf: string; window: ViewWindow
  tiles: ViewTile[]
  states: { state: ViewState; count: number; money: Money[]; to: string; current: boolean }[]
  figure: Figure
  stages: ViewStage[]
  /** stuck at all stages together, and at a step that no stage has */
  stuckAtStages: number; elsewhere: number
  filters: ViewFilterGroup[]; active: ReturnType<typeof activeFilters>; q: string; search: string
  rows: ViewRow[]; first: boolean; nextCursor: string | null; sort: string
  groups: { counterparty: ViewGroupBar[]; facility: ViewGroupBar[]; more: { counterparty: number; facility: number } }
  /** the same rows as exceptions, for acts that the worklist has; null where it knows no such filter */
  worklistTo: string
  exportTo: string
}

const LABELS: Readonly<Record<string, string>> = { facility: 'Facility', entity: 'Legal entity', counterparty: 'Counterparty', system: 'System', step: 'Step', process: 'Process', criticality: 'Criticality', kind: 'Kind', status: 'Status', integration: 'Integration', objectType: 'Object type', objectId: 'Object', currency: 'Currency', q: 'Text' }
const CRITICALITY_LABELS = { critical: 'Critical', high: 'High', normal: 'Normal', low: 'Low' } as const

/** The system that each integration leads to. */
export const systemsOf = (catalogue: Catalogue): SystemOf => new Map([...catalogue.integrations.values()].map(integration => [integration.id, integration.to]))

/** Reads one page of the view with everything around it. Throws CursorError. */
export async function readView(stores: Pick<Stores, 'clickhouse'>, catalogue: Catalogue, scope: Scope, definition: ViewDefinition, request: ViewRequest, search: URLSearchParams, now = new Date()): Promise<BusinessView> {
  const { clickhouse } = stores
  const { filter, headline, window } = request
  const systems = systemsOf(catalogue)
  const to = addresses(search)
  const since = new Date(now.getTime() - VIEW_WINDOWS[window] * DAY_MS)
  const stages = stagesOf(catalogue, definition)
  // The pipeline covers every object of the page, whatever the list is narrowed to.
  // A headline that names no process stays inside the view's own, one that names kinds speaks of all of them here; the links say both.
  const ownProcess = headline.process.length > 0 ? null : [...definition.within.process]
  const ownKinds = headline.kind.length > 0 ? [...EXCEPTION_KINDS] : null
  const whole: ViewFilter = { ...headline, process: ownProcess ?? headline.process, objectType: [...definition.within.objectType], kind: [] }
  const head = definition.headline === null ? undefined : catalogue.headlines.get(definition.headline)
  const heads: { key: string; name: string; definition: string; filter: Partial<ViewFilter>; own: Record<string, string | string[] | null> }[] = [
    { key: definition.headline ?? definition.id, name: head?.name ?? definition.figure.name, definition: head?.definition ?? definition.figure.definition, filter: {}, own: ROWS },
    ...definition.cuts.map(cut => ({ ...cut, own: { ...ROWS, ...cut.filter } })),
  ]
  const [headFigures, states, figure, page, facets, bySupplier, byFacility, steps, reached, waits] = await Promise.all([
    headlineFigures(clickhouse, heads.map(tile => stuckFilter({ ...headline, ...tile.filter })), now, scope),
    countStates(clickhouse, filter, systems, now, scope),
    countView(clickhouse, filter, systems, now, scope),
    listView(clickhouse, filter, request.page, systems, now, scope),
    viewFacets(clickhouse, filter, systems, now, scope),
    countViewBy(clickhouse, 'counterparty', filter, systems, now, scope),
    countViewBy(clickhouse, 'facility', filter, systems, now, scope),
    stages.length === 0 ? [] : countSteps(clickhouse, whole, systems, now, scope),
    stages.length === 0 ? new Map<string, Figure>() : countReached(clickhouse, stages.map(stage => ({ type: stage.milestone, object: stage.object })), whole, since, now, scope),
    stages.length === 0 ? new Map() : stepWaits(clickhouse, whole, since, now, scope),
  ])
  const facts = await factsOf(stores, page.items, scope)
  const tiles = headFigures.flatMap((figureOf, index): ViewTile[] => {
    const tile = heads[index]
    return tile ? [{ key: tile.key, name: tile.name, definition: tile.definition, to: to(tile.own), current: isCurrent(search, tile.own), ...figureOf }] : []
  })
  const shown = stages.map((stage): ViewStage => {
    const here = steps.filter(each => stage.steps.includes(each.step))
    const stuck = merged(here.filter(each => each.state === 'stuck'))
    const waiting = merged(here.filter(each => each.state !== 'stuck'))
    const wait = waits.get(stage.milestone)
    const got = reached.get(stage.milestone)
    // Where the address says no step, the list is the view's default: objects beyond it are named with the step.
    const place = { ...ROWS, step: stage.steps, objectType: [...definition.within.objectType], kind: ownKinds, process: ownProcess }
    return {
      milestone: stage.milestone, name: stage.name, object: objectNoun(stage.object), reached: filter.system.length > 0 ? null : (got?.count ?? 0), reachedMoney: got?.money ?? [],
      stuck: stuck.count, stuckMoney: stuck.money, oldest: stuck.oldest, atRisk: count(here, 'at_risk'), onTime: count(here, 'on_time'), waitingMoney: waiting.money,
      median: wait?.median ?? null, p90: wait?.p90 ?? null, inTime: wait ? wait.inTime / wait.met : null,
      toStuck: to(place), toWaiting: to({ ...place, state: ['at_risk', 'on_time'] }), current: sameValues(search.getAll('step'), stage.steps),
    }
  })
  const worklist = formatFilter(exceptionFilter, exceptionFilter.parse(worklistPart(filter)))
  const asked = new URLSearchParams(search)
  for (const name of ['cursor', 'limit', 'window']) asked.delete(name)
  return {
    id: definition.id, title: definition.title, noun: definition.noun, counterparty: definition.counterparty, asOf: now.toISOString(), window,
    tiles, figure, stages: shown, stuckAtStages: shown.reduce((sum, stage) => sum + stage.stuck, 0), elsewhere: steps.filter(each => each.state === 'stuck' && !stages.some(stage => stage.steps.includes(each.step))).reduce((sum, each) => sum + each.count, 0),
    states: VIEW_STATES.map(state => ({ state, count: states[state].count, money: states[state].money, to: to({ state: state === 'stuck' ? null : state, status: null }), current: filter.state.length === 1 && filter.state[0] === state })),
    filters: filterGroups(catalogue, definition, filter, facets, search), q: filter.q ?? '', search: search.toString(),
    active: activeOf(search, chosenOf(shown, tiles), to(ROWS), { ...LABELS, counterparty: definition.counterparty }, (name, value) => nameOf(catalogue, facets, name, value)),
    rows: page.items.map(item => toRow(item, catalogue, facts)), first: request.page.cursor === undefined, nextCursor: page.nextCursor, sort: filter.sort,
    groups: {
      counterparty: bySupplier.filter(each => each.value !== '').slice(0, GROUPS_SHOWN).map(each => bar(each, each.name, to({ counterparty: each.value }))),
      facility: byFacility.filter(each => each.value !== '').slice(0, GROUPS_SHOWN).map(each => bar(each, facilityName(catalogue, each.value), to({ facility: each.value }))),
      more: { counterparty: Math.max(0, bySupplier.filter(each => each.value !== '').length - GROUPS_SHOWN), facility: Math.max(0, byFacility.filter(each => each.value !== '').length - GROUPS_SHOWN) },
    },
    worklistTo: worklist.size > 0 ? `/exceptions?${worklist}` : '/exceptions',
    exportTo: `/api/v1/exports/views/${definition.id}?${asked.size > 0 ? `${asked}&` : ''}`,
  }
}

/** Parameters that choose rows of the list; a link to a figure sets them all. */
const ROWS = { state: null, kind: null, status: null, process: null, step: null, objectType: null, objectId: null, q: null } as const

const bar = (figure: Figure & { value: string }, name: string, to: string): ViewGroupBar => ({ value: figure.value, name, count: figure.count, money: figure.money, to })
const count = (figures: readonly { state: ViewState; count: number }[], state: ViewState) => figures.filter(each => each.state === state).reduce((sum, each) => sum + each.count, 0)
const sameValues = (a: readonly string[], b: readonly string[]) => a.length === b.length && a.every(value => b.includes(value))

/** Links that keep the places in the address and set what chooses rows. */
function addresses(search: URLSearchParams): (changes: Readonly<Record<string, string | readonly string[] | null>>) => string {
  return changes => {
    const next = new URLSearchParams(search)
    next.delete('cursor')
    for (const [name, value] of Object.entries(changes)) {
      next.delete(name)
      for (const one of value === null ? [] : typeof value === 'string' ? [value] : value) next.append(name, one)
    }
    return next.size > 0 ? `?${next}` : '.'
  }
}

function isCurrent(search: URLSearchParams, own: Readonly<Record<string, string | readonly string[] | null>>): boolean {
  return Object.entries(own).every(([name, value]) => sameValues(search.getAll(name), value === null ? [] : typeof value === 'string' ? [value] : value))
}

/** Figures of several steps as one; an amount that is stuck at two steps of a stage counts at each. */
function merged(figures: readonly Figure[]): { count: number; money: Money[]; oldest: string | null } {
  const sums = new Map<string, bigint>()
  for (const amount of figures.flatMap(figure => figure.money)) sums.set(amount.currency, (sums.get(amount.currency) ?? 0n) + toMinor(amount))
  return {
    count: figures.reduce((sum, figure) => sum + figure.count, 0), money: [...sums].map(([currency, minor]) => fromMinor(minor, currency)),
    oldest: figures.flatMap(figure => figure.oldest ?? []).sort()[0] ?? null,
  }
}

function worklistPart({ state: _state, sort, ...rest }: ViewFilter) {
  const known = (['severity', 'firstSeen', 'dueAt', 'amount'] as const).find(each => each === sort.replace('-', ''))
  return { ...rest, ...(known && known !== 'severity' ? { sort: sort.startsWith('-') ? `-${known}` : known } : {}) }
}

/** Parameters that a stage or a figure sets. */
const CHOSEN = ['process', 'step', 'objectType', 'kind', 'status'] as const
function chosenOf(stages: readonly ViewStage[], tiles: readonly ViewTile[]): { name: string; value: string } | undefined {
  const stage = stages.find(each => each.current)
  if (stage) return { name: 'Step', value: stage.name }
  const tile = tiles.slice(1).find(each => each.current)
  return tile && { name: 'Shown', value: tile.name }
}

/** The filters in force as chips. A stage or a figure that was followed is one chip, not each of its steps. */
function activeOf(search: URLSearchParams, chosen: { name: string; value: string } | undefined, clearTo: string, labels: Readonly<Record<string, string>>, valueOf: (name: string, value: string) => string): ReturnType<typeof activeFilters> {
  const rest = new URLSearchParams(search)
  if (chosen) for (const name of CHOSEN) rest.delete(name)
  // Taken away from what is left, the chosen one would go too: each chip's address is built from the whole.
  const chips = activeFilters(rest, labels, valueOf).map(chip => ({ ...chip, removeTo: chosen ? withChosen(search, chip.removeTo) : chip.removeTo }))
  return chosen ? [{ ...chosen, removeTo: clearTo }, ...chips] : chips
}

function withChosen(search: URLSearchParams, to: string): string {
  const next = new URLSearchParams(to === '.' ? '' : to.slice(1))
  for (const name of CHOSEN) for (const value of search.getAll(name)) next.append(name, value)
  return `?${next}`
}

async function factsOf(stores: Pick<Stores, 'clickhouse'>, items: readonly ViewItem[], scope: Scope) {
  const objects = items.flatMap(item => item.object ?? [])
  if (objects.length === 0) return new Map<string, { criticality: string; milestone: string; milestone_at: string | null }>()
  const rows = await objectFacts.run(stores.clickhouse, { types: [...new Set(objects.map(each => each.type))], ids: [...new Set(objects.map(each => each.id))], namespaces: [...new Set(objects.map(each => each.namespace))] }, scope)
  return new Map(rows.map(row => [keyOf(row), row] as const))
}
const keyOf = (object: { namespace: string; type: string; id: string }) => JSON.stringify([object.namespace, object.type, object.id])

function toRow(item: ViewItem, catalogue: Catalogue, facts: Awaited<ReturnType<typeof factsOf>>): ViewRow {
  const fact = item.object ? facts.get(keyOf(item.object)) : undefined
  return {
    ...item, objectName: item.object ? objectNoun(item.object.type) : 'no object', objectTo: item.object ? objectPath(item.object) : null, exceptionTo: item.exception ? `/exceptions/${item.exception.id}` : null,
    stepName: stepName(catalogue, item.step) ?? item.step, processName: processName(catalogue, item.process) ?? item.process, facilityName: facilityName(catalogue, item.facility),
    systemName: item.system === null ? null : (catalogue.systems.get(item.system)?.name ?? item.system), criticality: fact?.criticality || null,
    reached: fact && fact.milestone !== '' ? { name: stepName(catalogue, fact.milestone) ?? fact.milestone, at: fact.milestone_at } : null,
  }
}

function nameOf(catalogue: Catalogue, facets: Record<ViewFacet, { value: string; name: string }[]>, name: string, value: string): string {
  switch (name) {
    case 'facility': return facilityName(catalogue, value)
    case 'entity': return catalogue.entity(value)?.name ?? value
    case 'counterparty': return facets.counterparty.find(each => each.value === value)?.name || value
    case 'system': return catalogue.systems.get(value)?.name ?? value
    case 'step': return stepName(catalogue, value) ?? value
    case 'process': return processName(catalogue, value) ?? value
    case 'criticality': return CRITICALITY_LABELS[value as keyof typeof CRITICALITY_LABELS] ?? value
    case 'objectType': return objectNoun(value)
    default: return value
  }
}

/** The filter bar: values that there are, with their counts under all other filters; chosen ones stay. */
function filterGroups(catalogue: Catalogue, definition: ViewDefinition, filter: ViewFilter, facets: Record<ViewFacet, { value: string; name: string; count: number }[]>, search: URLSearchParams): ViewFilterGroup[] {
  const group = (name: ViewFacet, label: string): ViewFilterGroup => {
    // What the view itself chooses is no filter of the reader's.
    const chosen: readonly string[] = search.has(name) ? filter[name] : []
    const gone = chosen.filter(value => !facets[name].some(each => each.value === value)).map(value => ({ value, name: '', count: 0 }))
    return { name, label, options: [...facets[name], ...gone].map(each => ({ value: each.value, label: nameOf(catalogue, facets, name, each.value), count: each.count, selected: chosen.includes(each.value) })) }
  }
  const critical: ViewFilterGroup = { name: 'criticality', label: 'Criticality', options: (Object.keys(CRITICALITY_LABELS) as (keyof typeof CRITICALITY_LABELS)[]).map(value => ({ value, label: CRITICALITY_LABELS[value], count: null, selected: filter.criticality.includes(value) })) }
  return [group('facility', 'Facility'), group('entity', 'Legal entity'), group('counterparty', definition.counterparty), group('system', 'System'), group('step', 'Step'), critical]
    .filter(each => each.name !== 'counterparty' || each.options.length > 0)
}
