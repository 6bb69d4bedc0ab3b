/** Amounts of the demo group: whole minor units inside, decimal strings with the currency's own digits outside. */

/** Minor-unit digits of the currencies the group's books use. */
const DIGITS: Record<string, number> = { CHF: 2, EUR: 2, GBP: 2, KWD: 3, JPY: 0 }
/** Rough price level per currency, so that a pallet of gloves costs alike everywhere. */
const LEVEL: Record<string, number> = { CHF: 1, EUR: 1, GBP: 0.87, KWD: 0.35, JPY: 170 }

export interface Amount { value: string; currency: string }

/** Whole minor units as a decimal string: `128450, 'CHF'` → `1284.50`. */
export function formatMinor(minor: number, currency: string): string {
  const digits = DIGITS[currency] ?? 2
  const text = String(Math.abs(minor)).padStart(digits + 1, '0')
  const value = digits === 0 ? text : `${text.slice(0, -digits)}.${text.slice(-digits)}`
  return minor < 0 ? `-${value}` : value
}

/** `{value, currency}` of whole minor units. */
export const amountOf = (minor: number, currency: string): Amount => ({ value: formatMinor(minor, currency), currency })

/** Whole minor units of a decimal string with exactly the currency's digits. */
export const minorOf = (amount: Amount): number => Number(amount.value.replace('.', ''))

/** A price given in hundredths at Swiss level, in minor units of another currency. */
export function priceIn(currency: string, swissHundredths: number): number {
  const digits = DIGITS[currency] ?? 2
  return Math.max(1, Math.round((swissHundredths / 100) * (LEVEL[currency] ?? 1) * 10 ** digits))
}
