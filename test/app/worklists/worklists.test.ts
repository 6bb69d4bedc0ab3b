/**
 * What people keep around the worklist, on real stores: views, bulk acts, watching, mentions, links, notes, the queue.
 *
 * Four exceptions: N1, N2 at north (of north-ag), S1, S2 at south (of south-ag). Fin sees everything, Pro too, Mira only south.
 */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { actOnException, actOnExceptions, undoableOf, undoAct, undoOnException } from '#app/exceptions/acts.ts'
import { readSelection } from '#app/exceptions/bulk.ts'
import { project } from '#app/exceptions/project.ts'
import { expire, settle } from '#app/exceptions/settle.ts'
import { readWorklist } from '#app/exceptions/worklist.ts'
import { principalOfPerson, scopeFor, type Principal } from '#app/auth/principal.ts'
import { endNote, NoteError, readNotes, writeNote } from '#app/worklists/handover.ts'
import { linkExceptions, LinkError, unlinkExceptions } from '#app/worklists/links.ts'
import { countForMe, readQueue } from '#app/worklists/queue.ts'
import { changeView, chooseFirst, firstAddress, readViews, removeView, saveView, ViewError } from '#app/worklists/views.ts'
import { watch, WatchError } from '#app/worklists/watching.ts'
import { countEach } from '#queries/clickhouse/exceptions/count-each.ts'
import { countExceptions } from '#queries/clickhouse/exceptions/figures.ts'
import { exceptionById } from '#queries/clickhouse/exceptions/list.ts'
import type { Catalogue } from '#queries/catalogue/catalogue.ts'
import { exceptionFilter } from '#queries/model/filter.ts'
import { readWorklistQuery } from '#queries/model/worklist-query.ts'
import { exceptionHistory, findException, type FoundException } from '#queries/postgres/exceptions.ts'
import { linksOf } from '#queries/postgres/links.ts'
import { markMentionsSeen } from '#queries/postgres/mentions.ts'
import { findPerson } from '#queries/postgres/people.ts'
import { markAllSeen, markRead, visitWorklist } from '#queries/postgres/reading.ts'
import { markAllWatchesSeen, objectSubject } from '#queries/postgres/watches.ts'
import { startRunning, type Running } from '#test/app/api/running.ts'
import { shippedCatalogue } from '#test/app/exceptions/support.ts'

const HOUR = 3_600_000
const base: FoundException = {
  subjectKey: '', kind: 'overdue', type: 't', title: '', explanation: '', severity: 'critical', severityReasons: [], process: 'order-to-cash', step: null, integration: null, system: null, facility: null, entity: null,
  counterpartyType: null, counterpartyId: null, counterpartyName: null, namespace: 'default', objectType: 'invoice', objectId: null, amountMinor: '10000', currency: 'EUR', amountKey: null,
  firstSeen: 0, lastSeen: 0, evidenceAt: 0, dueAt: null, occurrences: 1, fingerprint: '', correlationIds: [], eventIds: [], environment: 'production', criticality: 'normal', warnAt: null, beganAt: null, serves: [], owner: null, rules: [],
}
let running: Running
let catalogue: Catalogue
let fin: Principal
let pro: Principal
let mira: Principal
let round = 0
let ids: Record<'N1' | 'N2' | 'S1' | 'S2', string>

const actor = (who: Principal) => ({ kind: 'person' as const, id: who.id, origin: 'test' })
const acting = (who: Principal) => ({ actor: actor(who), scope: scopeFor(who, 'read') })
const reader = (who: Principal) => ({ id: who.id, role: who.role })
const stores = () => running.stores

beforeAll(async () => {
  running = await startRunning()
  catalogue = await shippedCatalogue()
  const load = async (role: 'finance_lead' | 'procurement_lead' | 'facility_manager', facilities?: string[]) => {
    const person = await findPerson(stores().postgres, (await running.person(role, facilities)).id)
    if (!person) throw new Error('no person')
    return principalOfPerson(person)
  }
  fin = await load('finance_lead')
  pro = await load('procurement_lead')
  mira = await load('facility_manager', ['south'])
}, 180_000)
afterAll(() => running.close())

