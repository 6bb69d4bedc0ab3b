/** What the pages of severity and ownership rules show: the rules as sentences, what each decides now, its versions. */
import type { Catalogue } from '#queries/catalogue/catalogue.ts'
import { ownershipRule, severityRule } from '#queries/catalogue/schema.ts'
import { documentVersions } from '#queries/catalogue/documents.ts'
import { countByRule } from '#queries/clickhouse/exceptions/by-rule.ts'
import { CRITICALITIES } from '#queries/model/event.ts'
import { EXCEPTION_KINDS, SEVERITIES } from '#queries/model/exception.ts'
import { exceptionFilter } from '#queries/model/filter.ts'
import type { Scope } from '#queries/model/scope.ts'
import { auditFilter, listAudit } from '#queries/postgres/audit.ts'
import type { Person } from '#queries/postgres/people.ts'
import type { Stores } from '#queries/stores.ts'
import { KIND_LABELS, objectNoun, SEVERITY_LABELS } from '../exceptions/labels.ts'
import { ruleKey } from './assess.ts'
import { KINDS, rulesOf } from './edit.ts'
import type { Rule, RuleSet } from './rule-form.ts'
import { becauseWords, effectWords, targetWords, whenSentence } from './sentences.ts'

/** A rule in words. `count`: open exceptions that it decides now. */
export interface RuleView { id: string; name: string; active: boolean; when: string; result: string; because: string | null; count: number; to: string }
export interface RulesPage {
  severity: RuleView[]; ownership: RuleView[]
  /** decided by no ownership rule: the business owner has them */
  otherwise: { count: number; to: string }
}

/** The one name of a rule's set in the filter `rule`. */
const KEYS = { severity: 'severity', ownership: 'owner' } as const
/** The list of the exceptions that a rule decides; id '' of ownership: those that none does. */
export const exceptionsOf = (set: RuleSet, id: string): string => `/exceptions?rule=${encodeURIComponent(ruleKey(KEYS[set], id))}&lines=single`

/** Both sets of rules in order, with what each decides inside the scope. */
export async function readRules(stores: Pick<Stores, 'clickhouse'>, catalogue: Catalogue, scope: Scope, people: readonly Person[]): Promise<RulesPage> {
  const counts = await countByRule(stores.clickhouse, exceptionFilter.parse({}), scope)
  const views = (set: RuleSet) => rulesOf(set, catalogue).map(rule => ruleView(set, rule, counts, catalogue, byAddress(people)))
  return { severity: views('severity'), ownership: views('ownership'), otherwise: { count: counts.get(ruleKey('owner', '')) ?? 0, to: exceptionsOf('ownership', '') } }
}

/** People's names by e-mail address, as owners are kept. */
export const byAddress = (people: readonly Person[]): ReadonlyMap<string, string> => new Map(people.map(person => [person.email, person.name]))

function ruleView(set: RuleSet, rule: Rule, counts: ReadonlyMap<string, number>, catalogue: Catalogue, people: ReadonlyMap<string, string>): RuleView {
  return {
    id: rule.id, name: rule.name, active: rule.active, when: whenSentence(rule.when, catalogue), result: 'to' in rule ? targetWords(rule.to, catalogue, people) : effectWords(rule.effect),
    because: 'because' in rule ? becauseWords(rule) : null, count: counts.get(ruleKey(KEYS[set], rule.id)) ?? 0, to: exceptionsOf(set, rule.id),
  }
}

export interface VersionView { version: number; at: string; by: string; reason: string | null; name: string; text: string; active: boolean }

