/** Decimals as text, compared exactly: amounts and quantities never pass through a float. */

const DECIMAL = /^(-?)(\d{1,40})(?:\.(\d{1,20}))?$/

/** True for a plain decimal: digits with at most one point, without exponent. */
export const isDecimal = (text: string): boolean => DECIMAL.test(text)

/** Below zero where `a` is less than `b`, zero where they are equal, above zero where it is more; null if either is no plain decimal. */
export function compareDecimals(a: string, b: string): number | null {
  const [left, right] = [scaled(a), scaled(b)]
  if (left === null || right === null) return null
  return left === right ? 0 : left < right ? -1 : 1
}

const PLACES = 20

function scaled(text: string): bigint | null {
  const match = DECIMAL.exec(text)
  if (!match) return null
  const value = BigInt(`${match[2]}${(match[3] ?? '').padEnd(PLACES, '0')}`)
  return match[1] === '-' ? -value : value
}
