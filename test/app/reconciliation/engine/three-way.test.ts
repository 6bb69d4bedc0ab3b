import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fixed, fromFixed } from '#app/reconciliation/engine/fixed.ts'
import { threeWay, valueOf, type InvoiceLine, type LineTolerance, type OrderLine, type ReceiptLine, type ThreeWay } from '#app/reconciliation/engine/three-way.ts'

const ORDER: OrderLine = { itemId: 'o1', product: 'gloves', quantity: '100', unit: 'BOX', unitPrice: '12.50', currency: 'EUR', supplier: 's1', category: 'consumables' }
const received = (quantity: string, unit = 'BOX', itemId = 'r1'): ReceiptLine => ({ itemId, quantity, unit })
const invoiced = (quantity: string | null, minor: bigint, more: Partial<InvoiceLine> = {}): InvoiceLine => ({ itemId: 'i1', kind: 'goods', quantity, unit: 'BOX', minor, credit: false, ...more })
const TOLERANCE: LineTolerance = { supplier: null, category: null, quantityPercent: '2', pricePercent: '1', freight: 2000n, taxPercent: '19' }
const judge = (receipts: ReceiptLine[], invoices: InvoiceLine[], more: Parameters<typeof threeWay>[4] = { tolerances: [TOLERANCE] }): Pick<ThreeWay, 'verdict' | 'words'> & { differences: string[] } => {
  const { verdict, words, differences } = threeWay('three-way', ORDER, receipts, invoices, more)
  return { verdict, words, differences: differences.map(({ reason, minor }) => `${reason} ${minor}`) }
}

describe('three-way match of an order line', () => {
  it('agrees', () => {
    expect(judge([received('100')], [invoiced('100', 125_000n)])).toEqual({ verdict: 'matched', differences: [], words: ['Ordered, received and invoiced 100 BOX at the agreed price'] })
  })

  it('part deliveries and part invoices stay open without a variance', () => {
    expect(judge([received('40')], [])).toMatchObject({ verdict: 'awaiting_invoice', words: ['40 of 40 BOX received are not invoiced'] })
    expect(judge([received('40'), received('20', 'BOX', 'r2')], [invoiced('60', 75_000n)])).toMatchObject({ verdict: 'awaiting_receipt', words: ['40 of 100 BOX ordered have not come'] })
  })

  it('too much charged: by quantity, by price, by both to the cent', () => {
    expect(judge([received('80')], [invoiced('100', 125_000n)])).toEqual({ verdict: 'variance', differences: ['quantity 25000'], words: ['Invoiced 100 BOX, received 80: 20 more'] })
    expect(judge([received('100')], [invoiced('100', 130_000n)])).toEqual({ verdict: 'variance', differences: ['price 5000'], words: ['Price 13 EUR per BOX, agreed 12.5: 50.00 EUR more'] })
    expect(judge([received('90')], [invoiced('100', 130_000n)]).differences).toEqual(['quantity 12500', 'price 5000'])
  })

  it('small ones are within tolerance, the most specific rule counts', () => {
    expect(judge([received('100')], [invoiced('101', 126_250n)])).toMatchObject({ verdict: 'within_tolerance', differences: ['quantity 1250'] })
    const strict = { ...TOLERANCE, supplier: 's1', quantityPercent: '0.5' }
    expect(judge([received('100')], [invoiced('101', 126_250n)], { tolerances: [TOLERANCE, strict] })).toMatchObject({ verdict: 'variance' })
    expect(judge([received('100')], [invoiced('101', 126_250n)], { tolerances: [{ ...strict, supplier: 's2' }, TOLERANCE] })).toMatchObject({ verdict: 'within_tolerance' })
  })

  it('converts units, and does not guess one it does not know', () => {
    const conversions = [{ product: 'gloves', from: 'CTN', to: 'BOX', factor: '10' }]
    expect(judge([received('10', 'CTN')], [invoiced('10', 125_000n, { unit: 'CTN' })], { conversions })).toMatchObject({ verdict: 'matched' })
    expect(judge([received('10', 'PAL')], [], { conversions })).toEqual({ verdict: 'not_decided', differences: [], words: ['No conversion from PAL to BOX'] })
  })

  it('freight and tax stand beside the goods', () => {
    const lines = [invoiced('100', 125_000n), invoiced(null, 1500n, { itemId: 'i2', kind: 'freight' }), invoiced(null, 24_035n, { itemId: 'i3', kind: 'tax' })]
    expect(judge([received('100')], lines)).toMatchObject({ verdict: 'within_tolerance', differences: ['freight 1500', 'tax 24035'] })
    expect(judge([received('100')], [lines[0] as InvoiceLine, invoiced(null, 9000n, { kind: 'freight' })])).toMatchObject({ verdict: 'variance', words: ['Freight 90.00 EUR'] })
  })

  it('a credit note takes back quantity or price', () => {
    expect(judge([received('80')], [invoiced('100', 125_000n), invoiced('20', 25_000n, { itemId: 'c1', credit: true })])).toMatchObject({ verdict: 'awaiting_receipt', differences: [] })
    expect(judge([received('100')], [invoiced('100', 130_000n), invoiced(null, 5000n, { itemId: 'c1', credit: true })])).toMatchObject({ verdict: 'matched' })
    expect(judge([received('100'), received('-20', 'BOX', 'r2')], [invoiced('100', 125_000n)])).toMatchObject({ verdict: 'variance', differences: ['quantity 25000'] })
  })

  it('quantity, price and rounding explain every cent', () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 5000 }), fc.integer({ min: 1, max: 5000 }), fc.integer({ min: 1, max: 900_000 }), (came, charged, minor) => {
      const { differences, received: got, invoiced: billed } = threeWay('three-way', ORDER, [received(String(came))], [invoiced(String(charged), BigInt(minor))])
      const explained = differences.reduce((sum, each) => sum + each.minor, 0n)
      // What was received and not yet invoiced is open, not a variance.
      const worth = valueOf(fixed(got) < fixed(billed) ? fixed(got) : fixed(billed), fixed(ORDER.unitPrice), 'EUR')
      expect(explained).toBe(BigInt(minor) - worth)
    }), { numRuns: 500, seed: 9 })
  })

  it('has one id across the three, in any order', () => {
    expect(threeWay('s', ORDER, [received('1', 'BOX', 'a'), received('2', 'BOX', 'b')], []).matchId).toBe(threeWay('s', ORDER, [received('2', 'BOX', 'b'), received('1', 'BOX', 'a')], []).matchId)
  })

  it('keeps decimals exact', () => {
    expect(fromFixed(fixed('0.1') + fixed('0.2'))).toBe('0.3')
    expect(fromFixed(fixed('-12.5000004'))).toBe('-12.5')
    expect(() => fixed('1e3')).toThrow(RangeError)
  })
})
