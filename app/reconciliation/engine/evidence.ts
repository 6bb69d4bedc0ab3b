/** The passes whose evidence joins items of two sides: equal keys, shared references. */
import type { ReconItem } from '#queries/model/reconciliation.ts'
import type { PassContext } from './context.ts'
import { joined } from './graph.ts'
import { linkLabel } from './neighbours.ts'
import { resolve, type Evidence } from './resolve.ts'
import { type EngineRule } from './rules.ts'

/** A reference on more items of one side than this says nothing (a customer number on every invoice). */
const COMMON = 20

/** The pass of a rule whose evidence is equal keys or shared references: groups what is joined and resolves each group. */
export function evidencePass(context: PassContext, rule: EngineRule): void {
  const [lefts, rights] = [context.openItems(rule.left), context.openItems(rule.right)]
  const [ofLeft, ofRight] = [indexed(lefts, item => labels(context, item, rule, 0)), indexed(rights, item => labels(context, item, rule, 1))]
  const links: [number, number][] = []
  for (const [label, left] of ofLeft) {
    const right = ofRight.get(label)
    if (right === undefined || (rule.keys === 'references' && (left.length > COMMON || right.length > COMMON))) continue
    for (const a of left) for (const b of right) if (context.mayPair(lefts[a] as ReconItem, rights[b] as ReconItem, rule)) links.push([a, lefts.length + b])
  }
  const linked = new Set(links.map(([a, b]) => `${lefts[a]?.id} ${rights[b - lefts.length]?.id}`))
  const evidence: Evidence = { linked: (a, b) => linked.has(`${a.id} ${b.id}`), words: (left, right) => wordsOf(rule, left, right) }
  for (const members of joined(links)) {
    const inLeft = members.filter(index => index < lefts.length)
    resolve(context, rule, inLeft.map(index => lefts[index] as ReconItem), members.slice(inLeft.length).map(index => rights[index - lefts.length] as ReconItem), evidence)
  }
}

/** What an item must share with another: one of its references or links, or its keys of the rule together; none if a key is missing. */
function labels({ facts }: PassContext, item: ReconItem, { keys }: EngineRule, end: 0 | 1): string[] {
  if (keys === 'references') return [...item.references]
  if ('links' in keys) return keys.links.flatMap(name => (facts.links?.get(item.id)?.[name] ?? []).map(value => linkLabel(name, value)))
  const values = keys.map(pair => item.keys[pair[end]] ?? '')
  return values.length === 0 || values.includes('') ? [] : [JSON.stringify(values)]
}

function wordsOf({ keys }: EngineRule, left: readonly ReconItem[], right: readonly ReconItem[]): string {
  if (keys !== 'references') return `Same ${('links' in keys ? keys.links : keys.map(([name]) => name)).join(', ')}`
  const named = new Set(left.flatMap(({ references }) => references))
  const shared = [...new Set(right.flatMap(({ references }) => references.filter(reference => named.has(reference))))].sort()
  return `Reference ${shared.slice(0, 3).join(', ')}${shared.length > 3 ? ` and ${shared.length - 3} more` : ''} named`
}

function indexed(items: readonly ReconItem[], labelsOf: (item: ReconItem) => string[]): Map<string, number[]> {
  const index = new Map<string, number[]>()
  items.forEach((item, position) => {
    for (const label of new Set(labelsOf(item))) {
      const positions = index.get(label)
      if (positions) positions.push(position)
      else index.set(label, [position])
    }
  })
  return index
}

