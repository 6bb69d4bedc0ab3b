/** What administrators are told of a webhook that the product switched off. */
import { findWebhook } from '#queries/postgres/webhooks.ts'
import type { Recipient } from '../sla/recipients.ts'
import { WEBHOOKS_TOPIC } from './channels.ts'
import type { ComposeContext } from './compose.ts'
import { preferencesLink, unsubscribeLink, webhooksLink } from './links.ts'
import type { MailModel } from './model.ts'
import { plainLine, subjectLine } from './words.ts'

/** The mail; null where somebody has switched it on again or removed it since. */
export async function composeWebhookOff({ stores, links, now }: Pick<ComposeContext, 'stores' | 'links' | 'now'>, recipient: Recipient, webhook: string): Promise<MailModel | null> {
  const hook = await findWebhook(stores.postgres, webhook)
  if (!hook || hook.enabled || hook.off_reason === null) return null
  const name = plainLine(hook.name)
  return {
    kind: 'notice', policy: { id: WEBHOOKS_TOPIC, name: 'Webhooks' },
    subject: subjectLine(`Webhook “${name}” was switched off`), heading: `The webhook “${name}” was switched off`,
    lead: `${plainLine(hook.off_reason)}. It is told nothing any more. When its receiver is well again, switch it on; what was left out is in the log of mails.`,
    figures: [], money: [], rows: [], more: { text: 'Open the webhooks', href: webhooksLink(links) }, items: 0, asOf: now.toISOString(), zone: recipient.zone, because: 'you administer Signalbox',
    links: { all: webhooksLink(links), preferences: preferencesLink(links), unsubscribe: unsubscribeLink(links, recipient.key, WEBHOOKS_TOPIC) },
  }
}
