/** The life of an exception: what people may do when, what the finder's verdicts do; on real stores where it matters. */
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ActError, actOnException, actOnExceptions } from '#app/exceptions/acts.ts'
import { ALLOWED, exceptionAct } from '#app/exceptions/lifecycle.ts'
import type { ExceptionAct } from '#app/exceptions/lifecycle.ts'
import { project, projectPending } from '#app/exceptions/project.ts'
import { expire, settle } from '#app/exceptions/settle.ts'
import { exceptionById } from '#queries/clickhouse/exceptions/list.ts'
import { RESOLUTION_CODES } from '#queries/model/exception.ts'
import type { ExceptionStatus } from '#queries/model/exception.ts'
import { exceptionHistory } from '#queries/postgres/exceptions.ts'
import type { FoundException } from '#queries/postgres/exceptions.ts'
import { allWaits, markJudged, pendingWaits } from '#queries/postgres/waits.ts'
import { listAudit, auditFilter } from '#queries/postgres/audit.ts'
import { openTestStores } from '#test/support/stores.ts'
import type { TestStores } from '#test/support/stores.ts'

const T0 = Date.UTC(2026, 10, 10)
const HOUR = 3_600_000
const found = (key: string, change: Partial<FoundException> = {}): FoundException => ({
  subjectKey: key, kind: 'failed', type: 't', title: key, explanation: '', severity: 'normal', severityReasons: [], process: null, step: 's', integration: 'i', system: null, facility: 'north', entity: 'north-ag',
  counterpartyType: null, counterpartyId: null, counterpartyName: null, namespace: 'default', objectType: 'invoice', objectId: key, amountMinor: '100', currency: 'EUR', amountKey: key,
  firstSeen: T0, lastSeen: T0, evidenceAt: T0, dueAt: null, occurrences: 1, fingerprint: 'f', correlationIds: [], eventIds: [], environment: 'production', criticality: '', warnAt: null, beganAt: null, serves: [], owner: null, rules: [], ...change,
})
const acting = { actor: { kind: 'person' as const, id: 'ada', origin: '10.0.0.1' }, scope: 'all' as const }

let stores: TestStores
let number = 0
beforeAll(async () => void (stores = await openTestStores()))
afterAll(async () => await stores?.dispose())

const judge = async (verdict: FoundException | { key: string; at: number }) => {
  const rows = await settle(stores, ['key' in verdict ? { subjectKey: verdict.key, found: null, closed: { code: 'milestone_seen', at: verdict.at, seen: true } } : { subjectKey: verdict.subjectKey, found: verdict, closed: null }], new Date(T0 + HOUR))
  await project(stores, rows)
  return rows
}
const open = async (change: Partial<FoundException> = {}) => {
  const key = `k-${++number}`
  const [row] = await judge(found(key, change))
  return { key, id: String(row?.id) }
}
const view = async (id: string) => await exceptionById(stores.clickhouse, id, 'all')
const act = async (id: string, given: unknown, ifMatch: number | null = null) => await actOnException(stores, acting, id, exceptionAct.parse(given), ifMatch)

const anyAct: fc.Arbitrary<ExceptionAct> = fc.oneof(
  fc.constant<ExceptionAct>({ act: 'acknowledge' }),
  fc.option(fc.constantFrom('ada', 'ben')).map((assignee): ExceptionAct => ({ act: 'assign', assignee })),
  fc.constant<ExceptionAct>({ act: 'comment', text: 'seen' }),
  fc.constantFrom(...RESOLUTION_CODES).map((code): ExceptionAct => ({ act: 'resolve', code })),
  fc.constant<ExceptionAct>({ act: 'ignore', count: 2, reason: 'known' }),
  fc.constant<ExceptionAct>({ act: 'wait', until: '2030-01-01T00:00:00Z', party: 'the bank' }),
  fc.constant<ExceptionAct>({ act: 'reopen' }),
)
/** The status after an act, as a table of its own. */
const AFTER: Record<string, ExceptionStatus | null> = { acknowledge: 'acknowledged', assign: null, comment: null, resolve: 'resolved', ignore: 'ignored', wait: 'waiting', reopen: 'open' }

