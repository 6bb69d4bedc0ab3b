/**
 * Views of the worklist: shipped ones from the catalogue, saved ones of people. A view is an address; what it shows and how many it
 * counts is judged by the reader's own scope, so sharing one never shows more than its reader may see.
 */
import { z } from 'zod'
import type { Catalogue } from '#queries/catalogue/catalogue.ts'
import { countEach } from '#queries/clickhouse/exceptions/count-each.ts'
import { FilterError, type ExceptionFilter } from '#queries/model/filter.ts'
import type { Scope } from '#queries/model/scope.ts'
import { normalWorklistQuery, readWorklistQuery, type WorklistQuery } from '#queries/model/worklist-query.ts'
import { recordAct, type Actor } from '#queries/postgres/audit.ts'
import { chooseView, chosenView, countOwnViews, deleteView, findView, insertView, isNameTaken, isViewNumber, listViews, lockView, updateView, VIEW_AUDIENCES, type SavedView, type ViewReader } from '#queries/postgres/views.ts'
import type { Stores } from '#queries/stores.ts'
import { ROLES } from '../auth/roles.ts'

/** A person keeps at most this many views. */
const MOST_VIEWS = 50
/** The view without a filter. */
export const ALL_OPEN = 'all-open'

/** What a person says of a view; `role` is given exactly where it is shared with a role. */
export const viewContent = z.strictObject({
  name: z.string().trim().min(1).max(80), query: z.string().max(4000), audience: z.enum(VIEW_AUDIENCES), role: z.enum(ROLES).nullable(),
}).refine(view => (view.audience === 'role') === (view.role !== null), { path: ['role'], message: 'a role exactly where it is shared with one' })
export type ViewInput = z.infer<typeof viewContent>

/** Why a view was not kept: `name_taken`, `too_many`, `not_found` (also for somebody else's), `bad_query`. */
export class ViewError extends Error {
  readonly code: 'name_taken' | 'too_many' | 'not_found' | 'bad_query' | 'version_conflict'
  constructor(code: ViewError['code'], message: string) {
    super(message)
    this.code = code
  }
}

/** A view as its reader is offered it. `count` null: its filter is no longer known. `owner`: who saved it; null for shipped ones. */
export interface OfferedView { id: string; name: string; description: string; query: string; kind: 'standard' | 'own' | 'shared'; ownerId: string | null; audience: SavedView['audience']; role: string | null; version: number }
export interface CountedView extends OfferedView { count: number | null; to: string; current: boolean; isDefault: boolean }
export interface ViewsShown {
  views: CountedView[]
  /** the view that the address stands for or claims to be, and whether it differs from it */
  current: { id: string; name: string; changed: boolean; mine: boolean } | null
  chosen: string | null
}

/** Every view that this person is offered: shipped ones of everybody and of the role, then saved ones. */
export async function offeredViews(stores: Pick<Stores, 'postgres'>, catalogue: Catalogue, reader: ViewReader): Promise<OfferedView[]> {
  const standard = [...catalogue.views.values()].filter(view => view.roles.length === 0 || (reader.role !== null && view.roles.includes(reader.role)))
  const saved = await listViews(stores.postgres, reader)
  return [
    ...standard.map(view => ({ id: view.id, name: view.name, description: view.description, query: view.query, kind: 'standard' as const, ownerId: null, audience: 'everybody' as const, role: null, version: 0 })),
    ...saved.map(view => ({ id: view.id, name: view.name, description: '', query: view.query, kind: view.ownerId === reader.id ? ('own' as const) : ('shared' as const), ownerId: view.ownerId, audience: view.audience, role: view.role, version: view.version })),
  ]
}

/** The views with their counts inside the scope, under the facilities of the address, and which of them the address is. */
export async function readViews(stores: Stores, catalogue: Catalogue, reader: ViewReader, scope: Scope, asked: Pick<WorklistQuery, 'given' | 'view' | 'filter'>, now: Date): Promise<ViewsShown> {
  const [offered, chosen] = await Promise.all([offeredViews(stores, catalogue, reader), chosenView(stores.postgres, reader.id)])
  const place = asked.filter.facility
  const asWritten = withoutPlace(asked.given.toString())
  const same = (view: OfferedView) => view.query === asked.given.toString() || withoutPlace(view.query) === asWritten
  const current = offered.find(view => view.id === asked.view) ?? offered.find(same) ?? null
  const counts = await countViews(stores, offered.map(view => ({ query: view.query })), place, { me: reader.id, now }, scope)
  return {
    chosen,
    views: offered.map((view, index) => ({ ...view, count: counts[index] ?? null, to: viewAddress(view, chosen, place), current: view.id === current?.id, isDefault: view.id === chosen })),
    current: current && { id: current.id, name: current.name, changed: !same(current), mine: current.kind === 'own' },
  }
}

/**
 * How many exceptions each view has for this reader now, all in one pass; null for an address that is no longer understood.
 * `facilities`: for those that name none themselves; `foundSince`: only what was found at or after.
 */