/** Every version of a rule, newest first, with who made it and why. Reasons are in the audit record, which is read only here. */
export async function readVersions(stores: Pick<Stores, 'postgres'>, catalogue: Catalogue, set: RuleSet, id: string, people: readonly Person[]): Promise<VersionView[]> {
  const names = new Map(people.map(person => [person.id, person.name]))
  const [versions, audit] = await Promise.all([
    documentVersions(stores.postgres, KINDS[set], id),
    listAudit(stores.postgres, auditFilter.parse({ subjectKind: [KINDS[set]], subjectId: [id] }), { limit: 200 }, 'all'),
  ])
  const reasons = new Map(audit.items.flatMap(({ after, reason }) => (typeof after === 'object' && after !== null && 'version' in after ? [[Number(after.version), reason] as const] : [])))
  return versions.map(({ version, document, createdBy, createdAt }) => {
    const rule: Rule = set === 'severity' ? severityRule.parse(document) : ownershipRule.parse(document)
    const then = 'to' in rule ? targetWords(rule.to, catalogue, byAddress(people)) : effectWords(rule.effect)
    return { version, at: createdAt, by: names.get(createdBy) ?? (createdBy === 'start' ? 'Shipped' : createdBy), reason: reasons.get(version) ?? null, name: rule.name, text: `${whenSentence(rule.when, catalogue)}: ${then}`, active: rule.active }
  })
}

export interface Choice { value: string; label: string }
export interface RuleChoices { lists: { name: string; label: string; options: Choice[] }[]; severities: Choice[]; owners: Choice[]; calendars: Choice[]; others: Choice[] }

/** What the form of a rule offers to choose from. */
export function ruleChoices(set: RuleSet, id: string, catalogue: Catalogue, people: readonly Person[]): RuleChoices {
  const named = (items: Iterable<{ id: string; name: string }>): Choice[] => [...items].map(item => ({ value: item.id, label: item.name })).sort((a, b) => a.label.localeCompare(b.label))
  const milestones = [...catalogue.processes.values()].flatMap(process => process.milestones.map(item => ({ process, item })))
  const steps = new Map(milestones.map(({ process, item }) => [item.type, `${process.shortName}: ${item.words.name}`] as const))
  const severities = SEVERITIES.map(value => ({ value, label: SEVERITY_LABELS[value] }))
  return {
    lists: [
      { name: 'kind', label: 'Kind', options: EXCEPTION_KINDS.map(value => ({ value, label: KIND_LABELS[value] })) },
      { name: 'criticality', label: 'Marked as', options: CRITICALITIES.map(value => ({ value, label: value.charAt(0).toUpperCase() + value.slice(1) })) },
      { name: 'process', label: 'Process', options: named(catalogue.processes.values()) },
      { name: 'step', label: 'Step', options: [...steps].map(([value, label]) => ({ value, label })) },
      { name: 'objectType', label: 'About', options: [...new Set(milestones.map(({ item }) => item.object))].sort().map(value => ({ value, label: objectNoun(value) })) },
      { name: 'serves', label: 'For which waits', options: [...new Set(milestones.map(({ item }) => item.object))].sort().map(value => ({ value, label: objectNoun(value) })) },
      { name: 'facility', label: 'Facility', options: named(catalogue.facilities.values()) },
      { name: 'entity', label: 'Legal entity', options: named(catalogue.entities.values()) },
      { name: 'integration', label: 'Integration', options: named(catalogue.integrations.values()) },
      { name: 'system', label: 'Receiving system', options: named(catalogue.systems.values()) },
      ...(set === 'ownership' ? [{ name: 'severity', label: 'Severity', options: severities }] : []),
    ],
    severities,
    owners: [
      { value: 'role:business', label: 'The business owner of the step' }, { value: 'role:technical', label: 'The technical owner of the integration' },
      ...named(catalogue.teams.values()).map(({ value, label }) => ({ value: `team:${value}`, label })), ...people.map(person => ({ value: `person:${person.email}`, label: `${person.name} (person)` })),
    ],
    calendars: [{ value: 'facility', label: 'working time of the facility' }, { value: 'always', label: 'around the clock' }],
    others: rulesOf(set, catalogue).filter(rule => rule.id !== id).map(rule => ({ value: rule.id, label: rule.name })),
  }
}
