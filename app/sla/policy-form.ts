/** The editor's fields ⇄ a policy. The same fields come in the address (a draft to preview) and in a form (to save). */
import type { z } from 'zod'
import { policy as policySchema, type Policy, type PolicyRecipient } from '#queries/catalogue/schema.ts'
import { exceptionFilter, FilterError, formatFilter, parseFilter } from '#queries/model/filter.ts'
import type { Person } from '#queries/postgres/people.ts'
import { WEBHOOKS_TOPIC } from '../mail/channels.ts'
import { policyFilter } from './planner.ts'

/** What no policy may be called: addresses of pages and calls, and what is said about webhooks. */
export const RESERVED_IDS: readonly string[] = ['new', 'preview', WEBHOOKS_TOPIC]
/** Escalation steps that the editor shows. */
export const ESCALATION_ROWS = 3
/** Filters with fields of their own; all others are written as in the worklist's address. */
const OWN_FILTERS = ['kind', 'severity', 'process', 'facility', 'amountMin'] as const

export interface EscalationFields { after: string; calendar: string; unless: string; roles: string[]; addresses: string }
/** What the editor's fields hold. */
export interface PolicyFields {
  name: string; description: string; enabled: boolean; open: boolean
  kind: string[]; severity: string[]; process: string[]; facility: string[]; amountMin: string; rest: string
  roles: string[]; teams: string[]; owners: string[]; webhooks: string[]; addresses: string; addressEntities: string[]
  opened: boolean; warning: boolean; breach: boolean; escalations: EscalationFields[]
  every: string; weekday: string; at: string; window: string; spacing: string; quiet: boolean
}

/** A new policy, as the editor starts with it. */
export const NEW_POLICY: Policy = {
  id: 'new', name: '', description: '', enabled: true, open: true, filter: exceptionFilter.parse({ severity: ['critical'], status: ['open', 'acknowledged'] }), to: [], when: { opened: true, warning: false, breach: true },
  escalations: [], digest: null, grouping: { window: 'PT20S', spacing: 'PT15M' }, quiet: true,
}

const of = <K extends PolicyRecipient['kind']>(list: readonly PolicyRecipient[], kind: K) => list.filter((to): to is Extract<PolicyRecipient, { kind: K }> => to.kind === kind)
const addressText = (list: readonly PolicyRecipient[]): string => [...of(list, 'person').map(to => to.email), ...of(list, 'addresses').flatMap(to => to.addresses)].join('\n')

/** The fields of a policy. */
export function fieldsOf(policy: Policy): PolicyFields {
  const filter = policyFilter(policy)
  const rest = formatFilter(exceptionFilter, filter)
  for (const name of OWN_FILTERS) rest.delete(name)
  return {
    name: policy.name, description: policy.description, enabled: policy.enabled, open: policy.open,
    kind: filter.kind, severity: filter.severity, process: filter.process, facility: filter.facility, amountMin: filter.amountMin ?? '', rest: rest.toString(),
    roles: of(policy.to, 'role').map(to => to.role), teams: of(policy.to, 'team').map(to => to.team), owners: [...of(policy.to, 'owner').map(to => to.side), ...(of(policy.to, 'assignee').length > 0 ? ['assignee'] : [])],
    webhooks: of(policy.to, 'webhook').map(to => to.webhook), addresses: addressText(policy.to), addressEntities: [...new Set(of(policy.to, 'addresses').flatMap(to => to.entities))],
    opened: policy.when.opened, warning: policy.when.warning, breach: policy.when.breach,
    escalations: Array.from({ length: Math.max(ESCALATION_ROWS, policy.escalations.length) }, (_, index) => {
      const step = policy.escalations[index]
      return { after: step?.after ?? '', calendar: step?.calendar ?? 'facility', unless: step?.unless ?? 'taken', roles: step ? of(step.to, 'role').map(to => to.role) : [], addresses: step ? addressText(step.to) : '' }
    }),
    every: policy.digest?.every ?? '', weekday: String(policy.digest?.weekday ?? 1), at: policy.digest?.at ?? '07:00', window: policy.grouping.window, spacing: policy.grouping.spacing, quiet: policy.quiet,
  }
}

/** The fields as they were given, right or wrong: what the editor shows again. */
export function givenFields(given: URLSearchParams | FormData): PolicyFields {
  const text = (name: string) => String(given.get(name) ?? '')
  const many = (name: string) => given.getAll(name).map(String)
  return {
    name: text('name'), description: text('description'), enabled: given.has('enabled'), open: given.has('open'), kind: many('kind'), severity: many('severity'), process: many('process'), facility: many('facility'),
    amountMin: text('amountMin'), rest: text('rest'), roles: many('roles'), teams: many('teams'), owners: many('owners'), webhooks: many('webhooks'), addresses: text('addresses'), addressEntities: many('addressEntities'),
    opened: given.has('opened'), warning: given.has('warning'), breach: given.has('breach'),
    escalations: Array.from({ length: ESCALATION_ROWS }, (_, index) => ({
      after: text(`escalation${index}.after`), calendar: text(`escalation${index}.calendar`) || 'facility', unless: text(`escalation${index}.unless`) || 'taken', roles: many(`escalation${index}.roles`), addresses: text(`escalation${index}.addresses`),
    })),
    every: text('every'), weekday: text('weekday') || '1', at: text('at'), window: text('window'), spacing: text('spacing'), quiet: given.has('quiet'),
  }
}

