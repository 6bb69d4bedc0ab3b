/** Check digits of the payment references that carry them. All take and give letters and digits only, upper case. */

/**
 * True for an ISO 11649 creditor reference (`RF`, two check digits, 1 to 21 letters and digits): with the first four characters moved to the
 * end and letters as 10 to 35, the number is 1 modulo 97 (ISO/IEC 7064 MOD 97-10).
 */
export const isCreditorReference = (text: string): boolean => /^RF\d{2}[A-Z0-9]{1,21}$/.test(text) && modulo97(`${text.slice(4)}${text.slice(0, 4)}`) === 1

/** True for an IBAN (ISO 13616) by its check digits: no reference to a document. */
export const isIban = (text: string): boolean => /^[A-Z]{2}\d{2}[A-Z0-9]{11,30}$/.test(text) && modulo97(`${text.slice(4)}${text.slice(0, 4)}`) === 1

/** True for a Belgian structured communication: ten digits and their remainder modulo 97, 97 for none. */
export const isBelgianReference = (text: string): boolean => /^\d{12}$/.test(text) && (Number(text.slice(0, 10)) % 97 || 97) === Number(text.slice(10))

/** The table of the recursive modulo 10 of the Swiss QR reference (SIX implementation guidelines for the QR-bill, annex B). */
const SWISS = [0, 9, 4, 6, 8, 2, 7, 1, 3, 5]

/** True for a Swiss QR reference: 27 digits, the last by recursive modulo 10. */
export function isSwissReference(text: string): boolean {
  if (!/^\d{27}$/.test(text)) return false
  const carry = text.slice(0, 26).split('').reduce((sum, digit) => SWISS[(sum + Number(digit)) % 10] ?? 0, 0)
  return (10 - carry) % 10 === Number(text[26])
}

/** True for a Finnish reference number: 4 to 20 digits, the last by weights 7, 3, 1 from the right. */
export function isFinnishReference(text: string): boolean {
  if (!/^\d{4,20}$/.test(text)) return false
  const weights = [7, 3, 1]
  const sum = text.slice(0, -1).split('').reverse().reduce((total, digit, index) => total + Number(digit) * (weights[index % 3] ?? 0), 0)
  return (10 - (sum % 10)) % 10 === Number(text.at(-1))
}

function modulo97(text: string): number {
  return [...text].reduce((rest, character) => {
    const value = Number.parseInt(character, 36)
    return (rest * (value > 9 ? 100 : 10) + value) % 97
  }, 0)
}
