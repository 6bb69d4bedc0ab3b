/** A replay and its items: states, the transitions between them, and the views that the interfaces answer. */
import { z } from 'zod'
import { objectRef } from './event.ts'

export const REPLAY_STATES = [
  'requested', 'preflighted', 'awaiting_approval', 'rejected', 'dispatched', 'accepted', 'completed', 'verified', 'refused', 'failed', 'unknown', 'cancelled', 'expired',
] as const
export type ReplayState = (typeof REPLAY_STATES)[number]

/** What can happen to an item of a replay. `not_sent`: it is certain that nothing left; `lose`: it may have left and no answer is known. */
export const REPLAY_EVENTS = ['preflight', 'ask', 'approve', 'reject', 'dispatch', 'not_sent', 'accept', 'refuse', 'complete', 'fail', 'lose', 'verify', 'cancel', 'expire'] as const
export type ReplayEvent = (typeof REPLAY_EVENTS)[number]

const answered = { accept: 'accepted', refuse: 'refused', complete: 'completed', fail: 'failed', verify: 'verified' } as const

/**
 * The state machine of an item. What is not listed does not happen: a repeated, late or contradicting answer changes nothing.
 * No way leads from `unknown` back to a state that is sent: only an answer or the milestone itself resolves it.
 */
export const REPLAY_TRANSITIONS: Readonly<Record<ReplayState, Readonly<Partial<Record<ReplayEvent, ReplayState>>>>> = {
  requested: { preflight: 'preflighted', cancel: 'cancelled', expire: 'expired' },
  preflighted: { ask: 'awaiting_approval', dispatch: 'dispatched', cancel: 'cancelled', expire: 'expired' },
  awaiting_approval: { approve: 'preflighted', reject: 'rejected', cancel: 'cancelled', expire: 'expired' },
  dispatched: { ...answered, not_sent: 'preflighted', lose: 'unknown' },
  accepted: { refuse: 'refused', complete: 'completed', fail: 'failed', verify: 'verified', lose: 'unknown' },
  completed: { verify: 'verified' },
  unknown: answered,
  rejected: {}, verified: {}, refused: {}, failed: {}, cancelled: {}, expired: {},
}

/** The state after `event`, or null where the event changes nothing. */
export function nextReplayState(state: ReplayState, event: ReplayEvent): ReplayState | null {
  return REPLAY_TRANSITIONS[state][event] ?? null
}

/** The states in which `event` does something. */
export function statesBefore(event: ReplayEvent): ReplayState[] {
  return REPLAY_STATES.filter(state => nextReplayState(state, event) !== null)
}

/** The clock of whoever reports an effect may be this far behind ours, and the effect still counts as after the dispatch. ms */
export const REPLAY_CLOCK_SKEW = 2 * 60_000

/** Nothing may be sent for an exception while another item of it is in one of these. */
export const ACTIVE_STATES = ['requested', 'preflighted', 'awaiting_approval', 'dispatched', 'accepted'] as const satisfies readonly ReplayState[]

/** First that holds of any item is the state of the whole: what is still to be done first, then the worst end. */
const WHOLE = [
  'awaiting_approval', 'requested', 'dispatched', 'accepted', 'unknown', 'failed', 'refused', 'completed', 'verified', 'expired', 'rejected', 'cancelled',
] as const satisfies readonly ReplayState[]

/** The state of a replay from the states of the items that are to be sent. Empty input: `preflighted`. */
export function wholeState(items: Iterable<ReplayState>): ReplayState {
  const present = new Set(items)
  if (present.has('preflighted')) return present.size === 1 ? 'preflighted' : present.has('awaiting_approval') ? 'awaiting_approval' : 'dispatched'
  return WHOLE.find(state => present.has(state)) ?? 'preflighted'
}

export const REPLAY_VERDICTS = ['safe', 'already_succeeded', 'superseded', 'outcome_unknown', 'in_progress', 'not_replayable'] as const
export type ReplayVerdict = (typeof REPLAY_VERDICTS)[number]

const amount = z.object({ value: z.string(), currency: z.string() })

/** A changed value of the payload: `path` is a JSON pointer into the original event's data. */
export const replayCorrection = z.strictObject({
  exceptionId: z.string().regex(/^\d{1,18}$/),
  path: z.string().regex(/^(\/[^/]{1,200}){1,20}$/, 'must be a JSON pointer'),
  value: z.union([z.string().max(10_000), z.number(), z.boolean(), z.null()]),
})
export type ReplayCorrection = z.infer<typeof replayCorrection>

export const replayPreviewItem = z.object({
  exceptionId: z.string(), verdict: z.enum(REPLAY_VERDICTS), why: z.string(), amount: amount.nullable(), postsMoney: z.boolean(), needsApproval: z.boolean(),
})
export type ReplayPreviewItem = z.infer<typeof replayPreviewItem>

/** The answer to a dry run. `totals.safe` is what would be sent as it stands; `money` counts each business amount once per currency. */
export const replayPreview = z.object({
  selectionHash: z.string(),
  items: z.array(replayPreviewItem),
  totals: z.object({
    items: z.number(), safe: z.number(),
    byVerdict: z.record(z.enum(REPLAY_VERDICTS), z.number()),
    money: z.array(amount), postingMoney: z.array(amount), facilities: z.array(z.string()),
  }),
  approval: z.object({ needed: z.boolean(), items: z.number(), why: z.array(z.string()), permission: z.literal('approve_replay') }),
})
export type ReplayPreview = z.infer<typeof replayPreview>

export const replayView = z.object({
  id: z.string(), state: z.enum(REPLAY_STATES), reason: z.string(),
  requestedBy: z.string(), requestedAt: z.string(), approvedBy: z.string().nullable(), approvedAt: z.string().nullable(),
  needsApproval: z.boolean(), selectionHash: z.string(), contentHash: z.string(), expiresAt: z.string(),
  /** items per state; `leftOut` were looked at and are not sent */
  items: z.object({ total: z.number(), leftOut: z.number(), byState: z.partialRecord(z.enum(REPLAY_STATES), z.number()) }),
  version: z.number(),
})
export type ReplayView = z.infer<typeof replayView>

export const replayItemView = z.object({
  replayId: z.string(), exceptionId: z.string(), position: z.number(), state: z.enum(REPLAY_STATES), included: z.boolean(),
  verdict: z.enum(REPLAY_VERDICTS), why: z.string(), idempotencyKey: z.string(),
  integration: z.string().nullable(), step: z.string().nullable(), object: objectRef.nullable(), amount: amount.nullable(),
  facility: z.string().nullable(), postsMoney: z.boolean(), needsApproval: z.boolean(), corrections: z.array(replayCorrection.omit({ exceptionId: true })),
  dispatchedAt: z.string().nullable(), answeredAt: z.string().nullable(), verifiedAt: z.string().nullable(),
  /** what is known about the outcome, in words */
  answer: z.object({ code: z.string().nullable(), message: z.string() }).nullable(),
})
export type ReplayItemView = z.infer<typeof replayItemView>
