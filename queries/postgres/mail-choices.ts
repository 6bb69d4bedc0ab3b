/** What recipients chose: which policies they follow or left, and when mail may come. */
import type { Kysely, Transaction } from 'kysely'
import type { Database } from './schema.ts'

export type Choice = 'on' | 'off'
/** `null`: nothing of one's own, the policy's hour and no quiet hours hold. */
export interface MailPreference { timeZone: string | null; digestAt: string | null; quietFrom: string | null; quietUntil: string | null; quietWeekend: boolean }
export const NO_PREFERENCE: MailPreference = { timeZone: null, digestAt: null, quietFrom: null, quietUntil: null, quietWeekend: false }

/** Every choice there is, by `recipient|policy`. */
export async function allChoices(db: Kysely<Database>): Promise<ReadonlyMap<string, Choice>> {
  const rows = await db.selectFrom('sla_choice').select(['recipient', 'policy', 'choice']).execute()
  return new Map(rows.map(row => [choiceKey(row.recipient, row.policy), row.choice === 'on' ? 'on' : 'off']))
}
/** How {@link allChoices} names a choice. */
export const choiceKey = (recipient: string, policy: string): string => JSON.stringify([recipient, policy])

/** What one recipient chose for one policy; null: nothing. */
export async function choiceOf(db: Kysely<Database>, recipient: string, policy: string): Promise<Choice | null> {
  const row = await db.selectFrom('sla_choice').select('choice').where('recipient', '=', recipient).where('policy', '=', policy).executeTakeFirst()
  return row ? (row.choice === 'on' ? 'on' : 'off') : null
}

/** Sets a choice; null takes it back. Resolves to what it was. */
export async function saveChoice(tx: Transaction<Database>, recipient: string, policy: string, choice: Choice | null): Promise<Choice | null> {
  const before = await choiceOf(tx, recipient, policy)
  if (choice === null) await tx.deleteFrom('sla_choice').where('recipient', '=', recipient).where('policy', '=', policy).execute()
  else await tx.insertInto('sla_choice').values({ recipient, policy, choice }).onConflict(conflict => conflict.columns(['recipient', 'policy']).doUpdateSet({ choice })).execute()
  return before
}

/** Every person's preference, by person. */
export async function allPreferences(db: Kysely<Database>): Promise<ReadonlyMap<string, MailPreference>> {
  const rows = await db.selectFrom('mail_preference').selectAll().execute()
  return new Map(rows.map(row => [row.person_id, { timeZone: row.time_zone, digestAt: row.digest_at, quietFrom: row.quiet_from, quietUntil: row.quiet_until, quietWeekend: row.quiet_weekend }]))
}

/** Sets a person's preference. Resolves to what it was. */
export async function savePreference(tx: Transaction<Database>, person: string, preference: MailPreference): Promise<MailPreference> {
  const before = (await allPreferences(tx)).get(person) ?? NO_PREFERENCE
  const columns = { time_zone: preference.timeZone, digest_at: preference.digestAt, quiet_from: preference.quietFrom, quiet_until: preference.quietUntil, quiet_weekend: preference.quietWeekend }
  await tx.insertInto('mail_preference').values({ person_id: person, ...columns }).onConflict(conflict => conflict.column('person_id').doUpdateSet(update => ({ ...columns, version: update('mail_preference.version', '+', 1) }))).execute()
  return before
}
