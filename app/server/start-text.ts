/** What a start says to the person at the terminal. */
import type { DemoLogins } from '../auth/demo-people.ts'

/** The address and who can sign in to the demo, as a table. */
export function printDemo(url: string, logins: DemoLogins): string {
  const rows = [['sign in as', 'e-mail', 'sees'], ...logins.people.map(person => [person.role, person.email, person.scope])]
  const widths = [0, 1, 2].map(column => Math.max(...rows.map(row => (row[column] ?? '').length)))
  const lines = rows.map(row => `  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('   ').trimEnd()}`)
  const rule = `  ${widths.map(width => '─'.repeat(width)).join('   ')}`
  return ['', `  Signalbox is ready:  ${url}`, '', lines[0], rule, ...lines.slice(1), '', `  password for all: ${logins.password}`, ''].join('\n') + '\n'
}

/** The address of a production start. */
export function printStart(url: string, { databaseUrl }: { databaseUrl: string | null }): string {
  const notice = databaseUrl === null ? '  Decisions are kept in the embedded PostgreSQL: they survive a kill, not a power cut. For what must last, set DATABASE_URL.\n' : ''
  return `\n  Signalbox is ready:  ${url}\n${notice}\n`
}

const SAY_EVERY = 100_000

/** Says now and then how far the demo's history is. `write` puts text out. */
export function createProgressText(write: (text: string) => void): (progress: { accepted: number }) => void {
  let next = SAY_EVERY
  return ({ accepted }) => {
    if (accepted < next) return
    next = accepted - (accepted % SAY_EVERY) + SAY_EVERY
    write(`  the demo group's history is arriving: ${accepted.toLocaleString('en')} events so far\n`)
  }
}

/** Said once everything up to now has arrived. */
export const HISTORY_THERE = '  the demo group is up to date and lives on\n\n'
