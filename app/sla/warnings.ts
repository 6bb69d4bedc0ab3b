/**
 * Warnings before anything is late: a heap of warning times over what is awaited, filled at the start and by what was written since. An
 * exception does not exist yet, so a policy's filter is held against the awaited step: `severity` means the object's criticality, and a
 * filter by what only an exception has (a person, a failure group, a trace) warns of nothing.
 */
import type { Policy } from '#queries/catalogue/schema.ts'
import { awaitedSteps, upcomingWarnings, warningsWrittenAfter, type AwaitedStep } from '#queries/clickhouse/backlog/warned.ts'
import { newestStateVersion } from '#queries/clickhouse/finding/states.ts'
import { toMinor } from '#queries/model/money.ts'
import { minorDigits } from '#queries/model/money.ts'
import type { ExceptionFilter } from '#queries/model/filter.ts'
import { addNotices, moveSchedule, scheduleSeen, type PlannedNotice } from '#queries/postgres/sla.ts'
import { Schedule } from '../exceptions/schedule.ts'
import { activePolicies, noticeFor, policyFilter, WARNING, type PlannerContext } from './planner.ts'
import { recipientsOf } from './recipients.ts'

const NAME = 'warnings'
/** Times further ahead are read again when they come nearer: memory stays small whatever is open. */
const HORIZON_MS = 24 * 3_600_000
const READ_AGAIN_MS = 12 * 3_600_000
/** Versions are times of the finder's clock; a writer may be this far behind the newest seen. */
const VERSION_OVERLAP = 60_000
const AT_ONCE = 500
/** How old the note of the last look may grow while nothing is due. */
const NOTE_EVERY_MS = 60_000

/** What a warning keeps of the step it was planned for. */
export interface WarningDetail { object: AwaitedStep['object']; process: string; expectation: string; anchorAt: number }

/** The warnings of one planner. */
export class Warnings {
  #heap = new Schedule()
  #readAt = -Infinity
  #until = 0
  #version = 0

  /** When the next warning is due (epoch ms); null where none is known. */
  next(): number | null {
    return this.#heap.next()
  }

  /** Plans what is due. Resolves to whether there may be more. */
  async plan(context: PlannerContext): Promise<boolean> {
    const policies = activePolicies(context.directory.catalogue).filter(policy => policy.when.warning)
    if (policies.length === 0) {
      this.#readAt = -Infinity
      this.#heap = new Schedule()
      return false
    }
    const { stores: { clickhouse, postgres }, now } = context
    const seen = await scheduleSeen(postgres, NAME, new Date(now))
    await this.#follow(context, seen.getTime())
    const objects = this.#heap.take(now, AT_ONCE)
    const steps = await awaitedSteps(clickhouse, objects, now)
    const notices = steps.filter(step => step.warnAt <= now && step.warnAt > seen.getTime() - HORIZON_MS).flatMap(step => policies.filter(policy => warns(policyFilter(policy), step)).flatMap(policy => noticesOf(context, policy, step)))
    for (const step of steps) if (step.warnAt > now && step.warnAt <= this.#until) this.#heap.set(step.object, Math.min(step.warnAt, this.#earliest(steps, step, now)))
    const more = objects.length === AT_ONCE
    if (notices.length === 0 && now - seen.getTime() < NOTE_EVERY_MS) return more
    await postgres.transaction().execute(async tx => {
      await addNotices(tx, notices)
      if (!more) await moveSchedule(tx, NAME, new Date(now))
    })
    return more
  }

  #earliest(steps: readonly AwaitedStep[], { object }: AwaitedStep, now: number): number {
    return Math.min(...steps.filter(step => step.object.id === object.id && step.object.type === object.type && step.object.namespace === object.namespace && step.warnAt > now).map(step => step.warnAt))
  }

  /** Fills the heap: whole from time to time, else with what was written since. */
  async #follow({ stores: { clickhouse }, now }: PlannerContext, seen: number): Promise<void> {
    const version = await newestStateVersion(clickhouse)
    if (now - this.#readAt >= READ_AGAIN_MS) {
      this.#heap = new Schedule()
      this.#until = now + HORIZON_MS
      for (const { object, warnAt } of await upcomingWarnings(clickhouse, Math.min(seen, now), this.#until)) this.#heap.set(object, warnAt)
      this.#readAt = now
    } else if (version > this.#version) {
      for (const { object, warnAt } of await warningsWrittenAfter(clickhouse, Math.max(0, this.#version - VERSION_OVERLAP), Math.min(seen, now) - VERSION_OVERLAP, this.#until)) this.#heap.set(object, warnAt)
    }
    this.#version = version
  }
}

function noticesOf({ directory, now }: PlannerContext, policy: Policy, step: AwaitedStep): PlannedNotice[] {
  const detail: WarningDetail = { object: step.object, process: step.process, expectation: step.expectation, anchorAt: step.anchorAt }
  const subject = { step: step.step, integration: step.integration, assignee: null, facility: step.facility || null, entity: step.entity || null }
  return recipientsOf(directory, policy, policy.to, subject, true)
    .map(recipient => noticeFor(policy, recipient, { subject: warningSubject(step), occasion: WARNING, since: step.warnAt, exceptionId: null, detail, critical: step.criticality === 'critical' }, now))
}

/** What a warning is about: one cycle of one expectation on one object. */
export const warningSubject = (step: Pick<AwaitedStep, 'object' | 'process' | 'expectation' | 'anchorAt'>): string =>
  `obligation:${JSON.stringify([step.object.namespace, step.object.type, step.object.id, step.process, step.expectation])}#${step.anchorAt}`

/** Whether a policy's filter warns of an awaited step. */
export function warns(filter: ExceptionFilter, step: AwaitedStep): boolean {
  const among = (values: readonly string[], value: string) => values.length === 0 || values.includes(value)
  if (filter.assignee.length + filter.fingerprint.length + filter.correlationId.length + filter.system.length + filter.owner.length + filter.sla.length + filter.rule.length + filter.said.length > 0) return false
  if (!among(filter.kind, 'overdue') || !among(filter.severity, step.criticality || 'normal') || !among(filter.criticality, step.criticality || 'normal') || !among(filter.environment, 'production')) return false
  if (!among(filter.process, step.process) || !among(filter.step, step.step) || !among(filter.integration, step.integration) || !among(filter.facility, step.facility) || !among(filter.entity, step.entity)) return false
  if (!among(filter.objectType, step.object.type) || !among(filter.objectId, step.object.id) || !among(filter.currency, step.amount?.currency ?? '')) return false
  if (filter.counterparty.length > 0 && !filter.counterparty.includes(step.counterpartyId) && !filter.counterparty.includes(step.counterparty)) return false
  if (filter.q !== undefined && !`${step.object.id} ${step.counterparty}`.toLowerCase().includes(filter.q.trim().toLowerCase())) return false
  return withinAmounts(filter, step)
}

function withinAmounts({ amountMin, amountMax }: ExceptionFilter, { amount }: AwaitedStep): boolean {
  if (amountMin === undefined && amountMax === undefined) return true
  if (amount === null) return false
  // In ten-thousandths, which every currency's minor unit and every bound can be said in exactly.
  const scale = (decimal: string) => {
    const [whole = '0', fraction = ''] = decimal.replace('-', '').split('.')
    return BigInt(whole + fraction.padEnd(4, '0')) * (decimal.startsWith('-') ? -1n : 1n)
  }
  const value = toMinor(amount) * 10n ** BigInt(4 - (minorDigits(amount.currency) ?? 2))
  return (amountMin === undefined || value >= scale(amountMin)) && (amountMax === undefined || value <= scale(amountMax))
}
