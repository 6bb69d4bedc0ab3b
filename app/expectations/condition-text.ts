/**
 * A condition as lines that people read and write, one test each:
 * `amount at least EUR 10000.00, CHF 9500.00` · `attribute consumes equals true` · `attribute payer equals "insurance"` ·
 * `criticality is one of critical, high` · `facility is none of rosenfluh` · `attribute contract is present`.
 */
import { condition } from '#queries/catalogue/schema.ts'
import type { Condition, ConditionTest } from '#queries/catalogue/schema.ts'

const WORDS = {
  at_least: 'at least', more_than: 'more than', at_most: 'at most', less_than: 'less than', equals: 'equals', not_equals: 'differs from',
  one_of: 'is one of', none_of: 'is none of', present: 'is present', absent: 'is absent',
} as const
type Operator = keyof typeof WORDS

/** The lines of a condition; none for no condition. */
export function conditionLines(given: Condition | null): string[] {
  if (given === null) return []
  return [
    ...(given.criticality ? [`criticality is one of ${given.criticality.join(', ')}`] : []),
    ...(given.attribute !== null && given.equals !== null ? [`attribute ${given.attribute} equals ${scalarText(given.equals)}`] : []),
    ...given.tests.map(testLine),
  ]
}

function testLine(test: ConditionTest): string {
  switch (test.of) {
    case 'amount': return `amount ${WORDS[test.operator]} ${test.value.map(each => `${each.currency} ${each.value}`).join(', ')}`
    case 'attribute': return [`attribute ${test.attribute}`, WORDS[test.operator], test.value === null ? '' : [test.value].flat().map(scalarText).join(', ')].filter(Boolean).join(' ')
    default: return `${test.of} ${WORDS[test.operator]} ${test.value.join(', ')}`
  }
}

const scalarText = (value: string | number | boolean): string => (typeof value === 'string' ? JSON.stringify(value) : String(value))

/** Reads the lines; a condition of null for none. `problem` names the first line that cannot be read. */
export function readCondition(text: string): { condition: Condition | null } | { problem: string } {
  const lines = text.split('\n').map(line => line.trim()).filter(line => line !== '')
  if (lines.length === 0) return { condition: null }
  const tests: unknown[] = []
  for (const [index, line] of lines.entries()) {
    const test = readLine(line)
    if (test === null) return { problem: `Line ${index + 1} cannot be read: begin with amount, attribute, criticality, counterparty or facility, then ${Object.values(WORDS).join(', ')}.` }
    tests.push(test)
  }
  const read = condition.safeParse({ tests })
  if (read.success) return { condition: read.data }
  const issue = read.error.issues[0]
  return { problem: `Line ${Number(issue?.path[1] ?? 0) + 1}: ${issue?.message ?? 'it cannot be used'}.` }
}

function readLine(line: string): unknown {
  const match = /^(amount|criticality|counterparty|facility|attribute\s+(\S+))\s+(.*)$/.exec(line)
  const found = match && (Object.entries(WORDS) as [Operator, string][]).find(([, words]) => match[3] === words || match[3]?.startsWith(`${words} `))
  if (!match || !found) return null
  const [operator, words] = found
  const rest = (match[3] ?? '').slice(words.length).trim()
  const many = operator === 'one_of' || operator === 'none_of'
  if (match[1] === 'amount') {
    return { of: 'amount', operator, value: split(rest).map(part => ({ currency: part.slice(0, 3), value: part.slice(3).trim() })) }
  }
  if (match[2] === undefined) return { of: match[1], operator, value: split(rest) }
  const value = rest === '' ? null : many ? split(rest).map(readScalar) : readScalar(rest)
  return { of: 'attribute', attribute: match[2], operator, value }
}

/** At commas outside quotes. */
const split = (text: string): string[] => (text.match(/"(?:[^"\\]|\\.)*"|[^,]+/g) ?? []).map(part => part.trim()).filter(part => part !== '')

function readScalar(text: string): string | number | boolean {
  if (text === 'true' || text === 'false') return text === 'true'
  if (/^-?\d{1,15}(\.\d{1,10})?$/.test(text)) return Number(text)
  try {
    const parsed: unknown = JSON.parse(text)
    return typeof parsed === 'string' ? parsed : text
  } catch {
    return text
  }
}
