/** What the set-based passes left though it has a link to another side: the combinatorics decide it, block by block. And their answers. */
import { z } from 'zod'
import type { ReconciliationSet } from '../../catalogue/reconciliation.ts'
import type { ClickHouse } from '../clickhouse.ts'
import { defineQuery, UNSCOPED } from '../define-query.ts'
import { openItems } from './passes.ts'
import type { Run } from './reach.ts'

const row = z.object({
  item_id: z.string(), item: z.string(), side: z.string(), namespace: z.string(), object_type: z.string(), object_id: z.string(), line: z.string(), minor: z.string(), sign: z.number(), currency: z.string(), account: z.string(), day: z.string(),
  link_names: z.array(z.string()), link_values: z.array(z.string()), counterparty_id: z.string(), counterparty_name: z.string(), facility: z.string(), entity: z.string(), due_at: z.string(),
})
/** An item that the passes left. */
export type LeftItem = z.infer<typeof row>

const COLUMNS = `item_id, toString(item) AS item, side, namespace, object_type, object_id, line, toString(minor) AS minor, sign, currency, account, toString(day) AS day, link_names, link_values,
  counterparty_id, counterparty_name, facility, entity, toString(due_at) AS due_at`

const linked = defineQuery({
  name: 'reconciliation.leftovers',
  params: z.object({ set: z.string(), run: z.number(), full: z.boolean(), names: z.array(z.string()), named: z.array(z.string()) }),
  row,
  scoped: 'a run sees every item, whoever may',
  sql: params => `WITH left_over AS (${openItems(params)}),
      shared AS (SELECT link FROM (SELECT side, arrayJoin(arrayFilter((l, n) -> has({names:Array(String)}, n), links, link_names)) AS link FROM left_over WHERE hasAny(link_names, {names:Array(String)})) GROUP BY link HAVING uniqExact(side) > 1)
    SELECT ${COLUMNS} FROM left_over WHERE has({named:Array(String)}, left_over.item_id) OR (hasAny(link_names, {names:Array(String)}) AND arrayExists(l -> l IN (SELECT link FROM shared), links))
    ORDER BY left_over.item_id`,
})

/** Items that are open and share a link with an open item of another side, and those named, in order of id. Never more than the engine's memory bears: streamed. */
export async function leftovers(clickhouse: ClickHouse, set: ReconciliationSet, run: Run, named: readonly string[]): Promise<LeftItem[]> {
  const names = [...new Set(set.rules.filter(rule => rule.pass !== 'suggest').flatMap(rule => rule.on))]
  const items: LeftItem[] = []
  for await (const rows of linked.stream(clickhouse, { set: run.set, run: run.run, full: run.full, names, named: [...named] }, UNSCOPED)) items.push(...rows)
  return items
}

const byIds = defineQuery({
  name: 'reconciliation.items_by_id',
  params: z.object({ set: z.string(), ids: z.array(z.string()) }),
  row,
  scoped: 'decisions are applied to whatever they name; who may decide was judged when they were made',
  sql: `SELECT ${COLUMNS} FROM recon_items FINAL WHERE set_id = {set:String} AND item_id IN {ids:Array(String)} AND NOT removed ORDER BY item_id`,
})

/** Items by id that are there. */
export async function itemsById(clickhouse: ClickHouse, set: string, ids: readonly string[]): Promise<LeftItem[]> {
  const found: LeftItem[] = []
  for (let from = 0; from < ids.length; from += 500) found.push(...(await byIds.run(clickhouse, { set, ids: ids.slice(from, from + 500) }, UNSCOPED)))
  return found
}

/** A match or a suggestion on its way into the evidence. `used` in positive minor units, beside `items`. */
export interface MatchRow {
  id: string; decided: boolean; by: string; rule: string; pass: string; score: number; reasons: readonly string[]; ambiguous: boolean
  members: readonly { item: string; itemId: string; side: string; used: bigint }[]; currency: string; differences: readonly { reason: string; minor: bigint }[]
}

const ROWS_PER_INSERT = 4000

/** Keeps matches as evidence of a run. */
export async function writeMatches(clickhouse: ClickHouse, run: Run, ruleVersion: number, matches: readonly MatchRow[]): Promise<void> {
  for (let from = 0; from < matches.length; from += ROWS_PER_INSERT) {
    await clickhouse.insert({
      table: 'recon_matches',
      rows: matches.slice(from, from + ROWS_PER_INSERT).map(match => ({
        run: run.run, match_id: match.id, set_id: run.set, decided: match.decided, decided_by: match.by, rule: match.rule, rule_version: ruleVersion, pass: match.pass, score: match.score, reasons: match.reasons, ambiguous: match.ambiguous,
        item_ids: match.members.map(each => each.itemId), items: match.members.map(each => each.item), sides: match.members.map(each => each.side), used: match.members.map(each => String(each.used)), currency: match.currency,
        difference_reasons: match.differences.map(each => each.reason), difference_minors: match.differences.map(each => String(each.minor)),
      })),
    })
  }
}
