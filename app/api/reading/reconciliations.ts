/** GET reconciliations, reconciliations/{set}, reconciliations/{set}/items, reconciliations/{set}/runs/{id}. */
import { z } from 'zod'
import { listReconItems, reconItemFilter } from '#queries/clickhouse/reconciliation/items.ts'
import { reconItemView, reconSetView, reconTotal, RUN_STATUSES } from '#queries/model/reconciliation.ts'
import { listOf } from '#queries/model/views.ts'
import { lastRuns, runById } from '#queries/postgres/reconciliation.ts'
import { setOf } from '../../reconciliation/decide.ts'
import { setView, totalsNow } from '../../reconciliation/view.ts'
import { defineRoute, listQuery, splitPaging } from '../define-route.ts'
import { Problem } from '../problem.ts'

export const setParams = z.strictObject({ set: z.string().min(1).max(100) })

const list = defineRoute({
  id: 'listReconciliations', method: 'get', path: '/reconciliations', act: 'read', summary: 'The reconciliation sets with their sides, tolerances and last run', answer: listOf(reconSetView),
  async handle({ scope, services }) {
    const runs = await lastRuns(services.stores.postgres)
    const sets = [...services.catalogue.current().reconciliationSets.values()]
    return { items: await Promise.all(sets.map(set => setView(services.stores, set, runs.get(set.id), scope))), nextCursor: null, asOf: new Date().toISOString() }
  },
})

const one = defineRoute({
  id: 'getReconciliation', method: 'get', path: '/reconciliations/{set}', act: 'read', summary: 'One set with its tolerances, rules and last run', params: setParams,
  answer: reconSetView.extend({ description: z.string(), process: z.string(), rules: z.array(z.object({ id: z.string(), name: z.string(), pass: z.string(), autoMatch: z.boolean() })), asOf: z.string() }),
  async handle({ params, scope, services }) {
    const set = setOf(services.catalogue.current(), params.set)
    const view = await setView(services.stores, set, (await lastRuns(services.stores.postgres)).get(set.id), scope)
    return { ...view, description: set.description, process: set.process, rules: set.rules.map(({ id, name, pass, autoMatch }) => ({ id, name, pass, autoMatch })), asOf: new Date().toISOString() }
  },
})

const items = defineRoute({
  id: 'listReconItems', method: 'get', path: '/reconciliations/{set}/items', act: 'read', summary: 'Items of a set, the oldest first: where each stands, with whom, by which rule and why',
  params: setParams, query: listQuery(reconItemFilter), answer: listOf(reconItemView),
  async handle({ params, query, scope, services }) {
    const set = setOf(services.catalogue.current(), params.set)
    const { filter, page } = splitPaging(query)
    const now = new Date()
    return { ...(await listReconItems(services.stores.clickhouse, set.id, filter, page, { scope, now })), asOf: now.toISOString() }
  },
})

const run = defineRoute({
  id: 'getReconciliationRun', method: 'get', path: '/reconciliations/{set}/runs/{id}', act: 'read', summary: 'One run with what it moved per side, account and currency; a failed one names what does not add up',
  params: setParams.extend({ id: z.string().min(1).max(100) }),
  answer: z.object({ id: z.string(), set: z.string(), kind: z.enum(['full', 'incremental']), status: z.enum(RUN_STATUSES), startedAt: z.string(), finishedAt: z.string().nullable(), ruleVersion: z.number(), requestedBy: z.string().nullable(), error: z.string().nullable(), totals: z.array(reconTotal) }),
  async handle({ params, scope, services }) {
    const set = setOf(services.catalogue.current(), params.set)
    const found = await runById(services.stores.postgres, set.id, params.id)
    if (!found) throw new Problem('not_found', 'no run of this id in this set')
    const { items: _items, ...view } = found
    return scope === 'all' ? view : { ...view, error: view.error === null ? null : 'it does not add up; who sees all of the set sees where', totals: await totalsNow(services.stores.clickhouse, set.id, scope) }
  },
})

export const RECONCILIATION_ROUTES = [list, one, items, run]
