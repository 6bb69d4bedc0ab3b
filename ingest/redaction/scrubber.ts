/**
 * Takes personal data and secrets out of text before anything is logged or stored. What is found becomes a keyed pseudonym, not a
 * blank, so that equal values still match. Identifiers that the contract names are never touched.
 */
import { CREDENTIAL, PATTERNS, SECRET, SECRET_KEY } from './patterns.ts'
import { pseudonym } from './pseudonym.ts'

export interface Scrubber {
  /** free text → the same without personal data and secrets */
  text(value: string): string
  /** `data.attributes` → a copy: free text scrubbed, persons pseudonymised, named identifiers as they are */
  attributes(value: Record<string, unknown>): Record<string, unknown>
  /** a reference to a person → its pseudonym */
  person(value: string): string
}

/** Attributes of VOCABULARY.md that are identifiers or codes: scrubbing them would break matching. */
const IDENTIFIERS = new Set([
  'endToEndId', 'bankReference', 'account', 'reference', 'gatewayId', 'payout', 'payment', 'customer', 'supplier', 'contract', 'purchaseOrder', 'purchaseOrderLine',
  'appliesTo', 'claim', 'payerTrace', 'statementDescriptor', 'item', 'line', 'lot', 'location', 'code', 'encounter', 'consumer', 'lane', 'replayId', 'idempotencyKey',
  'version', 'deployment', 'bookingDate', 'valueDate', 'issueDate', 'dueDate', 'arrivalDate', 'requestedDate', 'performedAt', 'currency', 'quantity', 'unit', 'unitPrice', 'value', 'rate',
])
/** Attributes whose value names a person, whatever it looks like. */
const PERSONS = new Set(['user', 'userId', 'userName', 'username', 'resource', 'org:resource'])

/** No pattern can match a text without an @, a long run of digits or a word that announces a secret. */
const WORTH_A_LOOK = /@|\d[\d ()./-]{5,}\d|[A-Z]{2}\d{2}|bearer|basic|passw|pwd|secret|token|api|authorization|sbx_|[sr]k_|whsec|xox/i

/** A scrubber that pseudonymises with `key` (PSEUDONYM_KEY). */
export function createScrubber(key: string): Scrubber {
  const person = (value: string) => pseudonym(key, 'person', value)

  const text = (value: string): string => {
    if (!WORTH_A_LOOK.test(value)) return value
    let result = value.replace(CREDENTIAL, '$1 [secret]').replace(SECRET, '$1[secret]').replace(SECRET_KEY, '[secret]')
    for (const { kind, expression, accept } of PATTERNS) {
      result = result.replace(expression, (found: string, ...rest: unknown[]) => {
        const offset = rest.find(part => typeof part === 'number') ?? 0
        return accept(found, result.slice(Math.max(0, offset - 40), offset)) ? pseudonym(key, kind, found) : found
      })
    }
    return result
  }

  const value = (input: unknown, name: string): unknown => {
    if (typeof input === 'string') return PERSONS.has(name) ? person(input) : IDENTIFIERS.has(name) ? input : text(input)
    if (Array.isArray(input)) return input.map(element => value(element, name))
    if (typeof input === 'object' && input !== null) return members(input)
    return PERSONS.has(name) && input !== null && input !== undefined ? person(String(input)) : input
  }

  const members = (input: object): Record<string, unknown> => {
    const result: Record<string, unknown> = {}
    for (const [name, member] of Object.entries(input)) {
      // assigning to __proto__ would set the prototype of the copy instead of a member
      if (name !== '__proto__') result[text(name)] = value(member, name)
    }
    return result
  }

  return { text, person, attributes: members }
}