/** Each test has four exceptions of its own; those before are resolved, so that counts can be read by hand. */
beforeEach(async () => {
  round++
  if (round > 1) await actOnExceptions(stores(), acting(fin), Object.values(ids), { act: 'resolve', code: 'not_needed' })
  for (const who of [fin, pro, mira]) await markAllWatchesSeen(stores().postgres, who.id)
  for (const who of [fin, pro, mira]) await markMentionsSeen(stores().postgres, who.id, ids ? Object.values(ids).map(Number) : [])
  const make = (name: string, place: 'north' | 'south'): FoundException => ({ ...base, subjectKey: `${round}-${name}`, title: `${name} of round ${round}`, facility: place, entity: `${place}-ag`, objectId: `I-${round}-${name}`, amountKey: `I-${round}-${name}`, fingerprint: `f-${round}-${name[0]}`, firstSeen: Date.now() - HOUR, lastSeen: Date.now() - HOUR, evidenceAt: Date.now() - HOUR, dueAt: Date.now() - HOUR })
  const found = [make('N1', 'north'), make('N2', 'north'), make('S1', 'south'), make('S2', 'south')]
  const opened = await settle(stores(), found.map(each => ({ subjectKey: each.subjectKey, found: each, closed: null })), new Date())
  await project(stores(), opened)
  const id = (name: string) => String(opened.find(row => row.subject_key === `${round}-${name}`)?.id)
  ids = { N1: id('N1'), N2: id('N2'), S1: id('S1'), S2: id('S2') }
})

const audited = async (action: string) => (await stores().postgres.selectFrom('audit_record').select(['actor_id', 'subject_id']).where('action', '=', action).orderBy('sequence').execute()).map(row => `${row.actor_id} ${row.subject_id}`)

