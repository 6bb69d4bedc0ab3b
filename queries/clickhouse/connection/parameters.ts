import type { ParameterValue } from '#queries/clickhouse/clickhouse.ts'
import { StoreError } from '#queries/store-error.ts'

const escapes: Readonly<Record<string, string>> = { '\\': '\\\\', "'": "\\'", '\t': '\\t', '\n': '\\n', '\r': '\\r', '\0': '\\0', '\b': '\\b', '\f': '\\f' }
const escapeText = (text: string): string => text.replaceAll(/[\\'\t\n\r\0\b\f]/g, (found) => escapes[found] ?? found)

/** An instant as ClickHouse reads it in every DateTime type: `YYYY-MM-DD hh:mm:ss.SSS`, UTC. */
export function instantText(instant: Date): string {
  return instant.toISOString().replace('T', ' ').replace('Z', '')
}

/** A request's parameters with dates as text, so that both engines are given the same. Throws `store_parameter`. */
export function plainParameters({ name: query, params = {} }: { readonly name: string; readonly params?: Readonly<Record<string, ParameterValue>> }): Record<string, unknown> {
  // An optional field of a schema comes as undefined: it was not given.
  const given = Object.entries(params).filter(([, value]) => value !== undefined)
  const plain = (name: string, value: ParameterValue): unknown => {
    if (Array.isArray(value)) return value.map((item: ParameterValue) => plain(name, item))
    if (value instanceof Date && !Number.isNaN(value.getTime())) return instantText(value)
    if (value === null || ['string', 'number', 'bigint', 'boolean'].includes(typeof value)) return value
    throw new StoreError('store_parameter', query, { explanation: `parameter ${name}: expected a string, number, boolean, valid date, null or a list of these` })
  }
  return Object.fromEntries(given.map(([name, value]) => [name, plain(name, value)]))
}

/**
 * A plain parameter in the text form ClickHouse parses for `{name:Type}`: TSV-escaped at the top, quoted inside lists.
 * Numbers that a JavaScript number would round are bigints in a list, where text is quoted. The form is documented under "queries with parameters" of ClickHouse's HTTP interface.
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
