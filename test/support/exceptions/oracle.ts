/** What the worklist should say, worked out the slow way: every exception in memory, one loop per question. Knows nothing of the stores. */
import { data as currencies } from 'currency-codes'
import type { ExceptionFilter } from '#queries/model/filter.ts'
import { fromMinor, type Money } from '#queries/model/money.ts'
import { inScope, type Scope } from '#queries/model/scope.ts'
import type { BenchException } from '#seeds/bench/exceptions.ts'

type Row = BenchException
const RANK = { critical: 4, high: 3, normal: 2, low: 1 } as const
const digits = new Map(currencies.map(({ code, digits: count }) => [code, count]))
/** An amount in ten-thousandths; null without one. */
const tenThousandths = (row: Row): bigint | null => (row.amountMinor === null ? null : row.amountMinor * 10n ** BigInt(4 - (digits.get(row.currency ?? '') ?? 2)))
const decimal = (text: string): bigint => {
  const [whole = '0', fraction = ''] = text.split('.')
  return BigInt(whole + fraction.padEnd(4, '0'))
}
const FIELDS = {
  kind: row => row.kind, status: row => row.status, severity: row => row.severity, process: row => row.process, step: row => row.step, integration: row => row.integration, facility: row => row.facility ?? '',
  entity: row => row.entity, system: row => row.system, assignee: row => row.assignee ?? '', objectType: row => row.objectType, objectId: row => row.objectId, fingerprint: row => row.fingerprint, currency: row => row.currency ?? '', environment: row => row.environment,
} satisfies Record<string, (row: Row) => string>
export const ORACLE_FACETS = ['kind', 'status', 'severity', 'process', 'step', 'integration', 'facility', 'objectType', 'assignee', 'currency'] as const
type Field = keyof typeof FIELDS

/** The exceptions that a filter lets through inside a scope; `without`: one of its fields is not asked. */
export function through(rows: readonly Row[], filter: ExceptionFilter, scope: Scope, without: Field | null = null): Row[] {
  const fields = (Object.keys(FIELDS) as Field[]).filter(name => name !== without && (filter[name] as readonly string[]).length > 0)
  const q = filter.q?.trim().toLowerCase()
  return rows.filter(row => inScope(scope, row)
    && fields.every(name => (filter[name] as readonly string[]).includes(FIELDS[name](row)))
    && (filter.counterparty.length === 0 || filter.counterparty.includes(row.counterpartyId) || filter.counterparty.includes(row.counterpartyName))
    && (filter.correlationId.length === 0 || row.correlationIds.some(id => filter.correlationId.includes(id)))
    && (filter.amountMin === undefined || (tenThousandths(row) ?? -1n) >= decimal(filter.amountMin))
    && (filter.amountMax === undefined || (row.amountMinor !== null && (tenThousandths(row) ?? 0n) <= decimal(filter.amountMax)))
    && (filter.from === undefined || row.firstSeen >= Date.parse(filter.from)) && (filter.to === undefined || row.firstSeen < Date.parse(filter.to))
    && (filter.dueBefore === undefined || (row.dueAt !== null && row.dueAt < Date.parse(filter.dueBefore)))
    && (!q || [row.id, row.title, row.objectId, row.counterpartyName, row.counterpartyId, row.fingerprint, ...row.correlationIds].join(' ').toLowerCase().includes(q)))
}

/** Each business amount once per currency, with its largest value. */
function moneyOf(rows: readonly Row[]): Money[] {
  const largest = new Map<string, { currency: string; minor: bigint }>()
  for (const { currency, amountMinor, amountKey } of rows) {
    if (amountMinor === null || currency === null) continue
    const key = `${currency}\0${amountKey ?? ''}`
    const known = largest.get(key)
    if (!known || amountMinor > known.minor) largest.set(key, { currency, minor: amountMinor })
  }
  const sums = new Map<string, bigint>()
  for (const { currency, minor } of largest.values()) sums.set(currency, (sums.get(currency) ?? 0n) + minor)
  return [...sums].sort(([a], [b]) => (a < b ? -1 : 1)).map(([currency, minor]) => fromMinor(minor, currency))
}

