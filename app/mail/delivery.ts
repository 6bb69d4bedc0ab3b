/**
 * Takes rows of the outbox, makes their content, hands them over and notes what came of it. Any number of workers may do it at once.
 *
 * What SMTP cannot promise: a worker that dies (or loses the connection) between the server's taking a mail and noting so cannot know
 * whether it was taken. The row is then sent again with the same Message-ID and the same content, so that mail programs and servers that
 * look at it show one mail; a mail is never left out for fear of sending it twice.
 */
import { randomUUID } from 'node:crypto'
import type { CatalogueHandle } from '#queries/catalogue/catalogue.ts'
import { choiceKey } from '#queries/postgres/mail-choices.ts'
import { addressState, claimOutbox, finishOutbox, keepContent, nextOutboxAt, noteBounce, noteGoodAddress, releaseClaims, retryOutbox, type OutboxRow, type OutboxState } from '#queries/postgres/outbox.ts'
import { markLeftOut } from '#queries/postgres/sla.ts'
import { findWebhook } from '#queries/postgres/webhooks.ts'
import type { Stores } from '#queries/stores.ts'
import { startLoop, type Loop, type LoopLog } from '../replay/loop.ts'
import { readDirectory, recipientByKey } from '../sla/recipients.ts'
import { webhookBody } from '../webhooks/payload.ts'
import { callWebhook } from '../webhooks/call.ts'
import { noteAnswer } from '../webhooks/failing.ts'
import { openSecret } from '../webhooks/secrets.ts'
import { OUTBOX_CHANNEL } from './channels.ts'
import { compose } from './compose.ts'
import { unsubscribeLink, type MailLinks } from './links.ts'
import type { MailModel } from './model.ts'
import { renderHtml } from './template.ts'
import { renderText } from './text.ts'
import type { DeliveryOutcome, MailTransport } from './transport.ts'

/** Rows taken together; they are sent side by side. */
const AT_ONCE = 8
/** After so long a row that was taken counts as left behind. Longer than any one delivery may last. */
export const LEASE_MS = 120_000
const FIRST_RETRY_MS = 15_000
const LONGEST_RETRY_MS = 3_600_000
/** After so many attempts (about a day) a mail is given up. */
const ATTEMPTS = 30
/** Refusals of an address in a row after which nothing is sent to it. */
const BLOCK_AFTER = 3
/** Content that never left is made anew when it is older than this. */
const STALE_MS = 60_000
/** What was held for want of a mail server goes out on a start with one, if it is no older than this. */
const HELD_MS = 24 * 3_600_000

export interface DeliveryOptions {
  stores: Stores
  catalogue: Pick<CatalogueHandle, 'current'>
  links: MailLinks
  /** null: mails are kept and shown, and not sent */
  transport: MailTransport | null
  log: LoopLog
  /** seals webhooks' secrets */
  secret: string
  clock?: () => Date
}

/** Starts delivering. */
export async function startDelivery(options: DeliveryOptions): Promise<Loop> {
  const by = randomUUID()
  const clock = options.clock ?? (() => new Date())
  const { stores } = options
  return await startLoop({
    // Every worker delivers: the lock is its own.
    name: `outbox ${by}`,
    channels: [OUTBOX_CHANNEL],
    coordination: stores.coordination,
    log: options.log,
    async onLead() {
      // The embedded store has one process: whoever took a row before is gone.
      if (stores.embedded.postgres) await releaseClaims(stores.postgres, clock())
      if (options.transport) await retryOutbox(stores.postgres, { heldSince: new Date(clock().getTime() - HELD_MS) }, clock())
    },
    async cycle(closing) {
      if (closing()) return false
      const rows = await claimOutbox(stores.postgres, { by, now: clock(), leaseMs: LEASE_MS, limit: AT_ONCE })
      const results = await Promise.allSettled(rows.map(row => deliver(options, by, row, clock)))
      const failed = results.find(result => result.status === 'rejected')
      if (failed) throw failed.reason
      return rows.length > 0
    },
    async nextAt() {
      const at = await nextOutboxAt(stores.postgres, LEASE_MS)
      return at === null ? null : at.getTime() - clock().getTime() + Date.now()
    },
  })
}

interface Finish { state: Exclude<OutboxState, 'planned' | 'sending'>; reason?: string | null; reply?: string | null; nextAt?: Date; forget?: boolean }

async function deliver(options: DeliveryOptions, by: string, row: OutboxRow, clock: () => Date): Promise<void> {
  const { stores, log } = options
  let outcome: Finish
  try {
    outcome = await attempt(options, row, clock)
  } catch (error) {
    log.warn({ outbox: row.id, error: error instanceof Error ? error.name : 'unknown' }, 'a mail could not be made')
    outcome = row.attempts >= ATTEMPTS ? { state: 'failed', reason: 'It could not be made' } : later(row, clock, 'It could not be made', null, true)
  }
  await finishOutbox(stores.postgres, row.id, by, { reason: null, reply: null, ...outcome, at: clock() })
}

