/** Catalogue documents where they are kept: readable files, and every version in PostgreSQL. */
import { readdir, readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { sql } from 'kysely'
import type { Kysely, Transaction } from 'kysely'
import type { Database } from '../postgres/schema.ts'
import { checkDocuments, documentId } from './check.ts'
import type { CatalogueDocument } from './check.ts'
import { contentHash } from './content-hash.ts'
import type { DocumentKind } from './schema.ts'

/** File or folder name → kind, in the order they are loaded (later ones refer to earlier ones). */
const FILES: Record<string, DocumentKind> = {
  entities: 'entity', calendars: 'calendar', facilities: 'facility', systems: 'system',
  integrations: 'integration', processes: 'process', responsibilities: 'responsibility', headlines: 'headline', views: 'view',
  teams: 'team', 'severity-rules': 'severity_rule', 'ownership-rules': 'ownership_rule', policies: 'policy', reconciliation: 'reconciliation_set',
}

/** A document that got a new version. `before` is the version's predecessor as it was written, null for a first one. */
export interface SavedDocument {
  readonly kind: DocumentKind
  readonly id: string
  readonly version: number
  readonly before: unknown
  readonly after: unknown
}

/**
 * Reads `<kinds>.json` (a list, or one document) and `<kinds>/*.json` of a directory; other files than JSON are left alone. Throws
 * for a JSON file of no known kind and for one that cannot be read as JSON, naming it.
 */
export async function readDocumentFiles(directory: string): Promise<CatalogueDocument[]> {
  const files: { kind: DocumentKind; name: string }[] = []
  const list = async (folder: string, kindOf: (stem: string) => DocumentKind | undefined) => {
    for (const entry of (await readdir(join(directory, folder), { withFileTypes: true })).sort((a, b) => a.name.localeCompare(b.name))) {
      const name = folder ? `${folder}/${entry.name}` : entry.name
      if (entry.isDirectory()) {
        const kind = FILES[entry.name]
        if (kind && !folder) await list(entry.name, () => kind)
      } else if (entry.name.endsWith('.json')) {
        const kind = kindOf(entry.name.slice(0, -'.json'.length))
        if (!kind) throw new Error(`${basename(directory)}/${name}: not a kind of catalogue document`)
        files.push({ kind, name })
      }
    }
  }
  await list('', stem => FILES[stem])
  const order = Object.values(FILES)
  files.sort((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind))
  const documents = await Promise.all(files.map(async ({ kind, name }) => {
    const origin = `${basename(directory)}/${name}`
    const content = parseJson(origin, await readFile(join(directory, name), 'utf8'))
    return (Array.isArray(content) ? content : [content]).map((document: unknown) => ({ kind, document, origin }))
  }))
  return documents.flat()
}

function parseJson(origin: string, text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new Error(`${origin}: not JSON`, { cause })
  }
}

/** The newest version of every document, as it was written. */
export async function readDocuments(db: Kysely<Database>): Promise<CatalogueDocument[]> {
  return (await readNewest(db)).map(row => ({ kind: row.kind as DocumentKind, document: row.document, origin: `version ${row.version}` }))
}

/** When each integration was first saved (epoch ms), by id. */
export async function integrationsSince(db: Kysely<Database>): Promise<Map<string, number>> {
  const rows = await db.selectFrom('catalogue_document').where('kind', '=', 'integration').groupBy('id').select(['id', eb => eb.fn.min<Date>('created_at').as('since')]).execute()
  return new Map(rows.map(row => [row.id, new Date(row.since).getTime()]))
}

export interface DocumentVersion { version: number; document: unknown; createdBy: string; createdAt: string }

/** Every version of one document, the newest first; empty for an unknown one. */
export async function documentVersions(db: Kysely<Database>, kind: DocumentKind, id: string): Promise<DocumentVersion[]> {
  const rows = await db.selectFrom('catalogue_document').select(['version', 'document', 'created_by', 'created_at']).where('kind', '=', kind).where('id', '=', id).orderBy('version', 'desc').execute()
  return rows.map(row => ({ version: row.version, document: row.document, createdBy: row.created_by, createdAt: row.created_at.toISOString() }))
}

