/** How suppliers perform on the orders of a window: answers, deliveries, refusals, variances. One row per supplier. */
import { z } from 'zod'
import type { ClickHouse } from '../clickhouse.ts'
import { clausesOf } from '../backlog/backlog.ts'
import { defineQuery } from '../define-query.ts'
import { toStoreInstant } from '../event-row.ts'
import { clauses } from '../exceptions/where.ts'
import { fromMinor } from '../../model/money.ts'
import type { Money } from '../../model/money.ts'
import type { Scope } from '../../model/scope.ts'
import { bindView, viewParams } from './filter.ts'
import type { ViewFilter, ViewParams } from './filter.ts'

/** The event types that mean these things, from the view's definition. */
export interface SupplierSteps { created: string; sent: string; confirmed: string; refused: string; received: string; offContract: string; qualityRefused: string; invoiced: string; invoiceBlocked: string }

const words = z.array(z.string())
const params = viewParams.extend({ since: z.string(), created: z.string(), sent: z.string(), confirmed: z.string(), refused: z.string(), received: z.string(), off_contract: z.string(), quality_refused: z.string(), invoiced: z.string(), invoice_blocked: z.string(), steps: words })
const SINCE = `toDateTime64({since:String}, 3, 'UTC')`
const NOW = `{now:DateTime64(3, 'UTC')}`
const count = z.coerce.number()

/** Filters that say where and whose; those that choose rows of a list do not change a supplier's record. */
const placesOf = (given: ViewParams): string[] => {
  const own = clauses(given)
  return (['facility', 'entity', 'counterparty', 'currency', 'criticality'] as const).flatMap(name => own.get(name) ?? [])
}
const AT = (type: string) => `milestone_times[indexOf(milestone_types, {${type}:String})]`
const HAS = (type: string) => `has(milestone_types, {${type}:String})`

const records = defineQuery({
  name: 'views.supplier_records',
  params,
  row: z.object({
    supplier: z.string(), name: z.string(), orders: count, answered: count, answer_seconds: z.array(count).length(2), refused: count, off_contract: count, quality_refused: count, invoice_blocked: count,
    money: z.array(z.tuple([z.string(), z.string()])),
  }),
  scoped: true,
  // An object counts where its story began in the window; a negative duration (systems report out of order) is no answer time.
  sql: given => `SELECT counterparty_id AS supplier, any(counterparty_name) AS name, countIf(is_order) AS orders, countIf(is_order AND answer_ms >= 0) AS answered,
      arrayMap(t -> if(isNaN(t), 0, round(t / 1000)), quantilesExactInclusiveIf(0.5, 0.9)(answer_ms, is_order AND answer_ms >= 0)) AS answer_seconds,
      countIf(is_order AND ${HAS('refused')}) AS refused, countIf(is_order AND ${HAS('off_contract')}) AS off_contract,
      countIf(object_type = 'goods_receipt' AND ${HAS('quality_refused')}) AS quality_refused, countIf(object_type = 'supplier_invoice' AND ${HAS('invoice_blocked')}) AS invoice_blocked,
      arraySort(arrayZip(mapKeys(sumMapIf(map(toString(currency), toInt128(ifNull(amount_minor, 0))), is_order AND isNotNull(amount_minor)) AS sums_), arrayMap(v -> toString(v), mapValues(sums_)))) AS money
    FROM (SELECT *, object_type = 'purchase_order' AS is_order,
        if(${HAS('sent')} AND (${HAS('confirmed')} OR ${HAS('refused')}), toFloat64(toUnixTimestamp64Milli(if(${HAS('confirmed')}, ${AT('confirmed')}, ${AT('refused')})) - toUnixTimestamp64Milli(${AT('sent')})), -1) AS answer_ms
      FROM objects FINAL WHERE ${['{scope}', `object_type IN ('purchase_order', 'goods_receipt', 'supplier_invoice')`, `counterparty_id != ''`, `first_at >= ${SINCE}`, ...placesOf(given)].join(' AND ')})
    GROUP BY supplier HAVING orders + quality_refused + invoice_blocked > 0`,
})

/** Buckets of the trend over the window. */
export const TREND_BUCKETS = 8
const promptness = defineQuery({
  name: 'views.supplier_promptness',
  params,
  row: z.object({ supplier: z.string(), step: z.string(), in_time: count, late: count, open_late: count, in_time_by: z.array(count), all_by: z.array(count) }),
  scoped: true,
  // What fell due in the window: in time, late, or still missing. What is not yet due says nothing yet.
  sql: given => {
    const own = new Map(clausesOf({ ...given, overdue: undefined }))
    for (const name of ['step', 'objectType', 'objectId', 'integration', 'process']) own.delete(name)
    const critical = clauses(given).get('criticality')
    return `SELECT counterparty_id AS supplier, toString(milestone) AS step, countIf(prompt_) AS in_time, countIf(NOT prompt_ AND isNotNull(met_at)) AS late, countIf(NOT prompt_ AND isNull(met_at)) AS open_late,
        sumForEach(arrayMap(i -> toUInt64(bucket_ = i AND prompt_), range(${TREND_BUCKETS}))) AS in_time_by, sumForEach(arrayMap(i -> toUInt64(bucket_ = i), range(${TREND_BUCKETS}))) AS all_by
      FROM (SELECT *, isNotNull(met_at) AND met_at <= due_at AS prompt_, least(${TREND_BUCKETS - 1}, intDiv(dateDiff('second', ${SINCE}, due_at) * ${TREND_BUCKETS}, greatest(1, dateDiff('second', ${SINCE}, ${NOW})))) AS bucket_
        FROM obligations FINAL WHERE ${['{scope}', `object_type = 'purchase_order'`, `kind = 'overdue'`, 'NOT removed', 'isNull(cancelled_at)', `counterparty_id != ''`, 'milestone IN {steps:Array(String)}', `due_at >= ${SINCE}`, `due_at <= ${NOW}`, ...own.values(), ...(critical === undefined ? [] : [critical])].join(' AND ')})
      GROUP BY supplier, step`
  },
})

