/**
 * What resolved cases like one, on real stores. The case: failed, group G, integration `out`, step S, error class mapping, an invoice, facility
 * north. Closed before, with nearness (1 group, 2 error, 3 step, – none):
 *
 *   1 north  G, out, S, mapping      by anna, fixed_at_source "unit added", took 2 h
 *   1 north  G, out, S, mapping      by itself, took 1 h, later
 *   2 north  H, out, S, mapping      by ben, posted_by_hand, took 4 h
 *   3 north  H, out, S, timeout      by itself, took 10 min (another class of error, the same kind of object and step)
 *   – north  H, out, T, mapping      another step          – north  H, out, S, an open one
 *   1 south  G, out, S, mapping      by anna, took 5 h: outside the scope of north
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { partsOf, readPastCases } from '#app/assistance/past-cases.ts'
import { projectRows } from '#queries/clickhouse/exceptions/projection.ts'
import { exceptionById } from '#queries/clickhouse/exceptions/list.ts'
import type { Scope } from '#queries/model/scope.ts'
import { jsonb } from '#queries/postgres/jsonb.ts'
import { openTestStores, type TestStores } from '#test/support/stores.ts'

const DAY = Date.UTC(2026, 10, 18, 8)
const MINUTE = 60_000
const north: Scope = { facilities: ['north'], entities: [] }
const names = new Map([['p-anna', 'Anna'], ['p-ben', 'Ben']])
let stores: TestStores
let asked = ''

interface Told { group?: string; step?: string; errorClass?: string; facility?: string; code?: string; by?: 'person' | 'recovered'; who?: string; note?: string; minutes?: number; closed?: boolean }

async function told({ group = 'G', step = 'S', errorClass = 'mapping', facility = 'north', code = '', by = 'recovered', who = '', note = '', minutes = 60, closed = true }: Told): Promise<string> {
  const first = new Date(DAY)
  const at = new Date(DAY + minutes * MINUTE)
  const row = await stores.postgres.insertInto('exception').values({
    subject_key: `${Math.random()}`, kind: 'failed', type: step, title: 'An invoice is refused', explanation: 'e', severity: 'normal', process: 'order-to-cash', step, integration: 'out', system: 's', facility, entity: 'e',
    counterparty_type: null, counterparty_id: null, counterparty_name: null, namespace: 'n', object_type: 'customer_invoice', object_id: 'I', amount_minor: null, currency: null, amount_key: null,
    first_seen: first, last_seen: first, evidence_at: first, fingerprint: group, cause: group, error_class: errorClass, assignee: null, ignore_count: null, wait_party: null,
    ...(closed ? { status: 'resolved', resolution_code: code, resolution_by: by, resolution_at: at, resolution_note: note || null } : { resolution_code: null, resolution_by: null, resolution_note: null }),
  }).returningAll().executeTakeFirstOrThrow()
  if (by === 'person') await stores.postgres.insertInto('exception_history').values({ exception_id: row.id, actor_kind: 'person', actor_id: who, act: 'resolved', detail: jsonb({ code, note }), at }).execute()
  await projectRows(stores.clickhouse, [row])
  return String(row.id)
}

beforeAll(async () => {
  stores = await openTestStores()
  asked = await told({ closed: false })
  await told({ code: 'fixed_at_source', by: 'person', who: 'p-anna', note: 'unit added', minutes: 120 })
  await told({ code: 'milestone_seen', minutes: 60 })
  await told({ group: 'H', code: 'posted_by_hand', by: 'person', who: 'p-ben', minutes: 240 })
  await told({ group: 'H', errorClass: 'timeout', code: 'milestone_seen', minutes: 10 })
  await told({ group: 'H', step: 'T', code: 'other', by: 'person', who: 'p-ben' })
  await told({ group: 'H', closed: false })
  await told({ facility: 'south', code: 'fixed_at_source', by: 'person', who: 'p-anna', minutes: 300 })
}, 60_000)
afterAll(() => stores.dispose())

async function read(scope: Scope) {
  const exception = await exceptionById(stores.clickhouse, asked, 'all')
  if (!exception) throw new Error('the case is not there')
  return await readPastCases(stores, exception, scope, names)
}

describe('past cases', () => {
  it('are told nearest first, further ones while the nearer are few, within the scope', async () => {
    const parts = await read(north)
    expect(parts.map(part => [part.near, part.count])).toEqual([['group', 2], ['error', 1]])
    // What a person did comes first, though it is older.
    expect(parts[0]?.cases.map(({ how, note, who, seconds }) => [how, note, who, seconds])).toEqual([
      ['Corrected in the sending system', 'unit added', 'Anna', 7200], ['The missing step was seen', null, 'by itself', 3600],
    ])
    expect(parts[1]?.cases[0]).toMatchObject({ who: 'Ben', how: 'Posted by hand', seconds: 14_400 })
  })
  it('of the group alone where these are enough, with how often each way closed them', async () => {
    const parts = await read('all')
    expect(parts.map(part => [part.near, part.count])).toEqual([['group', 3]])
    expect(parts[0]?.endings.map(({ how, count, seconds }) => [how, count, seconds])).toEqual([['Corrected in the sending system', 2, 18_000], ['The missing step was seen', 1, 3600]])
  })
  it('see nothing of other facilities', async () => {
    expect(await read({ facilities: ['west'], entities: [] })).toEqual([])
  })
  it('name four ways to end and count the others', () => {
    const ending = (code: string, count: number) => ({ near: 'group' as const, code, by: 'person' as const, count, medianSeconds: 1, lastAt: '2026-11-18T08:00:00Z' })
    const [part] = partsOf([ending('a', 9), ending('b', 5), ending('c', 3), ending('d', 2), ending('e', 2), ending('f', 1)], [])
    expect([part?.count, part?.endings.map(each => each.code), part?.others]).toEqual([22, ['a', 'b', 'c', 'd'], 3])
  })
})
