/** Gathers what the preflight needs for a selection of exceptions, and judges them all. */
import { objectKey } from '#queries/clickhouse/finding/types.ts'
import { objectEventsOf } from '#queries/clickhouse/replay/object-events.ts'
import type { ReplayCorrection } from '#queries/model/replay.ts'
import { earlierItems, type EarlierItem, type ReplayCandidate } from '#queries/postgres/replays.ts'
import type { Stores } from '#queries/stores.ts'
import { knowStep, type ReplayCatalogue, type StepKnowledge } from './knowledge.ts'
import { preflight, type PreflightResult } from './preflight.ts'
import type { ReplayTargets } from './targets.ts'

/** What the operations of this folder work with; one object for all of them. */
export interface ReplayContext {
  stores: Stores
  catalogue: { current(): ReplayCatalogue }
  targets: ReplayTargets
  /** the clock, for tests of expiry; default: now */
  now?: () => Date
}

/**
 * The preflight of these exceptions, in the order in which they would be sent: by the original event's time, so that the steps of one
 * object keep their order. `exceptReplay`: the replay on whose behalf it is asked again, which is not in its own way.
 */
export async function judgeSelection(
  { stores, catalogue, targets }: ReplayContext, candidates: readonly ReplayCandidate[], corrections: readonly ReplayCorrection[], exceptReplay: string | null,
): Promise<PreflightResult[]> {
  const current = catalogue.current()
  const knowledge = new Map<string, StepKnowledge | null>()
  const know = ({ process, step, integration }: ReplayCandidate): StepKnowledge | null => {
    if (!step || !integration) return null
    const key = JSON.stringify([process, step, integration])
    let known = knowledge.get(key)
    if (known === undefined) knowledge.set(key, (known = knowStep(current, process, step, integration)))
    return known
  }
  const objects = []
  const types = new Set<string>()
  for (const candidate of candidates) {
    const known = know(candidate)
    if (!known || !candidate.step || !candidate.object) continue
    objects.push(candidate.object)
    for (const type of [candidate.step, ...known.cancelledBy, ...known.outdatedBy]) types.add(type)
  }
  const events = await objectEventsOf(stores.clickhouse, objects, [...types])
  const earlier = Map.groupBy(await earlierItems(stores.postgres, candidates.map(({ id }) => id), exceptReplay), (item: EarlierItem) => item.exceptionId)
  const changes = Map.groupBy(corrections, correction => correction.exceptionId)
  const results = candidates.map(candidate => {
    const known = know(candidate)
    return preflight({
      candidate,
      knowledge: known,
      targetConfigured: known?.target != null && targets.has(known.target),
      events: candidate.object ? events.get(objectKey(candidate.object)) ?? [] : [],
      earlier: earlier.get(candidate.id) ?? [],
      corrections: (changes.get(candidate.id) ?? []).map(({ path, value }) => ({ path, value })),
    })
  })
  return results.toSorted(inSendingOrder)
}

function inSendingOrder(a: PreflightResult, b: PreflightResult): number {
  const [first, second] = [a.original?.time ?? '~', b.original?.time ?? '~']
  if (first !== second) return first < second ? -1 : 1
  return BigInt(a.candidate.id) < BigInt(b.candidate.id) ? -1 : 1
}
