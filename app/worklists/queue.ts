/**
 * A person's queue of the day: what waits for them in particular, in the order in which to look at it. One exception stands once, under
 * the first of its reasons, and names the others.
 */
import type { Catalogue } from '#queries/catalogue/catalogue.ts'
import { countExceptions } from '#queries/clickhouse/exceptions/figures.ts'
import { listExceptions } from '#queries/clickhouse/exceptions/list.ts'
import type { ExceptionView } from '#queries/model/exception.ts'
import { exceptionFilter, type ExceptionFilter } from '#queries/model/filter.ts'
import type { ReplayView } from '#queries/model/replay.ts'
import { readWorklistQuery } from '#queries/model/worklist-query.ts'
import { openMentions, type Mention } from '#queries/postgres/mentions.ts'
import { listReplays } from '#queries/postgres/replays.ts'
import { endedWaits, type EndedWait } from '#queries/postgres/reminders.ts'
import { listWatches, watchedChanges, type WatchedChange } from '#queries/postgres/watches.ts'
import type { Stores } from '#queries/stores.ts'
import { can, scopeFor, type Principal } from '../auth/principal.ts'
import { countViews, offeredViews, viewAddress } from './views.ts'

export const QUEUE_GROUPS = ['approvals', 'mentions', 'waits', 'mine', 'watched', 'risk'] as const
export type QueueGroup = (typeof QUEUE_GROUPS)[number]

/** Rows of one group on the page; the rest is behind its link. */
const SHOWN = 50
const MOST = 500

/** Why an exception stands in the queue. */
export type QueueReason =
  | { group: 'mentions'; by: { kind: string; id: string }; at: string; text: string }
  | { group: 'waits'; party: string; at: string }
  | { group: 'mine' } | { group: 'risk' }
  | { group: 'watched'; change: WatchedChange }
export interface QueueItem { exception: ExceptionView; group: QueueGroup; reasons: QueueReason[] }
/** A watched view with what was found in it since the person looked. */
export interface QueueViewNews { id: string; name: string; count: number; to: string }

export interface Queue {
  asOf: string
  /** what waits for this person: the badge's number */
  forMe: number
  counts: Record<QueueGroup, number>
  approvals: ReplayView[]
  items: QueueItem[]
  views: QueueViewNews[]
  /** the list behind a group; null where the page has it whole */
  more: Partial<Record<QueueGroup, string>>
}

const ANY_STATE = exceptionFilter.parse({ status: [], environment: [] })
const mineFilter = (me: string): ExceptionFilter => exceptionFilter.parse({ assignee: [me] })

/** What waits for a person, counted: replays to approve, and each exception once that is theirs, names them, or whose wait ended. */
export async function countForMe(stores: Stores, principal: Principal, known: { approvals?: readonly ReplayView[]; mentions?: readonly Mention[]; waits?: readonly EndedWait[]; mine?: number } = {}): Promise<number> {
  const scope = scopeFor(principal, 'read')
  const [approvals, mentions, waits, mine] = await Promise.all([
    known.approvals ?? readApprovals(stores, principal), known.mentions ?? openMentions(stores.postgres, principal.id, scope, MOST), known.waits ?? endedWaits(stores.postgres, principal.id, scope, MOST),
    known.mine ?? countExceptions(stores.clickhouse, mineFilter(principal.id), scope).then(figure => figure.count),
  ])
  const others = new Set([...mentions, ...waits].filter(each => !each.isMine).map(each => each.exceptionId))
  return approvals.length + mine + others.size
}

/** Replays that this person may approve: asked for by somebody else. */
async function readApprovals(stores: Stores, principal: Principal): Promise<ReplayView[]> {
  if (!can(principal, 'approve_replay')) return []
  const { items } = await listReplays(stores.postgres, { scope: scopeFor(principal, 'approve_replay'), states: ['awaiting_approval'], limit: 200 })
  return items.filter(replay => replay.requestedBy !== principal.id)
}

