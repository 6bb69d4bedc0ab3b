/** Decisions about failure groups on real stores: mute, split, merge, owner, undo, with history; members that come later; a new fingerprint. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { fingerprintOf, splitFingerprint } from '#app/exceptions/fingerprint.ts'
import { actOnException } from '#app/exceptions/acts.ts'
import { project } from '#app/exceptions/project.ts'
import { expire } from '#app/exceptions/settle.ts'
import { actOnGroup } from '#app/groups/acts.ts'
import { groupAct } from '#app/groups/decisions.ts'
import { place } from '#app/groups/place.ts'
import { listLines } from '#queries/clickhouse/exceptions/lines.ts'
import { countExceptions } from '#queries/clickhouse/exceptions/figures.ts'
import { auditFilter, listAudit } from '#queries/postgres/audit.ts'
import { exceptionHistory } from '#queries/postgres/exceptions.ts'
import { groupHistory } from '#queries/postgres/groups.ts'
import { openTestStores, type TestStores } from '#test/support/stores.ts'
import { ada, asked, failure, find, HOUR, recover, statesOf, T0 } from './support.ts'

let stores: TestStores
beforeAll(async () => void (stores = await openTestStores()))
afterAll(async () => await stores?.dispose())

const decide = async (fingerprint: string, act: unknown, ifMatch: number | null = null, now?: Date) => await actOnGroup(stores, ada, fingerprint, groupAct.parse(act), ifMatch, now)
const acts = async (fingerprint: string) => (await groupHistory(stores.postgres, fingerprint)).map(entry => entry.act)
const open = (fingerprint: string) => asked({ fingerprint: [fingerprint], status: ['open', 'acknowledged', 'waiting'] })

test('300 failures from one cause are one line, whatever each of them names', async () => {
  const [fingerprint = ''] = await find(stores, Array.from({ length: 300 }, (_, index) => ({ id: `L-${index}`, message: `Cost centre ${4210 + index} of invoice INV/2026/${index} is not known`, at: T0 + index * 60_000, facility: index % 3 === 0 ? 'south' : 'north' })))
  await find(stores, [{ id: 'L-x', message: 'Tax code V77 of invoice INV/2026/1 is not known' }, { id: 'L-y', message: '' }, { id: 'L-z', message: '' }])
  const { items } = await listLines(stores.clickhouse, asked({ sort: '-amount', q: 'Invoice L-' }), 'group', { limit: 50 }, 'all')
  expect(items.map(line => [line.key === fingerprint, line.count])).toEqual([[true, 300], [false, 1], [false, 1], [false, 1]])
  const south = await listLines(stores.clickhouse, asked({ fingerprint: [fingerprint] }), 'group', { limit: 50 }, { facilities: ['south'], entities: [] })
  expect(south.items.map(line => [line.count, line.facilities])).toEqual([[100, ['south']]])
})

describe('mute', () => {
  test('until a time: members leave the open ones, later ones too, and all come back', async () => {
    const message = 'mute until a time'
    const [fingerprint = ''] = await find(stores, [{ id: 'T-1', message }, { id: 'T-2', message }, { id: 'T-3', message }])
    await actOnException(stores, ada, String((await stores.postgres.selectFrom('exception').select('id').where('object_id', '=', 'T-3').executeTakeFirstOrThrow()).id), { act: 'ignore', count: 9, reason: 'mine' })
    const until = new Date(Date.now() + HOUR)
    const result = await decide(fingerprint, { act: 'mute', until: until.toISOString(), reason: 'Release on Monday' })
    expect(result).toMatchObject({ members: 2, groups: [] })
    await find(stores, [{ id: 'T-4', message }], new Date())
    expect((await countExceptions(stores.clickhouse, open(fingerprint), 'all')).count).toBe(0)
    await recover(stores, ['T-2'], T0 + HOUR)
    await project(stores, await expire(stores, new Date(until.getTime() - 1)))
    expect(await statesOf(stores, ['T-1', 'T-2', 'T-3', 'T-4'])).toMatchObject({ 'T-1': { status: 'ignored' }, 'T-2': { status: 'resolved' }, 'T-3': { status: 'ignored' }, 'T-4': { status: 'ignored' } })
    await project(stores, await expire(stores, until))
    expect(await statesOf(stores, ['T-1', 'T-2', 'T-3', 'T-4'])).toMatchObject({ 'T-1': { status: 'open' }, 'T-2': { status: 'resolved' }, 'T-3': { status: 'ignored' }, 'T-4': { status: 'open' } })
    expect(await acts(fingerprint)).toEqual(['muted', 'mute_ended'])
    await find(stores, [{ id: 'T-5', message }])
    expect(await statesOf(stores, ['T-5'])).toMatchObject({ 'T-5': { status: 'open' } })
    const { items } = await listAudit(stores.postgres, auditFilter.parse({ subjectKind: ['group'], subjectId: [fingerprint] }), { limit: 10 }, 'all')
    expect(items.map(item => [item.action, item.actor.id, item.reason])).toEqual([['group.mute_ended', 'finder', null], ['group.muted', 'ada', 'Release on Monday']])
  })

  test('until so many more: of all members together, new ones and repeats', async () => {
    const message = 'mute until so many more'
    const [fingerprint = ''] = await find(stores, [{ id: 'C-1', message, occurrences: 4 }])
    await decide(fingerprint, { act: 'mute', count: 3, reason: 'known' })
    await find(stores, [{ id: 'C-2', message }])
    await find(stores, [{ id: 'C-1', message, occurrences: 5 }])
    expect(await statesOf(stores, ['C-1', 'C-2'])).toMatchObject({ 'C-1': { status: 'ignored' }, 'C-2': { status: 'ignored' } })
    await find(stores, [{ id: 'C-3', message }])
    expect(await statesOf(stores, ['C-1', 'C-2', 'C-3'])).toMatchObject({ 'C-1': { status: 'open' }, 'C-2': { status: 'open' }, 'C-3': { status: 'open' } })
  })

  test('until a rate', async () => {
    const message = 'mute until a rate'
    const [fingerprint = ''] = await find(stores, [{ id: 'R-1', message }])
    const now = new Date()
    await decide(fingerprint, { act: 'mute', rate: { count: 3, seconds: 3600 }, reason: 'known' }, null, now)
    await find(stores, [{ id: 'R-2', message }, { id: 'R-3', message }], now)
    expect(await statesOf(stores, ['R-1', 'R-2', 'R-3'])).toMatchObject({ 'R-1': { status: 'ignored' }, 'R-2': { status: 'ignored' }, 'R-3': { status: 'ignored' } })
    await find(stores, [{ id: 'R-4', message }], now)
    expect(await statesOf(stores, ['R-1', 'R-4'])).toMatchObject({ 'R-1': { status: 'open' }, 'R-4': { status: 'open' } })
  })

  test('a person ends it; what a person reopens inside a muted group stays open; another cause leaves it', async () => {
    const message = 'mute by hand'
    const [fingerprint = ''] = await find(stores, [{ id: 'H-1', message }, { id: 'H-2', message }, { id: 'H-3', message }])
    await decide(fingerprint, { act: 'mute', count: 99, reason: 'known' })
    await actOnException(stores, ada, String((await stores.postgres.selectFrom('exception').select('id').where('object_id', '=', 'H-2').executeTakeFirstOrThrow()).id), { act: 'reopen' })
    await find(stores, [{ id: 'H-2', message, occurrences: 2 }, { id: 'H-3', message: 'something else entirely', occurrences: 2 }])
    expect(await statesOf(stores, ['H-1', 'H-2', 'H-3'])).toMatchObject({ 'H-1': { status: 'ignored' }, 'H-2': { status: 'open' }, 'H-3': { status: 'open' } })
    expect(await decide(fingerprint, { act: 'unmute' })).toMatchObject({ members: 1 })
    expect((await statesOf(stores, ['H-1']))['H-1']?.status).toBe('open')
    await expect(decide(fingerprint, { act: 'unmute' })).rejects.toMatchObject({ code: 'not_allowed' })
  })
})

describe('split', () => {
  test('by facility: each its own, those that come later too, and undone all are one again', async () => {
    const message = 'split by facility'
    const given = (id: string, facility: string) => ({ id, message, facility })
    const [fingerprint = ''] = await find(stores, [given('S-1', 'north'), given('S-2', 'south'), given('S-3', 'north')])
    const { groups, rule } = await decide(fingerprint, { act: 'split', by: 'facility', reason: 'two ledgers' })
    const [north, south] = [splitFingerprint(fingerprint, 'facility', 'north'), splitFingerprint(fingerprint, 'facility', 'south')]
    expect(groups.toSorted((a, b) => b.members - a.members)).toEqual([{ fingerprint: north, members: 2 }, { fingerprint: south, members: 1 }])
    await find(stores, [given('S-4', 'south'), { id: 'S-5', message, facility: '' }])
    expect(await statesOf(stores, ['S-1', 'S-2', 'S-3', 'S-4', 'S-5'])).toMatchObject({ 'S-1': { fingerprint: north }, 'S-2': { fingerprint: south }, 'S-3': { fingerprint: north }, 'S-4': { fingerprint: south }, 'S-5': { fingerprint } })
    expect((await countExceptions(stores.clickhouse, open(south), 'all')).count).toBe(2)
    // judged again and again, nothing moves
    await find(stores, [given('S-1', 'north')])
    const { members } = await decide(fingerprint, { act: 'undo', rule, reason: 'no use' })
    expect(members).toBe(4)
    expect(new Set(Object.values(await statesOf(stores, ['S-1', 'S-2', 'S-3', 'S-4', 'S-5'])).map(each => each.fingerprint))).toEqual(new Set([fingerprint]))
    expect(await acts(fingerprint)).toEqual(['split', 'rule_undone'])
    expect(await acts(south)).toEqual(['split_from'])
    const [first] = await stores.postgres.selectFrom('exception').select('id').where('object_id', '=', 'S-2').execute()
    expect((await exceptionHistory(stores.postgres, Number(first?.id), 'all')).map(entry => entry.act)).toEqual(['opened', 'regrouped', 'regrouped'])
  })

  test('one value, a code, an endpoint, a part of the text; what fits nothing is refused', async () => {
    const message = 'split by what it says'
    const [fingerprint = ''] = await find(stores, [
      { id: 'V-1', message: `${message} 1`, code: 'A', endpoint: '/orders' }, { id: 'V-2', message: `${message} 2`, code: 'B', endpoint: '/orders' }, { id: 'V-3', message: `${message} "Gloves"`, code: 'B', endpoint: '/items' },
    ])
    await decide(fingerprint, { act: 'split', by: 'text', value: 'GLOVES', reason: 'their own supplier' })
    await decide(fingerprint, { act: 'split', by: 'code', value: 'A', reason: 'x' })
    expect(await statesOf(stores, ['V-1', 'V-2', 'V-3'])).toMatchObject({ 'V-1': { fingerprint: splitFingerprint(fingerprint, 'code', 'A') }, 'V-2': { fingerprint }, 'V-3': { fingerprint: splitFingerprint(fingerprint, 'text', 'gloves') } })
    await expect(decide(fingerprint, { act: 'split', by: 'text', value: 'nobody says this', reason: 'x' })).rejects.toMatchObject({ code: 'not_allowed' })
    await expect(decide(fingerprint, { act: 'split', by: 'code', value: 'A', reason: 'again' })).rejects.toMatchObject({ code: 'not_allowed' })
    expect(groupAct.safeParse({ act: 'split', by: 'text', reason: 'x' }).success).toBe(false)
  })
})

describe('merge', () => {
  test('two causes are one group, later ones too; a mute there holds for them; undone each is as before', async () => {
    const [a = ''] = await find(stores, [{ id: 'M-1', message: 'token expired' }, { id: 'M-2', message: 'token expired' }])
    const [b = ''] = await find(stores, [{ id: 'M-3', message: 'certificate expired', occurrences: 2 }])
    await decide(b, { act: 'mute', count: 10, reason: 'renewed tonight' })
    const { rule, groups } = await decide(a, { act: 'merge', into: b, reason: 'the same renewal' })
    expect(groups).toEqual([{ fingerprint: b, members: 2 }])
    await find(stores, [{ id: 'M-4', message: 'token expired' }])
    for (const state of Object.values(await statesOf(stores, ['M-1', 'M-2', 'M-3', 'M-4']))) expect(state).toMatchObject({ status: 'ignored', fingerprint: b })
    await decide(b, { act: 'undo', rule, reason: 'they differ' })
    expect(await statesOf(stores, ['M-1', 'M-3', 'M-4'])).toMatchObject({ 'M-1': { status: 'open', fingerprint: a }, 'M-3': { status: 'ignored', fingerprint: b }, 'M-4': { status: 'open', fingerprint: a } })
    expect(await acts(a)).toEqual(['merged', 'rule_undone'])
    expect(await acts(b)).toEqual(['muted', 'merged_from', 'rule_undone'])
  })

  test('there and back again makes no circle, and a split after a merge holds for both', async () => {
    const [a = ''] = await find(stores, [{ id: 'Z-1', message: 'first of two' }])
    const [b = ''] = await find(stores, [{ id: 'Z-2', message: 'second of two', facility: 'south' }])
    await decide(a, { act: 'merge', into: b, reason: 'x' })
    await decide(b, { act: 'merge', into: a, reason: 'better there' })
    expect(Object.values(await statesOf(stores, ['Z-1', 'Z-2'])).map(each => each.fingerprint)).toEqual([a, a])
    await decide(a, { act: 'split', by: 'facility', value: 'south', reason: 'x' })
    expect(Object.values(await statesOf(stores, ['Z-1', 'Z-2'])).map(each => each.fingerprint)).toEqual([a, splitFingerprint(a, 'facility', 'south')])
    await expect(decide(a, { act: 'merge', into: 'nothing', reason: 'x' })).rejects.toMatchObject({ code: 'not_found' })
    expect(place([], { cause: 'c', facility: null, integration: null, endpoint: null, code: null, message: null })).toEqual({ fingerprint: 'c', origins: [] })
  })
})

test('an owner gets all that is open and what comes; the version of the group guards against others', async () => {
  const message = 'whose is it'
  const [fingerprint = ''] = await find(stores, [{ id: 'O-1', message }, { id: 'O-2', message, facility: 'south' }])
  const { version } = await decide(fingerprint, { act: 'assign', assignee: 'ben' }, 0)
  await find(stores, [{ id: 'O-3', message }])
  expect(Object.values(await statesOf(stores, ['O-1', 'O-2', 'O-3'])).map(each => each.assignee)).toEqual(['ben', 'ben', 'ben'])
  await expect(decide(fingerprint, { act: 'cause', text: 'the release' }, version - 1)).rejects.toMatchObject({ code: 'version_conflict' })
  await decide(fingerprint, { act: 'cause', text: 'the release' }, version)
  await decide(fingerprint, { act: 'comment', text: 'called Ledgerline' })
  expect((await groupHistory(stores.postgres, fingerprint)).map(entry => [entry.act, entry.detail.text ?? entry.detail.members])).toEqual([['assigned', 2], ['cause_set', 'the release'], ['commented', 'called Ledgerline']])
})

test('who sees a part acts on a part, and changes nothing for the others', async () => {
  const message = 'scope of decisions'
  const [fingerprint = ''] = await find(stores, [{ id: 'P-1', message }, { id: 'P-2', message, facility: 'south' }])
  const manager = { ...ada, scope: { facilities: ['south'], entities: [] } }
  await expect(actOnGroup(stores, manager, fingerprint, groupAct.parse({ act: 'mute', count: 1, reason: 'x' }))).rejects.toMatchObject({ code: 'forbidden' })
  expect(await actOnGroup(stores, manager, fingerprint, groupAct.parse({ act: 'assign', assignee: 'mira' }))).toMatchObject({ members: 1, version: 0 })
  expect(await statesOf(stores, ['P-1', 'P-2'])).toMatchObject({ 'P-1': { assignee: null }, 'P-2': { assignee: 'mira' } })
  await expect(actOnGroup(stores, { ...ada, scope: { facilities: ['west'], entities: [] } }, fingerprint, groupAct.parse({ act: 'comment', text: 'x' }))).rejects.toMatchObject({ code: 'not_found' })
})

test('a new version of the fingerprint takes rows, decisions and the past along', async () => {
  const message = 'named anew'
  const found = failure({ id: 'N-1', message })
  await find(stores, [{ id: 'N-1', message }, { id: 'N-2', message }, { id: 'N-3', message }])
  await recover(stores, ['N-3'], T0 + HOUR)
  // as the version before would have left them
  const old = fingerprintOf({ integration: 'before', step: '', errorClass: '', message, code: '', fallback: '' })
  await stores.postgres.updateTable('exception').set({ fingerprint: old, cause: old, cause_version: 1 }).where('object_id', 'in', ['N-1', 'N-2', 'N-3']).execute()
  await decide(old, { act: 'mute', count: 50, reason: 'known' })
  await decide(old, { act: 'cause', text: 'the mapping table' })
  await find(stores, [{ id: 'N-1', message }])
  expect(await statesOf(stores, ['N-1', 'N-2', 'N-3'])).toMatchObject({ 'N-1': { fingerprint: found.fingerprint, status: 'ignored' }, 'N-2': { fingerprint: found.fingerprint, status: 'ignored' }, 'N-3': { fingerprint: found.fingerprint, status: 'resolved' } })
  const row = await stores.postgres.selectFrom('failure_group').selectAll().where('fingerprint', '=', found.fingerprint).executeTakeFirstOrThrow()
  expect(row).toMatchObject({ suspected_cause: 'the mapping table', mute_count: 50 })
  await find(stores, [{ id: 'N-1', message }, { id: 'N-2', message }])
  expect(await acts(found.fingerprint)).toEqual(['carried_over'])
  expect(await decide(found.fingerprint, { act: 'unmute' })).toMatchObject({ members: 2 })
})