describe('views', () => {
  const shown = async (who: Principal, query = '') => await readViews(stores(), catalogue, reader(who), scopeFor(who, 'read'), readWorklistQuery(new URLSearchParams(query), { me: who.id, now: new Date() }), new Date())
  const content = (name: string, more: Partial<Parameters<typeof saveView>[2]> = {}) => ({ name, query: `severity=critical&q=round+${round}`, audience: 'private' as const, role: null, ...more })

  test('a shared view shows each reader their own scope, and its count is the list\'s', async () => {
    const view = await saveView(stores(), actor(fin), content(`Everything ${round}`, { audience: 'everybody' }))
    const of = async (who: Principal) => (await shown(who)).views.find(each => each.id === view.id)
    expect([(await of(fin))?.count, (await of(mira))?.count]).toEqual([4, 2])
    const { filter } = readWorklistQuery(new URLSearchParams(view.query), { me: mira.id, now: new Date() })
    expect((await countExceptions(stores().clickhouse, filter, scopeFor(mira, 'read'))).count).toBe(2)
    expect((await of(fin))?.to).toContain(`view=${view.id}`)
  })

  test('private ones are their owner\'s, a role\'s are that role\'s', async () => {
    const mine = await saveView(stores(), actor(fin), content(`Mine ${round}`))
    const roles = await saveView(stores(), actor(fin), content(`Buyers ${round}`, { audience: 'role', role: 'procurement_lead' }))
    const sees = async (who: Principal) => (await shown(who)).views.filter(each => [mine.id, roles.id].includes(each.id)).map(each => each.id)
    expect([(await sees(fin)).length, await sees(pro), await sees(mira)]).toEqual([2, [roles.id], []])
    await expect(changeView(stores(), actor(pro), roles.id, content('Stolen'), false)).rejects.toThrow(ViewError)
    await expect(removeView(stores(), actor(pro), mine.id, true)).rejects.toThrow(ViewError)
    await expect(saveView(stores(), actor(fin), content(`mine ${round}`))).rejects.toMatchObject({ code: 'name_taken' })
    await expect(saveView(stores(), actor(fin), content('Broken', { query: 'colour=red' }))).rejects.toMatchObject({ code: 'bad_query' })
    await expect(changeView(stores(), actor(fin), mine.id, content(`Mine again ${round}`), false, 99)).rejects.toMatchObject({ code: 'version_conflict' })
    expect((await changeView(stores(), actor(fin), mine.id, content(`Mine again ${round}`), false, 1)).version).toBe(2)
    await removeView(stores(), actor(fin), mine.id, false)
    expect(await sees(fin)).toEqual([roles.id])
    expect([(await audited('view.changed')).at(-1), (await audited('view.removed')).at(-1)]).toEqual([`${fin.id} ${mine.id}`, `${fin.id} ${mine.id}`])
  })

  test('an address is known as its view, or as that view changed; the chosen one opens first until it is gone', async () => {
    const view = await saveView(stores(), actor(fin), content(`Chosen ${round}`))
    expect((await shown(fin, `${view.query}&view=${view.id}`)).current).toMatchObject({ id: view.id, changed: false, mine: true })
    expect((await shown(fin, `${view.query}&kind=failed&view=${view.id}`)).current).toMatchObject({ id: view.id, changed: true })
    expect((await shown(fin, '')).current).toMatchObject({ id: 'all-open' })
    expect((await shown(fin, 'assignee=me&facility=south')).current).toMatchObject({ id: 'mine', changed: false })
    expect(await firstAddress(stores(), catalogue, reader(fin))).toBeNull()
    await chooseFirst(stores(), catalogue, actor(fin), reader(fin), view.id)
    expect(await firstAddress(stores(), catalogue, reader(fin))).toBe(`/exceptions?${view.query}&view=${view.id}`)
    await expect(chooseFirst(stores(), catalogue, actor(pro), reader(pro), view.id)).rejects.toThrow(ViewError)
    await removeView(stores(), actor(fin), view.id, false)
    expect(await firstAddress(stores(), catalogue, reader(fin))).toBeNull()
  })

  test('counts of many filters in one pass are those of one by one', async () => {
    const filters = [{}, { facility: ['south'] }, { status: ['resolved' as const] }, { q: `N1 of round ${round}` }, { amountMin: '100.01' }, { assignee: [''] }, { detectedFrom: new Date(Date.now() - HOUR).toISOString() }].map(each => exceptionFilter.parse(each))
    for (const who of [fin, mira]) {
      const scope = scopeFor(who, 'read')
      expect(await countEach(stores().clickhouse, filters, scope)).toEqual(await Promise.all(filters.map(async filter => (await countExceptions(stores().clickhouse, filter, scope)).count)))
    }
  })
})

