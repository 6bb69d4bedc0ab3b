/** GET replays, replays/{id}, replays/{id}/items. */
import { z } from 'zod'
import { paging } from '#queries/model/filter.ts'
import { REPLAY_STATES, replayItemView, replayView } from '#queries/model/replay.ts'
import { listOf } from '#queries/model/views.ts'
import { listReplayItems, listReplays, replayById } from '#queries/postgres/replays.ts'
import { defineRoute } from '../define-route.ts'
import { Problem } from '../problem.ts'

export const replayParams = z.strictObject({ id: z.string().min(1).max(100) })
const ABSENT = 'no replay of this id in your scope'

const list = defineRoute({
  id: 'listReplays', method: 'get', path: '/replays', act: 'read', summary: 'Replays, the newest first',
  query: z.strictObject({ status: z.array(z.enum(REPLAY_STATES)).default([]), ...paging.shape }), answer: listOf(replayView),
  async handle({ query, scope, services }) {
    return { ...(await listReplays(services.stores.postgres, { scope, states: query.status, cursor: query.cursor, limit: query.limit })), asOf: new Date().toISOString() }
  },
})

const one = defineRoute({
  id: 'getReplay', method: 'get', path: '/replays/{id}', act: 'read', summary: 'One replay with its state and counts', params: replayParams, answer: replayView,
  async handle({ params, scope, services }) {
    const found = await replayById(services.stores.postgres, params.id, scope)
    if (!found) throw new Problem('not_found', ABSENT)
    return found
  },
})

const items = defineRoute({
  id: 'listReplayItems', method: 'get', path: '/replays/{id}/items', act: 'read', summary: 'What became of each item', params: replayParams, query: paging, answer: listOf(replayItemView),
  async handle({ params, query, scope, services }) {
    if (!(await replayById(services.stores.postgres, params.id, scope))) throw new Problem('not_found', ABSENT)
    return { ...(await listReplayItems(services.stores.postgres, params.id, { scope, cursor: query.cursor, limit: query.limit })), asOf: new Date().toISOString() }
  },
})

export const REPLAY_ROUTES = [list, one, items]
