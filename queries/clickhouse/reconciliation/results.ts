/** From items and evidence to where each item stands, in one pass; and whether it all adds up. */
import { z } from 'zod'
import type { ReconciliationSet } from '../../catalogue/reconciliation.ts'
import { fromMinor } from '../../model/money.ts'
import type { ReconTotal } from '../../model/reconciliation.ts'
import type { Scope } from '../../model/scope.ts'
import type { ClickHouse } from '../clickhouse.ts'
import { defineQuery, UNSCOPED } from '../define-query.ts'
import { reached, UNHURRIED } from './reach.ts'
import type { Run } from './reach.ts'

const RESULT_COLUMNS = `set_id, item_id, side, namespace, object_type, object_id, line, event_type, event_id, minor, open_minor, written_minor, sign, currency, account, day, counterparty_type, counterparty_id, counterparty_name,
  facility, entity, integration, criticality, correlation_id, first_at, due_at, status, excluded, opens, match_id, match_run, rule, score, reasons, decided_by, ambiguous, difference_reasons, difference_minors, suggestions, version`

/** Sets stand-ins aside where what they stand in for has come. */
export async function excludeStandIns(clickhouse: ClickHouse, set: ReconciliationSet, run: Run): Promise<void> {
  for (const source of set.sides.flatMap(side => side.items)) {
    if (source.standsInFor === null || source.suffix === null) continue
    await clickhouse.command({
      name: 'reconciliation.stand_ins',
      sql: `INSERT INTO recon_items SELECT * EXCEPT (reason, changed) REPLACE (reason AS excluded, {run:UInt64} AS version) FROM (
          SELECT *, if(hasAny(arrayFilter((l, n) -> n = {link:String}, links, link_names), (SELECT groupUniqArray(link) FROM (
            SELECT arrayJoin(arrayFilter((l, n) -> n = {link:String}, links, link_names)) AS link FROM recon_items FINAL WHERE set_id = {set:String} AND object_type = {object:String} AND NOT removed AND ${reached(run)}))), 'reported by itself', '') AS reason, reason != excluded AS changed
          FROM recon_items FINAL WHERE set_id = {set:String} AND line = {line:String} AND ${reached(run)}) WHERE changed`,
      params: { set: set.id, run: run.run, link: source.standsInFor.link, object: source.standsInFor.object, line: source.suffix }, settings: UNHURRIED,
    })
  }
}

/** Writes where every item of the run stands. `writtenOff`: items that a person wrote off what is left of. */
export async function writeResults(clickhouse: ClickHouse, run: Run, { writtenOff, now }: { writtenOff: readonly string[]; now: Date }): Promise<void> {
  await clickhouse.command({
    name: 'reconciliation.results',
    sql: `INSERT INTO recon_results (${RESULT_COLUMNS})
      SELECT set_id, item_id, side, namespace, object_type, object_id, line, event_type, event_id, minor, if(removed, 0, minor - used_ - written) AS open_minor, if(has({written_off:Array(String)}, item_id) AND NOT removed AND excluded = '', minor - used_, 0) AS written,
        sign, currency, account, day, counterparty_type, counterparty_id, counterparty_name, facility, entity, integration, criticality, correlation_id, first_at, due_at,
        multiIf(removed, 'removed', excluded != '', 'excluded', has({written_off:Array(String)}, item_id) AND used_ < minor, 'written_off', match_ != '' AND used_ >= minor, 'matched', used_ > 0, 'partially_matched',
          notEmpty(suggested), 'suggested', due_at > {now:DateTime64(3, 'UTC')}, 'expected', optional, 'excluded', 'unmatched') AS status,
        multiIf(status = 'excluded' AND excluded = '', 'belongs to another set', toString(excluded)), opens, match_, if(match_ = '', 0, {run:UInt64}), rule_, score_, reasons_, decided_by_, ambiguous_ OR hint_, difference_reasons_, difference_minors_, suggested, {run:UInt64}
      FROM (SELECT i.*, if(i.removed, 0, m.used_) AS used_, m.match_ AS match_, m.rule_ AS rule_, m.score_ AS score_, if(m.match_ = '', s.said, m.reasons_) AS reasons_, m.decided_by_ AS decided_by_, m.ambiguous_ AS ambiguous_, s.hint AS hint_, m.difference_reasons_ AS difference_reasons_,
          m.difference_minors_ AS difference_minors_, if(m.match_ = '', s.suggested, []) AS suggested
        FROM (SELECT * FROM recon_items FINAL WHERE set_id = {set:String} AND ${reached(run)}) AS i
        LEFT JOIN (SELECT item, used AS used_, match_id AS match_, rule AS rule_, score AS score_, reasons AS reasons_, decided_by AS decided_by_, ambiguous AS ambiguous_, difference_reasons AS difference_reasons_, difference_minors AS difference_minors_
          FROM recon_matches ARRAY JOIN items AS item, used AS used WHERE run = {run:UInt64} AND decided) AS m ON i.item = m.item
        LEFT JOIN (SELECT item, groupArray(10)(match_id) AS suggested, max(ambiguous) AS hint, any(reasons) AS said FROM recon_matches ARRAY JOIN items AS item WHERE run = {run:UInt64} AND NOT decided GROUP BY item) AS s ON i.item = s.item)`,
    params: { set: run.set, run: run.run, written_off: [...writtenOff], now }, settings: UNHURRIED,
  })
}

