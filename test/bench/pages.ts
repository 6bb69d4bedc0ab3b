/**
 * Pages with the demo group alive: 50 random valid addresses per kind of page, one after another as a signed-in administrator, kinds
 * interleaved. Measured over HTTP on this machine, from the request to the whole answer. Baseline: the sign-in page, which reads
 * nothing but whether there is an administrator, asked as often in between.
 */
import { existsSync, readFileSync } from 'node:fs'
import { readFile, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { HISTORY_THERE } from '#app/server/start-text.ts'
import { Random } from '#seeds/history/random.ts'
import { startProductProcess, type ProductProcess } from '#test/support/product-process.ts'
import { PAGE_KINDS, readPool, type PageKind } from './addresses.ts'
import { median, percentile, timed, type BenchOptions, type Report } from './figures.ts'
import { collectQueries } from './queries-page.ts'

const ADDRESSES = 50
const WARM_UP = 3
const SEED = 20261121
/** The finder has caught up once it digests fewer entries than this in one look. */
const IDLE_ENTRIES = 200
const LOOK_MS = 2000
const SIGN_IN = 'sign-in'

/** Starts the demo (or takes a loaded one), measures, and stops it. */
export async function benchPages(options: BenchOptions, report: Report): Promise<void> {
  const dataDirectory = options.data ?? (await mkdtemp(join(tmpdir(), 'signalbox-bench-')))
  try {
    const scale = options.scale ?? (options.full ? 1 : 0.1)
    const product = await startProductProcess({ dataDirectory, args: ['--demo', `--scale=${scale}`], variables: { LOG_LEVEL: 'warn' } })
    try {
      await product.said(HISTORY_THERE.trim())
      const died = product.ended.then(how => { throw new Error(`the product ended by itself: ${how}`) })
      await Promise.race([died, finderIdle(product).then(() => measure(product, dataDirectory, report))])
    } finally {
      await product.end('SIGTERM')
    }
  } finally {
    if (options.data === null) await rm(dataDirectory, { recursive: true, force: true })
  }
}

async function finderIdle({ url }: ProductProcess): Promise<void> {
  for (let before = -Infinity; ; ) {
    const text = await (await fetch(`${url}/metrics`)).text()
    const entries = Number(/^signalbox_finder_entries (\d+)/m.exec(text)?.[1] ?? NaN)
    if (entries - before < IDLE_ENTRIES) return
    if (!Number.isNaN(entries)) before = entries
    await sleep(LOOK_MS)
  }
}

/** The cookie of the demo's administrator. */
async function signIn(url: string, password: string): Promise<string> {
  const response = await fetch(`${url}/sign-in`, { method: 'POST', redirect: 'manual', headers: { origin: url }, body: new URLSearchParams({ email: 'admin@demo.example', password, next: '/' }) })
  if (response.status !== 302) throw new Error(`signing in: ${response.status}`)
  return response.headers.getSetCookie().map(cookie => cookie.split(';')[0]).join('; ')
}

async function measure({ url, pid }: ProductProcess, dataDirectory: string, report: Report): Promise<void> {
  const { password, apiKey } = JSON.parse(await readFile(join(dataDirectory, 'demo-logins.json'), 'utf8')) as { password: string; apiKey: string }
  const cookie = await signIn(url, password)
  const pool = await readPool(url, apiKey)
  const random = new Random('bench.pages', SEED)
  const kinds = Object.keys(PAGE_KINDS) as PageKind[]
  const times = new Map(kinds.map(kind => [kind, [] as number[]]))
  const slowest = new Map<PageKind, { address: string; ms: number }>()
  const processor = new Map<string, number>()
  const baseline: number[] = []
  const queries = collectQueries(url, cookie)

  for (let round = 0; round < WARM_UP + ADDRESSES; round++) {
    const counted = round >= WARM_UP
    for (const kind of kinds) {
      const address = PAGE_KINDS[kind](random, pool)
      const before = processorMs(pid)
      const ms = await timed(() => open(`${url}${address}`, { cookie }))
      if (!counted) continue
      processor.set(kind, (processor.get(kind) ?? 0) + processorMs(pid) - before)
      times.get(kind)?.push(ms)
      if (ms > (slowest.get(kind)?.ms ?? 0)) slowest.set(kind, { address, ms })
    }
    const before = processorMs(pid)
    const ms = await timed(() => open(`${url}/sign-in`, {}))
    if (!counted) continue
    baseline.push(ms)
    processor.set(SIGN_IN, (processor.get(SIGN_IN) ?? 0) + processorMs(pid) - before)
    await queries.look()
  }
  const still = median(baseline)
  for (const kind of kinds) {
    const measured = times.get(kind) ?? []
    report({ metric: `${kind} p50`, value: median(measured), unit: 'ms', baseline: still, n: measured.length })
    report({ metric: `${kind} p95`, value: percentile(measured, 0.95), unit: 'ms', baseline: still, n: measured.length })
    if (processorMs(pid) > 0) report({ metric: `${kind} processor time`, value: (processor.get(kind) ?? 0) / measured.length, unit: 'ms', baseline: (processor.get(SIGN_IN) ?? 0) / baseline.length, n: measured.length })
    process.stderr.write(`${kind}: slowest ${Math.round(slowest.get(kind)?.ms ?? 0)} ms ${slowest.get(kind)?.address ?? ''}\n`)
  }
  report({ metric: 'sign-in p50', value: still, unit: 'ms', n: baseline.length })
  report({ metric: 'sign-in p95', value: percentile(baseline, 0.95), unit: 'ms', n: baseline.length })
  for (const { page, query, rows, p95, n } of queries.summary()) {
    report({ metric: `${page} ${query} rows read`, value: rows, unit: 'rows', n })
    report({ metric: `${page} ${query} p95`, value: p95, unit: 'ms', n })
  }
}

/** Processor time of a process so far, ms in steps of 10; 0 where the system does not say (only Linux does). Its threads' background work is in it. */
function processorMs(pid: number): number {
  const file = `/proc/${pid}/stat`
  if (!existsSync(file)) return 0
  // after the name in brackets: state, then user and system time as the 12th and 13th, in hundredths of a second
  const fields = readFileSync(file, 'utf8').replace(/^.*\) /s, '').split(' ')
  return (Number(fields[11]) + Number(fields[12])) * 10
}

/** Reads a page to its end; anything but a page or a redirect is an error: the bench would measure nothing. */
async function open(address: string, headers: Record<string, string>): Promise<void> {
  const response = await fetch(address, { headers, redirect: 'manual' })
  const text = await response.text()
  if (response.status !== 200 && response.status !== 302) throw new Error(`${address}: ${response.status} ${text.slice(0, 300)}`)
  if (response.status === 302 && (response.headers.get('location') ?? '').startsWith('/sign-in')) throw new Error(`${address}: signed out`)
}
