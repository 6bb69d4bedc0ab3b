/** Which failures are one: nothing that identifies a case splits a group, nothing said in other words joins one. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fingerprintOf } from '#app/exceptions/fingerprint.ts'
import { normaliseMessage } from '#app/exceptions/message.ts'

const of = (message: string, given: Partial<Parameters<typeof fingerprintOf>[0]> = {}) =>
  fingerprintOf({ integration: 'odoo-ledger', step: 'finance.customer_invoice.exported', errorClass: 'mapping', message, code: '', fallback: 'subject', ...given })

/** What systems of an ERP landscape say, twice each about another case. */
const SAME: readonly [string, string][] = [
  ['Cost centre 4210 is not known', 'Cost centre 77 is not known'],
  ['ValidationError: Journal Entry INV/2026/00042 (id=981) is not balanced.', 'ValidationError: Journal Entry BILL/2025/10 (id=5) is not balanced'],
  ['The record res.partner(1204,) does not exist or has been deleted', 'The record res.partner(9,) does not exist or has been deleted'],
  ["psycopg2.errors.UniqueViolation: duplicate key value violates unique constraint \"uniq_ref\" DETAIL: Key (ref)=(PO-4711) already exists.", "psycopg2.errors.UniqueViolation: duplicate key value violates unique constraint \"uniq_ref\" DETAIL: Key (ref)=(WH/IN/00012) already exists."],
  ['The operation cannot be completed: another user has modified record 77d2f4c0-91d2-4a35-8e09-3a2b1c0d9e8f', 'The operation cannot be completed: another user has modified record 0b9f6a1e-0000-4a35-8e09-abcdefabcdef'],
  ['No account with IBAN CH93 0076 2011 6238 5295 7 at this bank', 'No account with IBAN GB29 NWBK 6016 1331 9268 19 at this bank'],
  ['No account with IBAN CH9300762011623852957 at this bank', 'No account with IBAN FR14 2004 1010 0505 0001 3M02 606 at this bank'],
  ["Amount CHF 1'284.50 exceeds the limit of CHF 1'000.00", 'Amount EUR 99,999.95 exceeds the limit of EUR 500'],
  ['Betrag 1 284,50 EUR übersteigt die Limite', 'Betrag CHF 12.– übersteigt die Limite'],
  ['Posting date Sat, 21 Nov 2026 is in a closed period', 'Posting date Mon, 3 August 2025 is in a closed period'],
  ['Posting date 21.11.2026 is in a closed period', 'Posting date 2026-01-02T10:15:00Z is in a closed period'],
  ['token expired at 10:32:11 PM UTC', 'token expired at 09:01'],
  ['no answer within 30 s', 'no answer within 45 seconds'],
  ['connect ECONNREFUSED 10.12.0.7:5432', 'connect ECONNREFUSED [2001:db8::1]:5433'],
  ['upload of /var/odoo/outbox/export_a.csv failed', 'upload of C:\\edi\\out\\late.csv failed'],
  ['upload of orders.csv failed', 'upload of invoices_2026.xml failed'],
  ['mail to anna.frei@spital.example was refused', 'mail to [email:0f3c2d1e4b5a6978] was refused'],
  ['unknown item “Infusion set 20 ml”', 'unknown item "Gloves"'],
  ["Der Artikel 'Handschuh M' fehlt", 'Der Artikel „Kanüle“ fehlt'],
  ['lines 12, 14 and 19 have no tax code', 'lines 3 and 4 have no tax code'],
  ['at 0x7ffee4c0 in worker deadbeef: heap full', 'at 0x1 in worker cafebabe: heap full'],
  ['SOAP fault from https://erp.example/ws?id=1: session is over', 'SOAP fault from https://erp.example/ws/v2: session is over'],
  ['{"error": {"code": 422, "message": "cost centre unknown", "field": "cc_12"}}', '{"error": {"code": 400, "message": "cost centre unknown", "field": "cc_9"}}'],
  ['IDoc 0000000012345 with status 51', 'IDoc 0000000099999 with status 51'],
  ["can't find supplier SUP-1", "can't find supplier SUP-22"],
  ['AAA*42: claim A-1 rejected', 'AAA*42: claim B-77 rejected'],
  ['[secret] was refused by the gateway', 'sk_9d8f7a was refused by the gateway'],
  ['MSH-10 AB12CD was seen before', 'MSH-10 77 was seen before'],
]