const LINES = `JSONExtract(attributes_, 'lines', 'Array(Tuple(quantity String))')`
const variances = defineQuery({
  name: 'views.supplier_variances',
  params,
  row: z.object({ supplier: z.string(), over_invoiced: count, short_received: count, compared: count }),
  scoped: true,
  // Of each order: what was ordered, what all receipts and invoices on it say. Only more invoiced, or less received, is a variance: a part is not.
  sql: given => `SELECT supplier, countIf(invoiced > 0 AND ordered_minor > 0 AND invoiced > ordered_minor) AS over_invoiced, countIf(received > 0 AND ordered > 0 AND received < ordered) AS short_received, countIf(invoiced > 0 OR received > 0) AS compared
    FROM (
      SELECT object_id, namespace, anyIf(counterparty_, type_ = {created:String}) AS supplier,
        sumIf(toInt128(ifNull(minor_, 0)), type_ = {invoiced:String}) AS invoiced, anyIf(toInt128(ifNull(minor_, 0)), type_ = {created:String}) AS ordered_minor,
        sumIf(arraySum(arrayMap(l -> toDecimal128OrZero(l.1, 4), ${LINES})), type_ = {received:String}) AS received, anyIf(arraySum(arrayMap(l -> toDecimal128OrZero(l.1, 4), ${LINES})), type_ = {created:String}) AS ordered
      FROM (
        SELECT object_id, namespace, event_key, any(type) AS type_, any(amount_minor) AS minor_, any(counterparty_id) AS counterparty_, any(attributes) AS attributes_, any(facility) AS facility_
        FROM events_by_object WHERE ${['{scope}', `object_type = 'purchase_order'`, `status = 'succeeded'`, `environment = 'production'`, `type IN ({created:String}, {invoiced:String}, {received:String})`, `time >= ${SINCE}`,
          ...(['facility', 'entity', 'currency', 'criticality'] as const).flatMap(name => clauses(given).get(name) ?? [])].join(' AND ')}
        GROUP BY object_id, namespace, event_key)
      GROUP BY object_id, namespace)
    WHERE supplier != ''${given.counterparty.length > 0 ? ' AND supplier IN {counterparty:Array(String)}' : ''} GROUP BY supplier`,
})

/** A share with what it is of; null where nothing fell due. */
export interface Promptness { inTime: number; late: number; openLate: number; share: number | null; trend: (number | null)[] }
export interface SupplierRecord {
  id: string; name: string; orders: number; money: Money[]
  /** seconds of plain time from sent to answered; null where none was answered */
  answer: { answered: number; median: number; p90: number } | null
  confirmation: Promptness; receipt: Promptness
  refused: number; offContract: number; qualityRefused: number; invoiceBlocked: number
  /** orders whose invoices say more money, or whose receipts say less goods, than ordered */
  overInvoiced: number; shortReceived: number
}

/** The record of every supplier with an order in the window, the most orders first. `filter` says where; a supplier in it, whose. */
export async function supplierRecords(clickhouse: ClickHouse, steps: SupplierSteps, filter: ViewFilter, since: Date, now: Date, scope: Scope): Promise<SupplierRecord[]> {
  const asked = {
    ...bindView({ ...filter, step: [], kind: [] }, new Map(), now), since: toStoreInstant(since), created: steps.created, sent: steps.sent, confirmed: steps.confirmed, refused: steps.refused, received: steps.received,
    off_contract: steps.offContract, quality_refused: steps.qualityRefused, invoiced: steps.invoiced, invoice_blocked: steps.invoiceBlocked, steps: [steps.confirmed, steps.received],
  }
  // Criticality is asked of orders here, whatever objects the list shows.
  const orders = { ...asked, objectType: [] }
  const [found, prompt, differing] = await Promise.all([records.run(clickhouse, orders, scope), promptness.run(clickhouse, orders, scope), variances.run(clickhouse, orders, scope)])
  const promptOf = (supplier: string, step: string): Promptness => {
    const row = prompt.find(each => each.supplier === supplier && each.step === step)
    if (!row) return { inTime: 0, late: 0, openLate: 0, share: null, trend: Array.from({ length: TREND_BUCKETS }, () => null) }
    const all = row.in_time + row.late + row.open_late
    return { inTime: row.in_time, late: row.late, openLate: row.open_late, share: all === 0 ? null : row.in_time / all, trend: row.all_by.map((of, index) => (of === 0 ? null : Math.round(((row.in_time_by[index] ?? 0) / of) * 1000) / 10)) }
  }
  return found.map(row => {
    const differs = differing.find(each => each.supplier === row.supplier)
    return {
      id: row.supplier, name: row.name || row.supplier, orders: row.orders, money: row.money.map(([currency, minor]) => fromMinor(minor, currency)),
      answer: row.answered === 0 ? null : { answered: row.answered, median: row.answer_seconds[0] ?? 0, p90: row.answer_seconds[1] ?? 0 },
      confirmation: promptOf(row.supplier, steps.confirmed), receipt: promptOf(row.supplier, steps.received),
      refused: row.refused, offContract: row.off_contract, qualityRefused: row.quality_refused, invoiceBlocked: row.invoice_blocked, overInvoiced: differs?.over_invoiced ?? 0, shortReceived: differs?.short_received ?? 0,
    }
  }).sort((a, b) => b.orders - a.orders || (a.id < b.id ? -1 : 1))
}
