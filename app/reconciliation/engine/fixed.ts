/** Quantities and unit prices: decimals as integers of a millionth, so that nothing passes through a float. */

const PLACES = 6
/** One, in millionths. */
export const ONE = 10n ** BigInt(PLACES)

/** A decimal string in millionths, half up where it has more places. Throws RangeError for anything else. */
export function fixed(decimal: string): bigint {
  const match = /^(-?)(\d+)(?:\.(\d+))?$/.exec(decimal)
  if (!match) throw new RangeError('not a decimal')
  const digits = (match[3] ?? '').padEnd(PLACES + 1, '0')
  const value = BigInt(`${match[2]}${digits.slice(0, PLACES)}`) + (digits.charCodeAt(PLACES) >= 53 ? 1n : 0n)
  return match[1] === '-' ? -value : value
}

/** Millionths as a decimal without zeros at its end. */
export function fromFixed(value: bigint): string {
  const text = (value < 0n ? -value : value).toString().padStart(PLACES + 1, '0')
  const decimal = `${text.slice(0, -PLACES)}.${text.slice(-PLACES)}`.replace(/\.?0+$/, '')
  return value < 0n ? `-${decimal}` : decimal
}

/** Product of two numbers in millionths. */
export const times = (a: bigint, b: bigint): bigint => rounded(a * b, ONE)

/** Quotient of two numbers in millionths. Throws RangeError for division by nothing. */
export const over = (a: bigint, b: bigint): bigint => rounded(a * ONE, b)

/** Half away from zero. */
export function rounded(top: bigint, bottom: bigint): bigint {
  const [up, down] = bottom < 0n ? [-top, -bottom] : [top, bottom]
  return up < 0n ? -((-up * 2n + down) / (down * 2n)) : (up * 2n + down) / (down * 2n)
}
