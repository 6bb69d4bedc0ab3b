import { skipReason, onServers } from './backend.ts'
import { startClickHouseServer } from './clickhouse-http.ts'
import { startPostgresServer } from './postgres-server.ts'

/** On server stores: starts one ClickHouse and one PostgreSQL for the whole run; each test makes databases of its own there. */
export default async function setup(): Promise<(() => Promise<void>) | undefined> {
  if (!onServers) return undefined
  for (const kind of ['clickhouse', 'postgres'] as const) {
    const reason = skipReason(kind)
    if (reason !== null) throw new Error(`SIGNALBOX_TEST_BACKEND=server: ${reason}`)
  }
  const started = await Promise.allSettled([startClickHouseServer(), startPostgresServer()])
  const stop = async (): Promise<void> => {
    await Promise.all(started.map((server) => (server.status === 'fulfilled' ? server.value.stop() : undefined)))
  }
  const [clickhouse, postgres] = started
  if (clickhouse.status === 'rejected' || postgres.status === 'rejected') {
    await stop()
    throw new Error('a server of the tests did not start', { cause: started })
  }
  // Worker processes are started after this and inherit it.
  process.env['SIGNALBOX_TEST_CLICKHOUSE'] = clickhouse.value.url
  process.env['SIGNALBOX_TEST_POSTGRES'] = postgres.value.url
  return stop
}
