/**
 * The tables of what is open (0006_open_tables.sql) keep a row `gone` for everything that is over, so that its older, open version does
 * not come back. Once both have been there for a while they are removed together; what is still being written late is younger than that.
 */
import { z } from 'zod'
import type { ClickHouse } from './clickhouse.ts'
import { defineQuery, UNSCOPED } from './define-query.ts'

const TABLES = { exceptions: { table: 'exceptions_open', key: 'id' }, obligations: { table: 'obligations_open', key: 'object_type, object_id, namespace, process, expectation' } } as const
export type OpenTable = keyof typeof TABLES

const gone = (name: OpenTable) => defineQuery({
  name: `open-tables.${name}_gone`,
  params: z.object({ seconds: z.number() }),
  row: z.object({ gone: z.coerce.number(), all: z.coerce.number() }),
  scoped: 'housekeeping counts rows, whoever may see them',
  sql: `SELECT countIf(gone = 1 AND written_at < now() - {seconds:Int32}) AS gone, count() AS all FROM ${TABLES[name].table}`,
})
const goneOf = { exceptions: gone('exceptions'), obligations: gone('obligations') }

/** Removes what is over for at least `seconds`. A newer version that is written meanwhile stays: only rows that are there now are removed. */
export async function removeGone(clickhouse: ClickHouse, name: OpenTable, seconds: number): Promise<void> {
  const { table, key } = TABLES[name]
  await clickhouse.command({
    name: `open-tables.remove_${name}`,
    sql: `ALTER TABLE ${table} DELETE WHERE (${key}) IN (SELECT ${key} FROM ${table} GROUP BY ${key} HAVING argMax(gone, version) = 1 AND max(written_at) < now() - {seconds:Int32})`,
    params: { seconds },
    settings: { mutations_sync: 2, allow_nondeterministic_mutations: 1 },
  })
}

/** How long a row must have been over: three times as long as a writer may be held up (a minute). */
const SETTLED_SECONDS = 180
/** Fewer are left alone: removing rewrites what they stand among. */
const WORTH_IT = 20_000

/** Removes what is over from both tables where it has become much; resolves to the tables it was removed from. */
export async function tidyOpenTables(clickhouse: ClickHouse): Promise<OpenTable[]> {
  const tidied: OpenTable[] = []
  for (const name of ['exceptions', 'obligations'] as const) {
    const [found] = await goneOf[name].run(clickhouse, { seconds: SETTLED_SECONDS }, UNSCOPED)
    if (!found || found.gone < WORTH_IT || found.gone < found.all / 4) continue
    await removeGone(clickhouse, name, SETTLED_SECONDS)
    tidied.push(name)
  }
  return tidied
}
