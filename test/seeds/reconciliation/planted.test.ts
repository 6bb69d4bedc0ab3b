import { describe, expect, it } from 'vitest'
import { extractReferences, referenceForms } from '#app/reconciliation/engine/references.ts'
import { reconcile, type Reconciled } from '#app/reconciliation/engine/reconcile.ts'
import type { Facts } from '#app/reconciliation/engine/rules.ts'
import type { ReconItem } from '#queries/model/reconciliation.ts'
import { plantReconciliation } from '#seeds/reconciliation/plant.ts'
import { MATCH_TYPES, TRAPS, type Planted, type PlantedDocument, type PlantedStory } from '#seeds/reconciliation/types.ts'
import { AS_OF, facts, PAYMENTS } from '#test/app/reconciliation/engine/sets.ts'

const LONG = process.env['SIGNALBOX_LONG'] === '1'

function itemOf(document: PlantedDocument): ReconItem {
  const { id, side, minor, currency, direction, date, number, text, counterparty, name, endToEnd } = document
  return {
    id: `${side}:planted/${side}/${id}`, side, object: { namespace: 'planted', type: side, id, line: null }, minor, open: minor, currency, direction, account: 'main', date,
    keys: endToEnd === null ? {} : { endToEnd }, references: number === null ? extractReferences(text) : referenceForms(number), counterparty, counterpartyName: name, facility: 'f1', entity: 'e1', dueAt: null,
  }
}

function factsOf(documents: readonly PlantedDocument[]): Facts {
  const keyed = <T>(valueOf: (document: PlantedDocument) => T | null): Map<string, T> => new Map(documents.flatMap(document => {
    const value = valueOf(document)
    return value === null ? [] : [[`${document.side}:planted/${document.side}/${document.id}`, value] as const]
  }))
  return facts({ rates: keyed(({ rate }) => rate), fees: keyed(({ fee }) => fee), discounts: keyed(({ discount }) => discount) })
}

interface Line { type: string; items: number; found: number; pairs: number; wrong: number; ambiguousTaken: number }

/** Pairs taken without a person against the truth, per type of the payment's story. */
function report(planted: Planted, { matches }: Reconciled): Line[] {
  const storyOf = new Map<string, PlantedStory>()
  for (const story of planted.stories) for (const id of [...story.payments, ...story.invoices]) storyOf.set(id, story)
  const lines = new Map<string, Line>()
  const line = (type: string): Line => {
    const found = lines.get(type) ?? { type, items: 0, found: 0, pairs: 0, wrong: 0, ambiguousTaken: 0 }
    lines.set(type, found)
    return found
  }
  const right = new Set<string>()
  for (const match of matches) {
    // A reversal is one of payments with payments; the stories of type `reversal` expect it.
    if (!match.decided || match.rule === 'reversal') continue
    for (const { a, b } of match.allocations) {
      const [payment, invoice] = [a, b].map(id => id.split('/').at(-1) ?? '') as [string, string]
      const story = storyOf.get(payment)
      const entry = line(story?.type ?? 'unknown')
      entry.pairs++
      if (story?.expected === 'ambiguous') entry.ambiguousTaken++
      if (story && story === storyOf.get(invoice) && story.expected === 'match') for (const id of [payment, invoice]) right.add(id)
      else entry.wrong++
    }
  }
  for (const story of planted.stories) {
    if (story.expected !== 'match') continue
    const entry = line(story.type)
    for (const id of [...story.payments, ...story.invoices]) {
      entry.items++
      if (right.has(id)) entry.found++
    }
  }
  return [...lines.values()].sort((a, b) => (a.type < b.type ? -1 : 1))
}

function judge(seed: number, count: number): { precision: number; recall: number; ambiguousTaken: number; lines: Line[] } {
  const planted = plantReconciliation({ seed, count })
  const result = reconcile({ set: PAYMENTS, items: planted.documents.map(itemOf), facts: factsOf(planted.documents), asOf: AS_OF })
  const lines = report(planted, result)
  const sum = (key: 'items' | 'found' | 'pairs' | 'wrong' | 'ambiguousTaken'): number => lines.reduce((total, entry) => total + entry[key], 0)
  const figures = { precision: 1 - sum('wrong') / sum('pairs'), recall: sum('found') / sum('items'), ambiguousTaken: sum('ambiguousTaken') }
  process.stdout.write(`${JSON.stringify({ seed, documents: planted.documents.length, ...figures, pairs: sum('pairs'), wrong: sum('wrong') })}\n`)
  for (const entry of lines) process.stdout.write(`  ${entry.type.padEnd(18)} items ${entry.items} found ${entry.found} (${entry.items === 0 ? '–' : ((100 * entry.found) / entry.items).toFixed(2)} %), pairs taken ${entry.pairs}, wrong ${entry.wrong}, ambiguous taken ${entry.ambiguousTaken}\n`)
  return { ...figures, lines }
}

function holds(seed: number, count: number): void {
  const { precision, recall, ambiguousTaken } = judge(seed, count)
  expect(precision).toBeGreaterThanOrEqual(0.999)
  expect(recall).toBeGreaterThanOrEqual(0.97)
  expect(ambiguousTaken).toBe(0)
}

describe('planted truth of payments and invoices', () => {
  it('tells the same story for the same seed, every type and trap of it', () => {
    const planted = plantReconciliation({ seed: 1, count: 5000 })
    expect(plantReconciliation({ seed: 1, count: 5000 })).toEqual(planted)
    expect(new Set(planted.stories.map(({ type }) => type))).toEqual(new Set([...MATCH_TYPES, ...TRAPS, 'unpaid', 'unknown_payment', 'reversal']))
    expect(new Set(planted.documents.map(({ id }) => id)).size).toBe(planted.documents.length)
  })

  it('5,000 documents: precision, recall, and nothing ambiguous taken', () => holds(1, 5000))

  for (const seed of [1, 2, 3]) it.runIf(LONG)(`200,000 documents, seed ${seed}: precision, recall, and nothing ambiguous taken [long]`, () => holds(seed, 200_000), 900_000)
})
