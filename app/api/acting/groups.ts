/** POST groups/{fingerprint}/assign, comment, cause, mute, unmute, split, merge, undo. */
import { z } from 'zod'
import { actOnGroup } from '../../groups/acts.ts'
import { GROUP_NEEDS, groupAct, type GroupActName } from '../../groups/decisions.ts'
import { defineRoute, readInput, type ApiRoute } from '../define-route.ts'
import { groupParams } from '../reading/groups.ts'

const SUMMARIES: Readonly<Record<GroupActName, string>> = {
  assign: 'Make somebody responsible for all open members, and for those that come later; null takes it from them', comment: 'Add a comment to the history', cause: 'Say what probably caused it; null takes it back',
  mute: 'Ignore all members, later ones too, until an instant, so many more occurrences, or a rate', unmute: 'End the mute: its members are open again',
  split: 'Make groups of their own by facility, integration, endpoint or error code (all values, or one), or of what contains a text; holds for later failures too',
  merge: 'Join it to another group; holds for later failures too', undo: 'Undo a split or a merge by the id of its rule',
}

/** `members`: how many exceptions it changed; `groups`: where those went that left the group; `rule`: what `undo` takes. */
const answer = z.object({ fingerprint: z.string(), members: z.number(), version: z.number(), groups: z.array(z.object({ fingerprint: z.string(), members: z.number() })), rule: z.number().nullable() })

/** The body of an act as its address implies it: the act's own fields without its name. */
function bodyOf(name: GroupActName): z.ZodType {
  const option = groupAct.options.find(each => each.shape.act.value === name)
  const { act: _act, ...fields } = (option?.shape ?? {}) as z.ZodRawShape
  const schema = z.strictObject(fields)
  return name === 'unmute' ? schema.optional() : schema
}

export const GROUP_ACTS: readonly ApiRoute[] = (Object.keys(GROUP_NEEDS) as GroupActName[]).map(name => defineRoute({
  id: `${name}Group`, method: 'post', path: `/groups/{fingerprint}/${name}`, act: GROUP_NEEDS[name], summary: SUMMARIES[name], params: groupParams, body: bodyOf(name), answer,
  async handle({ params, body, principal, origin, scope, ifMatch, services }) {
    const act = readInput(groupAct, { ...(body as object | undefined), act: name }, 'body')
    return await actOnGroup(services.stores, { actor: { kind: principal.kind, id: principal.id, origin }, scope }, params.fingerprint, act, ifMatch)
  },
}))