/** Told apart by a word. */
const DIFFERENT: readonly [string, string][] = [
  ['Cost centre 4210 is not known', 'Tax code 4210 is not known'],
  ["can't find supplier's order", "can't parse supplier's order"],
  ["CHF 1'284.50 exceeds 1'000.00", "CHF 1'284.50 is below 1'000.00"],
  ['cost_center=4210', 'tax_code=4210'],
  ['{"error": "cost centre unknown"}', '{"error": "tax code unknown"}'],
  ['"cost centre unknown"', '"tax code unknown"'],
  ["l'article n'existe pas", "l'article n'est pas actif"],
  ['connection refused by 10.0.0.1', 'connection reset by 10.0.0.1'],
  ['debit/credit mismatch', 'stock/ledger mismatch'],
  ['odoo.exceptions.UserError', 'odoo.exceptions.AccessError'],
  ['supplier "A" unknown', 'customer "A" unknown'],
  ['no answer within 30 s', 'no answer after 30 s'],
]

describe('messages of real systems', () => {
  test.each(SAME)('%s = %s', (a, b) => {
    expect(of(a), `${normaliseMessage(a)} | ${normaliseMessage(b)}`).toBe(of(b))
  })
  test.each(DIFFERENT)('%s ≠ %s', (a, b) => {
    expect(of(a), normaliseMessage(a)).not.toBe(of(b))
  })
})

