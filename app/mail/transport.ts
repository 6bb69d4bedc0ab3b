/**
 * Delivery through a mail server. What matters is what is known afterwards: taken, refused for now, refused for good, or unknown (the
 * connection ended after the mail was handed over and before the answer came).
 */
import { createTransport } from 'nodemailer'
import { z } from 'zod'

export interface OutgoingMail {
  /** the same for every attempt of one row of the outbox */
  messageId: string
  to: { name: string; address: string }
  subject: string
  html: string
  text: string
  date: Date
  /** policy, for filters in mail programs */
  listId: string
  unsubscribe: string
}

/**
 * `later`: certainly not taken, worth trying again. `address`: this address is refused. `refused`: the mail is refused whoever it is for.
 * `unknown`: it may have been taken. `reply` is the server's words with every address taken out.
 */
export type DeliveryOutcome = { outcome: 'sent' | 'later' | 'address' | 'refused' | 'unknown'; code: string | null; reply: string }
export interface MailTransport { send(mail: OutgoingMail): Promise<DeliveryOutcome>; close(): void }

const TIMEOUTS = { connectionTimeout: 10_000, greetingTimeout: 10_000, socketTimeout: 30_000, dnsTimeout: 10_000 }
const REPLY_LENGTH = 300
const failure = z.looseObject({ code: z.string().optional(), responseCode: z.number().optional(), response: z.string().optional(), command: z.string().optional() })

/** A transport to a server by its URL (`smtp://user:password@host:587`, `smtps://…`). `from` is the sender of every mail. */
export function smtpTransport(url: string, from: string): MailTransport {
  const transporter = createTransport({ url, pool: true, maxConnections: 4, maxMessages: 100, disableFileAccess: true, disableUrlAccess: true, ...TIMEOUTS })
  return {
    async send(mail) {
      try {
        const info = await transporter.sendMail({
          from, to: mail.to, subject: mail.subject, html: mail.html, text: mail.text, messageId: mail.messageId, date: mail.date,
          headers: {
            'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All', 'List-Id': `<${mail.listId}.signalbox>`,
            // RFC 8058: one POST without a sign-in or a question.
            'List-Unsubscribe': `<${mail.unsubscribe}>`, 'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
          },
        })
        return { outcome: 'sent', code: /^\d{3}/.exec(info.response)?.[0] ?? null, reply: withoutAddresses(info.response) }
      } catch (error) {
        return judge(error)
      }
    },
    close: () => transporter.close(),
  }
}

/** What an error of the mail library says about where the mail is. */
export function judge(error: unknown): DeliveryOutcome {
  const { code, responseCode, response, command } = failure.catch({}).parse(error)
  const reply = withoutAddresses(response ?? (error instanceof Error ? error.message : 'the mail could not be sent'))
  const number = responseCode === undefined ? null : String(responseCode)
  if (responseCode !== undefined && responseCode >= 500) {
    if (code === 'EAUTH') return { outcome: 'later', code: number, reply }
    return { outcome: command === 'RCPT TO' || code === 'EENVELOPE' && command !== 'MAIL FROM' ? 'address' : 'refused', code: number, reply }
  }
  if (responseCode !== undefined) return { outcome: 'later', code: number, reply }
  // No answer at all: only what broke after the data had gone leaves a doubt.
  if (command === 'DATA' || code === 'EMESSAGE') return { outcome: 'unknown', code: null, reply }
  if (code === 'EENVELOPE') return { outcome: 'address', code: null, reply }
  return { outcome: code === 'ECONNECTION' || code === 'EDNS' || code === 'EAUTH' || code === 'ETLS' || command === 'CONN' ? 'later' : 'unknown', code: null, reply }
}

function withoutAddresses(reply: string): string {
  return reply.replace(/<?[^\s<>@]+@[^\s<>@]+>?/g, '<address>').replace(/\s+/g, ' ').slice(0, REPLY_LENGTH)
}
