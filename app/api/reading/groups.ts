/** GET groups, groups/{fingerprint}: failures of one cause as one. */
import { z } from 'zod'
import { groupView } from '#queries/model/group.ts'
import { listOf } from '#queries/model/views.ts'
import { groupListFilter, listGroups } from '../../groups/list.ts'
import { readGroup } from '../../groups/page.ts'
import { defineRoute, listQuery, splitPaging } from '../define-route.ts'
import { Problem } from '../problem.ts'

export const groupParams = z.strictObject({ fingerprint: z.string().min(1).max(64) })

const list = defineRoute({
  id: 'listGroups', method: 'get', path: '/groups', act: 'read', summary: 'Failure groups: without a view or status those that somebody has to do something about; the filters are those of exceptions',
  query: listQuery(groupListFilter), answer: listOf(groupView),
  async handle({ query, scope, principal, services }) {
    const { filter, page } = splitPaging(query)
    const now = new Date()
    return { ...(await listGroups(services.stores, services.catalogue.current(), filter, page, { id: principal.id, scope, zone: 'UTC' }, now)), asOf: now.toISOString() }
  },
})

const detail = groupView.extend({
  total: z.number(), statuses: z.array(z.object({ status: z.string(), count: z.number() })), pattern: z.string().nullable(),
  parts: z.array(z.object({ name: z.string(), values: z.array(z.object({ value: z.string(), label: z.string(), count: z.number() })) })),
  messages: z.array(z.object({ message: z.string(), code: z.string(), class: z.string(), count: z.number(), lastAt: z.string() })),
  causes: z.array(z.object({ kind: z.string(), words: z.string(), at: z.string(), gapSeconds: z.number(), event: z.object({ source: z.string(), id: z.string() }).nullable() })),
  resolutions: z.array(z.object({ how: z.string(), by: z.string(), count: z.number(), medianSeconds: z.number(), lastAt: z.string() })),
  similar: z.array(z.object({ fingerprint: z.string(), title: z.string(), count: z.number(), open: z.number(), reasons: z.array(z.string()) })),
  rules: z.array(z.object({ id: z.number(), kind: z.string(), source: z.string(), target: z.string().nullable(), dimension: z.string().nullable(), value: z.string().nullable(), reason: z.string(), by: z.string(), at: z.string(), undone: z.object({ by: z.string(), at: z.string() }).nullable() })),
  history: z.array(z.object({ at: z.string(), actor: z.object({ kind: z.string(), id: z.string() }), act: z.string(), detail: z.record(z.string(), z.unknown()) })),
  asOf: z.string(),
})

const one = defineRoute({
  id: 'getGroup', method: 'get', path: '/groups/{fingerprint}', act: 'read', summary: 'One failure group with its trend by the hour, what it consists of, what may have caused it, how it ended before and what was decided; its version goes into If-Match',
  params: groupParams, answer: detail,
  async handle({ params, scope, services }) {
    const page = await readGroup(services.stores, services.catalogue.current(), { fingerprint: params.fingerprint, step: 'hour', status: [], cursor: undefined }, { scope, zone: 'UTC', names: new Map() })
    if (!page) throw new Problem('not_found', 'no failure group of this fingerprint in your scope')
    return {
      ...page.group, trend: page.trend.points, total: page.total, statuses: page.statuses, pattern: page.pattern, parts: page.parts, messages: page.messages, causes: page.causes, resolutions: page.past.endings,
      similar: page.similar, rules: page.rules, history: page.history, asOf: page.asOf,
    }
  },
})

export const GROUP_ROUTES = [list, one]
