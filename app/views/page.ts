/** What the route of a business view does: read the address, read the view, say what the person may do. */
import { data, type RouterContextProvider } from 'react-router'
import type { Catalogue } from '#queries/catalogue/catalogue.ts'
import { CursorError } from '#queries/model/cursor.ts'
import { FilterError } from '#queries/model/filter.ts'
import type { Scope } from '#queries/model/scope.ts'
import { listPeople } from '#queries/postgres/people.ts'
import type { Stores } from '#queries/stores.ts'
import { can } from '../auth/principal.ts'
import { actChoices } from '../exceptions/act-choices.ts'
import { requirePrincipal, requireScope, servicesContext } from '../server/context.ts'
import type { ViewDefinition } from './definition.ts'
import { readViewRequest, type ViewRequest } from './request.ts'
import { readView, type ViewRow } from './view.ts'

/** Rows say no more than the view knows, unless their page adds to it. */
const noNote: string | null = null

/** The view for its page. An address that is not this view's is the reader's 400. */
export async function loadView(context: Readonly<RouterContextProvider>, url: URL, definition: ViewDefinition, now = new Date()) {
  return (await loadViewWith(context, url, definition, async () => ({}), now)).view
}

/** What the rest of a page is read with. */
export interface ViewSurroundings { stores: Stores; catalogue: Catalogue; scope: Scope; request: ViewRequest; rows: readonly ViewRow[]; now: Date }

/** The view, and what `more` reads beside it for the same request and moment. */
export async function loadViewWith<More>(context: Readonly<RouterContextProvider>, url: URL, definition: ViewDefinition, more: (around: ViewSurroundings) => Promise<More>, now = new Date()) {
  const { stores, catalogue } = context.get(servicesContext)
  const principal = requirePrincipal(context)
  const scope = requireScope(context, 'read')
  const current = catalogue.current()
  try {
    const request = readViewRequest(current, definition, url.searchParams)
    const [view, people] = await Promise.all([readView(stores, current, scope, definition, request, url.searchParams, now), listPeople(stores.postgres)])
    const named = new Map(people.map(person => [person.id, person.name] as const))
    return {
      view: {
        ...view, rows: view.rows.map(row => ({ ...row, owner: row.exception?.assignee ? (named.get(row.exception.assignee) ?? row.exception.assignee) : null, note: noNote })),
        may: { assign: can(principal, 'assign'), resolve: can(principal, 'resolve'), replay: can(principal, 'request_replay'), export: can(principal, 'export') },
        choices: actChoices(principal.id, people),
      },
      more: await more({ stores, catalogue: current, scope, request, rows: view.rows, now }),
    }
  } catch (error) {
    if (error instanceof FilterError || error instanceof CursorError) throw data(error.message, { status: 400 })
    throw error
  }
}

/** What a view's page is given. */
export type LoadedView = Awaited<ReturnType<typeof loadView>>
