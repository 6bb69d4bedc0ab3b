/** The failure group as the read interfaces answer it: all failures of one cause, what was decided about them, when they came. */
import { z } from 'zod'
import { EXCEPTION_KINDS, EXCEPTION_STATUSES, SEVERITIES } from './exception.ts'

const amount = z.object({ value: z.string(), currency: z.string() })

/** `count` until a mute ends: that many more occurrences; `rate`: that many within so many seconds. */
export const groupMute = z.object({
  at: z.string(), by: z.string(), until: z.string().nullable(), count: z.number().nullable(), rate: z.object({ count: z.number(), seconds: z.number() }).nullable(), reason: z.string(),
})

/** Counts and money are of the members that the filter lets through; `version` (0: nothing decided yet) goes into If-Match. */
export const groupView = z.object({
  fingerprint: z.string(), title: z.string(), kind: z.enum(EXCEPTION_KINDS), severity: z.enum(SEVERITIES), count: z.number(), objects: z.number(), occurrences: z.number(),
  process: z.string().nullable(), step: z.string().nullable(), integration: z.string().nullable(), facilities: z.array(z.string()),
  money: z.array(amount), withoutAmount: z.number(), statuses: z.array(z.enum(EXCEPTION_STATUSES)), firstSeen: z.string(), lastSeen: z.string(),
  trend: z.array(z.object({ at: z.string(), count: z.number() })), assignee: z.string().nullable(), mute: groupMute.nullable(), suspectedCause: z.string().nullable(), version: z.number(),
})
export type GroupView = z.infer<typeof groupView>
