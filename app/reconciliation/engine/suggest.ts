/**
 * What is left gets its likeliest partner, with score and reasons. Several that compete are assigned so that the whole is best. A rule that
 * may match by itself does so only for equal amounts with a high score and no rival on either side.
 */
import type { ReconItem } from '#queries/model/reconciliation.ts'
import { assign } from './assignment.ts'
import { buildMatch } from './build.ts'
import { pairKey, type PassContext } from './context.ts'
import { Labels } from './neighbours.ts'
import { byId, toleranceOf, underCap, type EngineRule } from './rules.ts'
import { scorePair, type Scored } from './scoring.ts'

/** Less likely pairs are not shown. */
const SHOWN = 0.3
/** What a rule may match by itself, and the score from which another candidate is a rival. */
const SURE = 0.995
const RIVAL = 0.5
/** Scores this close are equally good. */
const CLOSE = 0.02
const ALTERNATIVES = 5
/** Candidates of a label that more items share are not compared: it says nothing. */
const COMMON = 200
/** Scores as integers for the assignment. */
const SCALE = 10_000

interface Pair extends Scored { left: ReconItem; right: ReconItem }

/** The pass of a `suggest` rule. */
export function suggestPass(context: PassContext, rule: EngineRule): void {
  const named = context.suggested()
  const [lefts, rights] = [rule.left, rule.right].map(side => context.openItems(side).filter(({ id }) => !named.has(id))) as [ReconItem[], ReconItem[]]
  const pairs = candidates(context, rule, lefts, rights)
  const [ofLeft, ofRight] = [grouped(pairs, ({ left }) => left.id), grouped(pairs, ({ right }) => right.id)]
  const byPair = new Map(pairs.map(pair => [pairKey(pair.left.id, pair.right.id), pair]))
  for (const { left, right, unique } of assign(pairs.map(pair => ({ left: pair.left.id, right: pair.right.id, weight: Math.max(1, Math.round(pair.score * SCALE)) })))) {
    const pair = byPair.get(pairKey(left, right))
    if (!pair) continue
    const rivals = [...(ofLeft.get(left) ?? []), ...(ofRight.get(right) ?? [])].filter(other => other !== pair)
    const strongest = rivals.reduce((most, { score }) => Math.max(most, score), 0)
    const sure = unique && pair.score >= SURE && pair.levels.amount === 'equal' && strongest < RIVAL && underCap(rule, pair.left.open, pair.left.currency)
    const ambiguous = !unique || strongest >= pair.score - CLOSE
    const alternatives = sure ? [] : (ofLeft.get(left) ?? []).filter(other => other !== pair).sort((a, b) => b.score - a.score || byId(a.right, b.right)).slice(0, ALTERNATIVES).map(other => ({ items: [other.right.id], score: other.score, reasons: other.reasons }))
    const match = buildMatch(context.set, rule, { left: [pair.left], right: [pair.right], decided: sure, score: pair.score, reasons: pair.reasons, alternatives, ambiguous: ambiguous && !sure })
    if (sure) context.take(match)
    else context.suggest(match)
  }
}

/** Pairs that share a label, may be paired, and are likely enough. */
function candidates(context: PassContext, rule: EngineRule, lefts: readonly ReconItem[], rights: readonly ReconItem[]): Pair[] {
  const labels = new Labels([...lefts, ...rights], context.facts.links)
  const byLabel = new Map<string, ReconItem[]>()
  for (const right of rights) for (const label of new Set(labels.of(right))) byLabel.set(label, [...(byLabel.get(label) ?? []), right])
  const weights = context.set.weights
  return lefts.flatMap(left => {
    const others = new Map<string, ReconItem>()
    for (const label of labels.of(left)) {
      const shared = byLabel.get(label) ?? []
      if (shared.length <= COMMON) for (const right of shared) others.set(right.id, right)
    }
    return [...others.values()].flatMap(right => {
      if (left.currency !== right.currency || (left.direction === 'debit') !== (right.direction === 'debit') || !context.mayPair(left, right, { ...rule, sameCounterparty: false })) return []
      const scored = scorePair(left, right, { tolerance: toleranceOf(context.set.tolerance, right.open, right.currency), ...(weights && { weights }) })
      return scored.score >= SHOWN ? [{ ...scored, left, right }] : []
    })
  })
}

function grouped(pairs: readonly Pair[], key: (pair: Pair) => string): Map<string, Pair[]> {
  const groups = new Map<string, Pair[]>()
  for (const pair of pairs) groups.set(key(pair), [...(groups.get(key(pair)) ?? []), pair])
  return groups
}
