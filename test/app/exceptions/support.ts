/** A small group of events for the tests of finding: written into the stores as ingestion writes them, without its pipeline. */
import { createHash } from 'node:crypto'
import { buildCatalogue } from '#queries/catalogue/catalogue.ts'
import type { Catalogue } from '#queries/catalogue/catalogue.ts'
import { readDocumentFiles } from '#queries/catalogue/documents.ts'
import { toInstant } from '#queries/clickhouse/events/rows.ts'
import type { EventRow } from '#queries/clickhouse/events/rows.ts'
import { writeBatch } from '#queries/clickhouse/events/write.ts'
import type { RejectedRow } from '#queries/clickhouse/rejected/rows.ts'
import type { ObjectEvent } from '#queries/clickhouse/finding/types.ts'
import type { Stores } from '#queries/stores.ts'

export const HOUR = 3_600_000
export const DAY = 24 * HOUR

/** What a test says of an event; the rest has defaults. Times in epoch ms. */
export interface Planted {
  type: string
  time: number
  object?: string
  objects?: { type: string; id: string; namespace?: string; role?: string }[]
  status?: EventRow['status']
  attempt?: number
  retryable?: boolean | null
  error?: { code?: string; class?: EventRow['error_class']; message?: string }
  integration?: string
  facility?: string
  entity?: string
  environment?: string
  criticality?: EventRow['criticality']
  amount?: [string, string]
  counterparty?: string
  attributes?: Record<string, unknown>
  id?: string
  source?: string
  correlation?: string
}

const uuidOf = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 32).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
/** The identity that ingestion gives an event. */
export const identityOf = (source: string, id: string): string => uuidOf(`${source}\0${id}`)

let counter = 0
/** A planted event as the row that ingestion would write. `object: 'purchase_order/PO-1'` is short for one object. */
export function row(planted: Planted): EventRow {
  const id = planted.id ?? `e-${++counter}`
  const source = planted.source ?? 'test'
  const [type = '', objectId = ''] = planted.object?.split('/') ?? []
  const objects = planted.objects ?? (planted.object ? [{ type, id: objectId }] : [])
  return {
    event_key: identityOf(source, id), source, id, type: planted.type, subject: '', time: toInstant(planted.time), received_at: toInstant(planted.time + 1000), status: planted.status ?? 'succeeded', attempt: planted.attempt ?? 0,
    integration: planted.integration ?? 'test-integration', facility: planted.facility ?? '', entity: planted.entity ?? '', environment: planted.environment ?? 'production', correlation_id: planted.correlation ?? `c-${objectId || id}`, causation_id: '', trace_id: '', span_id: '', duration_ms: null, endpoint: '',
    error_code: planted.error?.code ?? '', error_class: planted.error?.class ?? '', error_message: planted.error?.message ?? '', retryable: planted.retryable ?? null, criticality: planted.criticality ?? '',
    object_namespaces: objects.map(object => object.namespace ?? 'default'), object_types: objects.map(object => object.type), object_ids: objects.map(object => object.id), object_systems: objects.map(() => ''), object_roles: objects.map(object => object.role ?? ''), object_states: objects.map(() => ''),
    amount_minor: planted.amount?.[0] ?? null, currency: planted.amount?.[1] ?? '', counterparty_type: planted.counterparty ? 'supplier' : '', counterparty_id: planted.counterparty ?? '', counterparty_name: planted.counterparty ?? '',
    dataschema: '', attributes: JSON.stringify(planted.attributes ?? {}), flags: [], writer: '', sequence: 0,
  }
}

/** A planted event as evaluation sees it. */
export function seen(planted: Planted, subject = true): ObjectEvent {
  const event = row(planted)
  return {
    eventKey: event.event_key, eventId: event.id, type: event.type, time: planted.time, status: event.status, attempt: event.attempt, retryable: event.retryable,
    errorCode: event.error_code, errorClass: event.error_class, errorMessage: event.error_message, endpoint: event.endpoint, role: '', integration: event.integration, facility: event.facility, entity: event.entity, correlationId: event.correlation_id,
    criticality: event.criticality, amountMinor: event.amount_minor, currency: event.currency, counterpartyType: event.counterparty_type, counterpartyId: event.counterparty_id, counterpartyName: event.counterparty_name,
    attributes: event.attributes, purchaseOrder: typeof planted.attributes?.['purchaseOrder'] === 'string' ? planted.attributes['purchaseOrder'] : '', subject,
  }
}

/** A rejected input as ingestion would write it. */
export function rejectedRow(planted: { id: string; source: string; eventId: string; code: string; time: number; integration?: string; path?: string }): RejectedRow {
  return {
    id: uuidOf(planted.id), received_at: toInstant(planted.time), receipt: 'r', position: 0, source: planted.source, event_id: planted.eventId, type: '', integration: planted.integration ?? 'test-integration', facility: '', entity: '', environment: 'production', correlation_id: '',
    code: planted.code, message: 'It could not be read.', path: planted.path ?? '/data', event_time: null, object_types: [], object_ids: [], amount_minor: null, currency: '', content_hash: uuidOf(planted.id), content_bytes: 10, key_id: 'k', version: planted.time,
  }
}

/** One writer of the event log, as an ingestion lane is. */
export class TestWriter {
  readonly #stores: Stores
  readonly #id: string
  #sequence = 0
  private constructor(stores: Stores, id: string) {
    this.#stores = stores
    this.#id = id
  }

  static async register(stores: Stores, id: string): Promise<TestWriter> {
    await stores.postgres.insertInto('ingest_writer').values({ id, host: 'test', lane: '0' }).execute()
    return new TestWriter(stores, id)
  }

  /** Writes one batch and wakes the finder, as ingestion does. */
  async write(events: readonly EventRow[], rejected: readonly RejectedRow[] = [], wake = true): Promise<void> {
    await writeBatch(this.#stores.clickhouse, {
      writer: this.#id, receipts: [],
      events: events.map(event => ({ row: { ...event, writer: this.#id, sequence: ++this.#sequence }, contentHash: '1' })),
      rejected: rejected.map(item => ({ row: item, sequence: ++this.#sequence })),
    }, `${this.#id}-${this.#sequence}`)
    if (wake) await this.#stores.coordination.wake('events')
  }
}

/** The shipped catalogue: the standard processes and the demo group. */
export async function shippedCatalogue(): Promise<Catalogue> {
  const directories = ['../../../seeds/standard/', '../../../seeds/group/'].map(path => new URL(path, import.meta.url).pathname)
  return buildCatalogue((await Promise.all(directories.map(directory => readDocumentFiles(directory)))).flat())
}

export const silent = { warn: () => {}, error: () => {} }
