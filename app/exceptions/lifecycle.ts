/**
 * The life of an exception as pure rules: what people may do in which status, and what the finder's verdict does to it. Nothing
 * here reads or writes a store.
 */
import { z } from 'zod'
import { RESOLUTION_CODES } from '#queries/model/exception.ts'
import type { ExceptionStatus } from '#queries/model/exception.ts'
import { foundColumns } from '#queries/postgres/exceptions.ts'
import type { ExceptionRow, FoundException, Verdict } from '#queries/postgres/exceptions.ts'

const note = z.string().trim().max(2000)
const instant = z.iso.datetime({ offset: true })

/** What a person or key may do to an exception. Of ignore's `until`, `count`, `rate` exactly one is given. */
export const exceptionAct = z.discriminatedUnion('act', [
  z.strictObject({ act: z.literal('assign'), assignee: z.string().trim().max(200).nullable() }),
  z.strictObject({ act: z.literal('acknowledge') }),
  z.strictObject({ act: z.literal('comment'), text: note.min(1) }),
  z.strictObject({ act: z.literal('resolve'), code: z.enum(RESOLUTION_CODES), note: note.nullish() }),
  z.strictObject({
    act: z.literal('ignore'), until: instant.nullish(), count: z.int().min(1).max(1_000_000).nullish(),
    rate: z.strictObject({ count: z.int().min(1).max(1_000_000), seconds: z.int().min(60).max(31 * 86_400) }).nullish(), reason: note.min(1),
  }).refine(ignore => [ignore.until, ignore.count, ignore.rate].filter(given => given !== null && given !== undefined).length === 1, 'give one of until, count, rate'),
  z.strictObject({ act: z.literal('wait'), until: instant, party: note.min(1).max(200) }),
  z.strictObject({ act: z.literal('reopen'), reason: note.nullish() }),
])
export type ExceptionAct = z.infer<typeof exceptionAct>
export type ActName = ExceptionAct['act']

const UNRESOLVED = ['open', 'acknowledged', 'waiting', 'ignored'] as const
/** In which status an act is possible. Anything else answers `not_allowed`. */
export const ALLOWED: Readonly<Record<ActName, readonly ExceptionStatus[]>> = {
  assign: UNRESOLVED,
  acknowledge: ['open', 'waiting', 'ignored'],
  comment: [...UNRESOLVED, 'resolved'],
  resolve: UNRESOLVED,
  ignore: ['open', 'acknowledged', 'waiting'],
  wait: ['open', 'acknowledged', 'waiting', 'ignored'],
  reopen: ['resolved', 'ignored', 'waiting'],
}

const HISTORY_NAMES: Readonly<Record<ActName, string>> = {
  assign: 'assigned', acknowledge: 'acknowledged', comment: 'commented', resolve: 'resolved', ignore: 'ignored', wait: 'waiting', reopen: 'reopened',
}

export interface Step { columns: Record<string, unknown>; act: string; detail: Record<string, unknown> }

export const NOT_IGNORED = { ignore_until: null, ignore_count: null, ignored_occurrences: null, ignore_rate_count: null, ignore_rate_seconds: null, muted_by: null }
export const NOT_WAITING = { wait_until: null, wait_party: null }
const NOT_RESOLVED = { resolution_code: null, resolution_by: null, resolution_at: null, resolution_note: null }

/** The step that an act is, or null where the status does not allow it. */
export function stepOfAct(row: Pick<ExceptionRow, 'status' | 'occurrences' | 'assignee'>, act: ExceptionAct, now: Date): Step | null {
  if (!ALLOWED[act.act].some(status => status === row.status)) return null
  const name = HISTORY_NAMES[act.act]
  switch (act.act) {
    case 'assign':
      return { columns: { assignee: act.assignee || null }, act: name, detail: { from: row.assignee, to: act.assignee || null } }
    case 'acknowledge':
      return { columns: { status: 'acknowledged', ...NOT_IGNORED, ...NOT_WAITING }, act: name, detail: {} }
    case 'comment':
      return { columns: {}, act: name, detail: { text: act.text } }
    case 'resolve':
      return {
        columns: { status: 'resolved', ...NOT_IGNORED, ...NOT_WAITING, resolution_code: act.code, resolution_by: 'person', resolution_at: now.toISOString(), resolution_note: act.note || null, reopened_at: null },
        act: name, detail: { code: act.code, note: act.note || null },
      }
    case 'ignore': {
      const { until = null, count = null, rate = null, reason } = act
      return {
        columns: {
          status: 'ignored', ...NOT_WAITING, ignore_until: until ?? null, ignore_count: count ?? null, ignored_occurrences: row.occurrences,
          ignore_rate_count: rate?.count ?? null, ignore_rate_seconds: rate?.seconds ?? null,
        },
        act: name, detail: { until, count, rate, reason },
      }
    }
    case 'wait':
      return { columns: { status: 'waiting', ...NOT_IGNORED, wait_until: act.until, wait_party: act.party }, act: name, detail: { until: act.until, party: act.party } }
    case 'reopen':
      return { columns: { status: 'open', ...NOT_IGNORED, ...NOT_WAITING, ...NOT_RESOLVED, reopened_at: now.toISOString() }, act: name, detail: { from: row.status, reason: act.reason || null } }
  }
}

