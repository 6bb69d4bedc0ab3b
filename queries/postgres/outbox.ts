/**
 * The outbox: one row is one mail or one call of a webhook. Several workers take rows side by side (SKIP LOCKED); a row that was taken and
 * never noted as sent is taken again after its lease, under the same Message-ID.
 */
import { randomUUID } from 'node:crypto'
import { sql, type Kysely, type Selectable, type Transaction } from 'kysely'
import { FilterError, type Paging } from '../model/filter.ts'
import type { Database, OutboxTable } from './schema.ts'

export type OutboxRow = Selectable<OutboxTable>
/**
 * planned → sending → sent. `deferred`: tried, to be tried again at `next_at`. `held`: nothing to send with. `bounced`: the address was
 * refused. `failed`: given up. `suppressed`: the recipient does not want it. `empty`: nothing was left to say.
 */
export const OUTBOX_STATES = ['planned', 'sending', 'sent', 'deferred', 'held', 'bounced', 'failed', 'suppressed', 'empty'] as const
export type OutboxState = (typeof OUTBOX_STATES)[number]

export interface NewOutboxRow {
  channel: 'mail' | 'webhook'; kind: 'digest' | 'test' | 'webhook_off'; policy: string; recipient: string; name: string; address: string
  /** one row per key for ever; null: no such limit */
  dedupeKey: string | null; nextAt: Date
  /** what a row about no exception is about: a webhook */
  about?: string
}

/** Adds rows that are not gathered (digests, tests). Resolves to the ids of those that are new. */
export async function addOutboxRows(tx: Transaction<Database>, rows: readonly NewOutboxRow[]): Promise<string[]> {
  if (rows.length === 0) return []
  const made = await tx.insertInto('outbox').values(rows.map(row => ({
    id: randomUUID(), channel: row.channel, kind: row.kind, policy: row.policy, recipient: row.recipient, recipient_name: row.name, address: row.address, dedupe_key: row.dedupeKey, next_at: row.nextAt, urgent: row.kind !== 'digest', about: row.about ?? null,
  }))).onConflict(conflict => conflict.column('dedupe_key').doNothing()).returning('id').execute()
  return made.map(row => row.id)
}

/**
 * Takes up to `limit` rows that are due, or that somebody took longer than `leaseMs` ago and never finished. They are committed as
 * `sending` before this resolves, so that after a crash it is known which may have left.
 */
export async function claimOutbox(db: Kysely<Database>, claim: { by: string; now: Date; leaseMs: number; limit: number }): Promise<OutboxRow[]> {
  const result = await sql<OutboxRow>`
    update outbox set state = 'sending', claimed_by = ${claim.by}, claimed_at = ${claim.now}, attempts = attempts + 1
    where id in (
      select id from outbox
      where (state in ('planned', 'deferred') and next_at <= ${claim.now}) or (state = 'sending' and claimed_at <= ${new Date(claim.now.getTime() - claim.leaseMs)})
      order by urgent desc, next_at limit ${claim.limit} for update skip locked)
    returning *`.execute(db)
  return result.rows
}

/** Frees rows that were being sent by workers that are gone for certain: at the start of the only process there is. */
export async function releaseClaims(db: Kysely<Database>, now: Date): Promise<void> {
  await db.updateTable('outbox').set({ state: 'deferred', next_at: now, reason: 'The worker stopped while it was sending' }).where('state', '=', 'sending').execute()
}

/** Keeps what is about to be sent, before it is. */
export async function keepContent(db: Kysely<Database>, id: string, content: { subject: string; html: string | null; body: string; items: number; asOf: Date }): Promise<void> {
  await db.updateTable('outbox').set({ subject: content.subject, html: content.html, body: content.body, items: content.items, as_of: content.asOf }).where('id', '=', id).execute()
}

/** What became of a row that this worker took; false if another has taken it since. */
export async function finishOutbox(db: Kysely<Database>, id: string, by: string, outcome: { state: Exclude<OutboxState, 'planned' | 'sending'>; reason: string | null; reply: string | null; at: Date; nextAt?: Date; forget?: boolean }): Promise<boolean> {
  const changed = await db.updateTable('outbox').set({
    state: outcome.state, reason: outcome.reason, reply: outcome.reply, ...(outcome.state === 'sent' ? { sent_at: outcome.at } : {}), ...(outcome.nextAt ? { next_at: outcome.nextAt } : {}),
    // What certainly never left is made anew at the next attempt, so that it does not tell old news.
    ...(outcome.forget ? { html: null, body: null, as_of: null } : {}),
  }).where('id', '=', id).where('state', '=', 'sending').where('claimed_by', '=', by).returning('id').execute()
  return changed.length > 0
}

