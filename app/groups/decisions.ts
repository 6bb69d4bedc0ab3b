/** What a person or key may decide about a failure group, as the API and the screens take it. */
import { z } from 'zod'
import type { Act } from '../auth/roles.ts'
import { DIMENSIONS } from './place.ts'

const note = z.string().trim().max(2000)
const fingerprint = z.string().regex(/^[\w-]{1,64}$/)
const until = z.iso.datetime({ offset: true })

/** Of mute's `until`, `count`, `rate` exactly one is given. `count`: that many more occurrences of all members together. */
export const groupAct = z.discriminatedUnion('act', [
  z.strictObject({ act: z.literal('assign'), assignee: z.string().trim().max(200).nullable() }),
  z.strictObject({ act: z.literal('comment'), text: note.min(1) }),
  z.strictObject({ act: z.literal('cause'), text: note.nullable() }),
  z.strictObject({
    act: z.literal('mute'), until: until.nullish(), count: z.int().min(1).max(1_000_000).nullish(),
    rate: z.strictObject({ count: z.int().min(1).max(1_000_000), seconds: z.int().min(60).max(31 * 86_400) }).nullish(), reason: note.min(1),
  }).refine(mute => [mute.until, mute.count, mute.rate].filter(given => given !== null && given !== undefined).length === 1, 'give one of until, count, rate'),
  z.strictObject({ act: z.literal('unmute'), reason: note.nullish() }),
  z.strictObject({ act: z.literal('split'), by: z.enum(DIMENSIONS), value: z.string().trim().min(1).max(200).nullish(), reason: note.min(1) })
    .refine(split => split.by !== 'text' || Boolean(split.value), 'a text to split by is needed'),
  z.strictObject({ act: z.literal('merge'), into: fingerprint, reason: note.min(1) }),
  z.strictObject({ act: z.literal('undo'), rule: z.int().min(1), reason: note.nullish() }),
])
export type GroupAct = z.infer<typeof groupAct>
export type GroupActName = GroupAct['act']

/** What a role needs for it: the same as for the like act on one exception. */
export const GROUP_NEEDS: Readonly<Record<GroupActName, Act>> = {
  assign: 'assign', comment: 'assign', cause: 'assign', mute: 'resolve', unmute: 'resolve', split: 'resolve', merge: 'resolve', undo: 'resolve',
}
/** What changes the group for everybody, so that only who sees all of it may do it. */
export const WHOLE_GROUP: ReadonlySet<GroupActName> = new Set(['mute', 'unmute', 'split', 'merge', 'undo', 'cause'])
