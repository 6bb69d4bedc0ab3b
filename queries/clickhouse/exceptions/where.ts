/**
 * The one condition of everything that shows exceptions: lists, counts, facets, tiles, exports. Each filter is a named clause from a
 * closed set; values are bound. Lists and counts join all clauses, a facet all but its own.
 */
import { data as currencies } from 'currency-codes'
import { z } from 'zod'
import { bindSaid, saidClause, saidParams } from '../said.ts'
import { EXCEPTION_STATUSES, exceptionNumber } from '../../model/exception.ts'
import type { ExceptionFilter } from '../../model/filter.ts'

/** Filters that take several values, and the column each compares exactly. */
const COLUMNS = {
  kind: 'kind', status: 'status', severity: 'severity', process: 'process', step: 'step', integration: 'integration', facility: 'facility', entity: 'entity', system: 'system',
  owner: 'owner', assignee: 'assignee', objectType: 'object_type', objectId: 'object_id', fingerprint: 'fingerprint', currency: 'currency', environment: 'environment',
} as const

/** Bound parameters of every clause; those of filters that are not given are bound too and not used. */
export const whereParams = z.object({
  kind: z.array(z.string()), status: z.array(z.string()), severity: z.array(z.string()), process: z.array(z.string()), step: z.array(z.string()), integration: z.array(z.string()),
  facility: z.array(z.string()), entity: z.array(z.string()), system: z.array(z.string()), owner: z.array(z.string()), sla: z.array(z.string()), rule: z.array(z.string()), now: z.string(), assignee: z.array(z.string()), objectType: z.array(z.string()), objectId: z.array(z.string()),
  fingerprint: z.array(z.string()), currency: z.array(z.string()), environment: z.array(z.string()), counterparty: z.array(z.string()), correlationId: z.array(z.string()),
  amountMin: z.array(z.bigint()), amountMax: z.array(z.bigint()), from: z.string().nullable(), to: z.string().nullable(), dueBefore: z.string().nullable(), detectedFrom: z.string().nullable(), q: z.string().nullable(), criticality: z.array(z.string()), ...saidParams, ids: z.array(z.number()).nullable(),
})
export type WhereParams = z.infer<typeof whereParams>

/** Clause names in the order they are joined. */
export type ClauseName = keyof typeof COLUMNS | 'sla' | 'rule' | 'counterparty' | 'correlationId' | 'amountMin' | 'amountMax' | 'from' | 'to' | 'dueBefore' | 'detectedFrom' | 'q' | 'criticality' | 'said' | 'ids'

/** How the clock of a row stands at `now`; past due and waiting for somebody else is paused. */
export const SLA_STATE = `multiIf(isNull(due_at), 'none', status = 'waiting', 'paused', assumeNotNull(due_at) <= {now:DateTime64(3, 'UTC')}, 'breached', isNotNull(warn_at) AND assumeNotNull(warn_at) <= {now:DateTime64(3, 'UTC')}, 'at_risk', 'on_time')`

/** Binds a filter. `ids`: only these exceptions (a frozen selection); `now`: for how clocks stand. */
export function bindFilter(filter: ExceptionFilter, ids: readonly string[] | null = null, now = new Date()): WhereParams {
  const instant = (value: string | undefined) => (value === undefined ? null : new Date(value).toISOString().slice(0, 23).replace('T', ' '))
  return {
    kind: filter.kind, status: filter.status, severity: filter.severity, process: filter.process, step: filter.step, integration: filter.integration, facility: filter.facility, entity: filter.entity,
    system: filter.system, owner: filter.owner, sla: filter.sla, rule: filter.rule, now: instant(now.toISOString()) ?? '', assignee: filter.assignee, objectType: filter.objectType, objectId: filter.objectId, fingerprint: filter.fingerprint, currency: filter.currency, environment: filter.environment,
    counterparty: filter.counterparty, correlationId: filter.correlationId, amountMin: bounds(filter.amountMin, 'up'), amountMax: bounds(filter.amountMax, 'down'),
    from: instant(filter.from), to: instant(filter.to), dueBefore: instant(filter.dueBefore), detectedFrom: instant(filter.detectedFrom), q: filter.q?.trim() || null, criticality: filter.criticality, ...bindSaid(filter.said), ids: ids === null ? null : ids.flatMap(id => exceptionNumber(id) ?? []),
  }
}

/** Objects of a criticality; one that nobody gave counts as normal, as it does for due times. */
export const CRITICAL_OBJECTS = `(object_type, object_id, namespace) IN (SELECT object_type, object_id, namespace FROM objects FINAL
  WHERE if(criticality = '', 'normal', criticality) IN {criticality:Array(String)} AND (empty({objectType:Array(String)}) OR object_type IN {objectType:Array(String)}))`

