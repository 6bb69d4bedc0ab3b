import { describe, expect, it } from 'vitest'
import { neighbourhoods } from '#app/reconciliation/engine/neighbours.ts'
import { reconcile, type Reconciled } from '#app/reconciliation/engine/reconcile.ts'
import type { Decision, EngineSet, Facts } from '#app/reconciliation/engine/rules.ts'
import type { ReconItem } from '#queries/model/reconciliation.ts'
import { item } from './items.ts'
import { AS_OF, facts, PAYMENTS } from './sets.ts'

const invoice = (id: string, minor: bigint, more: Partial<ReconItem> = {}): ReconItem => item('invoice', id, minor, { references: [id], counterparty: 'c1', date: '2026-10-01', ...more })
const payment = (id: string, minor: bigint, references: string[] = [], more: Partial<ReconItem> = {}): ReconItem => item('payment', id, minor, { references, counterparty: 'c1', date: '2026-10-20', ...more })
const run = (items: ReconItem[], more: { facts?: Partial<Facts>; decisions?: Decision[] } = {}): Reconciled => reconcile({ set: PAYMENTS, items, asOf: AS_OF, facts: facts(more.facts), decisions: more.decisions ?? [] })
const states = (result: Reconciled): Record<string, string> => Object.fromEntries(result.items.map(({ item: { object }, status }) => [object.id, status]))
const decided = ({ matches }: Reconciled): { items: string[]; differences: string[] }[] => matches.filter(match => match.decided).map(({ allocations, differences }) => ({ items: [...new Set(allocations.flatMap(({ a, b }) => [a, b]))].map(id => id.split('/').at(-1) ?? '').sort(), differences: differences.map(({ reason, minor, currency }) => `${reason} ${minor} ${currency}`) }))

