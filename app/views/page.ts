/** What the route of a business view does: read the address, read the view, say what the person may do. */
import { data, type RouterContextProvider } from 'react-router'
import { CursorError } from '#queries/model/cursor.ts'
import { FilterError } from '#queries/model/filter.ts'
import { listPeople } from '#queries/postgres/people.ts'
import { can } from '../auth/principal.ts'
import { actChoices } from '../exceptions/act-choices.ts'
import { requirePrincipal, requireScope, servicesContext } from '../server/context.ts'
import type { ViewDefinition } from './definition.ts'
import { readViewRequest } from './request.ts'
import { readView } from './view.ts'

/** The view for its page. An address that is not this view's is the reader's 400. */
export async function loadView(context: Readonly<RouterContextProvider>, url: URL, definition: ViewDefinition, now = new Date()) {
  const { stores, catalogue } = context.get(servicesContext)
  const principal = requirePrincipal(context)
  const scope = requireScope(context, 'read')
  const current = catalogue.current()
  try {
    const request = readViewRequest(current, definition, url.searchParams)
    const [view, people] = await Promise.all([readView(stores, current, scope, definition, request, url.searchParams, now), listPeople(stores.postgres)])
    const named = new Map(people.map(person => [person.id, person.name] as const))
    return {
      ...view, rows: view.rows.map(row => ({ ...row, owner: row.exception?.assignee ? (named.get(row.exception.assignee) ?? row.exception.assignee) : null })),
      may: { assign: can(principal, 'assign'), resolve: can(principal, 'resolve'), replay: can(principal, 'request_replay'), export: can(principal, 'export') },
      choices: actChoices(principal.id, people),
    }
  } catch (error) {
    if (error instanceof FilterError || error instanceof CursorError) throw data(error.message, { status: 400 })
    throw error
  }
}

/** What a view's page is given. */
export type LoadedView = Awaited<ReturnType<typeof loadView>>
