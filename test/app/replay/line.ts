/**
 * The line around the dispatcher for tests: real stores, one catalogue entry, and an execution layer over real HTTP that keeps a ledger of
 * effects which does not deduplicate. Tests read the ledger, not our own states.
 */
import { randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Webhook } from 'standardwebhooks'
import { startReplayDispatcher, type DispatcherContext } from '#app/replay/dispatcher.ts'
import type { ReplayActor } from '#app/replay/requests.ts'
import { buildTargets, type ReplayCommand } from '#app/replay/targets.ts'
import type { ReplayCatalogue } from '#app/replay/knowledge.ts'
import type { Integration } from '#queries/catalogue/schema.ts'
import { toInstant, type EventRow } from '#queries/clickhouse/events/rows.ts'
import { writeBatch } from '#queries/clickhouse/events/write.ts'
import { EVENT_STATUSES, type ErrorClass } from '#queries/model/event.ts'
import { openTestStores, type TestStores } from '#test/support/stores.ts'

export const STEP = 'finance.customer_invoice.exported'
const SECRET = `whsec_${Buffer.from('a secret that only tests ever use').toString('base64')}`
const FREE = 'odoo-archive-export'
const POSTING = 'odoo-finstar-export'

export const finance: ReplayActor = { kind: 'person', id: 'p-finance', origin: 'test', scope: 'all' }
export const support: ReplayActor = { kind: 'person', id: 'p-support', origin: 'test', scope: 'all' }
export const key: ReplayActor = { kind: 'key', id: 'k-1', origin: 'test', scope: 'all' }

/** What the execution layer does with a command. `effect`: is the work done; `http`: the answer of the call, null breaks the connection off; `answers`, in order. */
export interface Behaviour { effect: boolean; http: number | null; answers: ('accepted' | 'refused' | 'completed' | 'failed')[]; milestone: boolean }
export const SUCCEEDS: Behaviour = { effect: true, http: 202, answers: ['accepted', 'completed'], milestone: true }

export interface Line {
  stores: TestStores
  context: DispatcherContext
  /** the content of a targets file that leads to the execution layer */
  targets: { 'execution-layer': Record<string, unknown> }
  /** effects in the order in which they happened */
  ledger: { key: string; objectId: string }[]
  /** commands received, with the state that the item had in the store at that moment */
  received: ReplayCommand[]
  behave(behaviour: Behaviour): void
  /** holds calls open until the returned function is called */
  hold(): () => void
  /** one exception with a dead-lettered export; answers its id */
  trouble(over?: { integration?: string; objectId?: string; step?: string; facility?: string; entity?: string; amountMinor?: number; errorClass?: ErrorClass; hour?: number }): Promise<string>
  event(event: TestEvent): Promise<void>
  items(replayId: string): Promise<{ exceptionId: string; state: string; why: string; answer: unknown }[]>
  states(replayId: string): Promise<string[]>
  start(): ReturnType<typeof startReplayDispatcher>
  stopLayer(): Promise<void>
  dispose(): Promise<void>
}
export interface TestEvent { type: string; status?: string; time?: Date; objectId?: string; objectType?: string; attributes?: Record<string, unknown>; integration?: string; errorClass?: ErrorClass; facility?: string; entity?: string; namespace?: string }

