import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { approveReplay, cancelReplay, createReplay, previewReplay, rejectReplay, type ReplayActor, type ReplayRequest } from '#app/replay/requests.ts'
import { listReplayItems, listReplays, replayById } from '#queries/postgres/replays.ts'
import { finance, key, openLine, POSTING_INTEGRATION, STEP, support, type Line } from './line.ts'

let line: Line
beforeAll(async () => { line = await openLine() })
afterAll(() => line.dispose())

const request = (exceptionIds: string[], over: Partial<ReplayRequest> = {}): ReplayRequest => ({ exceptionIds, reason: 'cost centre was created', corrections: [], includeUnknown: [], ...over })
const preview = (exceptionIds: string[]) => previewReplay(line.context, support, { exceptionIds, corrections: [] })
const create = (exceptionIds: string[], over: Partial<ReplayRequest> = {}, by = support) => createReplay(line.context, by, request(exceptionIds, over))
const trail = async (id: string) => await line.stores.postgres.selectFrom('audit_record').select(['action', 'actor_id', 'facility']).where('subject_id', '=', id).orderBy('sequence').execute()
const history = async (id: string) => (await line.stores.postgres.selectFrom('exception_history').select('act').where('exception_id', '=', Number(id)).orderBy('id').execute()).map(row => row.act)

describe('preview', () => {
  test('says of each what would happen; totals count an amount once', async () => {
    const [safe, timedOut, cancelled] = await Promise.all([line.trouble({ objectId: 'P-1' }), line.trouble({ errorClass: 'timeout' }), line.trouble({ objectId: 'P-3' })])
    const posting = await line.trouble({ integration: POSTING_INTEGRATION, amountMinor: 5050 })
    const sameAmount = await line.trouble({ objectId: 'P-1', step: 'finance.customer_invoice.issued' })
    await line.event({ type: 'finance.customer_invoice.cancelled', objectId: 'P-3' })
    const shown = await preview([safe, timedOut, cancelled, posting, sameAmount])
    expect(Object.fromEntries(shown.items.map(item => [item.exceptionId, item.verdict]))).toEqual({ [safe]: 'safe', [timedOut]: 'outcome_unknown', [cancelled]: 'superseded', [posting]: 'safe', [sameAmount]: 'safe' })
    expect(shown.totals).toMatchObject({ items: 5, safe: 3, money: [{ value: '1335.00', currency: 'EUR' }], postingMoney: [{ value: '50.50', currency: 'EUR' }], facilities: ['north'] })
    expect(shown.approval).toMatchObject({ needed: true, items: 1, why: ['It posts money.'] })
    expect(await line.stores.postgres.selectFrom('replay').selectAll().execute()).toEqual([])
  })

  test('exceptions outside the scope do not exist', async () => {
    const [here, there] = await Promise.all([line.trouble({ facility: 'north' }), line.trouble({ facility: 'south', entity: 'other' })])
    const north: ReplayActor = { ...support, scope: { facilities: ['north'], entities: [] } }
    await expect(previewReplay(line.context, north, { exceptionIds: [here, there], corrections: [] })).rejects.toMatchObject({ code: 'not_found' })
    await expect(create([there], {}, north)).rejects.toMatchObject({ code: 'not_found' })
    const replay = await create([here, there])
    expect((await replayById(line.stores.postgres, replay.id, north.scope))?.items.total).toBe(1)
    expect((await listReplayItems(line.stores.postgres, replay.id, { scope: north.scope, limit: 10 })).items.map(item => item.exceptionId)).toEqual([here])
    expect(await replayById(line.stores.postgres, replay.id, { facilities: ['west'], entities: [] })).toBeNull()
    await expect(cancelReplay(line.context, north, replay.id, { reason: 'not mine' })).rejects.toMatchObject({ code: 'forbidden' })
  })
})

