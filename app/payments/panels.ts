/** What the page of payments has beside the frame: why payments are unmatched, how they were paid, where they came in. */
import type { Catalogue } from '#queries/catalogue/catalogue.ts'
import type { ClickHouse } from '#queries/clickhouse/clickhouse.ts'
import { IDS, unmatchedParts, type UnmatchedPart } from '#queries/clickhouse/payments/unmatched.ts'
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
  /** null where there are too many to name one by one */
  to: string | null
}
export interface PaymentPanels { reasons: PaymentGroup[]; bare: PaymentGroup | null; methods: PaymentGroup[]; ways: PaymentGroup[]; total: number }

const METHODS: Readonly<Record<string, string>> = { bank_transfer: 'Bank transfer', card: 'Card', direct_debit: 'Direct debit', cash: 'Cash', cheque: 'Cheque' }

/** Reads the groups under the places in the address. */
export async function readPayments(clickhouse: ClickHouse, catalogue: Catalogue, request: ViewRequest, scope: Scope): Promise<PaymentPanels> {
  const filter = { ...stuckFilter(request.headline), objectType: ['payment'] }
  const parts = await unmatchedParts(clickhouse, filter, scope)
  const { criticality: _criticality, sort: _sort, ...worklist } = filter
  const at = (more: Partial<typeof worklist>) => `/exceptions?${formatFilter(exceptionFilter, { ...exceptionFilter.parse({}), ...worklist, ...more })}`
  const exact = filter.criticality === undefined || filter.criticality.length === 0
  const byIds = (own: readonly UnmatchedPart[]): string | null => {
    const ids = own.flatMap(part => part.ids)
    return own.some(part => part.ids.length > IDS) || ids.length > IDS ? null : at({ objectId: ids })
  }
  const group = (key: string, name: string, own: readonly UnmatchedPart[], to: string | null, meaning: string | null = null): PaymentGroup => ({ key, name, meaning, ...summed(own), to })
  const named = (keyOf: (part: UnmatchedPart) => string, nameOf: (key: string) => string): PaymentGroup[] =>
    [...Map.groupBy(parts, keyOf)].map(([key, own]) => group(key || 'none', nameOf(key), own, byIds(own))).sort((a, b) => b.payments - a.payments || (a.name < b.name ? -1 : 1))
  const ofKind = (kind: UnmatchedPart['kind']) => parts.filter(part => part.kind === kind)
  const bare = parts.filter(part => part.bare)
  const reasons = [
    group('failed', 'Posting failed', ofKind('failed'), exact ? at({ kind: ['failed'] }) : byIds(ofKind('failed')), 'The accounting system refused it or did not answer.'),
    group('overdue', 'Not posted in time', ofKind('overdue'), exact ? at({ kind: ['overdue'] }) : byIds(ofKind('overdue')), 'Nobody has matched it to an invoice within the time allowed.'),
    group('mismatch', 'Does not agree', ofKind('mismatch'), exact ? at({ kind: ['mismatch'] }) : byIds(ofKind('mismatch')), 'It is short, over, paid twice, or no invoice or bank line explains it.'),
  ].filter(one => one.payments > 0)
  return {
    reasons, total: parts.reduce((sum, part) => sum + part.payments, 0),
    bare: bare.length === 0 ? null : group('bare', 'Without a reference', bare, byIds(bare), 'The payer named no invoice: it can only be matched by amount, payer and date.'),
    methods: named(part => (part.said ? part.method : ''), key => (key === '' ? 'Not said' : (METHODS[key] ?? key.replaceAll('_', ' ')))),
    ways: named(part => part.via, key => (key === '' ? 'Its receipt was not seen' : wayName(catalogue, key))),
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