export async function countViews(stores: Pick<Stores, 'clickhouse'>, views: readonly { query: string; foundSince?: string }[], facilities: readonly string[], reader: { me: string; now: Date }, scope: Scope): Promise<(number | null)[]> {
  const filters = views.map(({ query, foundSince }): ExceptionFilter | null => {
    try {
      const { filter } = readWorklistQuery(new URLSearchParams(query), reader)
      return { ...filter, ...(filter.facility.length === 0 ? { facility: [...facilities] } : {}), ...(foundSince === undefined ? {} : { detectedFrom: foundSince }) }
    } catch (error) {
      if (error instanceof FilterError) return null
      throw error
    }
  })
  const known = filters.filter(filter => filter !== null)
  const counts = await countEach(stores.clickhouse, known, scope)
  return filters.map(filter => (filter === null ? null : (counts[known.indexOf(filter)] ?? null)))
}

/** Where a view opens. A saved one says which it is; the view without a filter needs to where another one is the person's first. */
export function viewAddress(view: { id: string; query: string }, chosen: string | null, facilities: readonly string[] = []): string {
  const search = new URLSearchParams(view.query)
  if (!search.has('facility')) for (const facility of facilities) search.append('facility', facility)
  if (isViewNumber(view.id) || (search.size === 0 && chosen !== null)) search.set('view', view.id)
  return search.size > 0 ? `/exceptions?${search}` : '/exceptions'
}

/** The address that the worklist opens with for this person; null where it is the plain one. */
export async function firstAddress(stores: Pick<Stores, 'postgres'>, catalogue: Catalogue, reader: ViewReader): Promise<string | null> {
  const chosen = await chosenView(stores.postgres, reader.id)
  if (chosen === null) return null
  const view = isViewNumber(chosen) ? await findView(stores.postgres, chosen, reader) : catalogue.views.get(chosen)
  return view ? viewAddress(view, chosen) : null
}

function withoutPlace(query: string): string {
  const search = new URLSearchParams(query)
  search.delete('facility')
  return search.toString()
}

/** Saves a view of this person. Throws ViewError. */
export async function saveView(stores: Stores, actor: Actor, input: ViewInput): Promise<SavedView> {
  const content = normal(input)
  return await stores.postgres.transaction().execute(async tx => {
    if ((await countOwnViews(tx, actor.id)) >= MOST_VIEWS) throw new ViewError('too_many', `At most ${MOST_VIEWS} views can be kept: delete one first.`)
    const view = await insertView(tx, actor.id, content)
    if (!view) throw new ViewError('name_taken', 'You have a view of this name already.')
    await recordAct(tx, actor, { action: 'view.saved', subject: { kind: 'view', id: view.id }, after: content })
    return view
  })
}

/** Changes a view: its owner, or an administrator one that is shared. `ifMatch`: the version that was seen. Throws ViewError. */
export async function changeView(stores: Stores, actor: Actor, id: string, input: ViewInput, isAdmin: boolean, ifMatch: number | null = null): Promise<SavedView> {
  const content = normal(input)
  return await stores.postgres.transaction().execute(async tx => {
    const before = await lockView(tx, id)
    if (!before || !mayChange(before, actor.id, isAdmin)) throw new ViewError('not_found', 'There is no such view of yours.')
    if (ifMatch !== null && ifMatch !== before.version) throw new ViewError('version_conflict', 'It has changed since you opened it. Look at it, then do this again.')
    if (await isNameTaken(tx, before.ownerId, content.name, id)) throw new ViewError('name_taken', 'You have a view of this name already.')
    const view = await updateView(tx, id, content)
    await recordAct(tx, actor, { action: 'view.changed', subject: { kind: 'view', id }, before: contentOf(before), after: content })
    return view
  })
}

/** Deletes a view, by the same rule. Throws ViewError. */
export async function removeView(stores: Stores, actor: Actor, id: string, isAdmin: boolean): Promise<SavedView> {
  return await stores.postgres.transaction().execute(async tx => {
    const view = await lockView(tx, id)
    if (!view || !mayChange(view, actor.id, isAdmin)) throw new ViewError('not_found', 'There is no such view of yours.')
    await deleteView(tx, id)
    await recordAct(tx, actor, { action: 'view.removed', subject: { kind: 'view', id }, before: contentOf(view) })
    return view
  })
}

/** Makes a view the one that the person's worklist opens with; null for none. Throws ViewError for one they are not offered. */
export async function chooseFirst(stores: Stores, catalogue: Catalogue, actor: Actor, reader: ViewReader, id: string | null): Promise<void> {
  if (id !== null && !(await offeredViews(stores, catalogue, reader)).some(view => view.id === id)) throw new ViewError('not_found', 'There is no such view.')
  await stores.postgres.transaction().execute(async tx => {
    const before = await chosenView(tx, reader.id)
    if (before === id) return
    await chooseView(tx, reader.id, id)
    await recordAct(tx, actor, { action: 'view.chosen', subject: { kind: 'person', id: reader.id }, before: { view: before }, after: { view: id } })
  })
}

const mayChange = (view: SavedView, personId: string, isAdmin: boolean) => view.ownerId === personId || (isAdmin && view.audience !== 'private')
const contentOf = ({ name, query, audience, role }: SavedView) => ({ name, query, audience, role })

function normal(input: ViewInput): ViewInput {
  try {
    return { ...input, query: normalWorklistQuery(input.query) }
  } catch (error) {
    if (error instanceof FilterError) throw new ViewError('bad_query', `The filter cannot be read: ${error.message}`)
    throw error
  }
}
