/** What people and programs decide on items: accept, decline, split, undo, write off. Kept for ever, applied before every run. */
import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import type { Catalogue } from '#queries/catalogue/catalogue.ts'
import type { ReconciliationSet } from '#queries/catalogue/reconciliation.ts'
import { listReconItems, reconItemFilter } from '#queries/clickhouse/reconciliation/items.ts'
import { logBeyond } from '#queries/clickhouse/reconciliation/findings.ts'
import { minorDigits, toMinor } from '#queries/model/money.ts'
import type { ReconItemView } from '#queries/model/reconciliation.ts'
import type { Scope } from '#queries/model/scope.ts'
import { recordAct } from '#queries/postgres/audit.ts'
import type { Actor } from '#queries/postgres/audit.ts'
import { readCursors } from '#queries/postgres/cursors.ts'
import { newestVersions } from '#queries/catalogue/documents.ts'
import { addDecision, lockDecisions, requestRun, undoDecisions } from '#queries/postgres/reconciliation.ts'
import type { Stores } from '#queries/stores.ts'
import { READER } from './follow.ts'
import { RECONCILIATION_CHANNEL } from './follow-loop.ts'

/** Items in one decision at most. */
const MOST_ITEMS = 500

/** Body of `POST reconciliations/{set}/matches`. Amounts are decimals in the items' currency. */
export const matchDecision = z.strictObject({
  action: z.enum(['accept', 'decline', 'split', 'undo', 'write_off']),
  items: z.array(z.string().min(1).max(4096)).min(1).max(MOST_ITEMS),
  allocations: z.array(z.strictObject({ a: z.string().min(1).max(4096), b: z.string().min(1).max(4096), amount: z.string().max(40) })).max(MOST_ITEMS * 2).default([]),
  reason: z.string().trim().max(2000).default(''),
})
export type MatchDecision = z.infer<typeof matchDecision>
export const decisionAnswer = z.object({ id: z.string(), action: matchDecision.shape.action, items: z.array(z.string()), undone: z.array(z.string()) })

/** Why a decision is not taken; `code` is stable. */
export class ReconciliationError extends Error {
  readonly code: 'not_found' | 'conflict' | 'not_allowed_now' | 'invalid_act'
  constructor(code: ReconciliationError['code'], message: string) {
    super(message)
    this.code = code
  }
}

interface Context { stores: Stores; catalogue: Catalogue }
interface Decider extends Actor { scope: Scope }

/** The set of this id. Throws `not_found`. */
export function setOf(catalogue: Catalogue, id: string): ReconciliationSet {
  const set = catalogue.reconciliationSets.get(id)
  if (!set) throw new ReconciliationError('not_found', 'there is no reconciliation set of this id')
  return set
}

/** Takes a decision, with its audit record in the same transaction; the sets are run again as far as it reaches, soon after. */
export async function decideMatch({ stores, catalogue }: Context, actor: Decider, setId: string, decision: MatchDecision): Promise<z.infer<typeof decisionAnswer>> {
  const set = setOf(catalogue, setId)
  const ids = [...new Set(decision.items)]
  const items = await itemsInScope(stores, set.id, ids, actor.scope)
  if (decision.action !== 'undo') judge(set, decision, items)
  const id = randomUUID()
  const undone = await stores.postgres.transaction().execute(async tx => {
    const standing = await lockDecisions(tx, set.id, ids)
    if (decision.action === 'undo') {
      if (standing.length === 0) throw new ReconciliationError('not_allowed_now', 'nothing that stands was decided on these items')
      const taken = await undoDecisions(tx, set.id, ids, actor.id)
      await recordAct(tx, actor, audit('undone', set.id, ids, decision, items))
      return taken.map(each => each.id)
    }
    const taken = standing.find(each => each.action !== 'decline' && decision.action !== 'decline')
    if (taken) throw new ReconciliationError('conflict', 'somebody has decided on one of these items: undo that first')
    await addDecision(tx, { id, set: set.id, action: decision.action, items: ids, allocations: decision.allocations, reason: decision.reason, by: actor.id })
    await recordAct(tx, actor, audit(decision.action === 'write_off' ? 'write_off_requested' : PAST[decision.action], set.id, ids, decision, items))
    return []
  })
  await stores.coordination.wake(RECONCILIATION_CHANNEL)
  return { id, action: decision.action, items: ids, undone }
}

const PAST = { accept: 'accepted', decline: 'declined', split: 'split' } as const

