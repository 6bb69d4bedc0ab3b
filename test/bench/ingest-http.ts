/**
 * Durable acknowledgment of NDJSON over HTTP against a raw insert: the real product as a process of its own takes calls of 2,000 events;
 * the baseline is the same rows inserted as JSONEachRow into a table of the same shape with the same durability (fsync), in inserts of
 * the same size, by as many writers. The two alternate; medians of the rounds.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import { createIngest } from '#ingest/ingest.ts'
import type { ClickHouse } from '#queries/clickhouse/clickhouse.ts'
import { createServiceKey } from '#queries/postgres/service-keys.ts'
import { catalogueView, memoryLog, AUTHOR, LINES, orderEvent } from '#test/ingest/support.ts'
import { startProductProcess } from '#test/support/product-process.ts'
import { openTestStores } from '#test/support/stores.ts'
import { median, timed, type BenchOptions, type Report } from './figures.ts'

const PER_CALL = 2_000
/** Calls at once, and writers of the baseline. */
const AT_ONCE = 2
const KEY = 'sbx_bench_key'
const rowSchema = z.record(z.string(), z.unknown())

/** Measures rounds of both; the first of each only warms up. */
export async function benchIngest({ full }: BenchOptions, report: Report): Promise<void> {
  const rounds = full ? 5 : 3
  const calls = full ? 20 : 6
  const events = PER_CALL * calls
  const dataDirectory = await mkdtemp(join(tmpdir(), 'signalbox-bench-'))
  const stores = await openTestStores()
  try {
    const product = await startProductProcess({ dataDirectory, variables: { SIGNALBOX_API_KEY: KEY } })
    try {
      const rows = await rowsOf(stores, calls)
      const http: number[] = []
      const raw: number[] = []
      for (let round = 0; round <= rounds; round++) {
        const bodies = bodiesOf(`round${round}`, calls)
        const sent = await timed(() => inTurns(bodies, body => post(product.url, body)))
        const table = await emptyCopy(stores.clickhouse, round)
        const inserted = await timed(() => inTurns(rows, batch => stores.clickhouse.insert({ table, rows: batch })))
        if (round === 0) continue
        http.push((events / sent) * 1000)
        raw.push((events / inserted) * 1000)
      }
      report({ metric: 'acknowledged', value: median(http), unit: 'events/s', baseline: median(raw), n: rounds })
    } finally {
      await product.end('SIGTERM')
    }
  } finally {
    await stores.dispose()
    await rm(dataDirectory, { recursive: true, force: true })
  }
}

function bodiesOf(prefix: string, calls: number): string[] {
  return Array.from({ length: calls }, (_, call) => Array.from({ length: PER_CALL }, (_, index) => JSON.stringify(orderEvent(`${prefix}-${call * PER_CALL + index}`))).join('\n'))
}

async function post(url: string, body: string): Promise<void> {
  const response = await fetch(`${url}/v1/events`, { method: 'POST', body, headers: { ...LINES, authorization: `Bearer ${KEY}` } })
  const { accepted } = (await response.json()) as { accepted?: number }
  if (response.status !== 202 || accepted !== PER_CALL) throw new Error(`not taken: ${response.status}, ${accepted ?? 0} accepted`)
}

/** Works through the items, a few at once. */
async function inTurns<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const rest = [...items]
  await Promise.all(Array.from({ length: AT_ONCE }, async () => {
    for (let item = rest.shift(); item !== undefined; item = rest.shift()) await work(item)
  }))
}

/** The rows that ingestion makes of the same events, in batches of a call's size. */
async function rowsOf(stores: Awaited<ReturnType<typeof openTestStores>>, calls: number): Promise<object[][]> {
  const ingest = await createIngest({ stores, catalogue: { current: () => catalogueView }, environment: { pseudonymKey: 'for benches' }, log: memoryLog() })
  const { key } = await createServiceKey(stores.postgres, { name: 'bench', scopes: ['ingest:*'] }, AUTHOR)
  for (const body of bodiesOf('rows', calls)) await ingest.app.request('/v1/events', { method: 'POST', body, headers: { ...LINES, authorization: `Bearer ${key}` } })
  await ingest.close()
  const { rows } = await stores.clickhouse.query({ name: 'bench.rows', sql: 'SELECT * FROM events' })
  const all = rows.map(row => rowSchema.parse(row))
  return Array.from({ length: calls }, (_, call) => all.slice(call * PER_CALL, (call + 1) * PER_CALL))
}

async function emptyCopy(clickhouse: ClickHouse, round: number): Promise<string> {
  const table = `bench_round_${round}`
  await clickhouse.command({ name: 'bench.table', sql: `CREATE TABLE ${table} AS events` })
  return table
}
