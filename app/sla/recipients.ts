/** Who a policy's recipients are right now: people by role or name, teams and owners by the catalogue, addresses, webhooks; less those who left it. */
import type { Catalogue } from '#queries/catalogue/catalogue.ts'
import type { Policy, PolicyRecipient } from '#queries/catalogue/schema.ts'
import { inScope, type Scope } from '#queries/model/scope.ts'
import { allChoices, allPreferences, choiceKey, NO_PREFERENCE, type Choice, type MailPreference } from '#queries/postgres/mail-choices.ts'
import { listPeople, type Person } from '#queries/postgres/people.ts'
import { listWebhooks, webhookScope, type WebhookRow } from '#queries/postgres/webhooks.ts'
import type { Stores } from '#queries/stores.ts'
import { can, principalOfPerson, scopeFor } from '../auth/principal.ts'
import { isRole, ROLE_NAMES } from '../auth/roles.ts'

export interface Recipient {
  /** `person:<id>`, `address:<e-mail>`, `webhook:<id>` */
  key: string
  name: string
  /** e-mail, or the webhook's id */
  address: string
  channel: 'mail' | 'webhook'
  zone: string
  /** what may be told to it */
  scope: Scope
  preference: MailPreference
  /** why it is one, in words that follow "because" */
  because: string
}

/** What a recipient that depends on the exception is worked out from; null for a digest, which has no such recipients. */
export interface Subject { step: string | null; integration: string | null; assignee: string | null; facility: string | null; entity: string | null }

/** Everybody who could be told, as of one moment. */
export interface Directory {
  people: readonly Person[]
  webhooks: ReadonlyMap<string, WebhookRow>
  choices: ReadonlyMap<string, Choice>
  preferences: ReadonlyMap<string, MailPreference>
  catalogue: Catalogue
}

/** Reads it. */
export async function readDirectory(stores: Pick<Stores, 'postgres'>, catalogue: Catalogue): Promise<Directory> {
  const { postgres } = stores
  const [people, webhooks, choices, preferences] = await Promise.all([listPeople(postgres), listWebhooks(postgres), allChoices(postgres), allPreferences(postgres)])
  return { people, webhooks: new Map(webhooks.map(hook => [hook.id, hook])), choices, preferences, catalogue }
}

/** Zone of recipients who have none: the group's facilities' most common one. */
function groupZone({ catalogue }: Directory): string {
  const counts = new Map<string, number>()
  for (const { timeZone } of catalogue.facilities.values()) counts.set(timeZone, (counts.get(timeZone) ?? 0) + 1)
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0] ?? 'UTC'
}

/** A person as a recipient; null where the person's role reads nothing. */
export function personRecipient(directory: Directory, person: Person, because: string): Recipient | null {
  const principal = principalOfPerson(person)
  if (!can(principal, 'read')) return null
  const preference = directory.preferences.get(person.id) ?? NO_PREFERENCE
  return { key: `person:${person.id}`, name: person.name, address: person.email, channel: 'mail', zone: preference.timeZone ?? person.timeZone, scope: scopeFor(principal, 'read'), preference, because }
}

function addressRecipient(directory: Directory, address: string, name: string, scope: Scope, because: string): Recipient {
  return { key: `address:${address.toLowerCase()}`, name, address: address.toLowerCase(), channel: 'mail', zone: groupZone(directory), scope, preference: NO_PREFERENCE, because }
}

const roleWords = (role: string): string => `your role is ${isRole(role) ? ROLE_NAMES[role] : role}`

