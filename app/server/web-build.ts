/** The built web application, made when it is missing or older than its sources. */
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Log } from '../logging.ts'

const SOURCES = ['app', 'queries', 'public', 'vite.config.ts', 'react-router.config.ts', 'package-lock.json']

/**
 * The directory of a build that is as new as the sources. Where the tools to build are not installed (a production image) the build
 * that is there is taken. Throws if there is none and none can be made.
 */
export async function ensureWebBuild(root: string, log: Log): Promise<string> {
  const directory = join(root, 'build')
  const entry = join(directory, 'server', 'index.js')
  const built = existsSync(entry) ? (await stat(entry)).mtimeMs : 0
  const tool = join(root, 'node_modules', '@react-router', 'dev', 'bin.cjs')
  const outdated = built === 0 || (existsSync(tool) && (await newest(SOURCES.map(name => join(root, name)))) > built)
  if (!outdated) return directory
  if (!existsSync(tool)) throw new Error('the web application is not built: run `npm run build` where the development packages are installed')
  log.info('building the web application')
  await run(process.execPath, [tool, 'build'], root)
  return directory
}

/** The newest change (epoch ms) of files and of everything below directories; what is missing counts as old. */
async function newest(paths: readonly string[]): Promise<number> {
  let latest = 0
  for (const path of paths) {
    if (!existsSync(path)) continue
    const self = await stat(path)
    if (!self.isDirectory()) {
      latest = Math.max(latest, self.mtimeMs)
      continue
    }
    for (const entry of await readdir(path, { withFileTypes: true, recursive: true })) {
      if (entry.isFile()) latest = Math.max(latest, (await stat(join(entry.parentPath, entry.name))).mtimeMs)
    }
  }
  return latest
}

/** Runs a program to its end. What it says is shown only if it fails. */
function run(command: string, args: readonly string[], cwd: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, NODE_ENV: 'production' } })
    let said = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (said = (said + chunk.toString()).slice(-20_000)))
    child.once('error', reject)
    child.once('exit', code => (code === 0 ? resolve() : reject(new Error(`building the web application failed (exit ${code}):\n${said}`))))
  })
}
