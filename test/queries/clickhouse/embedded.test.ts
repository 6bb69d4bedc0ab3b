import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openClickHouse } from '#queries/clickhouse/connection/open.ts'
import { clickHouseConformance } from '#test/queries/conformance/clickhouse.ts'

clickHouseConformance('embedded', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'signalbox-test-'))
  const clickhouse = await openClickHouse({ dataDirectory: directory })
  return {
    clickhouse,
    dispose: async () => {
      await clickhouse.close()
      await rm(directory, { recursive: true, force: true })
    },
  }
})