/** Reads the queue. `only`: one group. */
export async function readQueue(stores: Stores, catalogue: Catalogue, principal: Principal, now: Date, only: QueueGroup | null = null): Promise<Queue> {
  const { clickhouse, postgres } = stores
  const scope = scopeFor(principal, 'read')
  const me = principal.id
  const reader = { id: me, role: principal.role }
  const riskView = [...catalogue.views.values()].find(view => view.inQueue && principal.role !== null && view.roles.includes(principal.role))
  const riskFilter = riskView ? readWorklistQuery(new URLSearchParams(riskView.query), { me, now }).filter : null
  const [approvals, mentions, waits, mine, mineFigure, risk, riskFigure, changes, watches, offered] = await Promise.all([
    readApprovals(stores, principal), openMentions(postgres, me, scope, MOST), endedWaits(postgres, me, scope, MOST),
    listExceptions(clickhouse, mineFilter(me), { limit: SHOWN }, scope), countExceptions(clickhouse, mineFilter(me), scope),
    riskFilter ? listExceptions(clickhouse, riskFilter, { limit: SHOWN }, scope) : { items: [] as ExceptionView[], nextCursor: null },
    riskFilter ? countExceptions(clickhouse, riskFilter, scope) : null,
    watchedChanges(postgres, me, scope, MOST), listWatches(postgres, me), offeredViews(stores, catalogue, reader),
  ])
  const wanted = new Set([...mentions.slice(0, SHOWN), ...waits.slice(0, SHOWN), ...changes.slice(0, SHOWN)].map(each => each.exceptionId))
  const named = wanted.size === 0 ? [] : (await listExceptions(clickhouse, ANY_STATE, { limit: wanted.size }, scope, [...wanted])).items
  const views = await viewNews(stores, offered, watches, me, scope, now)
  const reasons = new Map<string, QueueReason[]>()
  const because = (id: string, reason: QueueReason) => void reasons.set(id, [...(reasons.get(id) ?? []), reason])
  for (const each of mentions) because(each.exceptionId, { group: 'mentions', by: each.by, at: each.at, text: each.text })
  for (const each of waits) because(each.exceptionId, { group: 'waits', party: each.party, at: each.endedAt })
  for (const each of mine.items) because(each.id, { group: 'mine' })
  for (const change of changes) because(change.exceptionId, { group: 'watched', change })
  for (const each of risk.items) because(each.id, { group: 'risk' })
  const found = new Map([...named, ...mine.items, ...risk.items].map(each => [each.id, each]))
  const items = [...found.values()].flatMap((exception): QueueItem[] => {
    const why = (reasons.get(exception.id) ?? []).filter(reason => only === null || reason.group === only)
    return why[0] ? [{ exception, group: why[0].group, reasons: reasons.get(exception.id) ?? [] }] : []
  })
  const more: Queue['more'] = {}
  if (mine.nextCursor !== null) more.mine = '/exceptions?assignee=me'
  if (riskView && risk.nextCursor !== null) more.risk = viewAddress(riskView, null)
  return {
    asOf: now.toISOString(), approvals: only === null || only === 'approvals' ? approvals : [], views: only === null || only === 'watched' ? views : [], more,
    forMe: await countForMe(stores, principal, { approvals, mentions, waits, mine: mineFigure.count }),
    counts: { approvals: approvals.length, mentions: mentions.length, waits: waits.length, mine: mineFigure.count, risk: riskFigure?.count ?? 0, watched: changes.length + views.length },
    items: items.sort((a, b) => QUEUE_GROUPS.indexOf(a.group) - QUEUE_GROUPS.indexOf(b.group) || urgency(a.exception, now) - urgency(b.exception, now) || a.exception.firstSeen.localeCompare(b.exception.firstSeen)),
  }
}

/** Smaller is sooner: past due before the rest, then by severity. Pure. */
function urgency({ severity, dueAt, status }: ExceptionView, now: Date): number {
  const late = dueAt !== null && status !== 'waiting' && Date.parse(dueAt) < now.getTime()
  return ['critical', 'high', 'normal', 'low'].indexOf(severity) * 2 + (late ? 0 : 1)
}

async function viewNews(stores: Stores, offered: Awaited<ReturnType<typeof offeredViews>>, watches: Awaited<ReturnType<typeof listWatches>>, me: string, scope: ReturnType<typeof scopeFor>, now: Date): Promise<QueueViewNews[]> {
  const watched = watches.filter(each => each.kind === 'view').flatMap(each => {
    const view = offered.find(one => one.id === each.subject)
    return view ? [{ view, seenAt: each.seenAt }] : []
  })
  const counts = await countViews(stores, watched.map(({ view, seenAt }) => ({ query: view.query, foundSince: seenAt })), [], { me, now }, scope)
  const news = watched.map(({ view, seenAt }, index) => ({ id: view.id, name: view.name, count: counts[index] ?? 0, to: addressSince(view, seenAt) }))
  return news.filter(each => each.count > 0)
}

function addressSince(view: { id: string; query: string }, seenAt: string): string {
  const search = new URLSearchParams(view.query)
  search.set('detectedFrom', seenAt)
  search.set('view', view.id)
  return `/exceptions?${search}`
}
