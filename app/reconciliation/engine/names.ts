/** How alike two names of a counterparty are, as banks and systems write them. */
import { folded } from './references.ts'

/** Legal forms and titles say nothing about who it is. */
const NO_NAME = new Set(['GMBH', 'AG', 'KG', 'KGAA', 'MBH', 'CO', 'OHG', 'EV', 'EK', 'UG', 'SE', 'LTD', 'LIMITED', 'PLC', 'LLP', 'LLC', 'INC', 'CORP', 'COMPANY', 'SA', 'SAS', 'SARL', 'SRL', 'SPA', 'BV', 'NV', 'AB', 'AS', 'OY', 'AND', 'UND', 'THE', 'MR', 'MRS', 'MS', 'DR', 'PROF', 'HERR', 'FRAU'])
/** Jaro-Winkler: what a common beginning adds per character, and for how many. */
const PREFIX = { weight: 0.1, characters: 4 }

/** The words of a name without accents, legal forms and order. */
export function nameWords(name: string): string[] {
  const words = folded(name).split(/[^\p{L}\p{N}]+/u).filter(word => word !== '')
  const telling = words.filter(word => !NO_NAME.has(word))
  return (telling.length > 0 ? telling : words).sort()
}

/** 0 (nothing alike) to 1 (the same words in any order); null where either name has no word. */
export function nameSimilarity(left: string, right: string): number | null {
  const [a, b] = [nameWords(left), nameWords(right)]
  if (a.length === 0 || b.length === 0) return null
  return Math.max(jaroWinkler(a.join(' '), b.join(' ')), wordsAlike(a, b))
}

/** Each word of the shorter name finds its most similar in the longer: names lose and gain words at banks, so what is missing costs half. */
function wordsAlike(a: readonly string[], b: readonly string[]): number {
  const [short, long] = a.length <= b.length ? [a, b] : [b, a]
  const alike = short.reduce((sum, word) => sum + Math.max(...long.map(other => jaroWinkler(word, other))), 0) / short.length
  return alike * (1 - 0.5 * (1 - short.length / long.length))
}

/** Jaro-Winkler similarity (Winkler 1990), 0 to 1. */
export function jaroWinkler(a: string, b: string): number {
  if (a === b) return 1
  const jaro = jaroSimilarity(a, b)
  let prefix = 0
  while (prefix < PREFIX.characters && prefix < a.length && a[prefix] === b[prefix]) prefix++
  return jaro + prefix * PREFIX.weight * (1 - jaro)
}

function jaroSimilarity(a: string, b: string): number {
  if (a.length === 0 || b.length === 0) return 0
  const reach = Math.max(0, Math.floor(Math.max(a.length, b.length) / 2) - 1)
  const taken = Array.from({ length: b.length }, () => false)
  const matched: string[] = []
  for (let index = 0; index < a.length; index++) {
    const last = Math.min(b.length - 1, index + reach)
    for (let other = Math.max(0, index - reach); other <= last; other++) {
      if (taken[other] || a[index] !== b[other]) continue
      taken[other] = true
      matched.push(a[index] as string)
      break
    }
  }
  if (matched.length === 0) return 0
  const opposite = [...b].filter((_, index) => taken[index])
  const turned = matched.filter((character, index) => character !== opposite[index]).length / 2
  return (matched.length / a.length + matched.length / b.length + (matched.length - turned) / matched.length) / 3
}
