/**
 * What is planned: notices, their timers, and how far exceptions and schedules have been looked at. Everything here may be done twice:
 * a notice exists once per policy, subject, occasion and recipient, whoever plans it.
 */
import { randomUUID } from 'node:crypto'
import { sql, type Kysely, type Transaction } from 'kysely'
import type { Database } from './schema.ts'
import { jsonb } from './jsonb.ts'

/** An exception that changed since notices were last planned for it, as its committed row stands. Instants are epoch ms. */
export interface ChangedException {
  id: number; version: number; status: string; severity: string; facility: string | null; entity: string | null; step: string | null; integration: string | null; assignee: string | null
  dueAt: number | null
  /** history id of the act that opened it (last), and when that was */
  opening: number; openedAt: number
}

/** A breach or escalation step that comes true at `fireAt` (epoch ms). */
export interface SlaTimer { policy: string; exceptionId: number; opening: number; occasion: string; fireAt: number }

/** Where a notice goes and when at the earliest. */
export interface NoticeTarget { recipient: string; name: string; address: string; channel: 'mail' | 'webhook' }
export interface PlannedNotice extends NoticeTarget {
  policy: string; subject: string; occasion: string; exceptionId: number | null; detail: unknown; urgent: boolean
  /** when the mail that it opens may leave (epoch ms) if no other is being gathered */
  earliest: number
  /** no sooner than this (ms) after the last mail of the policy to the recipient */
  spacing: number
}

const changedColumns = ['exception.id', 'exception.version', 'exception.status', 'exception.severity', 'exception.facility', 'exception.entity', 'exception.step', 'exception.integration', 'exception.assignee', 'exception.due_at'] as const

function withOpening(db: Kysely<Database>) {
  return db.selectFrom('exception')
    .innerJoinLateral(
      eb => eb.selectFrom('exception_history').select(['exception_history.id as opening', 'exception_history.at as opened_at'])
        .whereRef('exception_history.exception_id', '=', 'exception.id').where('exception_history.act', 'in', ['opened', 'reopened'])
        .orderBy('exception_history.id', 'desc').limit(1).as('start'),
      join => join.onTrue(),
    ).select([...changedColumns, 'start.opening', 'start.opened_at'])
}
type OpeningRow = Awaited<ReturnType<ReturnType<typeof withOpening>['execute']>>[number]

const toChanged = (row: OpeningRow): ChangedException => ({
  id: Number(row.id), version: row.version, status: row.status, severity: row.severity, facility: row.facility, entity: row.entity, step: row.step, integration: row.integration, assignee: row.assignee,
  dueAt: row.due_at?.getTime() ?? null, opening: Number(row.opening), openedAt: row.opened_at.getTime(),
})

/** Exceptions not planned since their newest version, which the worklist shows already; lowest id first. */
export async function unplannedExceptions(db: Kysely<Database>, limit: number): Promise<ChangedException[]> {
  const rows = await withOpening(db).whereRef('exception.planned_version', '<', 'exception.version').whereRef('exception.projected_version', '>=', 'exception.version')
    .orderBy('exception.id').limit(limit).execute()
  return rows.map(toChanged)
}

/** These exceptions as they stand; those that do not exist are absent. */
export async function exceptionsForNotice(db: Kysely<Database>, ids: readonly number[]): Promise<ChangedException[]> {
  if (ids.length === 0) return []
  return (await withOpening(db).where('exception.id', '=', sql<number>`any(${[...ids]}::bigint[])`).execute()).map(toChanged)
}

/** Locks those that still stand at the version that was judged; another planner's and a finder's are left to the next round. */
export async function lockUnchanged(tx: Transaction<Database>, judged: readonly Pick<ChangedException, 'id' | 'version'>[]): Promise<Set<number>> {
  if (judged.length === 0) return new Set()
  const rows = await sql<{ id: number }>`
    select exception.id from exception
    join jsonb_to_recordset(${JSON.stringify(judged.map(({ id, version }) => ({ id, version })))}::jsonb) as judged(id bigint, version integer) on judged.id = exception.id and judged.version = exception.version
    order by exception.id for update of exception skip locked`.execute(tx)
  return new Set(rows.rows.map(row => Number(row.id)))
}

