/** The real product as a process of its own, on a data directory that outlives it: what fault tests kill and benches measure. */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

const ROOT = join(import.meta.dirname, '../..')
const READY = /Signalbox is ready:\s+(\S+)/
/** Kept of what the process says on its standard error, for the error of a start that failed. */
const KEPT_OUTPUT = 10_000

export interface ProductProcess {
  /** address it listens on */
  readonly url: string
  /** the process's id, for its memory and processor time */
  readonly pid: number
  /** waits until it has said `text` on its standard output, at once if it has already; rejects if it ends before */
  said(text: string): Promise<void>
  /** resolves when it has ended, with how and the last it said on its standard error */
  readonly ended: Promise<string>
  /** ends it with a signal and waits; `SIGKILL` asks nobody */
  end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void>
}

export interface ProductOptions {
  dataDirectory: string
  /** which of its roles the process plays; by default all */
  role?: 'all' | 'web' | 'ingest' | 'worker'
  args?: readonly string[]
  variables?: Readonly<Record<string, string>>
  killed?: AbortSignal
}

/**
 * Starts `node app/main.ts ROLE` on `dataDirectory`, embedded unless `variables` name servers, with the arguments given, and waits until
 * it listens (it builds the pages first if there is no build). Throws with what it said if it ends before; aborting `killed` is a SIGKILL in the middle of the start.
 */
export async function startProductProcess({ dataDirectory, role = 'all', args = [], variables = {}, killed }: ProductOptions): Promise<ProductProcess> {
  const child = spawn(process.execPath, ['app/main.ts', role, ...args], {
    cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, CLICKHOUSE_URL: '', DATABASE_URL: '', NODE_ENV: 'production', PORT: '0', HOST: '127.0.0.1', LOG_LEVEL: 'error', UV_THREADPOOL_SIZE: '16', ...variables, SIGNALBOX_DATA: dataDirectory },
  })
  const exited = once(child, 'exit')
  killed?.addEventListener('abort', () => child.kill('SIGKILL'), { once: true })
  let errors = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors = (errors + text).slice(-KEPT_OUTPUT)))
  const heard = listenTo(child)
  const said = (pattern: RegExp) => Promise.race([
    heard(pattern),
    exited.then(([code, signal]) => { throw new Error(`the product ended (${String(code ?? signal)}) before it said ${pattern.source}: ${errors}`) }),
  ])
  const [, url = ''] = await said(READY)
  return {
    url, pid: child.pid ?? 0,
    ended: exited.then(([code, signal]) => `${String(code ?? signal)}: ${errors}`),
    async said(text) {
      await said(new RegExp(text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')))
    },
    async end(signal) {
      child.kill(signal)
      await exited
    },
  }
}

/** Collects standard output; the function resolves with the first match in all of it. */
function listenTo(child: ChildProcess): (pattern: RegExp) => Promise<RegExpExecArray> {
  let output = ''
  const waiting = new Set<() => void>()
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    output += text
    for (const look of waiting) look()
  })
  return pattern => new Promise(resolve => {
    const look = () => {
      const match = pattern.exec(output)
      if (!match) return
      waiting.delete(look)
      resolve(match)
    }
    waiting.add(look)
    look()
  })
}
