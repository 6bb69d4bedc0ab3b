import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openPostgres } from '#queries/postgres/connection/open.ts'
import { postgresConformance } from '#test/queries/conformance/postgres.ts'
import { skipReason } from '#test/support/backend.ts'
import type { TestServer } from '#test/support/clickhouse-http.ts'
import { startPostgresServer } from '#test/support/postgres-server.ts'
import { createDatabase } from '#test/support/stores.ts'

const reason = skipReason('postgres')

if (reason !== null) {
  describe.skip(`PostgreSQL server: ${reason}`, () => it('is not here', () => undefined))
} else {
  let server: TestServer
  beforeAll(async () => {
    server = await startPostgresServer()
  })
  afterAll(() => server.stop())

  postgresConformance('server', async () => {
    const database = await createDatabase(server.url, 'conformance')
    const postgres = await openPostgres({ url: database.url })
    return { postgres, dispose: () => postgres.close() }
  })

  describe('two processes on one PostgreSQL', () => {
    it('see each other’s locks and wakes, and a lock ends with its holder', async () => {
      const { url } = await createDatabase(server.url, 'shared')
      const [one, two] = await Promise.all([openPostgres({ url }), openPostgres({ url })])
      let woken = 0
      await two.coordination.onWake('mail', () => woken++)
      await one.coordination.wake('mail')
      await expect.poll(() => woken).toBe(1)
      expect(await one.coordination.tryLock('nightly')).not.toBeNull()
      expect(await two.coordination.tryLock('nightly')).toBeNull()
      await one.close()
      await expect.poll(() => two.coordination.tryLock('nightly')).not.toBeNull()
      await two.close()
    })
  })
}