describe('many at once', () => {
  const form = (fields: Readonly<Record<string, string | string[] | undefined>>) => {
    const data = new FormData()
    for (const [name, value] of Object.entries(fields)) for (const each of value === undefined ? [] : [value].flat()) data.append(name, each)
    return data
  }

  test('"all that match" is what was there: what was found later, or is outside the scope, is not in it', async () => {
    const filter = `q=round+${round}`
    const all = await readSelection(stores(), form({ all: '1', filter, newest: ids.S1, seenAt: '' }), 'all')
    expect(all).toMatchObject({ ids: [ids.N1, ids.N2, ids.S1] })
    expect(await readSelection(stores(), form({ all: '1', filter, newest: ids.S2 }), scopeFor(mira, 'read'))).toMatchObject({ ids: [ids.S1, ids.S2] })
    expect(await readSelection(stores(), form({ line: [`f-${round}-N`, ids.S1], filter, newest: ids.S2 }), 'all')).toMatchObject({ ids: [ids.N1, ids.N2, ids.S1] })
    for (const wrong of [{ ids: 'x' }, { ids: '' }, { all: '1', filter: 'colour=red', newest: '1' }, { filter: '', newest: '1' }, {}]) expect(await readSelection(stores(), form(wrong), 'all')).toHaveProperty('problem')
  })

  test('what somebody else changed since it was seen is left and says who; being seen again is no change', async () => {
    const seenAt = new Date(Date.now() + 60_000)
    expect((await actOnExceptions(stores(), acting(fin), [ids.N1], { act: 'assign', assignee: fin.id }, seenAt)).done).toHaveLength(1)
    const past = new Date(Date.now() - 5000)
    await stores().postgres.updateTable('exception_history').set({ at: new Date(Date.now() - HOUR) }).where('exception_id', 'in', Object.values(ids).map(Number)).execute()
    await actOnException(stores(), acting(pro), ids.N2, { act: 'comment', text: 'mine now' })
    const { done, skipped } = await actOnExceptions(stores(), acting(fin), [ids.N1, ids.N2, ids.S1], { act: 'acknowledge' }, past)
    expect(done.map(each => each.id)).toEqual([ids.N1, ids.S1])
    expect(skipped).toEqual([{ id: ids.N2, code: 'changed', title: `N2 of round ${round}`, status: 'open', by: { kind: 'person', id: pro.id } }])
  })

  test('an assignment is taken back where nobody acted since, once, and only by who did it', async () => {
    await actOnException(stores(), acting(fin), ids.N1, { act: 'assign', assignee: pro.id })
    const { undo } = await actOnExceptions(stores(), acting(fin), [ids.N1, ids.N2, ids.S1], { act: 'assign', assignee: fin.id })
    await actOnException(stores(), acting(pro), ids.S1, { act: 'comment', text: 'wait' })
    expect(await undoAct(stores(), acting(pro), undo ?? '')).toBeNull()
    expect(await undoAct(stores(), acting(fin), undo ?? '')).toEqual({ done: 2, left: 1 })
    expect(await undoAct(stores(), acting(fin), undo ?? '')).toBeNull()
    const owner = async (id: string) => (await exceptionById(stores().clickhouse, id, 'all'))?.assignee
    expect([await owner(ids.N1), await owner(ids.N2), await owner(ids.S1)]).toEqual([pro.id, null, fin.id])
    expect((await exceptionHistory(stores().postgres, Number(ids.N1), 'all')).at(-1)).toMatchObject({ act: 'undone', detail: { act: 'assign' } })
    expect((await audited('exception.undone')).slice(-2)).toEqual([`${fin.id} ${ids.N1}`, `${fin.id} ${ids.N2}`])
  })

  test('taking on is taken back to the wait it ended; what is too old is not', async () => {
    await actOnException(stores(), acting(fin), ids.N1, { act: 'wait', until: new Date(Date.now() + HOUR).toISOString(), party: 'the bank' })
    const { undo } = await actOnExceptions(stores(), acting(fin), [ids.N1], { act: 'acknowledge' })
    expect(await undoAct(stores(), acting(fin), undo ?? '')).toEqual({ done: 1, left: 0 })
    const row = await stores().postgres.selectFrom('exception').select(['status', 'wait_party', 'wait_until']).where('id', '=', Number(ids.N1)).executeTakeFirst()
    expect(row).toMatchObject({ status: 'waiting', wait_party: 'the bank' })
    expect(row?.wait_until).not.toBeNull()
    const late = await actOnExceptions(stores(), acting(fin), [ids.N2], { act: 'acknowledge' })
    await stores().postgres.updateTable('undoable_act').set({ at: new Date(Date.now() - 120_000) }).execute()
    expect(await undoAct(stores(), acting(fin), late.undo ?? '')).toBeNull()
    expect((await actOnExceptions(stores(), acting(fin), [ids.S1], { act: 'comment', text: 'x' })).undo).toBeNull()
  })

  test('the own last act on one exception is offered and taken back while nothing changed since, at the version that was seen', async () => {
    const seen = async (who: Principal, id: string) => {
      const view = await findException(stores().postgres, Number(id), 'all')
      if (!view) throw new Error('gone')
      return { view, offered: await undoableOf(stores(), who, view) }
    }
    expect((await seen(fin, ids.N1)).offered).toBeNull()
    await actOnException(stores(), acting(fin), ids.N1, { act: 'assign', assignee: pro.id })
    const { view, offered } = await seen(fin, ids.N1)
    expect(offered).toMatchObject({ act: 'assign' })
    expect((await seen(pro, ids.N1)).offered).toBeNull()
    await expect(undoOnException(stores(), acting(pro), ids.N1, view.version)).rejects.toMatchObject({ code: 'not_allowed' })
    await expect(undoOnException(stores(), acting(fin), ids.N1, view.version - 1)).rejects.toMatchObject({ code: 'version_conflict' })
    expect(await undoOnException(stores(), acting(fin), ids.N1, view.version)).toMatchObject({ assignee: null, version: view.version + 1 })
    expect((await exceptionHistory(stores().postgres, Number(ids.N1), 'all')).at(-1)).toMatchObject({ act: 'undone', detail: { act: 'assign' } })
    expect((await audited('exception.undone')).at(-1)).toBe(`${fin.id} ${ids.N1}`)
    await expect(undoOnException(stores(), acting(fin), ids.N1)).rejects.toMatchObject({ code: 'not_allowed' })
    // somebody else's comment is a change, and so is the time
    await actOnException(stores(), acting(fin), ids.N1, { act: 'acknowledge' })
    await actOnException(stores(), acting(pro), ids.N1, { act: 'comment', text: 'mine' })
    expect((await seen(fin, ids.N1)).offered).toBeNull()
    await actOnException(stores(), acting(fin), ids.S1, { act: 'acknowledge' })
    await stores().postgres.updateTable('undoable_act').set({ at: new Date(Date.now() - 120_000) }).execute()
    expect((await seen(fin, ids.S1)).offered).toBeNull()
    // many at once are taken back at once, where that was done
    await actOnExceptions(stores(), acting(fin), [ids.N2, ids.S2], { act: 'acknowledge' })
    expect((await seen(fin, ids.N2)).offered).toBeNull()
    await expect(undoOnException(stores(), { actor: acting(fin).actor, scope: scopeFor(mira, 'read') }, ids.N1)).rejects.toMatchObject({ code: 'not_found' })
  })
})

