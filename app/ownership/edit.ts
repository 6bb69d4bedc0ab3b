/** Changing severity and ownership rules: a set of documents that is previewed first and then saved as a whole, with a reason. */
import { CATALOGUE_CHANNEL, CatalogueError } from '#queries/catalogue/catalogue.ts'
import type { Catalogue, CatalogueDocument, CatalogueHandle } from '#queries/catalogue/catalogue.ts'
import { documentVersions, saveDocuments, type SavedDocument } from '#queries/catalogue/documents.ts'
import { recordActs, type Actor } from '#queries/postgres/audit.ts'
import type { Stores } from '#queries/stores.ts'
import type { Rule, RuleSet } from './rule-form.ts'

export const KINDS = { severity: 'severity_rule', ownership: 'ownership_rule' } as const
/** Room left between two positions, so that a rule can go between them without moving others. */
const STEP = 100

/** The rules of a set in order. */
export function rulesOf(set: RuleSet, catalogue: Catalogue): readonly Rule[] {
  return set === 'severity' ? catalogue.severityRules : catalogue.ownershipRules
}

/** The documents that put a rule before another of its set (`before` null: last). Others move only where there is no room. */
export function placed(set: RuleSet, catalogue: Catalogue, rule: { id: string }, before: string | null): CatalogueDocument[] {
  const others = rulesOf(set, catalogue).filter(each => each.id !== rule.id)
  const index = before === null ? others.length : others.findIndex(each => each.id === before)
  const at = index < 0 ? others.length : index
  const low = others[at - 1]?.position ?? 0
  const high = others[at]?.position ?? low + 2 * STEP
  const document = (item: object): CatalogueDocument => ({ kind: KINDS[set], document: item })
  if (high - low > 1) return [document({ ...rule, position: Math.floor((low + high) / 2) })]
  return [...others.slice(0, at), rule, ...others.slice(at)].map((each, position) => ({ each, position: (position + 1) * STEP }))
    .filter(({ each, position }) => each.id === rule.id || !('position' in each) || each.position !== position).map(({ each, position }) => document({ ...each, position }))
}

/** An id from a name that no rule of the set has yet. */
export function freshId(set: RuleSet, name: string, catalogue: Catalogue): string {
  const base = name.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^-|-$/g, '').slice(0, 60) || 'rule'
  const taken = new Set(rulesOf(set, catalogue).map(rule => rule.id))
  for (let number = 1; ; number++) {
    const id = number === 1 ? base : `${base}-${number}`
    if (!taken.has(id)) return id
  }
}

/** The newest version of a rule; 0 where there is none. Whoever saves on an older one overwrites what somebody else changed. */
export async function newestVersion(stores: Pick<Stores, 'postgres'>, set: RuleSet, id: string): Promise<number> {
  return (await documentVersions(stores.postgres, KINDS[set], id))[0]?.version ?? 0
}

/**
 * Saves changed rules with the audit record of each, tells every process, and takes them into use here. Resolves to what was saved; the
 * finder then re-judges what is open. Throws CatalogueError where the rules as they would stand do not hold together.
 */
export async function saveRules(stores: Stores, catalogue: CatalogueHandle, actor: Actor, changes: readonly CatalogueDocument[], reason: string): Promise<SavedDocument[]> {
  const saved = await stores.postgres.transaction().execute(async tx => {
    const done = await saveDocuments(tx, changes, actor.id)
    await recordActs(tx, actor, done.map(item => ({ action: `${item.kind}.save`, subject: { kind: item.kind, id: item.id }, before: item.before, after: { ...(item.after as object), version: item.version }, reason })))
    return done
  })
  await stores.coordination.wake(CATALOGUE_CHANNEL)
  await catalogue.refresh()
  return saved
}

/** What is wrong with rules that the catalogue refuses, in a sentence; null for any other error. */
export function refusalWords(error: unknown): string | null {
  if (!(error instanceof CatalogueError)) return null
  return error.problems.map(({ path, message }) => (path ? `${path.replace(/^when\./, '').replaceAll('.', ' ')}: ${message}` : message)).join('; ')
}
