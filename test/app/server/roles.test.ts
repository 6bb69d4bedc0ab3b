/** The roles as separate processes on server stores: what one takes, another finds and a third shows; a killed leader is replaced. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { onServers } from '#test/support/backend.ts'
import { startProductProcess, type ProductProcess } from '#test/support/product-process.ts'
import { openTestStores, type TestStores } from '#test/support/stores.ts'

const KEY = 'sbx_a_key_of_the_roles_test_only'
const WITHIN_MS = 40_000

// Embedded stores belong to one process: there is nothing to separate.
describe.skipIf(!onServers)('ingest, worker and web apart (SIGNALBOX_TEST_BACKEND=server: embedded stores have one owner)', () => {
  let stores: TestStores
  const running: ProductProcess[] = []
  const start = async (role: 'ingest' | 'worker' | 'web') => {
    const process = await startProductProcess({ role, dataDirectory: stores.dataDirectory, variables: { ...stores.variables, SIGNALBOX_API_KEY: KEY } })
    running.push(process)
    return process
  }
  beforeAll(async () => { stores = await openTestStores() })
  afterAll(async () => {
    await Promise.all(running.map(process => process.end('SIGKILL')))
    await stores.dispose()
  })

  const headers = { authorization: `Bearer ${KEY}`, 'content-type': 'application/cloudevents+json' }
  const failure = (id: string) => JSON.stringify({
    specversion: '1.0', id, source: 'odoo', type: 'finance.customer_invoice.exported', time: new Date(Date.now() - 60_000).toISOString(), integration: 'any', correlationid: id,
    data: { status: 'dead_lettered', attempt: 5, error: { code: 'E1', class: 'mapping', message: 'unknown cost centre', retryable: false }, objects: [{ type: 'customer_invoice', id, role: 'subject' }] },
  })
  const shown = async (web: ProductProcess): Promise<string[]> => {
    const answer = await fetch(`${web.url}/api/v1/exceptions`, { headers })
    const { items } = (await answer.json()) as { items: { object: { id: string } | null }[] }
    return items.flatMap(item => item.object?.id ?? []).sort()
  }

  test('an event taken by one is an exception on another, also after the working worker was killed', async () => {
    const ingest = await start('ingest')
    const [leader, web] = [await start('worker'), await start('web')]
    expect((await fetch(`${ingest.url}/v1/events`, { method: 'POST', headers, body: failure('INV-1') })).status).toBe(202)
    await expect.poll(() => shown(web), { timeout: WITHIN_MS, interval: 200 }).toEqual(['INV-1'])
    // each answers for its own part only
    expect((await fetch(`${web.url}/v1/events`, { method: 'POST', headers, body: failure('INV-X') })).status).toBe(404)
    expect((await fetch(`${ingest.url}/api/v1/exceptions`, { headers })).status).toBe(404)
    expect((await fetch(`${leader.url}/healthz`)).status).toBe(200)

    await start('worker')
    await leader.end('SIGKILL')
    expect((await fetch(`${ingest.url}/v1/events`, { method: 'POST', headers, body: failure('INV-2') })).status).toBe(202)
    await expect.poll(() => shown(web), { timeout: WITHIN_MS, interval: 200 }).toEqual(['INV-1', 'INV-2'])
  }, 120_000)
})