/** When the next row is due or the oldest lease ends; null if nothing waits. */
export async function nextOutboxAt(db: Kysely<Database>, leaseMs: number): Promise<Date | null> {
  const result = await sql<{ at: Date | null }>`
    select least((select min(next_at) from outbox where state in ('planned', 'deferred')), (select min(claimed_at) + make_interval(secs => ${leaseMs / 1000}) from outbox where state = 'sending')) as at`.execute(db)
  return result.rows[0]?.at ?? null
}

/** Lets rows go again that were held since `since`, or one row whatever ended it. The content is made anew. Resolves to how many. */
export async function retryOutbox(tx: Kysely<Database>, what: { heldSince: Date } | { id: string }, now: Date): Promise<number> {
  let query = tx.updateTable('outbox').set({ state: 'deferred', next_at: now, reason: null, html: null, body: null, as_of: null, attempts: 0 })
  query = 'id' in what ? query.where('id', '=', what.id).where('state', 'in', ['held', 'bounced', 'failed', 'deferred', 'suppressed']) : query.where('state', '=', 'held').where('created_at', '>=', what.heldSince)
  return (await query.returning('id').execute()).length
}

export interface OutboxFilter { states: readonly OutboxState[]; channel: 'mail' | 'webhook' | null; policy: string | null; recipient: string | null }
export type OutboxLine = Pick<OutboxRow, 'id' | 'channel' | 'kind' | 'policy' | 'recipient' | 'recipient_name' | 'address' | 'state' | 'reason' | 'subject' | 'items' | 'attempts' | 'next_at' | 'sent_at' | 'reply' | 'created_at' | 'as_of' | 'urgent'>
const lineColumns = ['id', 'channel', 'kind', 'policy', 'recipient', 'recipient_name', 'address', 'state', 'reason', 'subject', 'items', 'attempts', 'next_at', 'sent_at', 'reply', 'created_at', 'as_of', 'urgent'] as const

/** The log, newest first. `recipient`: only this one's, enforced here. Throws FilterError for a cursor that is none of ours. */
export async function listOutbox(db: Kysely<Database>, filter: OutboxFilter, paging: Paging): Promise<{ items: OutboxLine[]; nextCursor: string | null }> {
  let query = db.selectFrom('outbox').select(lineColumns).orderBy('created_at', 'desc').orderBy('id', 'desc').limit(paging.limit + 1)
  if (filter.states.length > 0) query = query.where('state', 'in', [...filter.states])
  if (filter.channel !== null) query = query.where('channel', '=', filter.channel)
  if (filter.policy !== null) query = query.where('policy', '=', filter.policy)
  if (filter.recipient !== null) query = query.where('recipient', '=', filter.recipient)
  if (paging.cursor !== undefined) {
    const { at, id } = readCursor(paging.cursor)
    query = query.where(eb => eb(eb.refTuple('created_at', 'id'), '<', sql<[Date, string]>`(${at}::timestamptz, ${id})`))
  }
  const rows = await query.execute()
  const shown = rows.slice(0, paging.limit)
  const last = shown.at(-1)
  return { items: shown, nextCursor: rows.length > paging.limit && last ? Buffer.from(`1:${last.created_at.toISOString()}:${last.id}`).toString('base64url') : null }
}

function readCursor(cursor: string): { at: string; id: string } {
  const match = /^1:(\d{4}-\d\d-\d\dT[\d:.]+Z):([0-9a-f-]{36})$/.exec(Buffer.from(cursor, 'base64url').toString())
  if (!match?.[1] || !match[2]) throw new FilterError(['cursor'], 'cursor: not one of this list')
  return { at: match[1], id: match[2] }
}

/** One row whole, with what was sent; undefined if there is none, or if it is another recipient's. */
export async function findOutbox(db: Kysely<Database>, id: string, recipient: string | null): Promise<OutboxRow | undefined> {
  if (!/^[0-9a-f-]{36}$/.test(id)) return undefined
  let query = db.selectFrom('outbox').selectAll().where('id', '=', id)
  if (recipient !== null) query = query.where('recipient', '=', recipient)
  return await query.executeTakeFirst()
}

