/** How the simulated execution layer deals with a replay command. */
import { hash32 } from '#seeds/history/random.ts'

export const BEHAVIOURS = [
  /** accepts, acts, the business event comes, says completed */
  'succeed',
  /** accepts, then says failed; nothing was done */
  'fail',
  /** says refused; nothing was done */
  'refuse',
  /** does not take the call: HTTP 422 */
  'refuse_call',
  /** like succeed, but everything after the receipt comes late */
  'answer_late',
  /** takes the call and is never heard of again; nothing was done */
  'never_answer',
  /** keeps the connection open without a word; nothing was done */
  'hang',
  /** says completed although nothing was done */
  'complete_without_effect',
  /** acts, then dies: the connection breaks before any answer, and none comes later */
  'die_after_acting',
  /** as before, but what was done is reported by the system it was done in */
  'die_after_acting_reported',
] as const
export type Behaviour = (typeof BEHAVIOURS)[number]

/** The first rule that fits a command decides. What a rule does not name, it does not ask. */
export interface Rule {
  behaviour: Behaviour
  integration?: string
  step?: string
  objectId?: string
  /** share of commands it is for, chosen by their idempotency key; 1 if absent */
  share?: number
}

/** What a rule looks at. */
export interface Asked { integration: string; step: string; objectIds: readonly string[]; idempotencyKey: string }

/** The behaviour for a command; `succeed` where no rule fits. */
export function behaviourFor(rules: readonly Rule[], asked: Asked): Behaviour {
  const rule = rules.find((candidate, index) =>
    (candidate.integration === undefined || candidate.integration === asked.integration)
    && (candidate.step === undefined || candidate.step === asked.step)
    && (candidate.objectId === undefined || asked.objectIds.includes(candidate.objectId))
    && (candidate.share === undefined || hash32(index, asked.idempotencyKey) / 4294967296 < candidate.share))
  return rule?.behaviour ?? 'succeed'
}

/** The demo's layer is mostly able, and now and then as unreliable as life. */
export const DEMO_RULES: readonly Rule[] = [
  { behaviour: 'die_after_acting_reported', share: 0.02 },
  { behaviour: 'complete_without_effect', share: 0.04 },
  { behaviour: 'fail', share: 0.05 },
  { behaviour: 'refuse', share: 0.03 },
  { behaviour: 'answer_late', share: 0.1 },
]
