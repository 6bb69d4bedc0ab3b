/** Outgoing webhooks: where to, in which format, with which sealed secret, and what they may see. */
import type { Kysely, Selectable, Transaction } from 'kysely'
import type { Scope } from '../model/scope.ts'
import type { Database, WebhookTable } from './schema.ts'

export const WEBHOOK_FORMATS = ['generic', 'slack', 'teams'] as const
export type WebhookFormat = (typeof WEBHOOK_FORMATS)[number]
export type WebhookRow = Selectable<WebhookTable>

/** All webhooks, by name. */
export async function listWebhooks(db: Kysely<Database>): Promise<WebhookRow[]> {
  return await db.selectFrom('webhook').selectAll().orderBy('name').orderBy('id').execute()
}

/** One webhook; undefined if there is none. */
export async function findWebhook(db: Kysely<Database>, id: string): Promise<WebhookRow | undefined> {
  return await db.selectFrom('webhook').selectAll().where('id', '=', id).executeTakeFirst()
}

/** What a webhook tells of. */
export const webhookScope = (row: Pick<WebhookRow, 'all_facilities' | 'facilities' | 'entities'>): Scope => (row.all_facilities ? 'all' : { facilities: row.facilities, entities: row.entities })

export interface NewWebhook { id: string; name: string; url: string; format: WebhookFormat; secret: string; allowPrivate: boolean; scope: Scope; createdBy: string }

/** Adds a webhook; `secret` is sealed already. */
export async function addWebhook(tx: Transaction<Database>, hook: NewWebhook): Promise<void> {
  await tx.insertInto('webhook').values({
    id: hook.id, name: hook.name, url: hook.url, format: hook.format, secret: hook.secret, allow_private: hook.allowPrivate, created_by: hook.createdBy,
    all_facilities: hook.scope === 'all', facilities: hook.scope === 'all' ? [] : [...hook.scope.facilities], entities: hook.scope === 'all' ? [] : [...hook.scope.entities],
  }).execute()
}

/** A call was taken: what failed before is forgotten. */
export async function noteWebhookSuccess(db: Kysely<Database>, id: string): Promise<void> {
  await db.updateTable('webhook').set({ failures: 0, failing_since: null }).where('id', '=', id).execute()
}

/** A call failed. Resolves to how many in a row by now, and since when; undefined if the webhook is off or gone. */
export async function noteWebhookFailure(tx: Transaction<Database>, id: string, at: Date): Promise<{ failures: number; since: Date } | undefined> {
  const row = await tx.updateTable('webhook').set(eb => ({ failures: eb('failures', '+', 1), failing_since: eb.fn.coalesce('failing_since', eb.val(at)) })).where('id', '=', id).where('enabled', '=', true).returning(['failures', 'failing_since']).executeTakeFirst()
  return row && { failures: row.failures, since: row.failing_since ?? at }
}

/** Switches a webhook off for what it does; false if it is off already. */
export async function switchOffWebhook(tx: Transaction<Database>, id: string, reason: string, at: Date): Promise<boolean> {
  const rows = await tx.updateTable('webhook').set(eb => ({ enabled: false, off_reason: reason, off_at: at, version: eb('version', '+', 1) })).where('id', '=', id).where('enabled', '=', true).returning('id').execute()
  return rows.length > 0
}

/** Changes a webhook; switching it on or off forgets what failed. False if there is none. */
export async function changeWebhook(tx: Transaction<Database>, id: string, change: { enabled?: boolean; secret?: string }): Promise<boolean> {
  const forgotten = change.enabled === undefined ? {} : { failures: 0, failing_since: null, off_at: null, off_reason: null }
  const rows = await tx.updateTable('webhook').set(eb => ({ ...change, ...forgotten, version: eb('version', '+', 1) })).where('id', '=', id).returning('id').execute()
  return rows.length > 0
}
