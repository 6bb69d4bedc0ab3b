import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, it } from 'vitest'
import { openClickHouse } from '#queries/clickhouse/connection/open.ts'
import { clickHouseConformance } from '#test/queries/conformance/clickhouse.ts'
import { skipReason } from '#test/support/backend.ts'
import { startClickHouseServer, type TestServer } from '#test/support/clickhouse-http.ts'

const reason = skipReason('clickhouse')

if (reason !== null) {
  describe.skip(`ClickHouse over HTTP: ${reason}`, () => it('is not here', () => undefined))
} else {
  let server: TestServer
  beforeAll(async () => {
    server = await startClickHouseServer()
  })
  afterAll(() => server.stop())

  clickHouseConformance('over HTTP', async () => {
    const clickhouse = await openClickHouse({ url: `${server.url}/test_${randomUUID().replaceAll('-', '')}`, cluster: null })
    return { clickhouse, dispose: () => clickhouse.close() }
  })
}
