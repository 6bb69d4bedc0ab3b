/** POST exceptions/{id}/assign, acknowledge, comment, resolve, ignore, wait, reopen, undo; each answers the exception. */
import { z } from 'zod'
import { exceptionView } from '#queries/model/exception.ts'
import { actOnException, undoOnException } from '../../exceptions/acts.ts'
import { exceptionAct, type ActName } from '../../exceptions/lifecycle.ts'
import type { Act } from '../../auth/roles.ts'
import { defineRoute, NO_BODY, readInput, type ApiRoute } from '../define-route.ts'
import { Problem } from '../problem.ts'

export const exceptionParams = z.strictObject({ id: z.string().min(1).max(40) })

/** The number an exception's id stands for; null where it cannot be one. */
export function exceptionNumber(id: string): number | null {
  return /^\d{1,15}$/.test(id) ? Number(id) : null
}

const NEEDS: Readonly<Record<ActName, { act: Act; summary: string }>> = {
  assign: { act: 'assign', summary: 'Make somebody responsible; null takes it from them' },
  acknowledge: { act: 'assign', summary: 'Say that it has been seen and is being worked on' },
  comment: { act: 'assign', summary: 'Add a comment to the history' },
  wait: { act: 'assign', summary: 'Wait for another party until an instant' },
  resolve: { act: 'resolve', summary: 'Close it with a reason; shown as resolved, not verified' },
  ignore: { act: 'resolve', summary: 'Ignore it until an instant, a count or a rate' },
  reopen: { act: 'resolve', summary: 'Open it again' },
}

/** The body of an act as its address implies it: the act's own fields without its name. */
function bodyOf(name: ActName): z.ZodType {
  const option = exceptionAct.options.find(each => each.shape.act.value === name)
  if (!option) throw new Error(`no schema of the act ${name}`)
  const { act: _act, ...fields } = option.shape as z.ZodRawShape
  const schema = z.strictObject(fields)
  return schema.safeParse({}).success && name !== 'ignore' ? schema.optional() : schema
}

const undo = defineRoute({
  id: 'undoException', method: 'post', path: '/exceptions/{id}/undo', act: 'assign', summary: 'Take back the own last assignment or acknowledgment, within 45 s and as long as nothing changed since', params: exceptionParams, answer: exceptionView,
  handle: ({ params, principal, origin, scope, ifMatch, services }) => undoOnException(services.stores, { actor: { kind: principal.kind, id: principal.id, origin }, scope }, params.id, ifMatch),
})

const acts = (Object.keys(NEEDS) as ActName[]).map(name => defineRoute({
  id: `${name}Exception`, method: 'post', path: `/exceptions/{id}/${name}`, act: NEEDS[name].act, summary: NEEDS[name].summary,
  params: exceptionParams, body: Object.keys(exceptionAct.options.find(each => each.shape.act.value === name)?.shape ?? {}).length === 1 ? NO_BODY : bodyOf(name), answer: exceptionView,
  async handle({ params, body, principal, origin, scope, ifMatch, services }) {
    const act = readInput(exceptionAct, { ...(body as object | undefined), act: name }, 'body')
    if (exceptionNumber(params.id) === null) throw new Problem('not_found', 'no exception of this id in your scope')
    return actOnException(services.stores, { actor: { kind: principal.kind, id: principal.id, origin }, scope }, params.id, act, ifMatch)
  },
}))

export const EXCEPTION_ACTS: readonly ApiRoute[] = [...acts, undo]
