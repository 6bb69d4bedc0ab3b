/**
 * `npm run test:long [-- NAME…]`: the same test code at full size (SIGNALBOX_LONG=1): kills, and the planted-trouble comparison with the
 * whole history of some 400,000 events on three seeds. A name selects the files whose path contains it. Ends with what ran, its seed and
 * its time (a figure, never a verdict); exits 1 if anything failed. The fault tests print their own seeds and counts as they run.
 */
import { spawn } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const ROOT = join(import.meta.dirname, '..')
const PLANTED = 'test/app/exceptions/planted.test.ts'
const SEEDS = [1, 2, 3]

interface Run { file: string; seed: number | null; variables: Readonly<Record<string, string>> }

/** Every file with a test that is bigger here than in `npm test`. */
function longRuns(): Run[] {
  const files = readdirSync(join(ROOT, 'test'), { recursive: true, encoding: 'utf8' }).filter(name => name.endsWith('.test.ts')).map(name => `test/${name.replaceAll('\\', '/')}`)
  const long = files.filter(file => readFileSync(join(ROOT, file), 'utf8').includes('SIGNALBOX_LONG')).sort()
  return [
    ...long.map((file): Run => ({ file, seed: null, variables: {} })),
    ...SEEDS.map((seed): Run => ({ file: PLANTED, seed, variables: { SIGNALBOX_TEST_SCALE: '1', SIGNALBOX_TEST_SEED: String(seed) } })),
  ]
}

/** One Vitest of its own per run: a process can have one embedded store, and a seed is read when a file is loaded. */
function vitest({ file, variables }: Run): Promise<number> {
  const args = ['node_modules/vitest/vitest.mjs', 'run', file, ...(file === PLANTED ? ['--hookTimeout=3600000', '--testTimeout=3600000'] : [])]
  const child = spawn(process.execPath, args, { cwd: ROOT, stdio: 'inherit', env: { ...process.env, SIGNALBOX_LONG: '1', ...variables } })
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', code => resolve(code ?? 1))
  })
}

const names = process.argv.slice(2)
const runs = longRuns().filter(({ file }) => names.length === 0 || names.some(name => file.includes(name)))
if (runs.length === 0) {
  process.stderr.write(`no long test's path contains ${names.join(' or ')}; there are:\n${[...new Set(longRuns().map(({ file }) => file))].join('\n')}\n`)
  process.exit(2)
}
const results: { file: string; seed: number | null; passed: boolean; seconds: number }[] = []
for (const run of runs) {
  const started = performance.now()
  const passed = (await vitest(run)) === 0
  results.push({ file: run.file, seed: run.seed, passed, seconds: Math.round((performance.now() - started) / 1000) })
}
for (const result of results) process.stdout.write(`${JSON.stringify(result)}\n`)
process.exit(results.every(({ passed }) => passed) ? 0 : 1)
