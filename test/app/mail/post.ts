/** A post office for tests: real stores, a real mail server on this machine that can be told how to answer, and exceptions as the finder leaves them. */
import { createServer, type Server } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import PostalMime, { type Email } from 'postal-mime'
import { SMTPServer } from 'smtp-server'
import { createPerson } from '#app/auth/accounts.ts'
import { createAuth, migrateAuth } from '#app/auth/better-auth.ts'
import type { Role } from '#app/auth/roles.ts'
import { project } from '#app/exceptions/project.ts'
import { settle } from '#app/exceptions/settle.ts'
import type { MailLinks } from '#app/mail/links.ts'
import { startDelivery } from '#app/mail/delivery.ts'
import { smtpTransport } from '#app/mail/transport.ts'
import type { Loop } from '#app/replay/loop.ts'
import { SLA_CHANNEL, startPlanner } from '#app/sla/planner-loop.ts'
import { CATALOGUE_CHANNEL, openCatalogue, type CatalogueHandle } from '#queries/catalogue/catalogue.ts'
import { readDocumentFiles, saveDocuments, seedCatalogue } from '#queries/catalogue/documents.ts'
import type { Policy } from '#queries/catalogue/schema.ts'
import type { FoundException } from '#queries/postgres/exceptions.ts'
import { openTestStores, type TestStores } from '#test/support/stores.ts'

export const SECRET = 's'.repeat(40)
export const LINKS: MailLinks = { base: 'https://signalbox.test', secret: SECRET }
const ACTOR = { kind: 'schedule', id: 'test', origin: '' } as const

/** A policy that tells administrators of everything at once, with what a test changes. */
export function policyOf(id: string, change: Partial<Policy> = {}): Policy {
  return {
    id, name: `Policy ${id}`, description: '', enabled: true, open: true, filter: exceptionFilterOf({}), to: [{ kind: 'role', role: 'admin' }], when: { opened: true, warning: false, breach: false },
    escalations: [], digest: null, grouping: { window: 'PT0S', spacing: 'PT0S' }, quiet: true, ...change,
  }
}
/** A policy's filter as it is written: only what is given. */
export const exceptionFilterOf = (filter: object): Policy['filter'] => filter as Policy['filter']

/** How the mail server answers a recipient; null takes the mail. */
export type Answer = { code: number; text: string } | null
export interface Received { messageId: string; to: string; raw: string; mail: Email }

export interface MailServer { url: string; received: Received[]; answer: (to: string) => Answer; /** called with the mail before it is acknowledged */ onData: (() => void | Promise<void>) | null; close(): Promise<void> }

/** Starts a mail server that keeps what it takes. */
export async function startMailServer(): Promise<MailServer> {
  const self: MailServer = { url: '', received: [], answer: () => null, onData: null, close: () => new Promise(resolve => server.close(() => resolve())) }
  const server = new SMTPServer({
    authOptional: true, disabledCommands: ['AUTH', 'STARTTLS'], logger: false,
    onRcptTo({ address }, _session, done) {
      const answer = self.answer(address)
      done(answer === null ? null : Object.assign(new Error(answer.text), { responseCode: answer.code }))
    },
    onData(stream, session, done) {
      const parts: Buffer[] = []
      stream.on('data', (part: Buffer) => parts.push(part))
      stream.on('end', () => void (async () => {
        const raw = Buffer.concat(parts).toString()
        const mail = await PostalMime.parse(raw)
        self.received.push({ messageId: mail.messageId ?? '', to: session.envelope.rcptTo[0]?.address ?? '', raw, mail })
        await self.onData?.()
        done()
      })())
    },
  })
  server.on('error', () => undefined)
  const listening = server.listen(0, '127.0.0.1')
  await once(listening, 'listening')
  self.url = `smtp://127.0.0.1:${(listening.address() as AddressInfo).port}`
  return self
}

export interface PostOffice {
  stores: TestStores
  catalogue: CatalogueHandle
  server: MailServer
  /** what planner and delivery take for now; null: the machine's clock */
  now: number | null
  /** replaces all policies */
  policies(...policies: Policy[]): Promise<void>
  person(role: Role, options?: { facilities?: string[]; zone?: string }): Promise<{ id: string; email: string }>
  /** Opens exceptions (or finds them again with other content) as the finder does; resolves to their ids. `wake` false: as if the wake-up were lost. */
  trouble(found: readonly Partial<FoundException>[], wake?: boolean): Promise<string[]>
  /** Their milestone was seen. */
  recover(keys: readonly string[]): Promise<void>
  /** Until everything that can be planned now is. */
  planned(): Promise<void>
  /** Until everything that can be planned and sent now is. */
  settled(): Promise<void>
  start(options?: { smtp?: boolean }): Promise<void>
  stop(): Promise<void>
  dispose(): Promise<void>
}

let serial = 0

