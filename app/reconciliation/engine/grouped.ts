/**
 * Sums inside one counterparty, currency and window, without any reference: one against one, one against several and the reverse. A sum is
 * no evidence by itself, so a match is automatic only where it is the one answer among at most twelve candidates, nothing else wants the same
 * items, and chance would hardly have made it. Beyond twelve the dates must leave one answer. Everything else is suggested or not decided.
 */
import type { ReconItem } from '#queries/model/reconciliation.ts'
import { buildMatch, sumOf } from './build.ts'
import type { PassContext } from './context.ts'
import { explained, reasonsOf, RULE_OF_TWELVE } from './resolve.ts'
import { magnitude, signed, underCap, type EngineRule } from './rules.ts'
import { subsetSum } from './subset-sum.ts'

/** A sum that so many random sets, or more, would have met as well is no evidence. */
const CHANCE = 0.002
/** Candidates beyond which nothing is looked for; the limit is said. */
const MOST = 200

interface Proposal { left: ReconItem[]; right: ReconItem[]; why: string }

/**
 * Expected number of sets of these amounts (minor units) that hit the target by chance: 2^n sums, taken as normally distributed around half of
 * the total. A few ten-thousandths: the sum says something. Near one and above: it says nothing.
 */
export function chanceOfSum(amounts: readonly bigint[], target: bigint): number {
  const numbers = amounts.map(Number)
  const mean = numbers.reduce((sum, amount) => sum + amount, 0) / 2
  const deviation = Math.sqrt(numbers.reduce((sum, amount) => sum + amount * amount, 0)) / 2
  if (deviation === 0) return 1
  const distance = (Number(target) - mean) / deviation
  const density = Math.exp((-distance * distance) / 2) / (deviation * Math.sqrt(2 * Math.PI))
  return 2 ** numbers.length * density
}

/** The pass of a `grouped` rule. */
export function groupedPass(context: PassContext, rule: EngineRule): void {
  const blocks = new Map<string, { left: ReconItem[]; right: ReconItem[] }>()
  for (const side of ['left', 'right'] as const) {
    for (const item of context.openItems(rule[side])) {
      if (item.counterparty === null) continue
      const key = JSON.stringify([item.counterparty, item.currency])
      const block = blocks.get(key) ?? { left: [], right: [] }
      blocks.set(key, block)
      block[side].push(item)
    }
  }
  // Where references speak for something else, a sum does not overrule them.
  const named = context.suggested()
  for (const { left, right } of blocks.values()) if (left.length > 0 && right.length > 0) settleBlock(context, rule, left, right, named)
}

function settleBlock(context: PassContext, rule: EngineRule, left: readonly ReconItem[], right: readonly ReconItem[], named: ReadonlySet<string>): void {
  const proposals = new Map<string, Proposal>()
  const contested = new Set(named)
  for (const [hubs, others, hubIsLeft] of [[left, right, true], [right, left, false]] as const) {
    for (const hub of hubs) {
      const spokes = others.filter(other => (hubIsLeft ? context.mayPair(hub, other, rule) : context.mayPair(other, hub, rule)))
      const answer = answerFor(hub, spokes)
      for (const set of answer.sets) {
        const [a, b] = hubIsLeft ? [[hub], set] : [set, [hub]]
        const proposal: Proposal = { left: a, right: b, why: answer.why }
        if (answer.automatic) proposals.set(JSON.stringify([...a, ...b].map(({ id }) => id).sort()), proposal)
        else if (answer.sets.length > 1) for (const { id } of [hub, ...set]) contested.add(id)
      }
      if (!answer.automatic) suggestSets(context, rule, hub, answer, hubIsLeft)
    }
  }
  const claims = new Map<string, number>()
  for (const { left: a, right: b } of proposals.values()) for (const { id } of [...a, ...b]) claims.set(id, (claims.get(id) ?? 0) + 1)
  for (const [, { left: a, right: b, why }] of [...proposals].sort(([x], [y]) => (x < y ? -1 : 1))) {
    const members = [...a, ...b]
    const free = members.every(({ id }) => claims.get(id) === 1 && !contested.has(id))
    const largest = members.reduce((most, { open }) => (open > most ? open : most), 0n)
    const match = matchOf(context, rule, a, b, why, free && underCap(rule, largest, b[0]?.currency ?? ''))
    if (match?.decided) context.take(match)
    else context.suggest(match)
  }
}

interface Answer { sets: ReconItem[][]; automatic: boolean; why: string }

const NOTHING: Answer = { sets: [], automatic: false, why: '' }

/** What answers the hub among the spokes, and whether that may be taken without a person. */
function answerFor(hub: ReconItem, spokes: readonly ReconItem[]): Answer {
  if (spokes.length === 0 || spokes.length > MOST) return NOTHING
  const amounts = spokes.map(spoke => signed(spoke, spoke.open))
  const target = signed(hub, hub.open)
  if (spokes.length > RULE_OF_TWELVE) {
    const dated = byDate(hub, spokes)
    if (dated !== null) return { sets: [dated], automatic: true, why: `All ${dated.length} of ${dated[0]?.date} together` }
  }
  const answer = subsetSum(amounts, target)
  const setOf = (subset: readonly number[]): ReconItem[] => subset.map(index => spokes[index] as ReconItem)
  if (answer.answer === 'unique') {
    const chance = chanceOfSum(amounts, target)
    const automatic = spokes.length <= RULE_OF_TWELVE && chance <= CHANCE && spokes.every(({ counterparty }) => counterparty === hub.counterparty)
    return { sets: [setOf(answer.subset)], automatic, why: `Only answer among ${spokes.length} open ${spokes.length === 1 ? 'item' : 'items'} of the counterparty` }
  }
  if (answer.answer === 'ambiguous') return { sets: answer.subsets.map(setOf), automatic: false, why: 'Amounts add up in several ways' }
  return NOTHING
}

/** The items of one day that add up to the hub together, where exactly one day's do. */
function byDate(hub: ReconItem, spokes: readonly ReconItem[]): ReconItem[] | null {
  const days = new Map<string, ReconItem[]>()
  for (const spoke of spokes) if (spoke.date !== null) days.set(spoke.date, [...(days.get(spoke.date) ?? []), spoke])
  const fitting = [...days.values()].filter(items => items.length > 1 && sumOf(items) === signed(hub, hub.open))
  return fitting.length === 1 ? fitting[0] ?? null : null
}

function suggestSets(context: PassContext, rule: EngineRule, hub: ReconItem, { sets, why }: Answer, hubIsLeft: boolean): void {
  const [first, ...others] = sets
  if (!first) return
  const [left, right] = hubIsLeft ? [[hub], first] : [first, [hub]]
  const match = matchOf(context, rule, left, right, why, false)
  if (match) context.suggest({ ...match, ambiguous: others.length > 0, alternatives: others.map(set => ({ items: set.map(({ id }) => id).sort(), score: match.score, reasons: [why] })) })
}

function matchOf(context: PassContext, rule: EngineRule, left: readonly ReconItem[], right: readonly ReconItem[], why: string, decided: boolean): ReturnType<typeof buildMatch> {
  const differences = explained(context, rule, left, right) ?? []
  const chance = chanceOfSum([...left, ...right].map(({ open }) => open).slice(1), magnitude(sumOf(left)))
  const score = decided ? 1 : Math.round(Math.max(0.3, 0.9 - Math.min(0.6, chance)) * 100) / 100
  return buildMatch(context.set, rule, { left, right, differences, decided, score, reasons: [...reasonsOf(left, right, why, differences), 'Same counterparty'] })
}
