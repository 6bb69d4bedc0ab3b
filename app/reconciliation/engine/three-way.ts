/**
 * Order, receipt and invoice of one order line: what was ordered, what came, what was charged. An invoice is good for what was received at the
 * agreed price. Part deliveries and part invoices are ordinary and stay open; credit notes lessen what was charged; freight and tax are
 * judged beside the goods. invoiced − received × agreed price = quantity variance + price variance + rounding, to the minor unit.
 */
import { fromMinor, minorDigits } from '#queries/model/money.ts'
import type { DifferenceReason } from '#queries/model/reconciliation.ts'
import { fixed, fromFixed, ONE, over, rounded, times } from './fixed.ts'
import { matchId } from './match-id.ts'
import { magnitude } from './rules.ts'

export interface OrderLine { itemId: string; product: string; quantity: string; unit: string; unitPrice: string; currency: string; supplier: string; category: string | null }
/** `quantity` is negative for goods sent back. */
export interface ReceiptLine { itemId: string; quantity: string; unit: string }
/** `minor`: positive, minor units of the order's currency. A credit without a quantity is one on the price. */
export interface InvoiceLine { itemId: string; kind: 'goods' | 'freight' | 'tax'; quantity: string | null; unit: string | null; minor: bigint; credit: boolean }
/** One `from` is `factor` of `to`; for a product, or for all where null. */
export interface Conversion { product: string | null; from: string; to: string; factor: string }
/** Null supplier or category: all; the most specific rule counts. Percentages as decimal strings; freight in minor units. */
export interface LineTolerance { supplier: string | null; category: string | null; quantityPercent: string; pricePercent: string; freight: bigint; taxPercent: string | null }

export const THREE_WAY_VERDICTS = ['matched', 'within_tolerance', 'variance', 'awaiting_receipt', 'awaiting_invoice', 'not_decided'] as const
export type ThreeWayVerdict = (typeof THREE_WAY_VERDICTS)[number]

export interface ThreeWay {
  matchId: string
  verdict: ThreeWayVerdict
  /** in the order's unit */
  ordered: string
  received: string
  invoiced: string
  /** what was charged more (or less) than what came is worth, by reason, minor units */
  differences: { reason: DifferenceReason; minor: bigint; currency: string }[]
  /** result and variance in words */
  words: string[]
}

interface Sums { ordered: bigint; received: bigint; invoiced: bigint; price: bigint; goods: bigint; freight: bigint; tax: bigint }

/** Judges one order line. Throws RangeError for quantities or prices that are no decimals. */
export function threeWay(set: string, order: OrderLine, receipts: readonly ReceiptLine[], invoices: readonly InvoiceLine[], { conversions = [], tolerances = [] }: { conversions?: readonly Conversion[]; tolerances?: readonly LineTolerance[] } = {}): ThreeWay {
  const id = matchId(set, [order, ...receipts, ...invoices].map(({ itemId }) => itemId))
  const unit = (line: { unit: string | null }): bigint | null => factorTo(order, line.unit ?? order.unit, conversions)
  const unknown = [...receipts, ...invoices.filter(({ kind }) => kind === 'goods')].find(line => unit(line) === null)
  const inUnits = (line: { unit: string | null }, quantity: string): bigint => times(fixed(quantity), unit(line) ?? ONE)
  const goods = invoices.filter(({ kind }) => kind === 'goods')
  const charged = (kind: InvoiceLine['kind']): bigint => invoices.filter(line => line.kind === kind).reduce((sum, { minor, credit }) => sum + (credit ? -minor : minor), 0n)
  const sums: Sums = {
    ordered: fixed(order.quantity), received: receipts.reduce((sum, line) => sum + inUnits(line, line.quantity), 0n),
    invoiced: goods.reduce((sum, line) => sum + (line.quantity === null ? 0n : inUnits(line, line.quantity) * (line.credit ? -1n : 1n)), 0n),
    price: fixed(order.unitPrice), goods: charged('goods'), freight: charged('freight'), tax: charged('tax'),
  }
  const result = { matchId: id, ordered: fromFixed(sums.ordered), received: fromFixed(sums.received), invoiced: fromFixed(sums.invoiced) }
  if (unknown) return { ...result, verdict: 'not_decided', differences: [], words: [`No conversion from ${unknown.unit ?? '?'} to ${order.unit}`] }
  return { ...result, ...judge(order, sums, toleranceFor(order, tolerances), goods.length > 0) }
}