function expand(directory: Directory, to: PolicyRecipient, subject: Subject | null): (Recipient | null)[] {
  const { people, catalogue } = directory
  switch (to.kind) {
    case 'role': return people.filter(person => person.role === to.role).map(person => personRecipient(directory, person, roleWords(to.role)))
    case 'person': return people.filter(person => person.email === to.email.toLowerCase()).map(person => personRecipient(directory, person, 'you are named in it'))
    case 'assignee': return people.filter(person => person.id === subject?.assignee).map(person => personRecipient(directory, person, 'it is assigned to you'))
    case 'team': return [...teamContacts(catalogue).get(to.team) ?? []].map(contact => addressRecipient(directory, contact, to.team, 'all', `it is for the team ${to.team}`))
    case 'owner': {
      const owned = subject && (catalogue.responsibilities.get(subject.step ?? '') ?? catalogue.integration(subject.integration ?? ''))
      const owner = owned && (to.side === 'business' ? owned.businessOwner : owned.technicalOwner)
      return owner && isAddress(owner.contact) ? [addressRecipient(directory, owner.contact, owner.team, 'all', `${owner.team} answers for the step`)] : []
    }
    case 'addresses': {
      const scope: Scope = to.facilities.length + to.entities.length === 0 ? 'all' : { facilities: to.facilities, entities: to.entities }
      return to.addresses.map(address => addressRecipient(directory, address, address, scope, 'your address is named in it'))
    }
    case 'webhook': {
      const hook = directory.webhooks.get(to.webhook)
      return hook?.enabled ? [{ key: `webhook:${hook.id}`, name: hook.name, address: hook.id, channel: 'webhook', zone: groupZone(directory), scope: webhookScope(hook), preference: NO_PREFERENCE, because: 'the webhook is named in it' }] : []
    }
  }
}

const isAddress = (contact: string): boolean => /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(contact)

/** The addresses of every team that the catalogue names. */
export function teamContacts(catalogue: Catalogue): ReadonlyMap<string, ReadonlySet<string>> {
  const teams = new Map<string, Set<string>>()
  for (const { businessOwner, technicalOwner } of [...catalogue.responsibilities.values(), ...catalogue.integrations.values()]) {
    for (const { team, contact } of [businessOwner, technicalOwner]) if (isAddress(contact)) teams.set(team, (teams.get(team) ?? new Set()).add(contact))
  }
  for (const { name, contact } of catalogue.teams.values()) if (isAddress(contact)) teams.set(name, (teams.get(name) ?? new Set()).add(contact))
  return teams
}

/**
 * The recipients of a policy for one exception (or for its digest, `subject` null): each address once, those who left it taken off,
 * followers added, and only whoever may see the place that it is about.
 */
export function recipientsOf(directory: Directory, policy: Policy, to: readonly PolicyRecipient[], subject: Subject | null, withFollowers: boolean): Recipient[] {
  const found = to.flatMap(each => expand(directory, each, subject))
  if (withFollowers && policy.open) {
    for (const person of directory.people) if (directory.choices.get(choiceKey(`person:${person.id}`, policy.id)) === 'on') found.push(personRecipient(directory, person, 'you follow it'))
  }
  const byAddress = new Map<string, Recipient>()
  for (const recipient of found) {
    if (!recipient || directory.choices.get(choiceKey(recipient.key, policy.id)) === 'off') continue
    if (subject && !inScope(recipient.scope, subject)) continue
    const known = byAddress.get(recipient.address)
    // A person who signs in goes before the same address without a sign-in.
    if (!known || (known.key.startsWith('address:') && recipient.key.startsWith('person:'))) byAddress.set(recipient.address, recipient)
  }
  return [...byAddress.values()]
}

/** The recipient that a row of the outbox is for, as it stands now; null if there is no such person, address or webhook any more. */
export function recipientByKey(directory: Directory, policy: Policy | null, key: string): Recipient | null {
  const [kind, id] = [key.slice(0, key.indexOf(':')), key.slice(key.indexOf(':') + 1)]
  const everyone = policy ? [...policy.to, ...policy.escalations.flatMap(step => step.to)] : []
  if (kind === 'person') {
    const person = directory.people.find(each => each.id === id)
    const named = person && everyone.some(to => (to.kind === 'role' && to.role === person.role) || (to.kind === 'person' && to.email.toLowerCase() === person.email))
    const role = person && everyone.some(to => to.kind === 'role' && to.role === person.role)
    return person ? personRecipient(directory, person, role ? roleWords(person.role) : named ? 'you are named in it' : 'you follow it or an exception is assigned to you') : null
  }
  if (kind === 'webhook') return expand(directory, { kind: 'webhook', webhook: id }, null)[0] ?? null
  const listed = everyone.flatMap(to => (to.kind === 'addresses' || to.kind === 'team' ? expand(directory, to, null) : [])).find(recipient => recipient?.key === key)
  if (listed) return listed
  // An owner's address depends on the exception: it is one as long as the policy tells owners.
  const owners = everyone.some(to => to.kind === 'owner') && [...teamContacts(directory.catalogue)].find(([, contacts]) => [...contacts].some(contact => contact.toLowerCase() === id))
  return owners ? addressRecipient(directory, id, owners[0], 'all', `${owners[0]} answers for the step`) : null
}
