/** The record of acts in plain words. */

/** The acts that are known, as a person would say them. An export is recorded when it starts and when it has ended. */
export const ACTION_WORDS: Readonly<Record<string, string>> = {
  'exception.opened': 'Found an exception', 'exception.reopened': 'Opened it again', 'exception.recovered': 'Closed it as recovered', 'exception.verified': 'Closed it as verified', 'exception.seen_again': 'Saw it again while ignored', 'exception.routed': 'Routed it', 'exception.severity_changed': 'Changed its severity',
  'exception.assigned': 'Assigned', 'exception.acknowledged': 'Took into work', 'exception.commented': 'Commented', 'exception.resolved': 'Resolved', 'exception.ignored': 'Ignored', 'exception.waiting': 'Set to waiting',
  'exception.regrouped': 'Moved to another failure group',
  'group.muted': 'Muted a failure group', 'group.mute_ended': 'Ended a mute', 'group.assigned': 'Gave a failure group to somebody', 'group.commented': 'Commented on a failure group', 'group.cause_set': 'Named the cause of a failure group',
  'group.split': 'Split a failure group', 'group.merged': 'Joined a failure group to another', 'group.rule_undone': 'Undid a split or a join of failure groups',
  'exception.undone': 'Took an act back', 'exception.linked': 'Linked exceptions', 'exception.unlinked': 'Took a link away',
  'view.saved': 'Saved a view', 'view.changed': 'Changed a view', 'view.removed': 'Deleted a view', 'view.chosen': 'Chose the view to open with',
  'watch.begun': 'Began to watch', 'watch.ended': 'Stopped watching', 'handover.written': 'Wrote a hand-over note', 'handover.done': 'Took a hand-over note down',
  'replay.request': 'Asked for a replay', 'replay.approve': 'Approved a replay', 'replay.reject': 'Turned down a replay', 'replay.cancel': 'Cancelled a replay', 'replay.dispatch': 'Sent a replay',
  'export.trail.started': 'Started an export of events', 'export.trail.finished': 'Exported events', 'export.exceptions.started': 'Started an export of exceptions', 'export.exceptions.finished': 'Exported exceptions', 'export.view.started': 'Started an export of a business view', 'export.view.finished': 'Exported a business view',
  'severity_rule.save': 'Changed a severity rule', 'ownership_rule.save': 'Changed an ownership rule',
  'reconciliation.run_requested': 'Asked for a reconciliation', 'reconciliation.accepted': 'Accepted a match', 'reconciliation.declined': 'Declined a match', 'reconciliation.split': 'Split an item over several', 'reconciliation.undone': 'Undid a decision on a match', 'reconciliation.write_off_requested': 'Asked for a write-off',
  'expectation.change': 'Changed an expectation', 'expectation.restore': 'Restored an expectation',
  'person.create': 'Added a person', 'person.sign_in': 'Signed in', 'person.sign_in_failed': 'Tried to sign in', 'person.sign_out': 'Signed out',
  'policy.create': 'Added a mail policy', 'policy.change': 'Changed a mail policy', 'mail.choose': 'Chose what to be told', 'mail.prefer': 'Chose when to be told', 'mail.retry': 'Sent a mail again', 'mail.clear_address': 'Cleared a refused address', 'mail.test': 'Sent a test mail',
  'webhook.create': 'Added a webhook', 'webhook.change': 'Changed a webhook',
  'service_key.create': 'Made a service key', 'service_key.revoke': 'Took back a service key',
}

/** What acts without a person, by the name it is recorded with. */
const BY_ITSELF: Readonly<Record<string, string>> = {
  finder: 'Signalbox, looking for trouble', 'replay-dispatcher': 'Signalbox, sending replays', delivery: 'Signalbox, delivering messages', canary: 'Signalbox, checking itself', setup: 'The first visit', bootstrap: 'The first start', demo: 'The demo',
}

/** Who did it, in words: a person or key by name where it is known, else as it is recorded. */
export function actorWords(actor: { kind: string; id: string }, names: ReadonlyMap<string, string>): string {
  return (actor.kind === 'schedule' ? BY_ITSELF[actor.id] : names.get(actor.id)) ?? actor.id
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
    if (one === null || one === undefined || one === '' || (Array.isArray(one) && one.length === 0)) return 'nothing'
    const isList = Array.isArray(one) && one.every(item => typeof item === 'string' || typeof item === 'number')
    const text = typeof one === 'string' ? (people.get(one) ?? one) : isList ? listWords(one.map(item => people.get(String(item)) ?? String(item))) : JSON.stringify(one)
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

/** `3 (a, b, c)`; a single one by itself. */
function listWords(items: readonly string[]): string {
  return items.length === 1 ? (items[0] ?? '') : `${items.length} (${items.join(', ')})`
}