const hex = (length: number) => fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: length, maxLength: length })
const digits = (least: number, most: number) => fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: least, maxLength: most })
const capitals = (least: number, most: number) => fc.string({ unit: fc.constantFrom(...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'), minLength: least, maxLength: most })
const amount = fc.tuple(fc.integer({ min: -99_999, max: 99_999 }), fc.integer({ min: 10, max: 99 }), fc.constantFrom('', 'CHF ', 'EUR ', 'USD ', '€', '$')).map(([whole, cents, currency]) => `${currency}${whole}.${cents}`)
const date = fc.date({ min: new Date('2000-01-01T00:00:00Z'), max: new Date('2049-12-31T00:00:00Z'), noInvalidDate: true })
/** One identifying value of every sort that the project meets. */
const identifier = fc.oneof(
  fc.uuid(), hex(32), hex(40), hex(8), fc.integer().map(String), fc.float({ noNaN: true, noDefaultInfinity: true }).map(number => number.toFixed(3)), amount,
  date.map(at => at.toISOString()), date.map(at => at.toUTCString()), date.map(at => at.toISOString().slice(0, 10)), date.map(at => `${at.getUTCDate()}.${at.getUTCMonth() + 1}.${at.getUTCFullYear()}`), date.map(at => at.toISOString().slice(11, 19)),
  fc.emailAddress().filter(mail => !/['"`{}*&!?=|]/u.test(mail)), fc.webUrl(), fc.ipV4(),
  fc.tuple(capitals(1, 5), digits(1, 8)).map(([prefix, number]) => `${prefix}-${number}`), fc.tuple(capitals(2, 4), digits(4, 4), digits(5, 5)).map(([prefix, year, number]) => `${prefix}/${year}/${number}`),
  fc.tuple(capitals(2, 2), digits(2, 2), digits(14, 18)).map(parts => parts.join('')), digits(18, 18).map(number => `CH${number.slice(0, 2)} ${number.slice(2).match(/.{4}/gu)?.join(' ')} 7`),
  fc.tuple(fc.array(fc.constantFrom('var', 'odoo', 'outbox', 'edi', 'in'), { minLength: 2, maxLength: 4 }), digits(1, 4)).map(([folders, number]) => `/${folders.join('/')}/f${number}.csv`),
  fc.string({ unit: fc.constantFrom(...'abcdefghijklm nopqrstuvwxyz'), minLength: 1, maxLength: 20 }).map(text => `"${text}"`), hex(16).map(key => `[iban:${key}]`),
)
const WORDS = ['cost', 'centre', 'unknown', 'supplier', 'refused', 'order', 'not', 'found', 'invoice', 'field', 'required', 'period', 'closed', 'item', 'missing', 'account', 'blocked', 'duplicate', 'ledger', 'schema', 'customer', 'timeout', 'tax', 'rate', 'mapping']
const word = fc.constantFrom(...WORDS)
/** Words with places for identifiers between them, and what stands around each. */
const template = fc.tuple(word, fc.array(fc.tuple(fc.option(fc.constantFrom(['', ''], ['(', ')'], ['', ':'], ['=', ''], ['', ','], ['[', ']']), { nil: null }), word), { minLength: 1, maxLength: 6 }))
const fill = ([first, rest]: [string, [readonly string[] | null, string][]], values: readonly string[]) =>
  [first, ...rest.map(([around, next], index) => (around === null ? next : `${around[0]}${values[index]}${around[1]} ${next}`))].join(' ')

describe('properties', () => {
  test('whatever identifies a case does not split the group', () => {
    fc.assert(fc.property(template, fc.array(identifier, { minLength: 6, maxLength: 6 }), fc.array(identifier, { minLength: 6, maxLength: 6 }), (text, one, other) => {
      expect(normaliseMessage(fill(text, one))).toBe(normaliseMessage(fill(text, other)))
    }), { numRuns: 3000 })
  })

  test('other words are another group, whatever identifies the case', () => {
    fc.assert(fc.property(template, template, fc.array(identifier, { minLength: 6, maxLength: 6 }), (a, b, values) => {
      const words = ([first, rest]: typeof a) => [first, ...rest.map(([, next]) => next)].join(' ')
      fc.pre(words(a) !== words(b))
      expect(of(fill(a, values))).not.toBe(of(fill(b, values)))
    }), { numRuns: 2000 })
  })

  test('without a word: code, endpoint, class, then the subject; never all in one', () => {
    const wordless = fc.oneof(fc.constantFrom('', ' ', '.', '—', '""', '…'), identifier.filter(value => !value.startsWith('"')))
    fc.assert(fc.property(wordless, wordless, (a, b) => {
      const nothing = { errorClass: 'unknown' }
      expect(of(a, { ...nothing, fallback: 'a' })).not.toBe(of(b, { ...nothing, fallback: 'b' }))
      expect(of(a, { ...nothing, errorClass: '', fallback: 'a' })).not.toBe(of(b, { ...nothing, errorClass: '', fallback: 'b' }))
      expect(of(a, { fallback: 'a' })).not.toBe(of(b, { fallback: 'b' }))
      expect(of(a, { errorClass: 'connection', fallback: 'a' })).toBe(of(b, { errorClass: 'connection', fallback: 'b' }))
      expect(of(a, { endpoint: '/orders' })).not.toBe(of(b, { endpoint: '/invoices' }))
      expect(of(a, { code: 'E1', endpoint: '/orders', fallback: 'a' })).toBe(of(b, { code: 'E1', endpoint: '/invoices', fallback: 'b' }))
      expect(of(a, { code: 'E1' })).not.toBe(of(b, { code: 'E2' }))
    }))
  })

  test('integration, step and class always tell apart', () => {
    const base = of('cost centre unknown')
    expect(new Set([base, of('cost centre unknown', { integration: 'x' }), of('cost centre unknown', { step: 'x' }), of('cost centre unknown', { errorClass: 'validation' })]).size).toBe(4)
  })

  test('a message of any text and of the longest length allowed is taken, and once normalised stays as it is', () => {
    fc.assert(fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), text => {
      const once = normaliseMessage(text)
      expect(normaliseMessage(once)).toBe(once)
    }), { numRuns: 500 })
    for (const unit of ['a', "'", '"a', '# ', 'ab12 ', '/', '{"', 'CH12 ', '1,']) expect(typeof normaliseMessage(unit.repeat(8192 / unit.length))).toBe('string')
  })
})