/** What the finder would say of one trouble. */
export function foundException(change: Partial<FoundException> = {}): FoundException {
  const number = ++serial
  const at = Date.now() - 60_000
  return {
    subjectKey: `test ${number}`, kind: 'failed', type: 'customer_invoice_exported_failed', title: `The export of INV-${number} failed`, explanation: 'Look at it.', severity: 'high', severityReasons: [], process: 'order-to-cash',
    step: 'finance.customer_invoice.exported', integration: 'odoo-ledgerline-invoice-export', system: null, facility: 'birkenried', entity: 'solvane-ch', counterpartyType: null, counterpartyId: null, counterpartyName: null,
    namespace: 'solvane-ch', objectType: 'customer_invoice', objectId: `INV-${number}`, amountMinor: '10000', currency: 'CHF', amountKey: `INV-${number}`, firstSeen: at, lastSeen: at, evidenceAt: at, dueAt: null, occurrences: 1,
    fingerprint: `print ${number}`, criticality: 'normal', warnAt: null, beganAt: null, serves: [], owner: null, rules: [], correlationIds: [], eventIds: [], environment: 'production', ...change,
  }
}

/** The tables of accounts: who is told is read from them. */
export async function prepareAccounts(stores: TestStores): Promise<ReturnType<typeof createAuth>> {
  const auth = createAuth(stores, { sessionSecret: SECRET, publicUrl: LINKS.base, port: 0 })
  await migrateAuth(auth, stores)
  return auth
}

/** Opens it. */
export async function openPostOffice(): Promise<PostOffice> {
  const stores = await openTestStores()
  const auth = await prepareAccounts(stores)
  const documents = [...(await readDocumentFiles('seeds/standard')), ...(await readDocumentFiles('seeds/group'))]
  await seedCatalogue(stores.postgres, documents, 'test')
  const catalogue = await openCatalogue(stores.postgres)
  const server = await startMailServer()
  let loops: { planner: Loop; delivery: Loop; close: () => void } | null = null
  let people = 0
  const log = { warn: () => undefined, error: (fields: object) => { failures.push(fields) } }
  const failures: object[] = []

  const self: PostOffice = {
    stores, catalogue, server, now: null,
    async policies(...policies) {
      const known = [...catalogue.current().policies.values()]
      const off = known.filter(policy => policy.enabled && !policies.some(one => one.id === policy.id)).map(policy => ({ ...policy, enabled: false }))
      await stores.postgres.transaction().execute(tx => saveDocuments(tx, [...off, ...policies].map(document => ({ kind: 'policy' as const, document })), 'test'))
      await catalogue.refresh()
      await stores.coordination.wake(CATALOGUE_CHANNEL)
    },
    async person(role, { facilities, zone = 'Europe/Zurich' } = {}) {
      const email = `${role}-${++people}@example.com`
      const id = await createPerson(auth, stores, { email, name: `${role} ${people}`, password: 'correct horse battery', role, title: '', timeZone: zone, allFacilities: facilities === undefined, facilities: facilities ?? [], entities: [] }, ACTOR)
      await stores.coordination.wake(SLA_CHANNEL)
      return { id, email }
    },
    async trouble(list, wake = true) {
      const rows = await settle(stores, list.map(change => foundException(change)).map(found => ({ subjectKey: found.subjectKey, found, closed: null })), new Date())
      if (wake) await project(stores, rows)
      else await project({ ...stores, coordination: { ...stores.coordination, wake: async () => undefined } }, rows)
      return rows.map(row => String(row.id))
    },
    async recover(keys) {
      await project(stores, await settle(stores, keys.map(subjectKey => ({ subjectKey, found: null, closed: { code: 'milestone_seen', at: Date.now(), seen: true } })), new Date()))
    },
    planned: async () => await loops?.planner.idle(),
    async settled() {
      if (!loops) throw new Error('not started')
      await loops.planner.idle()
      await loops.delivery.idle()
      if (failures.length > 0) throw new Error(`a background round failed: ${failures.map(each => String((each as { err?: Error }).err?.stack)).join('; ')}`)
    },
    async start({ smtp = true } = {}) {
      const transport = smtp ? smtpTransport(server.url, 'Signalbox <signalbox@example.com>') : null
      const clock = () => self.now ?? Date.now()
      const planner = await startPlanner({ stores, catalogue, log, clock })
      const delivery = await startDelivery({ stores, catalogue, links: LINKS, transport, log, secret: SECRET, clock: () => new Date(clock()) })
      loops = { planner, delivery, close: () => transport?.close() }
    },
    async stop() {
      await loops?.planner.close()
      await loops?.delivery.close()
      loops?.close()
      loops = null
    },
    async dispose() {
      await self.stop()
      await server.close()
      await catalogue.close()
      await stores.dispose()
    },
  }
  return self
}

/** A receiver of webhooks on this machine. */
export async function startReceiver(status: () => number): Promise<{ url: string; calls: { headers: Record<string, string>; body: string }[]; close(): Promise<void> }> {
  const calls: { headers: Record<string, string>; body: string }[] = []
  const server: Server = createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      calls.push({ headers: Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)])), body: Buffer.concat(parts).toString() })
      response.writeHead(status(), status() >= 300 && status() < 400 ? { location: 'http://127.0.0.1:1/' } : {}).end()
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`, calls, close: () => new Promise(resolve => server.close(() => resolve())) }
}