describe('request', () => {
  test('a preview that no longer holds is refused, one that holds is taken', async () => {
    const [a, b] = await Promise.all([line.trouble({ objectId: 'S-1' }), line.trouble()])
    const shown = await preview([a, b])
    expect((await preview([b, a])).selectionHash).toBe(shown.selectionHash)
    await line.event({ type: STEP, objectId: 'S-1' })
    await expect(create([a, b], { selectionHash: shown.selectionHash })).rejects.toMatchObject({ code: 'conflict' })
    const replay = await create([a, b], { selectionHash: (await preview([a, b])).selectionHash })
    expect(replay).toMatchObject({ state: 'preflighted', needsApproval: false, items: { total: 2, leftOut: 1, byState: { preflighted: 1 } } })
    expect((await listReplayItems(line.stores.postgres, replay.id, { scope: 'all', limit: 10 })).items.map(item => [item.exceptionId, item.included, item.verdict])).toEqual([[b, true, 'safe'], [a, false, 'already_succeeded']])
  })

  test('an unknown outcome is sent only if ticked, and ticking needs the preview', async () => {
    const id = await line.trouble({ errorClass: 'timeout' })
    await expect(create([id])).rejects.toMatchObject({ code: 'not_allowed_now' })
    await expect(create([id], { includeUnknown: [id] })).rejects.toMatchObject({ code: 'invalid_act' })
    expect(await create([id], { includeUnknown: [id], selectionHash: (await preview([id])).selectionHash })).toMatchObject({ state: 'preflighted', items: { byState: { preflighted: 1 } } })
  })

  test('two at the same moment: one of them', async () => {
    const id = await line.trouble()
    const both = await Promise.allSettled([create([id]), create([id], {}, finance)])
    expect(both.filter(result => result.status === 'fulfilled')).toHaveLength(1)
    expect(both.find(result => result.status === 'rejected')?.reason).toMatchObject({ code: expect.stringMatching(/conflict|not_allowed_now/) })
    expect((await preview([id])).items[0]?.verdict).toBe('in_progress')
  })

  test('the list shows the newest first and pages without gap or repeat', async () => {
    const all = (await listReplays(line.stores.postgres, { scope: 'all', states: [], limit: 200 })).items.map(replay => replay.id)
    const paged: string[] = []
    let cursor: string | null = null
    do {
      const page = await listReplays(line.stores.postgres, { scope: 'all', states: [], limit: 1, ...(cursor === null ? {} : { cursor }) })
      paged.push(...page.items.map(replay => replay.id))
      cursor = page.nextCursor
    } while (cursor !== null)
    expect(paged).toEqual(all)
    expect(all.length).toBeGreaterThan(2)
    await expect(listReplays(line.stores.postgres, { scope: 'all', states: [], limit: 1, cursor: 'x' })).rejects.toMatchObject({ code: 'invalid_cursor' })
  })
})

describe('approval', () => {
  const waiting = async () => {
    const id = await line.trouble({ integration: POSTING_INTEGRATION })
    return { id, replay: await create([id]) }
  }

  test('posting money waits for a second person, who sees what they approve', async () => {
    const { id, replay } = await waiting()
    expect(replay).toMatchObject({ state: 'awaiting_approval', needsApproval: true, approvedBy: null })
    const { contentHash } = replay
    await expect(approveReplay(line.context, support, replay.id, { contentHash })).rejects.toMatchObject({ code: 'forbidden' })
    await expect(approveReplay(line.context, key, replay.id, { contentHash })).rejects.toMatchObject({ code: 'forbidden' })
    await expect(approveReplay(line.context, finance, replay.id, { contentHash: 'stale' })).rejects.toMatchObject({ code: 'conflict' })
    await expect(approveReplay(line.context, { ...finance, scope: { facilities: [], entities: [] } }, replay.id, { contentHash })).rejects.toMatchObject({ code: 'not_found' })
    expect((await replayById(line.stores.postgres, replay.id, 'all'))?.state).toBe('awaiting_approval')
    expect(await approveReplay(line.context, finance, replay.id, { contentHash })).toMatchObject({ state: 'preflighted', approvedBy: finance.id })
    await expect(approveReplay(line.context, finance, replay.id, { contentHash })).rejects.toMatchObject({ code: 'not_allowed_now' })
    expect(await trail(replay.id)).toEqual([{ action: 'replay.request', actor_id: support.id, facility: 'north' }, { action: 'replay.approve', actor_id: finance.id, facility: 'north' }])
    expect(await history(id)).toEqual(['replay_requested', 'replay_awaiting_approval', 'replay_approved'])
  })

  test('declined, cancelled and expired are not sent', async () => {
    const [rejected, cancelled, expired] = [(await waiting()).replay, (await waiting()).replay, (await waiting()).replay]
    await expect(rejectReplay(line.context, support, rejected.id, { reason: 'no' })).rejects.toMatchObject({ code: 'forbidden' })
    expect(await rejectReplay(line.context, finance, rejected.id, { reason: 'posted by hand' })).toMatchObject({ state: 'rejected' })
    expect(await cancelReplay(line.context, support, cancelled.id, { reason: 'not needed' })).toMatchObject({ state: 'cancelled' })
    const later = { ...line.context, now: () => new Date(Date.now() + 3 * 60 * 60_000) }
    await expect(approveReplay(later, finance, expired.id, { contentHash: expired.contentHash })).rejects.toMatchObject({ code: 'not_allowed_now' })
  })
})
