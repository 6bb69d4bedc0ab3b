/** Attributes of imported objects. */
import type { ClickHouse } from '../clickhouse.ts'
import type { ObjectAttributeRow } from './rows.ts'

const ROWS_PER_INSERT = 10_000

/**
 * Inserts attributes in chunks; resolves when all are durable. Repeats collapse by (object, name, time, source, position), so a
 * failed call is simply made again.
 */
export async function writeObjectAttributes(clickhouse: ClickHouse, rows: readonly ObjectAttributeRow[]): Promise<void> {
  for (let from = 0; from < rows.length; from += ROWS_PER_INSERT) {
    await clickhouse.insert({ table: 'object_attributes', rows: rows.slice(from, from + ROWS_PER_INSERT) })
  }
}
