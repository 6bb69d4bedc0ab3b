/** What an import says at its end. */
import type { ImportAnswer } from './target.ts'

/** Several answers as one. */
export function sum(answers: readonly ImportAnswer[]): ImportAnswer {
  return {
    accepted: answers.reduce((total, answer) => total + answer.accepted, 0),
    duplicates: answers.reduce((total, answer) => total + answer.duplicates, 0),
    rejected: answers.flatMap(answer => answer.rejected),
    receipts: answers.flatMap(answer => answer.receipts),
  }
}

/** Lines of text: taken, known before, rejected per code with an example, and where to look. */
export function report({ accepted, duplicates, rejected, receipts }: ImportAnswer, where: string): string {
  const perCode = Object.entries(Object.groupBy(rejected, one => one.code)).sort(([, a = []], [, b = []]) => b.length - a.length)
  const lines = [
    `taken       ${accepted}`,
    `known       ${duplicates}  (were there before; nothing changed)`,
    `rejected    ${rejected.length}`,
    ...perCode.map(([code, list = []]) => `  ${code.padEnd(22)} ${String(list.length).padStart(7)}  first: ${list[0]?.id ?? `record ${list[0]?.index}`}, ${list[0]?.message}`),
    rejected.length > 0 ? `The rejected ones are kept: ${where}/exceptions?kind=rejected, or GET ${where}/api/v1/rejected` : '',
    `receipt${receipts.length === 1 ? '' : 's'}     ${receipts.slice(0, 3).join(', ')}${receipts.length > 3 ? ` and ${receipts.length - 3} more` : ''}`,
  ]
  return `${lines.filter(line => line !== '').join('\n')}\n`
}