/** How many rows are in each state, of one recipient or of all. */
export async function countOutbox(db: Kysely<Database>, recipient: string | null): Promise<ReadonlyMap<string, number>> {
  let query = db.selectFrom('outbox').select(['state', eb => eb.fn.countAll<number>().as('count')]).groupBy('state')
  if (recipient !== null) query = query.where('recipient', '=', recipient)
  return new Map((await query.execute()).map(row => [row.state, Number(row.count)]))
}

/** Per policy what was sent since `since`, and when last at all. */
export async function sentByPolicy(db: Kysely<Database>, since: Date): Promise<ReadonlyMap<string, { sent: number; last: Date | null }>> {
  const rows = await db.selectFrom('outbox').select(['policy', eb => eb.fn.countAll<number>().filterWhere('sent_at', '>=', since).as('sent'), eb => eb.fn.max('sent_at').as('last')]).where('sent_at', 'is not', null).groupBy('policy').execute()
  return new Map(rows.map(row => [row.policy, { sent: Number(row.sent), last: row.last }]))
}

/** When a digest of this policy last went to the recipient before this row; null if never. */
export async function lastDigestSent(db: Kysely<Database>, policy: string, recipient: string): Promise<Date | null> {
  return (await db.selectFrom('outbox').select('as_of').where('policy', '=', policy).where('recipient', '=', recipient).where('kind', '=', 'digest').where('state', '=', 'sent').orderBy('sent_at', 'desc').limit(1).executeTakeFirst())?.as_of ?? null
}

export interface AddressState { state: 'good' | 'bouncing' | 'blocked'; bounces: number; code: string | null; reply: string | null; changedAt: Date }

/** What is known of an address; null if nothing ever went wrong. */
export async function addressState(db: Kysely<Database>, address: string): Promise<AddressState | null> {
  const row = await db.selectFrom('mail_address').selectAll().where('address', '=', address).executeTakeFirst()
  return row ? { state: row.state as AddressState['state'], bounces: row.bounces, code: row.last_code, reply: row.last_reply, changedAt: row.changed_at } : null
}

/** Addresses that are not good, newest first; at most 200. */
export async function badAddresses(db: Kysely<Database>): Promise<(AddressState & { address: string })[]> {
  const rows = await db.selectFrom('mail_address').selectAll().where('state', '<>', 'good').orderBy('changed_at', 'desc').limit(200).execute()
  return rows.map(row => ({ address: row.address, state: row.state as AddressState['state'], bounces: row.bounces, code: row.last_code, reply: row.last_reply, changedAt: row.changed_at }))
}

/** A refusal of the address: after `blockAfter` in a row nothing is sent to it any more. */
export async function noteBounce(db: Kysely<Database>, address: string, code: string | null, reply: string, blockAfter: number, at: Date): Promise<void> {
  await db.insertInto('mail_address').values({ address, state: blockAfter <= 1 ? 'blocked' : 'bouncing', bounces: 1, last_code: code, last_reply: reply, changed_at: at })
    .onConflict(conflict => conflict.column('address').doUpdateSet({
      bounces: sql<number>`mail_address.bounces + 1`, state: sql<string>`case when mail_address.bounces + 1 >= ${blockAfter}::integer then 'blocked' else 'bouncing' end`, last_code: code, last_reply: reply, changed_at: at,
    })).execute()
}

/** The address took a mail, or a person says that it is good again. */
export async function noteGoodAddress(db: Kysely<Database>, address: string, at: Date): Promise<void> {
  await db.updateTable('mail_address').set({ state: 'good', bounces: 0, changed_at: at }).where('address', '=', address).where('state', '<>', 'good').execute()
}

/** Forgets what old mails said; that they were sent, and to whom, stays. Resolves to how many. */
export async function forgetContent(db: Kysely<Database>, before: Date): Promise<number> {
  const rows = await db.updateTable('outbox').set({ html: null, body: null }).where('created_at', '<', before).where('body', 'is not', null).where('state', 'not in', ['planned', 'sending', 'deferred']).returning('id').execute()
  return rows.length
}
