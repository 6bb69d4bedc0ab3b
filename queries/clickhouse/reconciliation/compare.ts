/** Two outcomes of a set side by side: as it stands, and as a trial run would have it. */
import { z } from 'zod'
import type { Scope } from '../../model/scope.ts'
import type { ClickHouse } from '../clickhouse.ts'
import { defineQuery } from '../define-query.ts'

const row = z.object({ match_id: z.string(), rule: z.string(), items: z.array(z.string()), change: z.enum(['match', 'unmatch', 'ambiguous']) })
/** A match that a trial adds (or makes without, or with another difference), or loses, or a group that it would leave ambiguous. */
export type Change = z.infer<typeof row>

const changes = defineQuery({
  name: 'reconciliation.changes',
  params: z.object({ set: z.string(), run: z.number(), limit: z.number() }),
  row,
  scoped: true,
  sql: `WITH stands AS (SELECT match_id, any(difference_reasons) AS differs_, any(rule) AS rule_, groupArray(item_id) AS items_ FROM recon_results FINAL WHERE set_id = {set:String} AND match_id != '' AND decided_by = 'engine' GROUP BY match_id),
      visible AS (SELECT item_id FROM recon_results FINAL WHERE set_id = {set:String} AND {scope})
    SELECT match_id, rule, items, change FROM (
      SELECT match_id, toString(rule) AS rule, item_ids AS items, 'match' AS change FROM recon_matches FINAL WHERE run = {run:UInt64} AND decided AND decided_by = 'engine' AND (match_id, difference_reasons) NOT IN (SELECT match_id, differs_ FROM stands)
      UNION ALL SELECT match_id, toString(rule_) AS rule, arraySort(items_) AS items, 'unmatch' AS change FROM stands WHERE (match_id, differs_) NOT IN (SELECT match_id, difference_reasons FROM recon_matches WHERE run = {run:UInt64} AND decided)
      UNION ALL SELECT match_id, toString(rule) AS rule, item_ids AS items, 'ambiguous' AS change FROM recon_matches FINAL WHERE run = {run:UInt64} AND ambiguous)
    WHERE arrayExists(x -> x IN (SELECT item_id FROM visible), items) ORDER BY change, match_id LIMIT {limit:UInt32}`,
})

/** What a trial changes, for whoever sees one of the items; at most `limit`. */
export async function changesOf(clickhouse: ClickHouse, set: string, run: number, limit: number, scope: Scope): Promise<Change[]> {
  return await changes.run(clickhouse, { set, run, limit }, scope)
}

/** Removes the evidence of a trial. */
export async function forgetTrial(clickhouse: ClickHouse, run: number): Promise<void> {
  await clickhouse.command({ name: 'reconciliation.forget_trial', sql: 'DELETE FROM recon_matches WHERE run = {run:UInt64}', params: { run } })
}
