/** The replay command of one item, as it leaves. */
import { replayCorrection } from '#queries/model/replay.ts'
import type { SendableItem } from '#queries/postgres/replay-moves.ts'
import { refOf } from '#queries/postgres/replays.ts'
import type { ReplayCommand } from './targets.ts'

const corrections = replayCorrection.omit({ exceptionId: true }).array()

/**
 * Builds the command. Its id names the item and not the attempt, so that a target that saw an earlier delivery can tell. Throws for an
 * item without object, step or integration; the preflight lets none through.
 */
export function replayCommand(item: SendableItem, now: Date): ReplayCommand {
  const object = refOf(item)
  if (!object || !item.step || !item.integration) throw new Error('a replay item without object, step or integration cannot be sent')
  return {
    specversion: '1.0',
    id: `${item.replay_id}-${item.exception_id}`,
    source: 'signalbox',
    type: 'execution.replay.requested',
    subject: `${object.type}/${object.id}`,
    time: now.toISOString(),
    datacontenttype: 'application/json',
    integration: item.integration,
    ...(item.facility ? { facility: item.facility } : {}),
    ...(item.correlation_id ? { correlationid: item.correlation_id } : {}),
    data: {
      replayId: item.replay_id,
      idempotencyKey: item.idempotency_key,
      target: { integration: item.integration, step: item.step, objects: [object] },
      originalEvent: item.original_source !== null && item.original_id !== null ? { source: item.original_source, id: item.original_id } : null,
      correlationId: item.correlation_id,
      corrections: corrections.parse(item.corrections),
      requestedBy: item.requested_by,
      approvedBy: item.approved_by,
      reason: item.reason,
      dryRun: false,
    },
  }
}
