/** What the route of a business view does: read the address, read the view, say what the person may do. */
import { data, type RouterContextProvider } from 'react-router'
import type { Catalogue } from '#queries/catalogue/catalogue.ts'
import type { ClickHouse } from '#queries/clickhouse/clickhouse.ts'
import { CursorError } from '#queries/model/cursor.ts'
import { FilterError } from '#queries/model/filter.ts'
import type { Scope } from '#queries/model/scope.ts'
import { listPeople } from '#queries/postgres/people.ts'
import { can } from '../auth/principal.ts'
import { readPreferences } from '../components/shell/preferences.ts'
import { actChoices } from '../exceptions/act-choices.ts'
import { requirePrincipal, requireScope, servicesContext } from '../server/context.ts'
import type { ViewDefinition } from './definition.ts'
import { readViewRequest, type ViewRequest } from './request.ts'
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

/** What a view's own panels are read with. `asked`: the address, read; `zone`: the reader's, which cuts days. */
export interface PanelRequest { clickhouse: ClickHouse; catalogue: Catalogue; asked: ViewRequest; zone: string; now: Date; scope: Scope }

/** The view for its page together with what only this view has. */
export async function loadWithPanels<P>(context: Readonly<RouterContextProvider>, request: Request, url: URL, definition: ViewDefinition, readPanels: (request: PanelRequest) => Promise<P>, now = new Date()) {
  const { stores, catalogue } = context.get(servicesContext)
  const scope = requireScope(context, 'read')
  const { zone } = readPreferences(request.headers.get('cookie'))
  try {
    const asked = readViewRequest(catalogue.current(), definition, url.searchParams)
    const [view, panels] = await Promise.all([loadView(context, url, definition, now), readPanels({ clickhouse: stores.clickhouse, catalogue: catalogue.current(), asked, zone, now, scope })])
    return { ...view, panels }
  } catch (error) {
    if (error instanceof FilterError) throw data(error.message, { status: 400 })
    throw error
  }
}

/** What a view's page is given. */
export type LoadedView = Awaited<ReturnType<typeof loadView>>