export type FoundStep = { kind: 'open'; found: FoundException } | ({ kind: 'update'; row: ExceptionRow; silent: boolean } & Step) | null

/**
 * What a verdict does to the exception of its subject. `replayed`: when a replay of it was first sent. `rateReached`: an ignored one
 * has come as often as its rate allows.
 *
 * What a person resolved reopens only on newer evidence. What closed by itself reopens whenever the trouble is there again.
 */
export function stepOfVerdict(row: ExceptionRow | undefined, verdict: Verdict, context: { now: Date; replayed: Date | undefined; rateReached: boolean }): FoundStep {
  const { found } = verdict
  if (!row) return found ? { kind: 'open', found } : null
  if (!found) return closingStep(row, verdict, context)
  if (row.status === 'resolved') {
    if (row.resolution_by === 'person' && found.evidenceAt <= row.evidence_at.getTime()) return null
    return { kind: 'update', row, silent: false, columns: { ...foundColumns(found), first_seen: row.first_seen.toISOString(), status: 'open', ...NOT_RESOLVED, reopened_at: null }, act: 'reopened', detail: { from: 'resolved', resolution: row.resolution_code, kind: found.kind, occurrences: found.occurrences } }
  }
  return refreshStep(row, found, context.rateReached)
}

function closingStep(row: ExceptionRow, { closed }: Verdict, { now, replayed }: { now: Date; replayed: Date | undefined }): FoundStep {
  if (row.status === 'resolved' || !closed) return null
  if (row.reopened_at !== null && closed.at <= row.reopened_at.getTime()) return null
  const by = closed.seen && replayed !== undefined && closed.at >= replayed.getTime() ? 'verified' : 'recovered'
  return {
    kind: 'update', row, silent: false, act: by, detail: { code: closed.code, seenAt: new Date(closed.at).toISOString() },
    columns: { status: 'resolved', ...NOT_IGNORED, ...NOT_WAITING, resolution_code: closed.code, resolution_by: by, resolution_at: now.toISOString(), resolution_note: null, reopened_at: null },
  }
}

/** Columns whose change is worth a version; the rest follows from them. */
const TELLING = ['kind', 'type', 'title', 'explanation', 'severity', 'process', 'step', 'integration', 'facility', 'entity', 'amount_minor', 'currency', 'amount_key', 'last_seen', 'due_at', 'occurrences', 'fingerprint', 'cause', 'cause_version', 'error_message', 'endpoint', 'severity_reasons', 'owner', 'rules', 'criticality', 'warn_at', 'began_at', 'serves'] as const

function refreshStep(row: ExceptionRow, found: FoundException, rateReached: boolean): FoundStep {
  const columns = foundColumns(found)
  const changed = TELLING.some(name => plain(row[name]) !== plain(columns[name]))
  const added = Math.max(0, found.occurrences - row.occurrences)
  const countReached = row.ignore_count !== null && found.occurrences - (row.ignored_occurrences ?? 0) >= row.ignore_count
  const wakes = row.status === 'ignored' && (countReached || rateReached)
  if (!changed && !wakes) return null
  const kindChanged = row.kind !== found.kind
  return {
    kind: 'update', row, silent: !wakes && !kindChanged && added === 0,
    columns: { ...columns, ...(wakes ? { status: 'open', ...NOT_IGNORED } : {}) },
    act: wakes ? 'reopened' : 'seen_again',
    detail: wakes ? { from: 'ignored', reason: countReached ? 'count' : 'rate', added, occurrences: found.occurrences } : { added, occurrences: found.occurrences, ...(kindChanged ? { kind: { from: row.kind, to: found.kind } } : {}) },
  }
}

function plain(value: unknown): string | null {
  if (value === null || value === undefined) return null
  return value instanceof Date ? value.toISOString() : String(value)
}

/** The step back to open of an ignored or waiting exception whose time is over. */
export function expiryStep(row: Pick<ExceptionRow, 'status'>): Step {
  return { columns: { status: 'open', ...NOT_IGNORED, ...NOT_WAITING }, act: 'reopened', detail: { from: row.status, reason: 'time' } }
}
