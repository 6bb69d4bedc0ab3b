/** Around stock below its minimum: what was measured, what was used, what is on its way. */
import { z } from 'zod'
import { defineQuery } from '../define-query.ts'
import { storeInstant, storeInstantOrNull } from '../event-row.ts'

const keys = { ids: z.array(z.string()), namespaces: z.array(z.string()) }

/** The newest measurement below the minimum of stock levels: item, place, quantity there, minimum. Quantities are decimals as they were sent. */
export const stockMeasured = defineQuery({
  name: 'views.stock_measured',
  params: z.object(keys),
  row: z.object({ namespace: z.string(), id: z.string(), at: storeInstant, item: z.string(), location: z.string(), on_hand: z.string(), threshold: z.string() }),
  scoped: true,
  sql: `SELECT namespace, object_id AS id, max(time) AS at, JSONExtractString(argMax(attributes, time) AS newest_, 'item') AS item, JSONExtractString(newest_, 'location') AS location,
      JSONExtractString(newest_, 'onHand') AS on_hand, JSONExtractString(newest_, 'threshold') AS threshold
    FROM events_by_object WHERE object_type = 'stock_level' AND object_id IN {ids:Array(String)} AND namespace IN {namespaces:Array(String)} AND type = 'inventory.stock_level.below_threshold' AND status = 'succeeded' AND {scope}
    GROUP BY namespace, id`,
})

/** Per item and facility: when it was used last and how much in the days before now. */
export const itemMovements = defineQuery({
  name: 'views.item_movements',
  params: z.object({ items: z.array(z.string()), facilities: z.array(z.string()), since: z.string() }),
  row: z.object({ item: z.string(), facility: z.string(), used_at: storeInstant, used: z.string(), movements: z.coerce.number() }),
  scoped: true,
  sql: `SELECT item, place AS facility, max(at_) AS used_at, toString(sumIf(quantity_, at_ >= toDateTime64({since:String}, 3, 'UTC'))) AS used, countIf(at_ >= toDateTime64({since:String}, 3, 'UTC')) AS movements
    FROM (SELECT object_id AS item, toString(facility) AS place, event_key, any(time) AS at_, any(toDecimal64OrZero(JSONExtractString(attributes, 'quantity'), 4)) AS quantity_
      FROM events_by_object WHERE object_type = 'item' AND object_id IN {items:Array(String)} AND type = 'inventory.consumption.recorded' AND status = 'succeeded' AND facility IN {facilities:Array(String)} AND environment = 'production' AND {scope}
      GROUP BY item, place, event_key)
    GROUP BY item, place`,
})

/** Transfers and orders that are not closed and name the item, of a facility: what is coming, how much, by when the next step is due. */
export const itemIncoming = defineQuery({
  name: 'views.item_incoming',
  params: z.object({ items: z.array(z.string()), facilities: z.array(z.string()) }),
  row: z.object({ namespace: z.string(), type: z.string(), id: z.string(), facility: z.string(), item: z.string(), quantity: z.string(), due_at: storeInstantOrNull, step: z.string() }),
  scoped: true,
  sql: `SELECT namespace, type, id, facility, line.1 AS item, line.2 AS quantity, due_at, step FROM (
      SELECT named.namespace AS namespace, toString(named.object_type) AS type, named.object_id AS id, open.place AS facility, open.due AS due_at, open.step AS step, arrayJoin(named.lines) AS line
      FROM (SELECT namespace, object_type, object_id, toString(any(facility)) AS place, toString(min(due_at)) AS due, toString(argMin(milestone, due_at)) AS step FROM obligations FINAL
          WHERE {scope} AND object_type IN ('transfer', 'purchase_order') AND facility IN {facilities:Array(String)} AND kind = 'overdue' AND isNull(met_at) AND isNull(cancelled_at) AND NOT removed
            AND milestone IN ('inventory.transfer.received', 'procurement.purchase_order.transmitted', 'procurement.purchase_order.acknowledged', 'procurement.shipment.announced', 'procurement.goods_receipt.posted')
          GROUP BY namespace, object_type, object_id) AS open
      INNER JOIN (SELECT namespace, object_type, object_id, any(if(JSONHas(attributes, 'lines'), JSONExtract(attributes, 'lines', 'Array(Tuple(item String, quantity String))'), [(JSONExtractString(attributes, 'item'), JSONExtractString(attributes, 'quantity'))])) AS lines
          FROM events_by_object WHERE {scope} AND object_type IN ('transfer', 'purchase_order') AND type IN ('inventory.transfer.requested', 'procurement.purchase_order.created') AND status = 'succeeded' AND facility IN {facilities:Array(String)}
          GROUP BY namespace, object_type, object_id) AS named
        ON open.namespace = named.namespace AND open.object_type = named.object_type AND open.object_id = named.object_id)
    WHERE item IN {items:Array(String)} ORDER BY due_at LIMIT 500`,
})
