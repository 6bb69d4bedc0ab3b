/**
 * The composition root: the only file that knows the web application, ingestion and the demo group alike.
 *
 *   node app/main.ts [all|web|ingest|worker|migrate] [--demo]
 */
import { join } from 'node:path'
import { openCatalogue, type CatalogueHandle } from '#queries/catalogue/catalogue.ts'
import { readDocumentFiles, seedCatalogue } from '#queries/catalogue/documents.ts'
import { EnvironmentError, readEnvironment, type Environment } from '#queries/environment.ts'
import { createKeyVerifier, ensureBootstrapKey } from '#queries/postgres/service-keys.ts'
import { StoreError } from '#queries/store-error.ts'
import { migrateStores, openStores, type Stores } from '#queries/stores.ts'
import { createIngest, type Ingest } from '#ingest/ingest.ts'
import { createFirstAdministrator } from './auth/accounts.ts'
import { createAuthenticate } from './auth/authenticate.ts'
import { createAuth, migrateAuth } from './auth/better-auth.ts'
import { ensureDemoLogins, type DemoLogins } from './auth/demo-people.ts'
import { createSignIn } from './auth/sign-in.ts'
import { createLiveHub } from './live/hub.ts'
import { createLiveStream } from './live/stream.ts'
import { createLog, type Log } from './logging.ts'
import { loadTargets } from './replay/targets.ts'
import { createCanary } from './server/canary.ts'
import { createHttp, listen } from './server/http.ts'
import { createMetrics, type Metrics } from './server/metrics.ts'
import { createReadiness } from './server/readiness.ts'
import { printDemo, printStart } from './server/start-text.ts'
import { ensureWebBuild } from './server/web-build.ts'
import { startWorker } from './worker.ts'
import type { Services } from './server/context.ts'

const ROLES = ['all', 'web', 'ingest', 'worker', 'migrate'] as const
type ProcessRole = (typeof ROLES)[number]
const ROOT = join(import.meta.dirname, '..')
const DEMO_DATA = './.data/demo'

/** Things to end, in the order they were started; ended in reverse. */
type Closing = { name: string; close: () => void | Promise<void> }[]

async function main(role: ProcessRole, demo: boolean): Promise<void> {
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

async function start(role: ProcessRole, demo: boolean, environment: Environment, log: Log, closing: Closing): Promise<void> {
  const serves = { web: role === 'all' || role === 'web', ingest: role === 'all' || role === 'ingest', work: role === 'all' || role === 'worker' }
  const building = serves.web ? ensureWebBuild(ROOT, log) : Promise.resolve(null)
  // Awaited below; a failure meanwhile must not count as unhandled.
  building.catch(() => undefined)

  const stores = await openStores(environment)
  closing.push({ name: 'stores', close: () => stores.close() })
  await migrateStores(stores)
  const auth = createAuth(stores, environment)
  await migrateAuth(auth, stores)
  await bootstrap(auth, stores, environment, demo)
  if (role === 'migrate') return

  const catalogue = await openCatalogue(stores.postgres, { coordination: stores.coordination, onError: error => log.error({ err: error }, 'the catalogue could not be read again') })
  closing.push({ name: 'catalogue', close: () => catalogue.close() })
  const logins = demo ? await ensureDemoLogins(auth, stores, catalogue.current(), environment.dataDirectory) : null
  const metrics = createMetrics()
  const ingest = serves.ingest ? await startIngest(stores, catalogue, environment, log, metrics) : null
  if (ingest) closing.push({ name: 'ingestion', close: () => ingest.close() })

  const targets = loadTargets(environment.replayTargets)
  if (serves.work) {
    const worker = await startWorker({ stores, catalogue, log, replay: { stores, catalogue, targets, log } })
    closing.push({ name: 'worker', close: () => worker.close() })
    metrics.gauge('signalbox_finder_entries', 'Log entries the finder has judged; unknown while another process leads', () => worker.stats()?.entries ?? null)
    metrics.gauge('signalbox_finder_failures', 'Rounds of the finder that failed', () => worker.stats()?.failures ?? null)
  }

  const signIn = createSignIn(auth, stores)
  const services: Services = { stores, catalogue, environment, auth, signIn, targets, log }
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
  announce(environment.publicUrl ?? listening.url, logins, environment)
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

const [given = 'all', ...flags] = process.argv.slice(2).sort((a, b) => Number(a.startsWith('--')) - Number(b.startsWith('--')))
const wanted = given.startsWith('--') ? 'all' : given
const known = ROLES.find(role => role === wanted)
const options = given.startsWith('--') ? [given, ...flags] : flags
if (!known || options.some(flag => flag !== '--demo')) {
  process.stderr.write(`usage: node app/main.ts [${ROLES.join('|')}] [--demo]\n`)
  process.exitCode = 2
} else {
  main(known, options.includes('--demo')).catch((error: unknown) => {
    process.stderr.write(`${explain(error)}\n`)
    process.exit(1)
  })
}
