/**
 * The product that the browser tests use: the real demo on a fresh data directory, smaller. Prints `ready for the browser` once the
 * group's history has arrived and been judged. Tests find the data directory (logins, execution layer, ground truth) in
 * `test-results/e2e.json`.
 *
 * Usage: `PORT=… node test/e2e/server.ts`
 */
import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { HISTORY_THERE } from '#app/server/start-text.ts'

const SCALE = '0.03'
const dataDirectory = mkdtempSync(join(tmpdir(), 'signalbox-e2e-'))
mkdirSync('test-results', { recursive: true })
writeFileSync('test-results/e2e.json', JSON.stringify({ dataDirectory }))

const child = spawn(process.execPath, ['app/main.ts', 'all', '--demo', `--scale=${SCALE}`], {
  env: { ...process.env, SIGNALBOX_DATA: dataDirectory, UV_THREADPOOL_SIZE: '16' },
  stdio: ['ignore', 'pipe', 'inherit'],
})
child.stdout.setEncoding('utf8').on('data', (text: string) => {
  process.stdout.write(text)
  if (text.includes(HISTORY_THERE.trim())) void judged().then(() => process.stdout.write('ready for the browser\n'))
})
child.on('exit', code => {
  rmSync(dataDirectory, { recursive: true, force: true })
  process.exit(code ?? 1)
})
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => child.kill(signal))

/** Resolves when what the history left overdue has been found: old trouble is held back until a load is over. */
async function judged(): Promise<void> {
  const { apiKey } = JSON.parse(readFileSync(join(dataDirectory, 'demo-logins.json'), 'utf8')) as { apiKey: string }
  for (let last = -1; ; await sleep(2_000)) {
    const response = await fetch(`http://127.0.0.1:${process.env['PORT']}/api/v1/summary`, { headers: { authorization: `Bearer ${apiKey}` } })
    const { figures } = (await response.json()) as { figures: { key: string; count: number }[] }
    const stuck = figures.find(figure => figure.key === 'stuck_purchase_orders')?.count ?? 0
    if (stuck > 0 && stuck === last) return
    last = stuck
  }
}