/** Opens it all. Dispose it at the end. */
export async function openLine(): Promise<Line> {
  const stores = await openTestStores()
  await stores.postgres.insertInto('ingest_writer').values({ id: 'w1', host: 'test', lane: '0' }).execute()
  const ledger: Line['ledger'] = []
  const received: ReplayCommand[] = []
  let behaviour = SUCCEEDS
  let gate = Promise.resolve()
  let sequence = 0

  // A writer commits one batch after the other: readers rely on its sequence being its commit order.
  let writing = Promise.resolve()
  const event = (given: TestEvent) => (writing = writing.then(() => write(given)))
  const write = async (given: TestEvent) => {
    const { namespace = 'alpina', objectType = 'customer_invoice', objectId = '', status = 'succeeded', time = new Date(), integration = POSTING, facility = 'north', entity = 'alpina' } = given
    const id = randomUUID()
    const row: EventRow = {
      event_key: id, source: 'execution', id, type: given.type, subject: objectId, time: toInstant(time.getTime()), received_at: toInstant(Date.now()), status: EVENT_STATUSES.find(known => known === status) ?? 'succeeded', attempt: 1,
      integration, facility, entity, environment: 'production', correlation_id: `c-${objectId}`, causation_id: '', trace_id: '', span_id: '', duration_ms: null, endpoint: '',
      error_code: '', error_class: given.errorClass ?? '', error_message: '', retryable: null, criticality: 'normal', object_namespaces: [namespace], object_types: [objectType], object_ids: [objectId],
      object_systems: [''], object_roles: ['subject'], object_states: [''], amount_minor: null, currency: '', counterparty_type: '', counterparty_id: '', counterparty_name: '',
      dataschema: '', attributes: JSON.stringify(given.attributes ?? {}), flags: [], writer: 'w1', sequence: ++sequence,
    }
    await writeBatch(stores.clickhouse, { events: [{ row, contentHash: '1' }], rejected: [], receipts: [], writer: 'w1' }, id)
    await stores.coordination.wake('events')
  }

  const server = createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part)).on('end', async () => {
      const command = new Webhook(SECRET).verify(Buffer.concat(parts).toString(), request.headers as Record<string, string>) as ReplayCommand
      received.push(command)
      const now = behaviour
      const object = command.data.target.objects[0]!
      const { replayId, idempotencyKey } = command.data
      if (now.effect) ledger.push({ key: idempotencyKey, objectId: object.id })
      await gate
      if (now.http === null) response.destroy()
      else response.writeHead(now.http).end()
      for (const answer of now.answers) {
        await event({ type: `execution.replay.${answer}`, objectType: 'replay', objectId: replayId, attributes: { replayId, idempotencyKey }, integration: 'execution-layer' })
      }
      if (now.milestone) await event({ type: command.data.target.step, objectType: object.type, objectId: object.id, namespace: object.namespace, integration: command.data.target.integration })
    })
  })
  await new Promise<void>(resolve => { server.listen(0, '127.0.0.1', resolve) })
  const stopLayer = () => new Promise<void>(resolve => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
  const targets = { 'execution-layer': { kind: 'http', url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/replays`, secret: SECRET, timeoutMs: 3000, ratePerSecond: 1000 } }
  const context: DispatcherContext = {
    stores, catalogue: { current: () => catalogue }, log: { warn() {}, error() {} },
    targets: buildTargets(targets),
  }

  const items: Line['items'] = async replayId => {
    const rows = await stores.postgres.selectFrom('replay_item').select(['exception_id', 'state', 'why', 'answer']).where('replay_id', '=', replayId).orderBy('position').execute()
    return rows.map(row => ({ exceptionId: String(row.exception_id), state: row.state, why: row.why, answer: row.answer }))
  }
  return {
    stores, context, targets, ledger, received, event, items, stopLayer,
    behave: next => { behaviour = next },
    hold() {
      const { promise, resolve } = Promise.withResolvers<void>()
      gate = promise
      return resolve
    },
    async trouble({ integration = FREE, objectId = `INV-${randomUUID().slice(0, 8)}`, step = STEP, facility = 'north', entity = 'alpina', amountMinor = 128450, errorClass = 'mapping', hour = 10 } = {}) {
      const time = new Date(Date.UTC(2026, 10, 20, hour))
      await event({ type: step, status: 'dead_lettered', time, objectId, integration, errorClass, facility, entity })
      const { id } = await stores.postgres.insertInto('exception').values({
        subject_key: `${objectId}/${step}`, kind: 'failed', type: step, title: 't', explanation: 'e', severity: 'normal', process: 'order-to-cash', step, integration, system: 'finstar',
        facility, entity, counterparty_type: null, counterparty_id: null, counterparty_name: null, namespace: 'alpina', object_type: 'customer_invoice', object_id: objectId,
        amount_minor: amountMinor, currency: 'EUR', amount_key: objectId, first_seen: time, last_seen: time, evidence_at: time, fingerprint: 'f', assignee: null,
        ignore_count: null, wait_party: null, resolution_code: null, resolution_by: null, resolution_note: null,
      }).returning('id').executeTakeFirstOrThrow()
      return String(id)
    },
    states: async replayId => (await items(replayId)).map(item => item.state),
    start: () => startReplayDispatcher(context),
    async dispose() {
      await stopLayer()
      await stores.dispose()
    },
  }
}

/** Two ways to export an invoice: one that posts money in accounting, one that only files a copy. */
const integration = (id: string, postsMoney: boolean) => ({ id, replay: { target: 'execution-layer', postsMoney, postsStock: false } }) as Integration
const integrations = new Map([integration(FREE, false), integration(POSTING, true)].map(entry => [entry.id, entry]))
export const catalogue: ReplayCatalogue = { integration: id => integrations.get(id), processesOf: () => [] }
export const POSTING_INTEGRATION = POSTING