const iso = (ms: number): string => new Date(ms).toISOString()
const least = (values: readonly number[]): number => values.reduce((a, b) => Math.min(a, b), Infinity)

/** The figure over all of them. */
export const figureOf = (rows: readonly Row[]) => ({ count: rows.length, late: 0, money: moneyOf(rows), withoutAmount: rows.filter(row => row.amountMinor === null).length, oldest: rows.length === 0 ? null : iso(least(rows.map(row => row.firstSeen))) })

/** Values with their counts, those with none left out, by name. */
export function facetOf(rows: readonly Row[], filter: ExceptionFilter, scope: Scope, name: (typeof ORACLE_FACETS)[number]): [string, number][] {
  return [...Map.groupBy(through(rows, filter, scope, name), FIELDS[name])].map(([value, list]): [string, number] => [value, list.length]).sort(([a], [b]) => (a < b ? -1 : 1))
}

/** What a list is sorted by, as a number; null comes last in both directions. */
function sortValue(rows: readonly Row[], sort: string): bigint | null {
  const amounts = rows.flatMap(row => tenThousandths(row) ?? [])
  const due = rows.flatMap(row => row.dueAt ?? [])
  switch (sort.replace('-', '')) {
    case 'severity': return BigInt(5 - Math.max(...rows.map(row => RANK[row.severity]))) * 10n ** 14n + BigInt(least(rows.map(row => row.firstSeen)))
    case 'firstSeen': return BigInt(least(rows.map(row => row.firstSeen)))
    case 'lastSeen': return BigInt(-least(rows.map(row => -row.lastSeen)))
    case 'detectedAt': return BigInt(-least(rows.map(row => -row.detectedAt)))
    case 'dueAt': return due.length === 0 ? null : BigInt(least(due))
    default: return amounts.length === 0 ? null : amounts.reduce((sum, value) => sum + value, 0n)
  }
}

/** Sorted entries, each with what decides between equals left to the caller: `[sort value, entry]`. */
function sorted<T>(entries: readonly (readonly [bigint | null, T])[], sort: string): (readonly [bigint | null, T])[] {
  const sign = sort.startsWith('-') ? -1 : 1
  return entries.toSorted(([a], [b]) => (a === b ? 0 : a === null ? 1 : b === null ? -1 : a < b ? -sign : sign))
}

/** Ids in the list's order; equals by id. */
export function listOf(rows: readonly Row[], sort: string): string[] {
  const sign = sort.startsWith('-') ? -1 : 1
  return sorted(rows.toSorted((a, b) => (a.id - b.id) * sign).map(row => [sortValue([row], sort), row] as const), sort).map(([, row]) => String(row.id))
}

/** Lines of equal failures by fingerprint, with the place each has in the list as a number that equals share. */
export function linesOf(rows: readonly Row[], sort: string): Map<string, { place: number; count: number; speaker: string; money: Money[]; ids: string[]; objects: number; firstSeen: string; lastSeen: string; occurrences: number }> {
  const groups = [...Map.groupBy(rows, row => row.fingerprint)].map(([fingerprint, list]) => [sortValue(list, sort), [fingerprint, list] as const] as const)
  let place = -1
  let before: bigint | null | undefined
  return new Map(sorted(groups, sort).map(([value, [fingerprint, list]]) => {
    if (value !== before) place++
    before = value
    const [speaker] = list.toSorted((a, b) => RANK[b.severity] - RANK[a.severity] || a.firstSeen - b.firstSeen || a.id - b.id)
    return [fingerprint, {
      place, count: list.length, speaker: String(speaker?.id), money: moneyOf(list), ids: list.map(row => row.id).sort((a, b) => a - b).map(String), objects: new Set(list.map(row => `${row.objectType}\0${row.objectId}\0${row.namespace}`)).size,
      firstSeen: iso(least(list.map(row => row.firstSeen))), lastSeen: iso(-least(list.map(row => -row.lastSeen))), occurrences: list.reduce((sum, row) => sum + row.occurrences, 0),
    }]
  }))
}
