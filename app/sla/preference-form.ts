/** The form of a person's wishes about mail. */
import type { MailPreference } from '#queries/postgres/mail-choices.ts'
import { isTimeZone } from './local-time.ts'

export type ReadPreference = { preference: MailPreference; problems: null } | { preference: null; problems: Partial<Record<'timeZone' | 'digestAt' | 'quietFrom', string>> }

const CLOCK = /^([01]\d|2[0-3]):[0-5]\d$/

/** Reads it; an empty field is no wish. */
export function readPreference(form: FormData): ReadPreference {
  const value = (name: string) => String(form.get(name) ?? '').trim() || null
  const preference: MailPreference = { timeZone: value('timeZone'), digestAt: value('digestAt'), quietFrom: value('quietFrom'), quietUntil: value('quietUntil'), quietWeekend: form.has('quietWeekend') }
  const isClock = (text: string | null) => text === null || CLOCK.test(text)
  if (preference.timeZone !== null && !isTimeZone(preference.timeZone)) return { preference: null, problems: { timeZone: 'This time zone is not known.' } }
  if (!isClock(preference.digestAt)) return { preference: null, problems: { digestAt: 'A time such as 07:30.' } }
  if (!isClock(preference.quietFrom) || !isClock(preference.quietUntil) || (preference.quietFrom === null) !== (preference.quietUntil === null)) return { preference: null, problems: { quietFrom: 'Give both times, or none.' } }
  return { preference, problems: null }
}
