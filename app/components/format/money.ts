/**
 * Money as text. Amounts are exact decimal strings; nothing here ever becomes a float, so no amount can lose a cent.
 */

/** An amount as the server sends it: a decimal string without exponent, and an ISO 4217 code. */
export interface MoneyValue {
  value: string;
  currency: string;
}

/** ISO 4217 currencies whose minor unit is not 2 digits (list of 2026). The browser's own list drifts between versions. */
const MINOR_UNITS: Readonly<Record<string, number>> = {
  BIF: 0, CLP: 0, DJF: 0, GNF: 0, ISK: 0, JPY: 0, KMF: 0, KRW: 0, PYG: 0, RWF: 0, UGX: 0, UYI: 0, VND: 0, VUV: 0, XAF: 0, XOF: 0, XPF: 0,
  BHD: 3, IQD: 3, JOD: 3, KWD: 3, LYD: 3, OMR: 3, TND: 3, CLF: 4, UYW: 4,
};

/** True minus (U+2212): as wide as a digit's plus and never broken from its number. */
export const MINUS = "\u2212";

/** Digits after the decimal point that the currency books in (JPY 0, EUR 2, KWD 3). */
export function minorUnits(currency: string): number {
  return MINOR_UNITS[currency] ?? 2;
}

/** Groups an unsigned run of digits by thousands: `1284310` → `1,284,310`. Leading zeros go, `0` stays. */
export function groupDigits(digits: string): string {
  const plain = digits.replace(/^0+(?=\d)/, "");
  return plain.replace(/\B(?=(\d{3})+$)/g, ",");
}

interface FormatOptions {
  /** `false` drops the minor units, rounded half away from zero (tiles only; tables keep them). */
  cents?: boolean;
  /** `true` writes a plus before positive amounts (differences only). */
  signed?: boolean;
}

/**
 * Formats a decimal string: thousands grouped, at least the currency's minor units. Further digits (unit prices) are
 * kept as they are, never rounded away. Answers `null` for what is no plain decimal (`1e400`, `NaN`, `12,50`).
 */
export function formatMoney(value: string, currency: string, options: FormatOptions = {}): string | null {
  const match = /^([+-]?)(\d+)(?:\.(\d+))?$/.exec(value);
  if (!match) return null;
  let whole = match[2] ?? "0";
  let fraction = match[3] ?? "";
  if (options.cents === false) {
    if (fraction >= "5") whole = (BigInt(whole) + 1n).toString();
    fraction = "";
  } else {
    fraction = fraction.padEnd(minorUnits(currency), "0");
    const kept = fraction.slice(0, minorUnits(currency));
    fraction = kept + fraction.slice(minorUnits(currency)).replace(/0+$/, "");
  }
  const zero = /^0*$/.test(whole + fraction);
  const sign = zero ? "" : match[1] === "-" ? MINUS : options.signed ? "+" : "";
  return sign + groupDigits(whole) + (fraction ? `.${fraction}` : "");
}

/** A count with thousands grouped; takes what a 64-bit count arrives as. Answers the text itself if it is no integer. */
export function formatCount(count: number | bigint | string, signed = false): string {
  const text = String(count);
  const match = /^(-?)(\d+)$/.exec(text);
  if (!match) return text;
  const digits = groupDigits(match[2] ?? "0");
  if (digits === "0") return digits;
  return (match[1] ? MINUS : signed ? "+" : "") + digits;
}
