import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { buildTargets } from '#app/replay/targets.ts'
import { approveReplay, cancelReplay, createReplay, previewReplay } from '#app/replay/requests.ts'
import type { ReplayDispatcher } from '#app/replay/dispatcher.ts'
import { moveItems } from '#queries/postgres/replay-moves.ts'
import { replayById, replayEffectsFrom } from '#queries/postgres/replays.ts'
import { finance, openLine, POSTING_INTEGRATION, STEP, SUCCEEDS, support, type Line } from './line.ts'

let line: Line
let dispatcher: ReplayDispatcher | null = null
beforeEach(async () => { line = await openLine() })
afterEach(async () => {
  await dispatcher?.close()
  dispatcher = null
  await line.dispose()
})

const create = (...exceptionIds: string[]) => createReplay(line.context, support, { exceptionIds, reason: 'cost centre was created', corrections: [], includeUnknown: [] })
const start = async () => { dispatcher = await line.start() }
/** Until the items are in these states: answers come in by themselves. */
const reach = (replayId: string, ...states: string[]) => expect.poll(async () => {
  await dispatcher?.idle()
  return await line.states(replayId)
}, { timeout: 20_000, interval: 50 }).toEqual(states)

describe('a replay that succeeds', () => {
  test('is verified by the milestone, in order per object, with one effect each', async () => {
    const second = await line.trouble({ objectId: 'A', hour: 12, step: 'finance.customer_invoice.posted' })
    const first = await line.trouble({ objectId: 'A', hour: 11 })
    const other = await line.trouble({ objectId: 'B' })
    const replay = await create(second, first, other)
    await start()
    await reach(replay.id, 'verified', 'verified', 'verified')
    expect(line.received.filter(command => command.data.target.objects[0]?.id === 'A').map(command => command.data.target.step)).toEqual([STEP, 'finance.customer_invoice.posted'])
    expect(line.ledger.map(effect => effect.key).toSorted()).toEqual([...new Set(line.received.map(command => command.data.idempotencyKey))].toSorted())
    expect(await replayById(line.stores.postgres, replay.id, 'all')).toMatchObject({ state: 'verified' })
    const acts = await line.stores.postgres.selectFrom('exception_history').select('act').where('exception_id', '=', Number(first)).orderBy('id').execute()
    expect(acts.map(row => row.act)).toEqual(expect.arrayContaining(['replay_requested', 'replay_dispatched', 'replay_verified']))
    expect([...(await replayEffectsFrom(line.stores.postgres, [first, second, other].map(Number))).keys()].toSorted()).toEqual([first, second, other].map(Number).toSorted())
  })

  test('posts only after approval, and the command says who asked and who agreed', async () => {
    const replay = await create(await line.trouble({ integration: POSTING_INTEGRATION }))
    await start()
    await dispatcher!.idle()
    expect(line.received).toEqual([])
    await approveReplay(line.context, finance, replay.id, { contentHash: replay.contentHash })
    await reach(replay.id, 'verified')
    expect(line.received[0]?.data).toMatchObject({ requestedBy: support.id, approvedBy: finance.id, originalEvent: { source: 'execution' }, dryRun: false })
  })
})

describe('completed is not verified', () => {
  test('the milestone never comes: it stays completed', async () => {
    line.behave({ ...SUCCEEDS, milestone: false })
    const id = await line.trouble()
    const replay = await create(id)
    await start()
    await reach(replay.id, 'completed')
    expect((await previewReplay(line.context, support, { exceptionIds: [id], corrections: [] })).items[0]).toMatchObject({ verdict: 'outcome_unknown' })
    expect((await line.stores.postgres.selectFrom('exception').select('status').where('id', '=', Number(id)).executeTakeFirstOrThrow()).status).toBe('open')
  })

  test('a success from before the dispatch that arrives late, or on another object, verifies nothing', async () => {
    line.behave({ ...SUCCEEDS, milestone: false })
    const replay = await create(await line.trouble({ objectId: 'L' }))
    await start()
    await reach(replay.id, 'completed')
    await line.event({ type: STEP, objectId: 'L', time: new Date(Date.now() - 3_600_000) })
    await line.event({ type: STEP, objectId: 'M' })
    await line.event({ type: STEP, objectId: 'L', namespace: 'another company' })
    await line.event({ type: STEP, objectId: 'L', status: 'failed' })
    await dispatcher!.idle()
    expect(await line.states(replay.id)).toEqual(['completed'])
    await line.event({ type: STEP, objectId: 'L' })
    await reach(replay.id, 'verified')
  })
})