/** The newest version of every document of a kind, by id. */
export async function newestVersions(db: Kysely<Database>, kind: DocumentKind): Promise<ReadonlyMap<string, number>> {
  const rows = await db.selectFrom('catalogue_document').where('kind', '=', kind).groupBy('id').select(['id', eb => eb.fn.max<number>('version').as('version')]).execute()
  return new Map(rows.map(row => [row.id, Number(row.version)]))
}

/** How many versions are kept: it grows with every change, so that equal counts mean nothing changed. */
export async function countVersions(db: Kysely<Database>): Promise<number> {
  const row = await db.selectFrom('catalogue_document').select(eb => eb.fn.countAll<number | string>().as('versions')).executeTakeFirstOrThrow()
  return Number(row.versions)
}

/**
 * Adds a version of each document whose content differs from the newest; the same again adds nothing. The set as it will stand must
 * hold together, else CatalogueError and nothing is saved. Other savers wait until the transaction ends. The caller records the act
 * in the audit trail in the same transaction, and wakes `catalogue` after the commit.
 */
export async function saveDocuments(tx: Transaction<Database>, documents: readonly CatalogueDocument[], actor: string): Promise<SavedDocument[]> {
  await sql`lock table catalogue_document in share row exclusive mode`.execute(tx)
  const newest = new Map((await readNewest(tx)).map(row => [`${row.kind} ${row.id}`, row] as const))
  const given = new Set(documents.map(item => `${item.kind} ${documentId(item)}`))
  const kept = [...newest].filter(([key]) => !given.has(key)).map(([, row]) => ({ kind: row.kind as DocumentKind, document: row.document }))
  checkDocuments([...kept, ...documents])
  const changed = documents.flatMap(item => {
    const before = newest.get(`${item.kind} ${documentId(item)}`)
    const hash = contentHash(item.document)
    if (before?.content_hash === hash) return []
    return [{ kind: item.kind, id: documentId(item), version: (before?.version ?? 0) + 1, before: before?.document ?? null, after: item.document, hash }]
  })
  if (changed.length > 0) {
    const rows = changed.map(item => ({ kind: item.kind, id: item.id, version: item.version, document: JSON.stringify(item.after), content_hash: item.hash, created_by: actor }))
    await tx.insertInto('catalogue_document').values(rows).execute()
  }
  return changed.map(({ hash: _hash, ...saved }) => saved)
}

/**
 * Saves a change of one document, made from its newest version: nobody else saves in between. `change` gets that version and answers the
 * document as it shall be. Resolves to null where nothing changed. Throws as {@link saveDocuments}, and what `change` throws.
 */
export async function changeDocument(tx: Transaction<Database>, kind: DocumentKind, id: string, change: (newest: DocumentVersion | undefined) => unknown, actor: string): Promise<SavedDocument | null> {
  await sql`lock table catalogue_document in share row exclusive mode`.execute(tx)
  const [newest] = await documentVersions(tx, kind, id)
  const [saved] = await saveDocuments(tx, [{ kind, document: change(newest) }], actor)
  return saved ?? null
}

/**
 * Loads documents of the kinds that the store has none of: all on an empty store, and those of a kind that came with a newer release. What
 * is already there, edited or not, stays as it is. Returns what was saved.
 */
export function seedCatalogue(db: Kysely<Database>, documents: readonly CatalogueDocument[], actor: string): Promise<SavedDocument[]> {
  return db.transaction().execute(async tx => {
    await sql`lock table catalogue_document in share row exclusive mode`.execute(tx)
    const rows = await tx.selectFrom('catalogue_document').select('kind').distinct().execute()
    const kept = new Set(rows.map(row => row.kind))
    const missing = documents.filter(item => !kept.has(item.kind))
    return missing.length === 0 ? [] : saveDocuments(tx, missing, actor)
  })
}

function readNewest(db: Kysely<Database>) {
  return db.selectFrom('catalogue_document').distinctOn(['kind', 'id']).select(['kind', 'id', 'version', 'document', 'content_hash'])
    .orderBy('kind').orderBy('id').orderBy('version', 'desc').execute()
}