describe('what is new', () => {
  const list = async (who: Principal, since: string | null, query = `q=round+${round}&lines=single`) => await readWorklist(stores(), catalogue, scopeFor(who, 'read'), readWorklistQuery(new URLSearchParams(query), { me: who.id, now: new Date() }), new Map(), who.id, since, new Date())

  test('a visit ends after half an hour; what was found since is new until it is opened', async () => {
    const person = `visitor-${round}`
    const at = (minutes: number) => new Date(Date.UTC(2026, 10, 20, 8, minutes))
    expect(await visitWorklist(stores().postgres, person, at(0))).toBeNull()
    expect(await visitWorklist(stores().postgres, person, at(20))).toBeNull()
    expect(await visitWorklist(stores().postgres, person, at(55))).toBe(at(20).toISOString())
    expect(await visitWorklist(stores().postgres, person, at(70))).toBe(at(20).toISOString())
    const since = new Date(Date.now() - HOUR).toISOString()
    await markRead(stores().postgres, fin.id, Number(ids.N1))
    const found = await list(fin, since)
    expect(found.rows.filter(row => row.unread).map(row => row.id).sort()).toEqual([ids.N2, ids.S1, ids.S2].sort())
    expect(found.fresh).toMatchObject({ count: 4, since })
    expect((await list(fin, since, (found.fresh?.to ?? '').split('?')[1])).count).toBe(4)
    expect((await list(mira, since)).fresh?.count).toBe(2)
    expect((await list(fin, null)).rows.some(row => row.unread)).toBe(false)
    await markAllSeen(stores().postgres, person, at(80))
    expect(await visitWorklist(stores().postgres, person, at(81))).toBe(at(80).toISOString())
  })
})