describe('money as it really comes', () => {
  it('one payment for one invoice, by reference', () => {
    const result = run([payment('p', 10_000n, ['INV1001']), invoice('INV1001', 10_000n), invoice('INV1002', 10_000n)])
    expect(states(result)).toEqual({ p: 'matched', INV1001: 'matched', INV1002: 'unmatched' })
    expect(result.matches[0]?.reasons).toEqual(['Reference INV1001 named', 'Same amount'])
  })

  it('one payment for several invoices less a credit note', () => {
    const result = run([payment('p', 13_500n, ['INV1001', 'INV1002', 'CN7001']), invoice('INV1001', 10_000n), invoice('INV1002', 5000n), invoice('CN7001', 1500n, { direction: 'debit' })])
    expect(decided(result)).toEqual([{ items: ['CN7001', 'INV1001', 'INV1002', 'p'], differences: [] }])
    expect(result.totals).toMatchObject([{ side: 'invoice', new: 13_500n, allocated: 13_500n, closing: 0n }, { side: 'payment', new: 13_500n, allocated: 13_500n, closing: 0n }])
  })

  it('several payments for one invoice, in full and in part', () => {
    expect(states(run([payment('p1', 4000n, ['INV1001']), payment('p2', 6000n, ['INV1001']), invoice('INV1001', 10_000n)]))).toEqual({ p1: 'matched', p2: 'matched', INV1001: 'matched' })
    const part = run([payment('p1', 4000n, ['INV1001']), payment('p2', 3500n, ['INV1001']), invoice('INV1001', 10_000n)])
    expect(states(part)).toEqual({ p1: 'matched', p2: 'matched', INV1001: 'partially_matched' })
    expect(decided(part)).toEqual([{ items: ['INV1001', 'p1', 'p2'], differences: ['part_payment 2500 EUR'] }])
  })

  it('several against several', () => {
    const result = run([payment('p1', 7000n, ['INV1001', 'INV1002']), payment('p2', 8000n, ['INV1001', 'INV1002']), invoice('INV1001', 10_000n), invoice('INV1002', 5000n)])
    expect(decided(result)).toEqual([{ items: ['INV1001', 'INV1002', 'p1', 'p2'], differences: [] }])
  })

  it('a little short or over within tolerance, a fee kept back, a discount in time', () => {
    expect(decided(run([payment('p', 99_960n, ['INV1001']), invoice('INV1001', 100_000n)]))[0]?.differences).toEqual(['tolerance 40 EUR'])
    expect(decided(run([payment('p', 100_001n, ['INV1001']), invoice('INV1001', 100_000n)]))[0]?.differences).toEqual(['rounding -1 EUR'])
    expect(decided(run([payment('p', 97_100n, ['INV1001']), invoice('INV1001', 100_000n)], { facts: { fees: new Map([['payment:test/payment/p', 2900n]]) } }))[0]?.differences).toEqual(['fee 2900 EUR'])
    const discounts = new Map([['invoice:test/invoice/INV1001', { minor: 3000n, until: '2026-10-20' }]])
    expect(decided(run([payment('p', 97_000n, ['INV1001']), invoice('INV1001', 100_000n)], { facts: { discounts } }))[0]?.differences).toEqual(['discount 3000 EUR'])
    expect(decided(run([payment('p', 97_000n, ['INV1001'], { date: '2026-10-21' }), invoice('INV1001', 100_000n)], { facts: { discounts } }))[0]?.differences).toEqual(['part_payment 3000 EUR'])
  })

  it('one payment short of all it names is for a person to spread, oldest first', () => {
    const result = run([payment('p', 12_000n, ['INV1001', 'INV1002']), invoice('INV1001', 10_000n, { date: '2026-10-03' }), invoice('INV1002', 9000n)])
    expect(decided(result)).toEqual([])
    expect(result.matches[0]).toMatchObject({ allocations: [{ b: 'invoice:test/invoice/INV1002', bMinor: 9000n }, { b: 'invoice:test/invoice/INV1001', bMinor: 3000n }], differences: [{ reason: 'part_payment', minor: 7000n }] })
  })

  it('too much: the invoice is done, the rest of the payment stays open', () => {
    const result = run([payment('p', 12_000n, ['INV1001']), invoice('INV1001', 10_000n)])
    expect(states(result)).toEqual({ p: 'partially_matched', INV1001: 'matched' })
    expect(decided(result)[0]?.differences).toEqual(['over_payment -2000 EUR'])
  })

  it('another currency, with a stated rate only', () => {
    const items = [payment('p', 10_870n, ['INV1001'], { currency: 'USD' }), invoice('INV1001', 10_000n)]
    expect(states(run(items))).toEqual({ p: 'unmatched', INV1001: 'unmatched' })
    const result = run(items, { facts: { rates: new Map([['payment:test/payment/p', { from: 'EUR', to: 'USD', rate: '1.0870', source: 'ECB' }]]) } })
    expect(states(result)).toEqual({ p: 'matched', INV1001: 'matched' })
    expect(decided(result)[0]?.differences).toEqual(['exchange -10870 USD', 'exchange 10000 EUR'])
  })

  it('a payment that went back', () => {
    const result = run([payment('p', 10_000n, ['INV1001'], { keys: { endToEnd: 'E1' } }), payment('r', 10_000n, [], { direction: 'debit', keys: { endToEnd: 'E1' }, date: '2026-10-25' }), invoice('INV1001', 10_000n)])
    expect(states(result)).toEqual({ p: 'matched', r: 'matched', INV1001: 'unmatched' })
    expect(result.totals.find(({ side }) => side === 'payment')).toMatchObject({ new: 0n, reversed: 0n, closing: 0n })
  })

  it('not yet due is expected, left out is excluded', () => {
    const result = run([invoice('INV1001', 10_000n, { dueAt: '2026-12-01T00:00:00Z' }), invoice('INV1002', 5n, { dueAt: '2026-11-01T00:00:00Z' }), payment('p', 99n)], { facts: { excluded: new Set(['payment:test/payment/p']) } })
    expect(states(result)).toEqual({ INV1001: 'expected', INV1002: 'unmatched', p: 'excluded' })
    expect(result.totals.find(({ side }) => side === 'payment')).toMatchObject({ excluded: 99n, closing: 0n })
  })
})

