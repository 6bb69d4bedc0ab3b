/** The tables of the decisions store as kysely sees them; one interface per table of `migrations/`, nothing else derives columns. */
import type { ColumnType, Generated } from 'kysely'

type Stamp = ColumnType<Date, Date | string | undefined, Date | string>
type OptionalStamp = ColumnType<Date | null, Date | string | null | undefined, Date | string | null>
/** int8 columns: read as decimal strings' safe integers (see connection), written as number, bigint or string. */
type Int8 = ColumnType<number, number | bigint | string, number | bigint | string>
type OptionalInt8 = ColumnType<number | null, number | bigint | string | null | undefined, number | bigint | string | null>
type Json = ColumnType<unknown, string, string>
type OptionalJson = ColumnType<unknown, string | null | undefined, string | null>
type Words = ColumnType<string[], string[] | undefined, string[]>

export interface ServiceKeyTable { id: string; name: string; hash: string; prefix: string; scopes: string[]; strict: Generated<boolean>; created_by: string; created_at: Stamp; revoked_at: OptionalStamp }
export interface PersonTable { user_id: string; role: string; title: Generated<string>; all_facilities: Generated<boolean>; facilities: Words; entities: Words; time_zone: Generated<string>; version: Generated<number> }
export interface CatalogueDocumentTable { kind: string; id: string; version: number; document: Json; content_hash: string; created_by: string; created_at: Stamp }
export interface IngestWriterTable { id: string; host: string; lane: string; started_at: Stamp }
export interface ReaderCursorTable { reader: string; writer: string; sequence: Int8 }
export interface ExceptionTable {
  id: Generated<number>; subject_key: string; kind: string; type: string; title: string; explanation: string
  status: Generated<string>; severity: string; severity_reasons: Words
  process: string | null; step: string | null; integration: string | null; system: string | null; facility: string | null; entity: string | null
  counterparty_type: string | null; counterparty_id: string | null; counterparty_name: string | null
  namespace: string | null; object_type: string | null; object_id: string | null
  amount_minor: OptionalInt8; currency: string | null; amount_key: string | null
  first_seen: Stamp; last_seen: Stamp; detected_at: Stamp; evidence_at: Stamp; due_at: OptionalStamp
  occurrences: Generated<number>; fingerprint: string; assignee: string | null
  correlation_ids: Words; event_ids: Words; environment: Generated<string>
  ignore_until: OptionalStamp; ignore_count: number | null; ignored_occurrences: number | null; ignore_rate_count: number | null; ignore_rate_seconds: number | null; reopened_at: OptionalStamp
  wait_until: OptionalStamp; wait_party: string | null
  resolution_code: string | null; resolution_by: string | null; resolution_at: OptionalStamp; resolution_note: string | null
  version: Generated<number>; projected_version: Generated<number>
  owner: string | null; criticality: Generated<string>; warn_at: OptionalStamp; began_at: OptionalStamp; rules: Words
}
export interface ExceptionHistoryTable { id: Generated<number>; exception_id: number; at: Stamp; actor_kind: string; actor_id: string; act: string; detail: Json }
export interface ReplayTable {
  id: string; state: string; reason: string; requested_by: string; requested_at: Stamp; approved_by: string | null; approved_at: OptionalStamp
  selection_hash: string; content_hash: string; item_count: number; expires_at: Stamp; version: Generated<number>
  requested_by_kind: Generated<string>; needs_approval: Generated<boolean>
}
export interface ReplayItemTable {
  replay_id: string; exception_id: number; position: number; state: string; verdict: string; why: string; idempotency_key: string
  integration: string | null; step: string | null; namespace: string | null; object_type: string | null; object_id: string | null
  amount_minor: OptionalInt8; currency: string | null; facility: string | null; entity: string | null; correlation_id: string | null
  original_source: string | null; original_id: string | null; posts_money: boolean
  dispatched_at: OptionalStamp; answered_at: OptionalStamp; verified_at: OptionalStamp; answer: OptionalJson
  included: Generated<boolean>; needs_approval: Generated<boolean>; corrections: ColumnType<unknown, string | undefined, string>; target: string | null
  original_at: OptionalStamp; amount_key: string | null; delivered_at: OptionalStamp; answer_due_at: OptionalStamp; not_before: OptionalStamp; attempts: Generated<number>
}
export interface AuditRecordTable {
  sequence: Generated<number>; at: Stamp; actor_kind: string; actor_id: string; origin: Generated<string>; action: string
  subject_kind: string; subject_id: string; before: OptionalJson; after: OptionalJson; reason: string | null; facility: string | null; entity: string | null
}
export interface IdempotencyTable { actor_id: string; key: string; request_hash: string; status: number; answer: OptionalJson; created_at: Stamp }

export interface Database {
  service_key: ServiceKeyTable
  person: PersonTable
  catalogue_document: CatalogueDocumentTable
  ingest_writer: IngestWriterTable
  reader_cursor: ReaderCursorTable
  exception: ExceptionTable
  exception_history: ExceptionHistoryTable
  replay: ReplayTable
  replay_item: ReplayItemTable
  audit_record: AuditRecordTable
  idempotency: IdempotencyTable
}
