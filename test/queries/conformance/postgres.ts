import { sql, type Kysely } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Postgres } from '#queries/postgres/postgres.ts'
import type { Database } from '#queries/postgres/schema.ts'

/** What every PostgreSQL of this application must do, whatever is behind it; `open` gives an empty database. */
export function postgresConformance(backend: string, open: () => Promise<{ postgres: Postgres; dispose: () => Promise<void> }>): void {
  describe(`PostgreSQL: ${backend}`, () => {
    let postgres: Postgres
    let db: Kysely<Database>
    let dispose: () => Promise<void>

    beforeAll(async () => {
      ;({ postgres, dispose } = await open())
      db = postgres.db
      await sql`create table item (id bigint primary key, text text not null unique, at timestamptz not null default now())`.execute(db)
    })
    afterAll(() => dispose())

    const texts = async (): Promise<string[]> => (await sql<{ text: string }>`select text from item order by id`.execute(db)).rows.map(({ text }) => text)

    it('answers every type in one way', async () => {
      const { rows } = await sql`
        select 7::int8 as small, 9007199254740993::int8 as big, array[7, 9007199254740993]::int8[] as bigs, count(*) as count, 1.50::numeric as amount, array[1.50, 0.1]::numeric[] as amounts, date '2026-03-29' as day, array[date '2026-03-29'] as days,
          timestamptz '2026-03-29 01:30:00.123+00' as at, timestamptz '2026-03-29 01:30:00.123+00'::text as at_text, timestamp '2026-03-29 01:30:00' as local, interval '1 day 02:03:04' as span, '{"a": [1, "b"]}'::jsonb as json, true as yes, null as nothing,
          '\\x00ff'::bytea as bytes, array['a', null, 'b"c'] as list, 1.5::float8 as float, current_setting('timezone') as zone
        from (values (1), (2)) as t`.execute(db)
      expect(rows).toEqual([
        {
          small: 7, big: '9007199254740993', bigs: [7, '9007199254740993'], count: 2, amount: '1.50', amounts: ['1.50', '0.1'], day: '2026-03-29', days: ['2026-03-29'],
          at: new Date('2026-03-29T01:30:00.123Z'), at_text: '2026-03-29 01:30:00.123+00', local: '2026-03-29 01:30:00', span: '1 day 02:03:04', json: { a: [1, 'b'] }, yes: true, nothing: null,
          bytes: Buffer.from([0, 255]), list: ['a', null, 'b"c'], float: 1.5, zone: 'UTC',
        },
      ])
    })

    it('takes every type back', async () => {
      const at = new Date('2026-03-29T01:30:00.123Z')
      const text = `it's "quoted" \\ \n\t 🧾 $1 ; drop table item`
      const { rows } = await sql`select ${'9007199254740993'}::int8 as big, ${at}::timestamptz as at, ${text}::text as text, ${[text, 'b']}::text[] as list, ${JSON.stringify({ text })}::jsonb as json, ${null}::text as nothing, ${Buffer.from([0, 255])}::bytea as bytes, ${true}::boolean as yes`.execute(db)
      expect(rows).toEqual([{ big: '9007199254740993', at, text, list: [text, 'b'], json: { text }, nothing: null, bytes: Buffer.from([0, 255]), yes: true }])
    })

    it('says how many rows a statement changed', async () => {
      const inserted = await sql`insert into item (id, text) values (1, 'one'), (2, 'two')`.execute(db)
      const updated = await sql`update item set text = 'second' where id = 2`.execute(db)
      expect([inserted.numAffectedRows, updated.numAffectedRows]).toEqual([2n, 1n])
    })

    it('has PostgreSQL’s error codes, and quotes no values in what a log takes', async () => {
      const error = (await sql`insert into item (id, text) values (3, 'one')`.execute(db).catch((thrown: unknown) => thrown)) as Error & { code: string; constraint: string }
      expect(error).toMatchObject({ code: '23505', constraint: 'item_text_key' })
      expect(JSON.stringify({ ...error }) + error.message).not.toContain('one')
      expect((await sql`select * from missing`.execute(db).catch((thrown: unknown) => thrown)) as object).toMatchObject({ code: '42P01' })
      expect(await texts()).toEqual(['one', 'second'])
    })

    describe('transactions', () => {
      it('keep all or nothing', async () => {
        await db.transaction().execute((transaction) => sql`insert into item (id, text) values (10, 'kept')`.execute(transaction))
        const failing = db.transaction().execute(async (transaction) => {
          await sql`insert into item (id, text) values (11, 'lost')`.execute(transaction)
          throw new Error('no')
        })
        await expect(failing).rejects.toThrow('no')
        expect(await texts()).toEqual(['one', 'second', 'kept'])
      })

      it('do not commit after a statement has failed, whether that was noticed or not', async () => {
        const work = db.transaction().execute(async (transaction) => {
          await sql`insert into item (id, text) values (12, 'lost')`.execute(transaction)
          await sql`select 1 / 0`.execute(transaction).catch(() => undefined)
        })
        await expect(work).rejects.toThrow()
        expect(await texts()).not.toContain('lost')
      })

      it('are kept apart when they run side by side', async () => {
        await sql`create table counter (value int not null)`.execute(db)
        await sql`insert into counter values (0)`.execute(db)
        const increment = db.transaction().execute.bind(db.transaction())
        await Promise.all(
          Array.from({ length: 20 }, (_, n) =>
            increment(async (transaction) => {
              const { rows } = await sql<{ value: number }>`select value from counter for update`.execute(transaction)
              await new Promise((resolve) => setTimeout(resolve, 2))
              await sql`update counter set value = ${(rows[0]?.value ?? 0) + 1}`.execute(transaction)
              if (n % 4 === 0) throw new Error('rolled back')
            }).catch(() => undefined),
          ),
        )
        expect((await sql`select value from counter`.execute(db)).rows).toEqual([{ value: 15 }])
      })

      it('refuse the outer db, which would wait for ever on the embedded database', async () => {
        const work = db.transaction().execute(async () => await sql`select 1`.execute(db))
        await expect(work).rejects.toThrow('the outer db was used inside a transaction')
        expect((await sql`select 1 as one`.execute(db)).rows).toEqual([{ one: 1 }])
      })
    })

    it('answers many at once', async () => {
      const answers = await Promise.all(Array.from({ length: 200 }, (_, n) => sql<{ n: number }>`select ${n}::int as n, repeat('x', ${n * 50}::int) as x`.execute(db)))
      expect(answers.map(({ rows }) => rows[0]?.n)).toEqual(Array.from({ length: 200 }, (_, n) => n))
    })

    describe('coordination', () => {
      it('wakes every listener of a channel, and nobody else', async () => {
        const woken: string[] = []
        const { coordination } = postgres
        const ends = await Promise.all([coordination.onWake('mail', () => woken.push('a')), coordination.onWake('mail', () => woken.push('b')), coordination.onWake('replay "x"', () => woken.push('c'))])
        await coordination.wake('mail')
        await expect.poll(() => woken.toSorted()).toEqual(['a', 'b'])
        await ends[0]?.()
        await coordination.wake('mail')
        await coordination.wake('replay "x"')
        await expect.poll(() => woken.toSorted()).toEqual(['a', 'b', 'b', 'c'])
        for (const end of ends) await end()
      })

      it('lets a listener use the database although its waker is in a transaction', async () => {
        const answers: unknown[] = []
        const end = await postgres.coordination.onWake('inside', () => void sql`select 1 as one`.execute(db).then(({ rows }) => answers.push(...rows)))
        await db.transaction().execute(() => postgres.coordination.wake('inside'))
        await expect.poll(() => answers).toEqual([{ one: 1 }])
        await end()
      })

      it('gives a lock to one at a time', async () => {
        const { coordination } = postgres
        const first = await coordination.tryLock('nightly')
        expect(first).not.toBeNull()
        expect(await Promise.all([coordination.tryLock('nightly'), coordination.tryLock('nightly')])).toEqual([null, null])
        const other = await coordination.tryLock('other')
        expect(other).not.toBeNull()
        await first?.release()
        await first?.release()
        const [second, third] = await Promise.all([coordination.tryLock('nightly'), coordination.tryLock('nightly')])
        expect([second, third].filter((lock) => lock !== null)).toHaveLength(1)
        await second?.release()
        await third?.release()
        await other?.release()
      })
    })

    it('answers a ping until it is closed', async () => {
      expect(await postgres.ping()).toBe(true)
      await postgres.close()
      expect(await postgres.ping()).toBe(false)
    })
  })
}
