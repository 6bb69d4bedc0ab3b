/** GET exports/trail and exports/exceptions: streams, each noted in the audit record. */
import { exportResponse } from '../../exports/export.ts'
import { exportTrail, trailRequest } from '../../exports/trail.ts'
import { exportWorklist, worklistRequest } from '../../exports/worklist.ts'
import { defineRoute } from '../define-route.ts'

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

export const EXPORT_ROUTES = [trail, worklist]
