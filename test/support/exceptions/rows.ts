/** Bench exceptions as the rows of PostgreSQL, and filters that random ones of them pass. */
import { projectRows } from '#queries/clickhouse/exceptions/projection.ts'
import type { ClickHouse } from '#queries/clickhouse/clickhouse.ts'
import { exceptionFilter, EXCEPTION_SORTS, type ExceptionFilter } from '#queries/model/filter.ts'
import type { Scope } from '#queries/model/scope.ts'
import type { ExceptionRow } from '#queries/postgres/exceptions.ts'
import { BENCH_KINDS, BENCH_SEVERITIES, BENCH_STATUSES, ENTITIES, FACILITIES, PEOPLE, PROCESS_IDS, type BenchException } from '#seeds/bench/exceptions.ts'
import type { Random } from '#seeds/history/random.ts'

const DAY = 86_400_000
const at = (ms: number | null) => (ms === null ? null : new Date(ms))

/** The row as the store of exceptions has it. */
export function toRow(one: BenchException): ExceptionRow {
  return {
    id: one.id, subject_key: `bench:${one.id}`, kind: one.kind, type: one.type, title: one.title, explanation: one.explanation, status: one.status, severity: one.severity, severity_reasons: [],
    process: one.process, step: one.step, integration: one.integration, system: one.system, facility: one.facility, entity: one.entity,
    counterparty_type: one.counterpartyType, counterparty_id: one.counterpartyId, counterparty_name: one.counterpartyName, namespace: one.namespace, object_type: one.objectType, object_id: one.objectId,
    amount_minor: one.amountMinor === null ? null : Number(one.amountMinor), currency: one.currency, amount_key: one.amountKey,
    first_seen: new Date(one.firstSeen), last_seen: new Date(one.lastSeen), detected_at: new Date(one.detectedAt), evidence_at: new Date(one.lastSeen), due_at: at(one.dueAt),
    occurrences: one.occurrences, fingerprint: one.fingerprint, assignee: one.assignee, correlation_ids: one.correlationIds, event_ids: one.eventIds, environment: one.environment,
    ignore_until: null, ignore_count: null, ignored_occurrences: null, ignore_rate_count: null, ignore_rate_seconds: null, reopened_at: null, wait_until: null, wait_party: null,
    resolution_code: one.resolutionCode, resolution_by: one.resolutionBy, resolution_at: at(one.resolutionAt), resolution_note: null, owner: null, criticality: 'normal', warn_at: null, began_at: null, rules: [], serves: [],
    cause: null, cause_version: 1, error_code: null, error_class: null, error_message: null, endpoint: null, muted_by: null, planned_version: 0, version: one.version, projected_version: 0,
  }
}

/** Writes them to the worklist as the product does, in portions. */
export async function projectAll(clickhouse: ClickHouse, all: Iterable<BenchException>): Promise<void> {
  let rows: ExceptionRow[] = []
  for (const one of all) {
    if (rows.push(toRow(one)) < 10_000) continue
    await projectRows(clickhouse, rows)
    rows = []
  }
  await projectRows(clickhouse, rows)
}

/** A filter of none to four conditions, drawn so that `one` passes most of them. */
export function randomFilter(random: Random, one: BenchException, now: number): ExceptionFilter {
  const choices: (() => Record<string, unknown>)[] = [
    () => ({ facility: [one.facility ?? '', ...(random.chance(0.3) ? [random.pick(FACILITIES)] : [])] }), () => ({ integration: [one.integration] }), () => ({ process: [one.process, ...(random.chance(0.3) ? [random.pick(PROCESS_IDS)] : [])] }),
    () => ({ step: [one.step] }), () => ({ severity: random.chance(0.5) ? [one.severity] : ['critical', 'high'] }), () => ({ kind: [random.pick(BENCH_KINDS)] }), () => ({ kind: [one.kind, 'overdue'] }),
    () => ({ status: random.pick([['open'], ['waiting', 'ignored'], ['resolved'], [], [...BENCH_STATUSES]]) }), () => ({ entity: [one.entity] }), () => ({ system: [one.system] }),
    () => ({ assignee: [random.chance(0.5) ? '' : (one.assignee ?? random.pick(PEOPLE))] }), () => ({ objectType: [one.objectType] }), () => ({ objectId: [one.objectId] }), () => ({ fingerprint: [one.fingerprint] }),
    () => ({ counterparty: [random.chance(0.5) ? one.counterpartyId : one.counterpartyName] }), () => ({ correlationId: [one.correlationIds[0] ?? ''] }), () => ({ currency: [one.currency ?? 'EUR'] }),
    () => ({ amountMin: String(random.int(1, 3000)) }), () => ({ amountMax: `${random.int(1, 3000)}.5` }), () => ({ amountMin: `${random.int(1, 500)}.005`, amountMax: String(random.int(500, 3000)) }),
    () => ({ from: new Date(now - random.int(1, 80) * DAY).toISOString() }), () => ({ from: new Date(now - 40 * DAY).toISOString(), to: new Date(now - 10 * DAY).toISOString() }), () => ({ dueBefore: new Date(now - random.int(-3, 10) * DAY).toISOString() }),
    () => ({ q: random.pick([one.objectId.slice(0, 7), one.objectId, one.title.slice(8, 20), one.counterpartyName.toUpperCase(), String(one.id), 'söhne', 'BLOCKED']) }), () => ({ environment: random.pick([['test'], ['production', 'test'], []]) }),
  ]
  let given: Record<string, unknown> = {}
  for (let left = random.int(0, 4); left > 0; left--) given = { ...given, ...random.pick(choices)() }
  if (random.chance(0.6)) given = { ...given, sort: `${random.chance(0.5) ? '-' : ''}${random.pick(EXCEPTION_SORTS)}` }
  return exceptionFilter.parse(given)
}

/** Everything, or a few facilities, or an entity, or both; now and then nothing. */
export function randomScope(random: Random): Scope {
  if (random.chance(0.4)) return 'all'
  return {
    facilities: random.chance(0.6) ? Array.from({ length: random.int(1, 3) }, () => random.pick(FACILITIES)) : [],
    entities: random.chance(0.5) ? [random.pick(ENTITIES)] : [],
  }
}

/** The next version of an exception: taken, resolved, reopened, of another severity or amount, seen again. */
export function changed(random: Random, one: BenchException, now: number): BenchException {
  const next = { ...one, version: one.version + 1, lastSeen: now }
  const what = random.int(0, 5)
  if (what === 0) return { ...next, assignee: random.pick(PEOPLE), status: one.status === 'resolved' ? one.status : 'acknowledged' }
  if (what === 1) return { ...next, severity: random.pick(BENCH_SEVERITIES) }
  if (what === 2) return { ...next, amountMinor: one.amountMinor === null ? null : one.amountMinor + 1n, occurrences: one.occurrences + 1 }
  if (what === 3) return { ...next, title: `${one.title} again`, counterpartyName: 'Another & Söhne' }
  return one.status === 'resolved'
    ? { ...next, status: 'open', resolutionCode: null, resolutionBy: null, resolutionAt: null }
    : { ...next, status: 'resolved', resolutionCode: 'fixed', resolutionBy: 'person', resolutionAt: now }
}
