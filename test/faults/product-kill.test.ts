/**
 * The real product, all roles in one process on the embedded stores, under SIGKILL at random moments (also while it starts): every
 * acknowledged event is there exactly once, counted through the object, the list, the tile, the export and the tables, and every planted
 * failure and rejected input is one exception. Two kills always, 20 in the full-size run (SIGNALBOX_LONG=1). The seed is printed; give it
 * as SIGNALBOX_TEST_SEED to repeat a run's traffic and pauses (what the machine does in between is its own).
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { readEnvironment } from '#queries/environment.ts'
import { openStores } from '#queries/stores.ts'
import { Random } from '#seeds/history/random.ts'
import { startProductProcess, type ProductProcess } from '#test/support/product-process.ts'
import { idsPerTable, type EventTable } from './tables.ts'
import { createTraffic, idOf, isRejected, objectsOf, openSubjects, type Traffic } from './traffic.ts'

const FEW = 2
const MANY = 20
const KEY = 'sbx_kill_test_key'
/** Sent after the last kill, so that what was left open is also sent beside new events. */
const EVENTS_AT_THE_END = 300
const LONGEST_LIFE_MS = 2500
/** Some processes are killed before they listen. */
const KILLED_AT_START = 0.2
const LONGEST_START_MS = 2500
/** The traffic starts in the past, so that nothing comes from the future, and is not old enough to be overdue. */
const AGE_MS = 600_000

interface List { items: Record<string, unknown>[]; nextCursor: string | null }

let dataDirectory = ''
let product: ProductProcess | null = null
beforeEach(async () => {
  dataDirectory = await mkdtemp(join(tmpdir(), 'signalbox-product-kill-'))
})
afterEach(async () => {
  await product?.end('SIGKILL')
  product = null
  await rm(dataDirectory, { recursive: true, force: true })
})

const start = async (killed?: AbortSignal) => {
  product = await startProductProcess({ dataDirectory, variables: { SIGNALBOX_API_KEY: KEY }, ...(killed && { killed }) })
  return product
}

/** One life of the product: it is killed while it starts (never the first), or some time after the first acknowledgment of this life. */
async function liveAndDie(traffic: Traffic, random: Random, life: number): Promise<void> {
  if (life > 0 && random.chance(KILLED_AT_START)) {
    const killed = AbortSignal.timeout(random.int(0, LONGEST_START_MS))
    // Either it was ended before it listened, or it made it and is ended now.
    await start(killed).then(({ end }) => end('SIGKILL'), () => undefined)
    product = null
    return
  }
  const { url, end } = await start()
  const remaining = random.int(0, LONGEST_LIFE_MS)
  let dying: Promise<void> | null = null
  await traffic.run(url, { enough: () => false, onAcknowledged: () => (dying ??= sleep(remaining).then(() => end('SIGKILL'))) })
  expect(dying, 'the product ended by itself').not.toBeNull()
  await dying
  product = null
}

/** A read call as a program makes it. */
async function read(path: string): Promise<Response> {
  const response = await fetch(`${product?.url ?? ''}${path}`, { headers: { authorization: `Bearer ${KEY}` } })
  if (response.status !== 200) throw new Error(`${path}: ${response.status} ${await response.text()}`)
  return response
}

async function everyItem(path: string): Promise<Record<string, unknown>[]> {
  const all: Record<string, unknown>[] = []
  for (let cursor: string | null = ''; cursor !== null; ) {
    const list = (await (await read(`${path}${path.includes('?') ? '&' : '?'}limit=200${cursor && `&cursor=${encodeURIComponent(cursor)}`}`)).json()) as List
    all.push(...list.items)
    cursor = list.nextCursor
  }
  return all
}

async function exported(): Promise<string[]> {
  const text = await (await read('/api/v1/exports/trail?format=ndjson&source=kill-test')).text()
  return text.split('\n').filter(Boolean).map(line => (JSON.parse(line) as { id: string }).id)
}

/** Events per object as they must be, `<type> <id>` → ids of events, sorted. */
function perObject(numbers: readonly number[]): Map<string, string[]> {
  const objects = new Map<string, string[]>()
  for (const number of numbers) for (const { type, id } of objectsOf(number)) objects.set(`${type} ${id}`, [...(objects.get(`${type} ${id}`) ?? []), idOf(number)])
  for (const ids of objects.values()) ids.sort()
  return objects
}