describe('links', () => {
  test('both ends tell it, in both directions, once; both must be in scope; the other end is told only inside it', async () => {
    await linkExceptions(stores(), acting(fin), ids.S1, { relation: 'caused_by', to: ids.N1 })
    expect(await linksOf(stores().postgres, Number(ids.S1), 'all')).toMatchObject([{ relation: 'caused_by', outgoing: true, other: { id: ids.N1 } }])
    expect(await linksOf(stores().postgres, Number(ids.N1), 'all')).toMatchObject([{ relation: 'caused_by', outgoing: false, other: { id: ids.S1 } }])
    const south = scopeFor(mira, 'read')
    expect(await linksOf(stores().postgres, Number(ids.S1), south)).toMatchObject([{ other: null }])
    expect(await linksOf(stores().postgres, Number(ids.N1), south)).toEqual([])
    await expect(linkExceptions(stores(), acting(fin), ids.N1, { relation: 'caused_by', to: ids.S1 })).rejects.toMatchObject({ code: 'linked_already' })
    await expect(linkExceptions(stores(), acting(fin), ids.N1, { relation: 'related', to: ids.N1 })).rejects.toMatchObject({ code: 'same' })
    await expect(linkExceptions(stores(), acting(mira), ids.S1, { relation: 'related', to: ids.N2 })).rejects.toThrow(LinkError)
    const [link] = await linksOf(stores().postgres, Number(ids.N1), 'all')
    await expect(unlinkExceptions(stores(), acting(fin), ids.N2, link?.id ?? '')).rejects.toThrow(LinkError)
    await unlinkExceptions(stores(), acting(mira), ids.S1, link?.id ?? '')
    expect(await linksOf(stores().postgres, Number(ids.N1), 'all')).toEqual([])
    expect((await exceptionHistory(stores().postgres, Number(ids.N1), 'all')).map(entry => entry.act)).toEqual(['opened', 'linked', 'unlinked'])
    expect((await audited('exception.linked')).slice(-2).sort()).toEqual([`${fin.id} ${ids.N1}`, `${fin.id} ${ids.S1}`].sort())
  })
})

