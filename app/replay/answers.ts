/**
 * What came back. The execution layer answers with events through normal ingestion; a milestone seen on the object verifies. Both are
 * read from the event log behind a cursor of this reader's own, so that nothing is missed however late a writer commits.
 */
import { readLogHeads, readSignals, type ReplaySignal } from '#queries/clickhouse/replay/signals.ts'
import { REPLAY_CLOCK_SKEW, type ReplayEvent } from '#queries/model/replay.ts'
import type { Actor } from '#queries/postgres/audit.ts'
import { readCursors, saveCursor } from '#queries/postgres/cursors.ts'
import { moveItems, openItems } from '#queries/postgres/replay-moves.ts'
import type { ReplayItemRow } from '#queries/postgres/replays.ts'
import type { ReplayContext } from './selection.ts'

const READER = 'replay'
/** Log entries per step: what one step reads stays small, however much came in meanwhile. */
const STEP = 50_000
const MESSAGE_LENGTH = 500

const EVENT_OF_ANSWER: Readonly<Record<string, ReplayEvent>> = {
  'execution.replay.accepted': 'accept', 'execution.replay.refused': 'refuse', 'execution.replay.completed': 'complete', 'execution.replay.failed': 'fail',
}

/**
 * Reads what came since the last time and moves the items it concerns; answers how many moved. Reading twice changes nothing. The log's
 * heads are taken before the open items: an item dispatched later has its answers behind these heads.
 */
export async function readAnswers({ stores, targets }: ReplayContext, actor: Actor): Promise<number> {
  const cursors = await readCursors(stores.postgres, READER)
  const heads = await readLogHeads(stores.clickhouse, cursors)
  const open = await openItems(stores.postgres)
  const types = [...Object.keys(EVENT_OF_ANSWER), ...new Set(open.flatMap(item => item.step ?? []))]
  const heard = (item: ReplayItemRow) => targets.get(item.target ?? '')?.answersFrom ?? null
  let moved = 0
  for (const [writer, head] of heads) {
    let after = cursors.get(writer) ?? 0
    // Nothing waits for an answer: what is in the log up to here concerns no replay.
    if (open.length === 0 && after < head) await saveCursor(stores.postgres, READER, writer, (after = head))
    while (after < head) {
      const upTo = Math.min(after + STEP, head)
      for (const signal of await readSignals(stores.clickhouse, { writer, after, upTo, types })) {
        const event = EVENT_OF_ANSWER[signal.type]
        const items = event ? open.filter(item => answers(signal, item, heard(item))) : open.filter(item => proves(signal, item))
        for (const item of items) moved += await apply({ stores, actor, item, event: event ?? 'verify', signal })
      }
      await saveCursor(stores.postgres, READER, writer, upTo)
      after = upTo
    }
  }
  return moved
}

function answers(signal: ReplaySignal, item: ReplayItemRow, from: string | null): boolean {
  return signal.replayId === item.replay_id && signal.idempotencyKey === item.idempotency_key && (from === null || from === signal.integration)
}

/** The item's milestone succeeded on its object, after the dispatch. One that happened before and only arrived late proves nothing about the replay. */
function proves(signal: ReplaySignal, item: ReplayItemRow): boolean {
  if (signal.status !== 'succeeded' || signal.type !== item.step || item.dispatched_at === null) return false
  if (signal.receivedAt < item.dispatched_at || signal.time.getTime() < item.dispatched_at.getTime() - REPLAY_CLOCK_SKEW) return false
  return signal.objectIds.some((id, index) => id === item.object_id && signal.objectTypes[index] === item.object_type && signal.namespaces[index] === item.namespace)
}

async function apply({ stores, actor, item, event, signal }: { stores: ReplayContext['stores']; actor: Actor; item: ReplayItemRow; event: ReplayEvent; signal: ReplaySignal }): Promise<number> {
  const message = signal.message.slice(0, MESSAGE_LENGTH)
  const moved = await stores.postgres.transaction().execute(tx => moveItems(tx, {
    replayId: item.replay_id, exceptionIds: [String(item.exception_id)], event, actor, ...(message === '' ? {} : { why: message }),
    set: event === 'verify' ? { verified_at: signal.time } : { answered_at: signal.receivedAt, answer: JSON.stringify({ code: signal.errorCode || signal.type.split('.').at(-1) || null, message }) },
  }))
  return moved.length
}
