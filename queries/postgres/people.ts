/** People: the account (better-auth's "user") with role, scope and zone. A person without a role row may do nothing. */
import type { Kysely, Transaction } from 'kysely'
import type { Database } from './schema.ts'

/** The columns of better-auth's table that are read here; better-auth itself makes and migrates it. */
interface UserTable { id: string; name: string; email: string }
type WithUsers = Database & { user: UserTable }

export interface Person {
  id: string; name: string; email: string; role: string; title: string; timeZone: string
  allFacilities: boolean; facilities: readonly string[]; entities: readonly string[]; version: number
}

/** What is said of a person beside the account. Scope lists hold ids of facilities and legal entities. */
export interface PersonGrant { role: string; title: string; timeZone: string; allFacilities: boolean; facilities: readonly string[]; entities: readonly string[] }

function people(db: Kysely<Database>) {
  return db.withTables<{ user: UserTable }>().selectFrom('person').innerJoin('user', 'user.id', 'person.user_id').select([
    'user.id as id', 'user.name as name', 'user.email as email', 'person.role as role', 'person.title as title', 'person.time_zone as timeZone',
    'person.all_facilities as allFacilities', 'person.facilities as facilities', 'person.entities as entities', 'person.version as version',
  ])
}

/** The person of an account, or null. */
export async function findPerson(db: Kysely<Database>, id: string): Promise<Person | null> {
  return (await people(db).where('user.id', '=', id).executeTakeFirst()) ?? null
}

/** The account that goes by this e-mail (case ignored), or null. */
export async function findAccountId(db: Kysely<Database>, email: string): Promise<string | null> {
  const row = await (db as unknown as Kysely<WithUsers>).selectFrom('user').select('id').where('email', '=', email.toLowerCase()).executeTakeFirst()
  return row?.id ?? null
}

/** Everybody, by name: for assigning and administration. At most 1,000. */
export async function listPeople(db: Kysely<Database>): Promise<Person[]> {
  return people(db).orderBy('user.name').orderBy('user.id').limit(1000).execute()
}

/** True once there is anybody who can administer. */
export async function hasAdministrator(db: Kysely<Database>): Promise<boolean> {
  return (await db.selectFrom('person').select('user_id').where('role', '=', 'admin').limit(1).executeTakeFirst()) !== undefined
}

/** Gives an account its role and scope, or changes them. */
export async function savePerson(tx: Transaction<Database>, userId: string, grant: PersonGrant): Promise<void> {
  const values = {
    role: grant.role, title: grant.title, time_zone: grant.timeZone, all_facilities: grant.allFacilities, facilities: [...grant.facilities], entities: [...grant.entities],
  }
  await tx.insertInto('person').values({ user_id: userId, ...values })
    .onConflict(conflict => conflict.column('user_id').doUpdateSet(update => ({ ...values, version: update('person.version', '+', 1) }))).execute()
}
