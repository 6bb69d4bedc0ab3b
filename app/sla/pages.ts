/** What the screens about mail show. */
import type { Catalogue } from '#queries/catalogue/catalogue.ts'
import type { Policy } from '#queries/catalogue/schema.ts'
import { countExceptions } from '#queries/clickhouse/exceptions/figures.ts'
import type { Paging } from '#queries/model/filter.ts'
import type { Money } from '#queries/model/money.ts'
import { choiceKey, NO_PREFERENCE } from '#queries/postgres/mail-choices.ts'
import { countOutbox, findOutbox, listOutbox, OUTBOX_STATES, sentByPolicy, type OutboxFilter, type OutboxLine, type OutboxState } from '#queries/postgres/outbox.ts'
import { leftOutOf, noticesOf } from '#queries/postgres/sla.ts'
import type { Stores } from '#queries/stores.ts'
import { scopeFor, type Principal } from '../auth/principal.ts'
import { ROLE_NAMES } from '../auth/roles.ts'
import { composePreview } from '../mail/compose.ts'
import type { MailLinks } from '../mail/links.ts'
import type { MailModel } from '../mail/model.ts'
import { digestTimes } from './digests.ts'
import { nextDigest } from './local-time.ts'
import { policyFilter } from './planner.ts'
import { personRecipient, readDirectory, recipientsOf, teamContacts, type Directory, type Recipient } from './recipients.ts'
import { filterWords, policyListPath, whenWords, whoWords, type Names } from './words.ts'

const WEEK_MS = 7 * 24 * 3_600_000

const namesOf = (directory: Directory): Names => ({ people: new Map(directory.people.map(person => [person.email, person.name])), webhooks: new Map([...directory.webhooks].map(([id, hook]) => [id, hook.name])) })

export interface PolicyLine {
  id: string; name: string; description: string; enabled: boolean; who: string; when: string[]; filter: { name: string; value: string }[]; listTo: string
  /** open now in the reader's scope: the number of the list */
  open: number; money: Money[]
  sent: number; last: string | null; mine: 'told' | 'following' | 'left' | 'not_told'
}

/** All policies (or those named), those in force first. */
export async function readPolicies(stores: Stores, catalogue: Catalogue, principal: Principal, now: Date, ids: readonly string[] = [...catalogue.policies.keys()]): Promise<PolicyLine[]> {
  const [directory, sent] = await Promise.all([readDirectory(stores, catalogue), sentByPolicy(stores.postgres, new Date(now.getTime() - WEEK_MS))])
  const names = namesOf(directory)
  const lines = await Promise.all(ids.flatMap(id => catalogue.policies.get(id) ?? []).map(async (policy): Promise<PolicyLine> => {
    const figure = await countExceptions(stores.clickhouse, policyFilter(policy), scopeFor(principal, 'read'))
    return {
      id: policy.id, name: policy.name, description: policy.description, enabled: policy.enabled, who: whoWords(policy, names), when: whenWords(policy, names), filter: filterWords(policy, catalogue), listTo: policyListPath(policy),
      open: figure.count, money: figure.money, sent: sent.get(policy.id)?.sent ?? 0, last: sent.get(policy.id)?.last?.toISOString() ?? null, mine: standing(directory, policy, principal.id),
    }
  }))
  return lines.sort((a, b) => Number(b.enabled) - Number(a.enabled) || a.name.localeCompare(b.name, 'en'))
}

/** How a person stands to a policy. */
function standing(directory: Directory, policy: Policy, person: string): PolicyLine['mine'] {
  const choice = directory.choices.get(choiceKey(`person:${person}`, policy.id))
  if (choice === 'off') return 'left'
  const told = recipientsOf(directory, policy, policy.to, null, false).some(recipient => recipient.key === `person:${person}`)
  return told ? 'told' : choice === 'on' && policy.open ? 'following' : 'not_told'
}

