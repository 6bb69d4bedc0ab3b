/**
 * The engine over rows that set-based passes left: a set's document and linked rows in, matches and suggestions as evidence rows out. For sets of
 * two sides. Links are the evidence; what has several equal answers comes back as suggestions, one for each, and nothing of it is taken.
 */
import { toMinor, type Money } from '#queries/model/money.ts'
import type { Match, Pass, ReconItem } from '#queries/model/reconciliation.ts'
import { usesOf } from './allocate.ts'
import { sumOf } from './build.ts'
import { isClosing } from './differences.ts'
import { reconcile } from './reconcile.ts'
import { magnitude, NO_FACTS, type Decision, type EngineRule, type EngineSet, type MinorByCurrency } from './rules.ts'

/** The part of a set's document that the engine reads. */
export interface SetDocument {
  id: string
  sides: readonly { id: string }[]
  rules: readonly { id: string; pass: Pass; on: readonly string[]; window: number | null; autoMatch: boolean; cap: readonly Money[] }[]
  tolerances: { absolute: readonly Money[]; relative: string; days: number }
  /** what a match says that stays short of, or goes beyond, its other side */
  differences: { short: string; over: string }
}

/** A row of what is open. `sign`: 1 or -1; `minor` positive; `link_values[n]` belongs to `link_names[n]`. */
export interface OpenRow { item_id: string; side: string; namespace: string; object_type: string; object_id: string; line: string; minor: string; sign: number; currency: string; account: string; day: string; link_names: readonly string[]; link_values: readonly string[]; counterparty_id: string; counterparty_name: string; facility: string; entity: string; due_at: string }

/** `differences`: left less right for what closes, without sign for what stays open. */
export interface AnswerRow { decided: boolean; rule: string; pass: Pass; score: number; reasons: readonly string[]; ambiguous: boolean; currency: string; members: readonly { itemId: string; side: string; used: bigint }[]; differences: readonly { reason: string; minor: bigint }[] }

/** Answers for the rows, decided ones first. No item is in two decided answers: what a second would take of it is suggested. Throws TieOutError; RangeError for a row that stands twice. */
export function decideRows(document: SetDocument, rows: readonly OpenRow[], declined: Iterable<readonly [string, string]>): AnswerRow[] {
  const items = new Map(rows.map(row => [row.item_id, itemOf(row)]))
  const decisions: Decision[] = [...declined].map((pair, index) => ({ kind: 'decline', id: String(index), items: pair }))
  const links = new Map(rows.map(row => [row.item_id, linksOf(row)]))
  const { matches } = reconcile({ set: engineSet(document), items: rows.map(row => items.get(row.item_id) ?? itemOf(row)), facts: { ...NO_FACTS, links }, decisions, asOf: '1970-01-01T00:00:00Z' })
  const taken = new Set<string>()
  return matches.flatMap(match => {
    const members = [...usesOf(match.allocations).keys()]
    const again = members.some(id => taken.has(id))
    if (match.decided && !again) for (const id of members) taken.add(id)
    return answers(document, match, items, match.decided && !again)
  })
}

/** The rules of the document in the engine's terms; each link that a rule asks for also tells of linked items whose amounts differ. */
function engineSet({ id, sides, rules, tolerances }: SetDocument): EngineSet {
  const [left, right] = [sides[0]?.id ?? '', sides[1]?.id ?? '']
  const matching = rules.filter(({ pass }) => pass !== 'suggest')
  const engineRules = matching.map(({ id: rule, pass, on, window, autoMatch, cap }, priority): EngineRule => ({
    id: rule, pass: pass === 'grouped' ? 'reference' : pass, left, right, keys: { links: on }, days: window, sameCounterparty: false, autoMatch, cap: cap.length === 0 ? null : byCurrency(cap), priority,
  }))
  const telling = [...new Map(engineRules.map(rule => [JSON.stringify(rule.keys), rule])).values()].map((rule): EngineRule => ({ ...rule, pass: 'tolerance', priority: rules.length + rule.priority }))
  return { id, rules: [...engineRules, ...telling], tolerance: { absolute: byCurrency(tolerances.absolute), relative: tolerances.relative, days: tolerances.days } }
}

const byCurrency = (amounts: readonly Money[]): MinorByCurrency => Object.fromEntries(amounts.map(amount => [amount.currency, toMinor(amount)]))

function itemOf(row: OpenRow): ReconItem {
  const minor = BigInt(row.minor)
  return {
    id: row.item_id, side: row.side, object: { namespace: row.namespace, type: row.object_type, id: row.object_id, line: row.line === '' ? null : row.line }, minor, open: minor, currency: row.currency, direction: row.sign < 0 ? 'debit' : 'credit', account: row.account,
    date: row.day <= '1970-01-01' ? null : row.day, keys: {}, references: [], counterparty: row.counterparty_id === '' ? null : row.counterparty_id, counterpartyName: row.counterparty_name === '' ? null : row.counterparty_name, facility: row.facility, entity: row.entity, dueAt: null,
  }
}

function linksOf({ link_names, link_values }: OpenRow): Record<string, string[]> {
  const links: Record<string, string[]> = {}
  link_names.forEach((name, index) => {
    const value = link_values[index] ?? ''
    if (value !== '') links[name] = [...(links[name] ?? []), value]
  })
  return links
}

/** A match as a row; an ambiguous one as a row for each of its answers. */
function answers(document: SetDocument, match: Match, items: ReadonlyMap<string, ReconItem>, decided: boolean): AnswerRow[] {
  const uses = usesOf(match.allocations)
  const row = (members: readonly { id: string; used: bigint }[], differences: AnswerRow['differences']): AnswerRow => ({
    decided, rule: match.rule, pass: match.pass, score: match.score, reasons: match.reasons, ambiguous: match.ambiguous, currency: items.get(members[0]?.id ?? '')?.currency ?? '', differences,
    members: members.map(({ id, used }) => ({ itemId: id, side: items.get(id)?.side ?? '', used })),
  })
  const first = row([...uses].map(([id, used]) => ({ id, used })), match.differences.map(({ reason, minor }) => (isClosing({ reason }) ? { reason, minor: -minor } : { reason: stated(document, match, items), minor: magnitude(minor) })))
  const alternatives = match.alternatives.map(({ items: others }) => {
    const side = items.get(others[0] ?? '')?.side
    const hubs = [...uses.keys()].filter(id => items.get(id)?.side !== side)
    return row([...hubs, ...others].map(id => ({ id, used: items.get(id)?.open ?? 0n })), [])
  })
  return [first, ...alternatives]
}

function stated({ sides, differences }: SetDocument, { allocations }: Match, items: ReadonlyMap<string, ReconItem>): string {
  const members = [...usesOf(allocations).keys()].flatMap(id => items.get(id) ?? [])
  const [left, right] = [0, 1].map(index => magnitude(sumOf(members.filter(({ side }) => side === sides[index]?.id)))) as [bigint, bigint]
  return left < right ? differences.short : differences.over
}
