import { afterAll, beforeAll, expect, test } from 'vitest'
import { createFirstAdministrator, createPerson } from '#app/auth/accounts.ts'
import { createAuth, migrateAuth, type Auth } from '#app/auth/better-auth.ts'
import { can, scopeFor } from '#app/auth/principal.ts'
import { createSignIn, type SignIn } from '#app/auth/sign-in.ts'
import { openTestStores, type TestStores } from '#test/support/stores.ts'

const ORIGIN = 'http://localhost:3000'
const environment = { sessionSecret: 'test-session-secret-test-session-secret', publicUrl: null, port: 3000 }
const manager = { email: 'Manager@example.com', name: 'Mira Manager', password: 'correct horse battery', role: 'facility_manager', title: '', timeZone: 'Europe/Zurich', allFacilities: false, facilities: ['lakeside'], entities: [] }
let stores: TestStores
let auth: Auth
let signIn: SignIn

beforeAll(async () => {
  stores = await openTestStores()
  auth = createAuth(stores, environment)
  await migrateAuth(auth, stores)
  await migrateAuth(auth, stores)
  signIn = createSignIn(auth, stores)
  await createPerson(auth, stores, manager, { kind: 'schedule', id: 'test', origin: '' })
})
afterAll(() => stores.dispose())

const page = (headers: Record<string, string> = {}) => new Request(`${ORIGIN}/sign-in`, { method: 'POST', headers: { origin: ORIGIN, ...headers } })
const cookieOf = (headers: Headers) => headers.getSetCookie().map(cookie => cookie.split(';')[0]).join('; ')
const actions = async () => (await stores.postgres.selectFrom('audit_record').select(['action', 'subject_id', 'origin']).orderBy('sequence').execute()).map(row => [row.action, row.subject_id === 'unknown' ? 'unknown' : 'known', row.origin])

test('a person signs in with e-mail in any case, is known by the cookie with role and scope, and is forgotten after signing out', async () => {
  const result = await signIn.signIn(page(), { email: 'manager@EXAMPLE.com', password: manager.password }, '192.0.2.1')
  if (result.outcome !== 'signed_in') throw new Error(result.outcome)
  expect(result.headers.getSetCookie()[0]).toMatch(/^signalbox\.session_token=.*HttpOnly.*SameSite=Lax/)
  const request = page({ cookie: cookieOf(result.headers) })
  const person = await signIn.personOf(request)
  if (!person) throw new Error('nobody')
  expect(person).toMatchObject({ kind: 'person', name: 'Mira Manager', email: 'manager@example.com', role: 'facility_manager', timeZone: 'Europe/Zurich' })
  expect(can(person, 'read')).toBe(true)
  expect(can(person, 'approve_replay')).toBe(false)
  expect(scopeFor(person, 'read')).toEqual({ facilities: ['lakeside'], entities: [] })
  expect(scopeFor(person, 'resolve')).toEqual({ facilities: [], entities: [] })
  await signIn.signOut(request, '192.0.2.1')
  expect(await signIn.personOf(request)).toBeNull()
  expect(await actions()).toEqual([['person.create', 'known', ''], ['person.sign_in', 'known', '192.0.2.1'], ['person.sign_out', 'known', '192.0.2.1']])
})

test('a wrong password, an unknown person and another site do not sign in; the audit keeps no typed word', async () => {
  expect(await signIn.signIn(page(), { email: manager.email, password: 'wrong' }, '192.0.2.2')).toEqual({ outcome: 'wrong' })
  expect(await signIn.signIn(page(), { email: 'my secret password', password: 'x' }, '192.0.2.2')).toEqual({ outcome: 'wrong' })
  expect(await signIn.signIn(page({ origin: 'https://evil.example', cookie: 'a=b' }), { email: manager.email, password: manager.password }, '192.0.2.2')).toEqual({ outcome: 'foreign' })
  const kept = JSON.stringify(await stores.postgres.selectFrom('audit_record').selectAll().execute())
  expect(kept).not.toContain('my secret password')
  expect(kept).not.toContain(manager.password)
})

test('an account without a role may do nothing', async () => {
  const result = await signIn.signIn(page(), { email: manager.email, password: manager.password }, '192.0.2.3')
  if (result.outcome !== 'signed_in') throw new Error(result.outcome)
  await stores.postgres.updateTable('person').set({ role: 'nonsense' }).execute()
  const person = await signIn.personOf(page({ cookie: cookieOf(result.headers) }))
  expect(person && [...person.grants]).toEqual([])
})

test('after 20 sign-ins a minute an address has to wait, and only that address', async () => {
  const outcomes = []
  for (let attempt = 0; attempt < 22; attempt++) outcomes.push((await signIn.signIn(page(), { email: manager.email, password: 'wrong' }, '192.0.2.4')).outcome)
  expect(outcomes.filter(outcome => outcome === 'wrong')).toHaveLength(20)
  expect(outcomes.at(-1)).toBe('too_many')
  expect((await signIn.signIn(page(), { email: manager.email, password: 'wrong' }, '192.0.2.5')).outcome).toBe('wrong')
})

test('nobody signs up by themselves', async () => {
  const response = await auth.handler(new Request(`${ORIGIN}/api/auth/sign-up/email`, { method: 'POST', headers: { 'content-type': 'application/json', origin: ORIGIN }, body: JSON.stringify({ email: 'x@example.com', password: 'correct horse battery', name: 'X' }) }))
  expect(response.status).toBe(400)
})

test('only one first administrator is made, also by two people at once; repeating a creation changes the password', async () => {
  await stores.postgres.deleteFrom('person').execute()
  const made = await Promise.all(['one', 'two'].map(name => createFirstAdministrator(auth, stores, { email: `${name}@example.com`, name, password: 'a long password' }, '192.0.2.6')))
  expect(made.filter(Boolean)).toHaveLength(1)
  expect(await createFirstAdministrator(auth, stores, { email: 'three@example.com', name: 'three', password: 'a long password' }, '')).toBe(false)
  await createPerson(auth, stores, { ...manager, password: 'another horse battery' }, { kind: 'schedule', id: 'test', origin: '' })
  expect((await signIn.signIn(page(), { email: manager.email, password: manager.password }, '192.0.2.7')).outcome).toBe('wrong')
  expect((await signIn.signIn(page(), { email: manager.email, password: 'another horse battery' }, '192.0.2.7')).outcome).toBe('signed_in')
})
