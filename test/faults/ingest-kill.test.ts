/**
 * SIGKILL during ingestion at random moments: every acknowledged event is there once, through every table, and what was sent but not
 * acknowledged can be sent again without doubling. Three kills always, 25 in the full-size run (SIGNALBOX_LONG=1).
 */
import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { createIngest } from '#ingest/ingest.ts'
import { readEnvironment } from '#queries/environment.ts'
import { createServiceKey } from '#queries/postgres/service-keys.ts'
import { migrateStores, openStores } from '#queries/stores.ts'
import { idsPerTable } from './tables.ts'
import { AUTHOR, BATCH, catalogueView, memoryLog, orderEvent } from '#test/ingest/support.ts'

const FEW = 3
const MANY = 25
const LONGEST_LIFE_MS = 1500

let dataDirectory = ''
beforeEach(async () => {
  dataDirectory = await mkdtemp(join(tmpdir(), 'signalbox-kill-'))
})
afterEach(async () => rm(dataDirectory, { recursive: true, force: true }))

/** Runs a child, kills it some time after its first acknowledgement, and returns what it acknowledged. */
async function runAndKill(firstNumber: number): Promise<{ from: number; count: number }[]> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'ingest-child.ts'), dataDirectory, String(firstNumber)], { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, UV_THREADPOOL_SIZE: '16' } })
  const acknowledged: { from: number; count: number }[] = []
  let timer: NodeJS.Timeout | undefined
  for await (const line of createInterface({ input: child.stdout })) {
    const match = /^ack (\d+) (\d+)$/.exec(line)
    if (!match) continue
    acknowledged.push({ from: Number(match[1]), count: Number(match[2]) })
    timer ??= setTimeout(() => child.kill('SIGKILL'), Math.random() * LONGEST_LIFE_MS)
  }
  clearTimeout(timer)
  return acknowledged
}

async function killRepeatedly(kills: number): Promise<void> {
  const acknowledged = new Set<number>()
  let next = 0
  for (let kill = 0; kill < kills; kill++) {
    const calls = await runAndKill(next)
    expect(calls.length).toBeGreaterThan(0)
    for (const { from, count } of calls) for (let number = from; number < from + count; number++) acknowledged.add(number)
    // the next child repeats the last calls, also those whose answer never came
    next = Math.max(...calls.map(({ from }) => from))
  }
  const stores = await openStores(readEnvironment({ ...process.env, SIGNALBOX_DATA: dataDirectory }))
  try {
    await migrateStores(stores)
    const check = async (known: Set<number>) => {
      for (const [table, ids] of Object.entries(await idsPerTable(stores, () => true))) {
        const rows = ids.map(id => Number(id.slice(id.lastIndexOf('n') + 1)))
        const have = new Set(rows)
        expect(have.size, table).toBe(rows.length)
        expect([...known].filter(number => !have.has(number)), table).toEqual([])
      }
    }
    await check(acknowledged)
    // everything that was ever sent is sent once more: no table grows beyond one row per event
    const ingest = await createIngest({ stores, catalogue: { current: () => catalogueView }, environment: { pseudonymKey: 'for tests' }, log: memoryLog() })
    const { key } = await createServiceKey(stores.postgres, { name: 'again', scopes: ['ingest:*'] }, AUTHOR)
    const last = Math.max(...acknowledged) + 300
    const all = Array.from({ length: last }, (_, number) => orderEvent(`n${number}`, number % 7 === 0 ? { time: undefined } : {}))
    let duplicates = 0
    for (let from = 0; from < all.length; from += 10_000) {
      const response = await ingest.app.request('/v1/events', { method: 'POST', body: JSON.stringify(all.slice(from, from + 10_000)), headers: { ...BATCH, authorization: `Bearer ${key}` } })
      const answer = (await response.json()) as { accepted: number; duplicates: number; rejected: unknown[] }
      expect(answer.rejected).toEqual([])
      duplicates += answer.duplicates
    }
    expect(duplicates).toBeGreaterThanOrEqual(acknowledged.size)
    await ingest.close()
    await check(new Set(all.keys()))
  } finally {
    await stores.close()
  }
}

const timeout = (kills: number) => ({ timeout: 60_000 + kills * 30_000 })
it('keeps every acknowledged event exactly once', timeout(FEW), () => killRepeatedly(FEW))
it.skipIf(process.env.SIGNALBOX_LONG !== '1')('keeps every acknowledged event exactly once [long]', timeout(MANY), () => killRepeatedly(MANY))
