/** The project's own promises: its fixed shape, the lockfile, SQL only in queries, a README per folder. */
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { entryFor, findGaps } from './lockfile-gaps.ts'
import { isAllowedSkip } from './skips.ts'

const tracked = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], { encoding: 'utf8' }).split('\n').filter(path => path && existsSync(path))

/** Beside the seven folders only what tools insist on. */
const ROOT_FILES = /^(package(-lock)?\.json|tsconfig\.json|docker-compose\.yml|Dockerfile|README\.md|LICENSE|\.[^/]+|(vite|vitest|react-router|playwright)\.config\.ts)$/

describe('shape', () => {
  it('has only the fixed folders at the top', () => {
    const folders = new Set(tracked.filter(path => path.includes('/')).map(path => path.split('/')[0]))
    expect([...folders].filter(name => !['app', 'ingest', 'queries', 'seeds', 'public', 'test', '.ci'].includes(name!))).toEqual([])
    expect(tracked.filter(path => !path.includes('/') && !ROOT_FILES.test(path))).toEqual([])
  })

  it('keeps SQL in queries/', () => {
    const sql = /\b(SELECT\b[\s\S]{1,200}\bFROM\b|INSERT INTO\b|DELETE FROM\b|UPDATE\s+\w+\s+SET\b|ALTER TABLE\b)/
    const offenders = tracked.filter(path => /^(app|ingest|seeds)\/.*\.tsx?$/.test(path)).filter(path => sql.test(readFileSync(path, 'utf8')))
    expect(offenders).toEqual([])
  })

  it('has a README in every top folder and capability', () => {
    const needed = ['app', 'ingest', 'queries', 'seeds', 'test', 'public', 'app/components', 'app/exceptions', 'app/replay', 'app/audit', 'app/auth', 'app/api', 'app/exports', 'queries/clickhouse', 'queries/postgres', 'queries/catalogue']
    expect(needed.filter(folder => !existsSync(`${folder}/README.md`))).toEqual([])
  })

  it('names only scripts that exist in README', () => {
    const scripts = (JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> }).scripts
    const named = [...readFileSync('README.md', 'utf8').matchAll(/npm run ([a-z:-]+)/g)].map(match => match[1]!)
    expect(named.filter(name => !(name in scripts))).toEqual([])
  })

  it('pins every dependency exactly', () => {
    const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as Record<string, Record<string, string>>
    const all = Object.entries({ ...manifest['dependencies'], ...manifest['devDependencies'], ...manifest['optionalDependencies'] })
    expect(all.filter(([, range]) => !/^\d+\.\d+\.\d+$/.test(range))).toEqual([])
  })
})

describe('skips', () => {
  it('says in the name of every conditional test why it may be skipped, in the words CI knows', () => {
    const conditional = /\b(?:skipIf|runIf)\((?:[^()]|\([^()]*\))*\)\(\s*(['"`])(.*?)\1/g
    const names = tracked.filter(path => /^test\/.*\.test\.tsx?$/.test(path)).flatMap(path => [...readFileSync(path, 'utf8').matchAll(conditional)].map(match => match[2]!))
    expect(names.length).toBeGreaterThan(5)
    // CI has a browser: where it has none, the run must fail.
    expect(names.filter(name => !isAllowedSkip(name) && !name.includes('where there is no Chromium'))).toEqual([])
  })
})

describe('lockfile', () => {
  it('has an entry for every platform', () => {
    expect(findGaps(JSON.parse(readFileSync('package-lock.json', 'utf8')))).toEqual([])
  })

  it('finds a planted gap and knows its platform', () => {
    const gap = { name: '@x/lib-linux-arm64-gnu', range: '1.2.3', wantedBy: 'node_modules/x' }
    expect(findGaps({ packages: { 'node_modules/x': { optionalDependencies: { [gap.name]: gap.range } } } })).toEqual([gap])
    expect(entryFor(gap)).toEqual({ version: '1.2.3', os: ['linux'], cpu: ['arm64'], optional: true })
  })
})
