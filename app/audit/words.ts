/** The record of acts in plain words. */

/** The acts that are known, as a person would say them. An export is recorded when it starts and when it has ended. */
export const ACTION_WORDS: Readonly<Record<string, string>> = {
  'exception.opened': 'Found an exception', 'exception.reopened': 'Found it again', 'exception.recovered': 'Closed it as recovered', 'exception.verified': 'Closed it as verified', 'exception.seen_again': 'Saw it again while ignored', 'exception.routed': 'Routed it', 'exception.severity_changed': 'Changed its severity',
  'exception.assign': 'Assigned', 'exception.acknowledge': 'Took into work', 'exception.comment': 'Commented', 'exception.resolve': 'Resolved', 'exception.ignore': 'Ignored', 'exception.wait': 'Set to waiting', 'exception.reopen': 'Reopened',
  'replay.request': 'Asked for a replay', 'replay.approve': 'Approved a replay', 'replay.reject': 'Turned down a replay', 'replay.cancel': 'Cancelled a replay', 'replay.dispatch': 'Sent a replay',
  'export.trail.started': 'Started an export of events', 'export.trail.finished': 'Exported events', 'export.exceptions.started': 'Started an export of exceptions', 'export.exceptions.finished': 'Exported exceptions',
  'severity_rule.save': 'Changed a severity rule', 'ownership_rule.save': 'Changed an ownership rule',
  'person.create': 'Added a person', 'person.sign_in': 'Signed in', 'person.sign_in_failed': 'Tried to sign in', 'person.sign_out': 'Signed out',
  'service_key.create': 'Made a service key', 'service_key.revoke': 'Took back a service key',
}

/** The act in words; an unknown one as it is recorded, made readable. */
export function actionWord(action: string): string {
  return ACTION_WORDS[action] ?? action.replaceAll(/[._]/g, ' ').replace(/^./, first => first.toUpperCase())
}

/** Longest text of one value; the whole is in the export. */
const LONGEST = 120

/** What changed, as `name: before → after`, names in the order recorded. Ids of people are shown by name. */
export function changeWords(before: unknown, after: unknown, people: ReadonlyMap<string, string>): string {
  const from = isRecord(before) ? before : {}
  const to = isRecord(after) ? after : {}
  const value = (one: unknown): string => {
    if (one === null || one === undefined || one === '') return 'nothing'
    const text = typeof one === 'string' ? (people.get(one) ?? one) : JSON.stringify(one)
    return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text
  }
  return [...new Set([...Object.keys(from), ...Object.keys(to)])]
    .filter(name => JSON.stringify(from[name]) !== JSON.stringify(to[name]))
    .map(name => (name in from && name in to ? `${words(name)}: ${value(from[name])} → ${value(to[name])}` : `${words(name)}: ${value(name in to ? to[name] : from[name])}`)).join('; ')
}

function words(name: string): string {
  return name.replaceAll(/([a-z])([A-Z])/g, '$1 $2').replaceAll('_', ' ').toLowerCase()
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