describe('an unknown outcome', () => {
  test('acts and dies before answering: unknown, one effect, and never sent again by itself', async () => {
    line.behave({ effect: true, http: null, answers: [], milestone: false })
    const id = await line.trouble()
    const replay = await create(id)
    await start()
    await reach(replay.id, 'unknown')
    await dispatcher!.close()
    line.behave(SUCCEEDS)
    await start()
    await dispatcher!.idle()
    expect(await line.states(replay.id)).toEqual(['unknown'])
    expect(line.ledger).toHaveLength(1)
    expect((await previewReplay(line.context, support, { exceptionIds: [id], corrections: [] })).items[0]).toMatchObject({ verdict: 'outcome_unknown' })
  })

  test('a late answer resolves it, a contradicting one after that does not', async () => {
    line.behave({ effect: true, http: 500, answers: [], milestone: false })
    const replay = await create(await line.trouble({ objectId: 'U' }))
    await start()
    await reach(replay.id, 'unknown')
    const { replayId, idempotencyKey } = line.received[0]!.data
    const answer = (verb: string, key = idempotencyKey) => line.event({ type: `execution.replay.${verb}`, objectType: 'replay', objectId: replayId, attributes: { replayId, idempotencyKey: key, reason: 'period is closed' } })
    await answer('completed', 'a key that was never sent')
    await dispatcher!.idle()
    expect(await line.states(replay.id)).toEqual(['unknown'])
    await answer('failed')
    await reach(replay.id, 'failed')
    expect((await line.items(replay.id))[0]?.answer).toEqual({ code: 'failed', message: 'period is closed' })
    await answer('completed')
    await dispatcher!.idle()
    expect(await line.states(replay.id)).toEqual(['failed'])
  })

  test('a target that does not say what happened is left alone: the others do not become unknown one by one', async () => {
    line.behave({ effect: false, http: 500, answers: [], milestone: false })
    const ids = []
    for (let index = 0; index < 20; index++) ids.push(await line.trouble())
    const replay = await create(...ids)
    await start()
    await dispatcher!.idle()
    const states = await line.states(replay.id)
    expect(states.filter(state => state === 'unknown').length).toBeLessThanOrEqual(8)
    expect(states.filter(state => state === 'preflighted').length).toBeGreaterThanOrEqual(12)
    expect(line.received.length).toBe(states.filter(state => state === 'unknown').length)
  })

  test('stopped between dispatched and sent: unknown after the restart, nothing is sent', async () => {
    const id = await line.trouble()
    const replay = await create(id)
    const actor = { kind: 'schedule' as const, id: 'replay-dispatcher', origin: 'test' }
    await line.stores.postgres.transaction().execute(tx => moveItems(tx, { replayId: replay.id, event: 'dispatch', actor, set: { dispatched_at: new Date() } }))
    await start()
    await reach(replay.id, 'unknown')
    expect(line.received).toEqual([])
    expect(line.ledger).toEqual([])
  })
})

