/** Every call of the API for every role, and the document beside the server. What each may is written here by hand. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { API_ROUTES } from '#app/api/routes.ts'
import { ROLES, type Role } from '#app/auth/roles.ts'
import { startRunning, type Running } from './running.ts'

const EVERYBODY: readonly Role[] = ROLES
const WORKERS: readonly Role[] = ['admin', 'finance_lead', 'procurement_lead', 'it_support']
const CHASERS: readonly Role[] = [...WORKERS, 'facility_manager']
const APPROVERS: readonly Role[] = ['admin', 'finance_lead']
const RECONCILERS: readonly Role[] = ['admin', 'finance_lead', 'procurement_lead']
const ADMINISTRATORS: readonly Role[] = ['admin']
const OVERSEERS: readonly Role[] = ['admin', 'auditor']

/** INTERFACES.md, Reading and Acting, as far as they exist: a call that is not here fails the test. */
const MAY: Readonly<Record<string, readonly Role[]>> = {
  'get /summary': EVERYBODY, 'get /exceptions': EVERYBODY, 'get /exceptions/{id}': EVERYBODY, 'get /exceptions/{id}/history': EVERYBODY,
  'get /objects/{type}': EVERYBODY, 'get /objects/{type}/{id}': EVERYBODY, 'get /objects/{type}/{id}/events': EVERYBODY, 'get /traces/{correlationId}': EVERYBODY,
  'get /integrations': EVERYBODY, 'get /integrations/{id}/health': EVERYBODY, 'get /rejected': EVERYBODY, 'get /search': EVERYBODY,
  'get /replays': EVERYBODY, 'get /replays/{id}': EVERYBODY, 'get /replays/{id}/items': EVERYBODY,
  'get /audit': OVERSEERS, 'get /exports/trail': EVERYBODY, 'get /exports/exceptions': EVERYBODY, 'get /exports/views/{view}': EVERYBODY,
  'post /exceptions/{id}/undo': CHASERS,
  'post /exceptions/{id}/assign': CHASERS, 'post /exceptions/{id}/acknowledge': CHASERS, 'post /exceptions/{id}/comment': CHASERS, 'post /exceptions/{id}/wait': CHASERS,
  'post /exceptions/{id}/resolve': WORKERS, 'post /exceptions/{id}/ignore': WORKERS, 'post /exceptions/{id}/reopen': WORKERS,
  'get /groups': EVERYBODY, 'get /groups/{fingerprint}': EVERYBODY,
  'post /groups/{fingerprint}/assign': CHASERS, 'post /groups/{fingerprint}/comment': CHASERS, 'post /groups/{fingerprint}/cause': CHASERS, 'post /groups/{fingerprint}/mute': WORKERS, 'post /groups/{fingerprint}/unmute': WORKERS,
  'post /groups/{fingerprint}/split': WORKERS, 'post /groups/{fingerprint}/merge': WORKERS, 'post /groups/{fingerprint}/undo': WORKERS,
  'get /views': EVERYBODY, 'post /views': EVERYBODY, 'post /views/{id}': EVERYBODY, 'post /views/{id}/delete': EVERYBODY, 'post /views/{id}/open-first': EVERYBODY, 'get /queue': EVERYBODY,
  'post /exceptions/{id}/watch': EVERYBODY, 'get /exceptions/{id}/links': EVERYBODY, 'post /exceptions/{id}/link': CHASERS, 'post /exceptions/{id}/unlink': CHASERS,
  'get /reconciliations': EVERYBODY, 'get /reconciliations/{set}': EVERYBODY, 'get /reconciliations/{set}/items': EVERYBODY, 'get /reconciliations/{set}/runs/{id}': EVERYBODY,
  'post /reconciliations/{set}/run': RECONCILERS, 'post /reconciliations/{set}/matches': RECONCILERS, 'post /reconciliations/{set}/rules/dry-run': RECONCILERS,
  'get /policies': EVERYBODY, 'get /policies/{id}': EVERYBODY, 'get /policies/{id}/preview': EVERYBODY, 'get /subscriptions': EVERYBODY, 'post /policies/{id}/subscribe': EVERYBODY, 'post /subscriptions/preference': EVERYBODY, 'post /policies/{id}/test': EVERYBODY,
  'post /policies': ADMINISTRATORS, 'post /policies/{id}': ADMINISTRATORS, 'post /policies/preview': ADMINISTRATORS,
  'get /mails': EVERYBODY, 'get /mails/{id}': EVERYBODY, 'post /mails/{id}/retry': ADMINISTRATORS, 'get /mail-addresses': ADMINISTRATORS, 'post /mail-addresses/clear': ADMINISTRATORS,
  'get /webhooks': ADMINISTRATORS, 'post /webhooks': ADMINISTRATORS, 'post /webhooks/{id}': ADMINISTRATORS,
  'post /replays': WORKERS, 'post /replays/{id}/cancel': WORKERS, 'post /replays/{id}/approve': APPROVERS, 'post /replays/{id}/reject': APPROVERS,
}