/** The clauses of the filters that are given, by name. */
export function clauses(params: WhereParams): Map<ClauseName, string> {
  const given = new Map<ClauseName, string>()
  for (const [name, column] of Object.entries(COLUMNS) as [keyof typeof COLUMNS, string][]) {
    if (params[name].length > 0) given.set(name, `${column} IN {${name}:Array(String)}`)
  }
  if (params.counterparty.length > 0) given.set('counterparty', '(counterparty_id IN {counterparty:Array(String)} OR counterparty_name IN {counterparty:Array(String)})')
  if (params.sla.length > 0) given.set('sla', `${SLA_STATE} IN {sla:Array(String)}`)
  if (params.rule.length > 0) given.set('rule', 'hasAny(rules, {rule:Array(String)})')
  if (params.correlationId.length > 0) given.set('correlationId', 'hasAny(correlation_ids, {correlationId:Array(String)})')
  if (params.amountMin.length > 0) given.set('amountMin', `(isNotNull(amount_minor) AND amount_minor >= {amountMin:Array(Int64)}[${DIGITS} + 1])`)
  if (params.amountMax.length > 0) given.set('amountMax', `(isNotNull(amount_minor) AND amount_minor <= {amountMax:Array(Int64)}[${DIGITS} + 1])`)
  if (params.from !== null) given.set('from', `first_seen >= {from:DateTime64(3, 'UTC')}`)
  if (params.to !== null) given.set('to', `first_seen < {to:DateTime64(3, 'UTC')}`)
  if (params.dueBefore !== null) given.set('dueBefore', `(isNotNull(due_at) AND due_at < {dueBefore:DateTime64(3, 'UTC')})`)
  if (params.detectedFrom !== null) given.set('detectedFrom', `detected_at >= {detectedFrom:DateTime64(3, 'UTC')}`)
  if (params.criticality.length > 0) given.set('criticality', CRITICAL_OBJECTS)
  const said = saidClause(params, sourceOf(params))
  if (said !== null) given.set('said', said)
  if (params.q !== null) given.set('q', 'position(search, lowerUTF8({q:String})) > 0')
  if (params.ids !== null) given.set('ids', 'id IN {ids:Array(UInt64)}')
  return given
}

/** All clauses but those named, with the scope; never empty. */
export function whereSql(params: WhereParams, without: readonly ClauseName[] = []): string {
  return ['{scope}', ...[...clauses(params)].filter(([name]) => !without.includes(name)).map(([, sql]) => sql)].join(' AND ')
}

/** Every status but resolved: what the table of open exceptions holds. */
const OPEN_STATUSES: readonly string[] = EXCEPTION_STATUSES.filter(status => status !== 'resolved')

/** The table that answers for these statuses: the open ones have a table of their own, which does not grow with what is over. */
export function sourceOf(params: Pick<WhereParams, 'status'>): 'exceptions_open' | 'exceptions' {
  return params.status.length > 0 && params.status.every(status => OPEN_STATUSES.includes(status)) ? 'exceptions_open' : 'exceptions'
}

/** True if the statuses asked for are exactly those of the table of open exceptions. */
export const asksAllOpen = (params: Pick<WhereParams, 'status'>): boolean => sourceOf(params) === 'exceptions_open' && OPEN_STATUSES.every(status => params.status.includes(status))

/** Filters that let few rows through or cost much per row: they are asked once, of all versions, newest or not. */
const NARROW: readonly ClauseName[] = ['objectId', 'counterparty', 'correlationId', 'fingerprint', 'q']

/**
 * What follows a table's name (and alias) so that its newest rows are read, all clauses but `without`. FINAL merges every row of the
 * table before a condition is asked. So narrow clauses are asked first, of every version there is, and what they leave is a set of
 * (id, version): a row counts if its newest version is in it, which is the same and reads by the key only what may count. Ids given are
 * a PREWHERE, which stands before FINAL: versions of a row share it.
 */
export function newest(table: string, params: WhereParams, without: readonly ClauseName[] = []): string {
  const given = clauses(params)
  const narrow = NARROW.filter(name => given.has(name) && !without.includes(name))
  const ids = given.has('ids') && !without.includes('ids') ? ` PREWHERE ${given.get('ids')}` : ''
  const set = narrow.length === 0 ? '' : ` AND (id, version) IN (SELECT id, version FROM ${table}${ids} WHERE {scope} AND ${narrow.map(name => given.get(name)).join(' AND ')})`
  return `FINAL${ids} WHERE ${whereSql(params, [...without, ...narrow, 'ids'])}${set}`
}

/** The rows that the filter lets through, to stand behind FROM: table, FINAL and condition. */
export function rowsOf(params: WhereParams): string {
  return `${sourceOf(params)} ${newest(sourceOf(params), params)}`
}

/** ISO 4217 currencies whose minor unit is not a hundredth, as ClickHouse reads them: fixed codes, no input. */
const withDigits = (digits: number) => currencies.filter(currency => currency.digits === digits).map(currency => `'${currency.code}'`).join(', ')
/** Decimals of the row's currency. */
export const DIGITS = `multiIf(currency IN (${withDigits(0)}), 0, currency IN (${withDigits(3)}), 3, currency IN (${withDigits(4)}), 4, 2)`

/** A decimal bound as minor units for 0, 1, 2, 3 and 4 decimals, rounded so that the comparison stays exact. */
function bounds(value: string | undefined, round: 'up' | 'down'): bigint[] {
  if (value === undefined) return []
  const negative = value.startsWith('-')
  const [whole = '0', fraction = ''] = value.replace('-', '').split('.')
  const tenThousandths = BigInt(whole + fraction.padEnd(4, '0')) * (negative ? -1n : 1n)
  return [0, 1, 2, 3, 4].map(digits => {
    const unit = 10n ** BigInt(4 - digits)
    const quotient = tenThousandths / unit
    const rest = tenThousandths % unit
    if (rest === 0n) return quotient
    if (round === 'up') return rest > 0n ? quotient + 1n : quotient
    return rest < 0n ? quotient - 1n : quotient
  })
}
