/**
 * Adds up the JSON reports of Vitest and Playwright in a folder and prints the closing line `N passed, N failed, N skipped`.
 * Exits 1 if a report is missing, nothing ran, anything failed, or anything was skipped that CI must run.
 *
 * Usage: `node test/project/summary.ts DIRECTORY`
 */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isAllowedSkip } from './skips.ts'

interface Counts { passed: number; failed: number; skipped: number }
interface VitestReport { numPassedTests: number; numFailedTests: number; numPendingTests: number; numTodoTests: number; testResults: { status: string; message?: string; assertionResults: { status: string; fullName: string }[] }[] }
interface PlaywrightReport { stats: { expected: number; unexpected: number; flaky: number; skipped: number } }

const directory = process.argv[2] ?? '.'
const total: Counts = { passed: 0, failed: 0, skipped: 0 }
const complaints: string[] = []

for (const name of ['embedded', 'server']) {
  const report = read<VitestReport>(name)
  if (!report) continue
  total.passed += report.numPassedTests
  total.failed += report.numFailedTests + report.testResults.filter(file => file.status === 'failed' && file.assertionResults.length === 0).length
  total.skipped += report.numPendingTests + report.numTodoTests
  for (const test of report.testResults.flatMap(file => file.assertionResults)) {
    if (test.status === 'passed' || test.status === 'failed') continue
    if (!isAllowedSkip(test.fullName)) complaints.push(`skipped in ${name}: ${test.fullName}`)
  }
}
const browser = read<PlaywrightReport>('browser')
if (browser) {
  total.passed += browser.stats.expected + browser.stats.flaky
  total.failed += browser.stats.unexpected
  total.skipped += browser.stats.skipped
  if (browser.stats.skipped > 0) complaints.push(`skipped in browser: ${browser.stats.skipped}`)
}
if (total.passed === 0) complaints.push('no test ran')
for (const complaint of complaints) console.error(complaint)
console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`)
process.exitCode = total.failed > 0 || complaints.length > 0 ? 1 : 0

function read<T>(name: string): T | undefined {
  const file = join(directory, `${name}.json`)
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8')) as T
  complaints.push(`no report: ${name}`)
  return undefined
}
