/**
 * Writes one batch of ingestion into its tables, in the order that makes a crash between any two of them harmless: an identity is
 * written last, so whoever resends an event whose identity is missing writes it again as a whole and every table collapses repeats.
 */
import type { ClickHouse } from '../clickhouse.ts'
import type { RejectedRow } from '../rejected/rows.ts'
import { objectRows, type CorrelationRow, type EventRow, type IdentityRow, type LogRow, type ReceiptRow } from './rows.ts'

export interface EventBatch {
  /** with writer and sequence set; `content_hash` is the identity's */
  events: readonly { row: EventRow; contentHash: string }[]
  rejected: readonly { row: RejectedRow; sequence: number }[]
  receipts: readonly ReceiptRow[]
  writer: string
}

/** Called before each table's insert; tests use it to die between two tables. */
export type BeforeTable = (table: string) => Promise<void> | void

/**
 * Inserts the batch; resolves when all of it is durable. The same `token` with the same batch changes nothing, so a failed call is
 * repeated as it is. Rejects with the store's error at the first table that fails.
 */
export async function writeBatch(clickhouse: ClickHouse, batch: EventBatch, token: string, before: BeforeTable = () => {}): Promise<void> {
  const insert = async (table: string, rows: readonly object[]) => {
    if (rows.length === 0) return
    await before(table)
    await clickhouse.insert({ table, rows, token: `${token}-${table}` })
  }
  const rows = batch.events.map(event => event.row)
  await insert('events_by_object', rows.flatMap(objectRows))
  await insert('events_by_correlation', rows.filter(row => row.correlation_id !== '').map((row): CorrelationRow =>
    ({ correlation_id: row.correlation_id, time: row.time, event_key: row.event_key, integration: row.integration })))
  await insert('events', rows)
  await insert('rejected', batch.rejected.map(rejected => rejected.row))
  await insert('receipts', batch.receipts)
  await insert('event_log', [
    ...rows.map((row): LogRow => ({ writer: batch.writer, sequence: row.sequence, kind: 'event', event_key: row.event_key, integration: row.integration, time: row.time })),
    ...batch.rejected.map(({ row, sequence }): LogRow =>
      ({ writer: batch.writer, sequence, kind: 'rejected', event_key: row.id, integration: row.integration, time: row.event_time ?? row.received_at })),
  ])
  await insert('event_identities', batch.events.map(({ row, contentHash }): IdentityRow =>
    ({ event_key: row.event_key, content_hash: contentHash, integration: row.integration, time: row.time })))
}
