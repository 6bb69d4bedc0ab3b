/** The edit form of an expectation: its fields as text, and back. Pure. */
import type { Catalogue } from '#queries/catalogue/catalogue.ts'
import { expectation as shape } from '#queries/catalogue/schema.ts'
import type { Expectation } from '#queries/catalogue/schema.ts'
import { CRITICALITIES } from '#queries/model/event.ts'
import { conditionLines, readCondition } from './condition-text.ts'
import { durationText, readDuration } from './durations.ts'

export const FIELDS = ['critical', 'high', 'normal', 'low', 'calendar', 'warnAt', 'when', 'pauseFrom', 'pauseUntil', 'pauseAtMost'] as const
export type FieldName = (typeof FIELDS)[number]
export type FormValues = Record<FieldName, string>
export type Problems = Partial<Record<FieldName, string>>

/** What the form shows of an expectation. */
export function valuesOf(expectation: Expectation): FormValues {
  const { within, pause } = expectation
  return {
    critical: durationText(within.critical), high: durationText(within.high), normal: durationText(within.normal), low: durationText(within.low),
    calendar: expectation.calendar, warnAt: String(Math.round(expectation.warnAt * 100)), when: conditionLines(expectation.when).join('\n'),
    pauseFrom: pause?.from.join(', ') ?? '', pauseUntil: pause?.until.join(', ') ?? '', pauseAtMost: pause ? durationText(pause.atMost) : '',
  }
}

/** The expectation as the form says, or what is wrong with which field. `values` is what was typed, to be shown again. */
export function readEdit(form: FormData, current: Expectation, catalogue: Catalogue): { values: FormValues; edited: Expectation | null; problems: Problems } {
  const values = Object.fromEntries(FIELDS.map(name => [name, String(form.get(name) ?? '').trim().slice(0, 4000)])) as FormValues
  const problems: Problems = {}
  const within = { ...current.within }
  for (const level of CRITICALITIES) {
    const read = readDuration(values[level])
    if (read === null) problems[level] = 'Write a time such as 4 h, 2 d or 1 d 4 h.'
    // what was not touched stays as it is written, so that the same form changes nothing
    else if (values[level] !== durationText(current.within[level])) within[level] = read
  }
  if (values.calendar !== 'facility' && values.calendar !== 'always' && !catalogue.calendars.has(values.calendar)) problems.calendar = 'There is no such calendar.'
  const percent = /^\d{1,3}$/.test(values.warnAt) ? Number(values.warnAt) : 0
  if (percent < 10 || percent > 100) problems.warnAt = 'A share from 10 to 100 per cent.'
  const when = readCondition(values.when)
  if ('problem' in when) problems.when = when.problem
  const pause = readPause(values, catalogue, problems)
  const unchanged = values.when === conditionLines(current.when).join('\n')
  const edited = shape.safeParse({ ...current, within, calendar: values.calendar, warnAt: percent / 100, when: unchanged || 'problem' in when ? current.when : when.condition, pause })
  if (!edited.success && Object.keys(problems).length === 0) problems.when = edited.error.issues[0]?.message ?? 'It cannot be used.'
  return { values, edited: Object.keys(problems).length === 0 && edited.success ? edited.data : null, problems }
}

function readPause(values: FormValues, catalogue: Catalogue, problems: Problems): Expectation['pause'] {
  const types = (text: string) => text.split(',').map(type => type.trim()).filter(type => type !== '')
  const [from, until] = [types(values.pauseFrom), types(values.pauseUntil)]
  if (from.length === 0 && until.length === 0 && values.pauseAtMost === '') return null
  for (const [name, list] of [['pauseFrom', from], ['pauseUntil', until]] as const) {
    const unknown = list.find(type => !catalogue.isKnownType(type))
    if (list.length === 0) problems[name] = 'A pause needs event types that begin and that end it, and a longest time.'
    else if (unknown !== undefined) problems[name] = `There is no ${unknown}.`
  }
  if (from.some(type => until.includes(type))) problems.pauseUntil ??= 'A type cannot both begin and end a pause.'
  const atMost = readDuration(values.pauseAtMost)
  if (atMost === null) problems.pauseAtMost = 'Write a time such as 10 d.'
  return { from, until, atMost: atMost ?? 'P1D' }
}
