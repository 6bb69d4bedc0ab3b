/** The pages through the real server and the real build: who may open what, and the headers that every answer carries. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { accessOf, safeNext } from '#app/auth/access.ts'
import { actsOfRole, ROLES, type Act } from '#app/auth/roles.ts'
import { packIds } from '#app/exceptions/selected-ids.ts'
import { ensureWebBuild } from '#app/server/web-build.ts'
import { createLog } from '#app/logging.ts'
import { pathToFileURL } from 'node:url'
import { join } from 'node:path'
import type { ServerBuild } from 'react-router'
import { ORIGIN, startRunning, type Running } from '#test/app/api/running.ts'

let running: Running
let patterns: string[]

beforeAll(async () => {
  const directory = await ensureWebBuild(process.cwd(), createLog({ level: 'silent', role: 'test' }))
  const build = (await import(pathToFileURL(join(directory, 'server', 'index.js')).href)) as ServerBuild
  patterns = pagesOf(build)
  running = await startRunning({ web: directory })
}, 120_000)
afterAll(() => running.close())

/** The patterns of every route that has something of its own to show or do. */
function pagesOf(build: ServerBuild): string[] {
  const routes = Object.values(build.routes).flatMap(route => (route ? [route] : []))
  const pathOf = (id: string | undefined): string => {
    const route = routes.find(one => one.id === id)
    return route ? `${pathOf(route.parentId)}${route.path ? `/${route.path}` : ''}` : ''
  }
  const parents = new Set(routes.map(route => route.parentId))
  return routes.filter(route => !parents.has(route.id) && route.id !== 'root').map(route => pathOf(route.id) || '/')
}

/** What a page must be asked to have an answer at all. */
const QUESTIONS: Readonly<Record<string, string>> = { '/exceptions/selection': `?ids=${packIds(['1'])}` }
const addressOf = (pattern: string) => `${pattern.replaceAll(/:\w+/g, 'none')}${QUESTIONS[pattern] ?? ''}`

test('every page is listed with what it needs', () => {
  expect(patterns.length).toBeGreaterThan(3)
  expect(patterns.filter(pattern => accessOf(pattern) === undefined)).toEqual([])
})

test('nobody gets past the sign-in page, and it leads back', async () => {
  for (const pattern of patterns) {
    const address = addressOf(pattern)
    const response = await running.call(address)
    // A public page about something that is not there answers 404, to anybody.
    if (accessOf(pattern) === 'public') expect([pattern, response.status < 400 || (pattern.includes(':') && response.status === 404)]).toEqual([pattern, true])
    else expect([pattern, response.status, response.headers.get('location')]).toEqual([pattern, 302, address === '/' ? '/sign-in' : `/sign-in?next=${encodeURIComponent(address)}`])
  }
})

test.each(ROLES)('%s opens what the role may and gets 403 for the rest', async role => {
  const { cookie } = await running.person(role)
  for (const pattern of patterns) {
    const access = accessOf(pattern)
    if (access === 'public') continue
    const { status } = await running.call(addressOf(pattern), { as: cookie })
    const may = actsOfRole(role).includes(access as Act)
    // A page about something that is not there answers 404 to whoever may open it.
    expect([pattern, role, may ? status === 200 || status === 302 || status === 404 : status]).toEqual([pattern, role, may ? true : 403])
  }
}, 120_000)

describe('signing in on the page', () => {
  const form = (fields: Record<string, string>, headers: Record<string, string> = {}) => ({ form: new URLSearchParams(fields), headers: { origin: ORIGIN, ...headers } })

  test('wrong words are 401 and keep the e-mail, right ones lead on with a cookie', async () => {
    const { email } = await running.person('auditor')
    const wrong = await running.post('/sign-in', form({ email, password: 'wrong' }))
    expect(wrong.status).toBe(401)
    expect(await wrong.text()).toContain(`value="${email}"`)
    const right = await running.post('/sign-in', form({ email, password: running.password, next: '/audit?x=1' }))
    expect([right.status, right.headers.get('location')]).toEqual([302, '/audit?x=1'])
    const cookie = right.headers.getSetCookie()[0]?.split(';')[0] ?? ''
    const out = await running.post('/sign-out', form({}, { cookie }))
    expect([out.status, out.headers.get('location')]).toEqual([302, '/sign-in'])
    expect((await running.call('/api/v1/exceptions', { as: cookie })).status).toBe(401)
  })

  test('HTML in the form comes back as text', async () => {
    const answer = await running.post('/sign-in', form({ email: '"><script>alert(1)</script>', password: 'x' }))
    expect(await answer.text()).not.toContain('<script>alert(1)')
  })

  test('the setup page is closed once there is an administrator', async () => {
    const response = await running.call('/setup')
    expect([response.status, response.headers.get('location')]).toEqual([302, '/sign-in'])
    const post = await running.post('/setup', form({ name: 'Eve', email: 'eve@example.com', password: 'a long password' }))
    expect([post.status, post.headers.get('location')]).toEqual([302, '/sign-in'])
    expect(await running.stores.postgres.selectFrom('audit_record').select('sequence').where('action', '=', 'person.create').where('actor_id', '=', 'setup').execute()).toHaveLength(1)
  })

  test('after signing in nobody is led to another site', () => {
    expect(['/exceptions?kind=failed', '//evil.example', '/\\evil.example', 'https://evil.example', null, 'exceptions'].map(safeNext)).toEqual(['/exceptions?kind=failed', '/', '/', '/', '/', '/'])
  })
})

test('every answer has the headers; scripts carry the nonce of their own answer', async () => {
  const first = await running.call('/sign-in')
  const policy = first.headers.get('content-security-policy') ?? ''
  const nonce = /script-src 'self' 'nonce-([^']+)'/.exec(policy)?.[1] ?? 'none'
  const html = await first.text()
  const inline = [...html.matchAll(/<script(?![^>]*\bsrc=)[^>]*>/g)].map(match => match[0])
  expect(inline.length).toBeGreaterThan(0)
  expect(inline.every(tag => tag.includes(`nonce="${nonce}"`))).toBe(true)
  expect(policy).not.toContain("script-src 'self' 'unsafe-inline'")
  expect((await running.call('/sign-in')).headers.get('content-security-policy')).not.toBe(policy)
  for (const path of ['/sign-in', '/healthz', '/api/v1/exceptions', '/openapi.json', '/nothing']) {
    const { headers } = await running.call(path)
    expect([path, headers.get('x-frame-options'), headers.get('x-content-type-options'), headers.get('referrer-policy')]).toEqual([path, 'DENY', 'nosniff', 'same-origin'])
    expect(headers.get('x-request-id')).toMatch(/^[\w-]{10,}$/)
    expect(headers.get('strict-transport-security')).toBeNull()
  }
  const asset = /\/assets\/[^"]+\.js/.exec(html)?.[0] ?? ''
  expect((await running.call(asset)).headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
  expect(first.headers.get('cache-control')).toBe('private, no-store')
})
