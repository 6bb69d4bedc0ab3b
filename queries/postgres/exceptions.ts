/**
 * The life of exceptions: what the finder found, what people did. Set-based writes with history and audit in the same transaction;
 * the worklist itself is served by the projection in ClickHouse.
 */
import { sql } from 'kysely'
import type { Kysely, Selectable, Transaction } from 'kysely'
import { fromMinor } from '../model/money.ts'
import { exceptionView } from '../model/exception.ts'
import type { ExceptionKind, ExceptionView, Severity } from '../model/exception.ts'
import type { Scope } from '../model/scope.ts'
import { scopeCondition } from './scope.ts'
import type { Database, ExceptionTable } from './schema.ts'
import { jsonb } from './jsonb.ts'

export type ExceptionRow = Selectable<ExceptionTable>

/** What an exception says. Instants are epoch milliseconds; amounts integer minor units as text. */
export interface FoundException {
  subjectKey: string
  kind: ExceptionKind
  type: string
  title: string
  explanation: string
  severity: Severity
  severityReasons: string[]
  process: string | null
  step: string | null
  integration: string | null
  system: string | null
  facility: string | null
  entity: string | null
  counterpartyType: string | null
  counterpartyId: string | null
  counterpartyName: string | null
  namespace: string | null
  objectType: string | null
  objectId: string | null
  amountMinor: string | null
  currency: string | null
  amountKey: string | null
  firstSeen: number
  lastSeen: number
  evidenceAt: number
  dueAt: number | null
  occurrences: number
  fingerprint: string
  /** the fingerprint before splits and merges, and the version that made it; set as it is settled */
  cause?: { fingerprint: string; version: number }
  /** of a failure: what its newest attempt said */
  error?: { code: string; class: string; message: string; endpoint: string } | null
  correlationIds: string[]
  eventIds: string[]
  environment: string
  /** as the events say it; empty where none does */
  criticality: string
  /** the warning of the clock of the expected step; null: no step is expected, and `dueAt` only says since when it is trouble */
  warnAt: number | null
  /** since when it is trouble: the failure counted, or the due time passed; null for rejected input */
  beganAt: number | null
  /** types of objects for which its object came to be, where rules ask for them */
  serves: string[]
  /** whose it is: a team's id or a person's e-mail address */
  owner: string | null
  /** the rules that decided severity and owner, see app/ownership/assess.ts */
  rules: string[]
}

/** What should be so about one subject: an exception, or none and why. `seen`: the missing thing itself was seen. */
export interface Verdict { subjectKey: string; found: FoundException | null; closed: { code: string; at: number; seen: boolean } | null }

/** What is done to one exception: the columns that change and what its history says. */
export interface ExceptionChange { subjectKey: string; columns: Record<string, unknown>; act: string; detail: Record<string, unknown>; silent: boolean }

/** The rows of these subjects, locked until the transaction ends. */
export async function lockSubjects(tx: Transaction<Database>, subjectKeys: readonly string[]): Promise<ExceptionRow[]> {
  if (subjectKeys.length === 0) return []
  return await tx.selectFrom('exception').selectAll().where('subject_key', '=', sql<string>`any(${[...subjectKeys]}::text[])`).orderBy('id').forUpdate().execute()
}

const FOUND_COLUMNS = `kind text, type text, title text, explanation text, severity text, severity_reasons text[], process text, step text, integration text, system text, facility text, entity text,
  counterparty_type text, counterparty_id text, counterparty_name text, namespace text, object_type text, object_id text, amount_minor bigint, currency text, amount_key text,
  first_seen timestamptz, last_seen timestamptz, evidence_at timestamptz, due_at timestamptz, occurrences integer, fingerprint text, correlation_ids text[], event_ids text[], environment text,
  cause text, cause_version integer, error_code text, error_class text, error_message text, endpoint text,
  criticality text, warn_at timestamptz, began_at timestamptz, owner text, rules text[], serves text[]`
const FOUND_NAMES = FOUND_COLUMNS.split(',').map(column => column.trim().split(' ')[0]).join(', ')

