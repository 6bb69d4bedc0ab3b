/** What a change of the rules would do to everything that is open, before it is saved. */
import { buildCatalogue } from '#queries/catalogue/catalogue.ts'
import type { Catalogue, CatalogueDocument } from '#queries/catalogue/catalogue.ts'
import { documentId } from '#queries/catalogue/check.ts'
import { readDocuments } from '#queries/catalogue/documents.ts'
import { SEVERITIES, type Severity } from '#queries/model/exception.ts'
import type { Scope } from '#queries/model/scope.ts'
import { unresolvedAfter } from '#queries/postgres/exceptions.ts'
import type { Stores } from '#queries/stores.ts'
import { SEVERITY_LABELS } from '../exceptions/labels.ts'
import { compileSeverity } from '../exceptions/severity.ts'
import { assess, type AssessmentRules } from './assess.ts'
import { factsOfRow } from './facts.ts'
import { compileOwnership, ownerName } from './route.ts'

const ROWS_AT_ONCE = 5_000
/** Exceptions named as examples. */
const EXAMPLES = 8

export interface RulePreview {
  /** exceptions looked at: what is open inside the scope */
  looked: number
  changed: number
  /** `34 would become Critical, 12 no longer` */
  sentences: string[]
  examples: { id: string; title: string; from: string; to: string }[]
}

const compile = (catalogue: Catalogue): AssessmentRules => ({ severity: compileSeverity(catalogue), ownership: compileOwnership(catalogue) })

/** Judges everything open by the rules as they are and as they would be. Throws CatalogueError for documents that do not hold together. */
export async function previewRules(stores: Pick<Stores, 'postgres'>, catalogue: Catalogue, changes: readonly CatalogueDocument[], scope: Scope, people: ReadonlyMap<string, string>, now: number): Promise<RulePreview> {
  const given = new Set(changes.map(item => `${item.kind} ${documentId(item)}`))
  const kept = (await readDocuments(stores.postgres)).filter(item => !given.has(`${item.kind} ${documentId(item)}`))
  const [before, after] = [compile(catalogue), compile(buildCatalogue([...kept, ...changes]))]
  const becoming = new Map<Severity, number>()
  const leaving = new Map<Severity, number>()
  const moves = new Map<string, { from: string; to: string; count: number }>()
  const preview: RulePreview = { looked: 0, changed: 0, sentences: [], examples: [] }
  for (let last = 0; ; ) {
    const rows = await unresolvedAfter(stores.postgres, last, ROWS_AT_ONCE, scope)
    for (const row of rows) {
      const facts = factsOfRow(row)
      const [is, would] = [assess(facts, before, now), assess(facts, after, now)]
      preview.looked += 1
      if (is.severity === would.severity && is.owner === would.owner) continue
      preview.changed += 1
      const name = (owner: string | null) => ownerName(catalogue, owner, people) ?? 'nobody'
      if (is.severity !== would.severity) {
        leaving.set(is.severity, (leaving.get(is.severity) ?? 0) + 1)
        becoming.set(would.severity, (becoming.get(would.severity) ?? 0) + 1)
      }
      if (is.owner !== would.owner) {
        const key = JSON.stringify([is.owner, would.owner])
        moves.set(key, { from: name(is.owner), to: name(would.owner), count: (moves.get(key)?.count ?? 0) + 1 })
      }
      if (preview.examples.length < EXAMPLES) {
        const words = (said: typeof is) => [is.severity === would.severity ? null : SEVERITY_LABELS[said.severity], is.owner === would.owner ? null : name(said.owner)].filter(Boolean).join(', ')
        preview.examples.push({ id: String(row.id), title: row.title, from: words(is), to: words(would) })
      }
    }
    const end = rows.at(-1)
    if (!end || rows.length < ROWS_AT_ONCE) break
    last = Number(end.id)
  }
  preview.sentences = [
    ...SEVERITIES.flatMap(severity => severityChange(SEVERITY_LABELS[severity], becoming.get(severity) ?? 0, leaving.get(severity) ?? 0)),
    ...[...moves.values()].sort((a, b) => b.count - a.count).map(({ from, to, count }) => `${count.toLocaleString('en-US')} ${count === 1 ? 'moves' : 'move'} from ${from} to ${to}.`),
  ]
  return preview
}

function severityChange(label: string, becoming: number, leaving: number): string[] {
  const text = (count: number) => count.toLocaleString('en-US')
  if (becoming > 0 && leaving > 0) return [`${text(becoming)} would become ${label}, ${text(leaving)} no longer.`]
  if (becoming > 0) return [`${text(becoming)} would become ${label}.`]
  return leaving > 0 ? [`${text(leaving)} would no longer be ${label}.`] : []
}
