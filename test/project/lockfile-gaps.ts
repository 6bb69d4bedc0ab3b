/**
 * Finds optional platform packages that the lockfile lacks, and with `--fix` adds them.
 *
 * Some registries do not carry every platform's binary. `npm install` against such a registry silently leaves those
 * packages out of the lockfile, and `npm ci` then fails elsewhere with "Missing … from lock file". An entry that only
 * names version, os and cpu satisfies `npm ci` on every platform: npm skips it where os or cpu differ and resolves it
 * from the registry where they match.
 *
 * Usage: `node test/project/lockfile-gaps.ts [--fix]`; exits 1 if gaps remain.
 */
import { readFileSync, writeFileSync } from 'node:fs'

interface LockEntry { version?: string; cpu?: string[]; os?: string[]; libc?: string[]; optional?: boolean; optionalDependencies?: Record<string, string> }
interface Lockfile { packages: Record<string, LockEntry> }
interface Gap { name: string; range: string; wantedBy: string }

const OS_NAMES: Record<string, string> = { windows: 'win32', win32: 'win32', darwin: 'darwin', linux: 'linux', android: 'android', freebsd: 'freebsd', openharmony: 'openharmony' }
const CPU_NAMES: Record<string, string> = { x64: 'x64', arm64: 'arm64', ia32: 'ia32', arm: 'arm', ppc64: 'ppc64', riscv64: 'riscv64', s390x: 's390x' }

/** Every optional dependency that no entry of the lockfile can satisfy, looked up the way Node resolves packages. */
export function findGaps(lock: Lockfile): Gap[] {
  const gaps: Gap[] = []
  for (const [path, entry] of Object.entries(lock.packages)) {
    for (const [name, range] of Object.entries(entry.optionalDependencies ?? {})) {
      if (!resolves(lock, path, name)) gaps.push({ name, range, wantedBy: path || 'the project' })
    }
  }
  return gaps
}

function resolves(lock: Lockfile, from: string, name: string): boolean {
  for (let base = from; ; ) {
    if (lock.packages[`${base ? `${base}/` : ''}node_modules/${name}`]) return true
    if (!base) return false
    const parent = base.lastIndexOf('/node_modules/')
    base = parent < 0 ? '' : base.slice(0, parent)
  }
}

/** The lockfile entry for a platform package, its os, cpu and libc read from its name. Throws if the name tells neither. */
export function entryFor({ name, range }: Gap): LockEntry {
  const words = name.split(/[-/]/)
  const os = words.map(word => OS_NAMES[word]).find(Boolean)
  const cpu = words.map(word => CPU_NAMES[word]).find(Boolean)
  if (!os || !cpu) throw new Error(`cannot tell the platform of ${name}; add its lockfile entry by hand`)
  const libc = words.some(word => word.startsWith('musl')) ? ['musl'] : undefined
  return { version: range.replace(/^[^\d]*/, ''), cpu: [cpu], ...(libc && { libc }), optional: true, os: [os] }
}

if (import.meta.main ?? process.argv[1]?.endsWith('lockfile-gaps.ts')) {
  const lock = JSON.parse(readFileSync('package-lock.json', 'utf8')) as Lockfile
  const gaps = findGaps(lock)
  if (process.argv.includes('--fix') && gaps.length > 0) {
    for (const gap of gaps) lock.packages[`node_modules/${gap.name}`] = entryFor(gap)
    lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1)))
    writeFileSync('package-lock.json', `${JSON.stringify(lock, null, 2)}\n`)
  }
  const left = findGaps(lock)
  for (const gap of left) console.error(`missing from the lockfile: ${gap.name}@${gap.range}, wanted by ${gap.wantedBy}`)
  console.log(`lockfile: ${gaps.length} gaps found, ${left.length} left`)
  process.exitCode = left.length > 0 ? 1 : 0
}