/** The columns that a found exception sets, as JSON values. */
export function foundColumns(found: FoundException): Record<string, unknown> {
  const at = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString())
  return {
    kind: found.kind, type: found.type, title: found.title, explanation: found.explanation, severity: found.severity, severity_reasons: found.severityReasons, process: found.process, step: found.step,
    integration: found.integration, system: found.system, facility: found.facility, entity: found.entity, counterparty_type: found.counterpartyType, counterparty_id: found.counterpartyId,
    counterparty_name: found.counterpartyName, namespace: found.namespace, object_type: found.objectType, object_id: found.objectId, amount_minor: found.amountMinor, currency: found.currency,
    amount_key: found.amountKey, first_seen: at(found.firstSeen), last_seen: at(found.lastSeen), evidence_at: at(found.evidenceAt), due_at: at(found.dueAt), occurrences: found.occurrences,
    fingerprint: found.fingerprint, correlation_ids: found.correlationIds, event_ids: found.eventIds, environment: found.environment,
    cause: found.cause?.fingerprint ?? found.fingerprint, cause_version: found.cause?.version ?? 1,
    error_code: found.error?.code || null, error_class: found.error?.class || null, error_message: found.error?.message || null, endpoint: found.error?.endpoint || null,
    criticality: found.criticality, warn_at: at(found.warnAt), began_at: at(found.beganAt), owner: found.owner, rules: found.rules, serves: found.serves,
  }
}

/** Opens exceptions that have no row yet, in one statement; one that another transaction opened meanwhile is left to it. */
export async function insertFound(tx: Transaction<Database>, found: readonly FoundException[], detectedAt: Date): Promise<ExceptionRow[]> {
  if (found.length === 0) return []
  const rows = jsonb(found.map(item => ({ subject_key: item.subjectKey, ...foundColumns(item) })))
  const result = await sql<ExceptionRow>`
    insert into exception (subject_key, detected_at, ${sql.raw(FOUND_NAMES)})
    select subject_key, ${detectedAt.toISOString()}::timestamptz, ${sql.raw(FOUND_NAMES)}
    from jsonb_to_recordset(${rows}::jsonb) as found(subject_key text, ${sql.raw(FOUND_COLUMNS)})
    order by first_seen, subject_key
    on conflict (subject_key) do nothing returning *`.execute(tx)
  return result.rows
}

/** Columns of the life that acts and closings change, beside those that are found. */
const LIFE_COLUMNS = `status text, assignee text, ignore_until timestamptz, ignore_count integer, ignored_occurrences integer, ignore_rate_count integer, ignore_rate_seconds integer,
  wait_until timestamptz, wait_party text, resolution_code text, resolution_by text, resolution_at timestamptz, resolution_note text, reopened_at timestamptz,
  muted_by text`

/**
 * Applies changes, set-based per set of changed columns, each with version + 1. The rows must be locked by this transaction.
 * Column names come from the closed lists above; any other is an error.
 */
export async function updateExceptions(tx: Transaction<Database>, changes: readonly { id: number; columns: Record<string, unknown> }[]): Promise<ExceptionRow[]> {
  const types = new Map(`${FOUND_COLUMNS}, ${LIFE_COLUMNS}`.split(',').map(column => column.trim().split(' ') as [string, string]))
  const groups = new Map<string, typeof changes[number][]>()
  for (const change of changes) {
    const names = Object.keys(change.columns).sort().join(',')
    groups.set(names, [...(groups.get(names) ?? []), change])
  }
  const updated: ExceptionRow[] = []
  for (const [names, group] of groups) {
    const columns = names === '' ? [] : names.split(',')
    const unknown = columns.find(name => !types.has(name))
    if (unknown !== undefined) throw new Error(`not a column of an exception's life: ${unknown}`)
    const set = sql.raw(columns.map(name => `${name} = change.${name}, `).join(''))
    const list = sql.raw(['id bigint', ...columns.map(name => `${name} ${types.get(name)}`)].join(', '))
    const rows = jsonb(group.map(change => ({ id: change.id, ...change.columns })))
    const result = await sql<ExceptionRow>`
      update exception set ${set} version = exception.version + 1
      from jsonb_to_recordset(${rows}::jsonb) as change(${list}) where exception.id = change.id returning exception.*`.execute(tx)
    updated.push(...result.rows)
  }
  return updated
}

