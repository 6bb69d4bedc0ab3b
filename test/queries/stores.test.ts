import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { sql } from 'kysely'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { openStores } from '#queries/stores.ts'
import { createDatabase } from '#test/support/stores.ts'
import { onServers } from '#test/support/backend.ts'

let dataDirectory: string
beforeEach(async () => {
  dataDirectory = await mkdtemp(join(tmpdir(), 'signalbox-stores-'))
})
afterEach(() => rm(dataDirectory, { recursive: true, force: true }))

const embedded = { clickhouseUrl: null, clickhouseCluster: null, databaseUrl: null }

it('keeps what was written, and lets one process at a time in', async () => {
  const stores = await openStores({ dataDirectory, ...embedded })
  expect(stores.embedded).toEqual({ clickhouse: true, postgres: true })
  await stores.clickhouse.command({ name: 'test.create', sql: 'CREATE TABLE kept (a UInt8) ENGINE = MergeTree ORDER BY a' })
  await stores.clickhouse.insert({ table: 'kept', rows: [{ a: 7 }] })
  await sql`create table kept as select 7 as a`.execute(stores.postgres)

  const program = `
    import { openStores } from '#queries/stores.ts'
    const error = await openStores(${JSON.stringify({ dataDirectory, ...embedded })}).catch((thrown) => thrown)
    console.log(JSON.stringify({ code: error.code, message: error.message }))`
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', program])
  const second = JSON.parse(stdout) as { code: string; message: string }
  expect(second.code).toBe('store_locked')
  expect(second.message).toContain('another process uses it')

  await stores.close()
  await stores.close()
  const again = await openStores({ dataDirectory, ...embedded })
  expect((await again.clickhouse.query({ name: 'test.kept', sql: 'SELECT a FROM kept' })).rows).toEqual([{ a: 7 }])
  expect((await sql`select a from kept`.execute(again.postgres)).rows).toEqual([{ a: 7 }])
  expect(await again.ping()).toBe(true)
  await again.close()
  expect(await again.ping()).toBe(false)
})

it('refuses an embedded PostgreSQL that nothing would lock, and frees the lock if the second store does not open', async () => {
  await expect(openStores({ dataDirectory, ...embedded, clickhouseUrl: 'http://127.0.0.1:1' })).rejects.toThrow('DATABASE_URL: required when CLICKHOUSE_URL is set')
  await expect(openStores({ dataDirectory, ...embedded, databaseUrl: 'postgres://127.0.0.1:1/x' })).rejects.toThrow()
  await (await openStores({ dataDirectory, ...embedded })).close()
})

it('says that a server is not there', async () => {
  await expect(openStores({ dataDirectory, clickhouseUrl: 'http://127.0.0.1:1', clickhouseCluster: null, databaseUrl: 'postgres://127.0.0.1:1/x' })).rejects.toMatchObject({ code: 'store_unavailable', query: 'open' })
})

it.runIf(onServers)('opens both on servers (embedded runs have none: SIGNALBOX_TEST_BACKEND=server)', async () => {
  const database = await createDatabase(process.env['SIGNALBOX_TEST_POSTGRES'] ?? '', 'stores_open')
  const stores = await openStores({ dataDirectory, clickhouseUrl: `${process.env['SIGNALBOX_TEST_CLICKHOUSE']}/stores_open`, clickhouseCluster: null, databaseUrl: database.url })
  expect(stores.embedded).toEqual({ clickhouse: false, postgres: false })
  expect(await stores.ping()).toBe(true)
  await stores.close()
  await database.drop()
})
