import { execFile, spawn } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { chown, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { Client } from 'pg'
import type { TestServer } from './clickhouse-http.ts'
import { freePort } from './ports.ts'

const run = promisify(execFile)
const installed = '/usr/lib/postgresql'
const startWithinMs = 20_000

/** Where PostgreSQL's programs are: Debian's newest, or null. */
function binaries(): string | null {
  const versions = existsSync(installed) ? readdirSync(installed) : []
  const newest = versions.sort((a, b) => Number(b) - Number(a))[0]
  return newest === undefined ? null : join(installed, newest, 'bin')
}

/** Why there can be no PostgreSQL server here; null if there can. */
export function noPostgresServer(): string | null {
  return binaries() === null ? `PostgreSQL is not installed (looked in ${installed})` : null
}

/** Starts a PostgreSQL server on a fresh directory. It refuses to run as root, so root runs it as `postgres`. */
export async function startPostgresServer(): Promise<TestServer> {
  const programs = binaries()
  if (programs === null) throw new Error('PostgreSQL is not installed')
  const account = process.getuid?.() === 0 ? await accountIds('postgres') : null
  const directory = await mkdtemp(join(tmpdir(), 'signalbox-postgres-'))
  if (account) await chown(directory, account.uid, account.gid)
  const data = join(directory, 'data')
  const options = { ...account, cwd: directory }
  await run(join(programs, 'initdb'), ['-D', data, '-U', 'signalbox', '--auth=trust', '--encoding=UTF8', '--locale=C.UTF-8', '--no-sync'], options)
  const port = await freePort()
  // Durability is PostgreSQL's own and not what is tested: a test's data may die with the machine.
  const settings = { port, listen_addresses: `'127.0.0.1'`, unix_socket_directories: `''`, fsync: 'off', timezone: `'America/New_York'`, max_connections: 200 }
  await writeFile(join(data, 'postgresql.auto.conf'), Object.entries(settings).map(([name, value]) => `${name} = ${value}\n`).join(''))
  const child = spawn(join(programs, 'postgres'), ['-D', data], { ...options, stdio: 'ignore' })
  const url = `postgres://signalbox@127.0.0.1:${port}`
  await waitUntilAnswering(`${url}/postgres`)
  return {
    url,
    stop: async () => {
      const gone = new Promise((resolve) => child.once('exit', resolve))
      // Immediate shutdown: takes its own children along, which a SIGKILL would not.
      child.kill('SIGQUIT')
      await gone
      await rm(directory, { recursive: true, force: true })
    },
  }
}

async function accountIds(name: string): Promise<{ uid: number; gid: number }> {
  const [uid, gid] = await Promise.all(['-u', '-g'].map(async (which) => Number((await run('id', [which, name])).stdout)))
  return { uid: uid as number, gid: gid as number }
}

async function waitUntilAnswering(url: string): Promise<void> {
  const end = performance.now() + startWithinMs
  let reason: unknown
  while (performance.now() < end) {
    const client = new Client({ connectionString: url })
    try {
      await client.connect()
      return
    } catch (error) {
      reason = error
      await sleep(50)
    } finally {
      await client.end().catch(() => undefined)
    }
  }
  throw new Error('the PostgreSQL server of the tests did not start', { cause: reason })
}
