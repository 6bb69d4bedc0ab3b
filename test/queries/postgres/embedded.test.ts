import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openPostgres } from '#queries/postgres/connection/open.ts'
import { postgresConformance } from '#test/queries/conformance/postgres.ts'

postgresConformance('embedded', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'signalbox-test-'))
  const postgres = await openPostgres({ dataDirectory: directory })
  return {
    postgres,
    dispose: async () => {
      await postgres.close()
      await rm(directory, { recursive: true, force: true })
    },
  }
})
