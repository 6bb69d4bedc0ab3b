import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Ledger, OverAllocationError, usesOf } from '#app/reconciliation/engine/allocate.ts'
import { isClosing } from '#app/reconciliation/engine/differences.ts'
import { neighbourhoods } from '#app/reconciliation/engine/neighbours.ts'
import { reconcile, type Reconciled } from '#app/reconciliation/engine/reconcile.ts'
import type { Decision, Facts } from '#app/reconciliation/engine/rules.ts'
import { tieOut } from '#app/reconciliation/engine/tie-out.ts'
import type { ReconItem } from '#queries/model/reconciliation.ts'
import { item } from './items.ts'
import { AS_OF, facts, PAYMENTS } from './sets.ts'

/** A small world in which keys, references, amounts, names and dates meet all the time. */
const oneItem = fc.record({
  side: fc.constantFrom('payment', 'invoice'), minor: fc.constantFrom(1000n, 2000n, 3000n, 5000n, 5001n, 7000n, 123_457n, 765_433n, 888_890n), currency: fc.constantFrom('EUR', 'EUR', 'EUR', 'USD'),
  direction: fc.constantFrom(null, null, null, 'credit' as const, 'debit' as const), date: fc.constantFrom(null, '2026-10-01', '2026-10-02', '2026-11-15', '2026-03-01'),
  references: fc.uniqueArray(fc.constantFrom('INV1001', 'INV1002', 'INV1010', 'INV20260012', 'INV202600'), { maxLength: 3 }), endToEnd: fc.constantFrom('', '', '', 'E1', 'E2'),
  counterparty: fc.constantFrom(null, 'c1', 'c1', 'c2'), name: fc.constantFrom(null, 'Nordstern Klinik GmbH', 'NORDSTERN KLINIK', 'Hansa Labor'), due: fc.constantFrom(null, '2027-01-01T00:00:00Z'), account: fc.constantFrom('main', 'other'),
  fee: fc.constantFrom(0n, 0n, 0n, 1n, 2000n), rate: fc.boolean(), left: fc.nat(20),
})
type World = { items: ReconItem[]; facts: Facts }
const world: fc.Arbitrary<World> = fc.array(oneItem, { minLength: 1, maxLength: 14 }).map(rows => {
  const items = rows.map((row, index) => item(row.side, `${row.side[0]}${index}`, row.minor, {
    currency: row.currency, direction: row.direction, date: row.date, references: row.references, keys: row.endToEnd === '' ? {} : { endToEnd: row.endToEnd },
    counterparty: row.counterparty, counterpartyName: row.name, dueAt: row.due, account: row.account,
  }))
  const keyed = <T>(value: (index: number) => T | null): Map<string, T> => new Map(items.flatMap(({ id }, index) => {
    const one = value(index)
    return one === null ? [] : [[id, one] as const]
  }))
  return { items, facts: facts({
    fees: keyed(index => (rows[index]?.fee ? rows[index].fee : null)), rates: keyed(index => (rows[index]?.rate ? { from: 'EUR', to: 'USD', rate: '1.4', source: 'bank' } : null)),
    excluded: new Set(items.filter((_, index) => rows[index]?.left === 0).map(({ id }) => id)),
  }) }
})
const run = ({ items, facts: known }: World, decisions: readonly Decision[] = []): Reconciled => reconcile({ set: PAYMENTS, items, facts: known, decisions, asOf: AS_OF })
const check = <T>(arbitrary: fc.Arbitrary<T>, property: (value: T) => void, numRuns = 600): void => fc.assert(fc.property(arbitrary, property), { numRuns, seed: 20261121 })
const decided = ({ matches }: Reconciled): Reconciled['matches'] => matches.filter(match => match.decided)

describe('whatever comes', () => {
  it('totals tie out, and no item is used beyond its amount', () => {
    check(world, given => {
      const result = run(given)
      const used = new Map<string, bigint>()
      for (const match of decided(result)) for (const [id, minor] of usesOf(match.allocations)) used.set(id, (used.get(id) ?? 0n) + minor)
      for (const { item: one, open, status } of result.items) {
        expect(open).toBe(one.minor - (used.get(one.id) ?? 0n))
        expect(open >= 0n).toBe(true)
        if (status === 'matched') expect(open).toBe(0n)
      }
      // Both sides together: what one has allocated more is what the differences say.
      for (const currency of ['EUR', 'USD']) {
        const side = (name: string): bigint => result.totals.filter(total => total.side === name && total.currency === currency).reduce((sum, { allocated }) => sum + allocated, 0n)
        const explained = decided(result).flatMap(({ differences }) => differences).filter(each => each.currency === currency && isClosing(each)).reduce((sum, { minor }) => sum + minor, 0n)
        expect(side('invoice') - side('payment')).toBe(explained)
      }
    })
  })

  it('every item ends in exactly one state, and left-out items take no part', () => {
    check(world, given => {
      const result = run(given)
      expect(result.items.map(({ item: { id } }) => id)).toEqual(given.items.map(({ id }) => id).sort())
      for (const match of result.matches) for (const { a, b } of match.allocations) expect(given.facts.excluded.has(a) || given.facts.excluded.has(b)).toBe(false)
    })
  })

  it('the order of the input does not matter', () => {
    check(world.chain(given => fc.tuple(fc.constant(given), fc.shuffledSubarray(given.items, { minLength: given.items.length }))), ([given, items]) => {
      expect(run({ ...given, items })).toEqual(run(given))
    })
  })

  it('neighbourhoods one by one equal everything at once, whatever people decided', () => {
    check(world, given => {
      const decision = personal(given)
      const decisions = decision === null ? [] : [decision]
      expect(run(given, decisions)).toEqual(reconcile({ set: PAYMENTS, items: given.items, facts: given.facts, decisions, asOf: AS_OF, together: true }))
    })
  })

  it('running the neighbourhood of a change again equals running everything', () => {
    check(fc.tuple(world, oneItem), ([given, extra]) => {
      const changed = item(extra.side, 'new', extra.minor, { currency: extra.currency, references: extra.references, counterparty: extra.counterparty, counterpartyName: extra.name, date: extra.date })
      const all = [...given.items, changed]
      const near = neighbourhoods(all).find(group => group.some(({ id }) => id === changed.id)) ?? []
      const ids = new Set(near.map(({ id }) => id))
      const full = reconcile({ set: PAYMENTS, items: all, facts: given.facts, asOf: AS_OF, together: true })
      const part = run({ ...given, items: near })
      const before = run(given)
      expect(part.items).toEqual(full.items.filter(({ item: { id } }) => ids.has(id)))
      expect(before.items.filter(({ item: { id } }) => !ids.has(id))).toEqual(full.items.filter(({ item: { id } }) => !ids.has(id)))
      expect(part.matches).toEqual(full.matches.filter(({ allocations }) => allocations.some(({ a }) => ids.has(a))))
    })
  })
})

