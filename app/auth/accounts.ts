/** Making people: the account, then role and scope with the audit record in one transaction. */
import { hasAdministrator, findAccountId, savePerson, type PersonGrant } from '#queries/postgres/people.ts'
import { recordAct, type Actor } from '#queries/postgres/audit.ts'
import type { Stores } from '#queries/stores.ts'
import type { Auth } from './better-auth.ts'

export interface NewPerson extends PersonGrant { email: string; name: string; password: string }

/**
 * Makes a person who can sign in, or gives an existing account of that e-mail this role, scope and password. An account without a role
 * row (a crash between the two) may do nothing, and repeating the call completes it. Returns the person's id.
 */
export async function createPerson(auth: Auth, stores: Stores, person: NewPerson, actor: Actor): Promise<string> {
  const context = await auth.$context
  const email = person.email.toLowerCase()
  const password = await context.password.hash(person.password)
  const known = await findAccountId(stores.postgres, email)
  const id = known ?? (await context.internalAdapter.createUser({ email, name: person.name, emailVerified: true }, { method: 'admin' })).id
  if (known !== null && (await context.internalAdapter.findAccounts(id)).some(account => account.providerId === 'credential')) await context.internalAdapter.updatePassword(id, password)
  else await context.internalAdapter.linkAccount({ userId: id, providerId: 'credential', accountId: id, password })
  const { password: _secret, email: _email, name: _name, ...grant } = person
  await stores.postgres.transaction().execute(async tx => {
    await savePerson(tx, id, grant)
    await recordAct(tx, actor, { action: 'person.create', subject: { kind: 'person', id }, after: { ...grant } })
  })
  return id
}

/**
 * Makes the first administrator. False if there is one already: of two people who set up at the same moment one wins.
 */
export async function createFirstAdministrator(auth: Auth, stores: Stores, person: { email: string; name: string; password: string }, origin: string): Promise<boolean> {
  const lock = await stores.coordination.tryLock('first-administrator')
  if (lock === null) return false
  try {
    if (await hasAdministrator(stores.postgres)) return false
    await createPerson(auth, stores, { ...person, role: 'admin', title: '', timeZone: 'UTC', allFacilities: true, facilities: [], entities: [] }, { kind: 'schedule', id: 'setup', origin })
    return true
  } finally {
    await lock.release()
  }
}
