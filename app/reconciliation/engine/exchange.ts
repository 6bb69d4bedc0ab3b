/** Exchange of currencies by a stated rate, in whole minor units. */
import { minorDigits } from '#queries/model/money.ts'

/** One unit of `from` is `rate` units of `to`; `source` says whose rate it is. */
export interface ExchangeRate { from: string; to: string; rate: string; source: string }

/** A decimal string as a fraction of integers. Throws RangeError for anything else. */
export function parts(decimal: string): { numerator: bigint; denominator: bigint } {
  const match = /^(\d+)(?:\.(\d+))?$/.exec(decimal)
  if (!match) throw new RangeError('not a decimal')
  const digits = match[2] ?? ''
  return { numerator: BigInt(`${match[1]}${digits}`), denominator: 10n ** BigInt(digits.length) }
}

/** `minor` (≥ 0) of `currency` in minor units of the other currency of the rate, half up; null if the rate does not speak of both. */
export function exchanged(minor: bigint, currency: string, into: string, { from, to, rate }: ExchangeRate): bigint | null {
  const forward = from === currency && to === into
  if (!forward && !(from === into && to === currency)) return null
  const { numerator, denominator } = parts(rate)
  if (numerator === 0n) return null
  const [up, down] = forward ? [numerator, denominator] : [denominator, numerator]
  const [own, other] = [minorDigits(currency) ?? 2, minorDigits(into) ?? 2]
  const top = minor * up * 10n ** BigInt(other)
  const bottom = down * 10n ** BigInt(own)
  return (top * 2n + bottom) / (bottom * 2n)
}
