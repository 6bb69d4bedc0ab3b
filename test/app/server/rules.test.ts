/** The server's small rules, without stores. */
import { Hono } from 'hono'
import { describe, expect, test } from 'vitest'
import { can, principalOfKey, principalOfPerson, scopeFor } from '#app/auth/principal.ts'
import { ACTS, actsOfRole } from '#app/auth/roles.ts'
import { assembleHealth } from '#app/integrations/health-view.ts'
import { asSeenByBrowser, clientAddress } from '#app/server/client.ts'
import { createReadiness } from '#app/server/readiness.ts'
import type { Integration } from '#queries/catalogue/schema.ts'

describe('principals', () => {
  test('an auditor changes nothing; only an administrator administers; an unknown role may nothing', () => {
    expect(actsOfRole('auditor')).toEqual(['read', 'export', 'see_audit'])
    expect(actsOfRole('admin')).toEqual(ACTS)
    expect(actsOfRole('constructor')).toEqual([])
  })

  test('a person without facilities and not for all sees nothing', () => {
    const nobody = principalOfPerson({ id: '1', name: 'N', email: 'n@example.com', role: 'finance_lead', title: '', timeZone: 'UTC', allFacilities: false, facilities: [], entities: [] })
    expect(scopeFor(nobody, 'read')).toEqual({ facilities: [], entities: [] })
  })

  test('each scope of a key holds at its own places, and once without a place everywhere', () => {
    const key = principalOfKey({ id: 'k', name: 'k', scopes: [{ act: 'read', place: 'a' }, { act: 'read', place: 'b' }, { act: 'exceptions:write', place: 'a' }, { act: 'exceptions:write', place: null }, { act: 'ingest', place: null }] })
    expect(scopeFor(key, 'read')).toEqual({ facilities: ['a', 'b'], entities: ['a', 'b'] })
    expect(scopeFor(key, 'resolve')).toBe('all')
    expect(can(key, 'administer')).toBe(false)
    expect(scopeFor(key, 'administer')).toEqual({ facilities: [], entities: [] })
  })
})

describe('addresses', () => {
  const addressSeen = async (trusted: number, forwarded?: string) => {
    const app = new Hono().get('/', c => c.text(clientAddress(c, trusted)))
    return (await app.request('/', { headers: forwarded === undefined ? {} : { 'x-forwarded-for': forwarded } })).text()
  }

  test('a forwarded address counts only from trusted proxies, and only as far as they reach', async () => {
    expect(await addressSeen(0, '203.0.113.9')).toBe('internal')
    expect(await addressSeen(1, '10.9.9.9, 203.0.113.9')).toBe('203.0.113.9')
    expect(await addressSeen(2, '10.9.9.9, 203.0.113.9, 192.0.2.1')).toBe('203.0.113.9')
    expect(await addressSeen(3, '203.0.113.9')).toBe('203.0.113.9')
    expect(await addressSeen(1)).toBe('internal')
  })

  test('a trusted TLS proxy gives the address the browser used; an untrusted one is not believed', () => {
    const request = new Request('http://10.0.0.5:3000/exceptions?kind=failed', { headers: { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'tower.example' } })
    expect(asSeenByBrowser(request, 1).url).toBe('https://tower.example/exceptions?kind=failed')
    expect(asSeenByBrowser(request, 0).url).toBe('http://10.0.0.5:3000/exceptions?kind=failed')
  })
})

describe('health', () => {
  // Only what the figures read; the rest of an integration does not matter here.
  const integration = { id: 'export', slo: { target: 0.99 } } as Integration
  const figures = { events: 1200, succeeded: 990, failed: 10, retries: 7, dead_letters: 3, p50: 120, p95: 400, p99: 900 }

  test('10 of 1,000 finished moves failed: the budget of 1 % is used up exactly', () => {
    const health = assembleHealth(integration, '1h', { figures, queue: null, backlog: null, lastEventAt: null })
    expect(health).toMatchObject({ throughput: 20, successRate: 0.99, retries: 7, deadLetters: 3, queue: { depth: null, oldestSeconds: null } })
    expect(health.slo.budgetLeft).toBeCloseTo(0, 9)
  })

  test('nothing finished is unknown, not perfect', () => {
    const health = assembleHealth(integration, '24h', { figures: null, queue: null, backlog: null, lastEventAt: null })
    expect(health).toMatchObject({ throughput: 0, successRate: null, errorRate: null, latencyMs: { p50: null, p95: null, p99: null }, slo: { target: 0.99, actual: null, budgetLeft: null } })
  })
})

test('readiness is proved at most once in five seconds, says why not, and recovers', async () => {
  let now = 0
  let proofs = 0
  let broken = true
  const readiness = createReadiness(async () => {
    proofs++
    if (broken) throw Object.assign(new Error('no'), { code: 'store_unavailable' })
  }, () => now)
  expect(await readiness.check()).toEqual({ ready: false, reason: 'store_unavailable' })
  await readiness.check()
  expect(proofs).toBe(1)
  broken = false
  now = 5000
  expect(await readiness.check()).toEqual({ ready: true, reason: null })
})
