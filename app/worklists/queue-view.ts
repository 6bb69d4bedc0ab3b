/** The queue in words: one line per thing, with why it is here. */
import type { Catalogue } from '#queries/catalogue/catalogue.ts'
import { facilityName, integrationName, SEVERITY_LABELS, STATUS_LABELS } from '../exceptions/labels.ts'
import type { Queue, QueueItem, QueueReason } from './queue.ts'

/** What somebody else did, for the sentence `Pavel Brandt resolved it`. */
const DID: Readonly<Record<string, string>> = {
  opened: 'found it', assigned: 'assigned it', acknowledged: 'took it on', commented: 'commented', resolved: 'resolved it', ignored: 'set it to ignored', waiting: 'set it to waiting', reopened: 'reopened it',
  recovered: 'saw it recover', verified: 'saw it verified', linked: 'linked it', unlinked: 'took a link from it', undone: 'took an act back',
}

/** Lines in the order of the queue. `names`: people by id. */
export function queueLines(queue: Queue, catalogue: Catalogue, names: ReadonlyMap<string, string>) {
  return [
    ...queue.approvals.map(replay => ({
      key: `replay-${replay.id}`, to: `/replays/${replay.id}`, id: null, group: 'approvals' as const, title: `Replay of ${replay.items.total} ${replay.items.total === 1 ? 'exception' : 'exceptions'}: ${replay.reason}`,
      detail: `Asked for by ${names.get(replay.requestedBy) ?? replay.requestedBy}`, why: ['It posts money, or is large, so a second person decides'], kind: null, severity: null, amount: null,
      since: replay.requestedAt, dueAt: replay.expiresAt, paused: null, owner: null,
    })),
    ...queue.items.filter(item => item.group !== 'risk').map(item => exceptionLine(item, queue, catalogue, names)),
    ...queue.views.map(view => ({
      key: `view-${view.id}`, to: view.to, id: null, group: 'watched' as const, title: `${view.count} new in “${view.name}”`, detail: 'A view that you watch', why: ['Found since you looked'], kind: null, severity: null, amount: null,
      since: queue.asOf, dueAt: null, paused: null, owner: null,
    })),
    ...queue.items.filter(item => item.group === 'risk').map(item => exceptionLine(item, queue, catalogue, names)),
  ]
}

function exceptionLine({ exception, group, reasons }: QueueItem, queue: Queue, catalogue: Catalogue, names: ReadonlyMap<string, string>) {
  return {
    key: exception.id, to: `/exceptions/${exception.id}`, id: exception.id, group, title: exception.title,
    detail: [exception.status === 'open' ? null : STATUS_LABELS[exception.status], integrationName(catalogue, exception.integration), exception.facility ? facilityName(catalogue, exception.facility) : null].filter(Boolean).join(' · '),
    why: reasons.map(reason => reasonWords(reason, exception, queue.asOf, names)), kind: exception.kind, severity: exception.severity, amount: exception.amount, since: exception.firstSeen, dueAt: exception.dueAt,
    paused: exception.status === 'waiting' ? 'waits for somebody else' : null, owner: exception.assignee === null ? null : (names.get(exception.assignee) ?? exception.assignee),
  }
}

function reasonWords(reason: QueueReason, { severity, dueAt, status }: QueueItem['exception'], asOf: string, names: ReadonlyMap<string, string>): string {
  const who = (kind: string, id: string) => (kind === 'person' ? (names.get(id) ?? 'Somebody') : kind === 'key' ? 'A program' : 'Signalbox')
  switch (reason.group) {
    case 'mentions': return `${who(reason.by.kind, reason.by.id)}: “${reason.text}”`
    case 'waits': return `The wait for ${reason.party || 'somebody else'} is over`
    case 'mine': return status === 'waiting' ? 'Yours, and waits for somebody else' : `Yours: ${SEVERITY_LABELS[severity].toLowerCase()}${dueAt !== null && dueAt < asOf ? ', past due' : ''}`
    case 'risk': return `${SEVERITY_LABELS[severity]}, ${dueAt !== null && dueAt < asOf ? 'past due' : 'due within 8 hours'}, nobody’s yet`
    case 'watched': {
      const { change } = reason
      const times = change.times > 1 ? `, and ${change.times - 1} more` : ''
      return `${who(change.actorKind, change.actorId)} ${DID[change.act] ?? change.act.replaceAll('_', ' ')}${times}`
    }
  }
}
