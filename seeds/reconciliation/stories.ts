/** One story for each match type, trap and noise: which documents it sends and what belongs together. */
import type { Random } from '../history/random.ts'
import type { PlantedDocument, PlantedStory, StoryType } from './types.ts'
import { mistypedNumber, nameOf, numberOf, sentence, swappedNumber, writtenName, writtenNumber } from './writing.ts'

/** Amounts that many invoices have: flat fees, in minor units. */
const FLAT = [4900n, 12_000n, 25_000n, 49_900n, 100_000n]
const CURRENCIES = ['EUR', 'EUR', 'EUR', 'EUR', 'EUR', 'EUR', 'EUR', 'USD', 'CHF', 'GBP']
const RATES: Readonly<Record<string, string>> = { USD: '1.0871', CHF: '0.9423', GBP: '0.8356' }
const START = Date.UTC(2026, 5, 1)
const DAY_MS = 86_400_000
const SPAN_DAYS = 120

/** Writes the documents of one story. */
export class Teller {
  readonly documents: PlantedDocument[] = []
  readonly #random: Random
  readonly #customer: number
  readonly #currency: string
  /** running number of this story's first invoice; the others follow */
  readonly #first: number
  readonly #id: string
  readonly #opened: number
  #invoices = 0
  #payments = 0

  constructor(random: Random, id: string, customer: number, first: number) {
    this.#random = random
    this.#customer = customer
    this.#first = first
    this.#id = id
    this.#currency = random.pick(CURRENCIES)
    this.#opened = random.int(0, SPAN_DAYS)
  }

  tell(type: StoryType): PlantedStory {
    const expected = this[type]()
    const ids = (side: PlantedDocument['side']): string[] => this.documents.filter(document => document.side === side).map(({ id }) => id)
    return { type, expected, payments: ids('payment'), invoices: ids('invoice') }
  }

  exact_key(): PlantedStory['expected'] {
    const endToEnd = `E2E-${this.#random.hex(2)}`
    const { minor } = this.#invoice({ endToEnd })
    this.#pay(minor, '', { endToEnd })
    return 'match'
  }

  reference(): PlantedStory['expected'] {
    const { minor, number } = this.#invoice()
    this.#pay(minor, sentence([number ?? ''], this.#random))
    return 'match'
  }

  noisy_reference(): PlantedStory['expected'] {
    const { minor, number } = this.#invoice()
    const written = this.#random.chance(0.05) ? mistypedNumber(number ?? '', this.#random) : writtenNumber(number ?? '', this.#random)
    this.#pay(minor, sentence([written], this.#random))
    return 'match'
  }

