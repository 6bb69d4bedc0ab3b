/**
 * The pipeline, in order: decode → verify → contract → redact → normalise → relate, here, on the calling thread; deduplicate → write
 * in `ingest/writer`, for several calls at once. An event leaves at the first step that refuses it, and is kept as rejected.
 */
import type { RejectedRow } from '#queries/clickhouse/rejected/rows.ts'
import { contract } from './contract.ts'
import type { CallContext, Decoded, Prepared, Refusal, Undecoded } from './item.ts'
import { normalise } from './normalise.ts'
import { redact } from './redact.ts'
import { rejectedRow } from './reject.ts'
import { relate } from './relate.ts'
import type { Step, Timers } from './timers.ts'
import { verify } from './verify.ts'

/** What a slice of a call became. */
export interface Slice { prepared: Prepared[]; rejected: RejectedRow[] }

/** Events handled in one go before the event loop gets its turn: some 10 ms of work. */
export const SLICE = 500

/** Runs decoded events of a call through the steps up to the writer. Never throws for what an event holds. */
export function prepare(items: readonly (Decoded | Undecoded)[], context: CallContext, timers: Timers): Slice {
  const rejected: RejectedRow[] = []
  const decoded: Decoded[] = []
  for (const item of items) {
    if ('refusal' in item) rejected.push(rejectedRow(item, item.refusal, context))
    else decoded.push(item)
  }
  /** One step over all events that are still there. */
  const step = <I, O extends object>(name: Step, inputs: readonly I[], origin: (input: I) => Decoded, work: (input: I, context: CallContext) => O | Refusal): O[] =>
    timers.time(name, inputs.length, () => {
      const outputs: O[] = []
      for (const input of inputs) {
        const result = work(input, context)
        if (isRefusal(result)) rejected.push(rejectedRow(origin(input), result, context))
        else outputs.push(result)
      }
      return outputs
    })
  const itself = <T extends Decoded>(item: T) => item
  const verified = step('verify', decoded, itself, verify)
  const contracted = step('contract', verified, itself, contract)
  const redacted = step('redact', contracted, itself, redact)
  const normalised = step('normalise', redacted, itself, normalise)
  return { prepared: step('relate', normalised, ({ item }) => item, relate), rejected }
}

function isRefusal(result: object): result is Refusal {
  return 'code' in result && 'message' in result && 'path' in result
}
