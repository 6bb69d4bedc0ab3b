/** Proves that events can be taken and shown: sends one through ingestion itself and reads it back. */
import { createHmac, randomUUID } from 'node:crypto'
import type { Hono } from 'hono'
import { CANARY, findCanary } from '#queries/clickhouse/canary/canary.ts'
import { UNSCOPED } from '#queries/clickhouse/define-query.ts'
import { ensureServiceKey } from '#queries/postgres/service-keys.ts'
import type { Environment } from '#queries/environment.ts'
import type { Stores } from '#queries/stores.ts'

const MINUTE_MS = 60_000

/**
 * A proof for readiness. With ingestion in this process an event goes through its public door with a key of its own; a new one each
 * minute, in between the same again, which must be known as a duplicate. Without ingestion both stores must answer.
 */
export async function createCanary(stores: Stores, ingest: Hono | null, environment: Pick<Environment, 'sessionSecret'>): Promise<(signal: AbortSignal) => Promise<void>> {
  if (ingest === null) {
    return async () => {
      if (!(await stores.ping())) throw new Error('a store does not answer')
    }
  }
  const key = `sbx_${createHmac('sha256', environment.sessionSecret).update(CANARY).digest('base64url')}`
  await ensureServiceKey(stores.postgres, key, { name: CANARY, scopes: [`ingest:${CANARY}`] }, { kind: 'schedule', id: 'canary', origin: '' })
  const process = randomUUID()
  return async signal => {
    const minute = new Date(Math.floor(Date.now() / MINUTE_MS) * MINUTE_MS).toISOString()
    const id = `${process}-${minute}`
    const event = { specversion: '1.0', id, source: CANARY, type: 'integration.endpoint.checked', time: minute, integration: CANARY, environment: 'canary', data: { status: 'succeeded' } }
    const response = await ingest.request('/v1/events', { method: 'POST', signal, headers: { 'content-type': 'application/cloudevents+json', authorization: `Bearer ${key}` }, body: JSON.stringify(event) })
    if (response.status !== 202) throw new Error('the canary was not taken')
    const [seen] = await findCanary.run(stores.clickhouse, { id }, UNSCOPED)
    if (!seen) throw new Error('the canary was taken and cannot be seen')
  }
}
