/** Writes the worklist: exceptions as PostgreSQL has them, versioned by their own version, so that writing twice or late does no harm. */
import type { ClickHouse } from '../clickhouse.ts'
import { toInstant } from '../events/rows.ts'
import { SEVERITIES } from '../../model/exception.ts'
import type { ExceptionRow } from '../../postgres/exceptions.ts'

/** Projects rows; resolves when lists and counts show them. */
export async function projectRows(clickhouse: ClickHouse, rows: readonly ExceptionRow[]): Promise<void> {
  if (rows.length > 0) await clickhouse.insert({ table: 'exceptions', rows: rows.map(toProjection) })
}

function toProjection(row: ExceptionRow): object {
  const at = (instant: Date) => toInstant(instant.getTime())
  return {
    id: String(row.id), kind: row.kind, type: row.type, title: row.title, explanation: row.explanation, status: row.status, severity: row.severity,
    severity_rank: SEVERITIES.length - SEVERITIES.findIndex(severity => severity === row.severity), severity_reasons: row.severity_reasons,
    process: row.process ?? '', step: row.step ?? '', integration: row.integration ?? '', system: row.system ?? '', facility: row.facility ?? '', entity: row.entity ?? '',
    counterparty_type: row.counterparty_type ?? '', counterparty_id: row.counterparty_id ?? '', counterparty_name: row.counterparty_name ?? '',
    namespace: row.namespace ?? '', object_type: row.object_type ?? '', object_id: row.object_id ?? '',
    amount_minor: row.amount_minor === null ? null : String(row.amount_minor), currency: row.currency ?? '', amount_key: row.amount_key ?? '',
    first_seen: at(row.first_seen), last_seen: at(row.last_seen), detected_at: at(row.detected_at), due_at: row.due_at === null ? null : at(row.due_at),
    occurrences: row.occurrences, fingerprint: row.fingerprint, assignee: row.assignee ?? '', correlation_ids: row.correlation_ids, event_ids: row.event_ids, environment: row.environment,
    resolution_code: row.resolution_code ?? '', resolution_by: row.resolution_by ?? '', resolution_at: row.resolution_at === null ? null : at(row.resolution_at), resolution_note: row.resolution_note ?? '',
    owner: row.owner ?? '', criticality: row.criticality, warn_at: row.warn_at === null ? null : at(row.warn_at), rules: row.rules, version: row.version,
  }
}