/** A person's match of the first payment with the first invoice of its currency, as far as both reach. */
function personal({ items, facts: known }: World): Decision | null {
  const payment = items.find(({ side, id, direction }) => side === 'payment' && direction !== 'debit' && !known.excluded.has(id))
  const invoice = items.find(({ side, id, direction, currency }) => side === 'invoice' && direction !== 'debit' && currency === payment?.currency && !known.excluded.has(id))
  if (!payment || !invoice) return null
  const minor = payment.minor < invoice.minor ? payment.minor : invoice.minor
  return { kind: 'match', id: 'by-hand', allocations: [{ a: payment.id, b: invoice.id, aMinor: minor, bMinor: minor }], differences: [], reason: 'seen on paper' }
}

describe('people', () => {
  it('their match survives any run, and undone everything is as before', () => {
    check(world, given => {
      const decision = personal(given)
      if (decision?.kind !== 'match') return
      const result = run(given, [decision])
      expect(decided(result).find(({ rule }) => rule === 'person')).toMatchObject({ allocations: decision.allocations })
      expect(result.broken).toEqual([])
      expect(run(given, [])).toEqual(run(given))
    })
  })

  it('what they declined never comes back', () => {
    check(world, given => {
      const [match] = run(given).matches
      const pair = match?.allocations[0]
      if (!pair) return
      const result = run(given, [{ kind: 'decline', id: 'no', items: [pair.b, pair.a] }])
      for (const { allocations } of result.matches) for (const { a, b } of allocations) expect([a, b].sort()).not.toEqual([pair.a, pair.b].sort())
    })
  })
})

describe('ledger', () => {
  it('gives back exactly what a match took, and leaves the others', () => {
    check(world, given => {
      const result = run(given)
      const ledger = new Ledger(given.items)
      const matches = decided(result)
      for (const match of matches) ledger.take(match)
      for (const undone of matches) {
        const uses = usesOf(undone.allocations)
        const before = new Map(given.items.map(({ id }) => [id, ledger.open(id)]))
        ledger.release(undone.id)
        for (const { id } of given.items) expect(ledger.open(id)).toBe((before.get(id) ?? 0n) + (uses.get(id) ?? 0n))
        ledger.take(undone)
        for (const { id } of given.items) expect(ledger.open(id)).toBe(before.get(id))
      }
    }, 200)
  })

  it('refuses more than there is, all of it', () => {
    const ledger = new Ledger([item('payment', 'p', 100n), item('invoice', 'i', 60n)])
    const match = { id: 'm', decided: true, rule: 'r', pass: 'exact' as const, allocations: [{ a: 'payment:test/payment/p', b: 'invoice:test/invoice/i', aMinor: 61n, bMinor: 61n }], differences: [], score: 1, reasons: [], ambiguous: false, alternatives: [] }
    expect(() => ledger.take(match)).toThrow(OverAllocationError)
    expect(ledger.open('payment:test/payment/p')).toBe(100n)
  })

  it('a run that does not tie out is refused by name', () => {
    const one = item('payment', 'p', 100n)
    expect(() => tieOut([{ item: one, open: 40n, writtenOff: 0n, excluded: false, isNew: true }], [])).toThrow(/payment main EUR: 100 expected, 40 open/)
    const two = item('invoice', 'i', 90n)
    const match = { id: 'm', decided: true, rule: 'r', pass: 'exact' as const, allocations: [{ a: one.id, b: two.id, aMinor: 100n, bMinor: 90n }], differences: [], score: 1, reasons: [], ambiguous: false, alternatives: [] }
    expect(() => tieOut([one, two].map(each => ({ item: each, open: 0n, writtenOff: 0n, excluded: false, isNew: true })), [match])).toThrow(/differ by -10 EUR/)
  })
})
