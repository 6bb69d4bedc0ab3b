/** What the writer takes: the part of a call that goes into one batch as a whole. */
import type { ReceiptRow } from '#queries/clickhouse/events/rows.ts'
import type { RejectedRow } from '#queries/clickhouse/rejected/rows.ts'
import type { CallContext, Prepared } from '../pipeline/item.ts'

/** What became of the chunk's events. `conflicts` were refused by the identity check. */
export interface Outcome { accepted: number; duplicates: number; conflicts: RejectedRow[] }

export interface Chunk {
  context: CallContext
  prepared: Prepared[]
  rejected: RejectedRow[]
  /** makes the call's receipt once the chunk's outcome is known; it is written in the same batch */
  receipt?: (outcome: Outcome) => ReceiptRow
}

/** Rows that a chunk adds to a batch. */
export function sizeOf(chunk: Chunk): number {
  return chunk.prepared.length + chunk.rejected.length + (chunk.receipt ? 1 : 0)
}
