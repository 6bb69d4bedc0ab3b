/** One call, whatever brought it: decoded items through the pipeline into the writer, and the answer that INTERFACES.md fixes. */
import { setImmediate as turn } from 'node:timers/promises'
import { toInstant, type ReceiptRow } from '#queries/clickhouse/events/rows.ts'
import type { ReceiptRejection } from '#queries/clickhouse/events/receipts.ts'
import type { RejectedRow } from '#queries/clickhouse/rejected/rows.ts'
import type { RejectCode } from './codes.ts'
import type { CallContext, Decoded, Prepared, Undecoded } from './pipeline/item.ts'
import { prepare, SLICE } from './pipeline/pipeline.ts'
import type { Timers } from './pipeline/timers.ts'
import type { Outcome } from './writer/chunk.ts'
import { MAX_BATCH, type Writer } from './writer/writer.ts'

export interface Rejection { index: number; id: string | null; code: RejectCode; message: string; path: string }
/** The body of a 202. */
export interface Answer { accepted: number; duplicates: number; rejected: Rejection[]; receipt: string }

/** Chunks of one call that may wait in the writer at once: one is written while the next is prepared. */
const CHUNKS_AHEAD = 2

/**
 * Takes all items of a call; resolves when every one of them is durable. Rejects with the store's error when they could not be
 * written: then nothing was promised, and the same call may be sent again. `progress` is told how many items are through.
 */
export async function take(items: Iterable<Decoded | Undecoded>, context: CallContext, { writer, timers }: { writer: Writer; timers: Timers }, progress: (done: number) => void = () => {}): Promise<Answer> {
  const totals = { accepted: 0, duplicates: 0, rejected: [] as RejectedRow[], done: 0 }
  const book = (outcome: Outcome, rejected: readonly RejectedRow[]) => {
    totals.accepted += outcome.accepted
    totals.duplicates += outcome.duplicates
    for (const row of rejected) totals.rejected.push(row)
    for (const row of outcome.conflicts) totals.rejected.push(row)
    totals.done += outcome.accepted + outcome.duplicates + outcome.conflicts.length + rejected.length
    progress(totals.done)
  }
  const ahead: Promise<void>[] = []
  let prepared: Prepared[] = []
  let rejected: RejectedRow[] = []
  const send = async () => {
    const chunk = { context, prepared, rejected }
    prepared = []
    rejected = []
    // settled in order by the await below; a second failure meanwhile must not count as unhandled
    const sent = writer.submit(chunk).then(outcome => book(outcome, chunk.rejected))
    sent.catch(() => {})
    ahead.push(sent)
    if (ahead.length >= CHUNKS_AHEAD) await ahead.shift()
  }
  const source = items[Symbol.iterator]()
  for (;;) {
    const slice = timers.time('decode', SLICE, () => pull(source, SLICE))
    const made = prepare(slice, context, timers)
    if (prepared.length + rejected.length + slice.length > MAX_BATCH) await send()
    prepared.push(...made.prepared)
    rejected.push(...made.rejected)
    if (slice.length < SLICE) break
    await turn()
  }
  await Promise.all(ahead)
  let answer: Answer | undefined
  await writer.submit({
    context, prepared, rejected,
    receipt: outcome => {
      // the writer may ask again when it repeats the batch; the totals are booked once
      if (!answer) {
        book(outcome, rejected)
        answer = { accepted: totals.accepted, duplicates: totals.duplicates, rejected: totals.rejected.map(rejection).sort((a, b) => a.index - b.index), receipt: context.receipt }
      }
      return receiptRow(answer, totals.rejected, context)
    },
  })
  return answer ?? { accepted: 0, duplicates: 0, rejected: [], receipt: context.receipt }
}

function pull<T>(source: Iterator<T>, count: number): T[] {
  const items: T[] = []
  while (items.length < count) {
    const next = source.next()
    if (next.done) break
    items.push(next.value)
  }
  return items
}

function rejection(row: RejectedRow): Rejection {
  return { index: row.position, id: row.event_id === '' ? null : row.event_id, code: row.code as RejectCode, message: row.message, path: row.path }
}

function receiptRow(answer: Answer, rows: readonly RejectedRow[], { key, receivedAt }: CallContext): ReceiptRow {
  const rejected = rows.map((row): ReceiptRejection => ({ ...rejection(row), rejectedId: row.id })).sort((a, b) => a.index - b.index)
  return { receipt: answer.receipt, received_at: toInstant(receivedAt), accepted: answer.accepted, duplicates: answer.duplicates, rejected: JSON.stringify(rejected), key_id: key.id }
}
