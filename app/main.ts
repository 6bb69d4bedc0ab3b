/**
 * The composition root: the only file that knows the web application, ingestion and the demo group alike.
 *
 *   node app/main.ts [all|web|ingest|worker|migrate] [--demo [--days=90] [--scale=1]]
 */
import { parseArgs } from 'node:util'
import { randomBytes } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { openCatalogue, type CatalogueHandle } from '#queries/catalogue/catalogue.ts'
import { readDocumentFiles, seedCatalogue } from '#queries/catalogue/documents.ts'
import { EnvironmentError, readEnvironment, type Environment } from '#queries/environment.ts'
import { createKeyVerifier, ensureBootstrapKey } from '#queries/postgres/service-keys.ts'
import { StoreError } from '#queries/store-error.ts'
import { migrateStores, openStores, type Stores } from '#queries/stores.ts'
import { createIngest, type Ingest } from '#ingest/ingest.ts'
import { startMailbox } from '#seeds/demo/mailbox.ts'
import { startDemo } from '#seeds/demo/main.ts'
import { DEMO_RULES } from '#seeds/execution/behaviours.ts'
import { startExecutionLayer } from '#seeds/execution/server.ts'
import { createFirstAdministrator } from './auth/accounts.ts'
import { createAuthenticate } from './auth/authenticate.ts'
import { createAuth, migrateAuth } from './auth/better-auth.ts'
import { ensureDemoLogins, type DemoLogins } from './auth/demo-people.ts'
import { createSignIn } from './auth/sign-in.ts'
import { createLiveHub } from './live/hub.ts'
import { createLiveStream } from './live/stream.ts'
import { createLog, type Log } from './logging.ts'
import { smtpTransport } from './mail/transport.ts'
import { buildTargets, loadTargets, type ReplayTarget } from './replay/targets.ts'
import { createCanary } from './server/canary.ts'
import { createHttp, listen } from './server/http.ts'
import { createMetrics, type Metrics } from './server/metrics.ts'
import { createReadiness } from './server/readiness.ts'
import { createProgressText, HISTORY_THERE, printDemo, printStart } from './server/start-text.ts'
import { ensureWebBuild } from './server/web-build.ts'
import { startWorker } from './worker.ts'
import type { MailServices, Services } from './server/context.ts'

const ROLES = ['all', 'web', 'ingest', 'worker', 'migrate'] as const
type ProcessRole = (typeof ROLES)[number]
const ROOT = join(import.meta.dirname, '..')
const DEMO_DATA = './.data/demo'

/** The demo group is the same for everybody. */
/** How long after a replayed step the business around it goes on. */
const FOLLOW_UP_MS = 20_000
const DEMO_SEED = 4711
/** What the demo is asked for: how many days of history, and how dense. */
interface DemoSize { days: number; scale: number }

/** Things to end, in the order they were started; ended in reverse. */
type Closing = { name: string; close: () => void | Promise<void> }[]

async function main(role: ProcessRole, demo: DemoSize | null): Promise<void> {
  const environment = readEnvironment(demo ? { ...process.env, SIGNALBOX_DATA: process.env['SIGNALBOX_DATA'] || DEMO_DATA } : process.env)
  const log = createLog({ level: demo && !process.env['LOG_LEVEL'] ? 'warn' : environment.logLevel, role })
  const closing: Closing = []
  const stop = stopOnSignal(closing, log)
  try {
    await start(role, demo, environment, log, closing)
    if (role === 'migrate') await stop()
  } catch (error) {
    await closeAll(closing, log)
    throw error
  }
}

