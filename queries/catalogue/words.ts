/** Fills the catalogue's words: the only placeholders there are, and what stands in where a value is not known. */

/** What stands in for a placeholder without a value, so that a sentence still reads. */
const STAND_INS = {
  id: 'this item',
  counterparty: 'the other party',
  facility: 'the facility',
  system: 'the system',
  from: 'the sending system',
  to: 'the receiving system',
  error: 'no reason was given',
} as const
export type Placeholder = keyof typeof STAND_INS
export const PLACEHOLDERS = Object.keys(STAND_INS) as readonly Placeholder[]

/** The placeholders of a severity rule's `because`. */
export const BECAUSE_PLACEHOLDERS = ['amount', 'limit', 'time', 'criticality', 'process', 'step', 'facility', 'counterparty'] as const

const PATTERN = /\{([^{}]*)\}/g

/** Names in braces that are no placeholder; a stray brace counts as one. */
export function unknownPlaceholders(template: string): string[] {
  const unknown = [...template.matchAll(PATTERN)].map(match => match[1]!).filter(name => !Object.hasOwn(STAND_INS, name))
  return /[{}]/.test(template.replace(PATTERN, '')) ? [...unknown, '{'] : unknown
}

/** The sentence with its values; an empty or missing value gets its stand-in. A first letter that a stand-in brought is capitalised. Values are put in as they are, never read as templates. */
export function fillWords(template: string, values: Partial<Record<Placeholder, string | null>>): string {
  const text = template.replace(PATTERN, (whole, name: string) => (Object.hasOwn(STAND_INS, name) ? values[name as Placeholder]?.trim() || STAND_INS[name as Placeholder] : whole))
  const first = /^\{([a-z]+)\}/.exec(template)?.[1] as Placeholder | undefined
  return first && !values[first]?.trim() ? text.charAt(0).toUpperCase() + text.slice(1) : text
}
