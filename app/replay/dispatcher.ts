/**
 * The background work of replays: sends what may be sent, reads what came back, ends what waited too long. One process does it at a time.
 *
 * `dispatched` is written before anything leaves. Whoever finds it after a crash without a noted delivery knows that nobody knows, and
 * says *unknown*; nothing is ever sent a second time by itself but what certainly never left.
 */
import type { Actor } from '#queries/postgres/audit.ts'
import {
  expiredReplays, moveItems, nextReplayDeadline, sendableItems, setDelivered, unansweredItems, undeliveredItems, type Move, type SendableItem,
} from '#queries/postgres/replay-moves.ts'
import { replayCandidates } from '#queries/postgres/replays.ts'
import { replayCorrection, type ReplayState } from '#queries/model/replay.ts'
import { readAnswers } from './answers.ts'
import { replayCommand } from './command.ts'
import { startLoop, type Loop, type LoopLog } from './loop.ts'
import { Pace } from './pace.ts'
import { REPLAY_CHANNEL } from './requests.ts'
import { judgeSelection, type ReplayContext } from './selection.ts'
import type { Delivery, ReplayTarget } from './targets.ts'

/** Items looked at together; their deliveries run side by side, each for another object. */
const BATCH = 8
const ACTOR: Actor = { kind: 'schedule', id: 'replay-dispatcher', origin: 'worker' }
const corrections = replayCorrection.omit({ exceptionId: true }).array()

export interface DispatcherContext extends ReplayContext { log: LoopLog }
/** The running dispatcher: `idle()` resolves when all that can be done now is done (tests), `close()` waits for deliveries under way. */
export type ReplayDispatcher = Loop

/** Starts sending and listening. Wakes on `events` and on {@link REPLAY_CHANNEL}. */
export async function startReplayDispatcher(context: DispatcherContext): Promise<ReplayDispatcher> {
  const pace = new Pace()
  return await startLoop({
    name: 'replay-dispatcher',
    channels: ['events', REPLAY_CHANNEL],
    coordination: context.stores.coordination,
    log: context.log,
    onLead: () => loseUndelivered(context),
    async cycle(closing) {
      const read = await readAnswers(context, ACTOR)
      const ended = await endWhatWaited(context)
      const sent = closing() ? 0 : await sendBatch(context, pace, closing)
      if (read + ended + sent > 0) await context.stores.coordination.wake(REPLAY_CHANNEL)
      return sent > 0
    },
    async nextAt() {
      const now = clock(context)
      const deadline = await nextReplayDeadline(context.stores.postgres, now)
      const release = pace.nextRelease(now.getTime())
      const ends = [deadline?.getTime(), release].filter(end => end != null)
      return ends.length === 0 ? null : Math.min(...ends)
    },
  })
}

/** What was about to be sent when the last leader ended: it may or may not have left. */
async function loseUndelivered(context: DispatcherContext): Promise<void> {
  for (const item of await undeliveredItems(context.stores.postgres)) {
    await move(context, { replayId: item.replay_id, exceptionIds: [String(item.exception_id)], from: ['dispatched'], event: 'lose', actor: ACTOR, ...unknownBecause('Signalbox stopped while it was sending this') })
  }
}

async function endWhatWaited(context: DispatcherContext): Promise<number> {
  const now = clock(context)
  let ended = 0
  for (const item of await unansweredItems(context.stores.postgres, now)) {
    ended += await move(context, { replayId: item.replay_id, exceptionIds: [String(item.exception_id)], event: 'lose', actor: ACTOR, ...unknownBecause('no final answer came in time') })
  }
  for (const replayId of await expiredReplays(context.stores.postgres, now)) {
    ended += await move(context, { replayId, event: 'expire', actor: ACTOR, why: 'neither approved nor sent in time' })
  }
  return ended
}

/** Sends the next items side by side; answers how many were dealt with. */
async function sendBatch(context: DispatcherContext, pace: Pace, closing: () => boolean): Promise<number> {
  const now = clock(context)
  const items = await sendableItems(context.stores.postgres, { now, limit: BATCH, exceptTargets: pace.held(now.getTime()) })
  if (items.length === 0) return 0
  const held = await reconsider(context, items)
  const deliveries: Promise<void>[] = []
  for (const item of items) {
    if (closing()) break
    const reason = held.get(String(item.exception_id))
    const target = context.targets.get(item.target ?? '')
    if (reason !== undefined || !target) {
      await move(context, { replayId: item.replay_id, exceptionIds: [String(item.exception_id)], event: 'cancel', actor: ACTOR, why: reason ?? 'its replay target is no longer configured', set: { why: `Not sent: ${reason ?? 'its replay target is no longer configured'}` } })
      continue
    }
    await wait(pace.takeSlot(target, Date.now()))
    deliveries.push(send(context, pace, target, item))
  }
  // All of them to their end, also when noting one of them failed: none may still be under way when the next round begins.
  const failed = (await Promise.allSettled(deliveries)).find(result => result.status === 'rejected')
  if (failed) throw failed.reason
  return items.length
}

