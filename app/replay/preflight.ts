/** The preflight: pure rules that say of each exception whether asking for its step again is safe, and why not. */
import { minorDigits } from '#queries/model/money.ts'
import { ACTIVE_STATES, type ReplayCorrection, type ReplayState, type ReplayVerdict } from '#queries/model/replay.ts'
import type { ReplayCandidate, EarlierItem } from '#queries/postgres/replays.ts'
import type { ObjectEvent } from '#queries/clickhouse/replay/object-events.ts'
import type { StepKnowledge } from './knowledge.ts'
import { idempotencyKey } from './hashes.ts'

/** From this amount on (major units of the item's own currency) a second person must agree, whatever the step posts. */
export const APPROVAL_LIMIT = 50_000n

/** All that is known about one exception when its preflight is made. */
export interface PreflightFacts {
  candidate: ReplayCandidate
  /** what the catalogue says; null if the exception names no step or no integration */
  knowledge: StepKnowledge | null
  /** true if a target of that name is configured */
  targetConfigured: boolean
  /** the object's events of the types that matter, in any order */
  events: readonly ObjectEvent[]
  /** other replays' items of the same exception that were to be sent */
  earlier: readonly EarlierItem[]
  corrections: readonly Omit<ReplayCorrection, 'exceptionId'>[]
}

export interface PreflightResult {
  candidate: ReplayCandidate
  verdict: ReplayVerdict
  /** in words, for a person */
  why: string
  /** the event whose message would be sent again */
  original: ObjectEvent | null
  idempotencyKey: string
  target: string | null
  postsMoney: boolean
  postsStock: boolean
  /** why a second person must agree if this is sent; empty: nobody needs to */
  approvalReasons: string[]
  corrections: readonly Omit<ReplayCorrection, 'exceptionId'>[]
}

const TROUBLE = new Set(['failed', 'dead_lettered'])
const UNFINISHED = new Set(['started', 'retrying'])
const ON_ITS_WAY = new Set<ReplayState>(ACTIVE_STATES)

/** Judges one exception. The first rule that applies decides, the most certain reasons first. */
export function preflight(facts: PreflightFacts): PreflightResult {
  const { candidate, knowledge, corrections } = facts
  const original = originalEvent(facts)
  const { verdict, why } = judge(facts, original)
  const approvalReasons: string[] = []
  if (knowledge?.postsMoney) approvalReasons.push('It posts money.')
  if (corrections.length > 0) approvalReasons.push('The content was changed.')
  if (overLimit(candidate)) approvalReasons.push('The amount is over the limit for one person.')
  if (verdict === 'outcome_unknown' && knowledge?.postsStock) approvalReasons.push('It posts stock, and it may have been posted already.')
  return {
    candidate, verdict, why, original, corrections, approvalReasons,
    idempotencyKey: idempotencyKey(candidate, original, corrections),
    target: knowledge?.target ?? null,
    postsMoney: knowledge?.postsMoney ?? false,
    postsStock: knowledge?.postsStock ?? false,
  }
}

function judge(facts: PreflightFacts, original: ObjectEvent | null): { verdict: ReplayVerdict; why: string } {
  const { candidate, knowledge, earlier, events } = facts
  const not = (why: string) => ({ verdict: 'not_replayable' as const, why })
  if (candidate.status === 'resolved') {
    return candidate.resolutionBy === 'person' ? not('A person has closed it.') : { verdict: 'already_succeeded', why: 'It has recovered: the missing step was seen.' }
  }
  if (candidate.kind === 'rejected') return not('The event was never taken in. Correct it at its source, or re-drive it.')
  if (candidate.kind === 'mismatch') return not('Two systems disagree; sending a message again does not settle that.')
  if (candidate.environment !== 'production') return not('It does not belong to production.')
  if (!candidate.object) return not('It is about no business object, so nothing could show that the replay helped.')
  if (!candidate.step || !knowledge) return not('No step or no integration is known for it.')
  if (knowledge.negative) return not('The step itself went well and the answer is no. Sending it again does not change the answer.')
  if (!knowledge.target) return not('The integration has no replay target.')
  if (!facts.targetConfigured) return not(`The replay target ${knowledge.target} is not configured.`)

  const moving = earlier.find(item => ON_ITS_WAY.has(item.state))
  if (moving) return { verdict: 'in_progress', why: `Replay ${moving.replayId} is already on its way.` }
  if (!original) return not('The step was never started, so there is no message to send again.')

  const since = events.filter(event => event.time >= original.time)
  if (since.some(event => event.type === candidate.step && event.status === 'succeeded')) return { verdict: 'already_succeeded', why: 'The step has succeeded since.' }
  const cancel = events.find(event => event.status === 'succeeded' && knowledge.cancelledBy.has(event.type))
  if (cancel) return { verdict: 'superseded', why: `It is no longer wanted: ${cancel.type} was seen.` }
  const newer = since.find(event => event.status === 'succeeded' && knowledge.outdatedBy.has(event.type))
  if (newer) return { verdict: 'superseded', why: `A newer event of the same object was seen: ${newer.type}.` }

  const key = idempotencyKey(candidate, original, facts.corrections)
  const unknown = earlier.find(item => item.state === 'unknown')
  if (unknown) return { verdict: 'outcome_unknown', why: `Nobody knows what became of replay ${unknown.replayId}. Sending again may do it twice.` }
  const completed = earlier.find(item => item.state === 'completed' && item.idempotencyKey === key)
  if (completed) return { verdict: 'outcome_unknown', why: `Replay ${completed.replayId} was reported completed, but the step was never seen. Sending again may do it twice.` }
  if (UNFINISHED.has(original.status)) return { verdict: 'outcome_unknown', why: 'The last attempt has no known end. Sending again may do it twice.' }
  if (original.errorClass === 'timeout') return { verdict: 'outcome_unknown', why: 'The last attempt ended in a timeout: it may have arrived. Sending again may do it twice.' }
  return { verdict: 'safe', why: 'The last attempt failed, and nothing has replaced it.' }
}

/** The newest attempt at the step that did not succeed: its message is what would be sent again. */
function originalEvent({ candidate, events }: PreflightFacts): ObjectEvent | null {
  let found: ObjectEvent | null = null
  for (const event of events) {
    if (event.type !== candidate.step || !(TROUBLE.has(event.status) || UNFINISHED.has(event.status))) continue
    if (!found || event.time > found.time || (event.time === found.time && TROUBLE.has(event.status))) found = event
  }
  return found
}

function overLimit({ amountMinor, currency }: ReplayCandidate): boolean {
  if (amountMinor === null || currency === null) return false
  const minor = BigInt(amountMinor)
  return (minor < 0n ? -minor : minor) >= APPROVAL_LIMIT * 10n ** BigInt(minorDigits(currency) ?? 2)
}