export interface HistoryEntry { exceptionId: number; act: string; detail: Record<string, unknown> }

/** Adds to the histories of exceptions, in one statement. */
export async function addHistory(tx: Transaction<Database>, actor: { kind: string; id: string }, entries: readonly HistoryEntry[]): Promise<void> {
  if (entries.length === 0) return
  const rows = jsonb(entries.map(entry => ({ exception_id: entry.exceptionId, act: entry.act, detail: entry.detail })))
  await sql`
    insert into exception_history (exception_id, actor_kind, actor_id, act, detail)
    select exception_id, ${actor.kind}::text, ${actor.id}::text, act, detail
    from jsonb_to_recordset(${rows}::jsonb) as entry(exception_id bigint, act text, detail jsonb)`.execute(tx)
}

/** How often each exception was seen again within the last seconds, by its history. */
export async function seenAgainWithin(tx: Transaction<Database>, id: number, seconds: number): Promise<number> {
  const row = await sql<{ times: string }>`
    select coalesce(sum((detail ->> 'added')::integer), 0)::text as times from exception_history
    where exception_id = ${id} and act = 'seen_again' and at > now() - make_interval(secs => ${seconds})`.execute(tx)
  return Number(row.rows[0]?.times ?? 0)
}

/** The rows inside the scope with these ids, locked; those outside it are not there. */
export async function lockExceptions(tx: Transaction<Database>, ids: readonly number[], scope: Scope): Promise<ExceptionRow[]> {
  return await tx.selectFrom('exception').selectAll().where('id', '=', sql<number>`any(${[...ids]}::bigint[])`).where(scopeCondition(scope)).orderBy('id').forUpdate().execute()
}

/** One exception inside the scope; undefined if there is none. */
export async function findException(db: Kysely<Database>, id: number, scope: Scope): Promise<ExceptionView | undefined> {
  const row = await db.selectFrom('exception').selectAll().where('id', '=', id).where(scopeCondition(scope)).executeTakeFirst()
  return row && toView(row)
}

/** One exception inside the scope with what its severity and owner follow from; undefined if there is none. */
export async function findExceptionFacts(db: Kysely<Database>, id: number, scope: Scope): Promise<{ view: ExceptionView; criticality: string; rules: string[] } | undefined> {
  const row = await db.selectFrom('exception').selectAll().where('id', '=', id).where(scopeCondition(scope)).executeTakeFirst()
  return row && { view: toView(row), criticality: row.criticality, rules: row.rules }
}

/** Ignored and waiting exceptions whose time is over, locked. */
export async function lockExpired(tx: Transaction<Database>, now: Date): Promise<ExceptionRow[]> {
  return await tx.selectFrom('exception').selectAll()
    .where(eb => eb.or([
      eb.and([eb('status', '=', 'ignored'), eb('ignore_until', '<=', now)]),
      eb.and([eb('status', '=', 'waiting'), eb('wait_until', '<=', now)]),
    ])).orderBy('id').forUpdate().execute()
}

/** What the rules look at and what they said, of exceptions that are not resolved. */
const ASSESSED = [
  'id', 'severity', 'severity_reasons', 'owner', 'rules', 'namespace', 'object_id', 'title', 'kind', 'type', 'process', 'step', 'object_type', 'facility', 'entity', 'integration', 'system',
  'counterparty_id', 'counterparty_name', 'amount_minor', 'currency', 'criticality', 'warn_at', 'due_at', 'began_at', 'serves',
] as const
export type AssessedRow = Pick<ExceptionRow, (typeof ASSESSED)[number]>

/** The next unresolved exceptions after an id, lowest first; `kind`: only these. */
export async function unresolvedAfter(db: Kysely<Database>, id: number, limit: number, scope: Scope, kind: ExceptionKind | null = null): Promise<AssessedRow[]> {
  let query = db.selectFrom('exception').select(ASSESSED).where('status', '<>', 'resolved').where('id', '>', id).where(scopeCondition(scope)).orderBy('id').limit(limit)
  if (kind !== null) query = query.where('kind', '=', kind)
  return await query.execute()
}

