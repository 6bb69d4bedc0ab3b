/** Ingestion on fresh stores with a catalogue of four names, and what tests ask the tables. */
import { z } from 'zod'
import type { CatalogueView } from '#ingest/catalogue.ts'
import { createIngest, type Ingest, type IngestOptions } from '#ingest/ingest.ts'
import { createServiceKey } from '#queries/postgres/service-keys.ts'
import { openTestStores, type TestStores } from '#test/support/stores.ts'

export const PSEUDONYM_KEY = 'a key that only tests ever use, 32+'
const KNOWN_TYPES = ['finance.customer_invoice.exported', 'procurement.purchase_order.created', 'procurement.purchase_order.transmitted']
const INTEGRATIONS: Record<string, { strict: boolean; eventTypes: string[]; namespace: string | null }> = {
  'odoo-orders': { strict: false, eventTypes: KNOWN_TYPES, namespace: null },
  'odoo-invoices': { strict: true, eventTypes: ['finance.customer_invoice.exported'], namespace: 'odoo-books' },
}
const FACILITIES: Record<string, { entity: string }> = { lakeside: { entity: 'north-ag' }, hillside: { entity: 'south-ag' } }

export const catalogueView: CatalogueView = {
  isKnownType: type => KNOWN_TYPES.includes(type),
  integration: id => INTEGRATIONS[id],
  facility: id => FACILITIES[id],
  namespaceFor: (integration, facility) => INTEGRATIONS[integration]?.namespace ?? FACILITIES[facility]?.entity,
  entityFor: (_integration, facility) => FACILITIES[facility]?.entity ?? '',
}

/** Collects what was logged, for tests that look for leaks. */
export function memoryLog() {
  const lines: string[] = []
  const add = (fields: object, message: string) => void lines.push(`${message} ${JSON.stringify(fields)}`)
  return { lines, info: add, warn: add, error: add }
}

export interface TestIngest extends Ingest {
  stores: TestStores
  key: string
  log: ReturnType<typeof memoryLog>
  /** sends a body to a path (default `/v1/events`) with the key and returns status and JSON */
  send(body: string | Buffer, headers: Record<string, string>, path?: string): Promise<{ status: number; headers: Headers; json: Answer }>
  /** rows of a table with FINAL */
  rows(table: string, columns?: string): Promise<Record<string, unknown>[]>
  dispose(): Promise<void>
}
export interface Answer { accepted: number; duplicates: number; rejected: { index: number; id: string | null; code: string; message: string; path: string }[]; receipt: string; code?: string; limit?: number }

/** who makes the keys of tests */
export const AUTHOR = { kind: 'schedule', id: 'test', origin: '' } as const

/** Fresh stores, ingestion on them, and a key with the scopes given (default: everything may be sent). */
export async function openTestIngest(options: { scopes?: string[]; strict?: boolean; writer?: IngestOptions['writer'] } = {}): Promise<TestIngest> {
  const stores = await openTestStores()
  const log = memoryLog()
  const ingest = await createIngest({ stores, catalogue: { current: () => catalogueView }, environment: { pseudonymKey: PSEUDONYM_KEY }, log, ...(options.writer && { writer: options.writer }) })
  const { key } = await createServiceKey(stores.postgres, { name: 'test', scopes: options.scopes ?? ['ingest:*'], strict: options.strict ?? false }, AUTHOR)
  return {
    ...ingest, stores, key, log,
    async send(body, headers, path = '/v1/events') {
      const response = await ingest.app.request(path, { method: 'POST', body: typeof body === 'string' ? body : new Uint8Array(body), headers: { authorization: `Bearer ${key}`, ...headers } })
      return { status: response.status, headers: response.headers, json: (await response.json()) as Answer }
    },
    async rows(table, columns = '*') {
      const { rows } = await stores.clickhouse.query({ name: 'test.rows', sql: `SELECT ${columns} FROM ${table} FINAL` })
      return z.array(z.record(z.string(), z.unknown())).parse(rows)
    },
    async dispose() {
      await ingest.close()
      await stores.dispose()
    },
  }
}

/** A sound event of the test catalogue; members given replace those of the envelope. */
export function orderEvent(id: string, members: Record<string, unknown> = {}, data: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    specversion: '1.0', id, source: 'odoo', type: 'procurement.purchase_order.created', time: '2026-03-01T08:00:00Z',
    integration: 'odoo-orders', facility: 'lakeside', correlationid: `corr-${id}`,
    ...members,
    data: { status: 'succeeded', objects: [{ type: 'purchase_order', id: `PO-${id}`, role: 'subject' }], amount: { value: '1284.50', currency: 'EUR' }, ...data },
  }
}
export const STRUCTURED = { 'content-type': 'application/cloudevents+json' }
export const BATCH = { 'content-type': 'application/cloudevents-batch+json' }
export const LINES = { 'content-type': 'application/x-ndjson' }
