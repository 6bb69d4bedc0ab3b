import { noClickHouseServer } from './clickhouse-http.ts'
import { noPostgresServer } from './postgres-server.ts'

/** Whether this run of the tests is on server stores (`SIGNALBOX_TEST_BACKEND=server`) or on the embedded ones. */
export const onServers = process.env['SIGNALBOX_TEST_BACKEND'] === 'server'

/** Why tests on that kind of server must be skipped, or null. In CI nothing is skipped for what is not there: it fails. */
export function skipReason(kind: 'clickhouse' | 'postgres'): string | null {
  const reason = kind === 'clickhouse' ? noClickHouseServer() : noPostgresServer()
  if (reason !== null && process.env['CI'] === 'true') throw new Error(`CI must have it: ${reason}`)
  return reason
}