const sumRow = z.object({ side: z.string(), account: z.string(), currency: z.string(), total: z.string(), allocated: z.string(), written: z.string(), excluded: z.string(), removed: z.string(), open: z.string() })
const sums = defineQuery({
  name: 'reconciliation.sums',
  params: z.object({ set: z.string() }),
  row: sumRow,
  scoped: true,
  sql: `SELECT side, account, currency, toString(sum(value)) AS total, toString(sumIf(value - (open_minor + written_minor) * sign, status NOT IN ('excluded', 'removed'))) AS allocated, toString(sum(written_minor * sign)) AS written,
      toString(sumIf(value, status = 'excluded')) AS excluded, toString(sumIf(value, status = 'removed')) AS removed, toString(sumIf(open_minor * sign, status NOT IN ('excluded', 'removed'))) AS open
    FROM (SELECT *, toInt128(minor) * sign AS value FROM recon_results FINAL WHERE set_id = {set:String} AND {scope}) GROUP BY side, account, currency ORDER BY side, account, currency`,
})

/** Sums of all items of a side, account and currency, signed minor units. */
export interface ReconSum { side: string; account: string; currency: string; total: bigint; allocated: bigint; written: bigint; excluded: bigint; removed: bigint; open: bigint }

/** The sums of a set as it stands, inside the scope. */
export async function sumsOf(clickhouse: ClickHouse, set: string, scope: Scope): Promise<ReconSum[]> {
  return (await sums.run(clickhouse, { set }, scope)).map(row => ({
    side: row.side, account: row.account, currency: row.currency, total: BigInt(row.total), allocated: BigInt(row.allocated), written: BigInt(row.written), excluded: BigInt(row.excluded), removed: BigInt(row.removed), open: BigInt(row.open),
  }))
}

/** What a run moved: its sums less those before it. `reversed` takes back what was removed. */
export function movement(before: readonly ReconSum[], after: readonly ReconSum[]): ReconTotal[] {
  return after.map(now => {
    const then = before.find(each => each.side === now.side && each.account === now.account && each.currency === now.currency)
    const amount = (minor: bigint) => fromMinor(minor, now.currency)
    return {
      side: now.side, account: now.account, currency: now.currency, opening: amount(then?.open ?? 0n), new: amount(now.total - (then?.total ?? 0n)), allocated: amount(now.allocated - (then?.allocated ?? 0n)),
      writtenOff: amount(now.written - (then?.written ?? 0n)), excluded: amount(now.excluded - (then?.excluded ?? 0n)), reversed: amount((then?.removed ?? 0n) - now.removed), closing: amount(now.open),
    }
  })
}

