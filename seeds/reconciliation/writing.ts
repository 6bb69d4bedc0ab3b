/** How people write: the same number and the same name in many ways. */
import type { Random } from '../history/random.ts'

const FIRST = ['Nordstern', 'Lindenhof', 'Seeblick', 'Marien', 'Alpen', 'Hansa', 'Rhein', 'Sankt Georg', 'Charité', 'Bethel', 'Kolping', 'Müller', 'Schäfer', 'Weiß', 'Dubois', 'Lefèvre', 'Rossi', 'Kowalski', 'Nowák', 'Jørgensen', 'Åkesson', 'Van den Berg', 'O’Brien', 'Whitfield', 'Harrow', 'Castellan', 'Okafor', 'Fontaine', 'Brandt', 'Keller']
const SECOND = ['Klinik', 'Praxis', 'Medizintechnik', 'Versicherung', 'Pharma', 'Labor', 'Reha', 'Pflege', 'Health Services', 'Dental', 'Diagnostics', 'Apotheke', 'Therapie', 'Orthopädie', 'Radiologie', 'Care', 'Homecare', 'Optik', 'Logistik', 'Catering']
const THIRD = ['Süd', 'Nord', 'West', 'Ost', 'am Markt', 'am Park', 'Zentrum', 'International', 'Holding', 'Partner', 'Verbund', 'Gruppe', 'Service', 'Direkt', 'Plus']
const FORMS = ['GmbH', 'AG', 'KG', 'Ltd', 'S.A.', 'B.V.', 'e.V.', '']

/** The name of the counterparty with this number. */
export function nameOf(index: number): string {
  const [first, second, third, form] = [FIRST[index % 30], SECOND[Math.floor(index / 30) % 20], THIRD[Math.floor(index / 600) % 15], FORMS[Math.floor(index / 7) % 8]]
  return `${first} ${second} ${third}${index >= 9000 ? ` ${Math.floor(index / 9000) + 1}` : ''} ${form}`.trim()
}

/** The name as a bank passes it on: capitals, no accents, cut off, words turned round. */
export function writtenName(name: string, random: Random): string {
  const plain = name.normalize('NFD').replace(/\p{M}/gu, '').replace('ß', 'ss').replace('ø', 'o')
  return random.pick([name, name.toUpperCase(), plain.toUpperCase(), plain.slice(0, 27), plain.split(' ').reverse().join(' '), plain.replace(/ (GmbH|AG|KG|Ltd|S\.A\.|B\.V\.|e\.V\.)$/, '')])
}

/** A document number: a running number in the manner of one of four systems, by its digits' sum, so that swapped digits name another document of the same system. */
export function numberOf(index: number): string {
  const digits = String(index).padStart(7, '0')
  const system = [...digits].reduce((total, digit) => total + Number(digit), 0) % 4
  return [`INV-2026-${digits}`, `RE2026/${digits}`, `F26.${digits}`, `${7_000_000_000 + index}`][system] ?? digits
}

/** The number as a payer writes it, still the same number. */
export function writtenNumber(number: string, random: Random): string {
  return random.pick([
    number.toLowerCase(), number.replaceAll(/[-/.]/g, ' '), number.replaceAll(/[-/.]/g, ''), number.replaceAll(/[-/]/g, '.'), number.replaceAll(/[-/.]/g, '-'), `No.${number}`, `#${number}`,
  ])
}

/** The number with a slip: the last digit another one (as a rule somebody else's document), or the end cut off by a bank's field. */
export function mistypedNumber(number: string, random: Random): string {
  if (random.chance(0.4)) return number.slice(0, -random.int(1, 2))
  const last = (Number(number.at(-1)) + random.int(1, 9)) % 10
  return `${number.slice(0, -1)}${last}`
}

/** Words around the numbers. */
export function sentence(numbers: readonly string[], random: Random): string {
  const list = numbers.join(random.pick([', ', ' ', '; ', ' und ', ' + ']))
  return random.pick([list, `Rechnung ${list}`, `Zahlung ${list} vielen Dank`, `/INV/${list}`, `SVWZ+${list}`, `Payment for ${list} of 12.10.2026`, `RG ${list} Kd 4711`, `INVOICE(S) ${list} EUR 1.250,00`])
}

/** Two neighbouring, different digits of the running number changed places; null where all are equal. */
export function swappedNumber(index: number): number | null {
  const digits = [...String(index).padStart(7, '0')]
  for (let at = digits.length - 2; at >= 0; at--) {
    const [left = '', right = ''] = [digits[at], digits[at + 1]]
    if (left === right) continue
    ;[digits[at], digits[at + 1]] = [right, left]
    return Number(digits.join(''))
  }
  return null
}
