/**
 * A webhook whose calls fail one after the other for hours is switched off, audited, and administrators are told by mail: nobody looks at a
 * chat in which nothing comes. One that says 410 wants no more and is switched off at once.
 */
import type { Catalogue } from '#queries/catalogue/catalogue.ts'
import { recordAct } from '#queries/postgres/audit.ts'
import { choiceKey } from '#queries/postgres/mail-choices.ts'
import { addOutboxRows } from '#queries/postgres/outbox.ts'
import { noteWebhookFailure, noteWebhookSuccess, switchOffWebhook, type WebhookRow } from '#queries/postgres/webhooks.ts'
import type { Stores } from '#queries/stores.ts'
import { principalOfPerson, scopeFor } from '../auth/principal.ts'
import { OUTBOX_CHANNEL, WEBHOOKS_TOPIC } from '../mail/channels.ts'
import { personRecipient, readDirectory } from '../sla/recipients.ts'
import type { WebhookAnswer } from './call.ts'

/** Failed calls in a row after which it is switched off, if they lie at least this far apart: an outage of an evening is none of ours. */
export const OFF_AFTER = 20
export const OFF_AFTER_MS = 6 * 3_600_000

/** Notes what came of a call. Resolves to true if the webhook was switched off because of it. */
export async function noteAnswer(stores: Stores, catalogue: Catalogue, hook: WebhookRow, answer: WebhookAnswer, now: Date): Promise<boolean> {
  if (answer.outcome === 'sent') {
    if (hook.failures > 0) await noteWebhookSuccess(stores.postgres, hook.id)
    return false
  }
  const directory = await readDirectory(stores, catalogue)
  const off = await stores.postgres.transaction().execute(async tx => {
    const failing = await noteWebhookFailure(tx, hook.id, now)
    if (!failing) return false
    const gone = answer.code === '410'
    if (!gone && (failing.failures < OFF_AFTER || now.getTime() - failing.since.getTime() < OFF_AFTER_MS)) return false
    const reason = gone ? `The receiver said that it wants no more (${answer.reply})` : `${failing.failures} calls in a row failed since ${failing.since.toISOString()}: ${answer.reply}`
    if (!(await switchOffWebhook(tx, hook.id, reason, now))) return false
    await recordAct(tx, { kind: 'schedule', id: 'delivery', origin: '' }, { action: 'webhook.switched_off', subject: { kind: 'webhook', id: hook.id }, after: { enabled: false, failures: failing.failures }, reason })
    const told = directory.people.filter(person => scopeFor(principalOfPerson(person), 'administer') === 'all' && directory.choices.get(choiceKey(`person:${person.id}`, WEBHOOKS_TOPIC)) !== 'off')
      .flatMap(person => personRecipient(directory, person, '') ?? [])
    await addOutboxRows(tx, told.map(({ key, name, address }) => ({
      channel: 'mail' as const, kind: 'webhook_off' as const, policy: WEBHOOKS_TOPIC, recipient: key, name, address, about: hook.id, dedupeKey: `webhook_off/${hook.id}/${now.toISOString()}/${key}`, nextAt: now,
    })))
    return true
  })
  if (off) await stores.coordination.wake(OUTBOX_CHANNEL)
  return off
}
