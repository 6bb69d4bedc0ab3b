import { AsyncLocalStorage } from 'node:async_hooks'
import { DefaultQueryExecutor, Kysely, PostgresDialect, type ConnectionProvider, type DatabaseConnection, type Driver } from 'kysely'
import { DatabaseError, type Pool } from 'pg'
import type { Database } from '#queries/postgres/schema.ts'

/** Set while the code of a transaction runs. */
const insideTransaction = new AsyncLocalStorage<{ open: boolean }>()

/** Runs `work` as if no transaction were open: for listeners and other code that has nothing to do with its caller's. */
export function outsideTransaction<T>(work: () => T): T {
  return insideTransaction.exit(work)
}

/**
 * Gives out connections, and refuses one to code that already holds one. Using the outer `db` inside
 * `db.transaction().execute(…)` waits for ever on the embedded database (it has one connection) and works outside the
 * transaction on a server; both are mistakes, so both throw. (`startTransaction()` is not seen: use `transaction()`.)
 */
class GuardedConnections implements ConnectionProvider {
  readonly #driver: Driver

  constructor(driver: Driver) {
    this.#driver = driver
  }

  async provideConnection<T>(consumer: (connection: DatabaseConnection) => Promise<T>): Promise<T> {
    if (insideTransaction.getStore()?.open) throw new Error('the outer db was used inside a transaction: use the transaction that was handed in')
    const connection = await this.#driver.acquireConnection()
    const state = { open: true }
    try {
      return await insideTransaction.run(state, () => consumer(connection))
    } catch (error) {
      throw withoutValues(error)
    } finally {
      state.open = false
      await this.#driver.releaseConnection(connection)
    }
  }
}

/** PostgreSQL quotes the offending values beside its message: what holds them is kept from JSON and log serialisers. */
function withoutValues(error: unknown): unknown {
  if (!(error instanceof DatabaseError)) return error
  for (const name of ['detail', 'where', 'internalQuery', 'hint'] as const) {
    Object.defineProperty(error, name, { value: error[name], enumerable: false, configurable: true, writable: true })
  }
  return error
}

/** kysely on a pool of `pg`, with the guard above. `destroy()` ends the pool. */
export async function guardedKysely(pool: Pool): Promise<Kysely<Database>> {
  const dialect = new PostgresDialect({ pool })
  const driver = dialect.createDriver()
  await driver.init()
  const executor = new DefaultQueryExecutor(dialect.createQueryCompiler(), dialect.createAdapter(), new GuardedConnections(driver))
  return new Kysely<Database>({ config: { dialect }, dialect, driver, executor })
}
