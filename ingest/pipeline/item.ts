/** An event on its way through the pipeline: one type per stage, and what every step may look at. */
import type { EventRow } from '#queries/clickhouse/events/rows.ts'
import type { EventData, EventFlag } from '#queries/model/event.ts'
import type { ServiceKey } from '#queries/postgres/service-keys.ts'
import type { CatalogueView } from '../catalogue.ts'
import type { RejectCode } from '../codes.ts'
import type { Scrubber } from '../redaction/scrubber.ts'

/** Why an event is not taken. `message` is ours and quotes nothing of the event; `path` points into it (`data.amount.value`), '' for the whole. */
export interface Refusal { code: RejectCode; message: string; path: string }

/** What decoding finds at one position of a call: an envelope (CloudEvents JSON, whatever the binding), or the reason that there is none. */
export interface Decoded {
  /** position in the call, from 0 */
  position: number
  /** size as it was sent */
  bytes: number
  event: Record<string, unknown>
}
export interface Undecoded { position: number; bytes: number; refusal: Refusal; contentHash: string }

/** CloudEvents attributes that are kept, as text; '' where absent. */
export interface Envelope {
  id: string
  source: string
  type: string
  subject: string
  dataschema: string
  correlationid: string
  causationid: string
  integration: string
  facility: string
  environment: string
  traceId: string
  spanId: string
  /** epoch ms; null: the event brings no time */
  time: number | null
}

/** Passed the contract. */
export interface Contracted extends Decoded {
  envelope: Envelope
  data: EventData
  flags: EventFlag[]
  /** SHA-256 of the canonical content, hex */
  contentHash: string
}

/** Ready to be written, but for the identity check and the writer's number. */
export interface Prepared extends Decoded {
  row: EventRow
  contentHash: string
  /** the event brought no time: one must be fixed before it is written */
  timeless: boolean
}

/** What holds for all events of a call. */
export interface CallContext {
  key: ServiceKey
  catalogue: CatalogueView
  scrubber: Scrubber
  /** epoch ms at which the call arrived */
  receivedAt: number
  receipt: string
  /** imported logs keep the attributes of types that the catalogue does not know, and must bring a time */
  imported: boolean
}