/** What the editor chooses from. */
export function policyChoices(directory: Directory) {
  const { catalogue } = directory
  return {
    processes: [...catalogue.processes.values()].map(({ id, shortName }) => ({ value: id, label: shortName })),
    facilities: [...catalogue.facilities.values()].map(({ id, name, city }) => ({ value: id, label: `${name}, ${city}` })).sort((a, b) => a.label.localeCompare(b.label, 'en')),
    entities: [...catalogue.entities.values()].map(({ id, name }) => ({ value: id, label: name })),
    roles: Object.entries(ROLE_NAMES).map(([value, label]) => ({ value, label })),
    teams: [...teamContacts(catalogue).keys()].sort().map(team => ({ value: team, label: team })),
    webhooks: [...directory.webhooks.values()].map(({ id, name }) => ({ value: id, label: name })),
  }
}

export interface ToldNow { name: string; address: string; zone: string; because: string; scope: string; open: number }

/** Who would be told of what is open now under a policy, each with the number they would see. */
export async function toldNow(stores: Stores, directory: Directory, policy: Policy): Promise<ToldNow[]> {
  const fixed = recipientsOf(directory, policy, policy.to, null, true)
  const later = policy.escalations.flatMap((step, index) => recipientsOf(directory, policy, step.to, null, false).map(recipient => ({ ...recipient, because: `escalation step ${index + 1}` })))
  const unique = [...new Map([...later, ...fixed].map(recipient => [recipient.key, recipient])).values()]
  return await Promise.all(unique.map(async recipient => ({
    name: recipient.name, address: recipient.channel === 'mail' ? recipient.address : 'webhook', zone: recipient.zone, because: recipient.because, scope: scopeWords(directory, recipient),
    open: (await countExceptions(stores.clickhouse, policyFilter(policy), recipient.scope)).count,
  })))
}

function scopeWords({ catalogue }: Directory, { scope }: Recipient): string {
  if (scope === 'all') return 'whole group'
  return [...scope.entities.map(id => catalogue.entity(id)?.name ?? id), ...scope.facilities.map(id => catalogue.facility(id)?.name ?? id)].join(', ') || 'nothing'
}

const PREVIEW = 'this is a preview for you'
/** The mail that a policy would send to whoever asks (a key: what its scope shows) now; null where there is nothing to say. */
export async function previewFor(stores: Stores, catalogue: Catalogue, links: MailLinks, policy: Policy, principal: Principal, now: Date): Promise<MailModel | null> {
  const directory = await readDirectory(stores, catalogue)
  const person = directory.people.find(each => each.id === principal.id)
  const recipient: Recipient | null = person ? personRecipient(directory, person, PREVIEW)
    : { key: `key:${principal.id}`, name: principal.name, address: '', channel: 'mail', zone: principal.timeZone, scope: scopeFor(principal, 'read'), preference: NO_PREFERENCE, because: PREVIEW }
  return recipient && (await composePreview({ stores, catalogue, links, now }, policy, recipient))
}

/** Whose mails may be seen: everybody's with the permission to administer or to see the audit everywhere, else the own ones. */
export const mailsOf = (principal: Principal): string | null => (scopeFor(principal, 'administer') === 'all' || scopeFor(principal, 'see_audit') === 'all' ? null : `person:${principal.id}`)

export const MAIL_VIEWS: readonly { key: string; label: string; states: readonly OutboxState[] }[] = [
  { key: 'all', label: 'All', states: [] }, { key: 'waiting', label: 'Waiting', states: ['planned', 'sending', 'deferred', 'held'] }, { key: 'sent', label: 'Sent', states: ['sent'] },
  { key: 'trouble', label: 'Not delivered', states: ['bounced', 'failed'] }, { key: 'left_out', label: 'Not sent', states: ['suppressed', 'empty'] },
]

export interface MailLine {
  id: string; channel: string; kind: string; policy: string; policyName: string; to: string; address: string; state: OutboxState; reason: string | null; subject: string | null; items: number | null
  attempts: number; nextAt: string; sentAt: string | null; createdAt: string; reply: string | null; asOf: string | null
}

