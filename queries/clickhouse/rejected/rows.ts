/** A row of `rejected`: what could not be taken as it is. Never its body: canonical fields, a hash, a size and the error. */
import type { Instant } from '../events/rows.ts'

export interface RejectedRow {
  /** hash of source, event id, code and content: the same bad event sent twice is one row */
  id: string
  received_at: Instant
  receipt: string
  /** position in the call, from 0 */
  position: number
  source: string
  event_id: string
  type: string
  integration: string
  facility: string
  entity: string
  environment: string
  correlation_id: string
  code: string
  message: string
  path: string
  event_time: Instant | null
  object_types: string[]
  object_ids: string[]
  amount_minor: string | null
  currency: string
  /** SHA-256 of the canonical content (of the bytes, where nothing could be read), hex */
  content_hash: string
  content_bytes: number
  key_id: string
  /** epoch ms of the newest sight */
  version: number
}
