/** What the page of payments has beside the frame: why payments are unmatched, how they were paid, where they came in. */
import type { Catalogue } from '#queries/catalogue/catalogue.ts'
import type { ClickHouse } from '#queries/clickhouse/clickhouse.ts'
import { RECEIVED, unmatchedParts, type UnmatchedPart } from '#queries/clickhouse/payments/unmatched.ts'
import { stuckFilter } from '#queries/clickhouse/views/filter.ts'
import { exceptionFilter, formatFilter } from '#queries/model/filter.ts'
import { fromMinor, toMinor, type Money } from '#queries/model/money.ts'
import type { Scope } from '#queries/model/scope.ts'
import type { ViewRequest } from '../views/request.ts'

export interface PaymentGroup {
  key: string; name: string
  /** what it means, in a sentence; only of reasons */
  meaning: string | null
  payments: number; money: Money[]; withoutAmount: number; oldest: string
  to: string
}
export interface PaymentPanels { reasons: PaymentGroup[]; bare: PaymentGroup | null; methods: PaymentGroup[]; ways: PaymentGroup[]; total: number }

const METHODS: Readonly<Record<string, string>> = { bank_transfer: 'Bank transfer', card: 'Card', direct_debit: 'Direct debit', cash: 'Cash', cheque: 'Cheque' }

/** Reads the groups under the places in the address. */
export async function readPayments(clickhouse: ClickHouse, catalogue: Catalogue, request: ViewRequest, scope: Scope): Promise<PaymentPanels> {
  const filter = { ...stuckFilter(request.headline), objectType: ['payment'] }
  const parts = await unmatchedParts(clickhouse, filter, scope)
  const { sort: _sort, ...worklist } = filter
  const at = (more: Partial<typeof worklist>) => `/exceptions?${formatFilter(exceptionFilter, { ...exceptionFilter.parse({}), ...worklist, ...more })}`
  const group = (key: string, name: string, own: readonly UnmatchedPart[], to: string, meaning: string | null = null): PaymentGroup => ({ key, name, meaning, ...summed(own), to })
  // What is '' was not said, or its receipt was not seen at all.
  const said = (attribute: string, value: string) => at({ said: [`${RECEIVED}:${attribute}=${value}`, ...(value === '' ? [`${RECEIVED}:unseen`] : [])] })
  const named = (attribute: string, keyOf: (part: UnmatchedPart) => string, nameOf: (key: string) => string): PaymentGroup[] =>
    [...Map.groupBy(parts, keyOf)].map(([key, own]) => group(key || 'none', nameOf(key), own, said(attribute, key))).sort((a, b) => b.payments - a.payments || (a.name < b.name ? -1 : 1))
  const ofKind = (kind: UnmatchedPart['kind']) => parts.filter(part => part.kind === kind)
  const bare = parts.filter(part => part.bare)
  const reasons = [
    group('failed', 'Posting failed', ofKind('failed'), at({ kind: ['failed'] }), 'The accounting system refused it or did not answer.'),
    group('overdue', 'Not posted in time', ofKind('overdue'), at({ kind: ['overdue'] }), 'Nobody has matched it to an invoice within the time allowed.'),
    group('mismatch', 'Does not agree', ofKind('mismatch'), at({ kind: ['mismatch'] }), 'It is short, over, paid twice, or no invoice or bank line explains it.'),
  ].filter(one => one.payments > 0)
  return {
    reasons, total: parts.reduce((sum, part) => sum + part.payments, 0),
    bare: bare.length === 0 ? null : group('bare', 'Without a reference', bare, at({ said: [`${RECEIVED}:reference=`] }), 'The payer named no invoice: it can only be matched by amount, payer and date.'),
    methods: named('method', part => (part.said ? part.method : ''), key => (key === '' ? 'Not said' : (METHODS[key] ?? key.replaceAll('_', ' ')))),
    ways: named('integration', part => part.via, key => (key === '' ? 'Its receipt was not seen' : wayName(catalogue, key))),
  }
}

/** A payment's way in is named by the bank or gateway at its other end. */
function wayName(catalogue: Catalogue, integration: string): string {
  const from = catalogue.integration(integration)?.from
  const system = from === undefined ? undefined : catalogue.systems.get(from)?.name
  const entity = catalogue.integration(integration)?.namespace
  return system === undefined ? integration : entity ? `${system}, ${catalogue.entity(entity)?.name ?? entity}` : system
}

/** Sums of parts; money stays apart by currency. */
function summed(parts: readonly UnmatchedPart[]): Pick<PaymentGroup, 'payments' | 'money' | 'withoutAmount' | 'oldest'> {
  const sums = new Map<string, bigint>()
  for (const { money } of parts) if (money) sums.set(money.currency, (sums.get(money.currency) ?? 0n) + toMinor(money))
  return {
    payments: parts.reduce((sum, part) => sum + part.payments, 0), withoutAmount: parts.filter(part => part.money === null).reduce((sum, part) => sum + part.payments, 0),
    money: [...sums].sort(([a], [b]) => (a < b ? -1 : 1)).map(([currency, minor]) => fromMinor(minor, currency)), oldest: parts.map(part => part.oldest).sort()[0] ?? '',
  }
}