describe('the queue', () => {
  const queue = async (who: Principal) => await readQueue(stores(), catalogue, who, new Date())
  const groupsOf = async (who: Principal) => (await queue(who)).items.filter(item => Object.values(ids).includes(item.exception.id)).map(item => `${item.group} ${item.exception.id}`)

  test('a mention stands in the queue of who is named and may see it, until they have looked', async () => {
    await actOnException(stores(), acting(fin), ids.N1, { act: 'comment', text: 'What do you say, @procurement_lead and @facility_manager? @finance_lead' })
    expect((await exceptionHistory(stores().postgres, Number(ids.N1), 'all')).at(-1)?.detail).toMatchObject({ mentions: [pro.id, fin.id] })
    expect((await queue(pro)).counts.mentions).toBe(1)
    expect((await groupsOf(pro))[0]).toBe(`mentions ${ids.N1}`)
    expect([(await queue(mira)).counts.mentions, (await queue(fin)).counts.mentions]).toEqual([0, 0])
    expect((await queue(pro)).items[0]?.reasons[0]).toMatchObject({ group: 'mentions', by: { id: fin.id }, text: expect.stringContaining('What do you say') })
    await markMentionsSeen(stores().postgres, pro.id, [Number(ids.N1)])
    expect((await queue(pro)).counts.mentions).toBe(0)
  })

  test('each exception stands once, under its first reason; the badge is what waits for the person', async () => {
    await actOnExceptions(stores(), acting(fin), [ids.N1, ids.N2], { act: 'assign', assignee: pro.id })
    await actOnException(stores(), acting(fin), ids.N1, { act: 'comment', text: '@procurement_lead please' })
    await actOnException(stores(), acting(fin), ids.S1, { act: 'comment', text: '@procurement_lead and this' })
    const found = await queue(pro)
    expect(await groupsOf(pro)).toEqual([`mentions ${ids.N1}`, `mentions ${ids.S1}`, `mine ${ids.N2}`])
    expect(found.items.find(item => item.exception.id === ids.N1)?.reasons.map(reason => reason.group)).toEqual(['mentions', 'mine'])
    expect([found.forMe, await countForMe(stores(), pro), found.counts.mine, found.counts.mentions]).toEqual([3, 3, 2, 2])
  })

  test('a wait that ended reminds who began it, until somebody acts', async () => {
    await actOnException(stores(), acting(pro), ids.N1, { act: 'wait', until: new Date(Date.now() - 1000).toISOString(), party: 'the supplier' })
    expect((await queue(pro)).counts.waits).toBe(0)
    await project(stores(), await expire(stores(), new Date()))
    const [item] = (await queue(pro)).items
    expect(item?.reasons[0]).toMatchObject({ group: 'waits', party: 'the supplier' })
    expect([(await queue(fin)).counts.waits, (await queue(pro)).forMe]).toEqual([0, 1])
    await actOnException(stores(), acting(fin), ids.N1, { act: 'acknowledge' })
    expect((await queue(pro)).counts.waits).toBe(0)
  })

  test('watching an exception or its object tells what others did, inside the scope; watching a view what is found in it', async () => {
    const who = reader(mira)
    await watch(stores(), catalogue, actor(mira), who, scopeFor(mira, 'read'), { kind: 'exception', subject: ids.S1, watching: true })
    await watch(stores(), catalogue, actor(mira), who, scopeFor(mira, 'read'), { kind: 'object', subject: objectSubject({ namespace: 'default', type: 'invoice', id: `I-${round}-S2` }), watching: true })
    await watch(stores(), catalogue, actor(mira), who, scopeFor(mira, 'read'), { kind: 'object', subject: objectSubject({ namespace: 'default', type: 'invoice', id: `I-${round}-N1` }), watching: true })
    await expect(watch(stores(), catalogue, actor(mira), who, scopeFor(mira, 'read'), { kind: 'exception', subject: ids.N1, watching: true })).rejects.toThrow(WatchError)
    await actOnException(stores(), acting(mira), ids.S1, { act: 'comment', text: 'my own' })
    expect((await queue(mira)).counts.watched).toBe(0)
    await actOnExceptions(stores(), acting(fin), Object.values(ids), { act: 'acknowledge' })
    expect((await queue(mira)).items.filter(item => item.group === 'watched').map(item => item.exception.id).sort()).toEqual([ids.S1, ids.S2].sort())
    await markRead(stores().postgres, mira.id, Number(ids.S1))
    expect((await queue(mira)).items.filter(item => item.group === 'watched').map(item => item.exception.id)).toEqual([ids.S2])
    await markAllWatchesSeen(stores().postgres, mira.id)
    await watch(stores(), catalogue, actor(mira), who, scopeFor(mira, 'read'), { kind: 'view', subject: 'critical', watching: true })
    expect((await queue(mira)).views).toEqual([])
    await project(stores(), await settle(stores(), ['south', 'north'].map(place => ({ subjectKey: `${round}-new-${place}`, found: { ...base, subjectKey: `${round}-new-${place}`, title: 'new', facility: place, entity: `${place}-ag`, fingerprint: 'x', firstSeen: Date.now(), lastSeen: Date.now(), evidenceAt: Date.now() }, closed: null })), new Date()))
    expect((await queue(mira)).views).toMatchObject([{ id: 'critical', count: 1 }])
    await watch(stores(), catalogue, actor(mira), who, scopeFor(mira, 'read'), { kind: 'view', subject: 'critical', watching: false })
    expect((await queue(mira)).views).toEqual([])
    expect((await audited('watch.ended')).at(-1)).toBe(`${mira.id} critical`)
  })

  test('what is at risk and nobody\'s stands at the end, and leaves with an owner', async () => {
    expect((await queue(mira)).items.filter(item => item.group === 'risk').map(item => item.exception.id)).toEqual(expect.arrayContaining([ids.S1, ids.S2]))
    await actOnException(stores(), acting(fin), ids.S1, { act: 'assign', assignee: fin.id })
    const left = await queue(mira)
    expect(left.items.some(item => item.exception.id === ids.S1)).toBe(false)
    expect(left.counts.risk).toBe(left.items.filter(item => item.group === 'risk').length)
  })
})