/** A policy, or what has to be corrected by field. */
export type ReadPolicy = { policy: Policy; problems: null } | { policy: null; problems: Record<string, string> }

/** Reads the fields. Addresses of people who sign in become those people, so that their scope and choices hold. */
export function readPolicyFields(id: string, given: URLSearchParams | FormData, people: readonly Person[]): ReadPolicy {
  const text = (name: string) => String(given.get(name) ?? '').trim()
  const many = (name: string) => given.getAll(name).map(String).filter(value => value !== '')
  const problems: Record<string, string> = {}
  const recipients = (roles: readonly string[], addresses: string, field: string, entities: readonly string[]): PolicyRecipient[] => {
    const list = [...new Set(addresses.split(/[\s,;]+/).filter(Boolean).map(address => address.toLowerCase()))]
    const wrong = list.find(address => !/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(address))
    if (wrong !== undefined) problems[field] = `${wrong} is not an e-mail address.`
    const known = new Set(people.map(person => person.email))
    const others = list.filter(address => !known.has(address))
    return [
      ...roles.map(role => ({ kind: 'role' as const, role })), ...list.filter(address => known.has(address)).map(email => ({ kind: 'person' as const, email })),
      ...(others.length > 0 ? [{ kind: 'addresses' as const, addresses: others, facilities: [], entities: [...entities] }] : []),
    ]
  }
  const filter = readFilter(given, many, text, problems)
  const to: PolicyRecipient[] = [
    ...recipients(many('roles'), text('addresses'), 'addresses', many('addressEntities')), ...many('teams').map(team => ({ kind: 'team' as const, team })),
    ...many('owners').map((owner): PolicyRecipient => (owner === 'assignee' ? { kind: 'assignee' } : { kind: 'owner', side: owner === 'technical' ? 'technical' : 'business' })),
    ...many('webhooks').map(webhook => ({ kind: 'webhook' as const, webhook })),
  ]
  const escalations = Array.from({ length: 10 }, (_, index) => index).flatMap(index => {
    const after = text(`escalation${index}.after`)
    if (after === '') return []
    const told = recipients(many(`escalation${index}.roles`), text(`escalation${index}.addresses`), `escalation${index}`, [])
    if (told.length === 0) problems[`escalation${index}`] = 'Say who is told then.'
    return [{ after, calendar: text(`escalation${index}.calendar`) || 'facility', unless: text(`escalation${index}.unless`) || 'taken', to: told }]
  })
  if (text('name') === '') problems['name'] = 'Give it a name.'
  if (to.length === 0 && escalations.length === 0) problems['to'] = 'Choose at least one recipient.'
  const candidate = {
    id, name: text('name'), description: text('description'), enabled: given.has('enabled'), open: given.has('open'), filter, to,
    when: { opened: given.has('opened'), warning: given.has('warning'), breach: given.has('breach') }, escalations,
    digest: text('every') === '' ? null : { every: text('every'), weekday: Number(text('weekday') || 1), at: text('at') },
    grouping: { window: text('window') || 'PT20S', spacing: text('spacing') || 'PT15M' }, quiet: given.has('quiet'),
  }
  if (Object.keys(problems).length === 0 && !candidate.when.opened && !candidate.when.warning && !candidate.when.breach && escalations.length === 0 && candidate.digest === null) problems['when'] = 'Choose at least one occasion, or a digest.'
  const parsed = policySchema.safeParse(candidate)
  if (!parsed.success) for (const issue of parsed.error.issues) problems[String(issue.path[0] ?? 'name')] ??= issue.message
  return parsed.success && Object.keys(problems).length === 0 ? { policy: parsed.data, problems: null } : { policy: null, problems }
}

function readFilter(_given: URLSearchParams | FormData, many: (name: string) => string[], text: (name: string) => string, problems: Record<string, string>): z.input<typeof policySchema>['filter'] {
  // Whole addresses are welcome: people copy them from the worklist.
  const search = new URLSearchParams(text('rest').replace(/^[^?]*\?/, ''))
  for (const name of ['lines', 'cursor', 'sort', ...OWN_FILTERS]) search.delete(name)
  for (const name of ['kind', 'severity', 'process', 'facility']) for (const value of many(name)) search.append(name, value)
  if (text('amountMin') !== '') search.append('amountMin', text('amountMin'))
  const moving = ['from', 'to', 'dueBefore'].find(name => search.has(name))
  if (moving) problems['rest'] = `${moving} is a fixed moment: a policy looks at what is open now.`
  try {
    const full = parseFilter(exceptionFilter, search)
    return Object.fromEntries([...new Set(formatFilter(exceptionFilter, full).keys())].map(name => [name, (full as Record<string, unknown>)[name]]))
  } catch (error) {
    if (!(error instanceof FilterError)) throw error
    problems[error.names.includes('amountMin') ? 'amountMin' : 'rest'] = error.message
    return {}
  }
}

/** An id for a new policy, from its name: `critical-orders`, with a number where that is taken. */
export function policyId(name: string, taken: { has(id: string): boolean }): string {
  const base = name.toLowerCase().normalize('NFKD').replace(/[^a-z0-9]+/g, '-').replace(/^-+|-+$/g, '').slice(0, 60) || 'policy'
  for (let number = 1; ; number++) {
    const id = number === 1 ? base : `${base}-${number}`
    if (!taken.has(id) && !RESERVED_IDS.includes(id)) return id
  }
}
