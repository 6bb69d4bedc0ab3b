/**
 * From what changed to notices. Nothing here follows a position in a log: an exception says by itself that its newest version has not been
 * looked at (`planned_version`), timers stand in a table, and a notice exists once. So a lost wake-up, a crash in between and two planners
 * at once change nothing but the time.
 */
import { addWorking } from '#queries/catalogue/calendar.ts'
import type { Catalogue } from '#queries/catalogue/catalogue.ts'
import type { Policy } from '#queries/catalogue/schema.ts'
import { matchingExceptions } from '#queries/clickhouse/exceptions/matching.ts'
import { exceptionFilter, type ExceptionFilter } from '#queries/model/filter.ts'
import {
  addNotices, dueTimers, endTimers, exceptionsForNotice, lockUnchanged, markPlanned, replaceTimers, unplannedExceptions, type ChangedException, type PlannedNotice, type SlaTimer,
} from '#queries/postgres/sla.ts'
import type { Stores } from '#queries/stores.ts'
import { durationMs } from './durations.ts'
import { quietEnd } from './local-time.ts'
import { recipientsOf, type Directory, type Recipient } from './recipients.ts'

/** Exceptions and timers looked at together. */
const AT_ONCE = 500

export interface PlannerContext { stores: Stores; directory: Directory; now: number }

/** The worklist filter of a policy. */
export const policyFilter = (policy: Policy): ExceptionFilter => exceptionFilter.parse(policy.filter)
/** What a policy's notices are about: of its filter, never what is ignored (also with its muted group), unless the policy asks for nothing else. */
export const noticeFilter = (policy: Policy): ExceptionFilter => toldOf(policyFilter(policy))
/** What people are told of at once, of what a filter shows. */
export function toldOf(filter: ExceptionFilter): ExceptionFilter {
  const heard = filter.status.filter(status => status !== 'ignored')
  return heard.length === 0 ? filter : { ...filter, status: heard }
}
/** Policies in force. */
export const activePolicies = (catalogue: Catalogue): Policy[] => [...catalogue.policies.values()].filter(policy => policy.enabled)

/** Occasions of a policy by name: what a notice and a timer are called. */
export const OPENED = 'opened'
export const WARNING = 'warning'
export const BREACH = 'breach'
export const escalationName = (index: number): string => `escalation:${index + 1}`
const escalationIndex = (occasion: string): number | null => (occasion.startsWith('escalation:') ? Number(occasion.slice('escalation:'.length)) - 1 : null)

const isTaken = (exception: Pick<ChangedException, 'status' | 'assignee'>): boolean => exception.status !== 'open' || exception.assignee !== null
export const exceptionSubject = (exception: Pick<ChangedException, 'id' | 'opening'>): string => `exception:${exception.id}#${exception.opening}`

/** What is planned late still waits so long for what is planned with it. */
const GATHERS_AT_LEAST_MS = 500

/**
 * A notice to one recipient, with the time its mail may leave: critical at once, else after the recipient's quiet hours. The policy's pause to
 * gather counts from `since`, when it came true, so that finding and planning are no delay of their own.
 */
export function noticeFor(policy: Policy, recipient: Recipient, about: { subject: string; occasion: string; since: number; exceptionId: number | null; detail: unknown; critical: boolean }, now: number): PlannedNotice {
  const { quietFrom, quietUntil, quietWeekend } = recipient.preference
  const window = durationMs(policy.grouping.window)
  const gathered = Math.max(now + Math.min(window, GATHERS_AT_LEAST_MS), Math.min(about.since, now) + window)
  const earliest = about.critical || !policy.quiet ? gathered : quietEnd({ from: quietFrom, until: quietUntil, weekend: quietWeekend }, recipient.zone, gathered)
  return {
    policy: policy.id, subject: about.subject, occasion: about.occasion, exceptionId: about.exceptionId, detail: about.detail, earliest,
    // what quiet hours hold back is gathered apart from what they do not
    urgent: earliest === gathered,
    recipient: recipient.key, name: recipient.name, address: recipient.address, channel: recipient.channel,
    spacing: durationMs(policy.grouping.spacing),
  }
}

function noticesOf({ directory, now }: PlannerContext, policy: Policy, exception: ChangedException, occasion: string, since: number): PlannedNotice[] {
  const step = escalationIndex(occasion)
  const to = step === null ? policy.to : (policy.escalations[step]?.to ?? [])
  return recipientsOf(directory, policy, to, exception, step === null)
    .map(recipient => noticeFor(policy, recipient, { subject: exceptionSubject(exception), occasion, since, exceptionId: exception.id, detail: null, critical: exception.severity === 'critical' }, now))
}

