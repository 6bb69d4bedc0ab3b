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

/** Changes a webhook; false if there is none. */
export async function changeWebhook(tx: Transaction<Database>, id: string, change: { enabled?: boolean; secret?: string }): Promise<boolean> {
  const rows = await tx.updateTable('webhook').set(eb => ({ ...change, version: eb('version', '+', 1) })).where('id', '=', id).returning('id').execute()
  return rows.length > 0
}
