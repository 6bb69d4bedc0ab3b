import type { ParameterValue } from '#queries/clickhouse/clickhouse.ts'

const escapes: Readonly<Record<string, string>> = { '\\': '\\\\', "'": "\\'", '\t': '\\t', '\n': '\\n', '\r': '\\r', '\0': '\\0', '\b': '\\b', '\f': '\\f' }
const escapeText = (text: string): string => text.replaceAll(/[\\'\t\n\r\0\b\f]/g, (found) => escapes[found] ?? found)

/** An instant as ClickHouse reads it in every DateTime type: `YYYY-MM-DD hh:mm:ss.SSS`, UTC. Throws on an invalid date. */
export function instantText(instant: Date): string {
  return instant.toISOString().replace('T', ' ').replace('Z', '')
}

/** Dates become text, so that both engines are given the same. Throws a TypeError on a value of no known kind. */
export function plainParameters(params: Readonly<Record<string, ParameterValue>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(params).map(([name, value]) => [name, plainParameter(name, value)]))
}

function plainParameter(name: string, value: ParameterValue): unknown {
  if (value instanceof Date) return instantText(value)
  if (Array.isArray(value)) return value.map((item: ParameterValue) => plainParameter(name, item))
  if (value === null || ['string', 'number', 'bigint', 'boolean'].includes(typeof value)) return value
  throw new TypeError(`parameter ${name}: expected a string, number, boolean, date, null or a list of these, not ${typeof value}`)
}

/**
 * A plain parameter in the text form ClickHouse parses for `{name:Type}`: TSV-escaped at the top, quoted inside lists.
 * The form is documented under "queries with parameters" of ClickHouse's HTTP interface.
 */
export function parameterText(value: unknown, insideList = false): string {
  if (value === null) return insideList ? 'NULL' : '\\N'
  if (Array.isArray(value)) return `[${value.map((item) => parameterText(item, true)).join(',')}]`
  if (typeof value === 'boolean') return insideList ? String(value) : String(Number(value))
  if (typeof value === 'string') return insideList ? `'${escapeText(value)}'` : escapeText(value)
  if (value === Number.POSITIVE_INFINITY) return 'inf'
  if (value === Number.NEGATIVE_INFINITY) return '-inf'
  return Number.isNaN(value) ? 'nan' : String(value)
}