describe('acts', () => {
  test('any sequence follows the table, each done act adds one version, one history entry and one audit record', async () => {
    await fc.assert(fc.asyncProperty(fc.array(anyAct, { minLength: 1, maxLength: 8 }), async acts => {
      const { id } = await open()
      let status: ExceptionStatus = 'open'
      let version = 1
      const done = ['opened']
      for (const given of acts) {
        const may: boolean = ALLOWED[given.act].includes(status)
        const answer = await actOnException(stores, acting, id, given, version).catch((error: unknown) => error)
        if (!may) {
          expect(answer).toMatchObject({ code: 'not_allowed' })
          continue
        }
        status = AFTER[given.act] ?? status
        version += 1
        done.push(given.act)
        expect(answer).toMatchObject({ status, version })
        expect(await view(id)).toEqual(answer)
        expect((await view(id))?.resolution === null).toBe(status !== 'resolved')
      }
      expect(await exceptionHistory(stores.postgres, Number(id), 'all')).toHaveLength(done.length)
      const audit = await listAudit(stores.postgres, auditFilter.parse({ subjectKind: ['exception'], subjectId: [id] }), { limit: 200 }, 'all')
      expect(audit.items).toHaveLength(done.length)
    }), { numRuns: 15 })
  })

  test('a wait is prolonged when the other party says so: the last word holds, and the waits follow each other without a gap', async () => {
    const { id } = await open()
    await act(id, { act: 'wait', until: '2030-01-01T00:00:00Z', party: 'the bank' })
    expect(await act(id, { act: 'wait', until: '2030-02-01T00:00:00Z', party: 'the bank’s support' })).toMatchObject({ status: 'waiting' })
    const waits = await stores.postgres.selectFrom('exception_wait').select(['since', 'until_at', 'ended_at', 'party']).where('exception_id', '=', Number(id)).orderBy('id').execute()
    expect(waits).toMatchObject([{ party: 'the bank', ended_at: waits[1]?.since }, { party: 'the bank’s support', until_at: new Date('2030-02-01T00:00:00Z'), ended_at: null }])
    expect((await stores.postgres.selectFrom('exception').select('wait_until').where('id', '=', Number(id)).executeTakeFirstOrThrow()).wait_until).toEqual(new Date('2030-02-01T00:00:00Z'))
  })

  test('a stale version is refused and changes nothing', async () => {
    const { id } = await open()
    await act(id, { act: 'acknowledge' }, 1)
    await expect(act(id, { act: 'comment', text: 'late' }, 1)).rejects.toMatchObject({ code: 'version_conflict' })
    expect(await exceptionHistory(stores.postgres, Number(id), 'all')).toHaveLength(2)
  })

  test('outside the scope there is nothing to act on', async () => {
    const { id } = await open()
    const south = { ...acting, scope: { facilities: ['south'], entities: [] } }
    await expect(actOnException(stores, south, id, { act: 'acknowledge' })).rejects.toThrow(ActError)
    expect(await actOnExceptions(stores, south, [id], { act: 'acknowledge' })).toEqual({ done: [], skipped: [{ id, code: 'not_found' }], undo: null })
    expect((await view(id))?.status).toBe('open')
    for (const wrong of ['0', '-1', 'x', '1e3', '99999999999999999999']) await expect(act(wrong, { act: 'acknowledge' })).rejects.toMatchObject({ code: 'not_found' })
  })

  test('many at once: done and skipped add up', async () => {
    const all = [await open(), await open(), await open()]
    await act(all[1]?.id ?? '', { act: 'resolve', code: 'duplicate' })
    const ids = [...all.map(item => item.id), '99999999', all[0]?.id ?? '']
    const { done, skipped } = await actOnExceptions(stores, acting, ids, { act: 'acknowledge' })
    expect(done.map(item => item.id).sort()).toEqual([all[0]?.id, all[2]?.id].sort())
    expect(skipped).toEqual([{ id: all[1]?.id, code: 'not_allowed', title: expect.any(String), status: 'resolved' }, { id: '99999999', code: 'not_found' }])
  })

  test('an act keeps its reason, who did it and from where', async () => {
    const { id } = await open()
    await act(id, { act: 'resolve', code: 'posted_by_hand', note: 'Booked by phone' })
    const { items } = await listAudit(stores.postgres, auditFilter.parse({ subjectId: [id], action: ['exception.resolved'] }), { limit: 10 }, 'all')
    expect(items).toMatchObject([{ actor: { kind: 'person', id: 'ada' }, origin: '10.0.0.1', reason: 'Booked by phone', before: { status: 'open' }, after: { status: 'resolved', code: 'posted_by_hand' }, facility: 'north', entity: 'north-ag' }])
  })

  test.each([{ act: 'ignore', reason: 'x' }, { act: 'ignore', reason: 'x', count: 1, until: '2030-01-01T00:00:00Z' }, { act: 'resolve', code: 'because' }, { act: 'comment', text: ' ' }, { act: 'wait', party: 'x' }, { act: 'delete' }])('%j is no act', given => {
    expect(exceptionAct.safeParse(given).success).toBe(false)
  })
})