let running: Running
beforeAll(async () => {
  running = await startRunning()
})
afterAll(() => running.close())

const addressOf = (path: string) => `/api/v1${path.replace('{id}', '1').replace('{type}', 'purchase_order').replace('{correlationId}', 'none').replace('{view}', 'purchase-orders').replace('{set}', 'none')}${path === '/search' ? '?q=x' : ''}`

test('every call is listed here, and nothing here is missing', () => {
  expect(API_ROUTES.map(route => `${route.method} ${route.path}`).sort()).toEqual(Object.keys(MAY).sort())
  expect(new Set(API_ROUTES.map(route => route.id)).size).toBe(API_ROUTES.length)
})

test.each(ROLES)('%s may do what the table says and nothing else', async role => {
  const { cookie } = await running.person(role)
  for (const [call, roles] of Object.entries(MAY)) {
    const [method = '', path = ''] = call.split(' ')
    const { status } = await running.call(addressOf(path), { as: cookie, method: method.toUpperCase(), ...(method === 'post' ? { body: {} } : {}) })
    // Allowed calls get past the gate: 200, or the answer to an empty body or to an id that is not there.
    expect([call, role, roles.includes(role) ? [200, 400, 404].includes(status) : status]).toEqual([call, role, roles.includes(role) ? true : 403])
  }
})

test('without anybody every call is 401', async () => {
  for (const call of Object.keys(MAY)) {
    const [method = '', path = ''] = call.split(' ')
    expect([call, (await running.call(addressOf(path), { method: method.toUpperCase() })).status]).toEqual([call, 401])
  }
})

test('a key for ingestion reads nothing', async () => {
  const key = await running.key('ingest:*')
  for (const call of Object.keys(MAY)) {
    const [method = '', path = ''] = call.split(' ')
    expect([call, (await running.call(addressOf(path), { as: key, method: method.toUpperCase() })).status]).toEqual([call, 403])
  }
})

test('the document describes exactly the calls that there are, with their parameters and answers', async () => {
  const document = (await (await running.call('/openapi.json')).json()) as { openapi: string; paths: Record<string, Record<string, { operationId: string; parameters: { name: string; in: string; required: boolean }[]; responses: Record<string, unknown> }>> }
  expect(document.openapi).toBe('3.1.0')
  const described = Object.entries(document.paths).flatMap(([path, methods]) => Object.keys(methods).map(method => `${method} ${path.replace('/api/v1', '')}`))
  expect(described.sort()).toEqual(Object.keys(MAY).sort())
  for (const [path, methods] of Object.entries(document.paths)) {
    for (const operation of Object.values(methods)) {
      const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(match => match[1])
      expect([path, operation.parameters.filter(one => one.in === 'path').map(one => one.name)]).toEqual([path, inPath])
      expect(operation.responses.default).toEqual({ $ref: '#/components/responses/problem' })
    }
  }
  const list = document.paths['/api/v1/exceptions']?.get
  expect(list?.parameters.map(one => one.name)).toEqual([
    'kind', 'status', 'severity', 'process', 'step', 'integration', 'facility', 'entity', 'system', 'counterparty', 'owner', 'sla', 'rule', 'criticality', 'said', 'assignee', 'objectType', 'objectId', 'correlationId', 'fingerprint', 'currency',
    'amountMin', 'amountMax', 'from', 'to', 'dueBefore', 'detectedFrom', 'environment', 'q', 'sort', 'cursor', 'limit',
  ])
  expect(list?.parameters.every(one => !one.required)).toBe(true)
})

test('/metrics is for this machine or an administrator\'s key, and names no identifier', async () => {
  expect((await running.call('/metrics')).status).toBe(401)
  expect((await running.call('/metrics', { as: await running.key('read') })).status).toBe(403)
  const text = await (await running.call('/metrics', { as: await running.key('admin') })).text()
  expect(text).toContain('signalbox_http_requests_total{method="GET",route="/api/v1/objects/{type}/{id}",status="404"}')
  expect(text).not.toContain('purchase_order')
})