  instalments(): PlantedStory['expected'] {
    const { minor, number } = this.#invoice({ minor: this.#amount(50_000, 900_000) })
    const parts = this.#random.int(2, 3)
    // One in five has not been paid in full.
    const unpaid = this.#random.chance(0.2)
    let rest = minor
    for (let part = 0; part < parts; part++) {
      const last = part === parts - 1
      const paid = last ? (unpaid ? rest / 2n : rest) : (minor * BigInt(this.#random.int(20, 45))) / 100n
      rest -= paid
      this.#pay(paid, sentence([number ?? ''], this.#random), { known: true })
    }
    return 'match'
  }

  one_to_many(): PlantedStory['expected'] {
    const invoices = Array.from({ length: this.#random.int(2, 9) }, () => this.#invoice())
    this.#pay(sum(invoices), sentence(invoices.map(({ number }) => number ?? ''), this.#random))
    return 'match'
  }

  many_to_many(): PlantedStory['expected'] {
    const invoices = Array.from({ length: this.#random.int(2, 4) }, () => this.#invoice())
    const total = sum(invoices)
    const first = (total * BigInt(this.#random.int(30, 70))) / 100n
    const text = sentence(invoices.map(({ number }) => number ?? ''), this.#random)
    this.#pay(first, text)
    this.#pay(total - first, text)
    return 'match'
  }

  fee_kept(): PlantedStory['expected'] {
    const { minor, number } = this.#invoice()
    const fee = minor / 50n + 25n
    this.#pay(minor - fee, sentence([number ?? ''], this.#random), { fee })
    return 'match'
  }

  small_difference(): PlantedStory['expected'] {
    const discounted = this.#random.chance(0.4)
    const until = this.#day(25)
    const { minor, number } = this.#invoice({ minor: this.#amount(20_000, 900_000) }, invoiced => (discounted ? { minor: (invoiced * 3n) / 100n, until } : null))
    const off = discounted ? -(minor * 3n) / 100n : BigInt(this.#random.pick([-1, 1, -37, 50, -90]))
    this.#pay(minor + off, sentence([number ?? ''], this.#random), { after: 20 })
    return 'match'
  }

  exchange(): PlantedStory['expected'] {
    const { minor, number } = this.#invoice({ currency: 'EUR' })
    const currency = this.#random.pick(Object.keys(RATES))
    const rate = RATES[currency] ?? '1'
    const paid = (minor * BigInt(rate.replace('.', '')) + 5000n) / 10_000n
    this.#pay(paid, sentence([number ?? ''], this.#random), { currency, rate: { from: 'EUR', to: currency, rate, source: 'ECB reference rate' } })
    return 'match'
  }

  credit_note(): PlantedStory['expected'] {
    const invoices = Array.from({ length: this.#random.int(1, 3) }, () => this.#invoice({ minor: this.#amount(20_000, 300_000) }))
    const note = this.#invoice({ minor: this.#amount(500, 9000), direction: 'debit' })
    this.#pay(sum(invoices) - note.minor, sentence([...invoices, note].map(({ number }) => number ?? ''), this.#random))
    return 'match'
  }

  over_payment(): PlantedStory['expected'] {
    const { minor, number } = this.#invoice({ minor: this.#amount(20_000, 200_000) })
    this.#pay(minor + BigInt(this.#random.int(2000, 9999)), sentence([number ?? ''], this.#random), { known: true })
    return 'match'
  }

  no_reference(): PlantedStory['expected'] {
    const invoices = Array.from({ length: this.#random.int(1, 2) }, () => this.#invoice({ minor: this.#amount(100_001, 9_999_999) }))
    this.#pay(sum(invoices), this.#random.pick(['', 'Zahlung', 'Vielen Dank', 'Invoice']), { known: this.#random.chance(0.9) })
    return 'match'
  }

  /** Two invoices of one amount, one payment of it that names neither. */
  equal_amounts(): PlantedStory['expected'] {
    const { minor } = this.#invoice({ minor: this.#amount(10_000, 900_000) })
    this.#invoice({ minor })
    this.#pay(minor, 'Zahlung', { known: true })
    return 'ambiguous'
  }

  /** The payer swapped two digits: the text names another document, if there is one. */
  swapped_digits(): PlantedStory['expected'] {
    const { minor } = this.#invoice({ minor: this.#amount(10_000, 900_000) })
    const wrong = swappedNumber(this.#first) ?? this.#first + 11
    // The manner of writing stays that of the true number.
    const text = numberOf(this.#first).replace(String(this.#first).padStart(7, '0'), String(wrong).padStart(7, '0'))
    this.#pay(minor, sentence([text], this.#random), { known: true })
    return 'match'
  }

  paid_twice(): PlantedStory['expected'] {
    const { minor, number } = this.#invoice()
    this.#pay(minor, sentence([number ?? ''], this.#random))
    this.#pay(minor, sentence([number ?? ''], this.#random))
    return 'ambiguous'
  }

  /** a + b = c + d, and a payment of that much that names none. */
  two_subsets(): PlantedStory['expected'] {
    const [a, b] = [this.#amount(50_000, 400_000), this.#amount(50_000, 400_000)]
    const shift = BigInt(this.#random.int(1, 20_000))
    for (const minor of [a, b, a + shift, b - shift]) this.#invoice({ minor })
    this.#pay(a + b, '', { known: true })
    return 'ambiguous'
  }

  unpaid(): PlantedStory['expected'] {
    this.#invoice()
    return 'none'
  }

  unknown_payment(): PlantedStory['expected'] {
    this.#pay(this.#amount(1000, 900_000), this.#random.pick(['', 'Spende', 'Miete Oktober', sentence([`ZX-${this.#random.hex(1)}`], this.#random)]), { known: true })
    return 'none'
  }

  /** Money that went back the next week; its invoice stays unpaid. */
  reversal(): PlantedStory['expected'] {
    const { minor, number } = this.#invoice()
    const endToEnd = `E2E-${this.#random.hex(2)}`
    this.#pay(minor, sentence([number ?? ''], this.#random), { endToEnd })
    this.#pay(minor, 'RETURN', { endToEnd, direction: 'debit', after: 30 })
    return 'none'
  }

  #amount(least: number, most: number): bigint {
    return BigInt(Math.round(Math.min(most, Math.max(least, this.#random.logNormal(Math.sqrt(least * most), 0.9)))))
  }

  #day(after: number): string {
    return new Date(START + (this.#opened + after) * DAY_MS).toISOString().slice(0, 10)
  }

  #invoice({ minor, currency = this.#currency, direction = 'credit', endToEnd = null }: Partial<PlantedDocument> = {}, discountOf: (minor: bigint) => PlantedDocument['discount'] = () => null): PlantedDocument {
    const amount = minor ?? (this.#random.chance(0.05) ? this.#random.pick(FLAT) : this.#amount(2000, 900_000))
    const number = numberOf(this.#first + this.#invoices)
    const document: PlantedDocument = { id: `${this.#id}-i${this.#invoices++}`, side: 'invoice', minor: amount, currency, direction, date: this.#day(this.#random.int(0, 9)), number, text: '', counterparty: `customer-${this.#customer}`, name: nameOf(this.#customer), endToEnd, fee: null, rate: null, discount: discountOf(amount) }
    this.documents.push(document)
    return document
  }

  /** `known`: the payment names its customer by id; else nine in ten do. Days come after the first invoice's. */
  #pay(minor: bigint, text: string, { known = this.#random.chance(0.9), after = this.#random.int(10, 40), currency = this.documents[0]?.currency ?? this.#currency, direction = 'credit', endToEnd = null, fee = null, rate = null }: Partial<PlantedDocument> & { known?: boolean; after?: number } = {}): void {
    this.documents.push({ id: `${this.#id}-p${this.#payments++}`, side: 'payment', minor, currency, direction, date: this.#day(after), number: null, text, counterparty: known ? `customer-${this.#customer}` : null, name: writtenName(nameOf(this.#customer), this.#random), endToEnd, fee, rate, discount: null })
  }
}

const sum = (documents: readonly PlantedDocument[]): bigint => documents.reduce((total, { minor }) => total + minor, 0n)
