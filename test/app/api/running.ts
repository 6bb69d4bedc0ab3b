/** The whole server in this process (its pages only where asked for), on fresh stores: events go in and calls come out as over the network. */
import { createFirstAdministrator, createPerson } from '#app/auth/accounts.ts'
import { createAuthenticate } from '#app/auth/authenticate.ts'
import { createAuth, migrateAuth } from '#app/auth/better-auth.ts'
import type { Role } from '#app/auth/roles.ts'
import { createSignIn } from '#app/auth/sign-in.ts'
import { createLiveHub } from '#app/live/hub.ts'
import { createLiveStream } from '#app/live/stream.ts'
import { createLog } from '#app/logging.ts'
import { createCanary } from '#app/server/canary.ts'
import { createHttp } from '#app/server/http.ts'
import { createMetrics } from '#app/server/metrics.ts'
import { createReadiness } from '#app/server/readiness.ts'
import { startWorker, type Worker } from '#app/worker.ts'
import { createIngest } from '#ingest/ingest.ts'
import { openCatalogue } from '#queries/catalogue/catalogue.ts'
import { readDocumentFiles, seedCatalogue } from '#queries/catalogue/documents.ts'
import { readEnvironment } from '#queries/environment.ts'
import { createServiceKey } from '#queries/postgres/service-keys.ts'
import { openTestStores, type TestStores } from '#test/support/stores.ts'

export const ORIGIN = 'http://signalbox.test'
const ACTOR = { kind: 'schedule', id: 'test', origin: '' } as const
const PASSWORD = 'correct horse battery'

export interface Running {
  stores: TestStores
  worker: Worker
  /** A call; `as` is a key (`sbx_…`) or a cookie. */
  call(path: string, options?: { as?: string; method?: string; body?: unknown; headers?: Record<string, string> }): Promise<Response>
  /** A form of a page. */
  post(path: string, options: { form: URLSearchParams; headers: Record<string, string> }): Promise<Response>
  /** A GET that must succeed. */
  get<T>(path: string, as: string): Promise<T>
  /** Sends events and waits until they have had their effect. */
  send(events: readonly object[]): Promise<void>
  /** A new service key with these scopes. */
  key(...scopes: string[]): Promise<string>
  /** The cookie of a new person signed in. Without facilities: everything. */
  person(role: Role, facilities?: string[]): Promise<{ cookie: string; id: string; email: string }>
  /** everybody's */
  password: string
  close(): Promise<void>
}

/** Starts it with the standard and the demo group's catalogue. */
export async function startRunning({ web = null }: { web?: string | null } = {}): Promise<Running> {
  const stores = await openTestStores()
  const environment = readEnvironment({ ...stores.variables, PORT: '0', SESSION_SECRET: 's'.repeat(40), PSEUDONYM_KEY: 'p'.repeat(40), LOG_LEVEL: 'silent' })
  const log = createLog({ level: 'silent', role: 'test' })
  const auth = createAuth(stores, environment)
  await migrateAuth(auth, stores)
  await seedCatalogue(stores.postgres, [...(await readDocumentFiles('seeds/standard')), ...(await readDocumentFiles('seeds/group'))], 'test')
  const catalogue = await openCatalogue(stores.postgres)
  const ingest = await createIngest({ stores, catalogue, environment, log })
  const worker = await startWorker({ stores, catalogue, log, replay: { stores, catalogue, targets: new Map(), log } })
  const signIn = createSignIn(auth, stores)
  const authenticate = createAuthenticate(ingest.keys, signIn)
  const hub = await createLiveHub(stores, log)
  const live = createLiveStream(hub, authenticate)
  const app = await createHttp({
    services: { stores, catalogue, environment, auth, signIn, targets: new Map(), mail: { links: { base: ORIGIN, secret: environment.sessionSecret }, sends: 'nothing' }, log }, metrics: createMetrics(), readiness: createReadiness(await createCanary(stores, ingest.app, environment)),
    authenticate, ingest: ingest.app, live: live.app, web, api: true,
  })
  await createFirstAdministrator(auth, stores, { email: 'first@example.com', name: 'First', password: PASSWORD }, '')
  const { key: sender } = await createServiceKey(stores.postgres, { name: 'sender', scopes: ['ingest:*'] }, ACTOR)
  let people = 0

  const call: Running['call'] = async (path, { as, method = 'GET', body, headers = {} } = {}) => app.request(`${ORIGIN}${path}`, {
    method,
    headers: { ...(as?.startsWith('sbx_') ? { authorization: `Bearer ${as}` } : as ? { cookie: as } : {}), ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  return {
    stores, worker, call, password: PASSWORD,
    post: async (path, { form, headers }) => app.request(`${ORIGIN}${path}`, { method: 'POST', headers, body: form }),
    async get<T>(path: string, as: string) {
      const response = await call(path, { as })
      if (response.status !== 200) throw new Error(`${path}: ${response.status} ${await response.text()}`)
      return (await response.json()) as T
    },
    async send(events) {
      const response = await app.request(`${ORIGIN}/v1/events`, { method: 'POST', headers: { authorization: `Bearer ${sender}`, 'content-type': 'application/cloudevents-batch+json' }, body: JSON.stringify(events) })
      if (response.status !== 202) throw new Error(`not taken: ${response.status}`)
      await worker.idle()
    },
    key: async (...scopes) => (await createServiceKey(stores.postgres, { name: scopes.join(' '), scopes }, ACTOR)).key,
    async person(role, facilities) {
      const email = `${role}-${++people}@example.com`
      const id = await createPerson(auth, stores, { email, name: role, password: PASSWORD, role, title: '', timeZone: 'UTC', allFacilities: facilities === undefined, facilities: facilities ?? [], entities: [] }, ACTOR)
      // Each from an address of its own: signing in is limited per address.
      const result = await signIn.signIn(new Request(`${ORIGIN}/sign-in`, { method: 'POST', headers: { origin: ORIGIN } }), { email, password: PASSWORD }, `192.0.2.${people}`)
      if (result.outcome !== 'signed_in') throw new Error(result.outcome)
      return { id, email, cookie: result.headers.getSetCookie().map(cookie => cookie.split(';')[0]).join('; ') }
    },
    async close() {
      live.close()
      await hub.close()
      await worker.close()
      await ingest.close()
      await catalogue.close()
      await stores.dispose()
    },
  }
}

const HOUR = 3_600_000
let serial = 0

/** An event of the test's own story, `hoursAgo` before now. */
export function event(type: string, hoursAgo: number, given: { facility?: string; integration?: string; correlationid?: string; id?: string } & Record<string, unknown>): object {
  const { facility = 'birkenried', integration = 'odoo-ledgerline-invoice-export', correlationid = 'trace-1', id = `event-${++serial}`, ...data } = given
  return {
    specversion: '1.0', id, source: 'odoo', type, time: new Date(Date.now() - hoursAgo * HOUR).toISOString(), facility, integration, correlationid, environment: 'production',
    data: { status: 'succeeded', ...data },
  }
}

/** An object as events name it. */
export const object = (type: string, id: string, more: Record<string, unknown> = {}) => ({ type, id, namespace: 'solvane-ch', role: 'subject', ...more })
