import { inspect } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ClickHouse, QueryRequest } from '#queries/clickhouse/clickhouse.ts'
import { engineText, StoreError } from '#queries/store-error.ts'

/** A row that must never be quoted by anything that could be logged. */
const secretValue = 'Müller-geheim-4711'

/** What every ClickHouse of this application must do, whatever is behind it; `open` gives one on an empty database. */
export function clickHouseConformance(backend: string, open: () => Promise<{ clickhouse: ClickHouse; dispose: () => Promise<void> }>): void {
  describe(`ClickHouse: ${backend}`, () => {
    let clickhouse: ClickHouse
    let dispose: () => Promise<void>

    beforeAll(async () => {
      ;({ clickhouse, dispose } = await open())
      await clickhouse.command({
        name: 'test.create',
        sql: `CREATE TABLE item (id UInt64, text String, at DateTime64(3, 'UTC'), amount Decimal(18, 4), tags Array(String), note Nullable(String)) ENGINE = MergeTree ORDER BY id SETTINGS non_replicated_deduplication_window = 100`,
      })
    })
    afterAll(() => dispose())

    const query = async (sql: string, more: Partial<QueryRequest> = {}): Promise<unknown[]> => (await clickhouse.query({ name: 'test.query', sql, ...more })).rows
    const failure = async (work: Promise<unknown>): Promise<StoreError> => {
      const error = await work.then(() => null, (thrown: unknown) => thrown)
      expect(error).toBeInstanceOf(StoreError)
      return error as StoreError
    }
    const running = async (mark: string): Promise<unknown> => await query('SELECT count() AS n FROM system.processes WHERE position(query, {mark:String}) > 0 AND position(query, {own:String}) = 0', { params: { mark, own: 'system.processes' } })
    const untilStopped = async (mark: string): Promise<void> => await expect.poll(() => running(mark), { timeout: 10_000, interval: 50 }).toEqual([{ n: '0' }])

    describe('values', () => {
      it('answers numbers that a double would round as strings, and instants as UTC text', async () => {
        const rows = await query(`SELECT toUInt64('18446744073709551615') AS a, toInt64('-9007199254740993') AS b, toDecimal64('12345678901.1200', 4) AS c, toDateTime64('2026-03-29 01:30:00.123', 3, 'UTC') AS d, toUInt32(7) AS e, CAST(NULL AS Nullable(String)) AS f, true AS g, [1, 2] AS h`)
        expect(rows).toEqual([{ a: '18446744073709551615', b: '-9007199254740993', c: '12345678901.12', d: '2026-03-29 01:30:00.123', e: 7, f: null, g: true, h: [1, 2] }])
      })

      it.each([
        ['quotes', `it's "quoted" \`back\``],
        ['white space', 'a\nb\tc\r\nd '],
        ['backslashes', 'C:\\new\\table \\N \\'],
        ['other scripts', 'Zürich – 東京 – 🧾 – \u202eabc'],
        ['control characters', 'a\u0001b\bc\fd\u0000e'],
        ['SQL', `'; DROP TABLE item; --`],
        ['a placeholder', '{id:UInt64}'],
        ['nothing', ''],
        ['1 MB', 'ä'.repeat(500_000)],
      ])('binds a string with %s unchanged, alone and in a list', async (_, text) => {
        const rows = await query('SELECT {text:String} AS text, {list:Array(String)} AS list, {text:String} IN {list:Array(String)} AS found', { params: { text, list: [text, 'other'] } })
        expect(rows).toEqual([{ text, list: [text, 'other'], found: 1 }])
      })

      it('binds every type that queries use', async () => {
        const rows = await query(
          `SELECT {u:UInt64} AS u, {i:Int64} AS i, {d:Decimal(18, 4)} AS d, {t:DateTime64(3, 'UTC')} AS t, {t2:DateTime64(3, 'UTC')} AS t2, {ts:Array(DateTime64(3, 'UTC'))} AS ts, {day:Date} AS day, {n:Nullable(String)} AS n,
             {n2:Nullable(String)} AS n2, {b:Bool} AS b, {f:Float64} AS f, {us:Array(UInt64)} AS us, {ns:Array(Nullable(String))} AS ns, {e:Array(String)} AS e, {id:UUID} AS id, {bs:Array(Bool)} AS bs`,
          {
            params: {
              u: '18446744073709551615', i: -9007199254740993n, d: '12345678901.1200', t: new Date('2026-03-29T01:30:00.123Z'), t2: '2026-03-29 01:30:00.000', ts: [new Date('1948-01-01T00:00:00.001Z')], day: '2120-02-29', n: null,
              n2: 'NULL', b: false, f: -1.5, us: [18446744073709551615n, 0], ns: [null, 'NULL', "a'b"], e: [], id: '00000000-0000-4000-8000-00000000000a', bs: [true, false],
            },
          },
        )
        expect(rows).toEqual([
          {
            u: '18446744073709551615', i: '-9007199254740993', d: '12345678901.12', t: '2026-03-29 01:30:00.123', t2: '2026-03-29 01:30:00.000', ts: ['1948-01-01 00:00:00.001'], day: '2120-02-29', n: null,
            n2: 'NULL', b: false, f: -1.5, us: ['18446744073709551615', '0'], ns: [null, 'NULL', "a'b"], e: [], id: '00000000-0000-4000-8000-00000000000a', bs: [true, false],
          },
        ])
      })

      it('refuses a value of no known kind and a value that is not of the type', async () => {
        expect((await failure(query('SELECT {a:String}', { params: { a: Symbol('x') as never } }))).message).toContain('parameter a')
        const error = await failure(query('SELECT {a:UInt64}', { params: { a: secretValue } }))
        expect(error.code).toBe('store_parameter')
        expectNoSecret(error)
      })

      it('keeps the parameters of queries at the same time apart', async () => {
        const answers = await Promise.all(Array.from({ length: 60 }, (_, n) => query('SELECT {n:UInt32} AS n, {text:String} AS text, sleep(0.005) AS s', { params: { n, text: `text ${n}` } })))
        expect(answers).toEqual(Array.from({ length: 60 }, (_, n) => [{ n, text: `text ${n}`, s: 0 }]))
      })
    })

    describe('one query after another', () => {
      it('leaves no row of a query that failed after its first block in a later result', async () => {
        for (let round = 0; round < 12; round++) {
          const error = await failure(query('SELECT number, throwIf(number = 3000000) FROM numbers(4000000) SETTINGS max_block_size = 1000'))
          expect(error.engineCode).toContain('395')
          expect(await query('SELECT 1 AS one')).toEqual([{ one: 1 }])
        }
      })

      it('leaves no failed query among the running ones', async () => {
        await failure(query('SELECT number AS failed_one, throwIf(number = 3000000) FROM numbers(4000000) SETTINGS max_block_size = 1000'))
        expect(await running('failed_one')).toEqual([{ n: '0' }])
      })

      it('does not let a setting outlive its query', async () => {
        const before = await query(`SELECT getSetting('max_threads') AS threads, getSetting('readonly') AS readonly, getSetting('max_execution_time') AS seconds`)
        await Promise.all(Array.from({ length: 12 }, () => query('SELECT sleep(0.01)', { settings: { max_threads: 1, max_execution_time: 7, max_block_size: 10 } })))
        await failure(query('SELECT throwIf(1)', { settings: { max_threads: 1, max_result_rows: 1 } }))
        expect(await query(`SELECT getSetting('max_execution_time') AS seconds`, { settings: { max_execution_time: 7 } })).toEqual([{ seconds: expect.toSatisfy((value) => Number(value) === 7) }])
        const answers = await Promise.all(Array.from({ length: 12 }, () => query(`SELECT getSetting('max_threads') AS threads, getSetting('readonly') AS readonly, getSetting('max_execution_time') AS seconds FROM numbers(1) WHERE sleep(0.01) = 0`)))
        for (const answer of answers) expect(answer).toEqual(before)
      })

      it('refuses a setting whose name is not one', async () => {
        await failure(query('SELECT 1', { settings: { 'max_threads=1, readonly': 1 } }))
      })

      it('gives the statistics of a query and keeps a record of it', async () => {
        const { statistics } = await clickhouse.query({ name: 'test.statistics', sql: 'SELECT sum(number) FROM numbers(123456)' })
        expect(statistics.rowsRead).toBeGreaterThanOrEqual(123_456)
        expect(statistics.bytesRead).toBeGreaterThan(0)
        expect(clickhouse.recentQueries()[0]).toMatchObject({ name: 'test.statistics', kind: 'query', rowsRead: statistics.rowsRead, error: null })
      })
    })

    describe('abort', () => {
      const endless = (mark: string): string => `SELECT count() AS ${mark} FROM numbers_mt(10000000000000) WHERE sipHash64(number) = 1`

      it('rejects and really stops the query', async () => {
        const controller = new AbortController()
        const work = failure(query(endless('stop_me'), { signal: controller.signal }))
        await expect.poll(() => running('stop_me'), { interval: 20 }).toEqual([{ n: '1' }])
        controller.abort()
        expect((await work).code).toBe('store_aborted')
        await untilStopped('stop_me')
      })

      it('stops queries aborted at any moment, and those after them are right', async () => {
        await Promise.all(
          Array.from({ length: 24 }, async (_, n) => {
            const controller = new AbortController()
            setTimeout(() => controller.abort(), n * 3)
            expect((await failure(query(endless('stop_many'), { signal: controller.signal }))).code).toBe('store_aborted')
          }),
        )
        await untilStopped('stop_many')
        expect(await Promise.all(Array.from({ length: 12 }, (_, n) => query('SELECT {n:UInt8} AS n', { params: { n } })))).toEqual(Array.from({ length: 12 }, (_, n) => [{ n }]))
      })

      it('does not start what is aborted already', async () => {
        expect((await failure(query('SELECT 1', { signal: AbortSignal.abort() }))).code).toBe('store_aborted')
      })

      it('stops what takes too long', async () => {
        expect((await failure(query(endless('too_long'), { settings: { max_execution_time: 1 } }))).code).toBe('store_timeout')
      })
    })

    describe('stream', () => {
      it('gives every row in order, in chunks', async () => {
        let next = 0
        let chunks = 0
        for await (const rows of clickhouse.stream({ name: 'test.stream', sql: `SELECT number AS n, concat({text:String}, toString(number)) AS text FROM numbers(300000)`, params: { text: "a'\n" } })) {
          chunks++
          for (const row of rows as { n: string; text: string }[]) {
            if (row.n !== String(next) || row.text !== `a'\n${next}`) throw new Error(`row ${next} is ${JSON.stringify(row)}`)
            next++
          }
        }
        expect(next).toBe(300_000)
        expect(chunks).toBeGreaterThan(10)
      })

      it('fails where the query fails, after the rows before it', async () => {
        let rows = 0
        const read = async (): Promise<void> => {
          for await (const chunk of clickhouse.stream({ name: 'test.stream', sql: 'SELECT number, throwIf(number = 2000000) AS t FROM numbers(3000000)' })) rows += chunk.length
        }
        expect((await failure(read())).engineCode).toContain('395')
        expect(rows).toBeGreaterThan(0)
        expect(rows).toBeLessThanOrEqual(2_000_000)
        expect(await query('SELECT 1 AS one')).toEqual([{ one: 1 }])
      })

      it('stops when it is left early or aborted', async () => {
        const sql = 'SELECT number AS leave_me FROM numbers(100000000000)'
        for (let round = 0; round < 6; round++) {
          for await (const rows of clickhouse.stream({ name: 'test.stream', sql })) {
            expect(rows[0]).toEqual({ leave_me: '0' })
            break
          }
        }
        const controller = new AbortController()
        const read = async (): Promise<void> => {
          for await (const _ of clickhouse.stream({ name: 'test.stream', sql, signal: controller.signal })) controller.abort()
        }
        expect((await failure(read())).code).toBe('store_aborted')
        await untilStopped('leave_me')
        expect(await query('SELECT 1 AS one')).toEqual([{ one: 1 }])
      })
    })

    describe('insert', () => {
      const item = (id: number | string, text: string): object => ({ id, text, at: '2026-03-29T01:30:00.123Z', amount: '12345678901.1200', tags: ['a\nb', "'"], note: null })

      it('stores what it was given', async () => {
        const text = `"quoted" 'single' \\ \n\t\r \u0000 🧾 {x:String}`
        await clickhouse.insert({ table: 'item', rows: [item('18446744073709551615', text)] })
        expect(await query('SELECT * FROM item WHERE id = 18446744073709551615')).toEqual([
          { id: '18446744073709551615', text, at: '2026-03-29 01:30:00.123', amount: '12345678901.12', tags: ['a\nb', "'"], note: null },
        ])
      })

      it('stores large batches side by side, and each token once', async () => {
        const rows = (batch: number): object[] => Array.from({ length: 3000 }, (_, n) => item(1_000_000 * (batch + 1) + n, 'x'.repeat(700)))
        await Promise.all(Array.from({ length: 6 }, (_, batch) => clickhouse.insert({ table: 'item', rows: rows(batch), token: `batch ${batch} it's` })))
        await clickhouse.insert({ table: 'item', rows: rows(2), token: `batch 2 it's` })
        const [counted] = await query('SELECT count() AS rows, uniqExact(id) AS ids, sum(length(text)) AS bytes FROM item WHERE id BETWEEN 1000000 AND 7000000')
        expect(counted).toEqual({ rows: '18000', ids: '18000', bytes: String(18_000 * 700) })
      })

      it('does not take the token of one insert for the next', async () => {
        const rows = [item(42, 'same')]
        await clickhouse.insert({ table: 'item', rows, token: 'first' })
        for (let n = 0; n < 4; n++) await clickhouse.insert({ table: 'item', rows, token: `other ${n}` })
        expect(await query('SELECT count() AS n FROM item WHERE id = 42')).toEqual([{ n: '5' }])
      })

      it('refuses an unknown column and takes the default of an absent one', async () => {
        await failure(clickhouse.insert({ table: 'item', rows: [{ id: 50, unknown: 1 }] }))
        await clickhouse.insert({ table: 'item', rows: [{ id: 51 }], columns: ['id'] })
        expect(await query('SELECT id, text, tags FROM item WHERE id IN (50, 51)')).toEqual([{ id: '51', text: '', tags: [] }])
      })

      it('refuses a table name that is none, and does nothing without rows', async () => {
        await failure(clickhouse.insert({ table: 'item; DROP TABLE item', rows: [{ id: 1 }] }))
        await clickhouse.insert({ table: 'item', rows: [] })
      })
    })

    describe('errors', () => {
      it('say which query and what kind, and quote no data', async () => {
        const error = await failure(clickhouse.insert({ table: 'item', rows: [{ id: secretValue, text: secretValue }] }))
        expect(error).toMatchObject({ code: 'store_failed', query: 'insert.item' })
        expect(error.engineCode).toMatch(/\(\d+\)$/)
        expectNoSecret(error)
        expect(engineText(error)).toContain(secretValue)
        expectNoSecret(await failure(query(`SELECT toUInt8({text:String})`, { params: { text: secretValue } })))
        expect(JSON.stringify(clickhouse.recentQueries())).not.toContain(secretValue)
      })

      it('have a stable code for what is denied', async () => {
        for (const source of [`file('/etc/hostname', 'LineAsString')`, `url('http://127.0.0.1:1/', 'LineAsString')`, `s3('http://127.0.0.1:1/bucket/file', 'LineAsString')`, `remote('127.0.0.1:1', system.one)`]) {
          expect((await failure(query(`SELECT * FROM ${source}`))).code, source).toBe('store_denied')
        }
        await failure(query('SELECT * FROM `/etc/hostname`'))
      })
    })

    it('answers a ping', async () => {
      expect(await clickhouse.ping()).toBe(true)
    })

    it('closes while queries run, and refuses more', async () => {
      const { clickhouse: other, dispose: end } = backend.includes('HTTP') ? await open() : { clickhouse, dispose: async () => undefined }
      const work = failure(other.query({ name: 'test.closing', sql: 'SELECT count() FROM numbers_mt(10000000000000) WHERE sipHash64(number) = 1' }))
      await new Promise((resolve) => setTimeout(resolve, 100))
      await other.close()
      expect((await work).code).toBe('store_aborted')
      expect(await other.ping()).toBe(false)
      expect((await failure(other.query({ name: 'test.closed', sql: 'SELECT 1' }))).code).toBe('store_closed')
      await end()
    })
  })
}

function expectNoSecret(error: StoreError): void {
  // As log serialisers do: what is enumerable, the message, the stack, and the chain of causes.
  const seen = [JSON.stringify(error), JSON.stringify({ ...error }), String(error), error.stack, inspect(error, { depth: 9, showHidden: true }), String(error.cause)]
  for (const text of seen) expect(text).not.toContain(secretValue)
  expect(Object.keys(error)).not.toContain('cause')
}
