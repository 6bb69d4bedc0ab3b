/**
 * One run over one set: what people decided first, then the set-based passes by the rules, then what they left block by block, then where
 * every item stands. A run that does not tie out publishes nothing new as succeeded: it ends as failed and names the difference.
 */
import { randomUUID } from 'node:crypto'
import type { ReconciliationSet } from '#queries/catalogue/reconciliation.ts'
import { itemsById, leftovers, writeMatches } from '#queries/clickhouse/reconciliation/leftovers.ts'
import type { MatchRow } from '#queries/clickhouse/reconciliation/leftovers.ts'
import { runPass, valueByOrder } from '#queries/clickhouse/reconciliation/passes.ts'
import { reach } from '#queries/clickhouse/reconciliation/reach.ts'
import type { Run } from '#queries/clickhouse/reconciliation/reach.ts'
import { excludeStandIns, movement, sumsOf, tieOut, writeResults } from '#queries/clickhouse/reconciliation/results.ts'
import { beginRun, endRun, standingDecisions } from '#queries/postgres/reconciliation.ts'
import type { Decision } from '#queries/postgres/reconciliation.ts'
import type { Stores } from '#queries/stores.ts'
import { toMinor } from '#queries/model/money.ts'
import { decideBlocks, matchId, pairKey } from './blocks.ts'

export interface RunOptions {
  stores: Stores
  set: ReconciliationSet
  /** above every number used so far; the version of what the run writes */
  number: number
  ruleVersion: number
  now: Date
  /** null: everything; else what changed since the run of this number, and these items */
  since: { number: number; items: readonly string[] } | null
  /** the run that was asked for, if it was */
  requested?: { id: string; by: string }
}

export interface RunOutcome { id: string; status: 'succeeded' | 'failed'; full: boolean; items: number | null; error: string | null }

/** Runs the set. Resolves to null where nothing changed that it could look at. Throws store errors, after which the run stands as failed. */
export async function runSet({ stores, set, number, ruleVersion, now, since, requested }: RunOptions): Promise<RunOutcome | null> {
  const { clickhouse, postgres } = stores
  const decisions = await standingDecisions(postgres, set.id)
  let run: Run = { set: set.id, run: number, full: since === null }
  let looked: number | null = null
  if (since) {
    const named = [...new Set([...since.items, ...decisions.filter(each => since.items.some(item => each.items.includes(item))).flatMap(each => each.items)])]
    const count = await reach(clickhouse, run, { after: since.number, named, now })
    if (count === 0) return null
    if (count === null) run = { ...run, full: true }
    looked = count
  }
  const id = requested?.id ?? randomUUID()
  await beginRun(postgres, { id, number, set: set.id, kind: run.full ? 'full' : 'incremental', ruleVersion, requestedBy: requested?.by ?? null })
  try {
    const before = await sumsOf(clickhouse, set.id, 'all')
    await valueByOrder(clickhouse, set, run)
    await excludeStandIns(clickhouse, set, run)
    const writtenOff = await matchItems(stores, set, run, ruleVersion, decisions)
    await writeResults(clickhouse, run, { writtenOff, now })
    const problems = await tieOut(clickhouse, set, run)
    const after = await sumsOf(clickhouse, set.id, 'all')
    const outcome: RunOutcome = { id, status: problems.length === 0 ? 'succeeded' : 'failed', full: run.full, items: looked, error: problems.length === 0 ? null : problems.join('; ') }
    await endRun(postgres, id, { status: outcome.status, items: outcome.items, totals: movement(before, after), error: outcome.error })
    return outcome
  } catch (error) {
    await endRun(postgres, id, { status: 'failed', items: looked, totals: [], error: 'the stores failed during the run' })
    throw error
  }
}

/** Decisions, passes, blocks, suggestions: everything up to the evidence. Resolves to the items that were written off. */
export async function matchItems(stores: Stores, set: ReconciliationSet, run: Run, version: number, given?: readonly Decision[]): Promise<string[]> {
  const { clickhouse } = stores
  const { declined, apart, writtenOff } = await applyDecisions(stores, set, run, version, given ?? (await standingDecisions(stores.postgres, set.id)))
  for (const rule of set.rules) if (rule.pass !== 'suggest') await runPass(clickhouse, set, rule, run, { version, declined: apart })
  await writeMatches(clickhouse, run, version, decideBlocks(set, await leftovers(clickhouse, set, run, apart), declined))
  for (const rule of set.rules) if (rule.pass === 'suggest') await runPass(clickhouse, set, rule, run, { version, declined: apart })
  return writtenOff
}

/** Fixed claims of what people accepted, pairs they declined, and what they wrote off; only as far as the run looks at the items. */
async function applyDecisions({ clickhouse }: Stores, set: ReconciliationSet, run: Run, ruleVersion: number, decisions: readonly Decision[]): Promise<{ declined: Set<string>; apart: string[]; writtenOff: string[] }> {
  const declined = new Set<string>()
  const apart = new Set<string>()
  for (const { items } of decisions.filter(each => each.action === 'decline')) {
    for (const [index, a] of items.entries()) {
      apart.add(a)
      for (const b of items.slice(index + 1)) declined.add(pairKey(a, b))
    }
  }
  const accepted = decisions.filter(each => each.action === 'accept' || each.action === 'split')
  const known = new Map((await itemsById(clickhouse, set.id, [...new Set(accepted.flatMap(each => each.items))])).map(item => [item.item_id, item]))
  const taken = new Set<string>()
  const matches: MatchRow[] = []
  for (const decision of accepted) {
    const items = decision.items.flatMap(id => known.get(id) ?? [])
    // an item that is gone, or that another decision has: what is left of the decision says nothing
    if (items.length < decision.items.length || items.some(item => taken.has(item.item_id))) continue
    for (const item of items) taken.add(item.item_id)
    matches.push(acceptedMatch(set, decision, items))
  }
  await writeMatches(clickhouse, run, ruleVersion, matches)
  return { declined, apart: [...apart], writtenOff: decisions.filter(each => each.action === 'write_off').flatMap(each => each.items) }
}

function acceptedMatch(set: ReconciliationSet, decision: Decision, items: readonly Awaited<ReturnType<typeof itemsById>>[number][]): MatchRow {
  const given = new Map<string, bigint>()
  const currency = items[0]?.currency ?? ''
  for (const { a, b, amount } of decision.allocations) {
    const minor = toMinor({ value: amount, currency })
    for (const id of [a, b]) given.set(id, (given.get(id) ?? 0n) + minor)
  }
  const members = items.map(item => {
    const minor = BigInt(item.minor)
    const used = decision.allocations.length === 0 ? minor : (given.get(item.item_id) ?? 0n)
    return { item: item.item, itemId: item.item_id, side: item.side, used: used < minor ? used : minor, sign: BigInt(item.sign) }
  })
  const side = (index: number) => members.filter(each => each.side === set.sides[index]?.id).reduce((total, each) => total + each.used * each.sign, 0n)
  const difference = set.sides.length === 2 ? side(0) - side(1) : 0n
  return {
    id: matchId(set.id, decision.items, decision.id), decided: true, by: decision.by, rule: 'decision', pass: 'exact', score: 1, reasons: [decision.reason || 'Decided by a person'], ambiguous: false, currency,
    differences: difference === 0n ? [] : [{ reason: 'rounding', minor: difference }], members,
  }
}
