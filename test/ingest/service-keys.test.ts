import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createKeyVerifier, createServiceKey, ensureBootstrapKey, keyScope, parseKeyScope, revokeServiceKey } from '#queries/postgres/service-keys.ts'
import { AUTHOR, BATCH, openTestIngest, orderEvent, type Answer, type TestIngest } from './support.ts'

describe('scopes', () => {
  it.each([
    ['ingest:*', { act: 'ingest', integration: null, place: null }],
    ['ingest:odoo-orders@lakeside', { act: 'ingest', integration: 'odoo-orders', place: 'lakeside' }],
    ['read', { act: 'read', integration: null, place: null }],
    ['replay:request@north-ag', { act: 'replay:request', integration: null, place: 'north-ag' }],
  ])('%s', (text, scope) => expect(parseKeyScope(text)).toEqual(scope))

  it.each(['', 'ingest', 'ingest:', 'write', 'read@', 'read@a@b', 'READ'])('refuses %j', text => expect(() => parseKeyScope(text)).toThrow(expect.objectContaining({ code: 'invalid_scope' })))

  it('become what a key may see: nothing without the act, all without a place', () => {
    const key = (...scopes: string[]) => ({ id: 'k', name: 'k', strict: false, scopes: scopes.map(parseKeyScope) })
    expect(keyScope(key('ingest:*'), 'read')).toBeNull()
    expect(keyScope(key('read'), 'read')).toBe('all')
    expect(keyScope(key('admin'), 'read')).toBe('all')
    expect(keyScope(key('read@a', 'read@b', 'recon:write'), 'read')).toEqual({ facilities: ['a', 'b'], entities: ['a', 'b'] })
  })
})

describe('keys', () => {
  let ingest: TestIngest
  beforeAll(async () => {
    ingest = await openTestIngest()
  })
  afterAll(async () => ingest.dispose())
  const sendWith = async (key: string, events: unknown[]) => {
    const response = await ingest.app.request('/v1/events', { method: 'POST', body: JSON.stringify(events), headers: { ...BATCH, authorization: `Bearer ${key}` } })
    return { status: response.status, json: (await response.json()) as Answer }
  }

  it('are stored hashed, recorded, and end when revoked', async () => {
    const db = ingest.stores.postgres
    const { id, key } = await createServiceKey(db, { name: 'shown once', scopes: ['ingest:*'] }, { kind: 'person', id: 'admin-1', origin: '127.0.0.1' })
    expect(key).toMatch(/^sbx_[\w-]{43}$/)
    const row = await db.selectFrom('service_key').selectAll().where('id', '=', id).executeTakeFirstOrThrow()
    expect(JSON.stringify(row)).not.toContain(key.slice(8))
    expect((await sendWith(key, [])).status).toBe(202)
    expect(await revokeServiceKey(db, id, { kind: 'person', id: 'admin-1', origin: '127.0.0.1' })).toBe(true)
    expect(await revokeServiceKey(db, id, { kind: 'person', id: 'admin-1', origin: '127.0.0.1' })).toBe(false)
    await ingest.stores.coordination.wake('service-keys')
    await expect.poll(async () => (await sendWith(key, [])).status).toBe(401)
    const acts = await db.selectFrom('audit_record').select(['action', 'actor_id', 'before', 'after']).where('subject_id', '=', id).orderBy('sequence').execute()
    expect(acts).toMatchObject([{ action: 'service_key.create', actor_id: 'admin-1', after: { name: 'shown once' } }, { action: 'service_key.revoke', before: { name: 'shown once' } }])
    expect(JSON.stringify(acts)).not.toContain(key)
  })

  it('are believed for seconds, then asked again', async () => {
    let now = 0
    const verifier = createKeyVerifier(ingest.stores.postgres, () => now)
    const { id, key } = await createServiceKey(ingest.stores.postgres, { name: 'believed', scopes: ['read'] }, AUTHOR)
    expect(await verifier.verify(key)).toMatchObject({ id })
    await revokeServiceKey(ingest.stores.postgres, id, AUTHOR)
    expect(await verifier.verify(key)).toMatchObject({ id })
    now = 3001
    expect(await verifier.verify(key)).toBeNull()
  })

  it('may send only what their scopes name; the rest is rejected event by event', async () => {
    const { key } = await createServiceKey(ingest.stores.postgres, { name: 'limited', scopes: ['ingest:odoo-orders@lakeside', 'ingest:odoo-invoices@south-ag'] }, AUTHOR)
    const { json } = await sendWith(key, [
      orderEvent('k1'), orderEvent('k2', { facility: 'hillside' }), orderEvent('k3', { facility: undefined }), orderEvent('k4', { integration: undefined }),
      orderEvent('k5', { integration: 'odoo-invoices', facility: 'hillside', type: 'finance.customer_invoice.exported' }),
    ])
    expect(json).toMatchObject({ accepted: 2 })
    expect(json.rejected.map(({ id, code }) => [id, code])).toEqual([['k2', 'forbidden'], ['k3', 'forbidden'], ['k4', 'forbidden']])
  })

  it('without an ingest scope may not call at all', async () => {
    const { key } = await createServiceKey(ingest.stores.postgres, { name: 'reader', scopes: ['read', 'admin'] }, AUTHOR)
    expect(await sendWith(key, [orderEvent('r')])).toMatchObject({ status: 403, json: { code: 'forbidden' } })
  })

  it('that are strict reject what the catalogue does not know', async () => {
    const { key } = await createServiceKey(ingest.stores.postgres, { name: 'strict', scopes: ['ingest:*'], strict: true }, AUTHOR)
    const { json } = await sendWith(key, [orderEvent('s1'), orderEvent('s2', { type: 'a.b.c' }), orderEvent('s3', { integration: 'unheard-of' }), orderEvent('s4', { facility: 'atlantis' })])
    expect(json.accepted).toBe(1)
    expect(json.rejected.map(({ id, code, path }) => [id, code, path])).toEqual([['s2', 'unknown_code', 'type'], ['s3', 'unknown_code', 'integration'], ['s4', 'unknown_code', 'facility']])
  })

  it('the bootstrap key works on an empty store only', async () => {
    const db = ingest.stores.postgres
    expect(await ensureBootstrapKey(db, 'sbx_first')).toBe(false)
    await db.deleteFrom('service_key').execute()
    expect(await ensureBootstrapKey(db, 'sbx_first')).toBe(true)
    expect(await ensureBootstrapKey(db, 'sbx_second')).toBe(false)
    expect((await sendWith('sbx_first', [orderEvent('boot')])).json).toMatchObject({ accepted: 1 })
    await expect(ensureBootstrapKey(db, 'first')).rejects.toMatchObject({ code: 'invalid_scope' })
  })
})