/** Everything that was sent is there once, whichever way it is counted. */
async function countEverywhere(numbers: readonly number[]): Promise<void> {
  const good = numbers.filter(number => !isRejected(number))
  const bad = numbers.filter(isRejected)
  const objects = perObject(good)
  expect((await exported()).sort()).toEqual(good.map(idOf).sort())
  const summary = (await (await read('/api/v1/summary')).json()) as { accepted: { total: number; rejected: number } }
  expect(summary.accepted).toEqual({ total: good.length, rejected: bad.length })
  for (const [name, ids] of objects) {
    const [type, id] = name.split(' ')
    expect((await everyItem(`/api/v1/objects/${type}/${id}/events`)).map(event => event['id']).sort(), name).toEqual(ids)
  }
  // List and exceptions follow with the worker.
  for (const type of ['customer_invoice', 'sales_order']) {
    const meant = [...objects].filter(([name]) => name.startsWith(`${type} `)).map(([name, ids]) => `${name}: ${ids.length}`).sort()
    await expect.poll(async () => (await everyItem(`/api/v1/objects/${type}`)).map(item => `${type} ${String(item['id'])}: ${String(item['events'])}`).sort(), { timeout: 60_000, interval: 1000 }).toEqual(meant)
  }
  await expect.poll(async () => (await everyItem('/api/v1/exceptions')).map(subjectOf).sort(), { timeout: 60_000, interval: 1000 }).toEqual(openSubjects(numbers))
}

function subjectOf(exception: Record<string, unknown>): string {
  const { kind, object, eventIds } = exception as { kind: string; object: { id: string } | null; eventIds: string[] }
  return `${kind} ${kind === 'rejected' ? eventIds[0] : object?.id}`
}

async function killRepeatedly(kills: number): Promise<void> {
  const seed = Number(process.env['SIGNALBOX_TEST_SEED'] ?? Date.now() % 1_000_000)
  console.info(`product-kill: seed ${seed}, ${kills} kills`)
  const random = new Random('product-kill', seed)
  const traffic = createTraffic({ key: KEY, random, start: Date.now() - AGE_MS })
  for (let kill = 0; kill < kills; kill++) await liveAndDie(traffic, random, kill)

  const { url, end } = await start()
  const acknowledged = traffic.acknowledged()
  const found = await exported()
  expect(new Set(found).size).toBe(found.length)
  const there = new Set(found)
  expect(acknowledged.filter(number => !isRejected(number) && !there.has(idOf(number)))).toEqual([])
  console.info(`product-kill: ${acknowledged.length} of ${traffic.sent().length} events acknowledged, all of them there; ${traffic.unanswered()} calls were cut off`)

  await traffic.run(url, { enough: () => traffic.acknowledged().length > acknowledged.length + EVENTS_AT_THE_END })
  await traffic.settle(url)
  const sent = traffic.sent()
  await countEverywhere(sent)
  await end('SIGTERM')
  product = null
  await countTables(sent.filter(number => !isRejected(number)), sent)
}

/** The tables, and the exceptions as PostgreSQL keeps them: open ones as planted, and never two about the same. */
async function countTables(good: readonly number[], sent: readonly number[]): Promise<void> {
  const stores = await openStores(readEnvironment({ SIGNALBOX_DATA: dataDirectory }))
  try {
    const ids = good.map(idOf).sort()
    const meant: Record<EventTable, string[]> = { events: ids, events_by_object: [...perObject(good)].flatMap(([name, of]) => of.map(id => `${name} ${id}`)).sort(), events_by_correlation: ids, event_identities: ids, event_log: ids }
    const stored = await idsPerTable(stores, id => /(^| )k\d+$/.test(id))
    for (const table of Object.keys(meant) as EventTable[]) expect(stored[table], table).toEqual(meant[table])
    const kept = await stores.postgres.selectFrom('exception').select(['subject_key', 'status']).execute()
    expect(new Set(kept.map(row => row.subject_key)).size).toBe(kept.length)
    expect(kept.filter(row => row.status !== 'resolved')).toHaveLength(openSubjects(sent).length)
  } finally {
    await stores.close()
  }
}

const timeout = (kills: number) => ({ timeout: 240_000 + kills * 40_000 })
it('keeps every acknowledged event exactly once', timeout(FEW), () => killRepeatedly(FEW))
it.skipIf(process.env['SIGNALBOX_LONG'] !== '1')('keeps every acknowledged event exactly once [long]', timeout(MANY), () => killRepeatedly(MANY))
