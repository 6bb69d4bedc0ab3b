/** GET summary, exceptions, exceptions/{id}, exceptions/{id}/history. */
import { z } from 'zod'
import { listExceptions } from '#queries/clickhouse/exceptions/list.ts'
import { exceptionView } from '#queries/model/exception.ts'
import { exceptionFilter } from '#queries/model/filter.ts'
import { listOf, summaryView } from '#queries/model/views.ts'
import { exceptionHistory, findException } from '#queries/postgres/exceptions.ts'
import { summaryOf } from '../../exceptions/summary.ts'
import { exceptionNumber, exceptionParams } from '../acting/exceptions.ts'
import { defineRoute, listQuery, splitPaging } from '../define-route.ts'
import { Problem } from '../problem.ts'

const ABSENT = 'no exception of this id in your scope'

const summary = defineRoute({
  id: 'getSummary', method: 'get', path: '/summary', act: 'read', summary: 'The figures of the control tower', answer: summaryView,
  handle: ({ scope, services }) => summaryOf(services.stores, services.catalogue.current(), scope),
})

const list = defineRoute({
  id: 'listExceptions', method: 'get', path: '/exceptions', act: 'read', summary: 'The worklist: without a status, everything that is not resolved',
  query: listQuery(exceptionFilter), answer: listOf(exceptionView),
  async handle({ query, scope, services }) {
    const { filter, page } = splitPaging(query)
    return { ...(await listExceptions(services.stores.clickhouse, filter, page, scope)), asOf: new Date().toISOString() }
  },
})

const one = defineRoute({
  id: 'getException', method: 'get', path: '/exceptions/{id}', act: 'read', summary: 'One exception; its version goes into If-Match', params: exceptionParams, answer: exceptionView,
  async handle({ params, scope, services }) {
    const number = exceptionNumber(params.id)
    const found = number === null ? undefined : await findException(services.stores.postgres, number, scope)
    if (!found) throw new Problem('not_found', ABSENT)
    return found
  },
})

const historyEntry = z.object({ at: z.string(), actor: z.object({ kind: z.string(), id: z.string() }), act: z.string(), detail: z.unknown() })

const history = defineRoute({
  id: 'listExceptionHistory', method: 'get', path: '/exceptions/{id}/history', act: 'read', summary: 'What happened to an exception, oldest first', params: exceptionParams, answer: listOf(historyEntry),
  async handle({ params, scope, services }) {
    const number = exceptionNumber(params.id)
    const entries = number === null ? [] : await exceptionHistory(services.stores.postgres, number, scope)
    if (entries.length === 0) throw new Problem('not_found', ABSENT)
    return { items: entries, nextCursor: null, asOf: new Date().toISOString() }
  },
})

export const EXCEPTION_ROUTES = [summary, list, one, history]
