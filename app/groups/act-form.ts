/** Reads what a form on a group's page asks for: the same decisions as the API, with the times that people choose from. */
import { PERIODS } from '../exceptions/act-form.ts'
import { groupAct, type GroupAct, type GroupActName } from './decisions.ts'

const HOUR_MS = 3_600_000
const PROBLEMS: Readonly<Record<GroupActName, string>> = {
  assign: 'Choose who takes it.', comment: 'Write a comment first.', cause: 'It could not be read.', mute: 'Choose how long and say why.', unmute: 'It could not be read.',
  split: 'Choose by what, give the text or value it needs, and say why.', merge: 'Name the group to join it to, and say why.', undo: 'It could not be read.',
}

/** The decision of a form, with absolute times from `now`; or what the person has to correct. */
export function readGroupForm(form: FormData, now: Date): { act: GroupAct } | { problem: string } {
  const text = (field: string) => String(form.get(field) ?? '').trim()
  const name = groupAct.options.map(option => option.shape.act.value).find(each => each === form.get('act'))
  if (!name) return { problem: 'This act is not known.' }
  const parsed = groupAct.safeParse(candidate(name, text, now))
  return parsed.success ? { act: parsed.data } : { problem: PROBLEMS[name] }
}

function candidate(act: GroupActName, text: (field: string) => string, now: Date): unknown {
  switch (act) {
    case 'assign': return { act, assignee: text('assignee') || null }
    case 'comment': return { act, text: text('text') }
    case 'cause': return { act, text: text('text') || null }
    case 'mute': {
      const reason = text('reason')
      if (text('mode') === 'count') return { act, count: Number(text('count')), reason }
      if (text('mode') === 'rate') return { act, rate: { count: Number(text('rate')), seconds: 3600 }, reason }
      const hours = PERIODS.find(period => String(period.hours) === text('hours'))?.hours
      return { act, until: hours === undefined ? '' : new Date(now.getTime() + hours * HOUR_MS).toISOString(), reason }
    }
    case 'unmute': return { act, reason: text('reason') || null }
    // each choice of a form is `dimension` or `dimension:value`
    case 'split': {
      const [by = '', ...value] = text('by').split(':')
      return { act, by, value: by === 'text' ? text('text') : value.length > 0 ? value.join(':') : null, reason: text('reason') }
    }
    case 'merge': return { act, into: text('other') || text('into'), reason: text('reason') }
    case 'undo': return { act, rule: Number(text('rule')), reason: text('reason') || null }
  }
}
