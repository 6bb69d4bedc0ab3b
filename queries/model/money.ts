/**
 * Money as the interfaces carry it and as the stores keep it.
 *
 * On the wire: a decimal string with exactly the currency's own minor-unit digits and an ISO 4217 code. In the stores: an
 * integer count of minor units beside the code. Arithmetic is on integers only; a float never touches an amount.
 */
import { code as currencyByCode } from 'currency-codes'
import { z } from 'zod'

/** `{value: "1284.50", currency: "EUR"}`: a booked amount, validated to the currency's own number of decimals. */
export const money = z
  .strictObject({ value: z.string(), currency: z.string() })
  .superRefine((amount, context) => {
    const digits = minorDigits(amount.currency)
    if (digits === undefined) {
      context.addIssue({ code: 'custom', path: ['currency'], message: 'must be an ISO 4217 currency code' })
    } else if (!isMinorDecimal(amount.value, digits)) {
      context.addIssue({ code: 'custom', path: ['value'], message: `must be a plain decimal with ${digits} decimals, at most 18 digits` })
    }
  })
export type Money = z.infer<typeof money>

/** Decimals of a currency by ISO 4217 (JPY 0, EUR 2, KWD 3); undefined for an unknown code. */
export function minorDigits(currency: string): number | undefined {
  return /^[A-Z]{3}$/.test(currency) ? currencyByCode(currency)?.digits : undefined
}

function isMinorDecimal(value: string, digits: number): boolean {
  const pattern = digits === 0 ? /^-?\d{1,18}$/ : new RegExp(`^-?\\d{1,${18 - digits}}\\.\\d{${digits}}$`)
  return pattern.test(value)
}

/** "1284.50" EUR → 128450n. The value must have passed {@link money}; throws RangeError otherwise. */
export function toMinor({ value, currency }: Money): bigint {
  const digits = minorDigits(currency)
  if (digits === undefined || !isMinorDecimal(value, digits)) throw new RangeError('not a booked amount')
  return BigInt(value.replace('.', ''))
}

/** 128450n EUR → {value: "1284.50", currency: "EUR"}. Accepts the store's integer as string; an unknown currency keeps 2 decimals. */
export function fromMinor(minor: bigint | string, currency: string): Money {
  const amount = BigInt(minor)
  const digits = minorDigits(currency) ?? 2
  const text = (amount < 0n ? -amount : amount).toString().padStart(digits + 1, '0')
  const value = digits === 0 ? text : `${text.slice(0, -digits)}.${text.slice(-digits)}`
  return { value: amount < 0n ? `-${value}` : value, currency }
}
