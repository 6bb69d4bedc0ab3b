/** What a new version of the catalogue asks to be judged again: a saved expectation concerns the objects it is about, not everything there is. Pure. */
import type { Catalogue } from '#queries/catalogue/catalogue.ts'
import { contentHash } from '#queries/catalogue/content-hash.ts'
import type { ObjectRules, Rules } from './rules.ts'

export interface RuleChange {
  /** more than expectations changed (calendars, facilities, integrations, milestones and their words): every object is judged again */
  everything: boolean
  /** otherwise the types of objects of which something else is expected now, or that are worded differently */
  objectTypes: string[]
  /** rules of severity or ownership changed: what is open is assessed again */
  assessment: boolean
}

/** What changed from one catalogue to another, with their rules compiled. */
export function ruleChange(before: { catalogue: Catalogue; rules: Rules }, after: { catalogue: Catalogue; rules: Rules }): RuleChange {
  const everything = before.catalogue.findingHash !== after.catalogue.findingHash
  // what an object came to be is read from its events and kept: of types that no rule asked before it is not known yet
  const asks = (rules: Rules, type: string) => rules.servingTypes === null || rules.servingTypes.includes(type)
  const types = everything ? [] : [...new Set([...before.rules.objectTypes, ...after.rules.objectTypes])].sort()
  return {
    everything,
    objectTypes: types.filter(type => hashOf(before.rules.of(type)) !== hashOf(after.rules.of(type)) || (asks(after.rules, type) && !asks(before.rules, type))),
    assessment: before.catalogue.assessmentHash !== after.catalogue.assessmentHash,
  }
}

/** Negative milestones are left out: they are the process's own and change everything. */
const hashOf = ({ expectations, agreements, terminal }: ObjectRules): string =>
  contentHash([expectations.map(({ process, expectation }) => ({ process, expectation })), agreements, [...terminal].sort()])
