import type { InsertRequest } from '#queries/clickhouse/clickhouse.ts'
import { plainName, stringLiteral } from './settings.ts'

/** A SELECT without the semicolon at its end. */
export function selectSql(sql: string): string {
  return sql.trim().replace(/;$/, '')
}

/** `INSERT INTO … FORMAT JSONEachRow`, to be followed by the rows. The token is a setting of this one statement. */
export function insertPrefix(request: InsertRequest): string {
  const columns = request.columns ? ` (${request.columns.map(plainName).join(', ')})` : ''
  const settings = request.token === undefined ? '' : ` SETTINGS insert_deduplication_token=${stringLiteral(request.token)}`
  return `INSERT INTO ${plainName(request.table)}${columns}${settings} FORMAT JSONEachRow`
}