/** The preflight once more, just before sending: what has succeeded, been cancelled or failed anew since the request is not sent. Reasons by exception id. */
async function reconsider(context: DispatcherContext, items: readonly SendableItem[]): Promise<Map<string, string>> {
  const reasons = new Map<string, string>()
  for (const [replayId, own] of Map.groupBy(items, item => item.replay_id)) {
    const candidates = await replayCandidates(context.stores.postgres, own.map(item => String(item.exception_id)), 'all')
    const changed = own.flatMap(item => corrections.parse(item.corrections).map(correction => ({ ...correction, exceptionId: String(item.exception_id) })))
    const judged = new Map((await judgeSelection(context, candidates, changed, replayId)).map(result => [result.candidate.id, result]))
    for (const item of own) {
      const id = String(item.exception_id)
      const result = judged.get(id)
      if (!result) reasons.set(id, 'the exception is gone')
      else if (result.verdict !== 'safe' && !(result.verdict === 'outcome_unknown' && item.verdict === 'outcome_unknown')) reasons.set(id, result.why)
      else if (result.idempotencyKey !== item.idempotency_key) reasons.set(id, 'A newer attempt has failed since. Look at the preview again.')
    }
  }
  return reasons
}

async function send(context: DispatcherContext, pace: Pace, target: ReplayTarget, item: SendableItem): Promise<void> {
  const replayId = item.replay_id
  const exceptionIds = [String(item.exception_id)]
  const now = clock(context)
  const dispatched = await move(context, {
    replayId, exceptionIds, event: 'dispatch', actor: ACTOR,
    set: { dispatched_at: now, delivered_at: null, answer: null, not_before: null, attempts: item.attempts + 1, answer_due_at: new Date(now.getTime() + target.answerWithinMs) },
  })
  if (dispatched === 0) return // cancelled in the meantime
  const delivery = await target.deliver(replayCommand(item, now))
  const heldUntil = pace.learn(target.name, delivery, Date.now())
  if (delivery.outcome !== 'delivered') context.log.warn({ replayId, exceptionId: exceptionIds[0], target: target.name, outcome: delivery.outcome }, 'replay command not delivered')
  await record(context, target, { replayId, exceptionIds }, delivery, heldUntil)
}

async function record(context: DispatcherContext, target: ReplayTarget, item: Pick<Move, 'replayId'> & { exceptionIds: string[] }, delivery: Delivery, heldUntil: number): Promise<void> {
  const now = clock(context)
  const from: ReplayState[] = ['dispatched']
  switch (delivery.outcome) {
    case 'delivered':
      await setDelivered(context.stores.postgres, item.replayId, item.exceptionIds, now, new Date(now.getTime() + target.answerWithinMs))
      return
    case 'refused':
      await move(context, { ...item, from, event: 'refuse', actor: ACTOR, why: delivery.why, set: { answered_at: now, answer: JSON.stringify({ code: delivery.code, message: delivery.why }) } })
      return
    case 'not_sent':
      await move(context, { ...item, from, event: 'not_sent', actor: ACTOR, why: delivery.why, set: { dispatched_at: null, answer_due_at: null, not_before: new Date(heldUntil), answer: JSON.stringify({ code: 'not_sent', message: delivery.why }) } })
      return
    case 'unknown':
      await move(context, { ...item, from, event: 'lose', actor: ACTOR, ...unknownBecause(delivery.why) })
  }
}

function unknownBecause(why: string): Pick<Move, 'why' | 'set'> {
  return { why, set: { answer: JSON.stringify({ code: 'unknown', message: why }) } }
}

async function move(context: DispatcherContext, request: Move): Promise<number> {
  return (await context.stores.postgres.transaction().execute(tx => moveItems(tx, request))).length
}

const clock = ({ now }: ReplayContext): Date => now?.() ?? new Date()
const wait = (ms: number): Promise<void> => (ms <= 0 ? Promise.resolve() : new Promise(resolve => { setTimeout(resolve, ms) }))
