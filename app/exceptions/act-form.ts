/** Reads what a form on a screen asks to be done to exceptions. The same acts as the API, with the times that people choose from. */
import { z } from 'zod'
import type { Act } from '../auth/roles.ts'
import { exceptionAct, type ActName, type ExceptionAct } from './lifecycle.ts'
import { hourOf } from './local-time.ts'

/** A wait until a day ends in the morning of it, when people look at their queue. */
const MORNING = 7

const HOUR_MS = 3_600_000
/** How long somebody may choose to ignore or wait, in hours. */
export const PERIODS: readonly { hours: number; label: string }[] = [
  { hours: 4, label: '4 hours' }, { hours: 24, label: '1 day' }, { hours: 72, label: '3 days' }, { hours: 168, label: '7 days' }, { hours: 720, label: '30 days' },
]

/** What a role needs for an act. */
export const NEEDED: Readonly<Record<ActName, Act>> = { assign: 'assign', acknowledge: 'assign', comment: 'assign', wait: 'assign', resolve: 'resolve', ignore: 'resolve', reopen: 'resolve' }

export type ReadAct = { act: ExceptionAct; needs: Act } | { problem: string }

const PROBLEMS: Readonly<Record<ActName, string>> = {
  assign: 'Choose who takes it.', acknowledge: 'It could not be read.', comment: 'Write a comment first.', resolve: 'Choose what resolved it.',
  ignore: 'Choose how long and say why.', wait: 'Say whom it waits for and how long; a day must lie ahead.', reopen: 'It could not be read.',
}
const actName = z.enum(['assign', 'acknowledge', 'comment', 'resolve', 'ignore', 'wait', 'reopen'])

/** The act of a form, with absolute times from `now` and days in the person's zone; or what the person has to correct. */
export function readActForm(form: FormData, now: Date, zone: string): ReadAct {
  const name = actName.safeParse(form.get('act'))
  if (!name.success) return { problem: 'This act is not known.' }
  const text = (field: string) => String(form.get(field) ?? '').trim()
  const until = (field: string) => {
    const hours = Number(text(field))
    return PERIODS.some(period => period.hours === hours) ? new Date(now.getTime() + hours * HOUR_MS).toISOString() : undefined
  }
  const untilDay = () => {
    const morning = text('day') === '' ? null : hourOf(text('day'), MORNING, zone)
    return morning === null ? undefined : morning > now ? morning.toISOString() : ''
  }
  const candidate = ((): unknown => {
    switch (name.data) {
      case 'assign': return form.has('assignee') ? { act: 'assign', assignee: text('assignee') || null } : null
      case 'acknowledge': return { act: 'acknowledge' }
      case 'comment': return { act: 'comment', text: text('text') }
      case 'resolve': return { act: 'resolve', code: text('code'), note: text('note') || null }
      case 'ignore': return text('mode') === 'count' ? { act: 'ignore', count: Number(text('count')), reason: text('reason') } : { act: 'ignore', until: until('hours') ?? '', reason: text('reason') }
      case 'wait': return { act: 'wait', party: text('party'), until: untilDay() ?? until('hours') ?? '' }
      case 'reopen': return { act: 'reopen', reason: text('reason') || null }
    }
  })()
  const parsed = exceptionAct.safeParse(candidate)
  return parsed.success ? { act: parsed.data, needs: NEEDED[name.data] } : { problem: PROBLEMS[name.data] }
}

/** What was done, in words for a toast: `3 exceptions assigned`. */
export function doneText(act: ActName, count: number, skipped: number): string {
  const verb: Record<ActName, string> = { assign: 'assigned', acknowledge: 'taken on', comment: 'commented', resolve: 'resolved', ignore: 'set to ignored', wait: 'set to waiting', reopen: 'reopened' }
  const what = count === 1 ? '1 exception' : `${count} exceptions`
  const left = skipped === 0 ? '' : `. ${skipped} left as ${skipped === 1 ? 'it was' : 'they were'}`
  return `${what} ${verb[act]}${left}`
}
