import type { QuerySettings } from '#queries/clickhouse/clickhouse.ts'

/**
 * What holds for every query of either engine.
 *
 * 64-bit integers and decimals come as strings, since a JSON number would lose digits. Unknown fields of an insert are
 * refused (they are a mistake of ours). `async_insert` is off: an insert that answers has been written. A retried insert
 * is deduplicated in the tables that views feed as well.
 */
export const commonSettings: QuerySettings = {
  async_insert: 0,
  date_time_input_format: 'best_effort',
  deduplicate_blocks_in_dependent_materialized_views: 1,
  input_format_skip_unknown_fields: 0,
  output_format_json_quote_64bit_integers: 1,
  output_format_json_quote_decimals: 1,
}

/** Seconds after which a query is stopped, where the request sets no `max_execution_time` itself: a page has long given up by then. */
export const queryTimeoutSeconds = 30
/** The same for a stream: an export of everything may take its time. */
export const streamTimeoutSeconds = 3600
/** Rows of one streamed chunk at most; bounds memory together with the engine's own block size in bytes. */
export const streamBlockRows = 8192

/** An identifier or setting name that is safe to stand in SQL as it is. Throws on anything else. */
export function plainName(name: string): string {
  if (!/^[A-Za-z_]\w*$/.test(name)) throw new TypeError(`not a plain name: ${JSON.stringify(name)}`)
  return name
}

/** `text` as a ClickHouse string literal; only for what cannot be bound (settings). */
export function stringLiteral(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
}

/** A setting's value as SQL. */
export function settingLiteral(value: string | number | boolean): string {
  return typeof value === 'string' ? stringLiteral(value) : String(Number(value))
}