/** When an escalation step of a policy comes: so much working time after the exception opened. Epoch ms. */
export function escalationAt(catalogue: Catalogue, step: Policy['escalations'][number], exception: Pick<ChangedException, 'openedAt' | 'facility'>): number {
  return addWorking(catalogue.calendarFor(step.calendar, exception.facility ?? ''), exception.openedAt, step.after)
}

/** What a policy has to say of an exception that its filter lets through: notices for now, timers for later. */
function judge(context: PlannerContext, policy: Policy, exception: ChangedException): { notices: PlannedNotice[]; timers: SlaTimer[] } {
  const { directory: { catalogue }, now } = context
  const notices = policy.when.opened ? noticesOf(context, policy, exception, OPENED, exception.openedAt) : []
  const timers: SlaTimer[] = []
  const at = (occasion: string, fireAt: number) => {
    if (fireAt <= now) notices.push(...noticesOf(context, policy, exception, occasion, fireAt))
    else timers.push({ policy: policy.id, exceptionId: exception.id, opening: exception.opening, occasion, fireAt })
  }
  if (policy.when.breach && exception.dueAt !== null) at(BREACH, exception.dueAt)
  policy.escalations.forEach((step, index) => {
    if (step.unless === 'closed' || !isTaken(exception)) at(escalationName(index), escalationAt(catalogue, step, exception))
  })
  return { notices, timers }
}

/** Plans for exceptions that changed. Resolves to whether there may be more. */
export async function planChanged(context: PlannerContext): Promise<boolean> {
  const { stores, directory } = context
  const changed = await unplannedExceptions(stores.postgres, AT_ONCE)
  if (changed.length === 0) return false
  const open = changed.filter(exception => exception.status !== 'resolved')
  const byId = new Map(open.map(exception => [String(exception.id), exception]))
  const notices: PlannedNotice[] = []
  const timers: SlaTimer[] = []
  for (const policy of byId.size === 0 ? [] : activePolicies(directory.catalogue)) {
    if (!policy.when.opened && !policy.when.breach && policy.escalations.length === 0) continue
    for (const id of await matchingExceptions(stores.clickhouse, noticeFilter(policy), 'all', [...byId.keys()])) {
      const exception = byId.get(id)
      if (!exception) continue
      const planned = judge(context, policy, exception)
      notices.push(...planned.notices)
      timers.push(...planned.timers)
    }
  }
  const done = await stores.postgres.transaction().execute(async tx => {
    const locked = await lockUnchanged(tx, changed)
    await replaceTimers(tx, [...locked], timers.filter(timer => locked.has(timer.exceptionId)))
    await addNotices(tx, notices.filter(notice => notice.exceptionId !== null && locked.has(notice.exceptionId)))
    await markPlanned(tx, changed.filter(exception => locked.has(exception.id)))
    return locked.size
  })
  // Nothing could be locked: somebody works on them and will wake us when it is done.
  return done > 0 && changed.length === AT_ONCE
}

/** Fires timers that have come due, for exceptions that still ask for it. Resolves to whether there may be more. */
export async function fireTimers(context: PlannerContext): Promise<boolean> {
  const { stores, directory, now } = context
  const due = await dueTimers(stores.postgres, new Date(now), AT_ONCE)
  if (due.length === 0) return false
  const exceptions = new Map((await exceptionsForNotice(stores.postgres, [...new Set(due.map(timer => timer.exceptionId))])).map(exception => [exception.id, exception]))
  const notices: PlannedNotice[] = []
  for (const [policyId, timers] of Map.groupBy(due, timer => timer.policy)) {
    const policy = directory.catalogue.policies.get(policyId)
    if (!policy?.enabled) continue
    const matching = await matchingExceptions(stores.clickhouse, noticeFilter(policy), 'all', timers.map(timer => String(timer.exceptionId)))
    for (const timer of timers) {
      const exception = exceptions.get(timer.exceptionId)
      if (!exception || !matching.has(String(timer.exceptionId)) || exception.opening !== timer.opening || !stillAsks(policy, exception, timer.occasion, now)) continue
      notices.push(...noticesOf(context, policy, exception, timer.occasion, timer.fireAt))
    }
  }
  await stores.postgres.transaction().execute(async tx => {
    await addNotices(tx, notices)
    await endTimers(tx, due)
  })
  return due.length === AT_ONCE
}

function stillAsks(policy: Policy, exception: ChangedException, occasion: string, now: number): boolean {
  if (exception.status === 'resolved') return false
  if (occasion === BREACH) return policy.when.breach && exception.dueAt !== null && exception.dueAt <= now
  const step = policy.escalations[escalationIndex(occasion) ?? -1]
  return step !== undefined && (step.unless === 'closed' || !isTaken(exception))
}
