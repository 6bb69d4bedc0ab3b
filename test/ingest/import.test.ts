/** `npm run import` as a person starts it: into the stores, through a server, and what it says. */
import { serve, type ServerType } from '@hono/node-server'
import { Hono } from 'hono'
import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openTestIngest, orderEvent, type TestIngest } from './support.ts'

const root = join(import.meta.dirname, '..', '..')
let folder = ''
let ingest: TestIngest
let server: ServerType
let url = ''

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'signalbox-import-'))
  ingest = await openTestIngest()
  const app = new Hono().get('/healthz', context => context.text('ok')).route('/', ingest.app)
  server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' })
  await new Promise(resolve => server.once('listening', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  await writeFile(join(folder, 'events.ndjson'), [...Array.from({ length: 6000 }, (_, index) => JSON.stringify(orderEvent(`i${index}`))), 'broken', JSON.stringify(orderEvent('late', { time: 'never' }))].join('\n'))
  await writeFile(join(folder, 'events.json.gz'), gzipSync(JSON.stringify([orderEvent('i1'), orderEvent('array')], null, 2)))
  await writeFile(join(folder, 'log.json'), JSON.stringify({ eventTypes: [], objectTypes: [], objects: [{ id: 'o', type: 'order' }], events: [{ id: 'e', type: 'Made', time: '2026-01-01T00:00:00Z', relationships: [{ objectId: 'o' }] }, { id: 'f', type: 'Made', time: '' }] }))
})
afterAll(async () => {
  server.close()
  await ingest.dispose()
  await rm(folder, { recursive: true, force: true })
})

/** Runs the command in a process of its own, with nothing of ours in its environment. */
function runImport(args: string[], variables: Record<string, string> = {}): Promise<{ status: number; out: string; err: string }> {
  const { PATH = '' } = process.env
  return new Promise(resolve => {
    execFile(process.execPath, [join(root, 'ingest', 'import.ts'), ...args], { cwd: root, env: { PATH, UV_THREADPOOL_SIZE: '16', ...variables } }, (error, out, err) =>
      resolve({ status: typeof error?.code === 'number' ? error.code : error ? -1 : 0, out, err }))
  })
}

it('goes through a server, file by file, and says what became of all', { timeout: 60_000 }, async () => {
  const { status, out, err } = await runImport(['events', join(folder, 'events.ndjson'), join(folder, 'events.json.gz'), '--url', url, '--key', ingest.key])
  expect({ status, err }).toEqual({ status: 0, err: expect.any(String) })
  expect(out).toMatch(/taken +6001\n/)
  expect(out).toMatch(/known +1 /)
  expect(out).toMatch(/rejected +2\n/)
  expect(out).toMatch(/malformed +1 +first: record 6000/)
  expect(out).toMatch(/invalid_time +1 +first: late/)
  expect(out).toContain(`${url}/exceptions?kind=rejected`)
  expect(await ingest.rows('events')).toHaveLength(6001)
})

it('finds the server by SIGNALBOX_URL and its key by SIGNALBOX_API_KEY', { timeout: 60_000 }, async () => {
  const { status, out } = await runImport(['ocel2', join(folder, 'log.json')], { SIGNALBOX_URL: url, SIGNALBOX_API_KEY: ingest.key })
  expect(status).toBe(0)
  expect(out).toMatch(/taken +1\n/)
  expect(out).toMatch(/missing_time +1 +first: f/)
})

it('opens the stores itself where no server answers', { timeout: 60_000 }, async () => {
  const variables = { SIGNALBOX_DATA: join(folder, 'data'), PORT: '1' }
  expect(await runImport(['ocel2', join(folder, 'log.json')], variables)).toMatchObject({ status: 0, out: expect.stringMatching(/taken +1\n/) })
  expect(await runImport(['ocel2', join(folder, 'log.json')], variables)).toMatchObject({ status: 0, out: expect.stringMatching(/taken +0\nknown +1 /) })
})

it('says in one line what is wrong', { timeout: 60_000 }, async () => {
  expect(await runImport([])).toMatchObject({ status: 2, err: expect.stringContaining('usage:') })
  expect(await runImport(['punchcards', 'x'])).toMatchObject({ status: 2, err: expect.stringContaining('formats: events, ocel2') })
  expect(await runImport(['events', 'x', '--url', url])).toMatchObject({ status: 2, err: expect.stringContaining('--key') })
  expect(await runImport(['events', join(folder, 'nothing'), '--url', url, '--key', ingest.key])).toMatchObject({ status: 1, err: expect.stringContaining('cannot be read') })
  expect(await runImport(['events', join(folder, 'log.json'), '--url', url, '--key', 'sbx_wrong'])).toMatchObject({ status: 1, err: expect.stringContaining('invalid_key') })
})
