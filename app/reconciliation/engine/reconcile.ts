/**
 * The whole engine in memory: what people decided, then every pass in order, then the state of each item and the proof. Pure: the same items,
 * rules, facts and decisions give the same answer, whatever order they come in. It serves small sets and the neighbourhood of a change, and
 * is the slow oracle for what the stores do with sets of rows.
 */
import { PASSES, type ItemStatus, type Match, type ReconItem } from '#queries/model/reconciliation.ts'
import { itemStatus, Ledger } from './allocate.ts'
import { PassContext, pairKey } from './context.ts'
import { evidencePass } from './evidence.ts'
import { groupedPass } from './grouped.ts'
import { matchId } from './match-id.ts'
import { neighbourhoods } from './neighbours.ts'
import { reversalPass } from './reversals.ts'
import { byId, NO_FACTS, type Decision, type EngineRule, type EngineSet, type Facts } from './rules.ts'
import { suggestPass } from './suggest.ts'
import { tieOut, type TotalMinor } from './tie-out.ts'

export interface ReconcileInput {
  set: EngineSet
  items: readonly ReconItem[]
  facts?: Facts
  decisions?: readonly Decision[]
  /** instant of the run, ISO: what is due later is expected */
  asOf: string
  /** items that were there at the last run: they make the opening */
  opening?: ReadonlySet<string>
  /** one group instead of neighbourhoods: the same answer, slower; what neighbourhoods are held against */
  together?: boolean
}

export interface ItemResult { item: ReconItem; open: bigint; status: ItemStatus; writtenOff: bigint }

export interface Reconciled {
  /** decided first, each kind by id */
  matches: Match[]
  /** by item id */
  items: ItemResult[]
  totals: TotalMinor[]
  /** decisions of people that no longer hold, because an item is gone or smaller than it was: they are shown, not dropped silently */
  broken: { decision: string; why: string }[]
}

/** Reconciles. Throws TieOutError if the result does not tie out, RangeError for two items of one id. */
export function reconcile({ set, items, facts = NO_FACTS, decisions = [], asOf, opening = new Set(), together = false }: ReconcileInput): Reconciled {
  const matches: Match[] = []
  const results: ItemResult[] = []
  const broken: Reconciled['broken'] = []
  const known = new Set(items.map(({ id }) => id))
  if (known.size !== items.length) throw new RangeError('an item stands twice in the list')
  const { declined, applied } = split(decisions, known, broken)
  const byItem = new Map<string, Decision[]>()
  for (const decision of applied) byItem.set(ownerOf(decision), [...(byItem.get(ownerOf(decision)) ?? []), decision])
  for (const group of together ? [[...items].sort(byId)] : groupsOf(items, applied, facts.links)) {
    const ledger = new Ledger(group)
    const context = new PassContext(set, facts, ledger, declined)
    apply(context, group.flatMap(({ id }) => byItem.get(id) ?? []).sort(byId), broken)
    runPasses(context)
    // One by one: a neighbourhood can hold more than a call takes as arguments.
    for (const match of [...ledger.matches, ...standing(context)]) matches.push(match)
    for (const result of statuses(context, asOf)) results.push(result)
  }
  const decided = matches.filter(match => match.decided)
  const totals = tieOut(results.map(({ item, open, writtenOff }) => ({ item, open, writtenOff, excluded: facts.excluded.has(item.id), isNew: !opening.has(item.id) })), decided)
  return {
    matches: [...decided.sort(byId), ...matches.filter(match => !match.decided).sort(byId)],
    items: results.sort((a, b) => byId(a.item, b.item)), totals, broken: broken.sort((a, b) => (a.decision < b.decision ? -1 : 1)),
  }
}

