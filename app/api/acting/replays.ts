/** POST replays, replays/{id}/approve, reject, cancel. */
import { z } from 'zod'
import { exceptionFilter, parseFilter } from '#queries/model/filter.ts'
import { replayPreview, replayView } from '#queries/model/replay.ts'
import type { Scope } from '#queries/model/scope.ts'
import { approveReplay, cancelReplay, createReplay, MAX_SELECTION, previewReplay, rejectReplay, replayApproval, replayRefusal, replayRequest, selectExceptions } from '../../replay/requests.ts'
import { defineRoute, readInput, type ApiServices, type Call } from '../define-route.ts'
import { Problem } from '../problem.ts'
import { replayParams } from '../reading/replays.ts'

/** By ids, or by a filter of the worklist (its names and values, lists as arrays), which is resolved now: `selectionHash` freezes what was seen. */
const createBody = z.strictObject({
  exceptionIds: replayRequest.shape.exceptionIds.optional(),
  filter: z.record(z.string(), z.union([z.string(), z.array(z.string())])).optional(),
  reason: z.string().trim().max(2000).default(''),
  corrections: replayRequest.shape.corrections,
  includeUnknown: replayRequest.shape.includeUnknown,
  selectionHash: z.string().optional(),
  dryRun: z.boolean().default(false),
}).refine(body => (body.exceptionIds === undefined) !== (body.filter === undefined), 'give exceptionIds or filter')

const context = (services: ApiServices) => ({ stores: services.stores, catalogue: services.catalogue, targets: services.targets })
const by = ({ principal, origin, scope }: Pick<Call<unknown, unknown, unknown>, 'principal' | 'origin' | 'scope'>) => ({ kind: principal.kind, id: principal.id, origin, scope })

async function selectedIds(services: ApiServices, body: z.infer<typeof createBody>, scope: Scope): Promise<string[]> {
  if (body.exceptionIds) return body.exceptionIds
  const search = new URLSearchParams(Object.entries(body.filter ?? {}).flatMap(([name, value]) => (Array.isArray(value) ? value : [value]).map(each => [name, each])))
  const ids = await selectExceptions(context(services), parseFilter(exceptionFilter, search), scope)
  if (ids.length === 0) throw new Problem('invalid_act', 'the filter finds no exception')
  if (ids.length > MAX_SELECTION) throw new Problem('invalid_act', `at most ${MAX_SELECTION} exceptions in one replay: narrow the filter`)
  return ids
}

const create = defineRoute({
  id: 'createReplay', method: 'post', path: '/replays', act: 'request_replay', summary: 'Ask the execution layer to do it again; with dryRun only say what would happen',
  body: createBody, answer: replayView, status: 201, also: { 200: { 'application/json': replayPreview } },
  async handle(call) {
    const { body, services, scope } = call
    const exceptionIds = await selectedIds(services, body, scope)
    if (body.dryRun) return Response.json(replayPreview.parse(await previewReplay(context(services), by(call), { exceptionIds, corrections: body.corrections })), { headers: { 'cache-control': 'no-store' } })
    const { reason, corrections, includeUnknown, selectionHash } = body
    const request = readInput(replayRequest, { exceptionIds, reason, corrections, includeUnknown, ...(selectionHash === undefined ? {} : { selectionHash }) }, 'body')
    return createReplay(context(services), by(call), request)
  },
})

const approve = defineRoute({
  id: 'approveReplay', method: 'post', path: '/replays/{id}/approve', act: 'approve_replay', summary: 'A second person agrees to exactly what they saw; keys are refused',
  params: replayParams, body: replayApproval, answer: replayView,
  handle: call => approveReplay(context(call.services), by(call), call.params.id, call.body),
})

const reject = defineRoute({
  id: 'rejectReplay', method: 'post', path: '/replays/{id}/reject', act: 'approve_replay', summary: 'A second person declines; nothing is sent',
  params: replayParams, body: replayRefusal, answer: replayView,
  handle: call => rejectReplay(context(call.services), by(call), call.params.id, call.body),
})

const cancel = defineRoute({
  id: 'cancelReplay', method: 'post', path: '/replays/{id}/cancel', act: 'request_replay', summary: 'Stop what has not been sent yet',
  params: replayParams, body: replayRefusal, answer: replayView,
  handle: call => cancelReplay(context(call.services), by(call), call.params.id, call.body),
})

export const REPLAY_ACTS = [create, approve, reject, cancel]