test('with answersFrom only answers of that integration count', async () => {
  line.behave({ effect: true, http: 202, answers: [], milestone: false })
  line.context.targets = buildTargets({ 'execution-layer': { ...line.targets['execution-layer'], answersFrom: 'layer-replays' } })
  const replay = await create(await line.trouble())
  await start()
  await expect.poll(() => line.received.length, { timeout: 20_000 }).toBe(1)
  const { replayId, idempotencyKey } = line.received[0]!.data
  const answer = (integration: string) => line.event({ type: 'execution.replay.completed', objectType: 'replay', objectId: replayId, attributes: { replayId, idempotencyKey }, integration })
  await answer('somebody-else')
  await dispatcher!.idle()
  expect(await line.states(replay.id)).toEqual(['dispatched'])
  await answer('layer-replays')
  await reach(replay.id, 'completed')
})

describe('not sent', () => {
  test('nobody listens: certainly not sent, so it goes out later by itself', async () => {
    await line.stopLayer()
    const replay = await create(await line.trouble())
    await start()
    await dispatcher!.idle()
    expect(await line.states(replay.id)).toEqual(['preflighted'])
    expect((await line.items(replay.id))[0]?.answer).toMatchObject({ code: 'not_sent' })
    const { not_before, attempts, dispatched_at } = await line.stores.postgres.selectFrom('replay_item').select(['not_before', 'attempts', 'dispatched_at']).where('replay_id', '=', replay.id).executeTakeFirstOrThrow()
    expect({ attempts, dispatched_at }).toEqual({ attempts: 1, dispatched_at: null })
    expect(not_before!.getTime()).toBeGreaterThan(Date.now())
  })

  test('refused by the target: known, and the next may go', async () => {
    line.behave({ effect: false, http: 422, answers: [], milestone: false })
    const replay = await create(await line.trouble(), await line.trouble())
    await start()
    await reach(replay.id, 'refused', 'refused')
  })

  test('succeeded or cancelled since the request: left out at the last moment, with the reason', async () => {
    const recovered = await line.trouble({ objectId: 'R' })
    const cancelled = await line.trouble({ objectId: 'C' })
    const again = await line.trouble({ objectId: 'N' })
    const replay = await create(recovered, cancelled, again)
    await line.event({ type: STEP, objectId: 'R' })
    await line.event({ type: 'finance.customer_invoice.cancelled', objectId: 'C' })
    await line.event({ type: STEP, status: 'failed', objectId: 'N' })
    await start()
    await reach(replay.id, 'cancelled', 'cancelled', 'cancelled')
    expect((await line.items(replay.id)).map(item => item.why)).toEqual([
      'Not sent: The step has succeeded since.', 'Not sent: It is no longer wanted: finance.customer_invoice.cancelled was seen.', 'Not sent: A newer attempt has failed since. Look at the preview again.',
    ])
    expect(line.received).toEqual([])
  })

  test('cancelled while sending: what has not left stays', async () => {
    const ids = []
    for (let index = 0; index < 20; index++) ids.push(await line.trouble())
    const replay = await create(...ids)
    const release = line.hold()
    await start()
    await expect.poll(() => line.received.length, { timeout: 20_000 }).toBe(8)
    await cancelReplay(line.context, support, replay.id, { reason: 'wrong mapping after all' })
    release()
    await expect.poll(async () => (await line.states(replay.id)).toSorted(), { timeout: 20_000 }).toEqual([...Array<string>(12).fill('cancelled'), ...Array<string>(8).fill('verified')])
    expect(line.ledger).toHaveLength(8)
  })

  test('not approved in time: expired', async () => {
    const replay = await create(await line.trouble({ integration: POSTING_INTEGRATION }))
    line.context.now = () => new Date(Date.now() + 3 * 60 * 60_000)
    await start()
    await reach(replay.id, 'expired')
    expect(line.received).toEqual([])
  })

  test('no answer in time: unknown', async () => {
    line.behave({ effect: true, http: 202, answers: ['accepted'], milestone: false })
    const replay = await create(await line.trouble())
    await start()
    await reach(replay.id, 'accepted')
    line.context.now = () => new Date(Date.now() + 3 * 60 * 60_000)
    await reach(replay.id, 'unknown')
    expect(line.ledger).toHaveLength(1)
  })
})