const uneven = defineQuery({
  name: 'reconciliation.uneven_matches',
  params: z.object({ set: z.string(), run: z.number(), sides: z.array(z.string()), settling: z.array(z.string()) }),
  row: z.object({ match: z.string(), currency: z.string(), off: z.string() }),
  scoped: 'whether a run adds up is asked of all of it',
  sql: `SELECT match, currency, toString(sum_a - sum_b - recorded) AS off FROM (
      SELECT m.match_id AS match, any(m.currency) AS currency, sumIf(m.used * i.sign, m.side = {sides:Array(String)}[1]) AS sum_a, sumIf(m.used * i.sign, m.side = {sides:Array(String)}[2]) AS sum_b,
        any(arraySum((r, d) -> if(has({settling:Array(String)}, r), d, 0), m.difference_reasons, m.difference_minors)) AS recorded
      FROM (SELECT match_id, currency, difference_reasons, difference_minors, item, used, side FROM recon_matches FINAL ARRAY JOIN items AS item, used AS used, sides AS side WHERE run = {run:UInt64} AND decided) AS m
      INNER JOIN (SELECT item, sign FROM recon_items FINAL WHERE set_id = {set:String} AND item IN (SELECT arrayJoin(items) FROM recon_matches WHERE run = {run:UInt64} AND decided)) AS i ON m.item = i.item
      GROUP BY match) WHERE off != '0' LIMIT 5`,
})
const overused = defineQuery({
  name: 'reconciliation.overused_items',
  params: z.object({ set: z.string(), run: z.number() }),
  row: z.object({ item_id: z.string() }),
  scoped: 'whether a run adds up is asked of all of it',
  sql: `SELECT item_id FROM recon_results FINAL WHERE set_id = {set:String} AND version = {run:UInt64} AND (open_minor < 0 OR open_minor > minor) LIMIT 5`,
})
const twice = defineQuery({
  name: 'reconciliation.items_matched_twice',
  params: z.object({ run: z.number() }),
  row: z.object({ item_id: z.string() }),
  scoped: 'whether a run adds up is asked of all of it',
  sql: `SELECT item_id FROM recon_matches FINAL ARRAY JOIN item_ids AS item_id WHERE run = {run:UInt64} AND decided GROUP BY item_id HAVING count() > 1 LIMIT 5`,
})

/** Differences that close what is left open; the others tell of it. */
export const SETTLING = ['fee', 'tolerance', 'exchange', 'discount', 'rounding', 'contractual_adjustment', 'patient_share', 'denial', 'take_back', 'provider_adjustment'] as const

/** What does not add up in a run, in words; empty if it ties out. */
export async function tieOut(clickhouse: ClickHouse, set: ReconciliationSet, { run }: Run): Promise<string[]> {
  const [off, over, double, after] = await Promise.all([
    set.sides.length === 2 ? uneven.run(clickhouse, { set: set.id, run, sides: set.sides.map(side => side.id), settling: [...SETTLING] }, UNSCOPED) : [],
    overused.run(clickhouse, { set: set.id, run }, UNSCOPED), twice.run(clickhouse, { run }, UNSCOPED), sumsOf(clickhouse, set.id, 'all'),
  ])
  return [
    ...off.map(each => `match ${each.match}: its sides differ by ${fromMinor(each.off, each.currency).value} ${each.currency} that no difference records`),
    ...over.map(each => `item ${each.item_id} is used beyond its amount`),
    ...double.map(each => `item ${each.item_id} is in two matches`),
    ...after.flatMap(sum => {
      const left = sum.total - sum.allocated - sum.written - sum.excluded - sum.removed - sum.open
      return left === 0n ? [] : [`${sum.side} ${sum.account} ${sum.currency}: ${fromMinor(left, sum.currency).value} is unaccounted for`]
    }),
  ]
}
