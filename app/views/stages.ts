/** Which stage of a pipeline a step belongs to: every milestone of the view's processes stands at exactly one stage, so the stages add up. */
import type { Catalogue } from '#queries/catalogue/catalogue.ts'
import type { ViewDefinition } from './definition.ts'

export interface Stage { milestone: string; name: string; object: string; steps: string[] }

/**
 * The stages with their steps. A step that answers an expectation (a refusal) stands where the wanted answer stands; any other (a price
 * check, a change) at the next stage of the same object in the process's order, else at the last one before it.
 */
export function stagesOf(catalogue: Catalogue, definition: ViewDefinition): Stage[] {
  const stages = definition.stages.map(({ milestone, object }): Stage => ({ milestone, object, name: catalogue.milestoneOf(milestone)?.milestone.words.name ?? milestone, steps: [milestone] }))
  if (stages.length === 0) return stages
  for (const id of definition.within.process) {
    const process = catalogue.processes.get(id)
    const order = process?.milestones ?? []
    for (const [index, { type, object }] of order.entries()) {
      if (stages.some(stage => stage.steps.includes(type))) continue
      const asked = process?.expectations.find(expectation => expectation.expect.includes(type) && stages.some(stage => stage.milestone === expectation.expect[0]))
      const wanted = stages.find(stage => stage.milestone === asked?.expect[0])
      const at = (stage: Stage) => order.findIndex(each => each.type === stage.milestone)
      const own = stages.filter(stage => stage.object === object)
      const stage = wanted ?? own.find(each => at(each) > index) ?? own.at(-1) ?? stages.findLast(each => at(each) < index) ?? stages[0]
      stage?.steps.push(type)
    }
  }
  return stages
}
