/** Absolute addresses in mails, and the signed tokens that let a recipient leave a policy without signing in. */
import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto'
import { z } from 'zod'
import { exceptionFilter, formatFilter, type ExceptionFilter } from '#queries/model/filter.ts'

/** Where this installation is reached; `base` without a slash at its end. It may be set once the server listens. */
export interface MailLinks { base: string; readonly secret: string }

/** The worklist under a filter. */
export function worklistLink(links: MailLinks, filter: ExceptionFilter): string {
  const search = formatFilter(exceptionFilter, filter)
  return `${links.base}/exceptions${search.size > 0 ? `?${search}` : ''}`
}

export const exceptionLink = (links: MailLinks, id: string): string => `${links.base}/exceptions/${encodeURIComponent(id)}`
export const objectLink = (links: MailLinks, { namespace, type, id }: { namespace: string; type: string; id: string }): string => `${links.base}/objects/${encodeURIComponent(type)}/${encodeURIComponent(id)}?namespace=${encodeURIComponent(namespace)}`
export const preferencesLink = (links: MailLinks): string => `${links.base}/sla/me`
export const webhooksLink = (links: MailLinks): string => `${links.base}/sla/webhooks`
export const unsubscribeLink = (links: MailLinks, recipient: string, policy: string): string => `${links.base}/unsubscribe/${unsubscribeToken(links.secret, recipient, policy)}`

const tokenShape = z.tuple([z.string().min(1), z.string().min(1)])

/** A token that names recipient and policy and cannot be made up. It does not expire: an old mail must still let its reader leave. */
export function unsubscribeToken(secret: string, recipient: string, policy: string): string {
  const payload = Buffer.from(JSON.stringify([recipient, policy])).toString('base64url')
  return `${payload}.${signature(secret, payload)}`
}

/** What a token names; null for one that is not ours. */
export function readUnsubscribeToken(secret: string, token: string): { recipient: string; policy: string } | null {
  const [payload = '', given = '', ...rest] = token.split('.')
  const right = Buffer.from(signature(secret, payload))
  const sent = Buffer.from(given)
  if (rest.length > 0 || right.length !== sent.length || !timingSafeEqual(right, sent)) return null
  try {
    const [recipient, policy] = tokenShape.parse(JSON.parse(Buffer.from(payload, 'base64url').toString()))
    return { recipient, policy }
  } catch {
    return null
  }
}

function signature(secret: string, payload: string): string {
  const key = Buffer.from(hkdfSync('sha256', secret, '', 'signalbox unsubscribe', 32))
  return createHmac('sha256', key).update(payload).digest('base64url')
}
