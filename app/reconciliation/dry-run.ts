/** What a change of rules or tolerances would do to a set, pair by pair. It is tried out on the items as they are; nothing of it stays. */
import { z } from 'zod'
import type { Catalogue } from '#queries/catalogue/catalogue.ts'
import { reconciliationRule, reconciliationSet } from '#queries/catalogue/reconciliation.ts'
import { changesOf, forgetTrial } from '#queries/clickhouse/reconciliation/compare.ts'
import type { Change } from '#queries/clickhouse/reconciliation/compare.ts'
import type { Scope } from '#queries/model/scope.ts'
import type { Stores } from '#queries/stores.ts'
import { setOf } from './decide.ts'
import { matchItems } from './run.ts'

/** Changes listed at most. */
const MOST = 1000

/** What is to be tried: rules in place of the set's, other tolerances, or both. */
export const dryRunBody = z.strictObject({ rules: z.array(reconciliationRule).min(1).max(50).optional(), tolerances: reconciliationSet.shape.tolerances.optional() })
  .refine(body => body.rules !== undefined || body.tolerances !== undefined, 'give rules or tolerances')
const pair = z.object({ matchId: z.string(), items: z.array(z.string()), rule: z.string() })
export const dryRunAnswer = z.object({ match: z.array(pair), unmatch: z.array(pair), ambiguous: z.array(pair), complete: z.boolean() })

/** Tries it. `complete` false: there are more changes than are listed. */
export async function dryRunRules({ stores, catalogue }: { stores: Stores; catalogue: Catalogue }, setId: string, body: z.infer<typeof dryRunBody>, scope: Scope): Promise<z.infer<typeof dryRunAnswer>> {
  const set = setOf(catalogue, setId)
  const trial = { ...set, rules: body.rules ?? set.rules, tolerances: body.tolerances ?? set.tolerances }
  // numbers of trials are below every run's, so that nothing they leave behind could be taken for one
  const run = { set: set.id, run: Math.floor(Math.random() * 1_000_000_000) + 1, full: true }
  try {
    await matchItems(stores, trial, run, 0)
    const changes = await changesOf(stores.clickhouse, set.id, run.run, MOST + 1, scope)
    const of = (change: Change['change']) => changes.slice(0, MOST).filter(each => each.change === change).map(({ match_id, items, rule }) => ({ matchId: match_id, items, rule }))
    return { match: of('match'), unmatch: of('unmatch'), ambiguous: of('ambiguous'), complete: changes.length <= MOST }
  } finally {
    await forgetTrial(stores.clickhouse, run.run)
  }
}