describe('hand-over notes', () => {
  const now = new Date('2026-11-21T10:00:00Z')
  const notesOf = async (who: Principal, view: string | null = null, at = now) => (await readNotes(stores(), catalogue, { ...reader(who), timeZone: 'UTC' }, scopeFor(who, 'read'), new Map([[fin.id, 'Fin']]), at, view)).map(note => note.text)
  const write = (who: Principal, more: object) => writeNote(stores(), catalogue, actor(who), { text: `note ${round}`, role: null, view: null, facility: null, lastDay: '2026-11-22', ...more }, scopeFor(who, 'read'), 'UTC', now)

  test('they reach whom they are for, inside the scope, until their last day or until done', async () => {
    const forAll = await write(fin, { view: 'critical' })
    await write(fin, { text: 'for buyers', role: 'procurement_lead' })
    await write(fin, { text: 'about birkenried', facility: 'birkenried' })
    expect([await notesOf(pro), await notesOf(mira)]).toEqual([['about birkenried', 'for buyers', `note ${round}`], [`note ${round}`]])
    expect(await notesOf(pro, 'critical')).toEqual([`note ${round}`])
    expect(await notesOf(pro, null, new Date('2026-11-23T00:00:00Z'))).toEqual([])
    await expect(write(mira, {})).rejects.toThrow(NoteError)
    await expect(write(mira, { facility: 'birkenried' })).rejects.toMatchObject({ code: 'out_of_scope' })
    await expect(write(fin, { lastDay: '2026-11-20' })).rejects.toMatchObject({ code: 'bad_day' })
    await endNote(stores(), actor(pro), reader(pro), scopeFor(pro, 'read'), forAll.id)
    await expect(endNote(stores(), actor(pro), reader(pro), scopeFor(pro, 'read'), forAll.id)).rejects.toThrow(NoteError)
    expect(await notesOf(mira)).toEqual([])
    expect((await audited('handover.done')).at(-1)).toBe(`${pro.id} ${forAll.id}`)
  })
})

test('the API keeps views, links, watches and answers the queue, each inside the scope', async () => {
  const person = await running.person('finance_lead')
  const call = async (path: string, body?: unknown) => {
    const response = await running.call(`/api/v1${path}`, { as: person.cookie, method: body === undefined ? 'GET' : 'POST', ...(body === undefined ? {} : { body }) })
    return { status: response.status, body: (await response.json()) as Record<string, unknown> & { items: Record<string, unknown>[] } }
  }
  const saved = await call('/views', { name: 'By API', query: 'assignee=me', audience: 'private', role: null })
  expect([saved.status, saved.body['query']]).toEqual([201, 'assignee=me'])
  expect((await call('/views', { name: 'by api', query: '', audience: 'private', role: null })).status).toBe(409)
  expect((await call('/views')).body.items.find(each => each['id'] === saved.body['id'])).toMatchObject({ count: 0, kind: 'own' })
  expect((await call(`/exceptions/${ids.N1}/link`, { relation: 'duplicate_of', to: `EX-${ids.N2}` })).body.items).toMatchObject([{ relation: 'duplicate_of', other: { id: ids.N2 } }])
  expect((await call(`/exceptions/${ids.N1}/watch`, { watching: true })).status).toBe(200)
  await actOnException(stores(), acting(pro), ids.N1, { act: 'assign', assignee: person.id })
  expect((await call('/queue')).body).toMatchObject({ forMe: 1, counts: { mine: 1, watched: 1 } })
  const auditor = await running.person('auditor')
  expect((await running.call('/api/v1/views', { as: auditor.cookie, method: 'POST', body: { name: 'x', query: '', audience: 'everybody', role: null } })).status).toBe(403)
  expect((await findException(stores().postgres, Number(ids.N1), 'all'))?.assignee).toBe(person.id)
})