function judge(order: OrderLine, sums: Sums, tolerance: LineTolerance, anyInvoice: boolean): Pick<ThreeWay, 'verdict' | 'differences' | 'words'> {
  const { currency, unit } = order
  const differences: ThreeWay['differences'] = []
  const words: string[] = []
  let within = true
  const add = (reason: DifferenceReason, minor: bigint, allowed: boolean, text: string): void => {
    if (minor !== 0n) differences.push({ reason, minor, currency })
    if (!allowed) within = false
    words.push(allowed ? `${text}, within tolerance` : text)
  }
  const extra = sums.invoiced - sums.received
  if (extra > 0n) {
    add('quantity', valueOf(extra, sums.price, currency), extra * 100n * ONE <= magnitude(sums.received) * fixed(tolerance.quantityPercent),
      `Invoiced ${fromFixed(sums.invoiced)} ${unit}, received ${fromFixed(sums.received)}: ${fromFixed(extra)} more`)
  }
  if (sums.received > sums.ordered) {
    const beyond = sums.received - sums.ordered
    add('quantity', 0n, beyond * 100n * ONE <= sums.ordered * fixed(tolerance.quantityPercent), `Received ${fromFixed(sums.received)} ${unit}, ordered ${fromFixed(sums.ordered)}: ${fromFixed(beyond)} more`)
  }
  if (anyInvoice) priceVariance(order, sums, tolerance, add)
  if (sums.freight !== 0n) add('freight', sums.freight, sums.freight <= tolerance.freight, `Freight ${money(sums.freight, currency)}`)
  taxVariance(order, sums, tolerance, add)
  return { verdict: verdictOf(sums, within, differences.length > 0, words, unit), differences, words }
}

type Add = (reason: DifferenceReason, minor: bigint, allowed: boolean, text: string) => void

function priceVariance({ currency, unit }: OrderLine, sums: Sums, tolerance: LineTolerance, add: Add): void {
  const agreed = valueOf(sums.invoiced, sums.price, currency)
  const more = sums.goods - agreed
  if (more === 0n) return
  // A minor unit comes of rounding a quantity's value.
  if (magnitude(more) <= 1n) return add('rounding', more, true, `Rounding ${money(more, currency)}`)
  const each = sums.invoiced === 0n ? null : over(fromMinorUnits(sums.goods, currency), sums.invoiced)
  const said = each === null ? `${money(more, currency)} charged for no quantity` : `Price ${fromFixed(each)} ${currency} per ${unit}, agreed ${fromFixed(sums.price)}: ${money(magnitude(more), currency)} ${more > 0n ? 'more' : 'less'}`
  add('price', more, magnitude(more) * 100n * ONE <= magnitude(agreed) * fixed(tolerance.pricePercent), said)
}

function taxVariance({ currency }: OrderLine, { tax, goods, freight }: Sums, { taxPercent }: LineTolerance, add: Add): void {
  if (tax === 0n) return
  if (taxPercent === null) return add('tax', tax, true, `Tax ${money(tax, currency)}`)
  const due = rounded((goods + freight) * fixed(taxPercent), 100n * ONE)
  add('tax', tax, magnitude(tax - due) <= 1n, tax === due ? `Tax ${money(tax, currency)}, ${taxPercent} %` : `Tax ${money(tax, currency)}, ${money(due, currency)} at ${taxPercent} %`)
}

function verdictOf({ ordered, received, invoiced }: Sums, within: boolean, differs: boolean, words: string[], unit: string): ThreeWayVerdict {
  if (!within) return 'variance'
  if (invoiced < received) {
    words.push(`${fromFixed(received - invoiced)} of ${fromFixed(received)} ${unit} received are not invoiced`)
    return 'awaiting_invoice'
  }
  if (received < ordered) {
    words.push(`${fromFixed(ordered - received)} of ${fromFixed(ordered)} ${unit} ordered have not come`)
    return 'awaiting_receipt'
  }
  if (words.length === 0) words.push(`Ordered, received and invoiced ${fromFixed(ordered)} ${unit} at the agreed price`)
  return differs ? 'within_tolerance' : 'matched'
}

/** Quantity × price (millionths each) in whole minor units of the currency. */
export function valueOf(quantity: bigint, price: bigint, currency: string): bigint {
  return rounded(quantity * price * 10n ** BigInt(minorDigits(currency) ?? 2), ONE * ONE)
}

const fromMinorUnits = (minor: bigint, currency: string): bigint => (minor * ONE) / 10n ** BigInt(minorDigits(currency) ?? 2)

function money(minor: bigint, currency: string): string {
  const { value } = fromMinor(minor, currency)
  return `${value} ${currency}`
}

/** How much of the order's unit one of this unit is, in millionths; null where no conversion says it. The product's own comes first. */
function factorTo({ product, unit }: OrderLine, from: string, conversions: readonly Conversion[]): bigint | null {
  if (from === unit) return ONE
  for (const own of [product, null]) {
    const forward = conversions.find(each => each.product === own && each.from === from && each.to === unit)
    if (forward) return fixed(forward.factor)
    const backward = conversions.find(each => each.product === own && each.from === unit && each.to === from)
    if (backward) return over(ONE, fixed(backward.factor))
  }
  return null
}

const NO_TOLERANCE: LineTolerance = { supplier: null, category: null, quantityPercent: '0', pricePercent: '0', freight: 0n, taxPercent: null }

/** Supplier and category before supplier, before category, before all. */
function toleranceFor({ supplier, category }: OrderLine, tolerances: readonly LineTolerance[]): LineTolerance {
  const fitting = tolerances.filter(each => (each.supplier === null || each.supplier === supplier) && (each.category === null || each.category === category))
  const rank = (each: LineTolerance): number => (each.supplier === null ? 0 : 2) + (each.category === null ? 0 : 1)
  return [...fitting].sort((a, b) => rank(b) - rank(a))[0] ?? NO_TOLERANCE
}