function audit(what: string, set: string, items: readonly string[], { allocations, reason }: MatchDecision, [first]: readonly ReconItemView[]) {
  return { action: `reconciliation.${what}`, subject: { kind: 'reconciliation', id: set }, after: { items, allocations, matchId: first?.matchId ?? null }, reason: reason || null }
}

async function itemsInScope({ clickhouse }: Stores, set: string, ids: readonly string[], scope: Scope): Promise<ReconItemView[]> {
  const { items } = await listReconItems(clickhouse, set, reconItemFilter.parse({}), { limit: MOST_ITEMS }, { scope, now: new Date(), ids })
  if (items.length < ids.length) throw new ReconciliationError('not_found', 'an item is not there in your scope')
  return items
}

function judge(set: ReconciliationSet, decision: MatchDecision, items: readonly ReconItemView[]): void {
  const invalid = (message: string) => new ReconciliationError('invalid_act', message)
  const { action, allocations } = decision
  if (items.some(item => item.status === 'excluded')) throw new ReconciliationError('not_allowed_now', 'an item is excluded from this set')
  if (action === 'write_off') {
    if (decision.reason === '') throw invalid('a write-off needs a reason')
    for (const { openAmount } of items) {
      const limit = set.writeOffLimit.find(each => each.currency === openAmount.currency)
      if (openAmount.value.replace(/[0.]/g, '') === '') throw new ReconciliationError('not_allowed_now', 'nothing is left open to be written off')
      if (!limit || toMinor(openAmount) > toMinor(limit)) throw invalid(`at most ${limit ? `${limit.value} ${limit.currency}` : 'nothing in this currency'} may be written off here`)
    }
    return
  }
  if (new Set(items.map(item => item.side)).size < 2) throw invalid('items of two sides are needed')
  if (action === 'decline') return
  if (new Set(items.map(item => item.amount.currency)).size > 1) throw invalid('items of different currencies need an exchange rate with its source')
  if (action === 'split' && allocations.length === 0) throw invalid('a split says how much of each item goes where')
  if (allocations.length === 0) {
    if (!ties(set, items)) throw invalid('the sides differ: say how much of each item is meant (allocations)')
    return
  }
  const used = new Map<string, bigint>()
  for (const { a, b, amount } of allocations) {
    const [one, other] = [a, b].map(id => items.find(item => item.id === id))
    if (!one || !other || one.side === other.side) throw invalid('an allocation names two of the items, of different sides')
    const minor = minorOf(amount, one.amount.currency)
    if (minor === null || minor <= 0n) throw invalid('an allocation has a positive amount in the currency’s own decimals')
    for (const id of [a, b]) used.set(id, (used.get(id) ?? 0n) + minor)
  }
  for (const item of items) {
    if (!used.has(item.id)) throw invalid('an item has no allocation')
    if ((used.get(item.id) ?? 0n) > toMinor(item.amount)) throw invalid('an item would be used beyond its amount')
  }
}

const ties = (set: ReconciliationSet, items: readonly ReconItemView[]): boolean => {
  const sums = set.sides.map(side => items.filter(item => item.side === side.id).reduce((sum, item) => sum + BigInt(item.amount.value.replace('.', '')) * (item.direction === 'debit' ? -1n : 1n), 0n))
  return sums.every((sum, index) => sum === sums[0] || items.every(item => item.side !== set.sides[index]?.id))
}

/** Minor units of a decimal with exactly the currency's digits; null for anything else. */
function minorOf(value: string, currency: string): bigint | null {
  const digits = minorDigits(currency) ?? 2
  const pattern = digits === 0 ? /^\d{1,15}$/ : new RegExp(`^\\d{1,15}\\.\\d{${digits}}$`)
  return pattern.test(value) ? BigInt(value.replace('.', '')) : null
}

/** Asks for a full run that covers every event acknowledged until now. Resolves to its id. */
export async function askForRun({ stores, catalogue }: Context, actor: Actor, setId: string): Promise<string> {
  const set = setOf(catalogue, setId)
  const id = randomUUID()
  const covers = new Map<string, number>()
  for (const [writer, after] of await readCursors(stores.postgres, READER)) covers.set(writer, Math.max(after, (await logBeyond(stores.clickhouse, writer, after)).newest))
  const version = (await newestVersions(stores.postgres, 'reconciliation_set')).get(set.id) ?? 1
  await stores.postgres.transaction().execute(async tx => {
    await requestRun(tx, { id, set: set.id, requestedBy: actor.id, covers }, version)
    await recordAct(tx, actor, { action: 'reconciliation.run_requested', subject: { kind: 'reconciliation', id: set.id }, after: { run: id } })
  })
  await stores.coordination.wake(RECONCILIATION_CHANNEL)
  return id
}
