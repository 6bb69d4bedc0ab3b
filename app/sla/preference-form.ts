/** A person's wishes about mail: the form, and what is wrong with them. */
import type { MailPreference } from '#queries/postgres/mail-choices.ts'
import { isTimeZone } from './local-time.ts'

export type PreferenceProblems = Partial<Record<'timeZone' | 'digestAt' | 'quietFrom', string>>
export type ReadPreference = { preference: MailPreference; problems: null } | { preference: null; problems: PreferenceProblems }

const CLOCK = /^([01]\d|2[0-3]):[0-5]\d$/

/** Reads it; an empty field is no wish. */
export function readPreference(form: FormData): ReadPreference {
  const value = (name: string) => String(form.get(name) ?? '').trim() || null
  const preference: MailPreference = { timeZone: value('timeZone'), digestAt: value('digestAt'), quietFrom: value('quietFrom'), quietUntil: value('quietUntil'), quietWeekend: form.has('quietWeekend') }
  const problems = preferenceProblems(preference)
  return problems ? { preference: null, problems } : { preference, problems: null }
}

/** What has to be corrected, by field; null if nothing. */
export function preferenceProblems({ timeZone, digestAt, quietFrom, quietUntil }: MailPreference): PreferenceProblems | null {
  const isClock = (text: string | null) => text === null || CLOCK.test(text)
  if (timeZone !== null && !isTimeZone(timeZone)) return { timeZone: 'This time zone is not known.' }
  if (!isClock(digestAt)) return { digestAt: 'A time such as 07:30.' }
  if (!isClock(quietFrom) || !isClock(quietUntil) || (quietFrom === null) !== (quietUntil === null)) return { quietFrom: 'Give both times, or none.' }
  return null
}
