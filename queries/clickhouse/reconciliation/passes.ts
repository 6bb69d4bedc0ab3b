/**
 * The set-based passes: what is clear by a shared link is matched here, by the million, as INSERT … SELECT. Each pass sees what the
 * passes before it left. An item that two answers of one pass claim is left to the combinatorics after them.
 */
import type { ReconciliationRule, ReconciliationSet } from '../../catalogue/reconciliation.ts'
import { toMinor } from '../../model/money.ts'
import type { ClickHouse } from '../clickhouse.ts'
import { Bound, QUANTITY_UNIT } from './expressions.ts'
import { reached, UNHURRIED } from './reach.ts'
import type { Run } from './reach.ts'

/** More items of one amount and party than this are no help to anybody. */
const MOST_ALIKE = 20

const MATCH_COLUMNS = 'run, match_id, set_id, decided, decided_by, rule, rule_version, pass, score, reasons, ambiguous, item_ids, items, sides, used, currency, difference_reasons, difference_minors'

/** What a pass may take: neither gone nor excluded nor taken, and not set apart because a person declined a pair of it. */
export const openItems = (run: Run): string => `SELECT * FROM recon_items FINAL WHERE set_id = {set:String} AND ${reached(run)} AND NOT removed AND excluded = ''
  AND item NOT IN (SELECT arrayJoin(items) FROM recon_matches WHERE run = {run:UInt64} AND decided)`

/** Values goods that came at the price of the order's line that they answer. */
export async function valueByOrder(clickhouse: ClickHouse, set: ReconciliationSet, run: Run): Promise<void> {
  for (const side of set.sides) {
    for (const source of side.items) {
      if (typeof source.amount === 'string' || !('quantityAtPriceOf' in source.amount)) continue
      await clickhouse.command({
        name: 'reconciliation.value_by_order',
        sql: `INSERT INTO recon_items SELECT * EXCEPT (valued, unit) REPLACE (valued AS minor, unit AS currency, {run:UInt64} AS version) FROM (
            SELECT r.*, toInt64(round(r.quantity * priced.2 / priced.3, 0)) AS valued, priced.1 AS unit
            FROM (SELECT * FROM recon_items FINAL WHERE set_id = {set:String} AND side = {side:String} AND NOT removed AND ${reached(run)}) AS r
            INNER JOIN (SELECT arrayJoin(links) AS link, any((toString(currency), toFloat64(minor), toFloat64(quantity))) AS priced FROM recon_items FINAL
              WHERE set_id = {set:String} AND object_type = {object:String} AND quantity > 0 AND ${reached(run)} GROUP BY link) AS o ON r.links[1] = o.link
            WHERE r.minor != valued OR r.currency != unit)`,
        params: { set: set.id, run: run.run, side: side.id, object: source.amount.quantityAtPriceOf }, settings: UNHURRIED,
      })
    }
  }
}