/** Rows whose newest version the projection does not have yet, lowest id first. */
export async function unprojected(db: Kysely<Database>, limit: number): Promise<ExceptionRow[]> {
  return await db.selectFrom('exception').selectAll().whereRef('projected_version', '<', 'version').orderBy('id').limit(limit).execute()
}

/** Notes which versions the projection has. */
export async function markProjected(db: Kysely<Database>, rows: readonly Pick<ExceptionRow, 'id' | 'version'>[]): Promise<void> {
  if (rows.length === 0) return
  await sql`
    update exception set projected_version = greatest(projected_version, done.version)
    from jsonb_to_recordset(${JSON.stringify(rows.map(row => ({ id: row.id, version: row.version })))}::jsonb) as done(id bigint, version integer)
    where exception.id = done.id`.execute(db)
}

/** Subject keys of every exception there ever was, in pages by id. */
export async function subjectKeysAfter(db: Kysely<Database>, id: number, limit: number): Promise<{ id: number; subject_key: string }[]> {
  return await db.selectFrom('exception').select(['id', 'subject_key']).where('id', '>', id).orderBy('id').limit(limit).execute()
}

/** Event ids and subject keys of rejected input that is not settled. */
export async function openRejections(db: Kysely<Database>): Promise<string[]> {
  const rows = await db.selectFrom('exception').select('subject_key').where('kind', '=', 'rejected').where('status', '<>', 'resolved').execute()
  return rows.map(row => row.subject_key)
}

/** Subject keys with this beginning whose exception is not settled. */
export async function openSubjects(db: Kysely<Database>, beginning: string): Promise<string[]> {
  const rows = await db.selectFrom('exception').select('subject_key').where(sql<boolean>`starts_with(subject_key, ${beginning})`).where('status', '<>', 'resolved').execute()
  return rows.map(row => row.subject_key)
}

export interface HistoryView { at: string; actor: { kind: string; id: string }; act: string; detail: unknown }

/** The life of one exception, oldest first; empty if it is outside the scope. */
export async function exceptionHistory(db: Kysely<Database>, id: number, scope: Scope): Promise<HistoryView[]> {
  const rows = await db.selectFrom('exception_history').innerJoin('exception', 'exception.id', 'exception_history.exception_id')
    .select(['exception_history.at', 'exception_history.actor_kind', 'exception_history.actor_id', 'exception_history.act', 'exception_history.detail'])
    .where('exception.id', '=', id).where(scopeCondition(scope)).orderBy('exception_history.id').execute()
  return rows.map(row => ({ at: row.at.toISOString(), actor: { kind: row.actor_kind, id: row.actor_id }, act: row.act, detail: row.detail }))
}

/** A row as the interfaces answer it. */
export function toView(row: ExceptionRow): ExceptionView {
  return exceptionView.parse({
    id: String(row.id), kind: row.kind, type: row.type, title: row.title, explanation: row.explanation, status: row.status, severity: row.severity, severityReasons: row.severity_reasons,
    process: row.process, step: row.step, integration: row.integration, facility: row.facility, entity: row.entity,
    counterparty: row.counterparty_id === null ? null : { type: row.counterparty_type ?? '', id: row.counterparty_id, name: row.counterparty_name },
    object: row.object_id === null ? null : { namespace: row.namespace ?? '', type: row.object_type ?? '', id: row.object_id },
    amount: row.amount_minor === null || row.currency === null ? null : fromMinor(String(row.amount_minor), row.currency),
    firstSeen: row.first_seen.toISOString(), lastSeen: row.last_seen.toISOString(), detectedAt: row.detected_at.toISOString(), dueAt: row.due_at?.toISOString() ?? null,
    occurrences: row.occurrences, fingerprint: row.fingerprint, owner: row.owner, assignee: row.assignee, correlationIds: row.correlation_ids, eventIds: row.event_ids,
    resolution: row.resolution_code === null ? null : { code: row.resolution_code, by: row.resolution_by, at: (row.resolution_at ?? row.last_seen).toISOString(), note: row.resolution_note },
    version: row.version,
  })
}