/** Neighbourhoods, joined further where a person has matched across two of them. */
function groupsOf(items: readonly ReconItem[], decisions: readonly Decision[], links: Facts['links']): ReconItem[][] {
  const across = new Map<string, string>()
  for (const decision of decisions) {
    if (decision.kind === 'match') for (const { a, b } of decision.allocations) for (const id of [a, b]) across.set(id, `decision ${decision.id}`)
  }
  if (across.size === 0) return neighbourhoods(items, links)
  return neighbourhoods(items.map(item => (across.has(item.id) ? { ...item, keys: { ...item.keys, [DECIDED]: across.get(item.id) ?? '' } } : item)), links)
    .map(group => group.map(item => (DECIDED in item.keys ? { ...item, keys: Object.fromEntries(Object.entries(item.keys).filter(([name]) => name !== DECIDED)) } : item)))
}

/** A key no document uses. */
const DECIDED = '\u0000decided'

function split(decisions: readonly Decision[], known: ReadonlySet<string>, broken: Reconciled['broken']): { declined: Set<string>; applied: Decision[] } {
  const declined = new Set(decisions.flatMap(decision => (decision.kind === 'decline' ? [pairKey(...decision.items)] : [])))
  const applied = decisions.filter(decision => {
    if (decision.kind === 'decline') return false
    const named = decision.kind === 'match' ? decision.allocations.flatMap(({ a, b }) => [a, b]) : [decision.item]
    const whole = named.every(id => known.has(id))
    if (!whole) broken.push({ decision: decision.id, why: 'an item of it is no longer there' })
    return whole
  })
  return { declined, applied: applied.sort(byId) }
}

/** What people decided comes before every pass; a pair they declined does not bind their own matches. */
function apply({ ledger, set }: PassContext, decisions: readonly Decision[], broken: Reconciled['broken']): void {
  for (const decision of decisions) {
    if (decision.kind === 'decline') continue
    if (decision.kind === 'write_off') {
      const { item } = decision
      if (decision.minor > ledger.open(item)) broken.push({ decision: decision.id, why: 'more was written off than is open' })
      else ledger.writeOff(item, decision.minor)
      continue
    }
    const match = personsMatch(set, decision)
    if (ledger.fits(match)) ledger.take(match)
    else broken.push({ decision: decision.id, why: 'an item of it is smaller than what was decided' })
  }
}

/** An item of the decision: all its items are in one group. */
const ownerOf = (decision: Decision): string => (decision.kind === 'write_off' ? decision.item : decision.kind === 'match' ? decision.allocations[0]?.a ?? '' : '')

function personsMatch(set: EngineSet, { id, allocations, differences, reason }: Extract<Decision, { kind: 'match' }>): Match {
  return { id: matchId(set.id, allocations.flatMap(({ a, b }) => [a, b]), id), decided: true, rule: 'person', pass: 'exact', allocations, differences, score: 1, reasons: [reason], ambiguous: false, alternatives: [] }
}

/** Every rule in the order of its pass, its priority and its id. */
function runPasses(context: PassContext): void {
  const sides = new Set(context.set.rules.flatMap(({ left, right }) => [left, right]))
  reversalPass(context, [...sides])
  for (const rule of [...context.set.rules].sort(inOrder)) {
    if (rule.pass === 'grouped') groupedPass(context, rule)
    else if (rule.pass === 'suggest') suggestPass(context, rule)
    else evidencePass(context, rule)
  }
}

const inOrder = (a: EngineRule, b: EngineRule): number => PASSES.indexOf(a.pass) - PASSES.indexOf(b.pass) || a.priority - b.priority || byId(a, b)

/** Suggestions whose items are all still open as they were: what a later pass decided, nobody needs to be asked about. */
const standing = ({ suggestions, ledger }: PassContext): Match[] => [...suggestions.values()].filter(match => ledger.fits(match))

function statuses(context: PassContext, asOf: string): ItemResult[] {
  const { ledger, facts } = context
  const suggested = new Set(standing(context).flatMap(match => [...match.allocations.flatMap(({ a, b }) => [a, b]), ...match.alternatives.flatMap(({ items }) => items)]))
  return [...ledger.items.values()].map(item => {
    const [open, writtenOff] = [ledger.open(item.id), ledger.writtenOff(item.id)]
    return { item, open, writtenOff, status: itemStatus(item, open, { writtenOff, excluded: facts.excluded.has(item.id), suggested: suggested.has(item.id), asOf }) }
  })
}
