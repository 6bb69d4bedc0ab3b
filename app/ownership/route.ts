/** Whom an exception belongs to, by the catalogue's rules. Compiled once per catalogue version; pure. */
import type { Catalogue } from '#queries/catalogue/catalogue.ts'
import type { OwnershipRule } from '#queries/catalogue/schema.ts'
import type { Severity } from '#queries/model/exception.ts'
import { matcherOf, type Facts } from './facts.ts'

export interface Routing {
  /** a team's id, or the e-mail address of a person; null where nobody is named */
  owner: string | null
  /** the rule that decided; null where none fits and the business owner has it */
  rule: string | null
}

export interface OwnershipRules {
  route(facts: Facts, severity: Severity): Routing
}

/** Compiles the rules of a catalogue; those switched off are left out. */
export function compileOwnership(catalogue: Catalogue): OwnershipRules {
  const rules = catalogue.ownershipRules.filter(rule => rule.active).map(rule => ({ rule, selected: matcherOf(rule.when, catalogue), severities: new Set<string>(rule.when.severity) }))
  return {
    route(facts, severity) {
      const first = rules.find(({ selected, severities }) => (severities.size === 0 || severities.has(severity)) && selected(facts))
      return first ? { owner: ownerOf(first.rule.to, facts, catalogue), rule: first.rule.id } : { owner: ownerOf({ role: 'business' }, facts, catalogue), rule: null }
    },
  }
}

function ownerOf(to: OwnershipRule['to'], facts: Facts, catalogue: Catalogue): string | null {
  if ('team' in to) return to.team
  if ('person' in to) return to.person
  // a technical owner runs the integration that failed; a business owner answers for the step
  const step = facts.step === null ? undefined : catalogue.responsibilities.get(facts.step)
  const integration = facts.integration === null ? undefined : catalogue.integration(facts.integration)
  const name = to.role === 'technical' ? (integration ?? step)?.technicalOwner.team : (step ?? integration)?.businessOwner.team
  return name ? teamId(name, catalogue) : null
}

/** The id of a team that an owner is said to belong to: the catalogue's team of that name, else the name itself as an id. */
export function teamId(name: string, catalogue: Pick<Catalogue, 'teams'>): string {
  const known = [...catalogue.teams.values()].find(team => team.name === name)
  return known?.id ?? name.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '-').replace(/^-|-$/g, '')
}

/** By which rule, in words; '' is none. */
export function ownerRuleWords(catalogue: Pick<Catalogue, 'ownershipRules'>, id: string): string {
  if (id === '') return 'as the business owner of the step'
  return `by the rule “${catalogue.ownershipRules.find(rule => rule.id === id)?.name ?? id}”`
}

/** A rule as the filter `rule` names it (`severity:<id>`, `owner:<id>`), in words. */
export function ruleName(catalogue: Pick<Catalogue, 'ownershipRules' | 'severityRules'>, key: string): string {
  const [set = '', id = ''] = key.split(/:(.*)/s)
  if (id === '' && set === 'owner') return 'No rule: the business owner of the step'
  return (set === 'owner' ? catalogue.ownershipRules : catalogue.severityRules).find(rule => rule.id === id)?.name ?? key
}

/** An owner in words: the team's name, the person's (`people` by e-mail address), else as it is kept. */
export function ownerName(catalogue: Pick<Catalogue, 'teams'>, owner: string | null, people: ReadonlyMap<string, string> = new Map()): string | null {
  if (!owner) return null
  return catalogue.teams.get(owner)?.name ?? people.get(owner) ?? (owner.includes('@') ? owner : owner.charAt(0).toUpperCase() + owner.slice(1).replaceAll('-', ' '))
}
