import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { freePort } from './ports.ts'

/** A server that a test started. */
export interface TestServer {
  /** with account, without a database */
  readonly url: string
  stop(): Promise<void>
}

const startWithinMs = 20_000
const sibling = (name: string): string => fileURLToPath(new URL(name, import.meta.url))

/** Why there can be no ClickHouse over HTTP here; null if there can. */
export function noClickHouseServer(): string | null {
  return process.platform === 'linux' ? null : 'the HTTP listener of the npm package is tried on Linux only'
}

/** Starts a ClickHouse server from npm packages alone, on a fresh directory. */
export async function startClickHouseServer(): Promise<TestServer> {
  const directory = await mkdtemp(join(tmpdir(), 'signalbox-clickhouse-'))
  const port = await freePort()
  const config = join(directory, 'config.xml')
  // The path must be absolute, so the file cannot be one of the repository.
  await writeFile(config, `<clickhouse><users_config>${sibling('./clickhouse-server-users.xml')}</users_config></clickhouse>`)
  const args = [sibling('./clickhouse-listener.cjs'), join(directory, 'data'), String(port), `--config-file=${config}`]
  // Its output quotes queries; what matters comes back over HTTP.
  const child = spawn(process.execPath, args, { stdio: 'ignore' })
  const url = `http://default:@127.0.0.1:${port}`
  await waitUntilAnswering(`http://127.0.0.1:${port}/ping`, child)
  return {
    url,
    stop: async () => {
      await killed(child)
      await rm(directory, { recursive: true, force: true })
    },
  }
}

async function waitUntilAnswering(url: string, child: ChildProcess): Promise<void> {
  const end = performance.now() + startWithinMs
  while (performance.now() < end) {
    if (child.exitCode !== null) break
    const answer = await fetch(url).catch(() => null)
    if (answer?.ok) return
    await sleep(50)
  }
  child.kill('SIGKILL')
  throw new Error('the ClickHouse server of the tests did not start')
}

/** Kills the process and resolves when it is gone. */
export async function killed(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGKILL')
  await gone
}
