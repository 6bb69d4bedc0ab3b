/** Redaction: what must go, what must stay, and that nothing slips past it into a table or a log. All persons and numbers are made up. */
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createScrubber } from '#ingest/redaction/scrubber.ts'
import { BATCH, openTestIngest, orderEvent, type TestIngest } from './support.ts'

const scrubber = createScrubber('key one, for these tests')
const other = createScrubber('key two, for these tests')

describe('free text', () => {
  it.each([
    ['an e-mail address', 'write to jane.roe+x@mail.example.org now', /^write to \[email:[0-9a-f]{16}\] now$/],
    ['an IBAN', 'paid to CH93 0076 2011 6238 5295 7 yesterday', /^paid to \[iban:[0-9a-f]{16}\] yesterday$/],
    ['an IBAN without spaces', 'DE89370400440532013000', /^\[iban:[0-9a-f]{16}\]$/],
    ['a card in groups', 'number 4111 1111 1111 1111 refused', /^number \[card:[0-9a-f]{16}\] refused$/],
    ['a card by its word', 'card no. 4111111111111111', /^card no\. \[card:[0-9a-f]{16}\]$/],
    ['an international phone number', 'call +41 79 123 45 67', /^call \[phone:[0-9a-f]{16}\]$/],
    ['a phone number by its word', 'Tel. 079 123 45 67', /^Tel\. \[phone:[0-9a-f]{16}\]$/],
    ['a bearer token', 'Authorization: Bearer abcdefghijklmnop failed', /^Authorization: Bearer \[secret\] failed$/],
    ['a password', 'login failed password=hunter2!x for odoo', /^login failed password=\[secret\] for odoo$/],
    ['a service key', 'used sbx_abcdefghijk here', /^used \[secret\] here$/],
    ['a live key', 'sk_live_abcdefghijkl', /^\[secret\]$/],
  ])('loses %s', (_name, text, expected) => expect(scrubber.text(text)).toMatch(expected))

  it.each([
    ['a purchase order', 'PO-4711 for CHF 1284.50 was refused'],
    ['a span id', 'span b7ad6b7169203331 of trace 0af7651916cd43dd8448eb211c80319c'],
    ['a 16-digit reference that passes the Luhn check', 'reference 4111111111111111'],
    ['an IBAN with a wrong check digit', 'CH94 0076 2011 6238 5295 7'],
    ['a timestamp', '2026-03-01T08:00:00.123Z and 20260301080000'],
    ['a GTIN and a lot', 'item 07612345678900 lot A-2231'],
    ['a UUID', '1fa84569-6ed6-4bc8-a310-8c6d609ca1f6'],
    ['a handle', '@supplier net'],
    ['ordinary words behind basic', 'basic information missing, bearer unknown'],
  ])('keeps %s', (_name, text) => expect(scrubber.text(text)).toBe(text))

  it('gives the same word for the same value in another spelling, and another word under another key', () => {
    const word = scrubber.text('DE89 3704 0044 0532 0130 00')
    expect(scrubber.text('DE89370400440532013000')).toBe(word)
    expect(scrubber.text('Jane.Roe@Example.org')).toBe(scrubber.text('jane.roe@example.org'))
    expect(other.text('DE89370400440532013000')).not.toBe(word)
  })

  it('is stable: scrubbing again changes nothing', () => {
    fc.assert(fc.property(fc.array(fc.oneof(fc.string(), fc.emailAddress(), fc.constant('Tel. 079 123 45 67'), fc.constant('DE89370400440532013000'), fc.constant('password=abcdef'))).map(parts => parts.join(' ')), text => {
      const once = scrubber.text(text)
      expect(scrubber.text(once)).toBe(once)
    }))
  })

  it('stays linear in hostile text', { timeout: 5000 }, () => {
    for (const unit of ['a@', '1 ', 'AA11 ', 'password=', '+1 (', 'a.', '@a.a', 'Bearer ']) scrubber.text(unit.repeat(20_000))
  })
})

it('keeps named identifiers and pseudonymises persons, at any depth', () => {
  expect(scrubber.attributes({ account: 'DE89370400440532013000', user: 'MILLER', list: [{ reference: 'a@b.example', note: 'a@b.example' }], count: 3, nothing: null })).toEqual({
    account: 'DE89370400440532013000', user: expect.stringMatching(/^\[person:/), list: [{ reference: 'a@b.example', note: expect.stringMatching(/^\[email:/) }], count: 3, nothing: null,
  })
})

describe('through the door', () => {
  let ingest: TestIngest
  beforeAll(async () => {
    ingest = await openTestIngest()
  })
  afterAll(async () => ingest.dispose())

  it('leaves no trace of a planted person in any table, answer or log, accepted or rejected', async () => {
    const mail = 'planted.person@example.org'
    const planted = { subject: `for ${mail}` }
    const data = { endpoint: `https://api.example/x?user=${mail}`, error: { message: `no rights for ${mail}` }, attributes: { remittance: `thanks ${mail}`, [mail]: 1, user: mail } }
    const sent = [orderEvent('red-1', planted, data), orderEvent('red-2', { ...planted, correlationid: undefined, type: `unknown.${mail}` }, data), orderEvent('red-3', { ...planted, correlationid: mail, integration: mail, facility: mail }, { ...data, status: mail }), orderEvent('red-1', planted, { ...data, attempt: 2 })]
    const { json } = await ingest.send(`${JSON.stringify(sent).slice(0, -1)}, {"${mail}": bad}]`, BATCH)
    expect(json).toMatchObject({ accepted: 2, rejected: [{ code: 'invalid_status' }, { code: 'id_conflict' }, { code: 'malformed' }] })
    const stored = []
    for (const table of ['events', 'events_by_object', 'events_by_correlation', 'event_log', 'event_identities', 'rejected', 'receipts', 'assigned_times']) stored.push(...await ingest.rows(table))
    expect(stored.length).toBeGreaterThan(10)
    // an unknown type is an identifier of the contract; it is kept as it came
    const text = JSON.stringify(stored).replaceAll(`"unknown.${mail}"`, '""')
    expect(text).not.toContain('planted.person')
    expect(JSON.stringify([json, ingest.log.lines])).not.toContain('planted.person')
  })
})