/** Notes that notices of these exceptions are planned up to the given version. */
export async function markPlanned(tx: Transaction<Database>, judged: readonly Pick<ChangedException, 'id' | 'version'>[]): Promise<void> {
  if (judged.length === 0) return
  await sql`
    update exception set planned_version = judged.version
    from jsonb_to_recordset(${JSON.stringify(judged.map(({ id, version }) => ({ id, version })))}::jsonb) as judged(id bigint, version integer)
    where exception.id = judged.id and exception.planned_version < judged.version`.execute(tx)
}

/** Replaces the timers of these exceptions. */
export async function replaceTimers(tx: Transaction<Database>, exceptionIds: readonly number[], timers: readonly SlaTimer[]): Promise<void> {
  if (exceptionIds.length > 0) await tx.deleteFrom('sla_timer').where('exception_id', '=', sql<number>`any(${[...exceptionIds]}::bigint[])`).execute()
  if (timers.length === 0) return
  await tx.insertInto('sla_timer').values(timers.map(timer => ({ policy: timer.policy, exception_id: timer.exceptionId, opening: timer.opening, occasion: timer.occasion, fire_at: new Date(timer.fireAt) })))
    .onConflict(conflict => conflict.columns(['policy', 'exception_id', 'opening', 'occasion']).doNothing()).execute()
}

/** Timers due at `now`, earliest first. */
export async function dueTimers(db: Kysely<Database>, now: Date, limit: number): Promise<SlaTimer[]> {
  const rows = await db.selectFrom('sla_timer').selectAll().where('fire_at', '<=', now).orderBy('fire_at').limit(limit).execute()
  return rows.map(row => ({ policy: row.policy, exceptionId: Number(row.exception_id), opening: Number(row.opening), occasion: row.occasion, fireAt: row.fire_at.getTime() }))
}

/** Ends timers that have fired. */
export async function endTimers(tx: Transaction<Database>, timers: readonly SlaTimer[]): Promise<void> {
  if (timers.length === 0) return
  await sql`
    delete from sla_timer using jsonb_to_recordset(${JSON.stringify(timers.map(timer => ({ policy: timer.policy, exception_id: timer.exceptionId, opening: timer.opening, occasion: timer.occasion })))}::jsonb)
      as fired(policy text, exception_id bigint, opening bigint, occasion text)
    where sla_timer.policy = fired.policy and sla_timer.exception_id = fired.exception_id and sla_timer.opening = fired.opening and sla_timer.occasion = fired.occasion`.execute(tx)
}

/** When the next timer is due; null if there is none. */
export async function nextTimer(db: Kysely<Database>): Promise<Date | null> {
  return (await db.selectFrom('sla_timer').select('fire_at').orderBy('fire_at').limit(1).executeTakeFirst())?.fire_at ?? null
}

/** Which of these notices exist already, as `policy|subject|occasion|recipient` texts of {@link noticeKey}. */
async function existing(tx: Transaction<Database>, notices: readonly PlannedNotice[]): Promise<Set<string>> {
  const subjects = [...new Set(notices.map(notice => notice.subject))]
  const rows = await tx.selectFrom('sla_notice').select(['policy', 'subject', 'occasion', 'recipient']).where('policy', 'in', [...new Set(notices.map(notice => notice.policy))]).where('subject', '=', sql<string>`any(${subjects}::text[])`).execute()
  return new Set(rows.map(noticeKey))
}
const noticeKey = (notice: { policy: string; subject: string; occasion: string; recipient: string }) => JSON.stringify([notice.policy, notice.subject, notice.occasion, notice.recipient])

/**
 * Adds the notices that do not exist yet, each to the mail that is being gathered for its policy and recipient, or to a new one. Resolves
 * to how many are new.
 */
export async function addNotices(tx: Transaction<Database>, notices: readonly PlannedNotice[]): Promise<number> {
  if (notices.length === 0) return 0
  const known = await existing(tx, notices)
  const fresh = [...new Map(notices.map(notice => [noticeKey(notice), notice] as const)).values()].filter(notice => !known.has(noticeKey(notice)))
  for (const group of Map.groupBy(fresh, notice => JSON.stringify([notice.policy, notice.recipient, notice.urgent])).values()) {
    const [first] = group
    if (!first) continue
    const outbox = await gatheringRow(tx, { ...first, earliest: Math.min(...group.map(notice => notice.earliest)) })
    for (let from = 0; from < group.length; from += 1000) {
      await tx.insertInto('sla_notice').values(group.slice(from, from + 1000).map(notice => ({
        policy: notice.policy, subject: notice.subject, occasion: notice.occasion, recipient: notice.recipient, exception_id: notice.exceptionId, detail: notice.detail === null ? null : jsonb(notice.detail), outbox_id: outbox,
      }))).onConflict(conflict => conflict.columns(['policy', 'subject', 'occasion', 'recipient']).doNothing()).execute()
    }
  }
  return fresh.length
}

