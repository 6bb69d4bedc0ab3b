/** From PostgreSQL, which owns exceptions, to the worklist in ClickHouse that everybody reads. */
import { projectRows } from '#queries/clickhouse/exceptions/projection.ts'
import { markProjected, unprojected } from '#queries/postgres/exceptions.ts'
import type { ExceptionRow } from '#queries/postgres/exceptions.ts'
import type { Stores } from '#queries/stores.ts'

/** What live views listen to: exceptions changed. */
export const EXCEPTIONS_CHANNEL = 'exceptions'
const ROWS_AT_ONCE = 2000

/** Projects committed rows and wakes whoever watches; when it resolves, lists and counts show them. */
export async function project(stores: Stores, rows: readonly ExceptionRow[]): Promise<void> {
  if (rows.length === 0) return
  for (let from = 0; from < rows.length; from += ROWS_AT_ONCE) {
    const part = rows.slice(from, from + ROWS_AT_ONCE)
    await projectRows(stores.clickhouse, part)
    await markProjected(stores.postgres, part)
  }
  await stores.coordination.wake(EXCEPTIONS_CHANNEL)
}

/** Catches up with what was committed but not projected, after a crash between the two. Resolves to how many rows that were. */
export async function projectPending(stores: Stores): Promise<number> {
  let count = 0
  for (;;) {
    const rows = await unprojected(stores.postgres, ROWS_AT_ONCE)
    if (rows.length === 0) return count
    await project(stores, rows)
    count += rows.length
  }
}
