/**
 * Service keys: what systems and programs authenticate with. A key is shown once, at its making; the store keeps its SHA-256 (a key
 * is 256 random bits, so a slow hash would protect nothing). Every change leaves an audit record in its transaction.
 */
import { hash, randomBytes, randomUUID } from 'node:crypto'
import type { Kysely, Transaction } from 'kysely'
import type { Scope } from '../model/scope.ts'
import { recordAct, type Actor } from './audit.ts'
import type { Database } from './schema.ts'

export const KEY_ACTS = ['ingest', 'read', 'exceptions:write', 'recon:write', 'replay:request', 'admin'] as const
export type KeyAct = (typeof KEY_ACTS)[number]

/** One parsed scope: `ingest:odoo@lakeside` → act `ingest`, integration `odoo`, place `lakeside`; null where it is not limited. */
export interface KeyScope { act: KeyAct; integration: string | null; place: string | null }
export interface ServiceKey { id: string; name: string; scopes: readonly KeyScope[]; strict: boolean }

/** A scope that cannot be read; `code` is stable. */
export class KeyScopeError extends Error {
  readonly code = 'invalid_scope'
}

const KEY_PATTERN = /^sbx_[\x21-\x7e]{1,512}$/
/** How long an answer of the store is believed: the longest that a key revoked by another process stays valid if its wake-up is lost. */
const BELIEVED_MS = 3000
const MAX_CACHED = 10_000

/** `ingest:<integration|*>`, `read`, `exceptions:write`, `recon:write`, `replay:request`, `admin`, each with an optional `@<facility or entity>`. Throws KeyScopeError. */
export function parseKeyScope(text: string): KeyScope {
  const [act = '', place, ...more] = text.split('@')
  if (more.length > 0 || place === '') throw new KeyScopeError('a scope has at most one @, followed by a facility or entity')
  if (act.startsWith('ingest:') && act.length > 'ingest:'.length) {
    const integration = act.slice('ingest:'.length)
    return { act: 'ingest', integration: integration === '*' ? null : integration, place: place ?? null }
  }
  const known = KEY_ACTS.find(one => one === act && one !== 'ingest')
  if (!known) throw new KeyScopeError('a scope is ingest:<integration|*>, read, exceptions:write, recon:write, replay:request or admin')
  return { act: known, integration: null, place: place ?? null }
}

/** What of the data a key sees under an act: the places of its scopes of that act; null if it has none. `admin` stands for every act but `ingest`. */
export function keyScope(key: ServiceKey, act: Exclude<KeyAct, 'ingest'>): Scope | null {
  const scopes = key.scopes.filter(scope => scope.act === act || scope.act === 'admin')
  if (scopes.length === 0) return null
  if (scopes.some(scope => scope.place === null)) return 'all'
  const places = scopes.flatMap(scope => scope.place ?? [])
  return { facilities: places, entities: places }
}

const hashOf = (key: string) => hash('sha256', key, 'hex')

/** Makes a key and records who made it. `key` is shown to them now and never again. Throws KeyScopeError. */
export async function createServiceKey(db: Kysely<Database>, request: { name: string; scopes: readonly string[]; strict?: boolean }, actor: Actor): Promise<{ id: string; key: string }> {
  const key = `sbx_${randomBytes(32).toString('base64url')}`
  const id = await db.transaction().execute(tx => insertKey(tx, key, request, actor))
  return { id, key }
}

async function insertKey(tx: Transaction<Database>, key: string, request: { name: string; scopes: readonly string[]; strict?: boolean }, actor: Actor): Promise<string> {
  request.scopes.forEach(parseKeyScope)
  const id = randomUUID()
  const scopes = [...request.scopes]
  await tx.insertInto('service_key').values({ id, name: request.name, hash: hashOf(key), prefix: key.slice(0, 8), scopes, strict: request.strict ?? false, created_by: actor.id }).execute()
  await recordAct(tx, actor, { action: 'service_key.create', subject: { kind: 'service_key', id }, after: { name: request.name, scopes, strict: request.strict ?? false } })
  return id
}

/** Ends a key. False if there is none of this id that is still valid. Other processes learn of it from `wake('service-keys')`, which the caller sends after this. */
export async function revokeServiceKey(db: Kysely<Database>, id: string, actor: Actor): Promise<boolean> {
  return db.transaction().execute(async tx => {
    const revoked = await tx.updateTable('service_key').set({ revoked_at: new Date() }).where('id', '=', id).where('revoked_at', 'is', null).returning(['name', 'scopes', 'strict']).executeTakeFirst()
    if (!revoked) return false
    await recordAct(tx, actor, { action: 'service_key.revoke', subject: { kind: 'service_key', id }, before: revoked })
    return true
  })
}

/** On a store without any key: makes `key` (SIGNALBOX_API_KEY) valid with every scope. On any other it does nothing. Returns whether it did. */
export async function ensureBootstrapKey(db: Kysely<Database>, key: string): Promise<boolean> {
  if (!KEY_PATTERN.test(key)) throw new KeyScopeError('a service key starts with sbx_ and has no white space')
  return db.transaction().execute(async tx => {
    const some = await tx.selectFrom('service_key').select('id').limit(1).executeTakeFirst()
    if (some) return false
    await insertKey(tx, key, { name: 'bootstrap', scopes: ['ingest:*', 'read', 'exceptions:write', 'recon:write', 'replay:request', 'admin'] }, { kind: 'schedule', id: 'bootstrap', origin: '' })
    return true
  })
}

/** Verifies keys from memory: asked for each call, the store is asked once in a few seconds per key. */
export interface KeyVerifier {
  /** The key if it is valid now, else null. */
  verify(key: string): Promise<ServiceKey | null>
  /** Forgets what it believes; call it on `onWake('service-keys')`. */
  forget(): void
}

/** A verifier over the store; `now` in epoch ms. */
export function createKeyVerifier(db: Kysely<Database>, now: () => number = Date.now): KeyVerifier {
  const believed = new Map<string, { key: Promise<ServiceKey | null>; until: number }>()
  return {
    verify(key) {
      if (!KEY_PATTERN.test(key)) return Promise.resolve(null)
      const keyHash = hashOf(key)
      const known = believed.get(keyHash)
      if (known && known.until > now()) return known.key
      const answer = readKey(db, keyHash)
      if (believed.size >= MAX_CACHED) believed.clear()
      believed.set(keyHash, { key: answer, until: now() + BELIEVED_MS })
      answer.catch(() => believed.delete(keyHash))
      return answer
    },
    forget: () => believed.clear(),
  }
}

async function readKey(db: Kysely<Database>, keyHash: string): Promise<ServiceKey | null> {
  const row = await db.selectFrom('service_key').select(['id', 'name', 'scopes', 'strict']).where('hash', '=', keyHash).where('revoked_at', 'is', null).executeTakeFirst()
  return row ? { id: row.id, name: row.name, scopes: row.scopes.map(parseKeyScope), strict: row.strict } : null
}

/** Makes a key whose text is given (derived, not random) valid under a name, unless it is already. For the program's own use. */
export async function ensureServiceKey(db: Kysely<Database>, key: string, request: { name: string; scopes: readonly string[] }, actor: Actor): Promise<void> {
  await db.transaction().execute(async tx => {
    const known = await tx.selectFrom('service_key').select('id').where('hash', '=', hashOf(key)).executeTakeFirst()
    if (!known) await insertKey(tx, key, request, actor)
  })
}
