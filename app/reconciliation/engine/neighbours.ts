/**
 * Which items could come together at all. Every pass puts only such items into one match that share a label here; so a change touches its
 * neighbourhood and nothing else, and running the neighbourhood again equals running everything.
 */
import type { ReconItem } from '#queries/model/reconciliation.ts'
import { joined } from './graph.ts'
import { nameWords } from './names.ts'
import { byId, type Facts } from './rules.ts'

/** A reference may have been cut off by so many characters, and keeps at least {@link KEPT}. */
const CUT = 4
const KEPT = 7

/** Labels of an item, given all items there are; they never depend on what is open. */
export class Labels {
  readonly #whole = new Set<string>()
  readonly #unnamed = new Set<string>()

  readonly #links: Facts['links']

  constructor(items: Iterable<ReconItem>, links: Facts['links']) {
    this.#links = links
    for (const item of items) {
      for (const reference of item.references) this.#whole.add(reference)
      if (item.counterparty === null) for (const label of nameLabels(item)) this.#unnamed.add(label)
    }
  }

  /** Keys, links, references, references as if cut off where somebody has that, counterparty, and amount with a word of the name where one of the two has no counterparty. */
  of(item: ReconItem): string[] {
    const labels = Object.values(item.keys).filter(value => value !== '').map(value => `k ${value}`)
    for (const [name, values] of Object.entries(this.#links?.get(item.id) ?? {})) labels.push(...values.map(value => linkLabel(name, value)))
    for (const reference of item.references) {
      labels.push(`r ${reference}`)
      for (let length = Math.max(KEPT, reference.length - CUT); length < reference.length; length++) {
        for (const piece of [reference.slice(0, length), reference.slice(-length)]) if (this.#whole.has(piece)) labels.push(`r ${piece}`)
      }
    }
    if (item.counterparty !== null) labels.push(`c ${item.counterparty}`)
    for (const label of nameLabels(item)) if (this.#unnamed.has(label)) labels.push(label)
    return labels
  }
}

/** A link's value with its name. */
export const linkLabel = (name: string, value: string): string => `l ${name} ${value}`

const nameLabels = ({ currency, minor, counterpartyName }: ReconItem): string[] => (counterpartyName === null ? [] : [...new Set(nameWords(counterpartyName))].map(word => `n ${currency} ${minor} ${word}`))

/** Groups of items that no label joins with any other: what happens in one never changes another. Items in the order of their ids. */
export function neighbourhoods(items: readonly ReconItem[], links?: Facts['links']): ReconItem[][] {
  const sorted = [...items].sort(byId)
  const labels = new Labels(sorted, links)
  const holders = new Map<string, number[]>()
  const pairs: [number, number][] = []
  sorted.forEach((item, position) => {
    pairs.push([position, position])
    for (const label of labels.of(item)) {
      const positions = holders.get(label)
      if (positions) positions.push(position)
      else holders.set(label, [position])
    }
  })
  for (const positions of holders.values()) {
    // What only one side says (a customer number in every payment) brings nothing together, unless money went back there.
    const [first = 0, ...others] = positions
    if (new Set(positions.map(position => `${sorted[position]?.side} ${sorted[position]?.direction === 'debit'}`)).size > 1) for (const other of others) pairs.push([first, other])
  }
  return joined(pairs).map(members => members.map(index => sorted[index] as ReconItem))
}