async function attempt(options: DeliveryOptions, row: OutboxRow, clock: () => Date): Promise<Finish> {
  const { stores, catalogue: handle, links } = options
  const catalogue = handle.current()
  const policy = catalogue.policies.get(row.policy) ?? null
  if (!policy && row.kind !== 'webhook_off') return { state: 'failed', reason: 'The policy is gone' }
  if (policy && !policy.enabled && row.kind !== 'test') return { state: 'suppressed', reason: 'The policy was switched off' }
  const directory = await readDirectory(stores, catalogue)
  if (row.kind !== 'test' && directory.choices.get(choiceKey(row.recipient, row.policy)) === 'off') return { state: 'suppressed', reason: 'Unsubscribed' }
  const recipient = recipientByKey(directory, policy, row.recipient)
  if (!recipient) return { state: 'suppressed', reason: row.channel === 'webhook' ? 'The webhook was switched off' : 'The recipient may no longer be told' }
  if (row.channel === 'mail' && (await addressState(stores.postgres, row.address))?.state === 'blocked') return { state: 'suppressed', reason: 'The address was refused too often' }
  const content = await contentOf(options, row, clock, async now => {
    const composed = await compose({ stores, catalogue, links, now }, policy, recipient, row)
    await markLeftOut(stores.postgres, row.id, composed.leftOut)
    return composed.model
  })
  if (content === null) return { state: 'empty', reason: 'Everything it was about was closed before it left' }
  if (row.channel === 'webhook') return await toWebhook(options, row, content.body, clock)
  if (!options.transport) return { state: 'held', reason: 'No mail server is configured (SMTP_URL)' }
  const sent = await options.transport.send({
    messageId: messageIdOf(row.id, links), to: { name: recipient.name === row.address ? '' : recipient.name, address: row.address },
    subject: content.subject, html: content.html ?? '', text: content.body, date: content.asOf, listId: row.policy, unsubscribe: content.unsubscribe,
  })
  return await judged(options, row, sent, clock)
}

interface Content { subject: string; html: string | null; body: string; asOf: Date; unsubscribe: string }

/** What was kept of an attempt whose end is not known stays as it is: the same mail again must be the same. */
async function contentOf({ stores, links }: DeliveryOptions, row: OutboxRow, clock: () => Date, make: (now: Date) => Promise<MailModel | null>): Promise<Content | null> {
  const unsubscribe = unsubscribeLink(links, row.recipient, row.policy)
  if (row.body !== null && row.subject !== null && row.as_of !== null) return { subject: row.subject, html: row.html, body: row.body, asOf: row.as_of, unsubscribe }
  const model = await make(clock())
  if (model === null) return null
  const format = row.channel === 'webhook' ? ((await findWebhook(stores.postgres, row.address))?.format ?? 'generic') : null
  const body = format === null ? renderText(model) : webhookBody(format, model)
  const content = { subject: model.subject, html: format === null ? await renderHtml(model) : null, body, asOf: new Date(model.asOf) }
  await keepContent(stores.postgres, row.id, { ...content, items: model.items })
  return { ...content, unsubscribe }
}

/** `<row@host>`: made of the row alone, so that every attempt has it. */
export function messageIdOf(id: string, links: MailLinks): string {
  return `<${id}@${URL.parse(links.base)?.hostname || 'signalbox.invalid'}>`
}

async function judged({ stores, log }: DeliveryOptions, row: OutboxRow, sent: DeliveryOutcome, clock: () => Date): Promise<Finish> {
  const reply = sent.reply
  if (sent.outcome !== 'sent') log.warn({ outbox: row.id, outcome: sent.outcome, code: sent.code }, 'a mail was not taken')
  switch (sent.outcome) {
    case 'sent':
      await noteGoodAddress(stores.postgres, row.address, clock())
      return { state: 'sent', reply }
    case 'address':
      await noteBounce(stores.postgres, row.address, sent.code, reply, BLOCK_AFTER, clock())
      return { state: 'bounced', reason: 'The mail server refuses this address', reply }
    case 'refused': return { state: 'failed', reason: 'The mail server refuses this mail', reply }
    case 'unknown': return later(row, clock, 'The connection ended before the server answered: it may have been taken', reply, false)
    case 'later': return later(row, clock, 'The mail server does not take it now', reply, true)
  }
}

/** Tries again after a time that doubles; gives up after about a day. `certain`: it certainly did not leave, so it may be made anew. */
function later(row: OutboxRow, clock: () => Date, reason: string, reply: string | null, certain: boolean): Finish {
  if (row.attempts >= ATTEMPTS) return { state: 'failed', reason: `${reason}. Given up after ${row.attempts} attempts`, reply }
  const wait = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.min(row.attempts - 1, 20))
  return { state: 'deferred', reason, reply, nextAt: new Date(clock().getTime() + wait), forget: certain && wait >= STALE_MS }
}

async function toWebhook({ stores, catalogue, secret, log }: DeliveryOptions, row: OutboxRow, body: string, clock: () => Date): Promise<Finish> {
  const hook = await findWebhook(stores.postgres, row.address)
  if (!hook?.enabled) return { state: 'suppressed', reason: 'The webhook was switched off' }
  const answer = await callWebhook({ url: hook.url, secret: openSecret(secret, hook.secret), id: row.id, body, allowPrivate: hook.allow_private, now: clock() })
  if (answer.outcome !== 'sent') log.warn({ outbox: row.id, outcome: answer.outcome, code: answer.code }, 'a webhook did not take its call')
  const off = await noteAnswer(stores, catalogue.current(), hook, answer, clock())
  if (off) log.warn({ webhook: hook.id }, 'a webhook was switched off: its calls fail')
  switch (answer.outcome) {
    case 'sent': return { state: 'sent', reply: answer.reply }
    case 'refused': return { state: 'failed', reason: 'The receiver refuses it', reply: answer.reply }
    case 'forbidden': return { state: 'failed', reason: answer.reply, reply: null }
    case 'later': return later(row, clock, 'The receiver does not take it now', answer.reply, false)
  }
}
