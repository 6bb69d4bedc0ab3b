/** The words of mails: subjects, sentences, times and amounts in the reader's zone, hostile text made harmless. */
import type { Money } from '#queries/model/money.ts'
import { formatCount, formatMoney } from '../components/format/money.ts'
import { formatClock, formatDay, zoneName } from '../components/format/time.ts'

const SUBJECT_LENGTH = 140

/** Control characters, line ends and characters that turn the direction of text around. */
// oxlint-disable-next-line no-control-regex
const UNSAFE = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]+/g

/** One line of plain text, whatever came in. */
export const plainLine = (text: string): string => text.replace(UNSAFE, ' ').replace(/ {2,}/g, ' ').trim()

/** A subject: one line, at most 140 characters. */
export function subjectLine(text: string): string {
  const line = plainLine(text)
  return line.length <= SUBJECT_LENGTH ? line : `${[...line].slice(0, SUBJECT_LENGTH - 1).join('')}…`
}

/** `CHF 538,214.60`. */
export const moneyText = ({ currency, value }: Money): string => `${currency} ${formatMoney(value, currency) ?? value}`
/** `CHF 1,200.00 and EUR 80.00`; empty for none. */
export function moneyWords(money: readonly Money[]): string {
  const texts = money.map(moneyText)
  return texts.length <= 1 ? (texts[0] ?? '') : `${texts.slice(0, -1).join(', ')} and ${texts.at(-1) ?? ''}`
}

/** `Sat 21 Nov 2026, 07:00 CET`. */
export function momentText(instant: string, zone: string): string {
  return `${formatDay(instant, zone) ?? instant}, ${formatClock(instant, zone) ?? ''} ${zoneName(instant, zone)}`
}

/** `1 exception`, `300 exceptions`. */
export const countWords = (count: number, noun: string): string => `${formatCount(count)} ${noun}${count === 1 ? '' : 's'}`
