/** The record of acts: in the act's transaction or not at all, seen by scope, in pages. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { auditFilter, listAudit, recordAct, recordActs } from '#queries/postgres/audit.ts'
import type { Act } from '#queries/postgres/audit.ts'
import type { Scope } from '#queries/model/scope.ts'
import { openTestStores } from '#test/support/stores.ts'
import type { TestStores } from '#test/support/stores.ts'

const ada = { kind: 'person' as const, id: 'ada', origin: '10.0.0.1' }
const act = (action: string, more: Partial<Act> = {}): Act => ({ action, subject: { kind: 'exception', id: '1001' }, ...more })
let stores: TestStores

beforeAll(async () => {
  stores = await openTestStores()
  await stores.postgres.transaction().execute(async tx => {
    await recordAct(tx, ada, act('a', { facility: 'north', entity: 'north-ag', before: { status: 'open' }, after: { note: `'); drop table audit_record; -- "` }, reason: 'because' }))
    await recordActs(tx, { ...ada, id: 'ben' }, [act('b', { facility: 'south', entity: 'south-ag' }), act('c', { entity: 'south-ag' }), act('d', { subject: { kind: 'session', id: 's' } })])
  })
})
afterAll(async () => await stores?.dispose())

const actions = async (given: Record<string, unknown> = {}, scope: Scope = 'all') => (await listAudit(stores.postgres, auditFilter.parse(given), { limit: 50 }, scope)).items.map(item => item.action).join('')

test('a record says who did what, to what, from where, before, after and why', async () => {
  const { items } = await listAudit(stores.postgres, auditFilter.parse({ action: ['a'] }), { limit: 1 }, 'all')
  expect(items).toEqual([{
    sequence: 1, at: expect.stringMatching(/Z$/), actor: { kind: 'person', id: 'ada' }, origin: '10.0.0.1', action: 'a', subject: { kind: 'exception', id: '1001' },
    before: { status: 'open' }, after: { note: `'); drop table audit_record; -- "` }, reason: 'because', facility: 'north', entity: 'north-ag',
  }])
})

test('an act that fails leaves no record', async () => {
  await expect(stores.postgres.transaction().execute(async tx => {
    await recordAct(tx, ada, act('never'))
    throw new Error('the act failed')
  })).rejects.toThrow('the act failed')
  expect(await actions()).toBe('dcba')
})

test.each<[Record<string, unknown>, Scope, string]>([
  [{}, 'all', 'dcba'],
  [{}, { facilities: ['north'], entities: [] }, 'a'],
  [{}, { facilities: [], entities: ['south-ag'] }, 'cb'],
  [{}, { facilities: [''], entities: [''] }, ''],
  [{}, { facilities: [], entities: [] }, ''],
  [{ actor: ['ben'] }, 'all', 'dcb'],
  [{ subjectKind: ['session'] }, 'all', 'd'],
  [{ subjectId: ['1001'], action: ['a', 'b'] }, 'all', 'ba'],
  [{ to: '2020-01-01T00:00:00Z' }, 'all', ''],
])('%j in scope %j shows %s', async (given, scope, expected) => expect(await actions(given, scope)).toBe(expected))

test('pages join to the whole, and a foreign cursor is refused', async () => {
  const seen: string[] = []
  let cursor: string | undefined
  do {
    const page = await listAudit(stores.postgres, auditFilter.parse({}), { limit: 3, ...(cursor === undefined ? {} : { cursor }) }, 'all')
    seen.push(...page.items.map(item => item.action))
    cursor = page.nextCursor ?? undefined
  } while (cursor !== undefined)
  expect(seen.join('')).toBe('dcba')
  await expect(listAudit(stores.postgres, auditFilter.parse({}), { limit: 3, cursor: 'x' }, 'all')).rejects.toMatchObject({ code: 'invalid_filter' })
})