describe('verdicts', () => {
  test('the same verdict again changes nothing', async () => {
    const { key, id } = await open()
    expect(await judge(found(key))).toEqual([])
    expect((await view(id))?.version).toBe(1)
  })

  test('what closed by itself reopens with the trouble, in the same row', async () => {
    const { key, id } = await open()
    await judge({ key, at: T0 + 1 })
    expect(await view(id)).toMatchObject({ status: 'resolved', resolution: { by: 'recovered', code: 'milestone_seen' } })
    expect(await judge({ key, at: T0 + 1 })).toEqual([])
    await judge(found(key))
    expect(await view(id)).toMatchObject({ id, status: 'open', resolution: null })
  })

  test('what a person resolved reopens only on newer evidence', async () => {
    const { key, id } = await open()
    await act(id, { act: 'resolve', code: 'false_alarm' })
    await judge(found(key))
    expect((await view(id))?.status).toBe('resolved')
    await judge(found(key, { evidenceAt: T0 + 1, lastSeen: T0 + 1, occurrences: 2 }))
    expect((await view(id))?.status).toBe('open')
  })

  test('what a person reopened closes only by what is seen afterwards', async () => {
    const { key, id } = await open()
    await judge({ key, at: T0 + 1 })
    const reopened = await act(id, { act: 'reopen', reason: 'not posted after all' })
    await judge({ key, at: T0 + 1 })
    expect((await view(id))?.status).toBe('open')
    await judge({ key, at: Date.now() + HOUR })
    expect(await view(id)).toMatchObject({ status: 'resolved', version: reopened.version + 1 })
  })

  test('ignored ends by count, by rate and by time; until then it stays, and it closes all the same', async () => {
    const counted = await open()
    await act(counted.id, { act: 'ignore', count: 2, reason: 'known' })
    await judge(found(counted.key, { occurrences: 2, evidenceAt: T0 + 1 }))
    expect((await view(counted.id))?.status).toBe('ignored')
    await judge(found(counted.key, { occurrences: 3, evidenceAt: T0 + 2 }))
    expect((await view(counted.id))?.status).toBe('open')

    const rated = await open()
    await act(rated.id, { act: 'ignore', rate: { count: 3, seconds: 3600 }, reason: 'known' })
    await judge(found(rated.key, { occurrences: 3, evidenceAt: T0 + 1 }))
    expect((await view(rated.id))?.status).toBe('ignored')
    await judge(found(rated.key, { occurrences: 4, evidenceAt: T0 + 2 }))
    expect((await view(rated.id))?.status).toBe('open')

    const timed = await open()
    await act(timed.id, { act: 'ignore', until: new Date(T0 + HOUR).toISOString(), reason: 'known' })
    const waiting = await open()
    await act(waiting.id, { act: 'wait', until: new Date(T0 + HOUR).toISOString(), party: 'the supplier' })
    await project(stores, await expire(stores, new Date(T0 + HOUR - 1)))
    expect([(await view(timed.id))?.status, (await view(waiting.id))?.status]).toEqual(['ignored', 'waiting'])
    await project(stores, await expire(stores, new Date(T0 + HOUR)))
    expect([(await view(timed.id))?.status, (await view(waiting.id))?.status]).toEqual(['open', 'open'])

    const closing = await open()
    await act(closing.id, { act: 'ignore', count: 5, reason: 'known' })
    await judge({ key: closing.key, at: T0 + 1 })
    expect((await view(closing.id))?.status).toBe('resolved')
  })

  test('an overdue step that then fails is one exception, of kind failed, with both in its history', async () => {
    const { key, id } = await open({ kind: 'overdue' })
    await judge(found(key, { evidenceAt: T0 + 5 }))
    expect((await view(id))?.kind).toBe('failed')
    expect((await exceptionHistory(stores.postgres, Number(id), 'all')).map(entry => [entry.act, entry.detail])).toMatchObject([['opened', { kind: 'overdue' }], ['seen_again', { kind: { from: 'overdue', to: 'failed' } }]])
  })

  test('closed after a replay was sent is verified, before it only recovered', async () => {
    for (const [sentAt, by] of [[T0 + HOUR, 'verified'], [T0 + 3 * HOUR, 'recovered']] as const) {
      const { key, id } = await open()
      await stores.postgres.insertInto('replay').values({ id: `r-${id}`, state: 'dispatched', reason: 'x', requested_by: 'ada', requested_at: new Date(T0), selection_hash: '', content_hash: '', item_count: 1, expires_at: new Date(T0 + 9 * HOUR) }).execute()
      await stores.postgres.insertInto('replay_item').values({
        replay_id: `r-${id}`, exception_id: Number(id), position: 0, state: 'dispatched', verdict: 'safe', why: '', idempotency_key: `i-${id}`, integration: null, step: null, namespace: null, object_type: null, object_id: null, currency: null, facility: null, entity: null,
        correlation_id: null, original_source: null, original_id: null, posts_money: false, dispatched_at: new Date(sentAt),
      }).execute()
      await judge({ key, at: T0 + 2 * HOUR })
      expect((await view(id))?.resolution?.by).toBe(by)
    }
  })

  test('what was committed but not projected is caught up with', async () => {
    const key = `k-${++number}`
    const [row] = await settle(stores, [{ subjectKey: key, found: found(key), closed: null }], new Date(T0))
    expect(await view(String(row?.id))).toBeUndefined()
    expect(await projectPending(stores)).toBe(1)
    expect((await view(String(row?.id)))?.title).toBe(key)
    expect(await projectPending(stores)).toBe(0)
  })

  test('a wait is kept from its beginning to its end, at its planned end at the latest, and a new one is another', async () => {
    const { id } = await open({ process: 'procure-to-pay', step: 'later' })
    const mine = async () => (await allWaits(stores.postgres)).filter(wait => wait.milestone === 'later').map(wait => ({ party: wait.party, until: wait.until, endedAt: wait.endedAt }))
    await act(id, { act: 'wait', until: '2030-01-01T00:00:00Z', party: 'the bank' })
    expect(await mine()).toEqual([{ party: 'the bank', until: Date.UTC(2030, 0, 1), endedAt: null }])
    expect((await pendingWaits(stores.postgres, 1000)).some(wait => wait.milestone === 'later')).toBe(true)
    await markJudged(stores.postgres, await pendingWaits(stores.postgres, 1000))
    const before = Date.now()
    await act(id, { act: 'reopen' })
    const [ended] = await mine()
    expect(ended?.endedAt).toBeGreaterThanOrEqual(before)
    expect((await pendingWaits(stores.postgres, 1000)).map(wait => wait.milestone)).toContain('later')
    await act(id, { act: 'wait', until: '2030-02-01T00:00:00Z', party: 'the payer' })
    await project(stores, await expire(stores, new Date('2031-01-01T00:00:00Z')))
    expect((await mine()).map(wait => [wait.party, wait.endedAt])).toEqual([['the bank', ended?.endedAt], ['the payer', Date.UTC(2030, 1, 1)]])
  })
})