function mailLine(row: OutboxLine, catalogue: Catalogue): MailLine {
  return {
    id: row.id, channel: row.channel, kind: row.kind, policy: row.policy, policyName: catalogue.policies.get(row.policy)?.name ?? row.policy, to: row.recipient_name || row.address, address: row.channel === 'mail' ? row.address : 'webhook',
    state: OUTBOX_STATES.find(state => state === row.state) ?? 'failed', reason: row.reason, subject: row.subject, items: row.items === null ? null : Number(row.items), attempts: row.attempts, nextAt: row.next_at.toISOString(),
    sentAt: row.sent_at?.toISOString() ?? null, createdAt: row.created_at.toISOString(), reply: row.reply, asOf: row.as_of?.toISOString() ?? null,
  }
}

/** A page of the log of those mails that may be seen, newest first. Throws FilterError for a cursor that is none of ours. */
export async function listMails(stores: Stores, catalogue: Catalogue, principal: Principal, filter: Omit<OutboxFilter, 'recipient'>, paging: Paging): Promise<{ items: MailLine[]; nextCursor: string | null }> {
  const { items, nextCursor } = await listOutbox(stores.postgres, { ...filter, recipient: mailsOf(principal) }, paging)
  return { items: items.map(row => mailLine(row, catalogue)), nextCursor }
}

/** A page of the log with how many there are in each view. */
export async function readMails(stores: Stores, catalogue: Catalogue, principal: Principal, request: { states: readonly OutboxState[]; policy: string | null; cursor: string | undefined }): Promise<{ rows: MailLine[]; nextCursor: string | null; counts: Record<string, number> }> {
  const [page, counted] = await Promise.all([
    listMails(stores, catalogue, principal, { states: request.states, channel: null, policy: request.policy }, { limit: 50, cursor: request.cursor }), countOutbox(stores.postgres, mailsOf(principal)),
  ])
  const counts = Object.fromEntries(MAIL_VIEWS.map(view => [view.key, (view.states.length > 0 ? view.states : OUTBOX_STATES).reduce((sum, state) => sum + (counted.get(state) ?? 0), 0)]))
  return { rows: page.items, nextCursor: page.nextCursor, counts }
}

/** One mail with what was sent and what it left out; null outside what the person may see. */
export async function readMail(stores: Stores, catalogue: Catalogue, principal: Principal, id: string): Promise<{ mail: MailLine; html: string | null; text: string | null; notices: number; leftOut: { why: string; count: number }[] } | null> {
  const row = await findOutbox(stores.postgres, id, mailsOf(principal))
  if (!row) return null
  const [notices, left] = await Promise.all([noticesOf(stores.postgres, id), leftOutOf(stores.postgres, id)])
  return { mail: mailLine(row, catalogue), html: row.html, text: row.body, notices: notices.length, leftOut: left }
}

export interface OwnPolicy { id: string; name: string; description: string; when: string[]; standing: PolicyLine['mine']; nextDigest: string | null; open: boolean }

/** A person's own page: what they are told, and when the next digest comes. */
export async function readOwn(stores: Stores, catalogue: Catalogue, person: string, now: Date): Promise<{ policies: OwnPolicy[]; preference: Recipient['preference']; zone: string; address: string } | null> {
  const directory = await readDirectory(stores, catalogue)
  const found = directory.people.find(each => each.id === person)
  const recipient = found && personRecipient(directory, found, '')
  if (!found || !recipient) return null
  const names = namesOf(directory)
  const policies = [...catalogue.policies.values()].filter(policy => policy.enabled).map((policy): OwnPolicy => {
    const mine = standing(directory, policy, person)
    const times = mine === 'told' || mine === 'following' ? digestTimes(policy, recipient) : null
    return { id: policy.id, name: policy.name, description: policy.description, when: whenWords(policy, names), standing: mine, open: policy.open, nextDigest: times ? new Date(nextDigest(times, recipient.zone, now.getTime()).at).toISOString() : null }
  })
  const order = ['told', 'following', 'left', 'not_told']
  return { policies: policies.sort((a, b) => order.indexOf(a.standing) - order.indexOf(b.standing) || a.name.localeCompare(b.name, 'en')), preference: recipient.preference, zone: recipient.zone, address: found.email }
}
