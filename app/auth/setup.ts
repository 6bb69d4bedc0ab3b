/** The first visit to an empty installation. */
import { hasAdministrator } from '#queries/postgres/people.ts'
import type { Stores } from '#queries/stores.ts'

/** True as long as nobody can administer. */
export async function isEmpty({ stores }: { stores: Stores }): Promise<boolean> {
  return !(await hasAdministrator(stores.postgres))
}
