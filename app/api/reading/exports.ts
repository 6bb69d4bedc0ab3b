/** GET exports/trail, exports/exceptions and exports/views/{view}: streams, each noted in the audit record. */
import { z } from 'zod'
import { exportResponse } from '../../exports/export.ts'
import { exportTrail, trailRequest } from '../../exports/trail.ts'
import { exportView, viewExportRequest } from '../../exports/view.ts'
import { exportWorklist, worklistRequest } from '../../exports/worklist.ts'
import { VIEWS } from '../../views/registry.ts'
import { defineRoute } from '../define-route.ts'
import { Problem } from '../problem.ts'

const trail = defineRoute({
  id: 'exportTrail', method: 'get', path: '/exports/trail', act: 'export', summary: 'Events as CSV or NDJSON, unlimited, by the filters of the lists',
  query: trailRequest, answer: null, also: { 200: { 'text/csv': null, 'application/x-ndjson': null } },
  async handle({ query, principal, origin, scope, services }) {
    return exportResponse(await exportTrail(services.stores, { actor: { kind: principal.kind, id: principal.id, origin }, scope }, query))
  },
})

const worklist = defineRoute({
  id: 'exportExceptions', method: 'get', path: '/exports/exceptions', act: 'export', summary: 'The worklist as CSV, by its own filters',
  query: worklistRequest, answer: null, also: { 200: { 'text/csv': null } },
  async handle({ query, principal, origin, scope, services }) {
    return exportResponse(await exportWorklist(services.stores, { actor: { kind: principal.kind, id: principal.id, origin }, scope }, query))
  },
})

const view = defineRoute({
  id: 'exportView', method: 'get', path: '/exports/views/{view}', act: 'export', summary: 'The rows of a business view as CSV or NDJSON, by the filters of its page',
  params: z.strictObject({ view: z.string() }), query: viewExportRequest, answer: null, also: { 200: { 'text/csv': null, 'application/x-ndjson': null } },
  async handle({ params, search, principal, origin, scope, services }) {
    const definition = VIEWS.get(params.view)
    if (!definition) throw new Problem('not_found', 'there is no such view')
    return exportResponse(await exportView(services.stores, services.catalogue.current(), { actor: { kind: principal.kind, id: principal.id, origin }, scope }, definition, search))
  },
})

export const EXPORT_ROUTES = [trail, worklist, view]
