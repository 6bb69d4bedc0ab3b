/** A policy in plain words: who, of what, when. */
import type { Catalogue } from '#queries/catalogue/catalogue.ts'
import type { Policy, PolicyRecipient } from '#queries/catalogue/schema.ts'
import { exceptionFilter, formatFilter } from '#queries/model/filter.ts'
import { isRole, ROLE_NAMES } from '../auth/roles.ts'
import { valueLabel } from '../exceptions/worklist.ts'
import { durationMs, durationWords } from './durations.ts'
import { policyFilter } from './planner.ts'

const WEEKDAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday']
/** `1` → `Monday`. */
export const weekdayName = (day: number): string => WEEKDAYS[day - 1] ?? 'Monday'

/** Names that words about recipients need: people by e-mail, webhooks by id. */
export interface Names { people: ReadonlyMap<string, string>; webhooks: ReadonlyMap<string, string> }

/** One recipient in words. */
export function recipientWords(to: PolicyRecipient, names: Names): string {
  switch (to.kind) {
    case 'role': return isRole(to.role) ? ROLE_NAMES[to.role] : to.role
    case 'person': return names.people.get(to.email) ?? to.email
    case 'team': return `team ${to.team}`
    case 'owner': return to.side === 'business' ? 'the business owner of the step' : 'the technical owner of the step'
    case 'assignee': return 'whoever has taken it'
    case 'addresses': return to.addresses.join(', ')
    case 'webhook': return `webhook ${names.webhooks.get(to.webhook) ?? to.webhook}`
  }
}

/** `Finance leads, team Treasury`. */
export const whoWords = (policy: Policy, names: Names): string => policy.to.map(to => recipientWords(to, names)).join(', ') || 'nobody yet'

/** When it tells, a sentence per occasion. */
export function whenWords(policy: Policy, names: Names): string[] {
  const { when, escalations, digest, grouping } = policy
  const words: string[] = []
  const within = durationMs(grouping.window) <= 5_000 ? 'at once' : `within ${durationWords(grouping.window)}`
  if (when.opened) words.push(`${sentenceCase(within)} when it is found`)
  if (when.warning) words.push('Before it is late, at the warning share of the time')
  if (when.breach) words.push(`${sentenceCase(within)} when it passes its due time`)
  for (const step of escalations) words.push(`After ${durationWords(step.after)}${step.calendar === 'always' ? '' : ' of working time'}, if ${step.unless === 'taken' ? 'nobody has taken it' : 'it is still open'}: ${step.to.map(to => recipientWords(to, names)).join(', ')}`)
  if (digest) words.push(`Digest ${digest.every === 'day' ? 'every day' : digest.every === 'weekday' ? 'every working day' : `every ${weekdayName(digest.weekday)}`} at ${digest.at}, reader’s time`)
  return words
}

const sentenceCase = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

const FILTER_NAMES: Readonly<Record<string, string>> = { kind: 'Kind', severity: 'Severity', status: 'Status', process: 'Process', step: 'Step', integration: 'Integration', facility: 'Facility', entity: 'Company', system: 'System', currency: 'Currency', counterparty: 'Counterparty', objectType: 'Object', q: 'Text', amountMin: 'Amount from', amountMax: 'Amount up to' }

/** What the filter lets through, a phrase per name; empty for everything that is open. */
export function filterWords(policy: Policy, catalogue: Catalogue): { name: string; value: string }[] {
  const search = formatFilter(exceptionFilter, policyFilter(policy))
  return [...new Set(search.keys())].map(name => ({ name: FILTER_NAMES[name] ?? name, value: search.getAll(name).map(value => (name === 'objectType' ? value.replaceAll('_', ' ') : valueLabel(name, value, catalogue, new Map()))).join(' or ') }))
}

/** The worklist under the policy, as a path. */
export function policyListPath(policy: Policy): string {
  const search = formatFilter(exceptionFilter, policyFilter(policy))
  return search.size > 0 ? `/exceptions?${search}` : '/exceptions'
}
