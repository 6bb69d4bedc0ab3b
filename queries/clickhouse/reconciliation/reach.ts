/** What a run looks at: everything of a set, or what changed with all that is linked to it, so that the result is that of a full run. */
import { z } from 'zod'
import type { ClickHouse } from '../clickhouse.ts'
import { defineQuery, UNSCOPED } from '../define-query.ts'

/** A step over a whole set may take as long as it takes. */
export const UNHURRIED = { max_execution_time: 3600 }

/** One run over one set. `run` is its number, which is the version of what it writes; `full`: everything. */
export interface Run { set: string; run: number; full: boolean }

const SEES_ALL = 'a run sees every item, whoever may'
/** A chain of links that is longer than this is followed by a full run. */
const ROUNDS = 12

const growth = defineQuery({
  name: 'reconciliation.reach_growth',
  params: z.object({ run: z.number(), round: z.number() }),
  row: z.object({ items: z.coerce.number() }),
  scoped: SEES_ALL,
  sql: 'SELECT count() AS items FROM recon_reach WHERE run = {run:UInt64} AND round = {round:UInt8}',
})

/** The condition that an item is looked at by the run. */
export const reached = ({ full }: Run): string => (full ? '1' : 'item_id IN (SELECT item_id FROM recon_reach WHERE run = {run:UInt64})')

/**
 * Collects the items extracted or due since the last run (`after` < version ≤ `run`), those named, and everything linked to them over
 * any number of steps. Resolves to how many items that is; null if there is no end to it, and the run must be full.
 */
export async function reach(clickhouse: ClickHouse, { set, run }: Run, { after, named, now }: { after: number; named: readonly string[]; now: Date }): Promise<number | null> {
  await clickhouse.command({
    name: 'reconciliation.reach_changed',
    sql: `INSERT INTO recon_reach SELECT DISTINCT {run:UInt64}, item_id, 0 FROM (
        SELECT item_id FROM recon_items WHERE set_id = {set:String} AND version > {after:UInt64}
        UNION ALL SELECT item_id FROM recon_results FINAL WHERE set_id = {set:String} AND status = 'expected' AND due_at <= {now:DateTime64(3, 'UTC')}
        UNION ALL SELECT arrayJoin({named:Array(String)}) AS item_id)`,
    params: { set, run, after, now, named: [...named] },
  })
  let total = 0
  for (let round = 0; round <= ROUNDS; round++) {
    const items = (await growth.run(clickhouse, { run, round }, UNSCOPED))[0]?.items ?? 0
    total += items
    if (items === 0) return total
    // those linked to the last round's, by the links they have or had; and those that a match or a suggestion ties to them
    await clickhouse.command({
      name: 'reconciliation.reach_linked',
      sql: `INSERT INTO recon_reach SELECT DISTINCT {run:UInt64}, item_id, {next:UInt8} FROM (
          SELECT item_id FROM recon_links WHERE set_id = {set:String} AND link IN (
            SELECT arrayJoin(links) FROM recon_items WHERE set_id = {set:String} AND item_id IN (SELECT item_id FROM recon_reach WHERE run = {run:UInt64} AND round = {round:UInt8}))
          UNION ALL SELECT arrayJoin(item_ids) AS item_id FROM recon_matches WHERE (run, match_id) IN (
            SELECT match_run, match_id FROM recon_results WHERE set_id = {set:String} AND match_id != '' AND item_id IN (SELECT item_id FROM recon_reach WHERE run = {run:UInt64} AND round = {round:UInt8})))
        WHERE item_id NOT IN (SELECT item_id FROM recon_reach WHERE run = {run:UInt64})`,
      params: { set, run, round, next: round + 1 },
    })
  }
  return null
}
