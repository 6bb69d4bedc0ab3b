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
  version: Generated<number>; projected_version: Generated<number>; planned_version: Generated<number>
  cause: string | null; cause_version: Generated<number>; error_code: string | null; error_class: string | null; error_message: string | null; endpoint: string | null; muted_by: string | null
  owner: string | null; criticality: Generated<string>; warn_at: OptionalStamp; began_at: OptionalStamp; rules: Words; serves: Words
}
export interface FailureGroupTable {
  fingerprint: string; assignee: string | null; suspected_cause: string | null; suspected_by: string | null; suspected_at: OptionalStamp
  muted_at: OptionalStamp; muted_by: string | null; mute_until: OptionalStamp; mute_count: number | null; mute_baseline: OptionalInt8; mute_rate_count: number | null; mute_rate_seconds: number | null; mute_reason: string | null
  version: Generated<number>
}
export interface FailureGroupRuleTable {
  id: Generated<number>; kind: 'merge' | 'split'; source: string; target: string | null; dimension: string | null; value: string | null; origin: string; reason: Generated<string>
  created_at: Stamp; created_by_kind: string; created_by: string; undone_at: OptionalStamp; undone_by: string | null; undone_reason: string | null
}
export interface FailureGroupOriginTable { fingerprint: string; rule_id: number; dimension: string; value: string }
export interface FailureGroupHistoryTable { id: Generated<number>; fingerprint: string; at: Stamp; actor_kind: string; actor_id: string; act: string; detail: Json }
export interface ExceptionHistoryTable { id: Generated<number>; exception_id: number; at: Stamp; actor_kind: string; actor_id: string; act: string; detail: Json }
export interface ExceptionWaitTable { id: Generated<number>; exception_id: number; since: Stamp; until_at: Stamp; party: string; ended_at: OptionalStamp; pending: Generated<boolean>; revision: Generated<number> }
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
export interface SavedViewTable { id: Generated<number>; owner_id: string; name: string; query: string; audience: Generated<string>; role: string | null; version: Generated<number>; created_at: Stamp; updated_at: Stamp }
export interface ViewChoiceTable { person_id: string; view: string }
export interface WatchTable { person_id: string; kind: string; subject: string; since: Stamp; seen_at: Stamp }
export interface MentionTable { id: Generated<number>; person_id: string; exception_id: number; by_kind: string; by_id: string; at: Stamp; seen_at: OptionalStamp }
export interface WorklistVisitTable { person_id: string; since: OptionalStamp; last_at: Stamp }
export interface ExceptionReadTable { person_id: string; exception_id: number; at: Stamp }
export interface ExceptionLinkTable { id: Generated<number>; from_id: number; to_id: number; relation: string; created_by: string; created_at: Stamp }
export interface HandoverNoteTable {
  id: Generated<number>; author_id: string; role: string | null; view: string | null; facility: string | null; entity: string | null; text: string; at: Stamp
  last_day: ColumnType<string, string, string>; done_at: OptionalStamp; done_by: string | null
}
export interface UndoableActTable { id: string; actor_id: string; act: string; items: Json; at: Stamp }

export interface SlaTimerTable { policy: string; exception_id: number; opening: Int8; occasion: string; fire_at: Stamp }
export interface OutboxTable {
  id: string; channel: string; kind: string; policy: string; recipient: string; recipient_name: Generated<string>; address: string; urgent: Generated<boolean>
  state: Generated<string>; reason: string | null; dedupe_key: string | null; subject: string | null; html: string | null; body: string | null; items: number | null; as_of: OptionalStamp
  attempts: Generated<number>; next_at: Stamp; claimed_by: string | null; claimed_at: OptionalStamp; sent_at: OptionalStamp; reply: string | null; created_at: Stamp; about: string | null
}
export interface SlaNoticeTable {
  id: Generated<number>; policy: string; subject: string; occasion: string; recipient: string; exception_id: OptionalInt8; detail: OptionalJson
  outbox_id: string; planned_at: Stamp; left_out: string | null
}
export interface SlaScheduleTable { name: string; seen_until: Stamp }
export interface SlaChoiceTable { recipient: string; policy: string; choice: string; chosen_at: Stamp }
export interface MailPreferenceTable { person_id: string; time_zone: string | null; digest_at: string | null; quiet_from: string | null; quiet_until: string | null; quiet_weekend: Generated<boolean>; version: Generated<number> }
export interface MailAddressTable { address: string; state: Generated<string>; bounces: Generated<number>; last_code: string | null; last_reply: string | null; changed_at: Stamp }
export interface WebhookTable {
  id: string; name: string; url: string; format: string; secret: string; allow_private: Generated<boolean>; enabled: Generated<boolean>
  facilities: Words; entities: Words; all_facilities: Generated<boolean>; created_by: string; created_at: Stamp; version: Generated<number>
  failures: Generated<number>; failing_since: OptionalStamp; off_at: OptionalStamp; off_reason: string | null
}

export interface ReconciliationRunTable {
  id: string; number: Int8; set_id: string; kind: string; status: string; rule_version: number; requested_by: string | null; started_at: Stamp; finished_at: OptionalStamp
  items: OptionalInt8; totals: Json; error: string | null
}
export interface ReconciliationRequestTable { id: string; set_id: string; requested_by: string; covers: Json; at: Stamp; taken: Generated<boolean> }
export interface ReconciliationDecisionTable {
  id: string; sequence: Generated<number>; set_id: string; action: string; items: Words; allocations: Json; reason: Generated<string>; decided_by: string; decided_at: Stamp
  undone_by: string | null; undone_at: OptionalStamp
}

export interface Database {
  service_key: ServiceKeyTable
  person: PersonTable
  catalogue_document: CatalogueDocumentTable
  ingest_writer: IngestWriterTable
  reader_cursor: ReaderCursorTable
  exception: ExceptionTable
  exception_history: ExceptionHistoryTable
  failure_group: FailureGroupTable
  failure_group_rule: FailureGroupRuleTable
  failure_group_origin: FailureGroupOriginTable
  failure_group_history: FailureGroupHistoryTable
  exception_wait: ExceptionWaitTable
  replay: ReplayTable
  replay_item: ReplayItemTable
  audit_record: AuditRecordTable
  idempotency: IdempotencyTable
  sla_timer: SlaTimerTable
  outbox: OutboxTable
  sla_notice: SlaNoticeTable
  sla_schedule: SlaScheduleTable
  sla_choice: SlaChoiceTable
  mail_preference: MailPreferenceTable
  mail_address: MailAddressTable
  webhook: WebhookTable
  saved_view: SavedViewTable
  view_choice: ViewChoiceTable
  watch: WatchTable
  mention: MentionTable
  worklist_visit: WorklistVisitTable
  exception_read: ExceptionReadTable
  exception_link: ExceptionLinkTable
  handover_note: HandoverNoteTable
  undoable_act: UndoableActTable
  reconciliation_run: ReconciliationRunTable
  reconciliation_request: ReconciliationRequestTable
  reconciliation_decision: ReconciliationDecisionTable
}
