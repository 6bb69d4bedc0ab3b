/** What the catalogue says about replaying a step, in the narrow form that the preflight rules need. */
import type { Integration, process } from '#queries/catalogue/schema.ts'
import type { z } from 'zod'

/** The two look-ups of the catalogue that replay needs. */
export interface ReplayCatalogue {
  integration(id: string): Integration | undefined
  /** the processes that have a milestone of this event type */
  processesOf(type: string): readonly z.infer<typeof process>[]
}

/** What is known of one step of one process, delivered by one integration. */
export interface StepKnowledge {
  /** the name of the target commands go to; null: the integration has none, or is not catalogued */
  target: string | null
  postsMoney: boolean
  postsStock: boolean
  /** the step says no: it went well and the answer is bad */
  negative: boolean
  /** event types that make the step unwanted, whenever they are seen on the object */
  cancelledBy: ReadonlySet<string>
  /** event types that, seen after the original, mean the message is out of date or the object is already further */
  outdatedBy: ReadonlySet<string>
}

/**
 * Reads the catalogue for a step. Cancelled by: what the expectations of this step name as cancel, and `<domain>.<object>.cancelled`.
 * Outdated by: `<domain>.<object>.changed` (the message holds the old content), what supersedes the milestone, and every later
 * milestone of the same object in the process' own order. A step that no process knows posts nothing by itself.
 */
export function knowStep(catalogue: ReplayCatalogue, processId: string | null, step: string, integrationId: string): StepKnowledge {
  const integration = catalogue.integration(integrationId)
  const processes = catalogue.processesOf(step)
  const own = processes.find(candidate => candidate.id === processId) ?? processes[0]
  const position = own?.milestones.findIndex(milestone => milestone.type === step) ?? -1
  const milestone = own?.milestones[position]
  const stem = step.slice(0, step.lastIndexOf('.'))
  const cancelledBy = new Set([`${stem}.cancelled`])
  for (const expectation of own?.expectations ?? []) {
    if (expectation.expect.includes(step)) for (const type of expectation.cancel) cancelledBy.add(type)
  }
  const outdatedBy = new Set([`${stem}.changed`, ...(milestone?.supersededBy ?? [])])
  for (const later of own?.milestones.slice(position + 1) ?? []) {
    if (milestone && later.object === milestone.object && !later.negative) outdatedBy.add(later.type)
  }
  for (const type of [...cancelledBy, step]) outdatedBy.delete(type)
  cancelledBy.delete(step)
  return {
    target: integration?.replay.target ?? null,
    postsMoney: (integration?.replay.postsMoney ?? false) || (milestone?.postsMoney ?? false),
    postsStock: (integration?.replay.postsStock ?? false) || (milestone?.postsStock ?? false),
    negative: milestone?.negative ?? false,
    cancelledBy,
    outdatedBy,
  }
}