/** Runs one rule's pass over what is open. Grouped and tolerance take all that share a link; exact takes pairs of one amount. */
export async function runPass(clickhouse: ClickHouse, set: ReconciliationSet, rule: ReconciliationRule, run: Run, { version, declined }: { version: number; declined: readonly string[] }): Promise<void> {
  const bound = new Bound()
  const sides = set.sides.map(side => side.id)
  const sums = sides.map((_, index) => `sum_${index}`)
  const apart = declined.length === 0 ? '' : ` AND item_id NOT IN (${bound.texts(declined)})`
  const sumColumns = sides.map((side, index) => `sumIf(minor * sign, side = ${bound.text(side)}) AS sum_${index}, countIf(side = ${bound.text(side)}) AS count_${index}`).join(', ')
  const all = sides.map((_, index) => `count_${index} > 0`).join(' AND ')
  const spread = `greatest(${sums.join(', ')}) - least(${sums.join(', ')})`
  const within = rule.window === null ? '' : ` AND max(day) - min(day) <= ${bound.add(rule.window, 'UInt16')}`
  const pairwise = rule.pass === 'exact' || rule.pass === 'suggest' || rule.pass === 'reference'
  // several that are alike are told of as ambiguous, none is taken
  const condition = rule.pass === 'suggest' ? `${all}${within} AND count() <= ${MOST_ALIKE}` : pairwise
    ? `count() = ${sides.length} AND ${all}${within}`
    : `${all}${within} AND ${rule.pass === 'tolerance' ? `${spread} BETWEEN 1 AND ${tolerance(set, bound)}` : `${spread} = 0 AND sum_0 != 0`}`
  const cap = rule.cap.length === 0 ? '1' : `max(minor) <= transform(toString(currency), ${bound.texts(rule.cap.map(each => each.currency))}, ${bound.add(rule.cap.map(each => toMinor(each)), 'Array(Int64)')}, toInt64(9223372036854775807))`
  const decided = rule.pass !== 'suggest' || rule.autoMatch
  const difference = rule.pass === 'tolerance' ? `['tolerance'], [toInt64(sum_0 - sum_1)]` : '[], []'
  const score = rule.pass === 'exact' || rule.pass === 'grouped' ? 1 : rule.pass === 'tolerance' ? 0.97 : 0.8
  await clickhouse.command({
    name: `reconciliation.pass.${rule.pass}`,
    sql: `INSERT INTO recon_matches (${MATCH_COLUMNS})
      WITH candidates AS (
        SELECT currency, ${sumColumns}, ${cap} AS under_cap, arraySort(x -> x.2, groupArray((item, item_id, toString(side), minor))) AS members
        FROM (SELECT item, item_id, side, minor, sign, currency, day, arrayJoin(arrayFilter((l, n) -> has(${bound.texts(rule.on)}, n), links, link_names)) AS link FROM (${openItems(run)})
          WHERE hasAny(link_names, ${bound.texts(rule.on)})${apart})
        GROUP BY link, currency${pairwise ? ', minor, sign' : ''}
        HAVING ${condition}),
      groups AS (SELECT DISTINCT currency, sum_0, sum_1, under_cap, members FROM candidates),
      claimed_twice AS (SELECT arrayJoin(members).1 AS item FROM groups GROUP BY item HAVING count() > 1)
      SELECT {run:UInt64}, lower(hex(MD5(arrayStringConcat(arrayConcat([{set:String}], arrayMap(m -> m.2, members)), '\\n')))), {set:String}, ${decided ? `under_cap AND length(members) = ${pairwise ? sides.length : 'length(members)'}` : 'false'}, 'engine', {rule:String}, {version:UInt32}, {pass:String},
        ${score}, [${bound.text(rule.name)}], ${rule.pass === 'suggest' ? `length(members) > ${sides.length}` : 'false'}, arrayMap(m -> m.2, members), arrayMap(m -> m.1, members), arrayMap(m -> m.3, members), arrayMap(m -> m.4, members), currency, ${difference}
      FROM groups${rule.pass === 'suggest' ? '' : ' WHERE NOT arrayExists(m -> m.1 IN (SELECT item FROM claimed_twice), members)'}`,
    params: { ...bound.params, set: set.id, run: run.run, rule: rule.id, version, pass: rule.pass }, settings: UNHURRIED,
  })
}

/** The largest difference that is only tolerance, in minor units. */
function tolerance({ tolerances }: ReconciliationSet, bound: Bound): string {
  const absolute = `transform(toString(currency), ${bound.texts([...tolerances.absolute.map(each => each.currency), QUANTITY_UNIT])}, ${bound.add([...tolerances.absolute.map(each => toMinor(each)), 0n], 'Array(Int64)')}, toInt64(0))`
  return `greatest(${absolute}, toInt64(floor(abs(sum_0) * toFloat64(${bound.text(tolerances.relative)}))))`
}
