/** What people do about mail: policies, their own choices, mails that wait, addresses, webhooks. Each with its audit record in the same transaction. */
import { randomUUID } from 'node:crypto'
import { CATALOGUE_CHANNEL } from '#queries/catalogue/catalogue.ts'
import { changeDocument } from '#queries/catalogue/documents.ts'
import type { Policy } from '#queries/catalogue/schema.ts'
import type { Scope } from '#queries/model/scope.ts'
import { recordAct, type Actor } from '#queries/postgres/audit.ts'
import { saveChoice, savePreference, type Choice, type MailPreference } from '#queries/postgres/mail-choices.ts'
import { addOutboxRows, noteGoodAddress, retryOutbox } from '#queries/postgres/outbox.ts'
import { addWebhook, changeWebhook, type WebhookFormat } from '#queries/postgres/webhooks.ts'
import type { Stores } from '#queries/stores.ts'
import { OUTBOX_CHANNEL } from '../mail/channels.ts'
import { newSecret, sealSecret } from '../webhooks/secrets.ts'
import { SLA_CHANNEL } from './planner-loop.ts'

/** Why an act about mail did not happen: `conflict`, somebody saved the policy since (or its id is taken); `not_allowed_now`, a state or choice does not allow it. */
export class SlaError extends Error {
  readonly code: 'conflict' | 'not_allowed_now'
  constructor(code: SlaError['code'], message: string) {
    super(message)
    this.code = code
  }
}

/**
 * Saves a policy as a new version; the same again saves nothing. `ifMatch`: the version it was made from, 0 for a new one, null where that is
 * not known. Throws CatalogueError where it names what there is not, SlaError where somebody saved another version since.
 */
export async function savePolicy(stores: Stores, actor: Actor, policy: Policy, reason: string | null, ifMatch: number | null = null): Promise<void> {
  await stores.postgres.transaction().execute(async tx => {
    const saved = await changeDocument(tx, 'policy', policy.id, newest => {
      const version = newest?.version ?? 0
      if (ifMatch !== null && ifMatch !== version) throw new SlaError('conflict', ifMatch === 0 ? 'There is a policy of this id' : `It has changed: version ${version}, not ${ifMatch}`)
      return policy
    }, actor.id)
    if (saved) await recordAct(tx, actor, { action: saved.before === null ? 'policy.create' : 'policy.change', subject: { kind: 'policy', id: saved.id }, before: saved.before, after: saved.after, reason })
  })
  await stores.coordination.wake(CATALOGUE_CHANNEL)
  await stores.coordination.wake(SLA_CHANNEL)
}

/** A recipient follows a policy, leaves it, or takes the choice back. */
export async function choosePolicy(stores: Stores, actor: Actor, recipient: string, policy: string, choice: Choice | null): Promise<void> {
  await stores.postgres.transaction().execute(async tx => {
    const before = await saveChoice(tx, recipient, policy, choice)
    if (before !== choice) await recordAct(tx, actor, { action: 'mail.choose', subject: { kind: 'policy', id: policy }, before: { choice: before }, after: { choice } })
  })
  await stores.coordination.wake(SLA_CHANNEL)
}

/** When a person wants mail. */
export async function preferMail(stores: Stores, actor: Actor, person: string, preference: MailPreference): Promise<void> {
  await stores.postgres.transaction().execute(async tx => {
    const before = await savePreference(tx, person, preference)
    await recordAct(tx, actor, { action: 'mail.prefer', subject: { kind: 'person', id: person }, before, after: preference })
  })
  await stores.coordination.wake(SLA_CHANNEL)
}

/** Sends a mail again that was held, refused or given up; what it says is made anew. False if its state does not allow it. */
export async function retryMail(stores: Stores, actor: Actor, id: string): Promise<boolean> {
  const done = await stores.postgres.transaction().execute(async tx => {
    const count = await retryOutbox(tx, { id }, new Date())
    if (count > 0) await recordAct(tx, actor, { action: 'mail.retry', subject: { kind: 'mail', id } })
    return count > 0
  })
  await stores.coordination.wake(OUTBOX_CHANNEL)
  return done
}

/** Lets mail go to an address again that was refused. The audit keeps no address. */
export async function clearAddress(stores: Stores, actor: Actor, address: string): Promise<void> {
  await stores.postgres.transaction().execute(async tx => {
    await noteGoodAddress(tx, address, new Date())
    await recordAct(tx, actor, { action: 'mail.clear_address', subject: { kind: 'mail_address', id: 'one' } })
  })
}

/** Sends the preview of a policy to the person who asks, or to a webhook. Resolves to the mail's id. */
export async function sendTest(stores: Stores, actor: Actor, to: { channel: 'mail' | 'webhook'; recipient: string; name: string; address: string }, policy: string): Promise<string> {
  const [id = ''] = await stores.postgres.transaction().execute(async tx => {
    await recordAct(tx, actor, { action: 'mail.test', subject: { kind: 'policy', id: policy } })
    return await addOutboxRows(tx, [{ ...to, kind: 'test', policy, dedupeKey: null, nextAt: new Date() }])
  })
  await stores.coordination.wake(OUTBOX_CHANNEL)
  return id
}

/** Adds a webhook. Resolves to its id and its secret, which nobody sees again. */
export async function createWebhook(stores: Stores, actor: Actor, installation: string, hook: { name: string; url: string; format: WebhookFormat; allowPrivate: boolean; scope: Scope }): Promise<{ id: string; secret: string }> {
  const id = `hook_${randomUUID().slice(0, 8)}`
  const secret = newSecret()
  await stores.postgres.transaction().execute(async tx => {
    await addWebhook(tx, { ...hook, id, secret: sealSecret(installation, secret), createdBy: actor.id })
    // The path of a chat system's address is itself a secret.
    await recordAct(tx, actor, { action: 'webhook.create', subject: { kind: 'webhook', id }, after: { name: hook.name, host: new URL(hook.url).host, format: hook.format, allowPrivate: hook.allowPrivate } })
  })
  await stores.coordination.wake(SLA_CHANNEL)
  return { id, secret }
}

/** Switches a webhook on or off, or gives it a new secret, which is answered once. Null if there is no such webhook. */
export async function alterWebhook(stores: Stores, actor: Actor, installation: string, id: string, change: 'on' | 'off' | 'new_secret'): Promise<{ secret: string | null } | null> {
  const secret = change === 'new_secret' ? newSecret() : null
  const done = await stores.postgres.transaction().execute(async tx => {
    const found = await changeWebhook(tx, id, secret === null ? { enabled: change === 'on' } : { secret: sealSecret(installation, secret) })
    if (found) await recordAct(tx, actor, { action: 'webhook.change', subject: { kind: 'webhook', id }, after: { change } })
    return found
  })
  await stores.coordination.wake(SLA_CHANNEL)
  return done ? { secret } : null
}
