/** What a mail says, before it is HTML, text or the JSON of a webhook: worked out once, shown in several shapes. */
import type { Severity } from '#queries/model/exception.ts'
import type { Money } from '#queries/model/money.ts'

/** A number that is the same on the page it leads to. */
export interface MailFigure { label: string; count: number; href: string }

/** One line of the table: an exception, a group of equal ones, or a step that is not late yet. */
export interface MailRow {
  title: string
  href: string
  /** how many the linked list shows */
  count: number
  severity: Severity | null
  /** step, facility, counterparty */
  detail: string
  money: Money[]
  dueAt: string | null
  late: boolean
}

export interface MailModel {
  kind: 'notice' | 'digest' | 'test'
  policy: { id: string; name: string }
  subject: string
  heading: string
  lead: string
  figures: MailFigure[]
  /** in everything under the policy, once per business amount */
  money: Money[]
  rows: MailRow[]
  /** what the table leaves out */
  more: { text: string; href: string } | null
  /** exceptions and warnings that the mail is about */
  items: number
  /** RFC 3339: all numbers are of this moment */
  asOf: string
  zone: string
  /** why the recipient gets it, after "because" */
  because: string
  links: { all: string; preferences: string; unsubscribe: string }
}

/** Lines of a mail's table at most. */
export const MAIL_ROWS = 15
