/** How alike two groups are: the words of what they say, then where they fail. Pure. */
import { normaliseMessage } from '../exceptions/message.ts'

export interface Likeness { message: string; title: string; step: string; code: string; integration: string }
/** Below this nothing is said to be similar. */
const LEAST = 0.4

/** 0 to 1 with its reasons; null where they have too little in common. */
export function likeness(a: Likeness, b: Likeness): { score: number; reasons: string[] } | null {
  const [mine, theirs] = [wordsOf(a), wordsOf(b)]
  const common = [...mine].filter(word => theirs.has(word)).length
  const words = mine.size + theirs.size - common === 0 ? 0 : common / (mine.size + theirs.size - common)
  const sameCode = a.code !== '' && a.code === b.code
  const sameStep = a.step !== '' && a.step === b.step
  const sameWay = a.integration !== '' && a.integration === b.integration
  const score = words * 0.5 + (sameCode ? 0.25 : 0) + (sameStep ? 0.15 : 0) + (sameWay ? 0.1 : 0)
  if (score < LEAST) return null
  const reasons = [...(words >= 0.99 ? ['says the same'] : words >= 0.3 ? ['says nearly the same'] : []), ...(sameCode ? [`same code ${a.code}`] : []), ...(sameStep ? ['same step'] : []), ...(sameWay ? ['same integration'] : [])]
  return { score, reasons }
}

function wordsOf({ message, title }: Likeness): Set<string> {
  return new Set(normaliseMessage(message || title).split(' ').filter(word => word !== '#' && word.length > 1))
}