async function start(role: ProcessRole, demo: DemoSize | null, environment: Environment, log: Log, closing: Closing): Promise<void> {
  const serves = { web: role === 'all' || role === 'web', ingest: role === 'all' || role === 'ingest', work: role === 'all' || role === 'worker' }
  const building = serves.web ? ensureWebBuild(ROOT, log) : Promise.resolve(null)
  // Awaited below; a failure meanwhile must not count as unhandled.
  building.catch(() => undefined)

  const stores = await openStores(environment)
  closing.push({ name: 'stores', close: () => stores.close() })
  await migrateStores(stores)
  const auth = createAuth(stores, environment)
  await migrateAuth(auth, stores)
  await bootstrap(auth, stores, environment, demo !== null)
  if (role === 'migrate') return

  const catalogue = await openCatalogue(stores.postgres, { coordination: stores.coordination, onError: error => log.error({ err: error }, 'the catalogue could not be read again') })
  closing.push({ name: 'catalogue', close: () => catalogue.close() })
  const logins = demo ? await ensureDemoLogins(auth, stores, catalogue.current(), environment.dataDirectory) : null
  const metrics = createMetrics()
  const ingest = serves.ingest ? await startIngest(stores, catalogue, environment, log, metrics) : null
  if (ingest) closing.push({ name: 'ingestion', close: () => ingest.close() })

  const targets = new Map(loadTargets(environment.replayTargets))
  const mailbox = demo && environment.smtpUrl === null ? await startMailbox(join(environment.dataDirectory, 'mail')) : null
  if (mailbox) closing.push({ name: 'mailbox of the demo', close: () => mailbox.close() })
  const smtpUrl = environment.smtpUrl ?? mailbox?.url ?? null
  const mail: MailServices = { links: { base: environment.publicUrl ?? `http://localhost:${environment.port}`, secret: environment.sessionSecret }, sends: mailbox ? 'catcher' : smtpUrl === null ? 'nothing' : 'server' }
  if (serves.work) {
    const transport = smtpUrl === null ? null : smtpTransport(smtpUrl, environment.mailFrom)
    const worker = await startWorker({ stores, catalogue, log, reconciles: true, replay: { stores, catalogue, targets, log }, mail: { links: mail.links, transport, secret: environment.sessionSecret } })
    closing.push({ name: 'worker', close: () => worker.close() })
    metrics.gauge('signalbox_finder_entries', 'Log entries the finder has judged; unknown while another process leads', () => worker.stats()?.entries ?? null)
    metrics.gauge('signalbox_finder_failures', 'Rounds of the finder that failed', () => worker.stats()?.failures ?? null)
  }

  const signIn = createSignIn(auth, stores)
  const services: Services = { stores, catalogue, environment, auth, signIn, targets, mail, log }
  const keys = ingest?.keys ?? (await createKeys(stores, closing))
  const authenticate = createAuthenticate(keys, signIn)
  const hub = serves.web ? await createLiveHub(stores, log) : null
  if (hub) closing.push({ name: 'live hub', close: () => hub.close() })
  const live = hub ? createLiveStream(hub, authenticate) : null
  const readiness = createReadiness(await createCanary(stores, ingest?.app ?? null, environment))
  const app = await createHttp({ services, metrics, readiness, authenticate, ingest: ingest?.app ?? null, live: live?.app ?? null, web: await building, api: serves.web })
  const listening = await listen(app, environment)
  closing.push({ name: 'server', close: () => listening.close() })
  if (live) closing.push({ name: 'live streams', close: () => live.close() })
  log.info({ port: listening.port, embedded: stores.embedded }, 'listening')
  // With PORT=0 the address is known only now.
  if (environment.publicUrl === null) mail.links.base = listening.url
  announce(environment.publicUrl ?? listening.url, logins, environment)
  if (demo && logins) closing.push(...(await bringToLife(demo, logins, listening.url, targets, environment, log)))
}

/** Starts the demo group's execution layer, which replays go to from now on, and its life: both reach us over HTTP like anybody else. */
async function bringToLife(size: DemoSize, { apiKey }: DemoLogins, url: string, targets: Map<string, ReplayTarget>, environment: Environment, log: Log): Promise<Closing> {
  const { dataDirectory } = environment
  const secret = `whsec_${randomBytes(24).toString('base64')}`
  const layer = await startExecutionLayer({ port: 0, secret, signalbox: { url, apiKey }, ledgerFile: join(dataDirectory, 'ledger.ndjson'), rules: DEMO_RULES, followUpMs: FOLLOW_UP_MS, onError: message => log.warn({ reason: message }, 'the simulated execution layer') })
  for (const [name, target] of buildTargets({ 'execution-layer': { kind: 'http', url: layer.url, secret, answersFrom: 'layer-replays' } })) targets.set(name, target)
  // Where tests and the curious tell the layer how to behave (seeds/execution/README.md).
  await writeFile(join(dataDirectory, 'execution-layer.json'), JSON.stringify({ url: layer.url }))
  const life = await startDemo({
    url, apiKey, dataDirectory, seed: DEMO_SEED, ...size, onProgress: createProgressText(text => process.stdout.write(text)),
    log: { info: message => log.info(message), error: message => log.error(message) },
  })
  life.caughtUp.then(() => process.stdout.write(HISTORY_THERE), (error: unknown) => log.error({ err: error }, 'the demo group could not be loaded'))
  return [{ name: 'execution layer', close: () => layer.close() }, { name: 'demo group', close: () => life.close() }]
}