/** The row of the outbox that gathers for a policy and recipient: the one that has not begun to leave, locked, or a new one. */
async function gatheringRow(tx: Transaction<Database>, notice: PlannedNotice): Promise<string> {
  const open = () => tx.selectFrom('outbox').select('id').where('policy', '=', notice.policy).where('recipient', '=', notice.recipient).where('urgent', '=', notice.urgent).where('kind', '=', 'notice').where('state', '=', 'planned').forUpdate().executeTakeFirst()
  const known = await open()
  if (known) return known.id
  const last = await tx.selectFrom('outbox').select('sent_at').where('policy', '=', notice.policy).where('recipient', '=', notice.recipient).where('kind', '=', 'notice').where('sent_at', 'is not', null).orderBy('sent_at', 'desc').limit(1).executeTakeFirst()
  const next = Math.max(notice.earliest, last?.sent_at ? last.sent_at.getTime() + notice.spacing : 0)
  const id = randomUUID()
  const made = await tx.insertInto('outbox').values({ id, channel: notice.channel, kind: 'notice', policy: notice.policy, recipient: notice.recipient, recipient_name: notice.name, address: notice.address, urgent: notice.urgent, next_at: new Date(next) })
    .onConflict(conflict => conflict.columns(['policy', 'recipient', 'urgent']).where('state', '=', 'planned').where('kind', '=', 'notice').doNothing()).returning('id').executeTakeFirst()
  return made?.id ?? (await open())?.id ?? id
}

/** Until when a schedule has been looked at; set to `now` the first time: what lay before is not made up for. */
export async function scheduleSeen(db: Kysely<Database>, name: string, now: Date): Promise<Date> {
  await db.insertInto('sla_schedule').values({ name, seen_until: now }).onConflict(conflict => conflict.column('name').doNothing()).execute()
  return (await db.selectFrom('sla_schedule').select('seen_until').where('name', '=', name).executeTakeFirstOrThrow()).seen_until
}

/** Moves a schedule on; never back. */
export async function moveSchedule(tx: Transaction<Database>, name: string, until: Date): Promise<void> {
  await tx.updateTable('sla_schedule').set({ seen_until: sql<Date>`greatest(seen_until, ${until})` }).where('name', '=', name).execute()
}

/** A notice as the mail that carries it reads it. */
export interface NoticeOfMail { id: number; exceptionId: number | null; occasion: string; detail: unknown }

/** The notices of a mail, in the order they were planned. */
export async function noticesOf(db: Kysely<Database>, outboxId: string): Promise<NoticeOfMail[]> {
  const rows = await db.selectFrom('sla_notice').select(['id', 'exception_id', 'occasion', 'detail']).where('outbox_id', '=', outboxId).orderBy('id').execute()
  return rows.map(row => ({ id: Number(row.id), exceptionId: row.exception_id === null ? null : Number(row.exception_id), occasion: row.occasion, detail: row.detail }))
}

/** Notes why notices were left out of their mail; null takes it back. */
export async function markLeftOut(db: Kysely<Database>, outboxId: string, leftOut: ReadonlyMap<number, string>): Promise<void> {
  await db.updateTable('sla_notice').set({ left_out: null }).where('outbox_id', '=', outboxId).where('left_out', 'is not', null).execute()
  if (leftOut.size === 0) return
  await sql`
    update sla_notice set left_out = item.why from jsonb_to_recordset(${JSON.stringify([...leftOut].map(([id, why]) => ({ id, why })))}::jsonb) as item(id bigint, why text)
    where sla_notice.id = item.id and sla_notice.outbox_id = ${outboxId}`.execute(db)
}

/** Why notices of a mail were left out, with how many each. */
export async function leftOutOf(db: Kysely<Database>, outboxId: string): Promise<{ why: string; count: number }[]> {
  const rows = await db.selectFrom('sla_notice').select(['left_out', eb => eb.fn.countAll<number>().as('count')]).where('outbox_id', '=', outboxId).where('left_out', 'is not', null).groupBy('left_out').execute()
  return rows.map(row => ({ why: row.left_out ?? '', count: Number(row.count) }))
}
