/** The versions of one expectation: who changed what, when and why; saving another; going back to an earlier one. */
import { CatalogueError, CATALOGUE_CHANNEL } from '#queries/catalogue/catalogue.ts'
import type { Catalogue, CatalogueHandle } from '#queries/catalogue/catalogue.ts'
import { changeDocument, documentVersions } from '#queries/catalogue/documents.ts'
import { process as processShape } from '#queries/catalogue/schema.ts'
import type { Expectation } from '#queries/catalogue/schema.ts'
import { listAudit, recordAct } from '#queries/postgres/audit.ts'
import type { Actor } from '#queries/postgres/audit.ts'
import type { Stores } from '#queries/stores.ts'
import { z } from 'zod'
import { describe, differences } from './describe.ts'

/** One version of the process in which this expectation changed. `version` is the process document's. */
export interface ExpectationVersion {
  version: number; at: string; by: string; reason: string | null; current: boolean
  changes: { field: string; before: string; after: string }[]
  /** the first version that is kept: there is nothing before it to compare with */
  first: boolean
}

/** Why a change was not saved; the message is for whoever made it. */
export class SaveError extends Error {
  readonly code: 'conflict' | 'invalid' | 'unchanged'
  constructor(code: SaveError['code'], message: string) {
    super(message)
    this.code = code
  }
}

/** Under this name an empty store gets its catalogue. */
const FIRST_START = 'start'
const subjectId = (process: string, expectation: string): string => `${process}/${expectation}`
const audited = z.object({ version: z.number() })

/** The expectation as a version of its process has it; undefined where that has none, or cannot be read by today's shapes. */
function expectationIn(document: unknown, id: string): Expectation | undefined {
  const read = processShape.safeParse(document)
  return read.success ? read.data.expectations.find(item => item.id === id) : undefined
}

/** The versions in which it changed, newest first. `names`: people by id. */
export async function expectationVersions(stores: Stores, catalogue: Catalogue, process: string, id: string, names: ReadonlyMap<string, string>): Promise<{ newest: number; versions: ExpectationVersion[] }> {
  const [kept, acts] = await Promise.all([
    documentVersions(stores.postgres, 'process', process),
    listAudit(stores.postgres, { actor: [], action: [], subjectKind: ['expectation'], subjectId: [subjectId(process, id)] }, { limit: 200 }, 'all'),
  ])
  const reasons = new Map(acts.items.flatMap(act => {
    const after = audited.safeParse(act.after)
    return after.success ? [[after.data.version, act.reason] as const] : []
  }))
  const states = kept.map(item => ({ ...item, expectation: expectationIn(item.document, id) }))
  const versions = states.flatMap((item, index): Omit<ExpectationVersion, 'current'>[] => {
    if (!item.expectation) return []
    const before = states.slice(index + 1).find(other => other.expectation)?.expectation
    const changes = before ? differences(describe(catalogue, before), describe(catalogue, item.expectation)) : []
    if (before && changes.length === 0) return []
    return [{ version: item.version, at: item.createdAt, by: names.get(item.createdBy) ?? (item.createdBy === FIRST_START ? 'the first start' : item.createdBy), reason: reasons.get(item.version) ?? null, changes, first: !before }]
  })
  return { newest: kept[0]?.version ?? 0, versions: versions.map((version, index) => ({ ...version, current: index === 0 })) }
}

interface Saving { actor: Actor; process: string; reason: string; /** the process version that the person saw */ base: number }

/** Saves a changed expectation as a new version of its process, with its audit record. Throws SaveError. Resolves to the version. */
export async function saveExpectation(stores: Stores, catalogue: CatalogueHandle, saving: Saving, edited: Expectation): Promise<number> {
  return await save(stores, catalogue, saving, edited.id, 'expectation.change', () => edited)
}

/** Brings the expectation back to what it was in an earlier version of its process, as a new version. Throws SaveError. */
export async function restoreExpectation(stores: Stores, catalogue: CatalogueHandle, saving: Saving, id: string, version: number): Promise<number> {
  const earlier = (await documentVersions(stores.postgres, 'process', saving.process)).find(item => item.version === version)
  const expectation = earlier && expectationIn(earlier.document, id)
  if (!expectation) throw new SaveError('invalid', 'That version does not have this expectation, or can no longer be read.')
  return await save(stores, catalogue, saving, id, 'expectation.restore', () => expectation)
}

async function save(stores: Stores, catalogue: CatalogueHandle, { actor, process, reason, base }: Saving, id: string, action: string, change: () => Expectation): Promise<number> {
  const saved = await stores.postgres.transaction().execute(async tx => {
    const done = await changeDocument(tx, 'process', process, newest => {
      if (newest?.version !== base) throw new SaveError('conflict', 'Somebody has changed this process since you opened the page. It shows what stands now; look at it, then do this again.')
      return replaced(newest.document, id, change())
    }, actor.id).catch(asSaveError)
    if (!done) throw new SaveError('unchanged', 'Nothing would change.')
    const words = (document: unknown) => {
      const expectation = expectationIn(document, id)
      return expectation ? describe(catalogue.current(), expectation) : {}
    }
    await recordAct(tx, actor, { action, subject: { kind: 'expectation', id: subjectId(process, id) }, before: { ...words(done.before), version: done.version - 1 }, after: { ...words(done.after), version: done.version }, reason })
    return done.version
  })
  await catalogue.refresh()
  await stores.coordination.wake(CATALOGUE_CHANNEL)
  return saved
}

function asSaveError(error: unknown): never {
  if (error instanceof CatalogueError) throw new SaveError('invalid', error.problems.map(problem => `${problem.path.replace(/^expectations\.\d+\./, '')}: ${problem.message}`).slice(0, 3).join('; '))
  throw error
}

/** The document with the expectation in its place; everything else stays as it was written. */
function replaced(document: unknown, id: string, expectation: Expectation): unknown {
  const kept = z.looseObject({ expectations: z.array(z.looseObject({ id: z.string() })) }).parse(document)
  return { ...kept, expectations: kept.expectations.map(item => (item.id === id ? expectation : item)) }
}