describe('what cannot be told is not taken', () => {
  it('one invoice paid twice', () => {
    const result = run([payment('p1', 10_000n, ['INV1001']), payment('p2', 10_000n, ['INV1001'], { date: '2026-10-22' }), invoice('INV1001', 10_000n)])
    expect(decided(result)).toEqual([])
    expect(states(result)).toEqual({ p1: 'suggested', p2: 'suggested', INV1001: 'suggested' })
    expect(result.matches.some(({ ambiguous, alternatives }) => ambiguous && alternatives.length === 1)).toBe(true)
  })

  it('one sum, two ways', () => {
    const result = run([payment('p', 10_000n), invoice('A', 4000n), invoice('B', 6000n), invoice('C', 3000n), invoice('D', 7000n)])
    expect(decided(result)).toEqual([])
    expect(result.matches.find(({ ambiguous }) => ambiguous)).toMatchObject({ alternatives: [{ items: ['invoice:test/invoice/C', 'invoice:test/invoice/D'] }] })
  })

  it('two payments of one amount without a reference', () => {
    expect(decided(run([payment('p1', 43_217n), payment('p2', 43_217n), invoice('A', 43_217n)]))).toEqual([])
  })

  it('a sum among more than twelve, however unique', () => {
    const many = Array.from({ length: 13 }, (_, index) => invoice(`I${index}`, 1_000_003n * 3n ** BigInt(index)))
    const result = run([payment('p', 1_000_003n * 4n), ...many])
    expect(decided(result)).toEqual([])
    expect(states(result)['p']).toBe('suggested')
  })

  it('a reference that belongs to another counterparty, and one that looks like a slip', () => {
    expect(decided(run([payment('p', 10_000n, ['INV1001']), invoice('INV1001', 10_000n, { counterparty: 'c2' })]))).toEqual([])
    const slip = run([payment('p', 7000n, ['INV1021']), invoice('INV1021', 10_000n), invoice('INV1012', 7000n)])
    expect(decided(slip)).toEqual([])
    expect(states(slip)['p']).toBe('suggested')
  })
})

describe('sums that do tell', () => {
  it('the only answer among few, with little chance of being an accident', () => {
    const result = run([payment('p', 1_234_567n + 889_801n), invoice('A', 1_234_567n), invoice('B', 889_801n), invoice('C', 402_299n)])
    expect(decided(result)).toEqual([{ items: ['A', 'B', 'p'], differences: [] }])
    expect(result.matches[0]?.reasons[0]).toBe('Only answer among 3 open items of the counterparty')
  })

  it('all of one day, among many', () => {
    const many = Array.from({ length: 15 }, (_, index) => invoice(`I${index}`, 10_000n + BigInt(index * index * 37), { date: index < 4 ? '2026-10-02' : '2026-10-03' }))
    const sum = many.slice(0, 4).reduce((total, { open }) => total + open, 0n)
    expect(decided(run([payment('p', sum), ...many]))).toEqual([{ items: ['I0', 'I1', 'I2', 'I3', 'p'], differences: [] }])
  })
})

describe('a payer without an id', () => {
  it('is matched by name, amount and day where nobody else comes near, also far from all others', () => {
    const items = [payment('p', 987_654n, [], { counterparty: null, counterpartyName: 'NORDSTERN KLINIK SUD' }), invoice('A', 987_654n, { counterpartyName: 'Nordstern Klinik Süd GmbH', date: '2026-10-20' })]
    expect(neighbourhoods(items)).toHaveLength(1)
    const [match] = run(items).matches
    expect(match).toMatchObject({ pass: 'suggest', reasons: ['Same amount', 'Same name', 'Same day'] })
  })
})