/** What the first start on an empty store makes: the standard catalogue, and administrator and key for automation if the environment names them. */
async function bootstrap(auth: Services['auth'], stores: Stores, environment: Environment, demo: boolean): Promise<void> {
  const documents = await readDocumentFiles(join(ROOT, 'seeds', 'standard'))
  const group = demo ? await readDocumentFiles(join(ROOT, 'seeds', 'group')) : []
  await seedCatalogue(stores.postgres, [...documents, ...group], 'start')
  if (environment.firstApiKey !== null) await ensureBootstrapKey(stores.postgres, environment.firstApiKey)
  if (environment.firstAdministrator !== null) await createFirstAdministrator(auth, stores, { ...environment.firstAdministrator, name: 'Administrator' }, 'environment')
}

async function startIngest(stores: Stores, catalogue: CatalogueHandle, environment: Environment, log: Log, metrics: Metrics): Promise<Ingest> {
  const ingest = await createIngest({ stores, catalogue, environment, log })
  metrics.gauge('signalbox_ingest_accepted', 'Events accepted since the start', () => ingest.stats().accepted)
  metrics.gauge('signalbox_ingest_duplicates', 'Events known already', () => ingest.stats().duplicates)
  metrics.gauge('signalbox_ingest_queued', 'Events waiting to be written', () => ingest.stats().queued)
  metrics.totals('signalbox_ingest_rejected', 'Events rejected since the start', 'code', () => ingest.stats().rejected)
  return ingest
}

async function createKeys(stores: Stores, closing: Closing) {
  const keys = createKeyVerifier(stores.postgres)
  closing.push({ name: 'key listener', close: await stores.coordination.onWake('service-keys', keys.forget) })
  return keys
}

function announce(url: string, logins: DemoLogins | null, environment: Environment): void {
  process.stdout.write(logins ? printDemo(url, logins) : printStart(url, environment))
}

async function closeAll(closing: Closing, log: Log): Promise<void> {
  for (let part = closing.pop(); part; part = closing.pop()) {
    const { name, close } = part
    try {
      await close()
    } catch (error) {
      log.error({ err: error, part: name }, 'could not be closed')
    }
  }
}

/** Ends the process in order at the first signal, at once at the second. Returns what ends it without a signal. */
function stopOnSignal(closing: Closing, log: Log): () => Promise<void> {
  let stopping: Promise<void> | null = null
  const stop = () => (stopping ??= closeAll(closing, log))
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      if (stopping) process.exit(1)
      log.info({ signal }, 'stopping')
      void stop().then(() => process.exit(0))
    })
  }
  return stop
}

/** What is said of a start that failed: the plain cause where it is known, else all there is. */
function explain(error: unknown): string {
  if (error instanceof EnvironmentError) return `Signalbox cannot start, the environment is not right:\n${error.message}`
  if (error instanceof StoreError && error.code === 'store_locked') return 'Signalbox cannot start: another process uses this data directory. Stop it, or set SIGNALBOX_DATA to another one.'
  if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') return 'Signalbox cannot start: the port is taken. Set PORT to another one.'
  return `Signalbox cannot start: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`
}

/** What the command line asks for; null if it cannot be understood. */
function readCommand(): { role: ProcessRole; demo: DemoSize | null } | null {
  try {
    const { values, positionals } = parseArgs({ allowPositionals: true, options: { demo: { type: 'boolean', default: false }, days: { type: 'string', default: '90' }, scale: { type: 'string', default: '1' } } })
    const role = ROLES.find(one => one === (positionals[0] ?? 'all'))
    const size = { days: Number(values.days), scale: Number(values.scale) }
    if (!role || positionals.length > 1 || !(size.days >= 1 && size.days <= 400) || !(size.scale > 0 && size.scale <= 10)) return null
    return { role, demo: values.demo ? size : null }
  } catch {
    return null
  }
}

const command = readCommand()
if (command === null) {
  process.stderr.write(`usage: node app/main.ts [${ROLES.join('|')}] [--demo [--days=90] [--scale=1]]\n`)
  process.exitCode = 2
} else {
  main(command.role, command.demo).catch((error: unknown) => {
    process.stderr.write(`${explain(error)}\n`)
    process.exit(1)
  })
}
