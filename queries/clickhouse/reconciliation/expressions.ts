/** A set's document as SQL expressions over an event's columns. Everything that the document says is bound; only fragments of this file are joined. */
import { minorDigits } from '../../model/money.ts'
import type { ItemSource } from '../../catalogue/reconciliation.ts'
import type { ParameterValue } from '../clickhouse.ts'
import { codes as currencyCodes } from 'currency-codes'

/** Collects values to be bound and gives each its placeholder. */
export class Bound {
  readonly params: Record<string, ParameterValue> = {}
  #count = 0

  /** Binds a value; equal texts share a parameter. */
  add(value: ParameterValue, type: string): string {
    const name = `v${this.#count++}`
    this.params[name] = value
    return `{${name}:${type}}`
  }

  text(value: string): string {
    return this.add(value, 'String')
  }

  texts(values: readonly string[]): string {
    return this.add([...values], 'Array(String)')
  }
}

/** Unit of quantities in place of a currency: hundredths, like most currencies. */
export const QUANTITY_UNIT = 'QTY'

/** ISO 4217 currencies whose minor unit is not a hundredth, with how many make a whole. */
const uncommon = currencyCodes().flatMap(code => {
  const digits = minorDigits(code)
  return digits === undefined || digits === 2 ? [] : [{ code, whole: 10 ** digits }]
})

/** Attributes that do without a value, and what banks write where there is none. */
const EMPTY = ['', 'NOTPROVIDED', 'NONREF', 'NOREF', 'UNKNOWN']

/** The attribute (or the member of a line) at a path, as text; '' where it is missing. */
export function attribute(path: string, bound: Bound, json = 'attributes'): string {
  const [first, ...rest] = path.split('.')
  const [source, members] = first === 'line' ? ['line_json', rest] : [json, [first ?? '', ...rest]]
  const at = members.map(member => bound.text(member)).join(', ')
  return `multiIf(JSONType(${source}, ${at}) = 'String', JSONExtractString(${source}, ${at}), JSONType(${source}, ${at}) = 'Null', '', JSONExtractRaw(${source}, ${at}))`
}

/** A value of a link in the form that is compared: case, spaces and separators do not count, leading zeros of a bare number neither. */
export const normal = (text: string): string => `replaceRegexpOne(replaceRegexpAll(upperUTF8(${text}), '[^\\\\p{L}\\\\p{N}#]', ''), '^0+([0-9]+)$', '\\\\1')`

/** An array of the values of one link source. */
export function linkValues(source: string, bound: Bound): string {
  if (source.startsWith('text:')) {
    // what looks like a document number: letters may stand before, at least four digits are in it
    return `arrayFilter(x -> length(replaceRegexpAll(x, '[^0-9]', '')) >= 4, arrayMap(x -> ${normal('x')}, extractAll(upperUTF8(${attribute(source.slice(5), bound)}), '[A-Z]{0,12}[-_/.]?[0-9][0-9A-Z_/.-]{3,}')))`
  }
  const related = /^related:([a-z_]+)$/.exec(source)
  if (related) return `arrayMap(x -> ${normal('x')}, arrayFilter((x, t) -> t = ${bound.text(related[1] ?? '')}, object_ids, object_types))`
  const parts = source.split('#').map(part => {
    if (part === 'id') return 'object_id'
    if (part === 'counterparty') return 'counterparty_id'
    return attribute(part, bound)
  })
  const known = parts.map(part => `upper(${part}) NOT IN (${bound.texts(EMPTY)})`).join(' AND ')
  return `if(${known}, [${normal(parts.length === 1 ? (parts[0] ?? '') : `concat(${parts.join(`, '#', `)})`)}], [])`
}

/** Whether attributes have these values; null asks for any. */
export function fulfils(when: Readonly<Record<string, string | null>>, bound: Bound): string {
  const tests = Object.entries(when).map(([path, value]) => {
    const found = attribute(path, bound)
    return value === null ? `${found} NOT IN ('', 'null')` : `lower(${found}) = ${bound.text(value.toLowerCase())}`
  })
  return tests.length === 0 ? '1' : `(${tests.join(' AND ')})`
}

/** A decimal text times a number of minor units, as a signed integer; 0 where it is no number. */
export function minorOf(value: string, currency: string, bound: Bound): string {
  const whole = `transform(toString(${currency}), ${bound.texts(uncommon.map(each => each.code))}, ${bound.add(uncommon.map(each => each.whole), 'Array(UInt32)')}, toUInt32(100))`
  return `toInt64(round(toDecimal128OrZero(${value}, 10) * ${whole}, 0))`
}

/** Signed minor units, currency and quantity of an item. */
export function amountOf({ amount, lines }: Pick<ItemSource, 'amount' | 'lines'>, bound: Bound): { minor: string; currency: string; quantity: string } {
  const none = 'toDecimal64(0, 4)'
  const quantity = lines === null ? none : `toDecimal64OrZero(${attribute('line.quantity', bound)}, 4)`
  if (amount === 'event') return { minor: 'ifNull(amount_minor, 0)', currency: 'toString(currency)', quantity }
  if (amount === 'line') {
    const price = attribute('line.unitPrice', bound)
    const value = `toString(toDecimal128OrZero(${attribute('line.quantity', bound)}, 10) * toDecimal128OrZero(${price}, 8))`
    return { minor: minorOf(value, 'currency', bound), currency: 'toString(currency)', quantity }
  }
  if ('money' in amount) {
    const currency = `if(${attribute(`${amount.money}.currency`, bound)} = '', toString(currency), ${attribute(`${amount.money}.currency`, bound)})`
    const value = `if(${attribute(`${amount.money}.value`, bound)} = '', ${attribute(amount.money, bound)}, ${attribute(`${amount.money}.value`, bound)})`
    return { minor: minorOf(value, currency, bound), currency, quantity }
  }
  if ('sum' in amount) return { minor: minorOf(attribute(amount.sum, bound), attribute(amount.currency, bound), bound), currency: attribute(amount.currency, bound), quantity }
  if ('quantity' in amount) {
    const found = attribute(amount.quantity, bound)
    return { minor: minorOf(found, `'${QUANTITY_UNIT}'`, bound), currency: `'${QUANTITY_UNIT}'`, quantity: `toDecimal64OrZero(${found}, 4)` }
  }
  // valued by the run, once the price is known
  return { minor: minorOf(attribute('line.quantity', bound), `'${QUANTITY_UNIT}'`, bound), currency: `'${QUANTITY_UNIT}'`, quantity }
}