describe('people decide', () => {
  const items = [payment('p1', 10_000n, ['INV1001']), invoice('INV1001', 10_000n), invoice('INV1002', 10_000n)]
  const accept: Decision = { kind: 'match', id: 'd1', allocations: [{ a: 'payment:test/payment/p1', b: 'invoice:test/invoice/INV1002', aMinor: 10_000n, bMinor: 10_000n }], differences: [], reason: 'As told on the phone' }

  it('before any rule, and undone it is as if never done', () => {
    const before = run(items)
    expect(states(run(items, { decisions: [accept] }))).toEqual({ p1: 'matched', INV1001: 'unmatched', INV1002: 'matched' })
    expect(run(items, { decisions: [] })).toEqual(before)
  })

  it('a declined pair does not come back, nor as a suggestion', () => {
    const result = run(items, { decisions: [{ kind: 'decline', id: 'd2', items: ['invoice:test/invoice/INV1001', 'payment:test/payment/p1'] }] })
    expect(result.matches.flatMap(({ allocations }) => allocations).filter(({ b }) => b.endsWith('INV1001'))).toEqual([])
  })

  it('what is written off is done; what no longer holds is said', () => {
    expect(states(run(items, { decisions: [{ kind: 'write_off', id: 'd3', item: 'invoice:test/invoice/INV1002', minor: 10_000n }] }))).toMatchObject({ INV1002: 'written_off' })
    expect(run(items.slice(0, 2), { decisions: [accept] }).broken).toEqual([{ decision: 'd1', why: 'an item of it is no longer there' }])
  })
})

describe('payouts and what is in them', () => {
  const set: EngineSet = {
    id: 'payout-to-charges', tolerance: { absolute: {}, relative: '0', days: 5 },
    rules: (['exact', 'tolerance'] as const).map(pass => ({ id: `${pass}-payout`, pass, left: 'payout', right: 'charge', keys: { links: ['payout'] }, days: null, sameCounterparty: false, autoMatch: true, cap: null, priority: 1 })),
  }
  const payments = Array.from({ length: 60 }, (_, index) => item('charge', `pay${index}`, 10_000n, { direction: 'credit' }))
  const fees = payments.map((_, index) => item('charge', `fee${index}`, 290n, { direction: 'debit' }))
  const refund = item('charge', 'refund', 2500n, { direction: 'debit' })
  const payout = item('payout', 'po', 60n * 9710n - 2500n, { direction: 'credit' })
  const linked = (items: readonly ReconItem[]): Facts => facts({ links: new Map(items.map(({ id }) => [id, { payout: ['PO1'] }])) })

  it('add up, payments less fees and refunds, however many', () => {
    const items = [payout, ...payments, ...fees, refund]
    const result = reconcile({ set, items, facts: linked(items), asOf: AS_OF })
    expect(result.matches).toHaveLength(1)
    expect(result.matches[0]).toMatchObject({ decided: true, differences: [], reasons: ['Same payout', 'Amounts add up', '1 to 121 items'] })
    expect(result.items.every(({ status }) => status === 'matched')).toBe(true)
    expect(result.totals.map(({ allocated }) => allocated)).toEqual([580_100n, 580_100n])
  })

  it('or say by how much not', () => {
    const items = [payout, ...payments, ...fees]
    const result = reconcile({ set, items, facts: linked(items), asOf: AS_OF })
    expect(result.matches[0]).toMatchObject({ decided: true, differences: [{ reason: 'missing_member', minor: 2500n, currency: 'EUR' }] })
    expect(result.items.find(({ item: { id } }) => id === payout.id)).toMatchObject({ status: 'matched', open: 0n })
    expect(result.items.reduce((sum, { open }) => sum + open, 0n)).toBe(2500n)
  })
})
